"""What the database can and cannot tell about who cast which ballot."""

import hashlib
from typing import Any
from urllib.parse import urlencode

import pytest
from django.apps import apps
from django.db import connection, models
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.middleware import NamelessMiddleware
from core.models import AuditEntry
from councils.enums import Choice
from councils.models import Ballot, Participation, Poll
from councils.services import close_poll
from tests.integration.councils.building import (
    House,
    cast,
    cast_all,
    close,
    counts,
    meeting_in_session,
    poll_in,
)


def _rows(query: str, *arguments: Any) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(query, arguments)
        return cursor.fetchall()


def test_no_column_of_a_ballot_names_a_person_or_a_time() -> None:
    fields = Ballot._meta.get_fields(include_hidden=True)

    assert {field.name for field in fields} == {"id", "poll", "choice"}
    assert isinstance(Ballot._meta.pk, models.UUIDField)
    assert Ballot._meta.pk.default.__name__ == "uuid4"
    assert not Ballot._meta.ordering


def test_no_column_of_a_participation_tells_when_or_what() -> None:
    fields = Participation._meta.get_fields(include_hidden=True)

    assert {field.name for field in fields} == {
        "id",
        "poll",
        "member",
        "is_present",
        "is_recused",
        "on_paper",  # by which kind of paper, not what it says
        "has_voted",
    }


def test_nothing_but_the_poll_refers_to_ballots() -> None:
    pointing = [
        (model._meta.label, field.name)
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.is_relation and field.related_model is Ballot
    ]

    assert pointing == [("councils.Poll", "ballots")]


def _physical_order(poll: Poll) -> tuple[list[str], list[int]]:
    """Choices and members in the order in which the database keeps their rows."""
    place = "rowid" if connection.vendor == "sqlite" else "ctid"
    papers = _rows(f"SELECT choice FROM councils_ballot WHERE poll_id = %s ORDER BY {place}", poll.pk)  # noqa: S608
    members = _rows(
        f"SELECT member_id FROM councils_participation WHERE poll_id = %s ORDER BY {place}",  # noqa: S608
        poll.pk,
    )
    return [row[0] for row in papers], [row[0] for row in members]


@pytest.mark.slow  # Ten polls.
def test_papers_stand_in_random_order_and_members_in_that_of_the_roll(house: House) -> None:
    meeting = meeting_in_session(house, items=10)
    cast_in_order = [Choice.AGREE] * 4 + [Choice.DISAGREE] * 3 + [Choice.BLANK] * 2
    seats = [member.pk for member in house.members]
    papers, members = set(), set()

    for position in range(1, 11):
        poll = poll_in(house, meeting, position)
        cast_all(house, poll, cast_in_order)
        assert not Ballot.objects.filter(poll=poll).exists()
        close_poll(poll=poll, actor=house.chair)
        stored, seated = _physical_order(poll)
        papers.add(tuple(stored))
        members.add(tuple(seated))
        assert sorted(stored) == sorted(cast_in_order)

    # Of ten shuffles of nine rows, chance gives two equal orders once in thousands of runs. Members stand as they were
    # entitled, all at once before anybody voted.
    assert len(papers) >= 8
    assert members == {tuple(seats)}


def _fingerprints(but: set[str]) -> dict[str, str]:
    """One hash for each table's whole content."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        table = model._meta.db_table
        if table in but or not model._meta.managed:
            continue
        content = repr(sorted(map(repr, _rows(f'SELECT * FROM "{table}"'))))  # noqa: S608
        found[table] = hashlib.sha256(content.encode()).hexdigest()
    return found


def test_casting_in_the_browser_writes_nothing_at_all(house: House, client: Client) -> None:
    poll = poll_in(house, meeting_in_session(house))
    client.force_login(house.member)
    page = client.get(reverse("councils:ballot", args=[poll.pk]))
    token, address = page.context["form"].initial["token"], reverse("councils:paper", args=[poll.pk])
    before, cookies = _fingerprints(set()), dict(client.session.items())

    with CaptureQueriesContext(connection) as queries:
        answer = client.post(address, {"token": token, "choice": "a"})
    again = client.post(address, {"token": token, "choice": "d"}, follow=True)

    assert (answer.status_code, again.status_code) == (302, 200)
    assert [query["sql"] for query in queries] == [], (
        "the paper asks the database nothing, not even who sent it"
    )
    assert _fingerprints(set()) == before
    assert dict(client.session.items()) == cookies
    assert counts(poll) == (1, 1)


def test_a_paper_is_answered_alike_whatever_it_says(house: House) -> None:
    poll = poll_in(house, meeting_in_session(house))
    address, sent, answers = reverse("councils:paper", args=[poll.pk]), set(), set()

    for member, letter in zip(house.members, "adbadb", strict=False):
        browser = Client()
        browser.force_login(member.user)
        page = browser.get(reverse("councils:ballot", args=[poll.pk]))
        body = urlencode({"token": page.context["form"].initial["token"], "choice": letter})
        # From a browser that carries the sign-in along, and from one that does not.
        answer = (browser if letter == "a" else Client()).post(
            address, body, content_type="application/x-www-form-urlencoded"
        )
        headers = {
            name: value for name, value in answer.headers.items() if name not in {"X-Request-ID", "Expires"}
        }
        sent.add(len(body))
        answers.add(repr((answer.status_code, headers, answer.content, dict(answer.cookies))))

    assert len(sent) == len(answers) == 1
    assert counts(poll) == (6, 6)


def test_the_page_that_takes_a_paper_knows_nobody(house: House, rf: RequestFactory) -> None:
    """Whatever stands behind the middleware sees a stranger without cookies."""
    seen: list[Any] = []

    def look(request: Any) -> HttpResponse:
        seen.append((dict(request.COOKIES), request.META.get("HTTP_COOKIE")))
        return HttpResponse()

    rf.cookies["sessionid"], rf.cookies["language"] = "x", "en"
    NamelessMiddleware(look)(rf.post(reverse("councils:paper", args=[7])))
    NamelessMiddleware(look)(rf.post(reverse("councils:poll_annul", args=[7])))

    assert seen[0] == ({"language": "en"}, None)
    assert "sessionid" in seen[1][0], "the control: another address keeps its cookies"


@pytest.mark.parametrize("voters", [[0], [8], [0, 1, 2, 3, 4, 5, 6, 7, 8]])
def test_the_log_grows_alike_whoever_votes(house: House, voters: list[int]) -> None:
    poll = poll_in(house, meeting_in_session(house))
    before = AuditEntry.objects.count()

    for seat in voters:
        cast(poll, house.members[seat].user, Choice.AGREE)
    close(house, poll)

    grown = AuditEntry.objects.filter(seq__gt=before).order_by("seq").values_list("event", "actor")
    found = [(event, actor) for event, actor in grown if event != "poll.rest_agreed"]
    valid = [("poll.closed", f"user:{house.chair.pk}"), ("dossier.moved", f"user:{house.chair.pk}")]
    assert found == (valid if len(voters) == 9 else [("poll.void", f"user:{house.chair.pk}")])
