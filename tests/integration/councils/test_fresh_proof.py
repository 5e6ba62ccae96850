"""Polls open and close with a fresh proof, and a ballot leaves no trace of a proof beside it."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.models import AuditEntry
from councils.enums import Choice
from councils.models import AgendaItem, Ballot, Poll
from tests.integration.councils.building import House, meeting_in_session, poll_in


def client_of(user: Any, *, minutes_ago: int) -> Client:
    """The browser of a person who signed in some minutes ago and did nothing since."""
    client = Client()
    client.force_login(user)
    session = client.session
    for mark in ("signed_in_at", "proven_at"):
        session[mark] -= minutes_ago * 60
    session.save()
    return client


def test_a_poll_opens_and_closes_with_a_fresh_proof_only(house: House) -> None:
    meeting = meeting_in_session(house)
    item = AgendaItem.objects.get(meeting=meeting)
    opening = reverse("councils:poll_open", args=[item.pk])
    chair = client_of(house.chair, minutes_ago=16)

    assert chair.post(opening).status_code == 403
    assert not Poll.objects.exists()
    assert chair.post(opening, {"proof-secret": "mat-khau-dai"}).status_code == 302
    poll = Poll.objects.get()

    closing = reverse("councils:poll_close", args=[poll.pk])
    chair = client_of(house.chair, minutes_ago=16)
    asked = chair.post(closing, {"still_present": "9"})
    poll.refresh_from_db()
    assert asked.status_code == 403
    assert poll.is_open
    assert dict(asked.context["typed"]) == {"still_present": ["9"]}
    chair.post(closing, {"still_present": "9", "proof-secret": "mat-khau-dai"})
    poll.refresh_from_db()
    assert not poll.is_open


@pytest.mark.parametrize("secret", [{}, {"proof-secret": "mat-khau-dai"}])
def test_a_ballot_sent_after_a_pause_is_chosen_again_after_the_proof(
    house: House, secret: dict[str, str]
) -> None:
    """The entry about the proof would name the member right before their ballot, as the database orders rows."""
    poll = poll_in(house, meeting_in_session(house))
    address = reverse("councils:ballot", args=[poll.pk])
    member = client_of(house.member, minutes_ago=31)
    entries = AuditEntry.objects.count()

    answer = member.post(address, {"choice": Choice.AGREE, **secret})

    assert answer.url.startswith("/xac-nhan/")
    assert Choice.AGREE not in answer.url
    assert not Ballot.objects.exists()
    assert AuditEntry.objects.count() == entries

    asked = member.get(answer.url)
    assert [str(one) for one in asked.context["messages"]]
    assert member.post(answer.url, {"proof-secret": "mat-khau-dai"}).url == address
    member.post(address, {"choice": Choice.AGREE})
    assert Ballot.objects.count() == 1


def test_casting_writes_no_sign_of_life_and_no_session(house: House) -> None:
    poll = poll_in(house, meeting_in_session(house))
    member = client_of(house.member, minutes_ago=10)

    with CaptureQueriesContext(connection) as queries:
        member.post(reverse("councils:ballot", args=[poll.pk]), {"choice": Choice.AGREE})

    writes = [query["sql"] for query in queries if query["sql"].split()[0] in {"INSERT", "UPDATE", "DELETE"}]
    assert Ballot.objects.count() == 1
    assert writes
    assert all("councils_ballot" in sql or "councils_participation" in sql for sql in writes), writes
