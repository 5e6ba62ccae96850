"""Polls open and close with a fresh proof, and a paper is asked for none."""

from typing import Any

from django.test import Client
from django.urls import reverse

from core.models import AuditEntry
from councils.enums import Choice
from councils.models import AgendaItem, Poll
from councils.services import hand_out_ballot
from tests.integration.councils.building import House, cast_all, counts, meeting_in_session, poll_in


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
    cast_all(house, poll, [Choice.AGREE] * 9)
    asked = chair.post(closing, {"without_the_rest": "on"})
    poll.refresh_from_db()
    assert asked.status_code == 403
    assert poll.is_open
    assert dict(asked.context["typed"]) == {"without_the_rest": ["on"]}
    chair.post(closing, {"without_the_rest": "on", "proof-secret": "mat-khau-dai"})
    poll.refresh_from_db()
    assert not poll.is_open


def test_a_paper_sent_after_a_pause_asks_for_no_proof_and_the_next_page_does(house: House) -> None:
    """The address that takes papers knows nobody whom it could ask; an entry about a proof would stand beside the paper."""
    poll = poll_in(house, meeting_in_session(house))
    member = client_of(house.member, minutes_ago=31)
    token = hand_out_ballot(poll=poll, actor=house.member)
    entries = AuditEntry.objects.count()

    answer = member.post(reverse("councils:paper", args=[poll.pk]), {"choice": "a", "token": token})

    assert answer.url == reverse("councils:ballot", args=[poll.pk])
    assert counts(poll) == (1, 1)
    assert AuditEntry.objects.count() == entries
    assert member.get(answer.url).url.startswith("/xac-nhan/")
