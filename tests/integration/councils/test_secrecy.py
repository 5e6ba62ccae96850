"""What the database can and cannot tell about who cast which ballot."""

import hashlib
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, models
from django.test import Client
from django.urls import reverse

from core.models import AuditEntry
from councils.enums import Choice
from councils.models import Ballot, Participation, Poll
from councils.services import cast_ballot, close_poll
from tests.integration.councils.building import House, build_house, cast_all, meeting_in_session, poll_in

CHOICES = [
    Choice.AGREE,
    Choice.DISAGREE,
    Choice.AGREE,
    Choice.BLANK,
    Choice.AGREE,
    Choice.AGREE,
    Choice.DISAGREE,
]

# Papers and members whose rows were written by one transaction, as PostgreSQL itself remembers.
XMIN_JOIN = """
SELECT b.id, count(*), min(p.member_id)
FROM councils_ballot b JOIN councils_participation p ON p.xmin = b.xmin AND p.poll_id = b.poll_id
WHERE b.poll_id = %s AND p.has_voted
GROUP BY b.id
"""


def _rows(query: str, *arguments: Any) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(query, arguments)
        return cursor.fetchall()


def test_no_column_of_a_ballot_names_a_person_or_a_time() -> None:
    fields = Ballot._meta.get_fields(include_hidden=True)

    assert {field.name for field in fields} == {"id", "poll", "sealed", "choice"}
    assert isinstance(Ballot._meta.pk, models.UUIDField)
    assert Ballot._meta.pk.default.__name__ == "uuid4"
    assert not Ballot._meta.ordering


def test_no_column_of_a_participation_tells_when_or_what() -> None:
    fields = Participation._meta.get_fields(include_hidden=True)

    assert {field.name for field in fields} == {"id", "poll", "member", "is_present", "has_voted"}


def test_nothing_but_the_poll_refers_to_ballots() -> None:
    pointing = [
        (model._meta.label, field.name)
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.is_relation and field.related_model is Ballot
    ]

    assert pointing == [("councils.Poll", "ballots")]


@pytest.mark.slow  # It commits for real and empties every table.
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(
    settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"), reason="xmin is PostgreSQL's"
)
def test_transaction_numbers_lead_from_no_paper_to_a_member() -> None:
    house = build_house()
    poll = poll_in(house, meeting_in_session(house))
    cast_all(house, poll, CHOICES)
    while_open = _rows(XMIN_JOIN, poll.pk)

    close_poll(poll=poll, actor=house.chair)
    closed = _rows(XMIN_JOIN, poll.pk)

    # The negative control: while the poll is open, each sealed paper leads to exactly one member.
    assert [matches for _id, matches, _member in while_open] == [1] * len(CHOICES)
    assert [matches for _id, matches, _member in closed] == [len(CHOICES)] * len(CHOICES)
    assert {row[0] for row in closed}.isdisjoint({row[0] for row in while_open})


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
def test_physical_order_after_closing_is_random(house: House) -> None:
    meeting = meeting_in_session(house, items=10)
    cast_in_order = [Choice.AGREE] * 4 + [Choice.DISAGREE] * 3 + [Choice.BLANK] * 2
    seats = [member.pk for member in house.members]
    while_open, papers, members = set(), set(), set()

    for position in range(1, 11):
        poll = poll_in(house, meeting, position)
        cast_all(house, poll, cast_in_order)
        while_open.add(tuple(_physical_order(poll)[1]) == tuple(seats))
        close_poll(poll=poll, actor=house.chair)
        stored, seated = _physical_order(poll)
        papers.add(tuple(stored))
        members.add(tuple(seated))
        assert sorted(stored) == sorted(cast_in_order)

    # Of ten shuffles of nine rows, chance gives two equal orders once in thousands of runs.
    assert len(papers) >= 8
    assert len(members) >= 8
    if connection.vendor == "sqlite":
        assert while_open == {True}, "the negative control: before closing, rows stand as they were made"


def test_ballots_get_new_ids_at_closing(house: House) -> None:
    poll = poll_in(house, meeting_in_session(house))
    cast_all(house, poll, CHOICES)
    sealed_ids = set(Ballot.objects.values_list("pk", flat=True))

    close_poll(poll=poll, actor=house.chair)

    assert sealed_ids.isdisjoint(Ballot.objects.values_list("pk", flat=True))


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


def test_casting_in_the_browser_writes_to_the_two_tables_of_the_vote_only(
    house: House, client: Client
) -> None:
    poll = poll_in(house, meeting_in_session(house))
    client.force_login(house.member)
    address = reverse("councils:ballot", args=[poll.pk])
    client.get(address)
    vote_tables = {"councils_ballot", "councils_participation"}
    before, cookies = _fingerprints(vote_tables), dict(client.session.items())

    answer = client.post(address, {"choice": "agree"}, follow=True)
    again = client.post(address, {"choice": "disagree"}, follow=True)

    assert answer.status_code == again.status_code == 200
    assert _fingerprints(vote_tables) == before
    assert dict(client.session.items()) == cookies
    assert Ballot.objects.count() == 1
    assert "choice" not in str(answer.headers)


@pytest.mark.parametrize("voters", [[0], [8], [0, 1, 2, 3, 4, 5, 6, 7, 8]])
def test_the_log_grows_alike_whoever_votes(house: House, voters: list[int]) -> None:
    poll = poll_in(house, meeting_in_session(house))
    before = AuditEntry.objects.count()

    for seat in voters:
        cast_ballot(poll=poll, choice=Choice.AGREE, actor=house.members[seat].user)
    close_poll(poll=poll, actor=house.chair)

    grown = AuditEntry.objects.filter(seq__gt=before).order_by("seq").values_list("event", "actor")
    assert list(grown) == [
        ("poll.closed", f"user:{house.chair.pk}"),
        ("dossier.moved", f"user:{house.chair.pk}"),
    ]
