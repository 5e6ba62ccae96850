"""Lists leave as workbooks and CSV: all their rows with the filters in force, nothing that a program would run."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils.translation import override
from openpyxl import load_workbook

from core.models import AuditEntry
from core.spreadsheets.writing import ListResource
from core.views import AuditListResource
from councils.views.councils import MeetingListResource
from nominations.enums import Status
from nominations.imports.columns import AwardResource
from nominations.list_exports import (
    DossierListResource,
    ProposalListResource,
    RoundListResource,
    SetListResource,
)
from nominations.models import Dossier, PriorAward
from registry.enums import RowState
from registry.imports import ImportOptions
from registry.models import Unit
from registry.services.imports import receive_file
from reports.selectors import DocumentListResource
from tests.factories import Cast, IndividualFactory, dossier_at, running_round
from tests.integration.nominations.province import proposal_with, recommended_individuals

pytestmark = pytest.mark.django_db

ClientOf = Callable[[str], Client]


def exported(client: Client, name: str, **query: str) -> list[list[Any]]:
    """The rows of a list as its workbook holds them, headings first."""
    answer = client.get(reverse(name), {**query, "xuat": "xlsx"})
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "private, no-store"
    assert ".xlsx" in answer["Content-Disposition"]
    book = load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    return [list(row) for row in book.active.iter_rows(values_only=True)]


def prior_award(unit: Unit) -> PriorAward:
    """A certificate of the province that the unit was given some years ago."""
    return PriorAward.objects.create(
        unit=unit,
        award="province_certificate",
        round_year=2022,
        decision_number="12/QĐ-UBND",
        decided_on=date(2022, 12, 20),
        issuer="Chủ tịch UBND tỉnh",
        movement=running_round().movement,
    )


def test_a_list_leaves_whole_with_its_filters(cast: Cast, client_of: ClientOf) -> None:
    recommended_individuals(cast, 30)
    dossier_at(Status.RECEIVED, cast)

    everything = exported(client_of("reviewer"), "nominations:list")
    received = exported(client_of("reviewer"), "nominations:list", status=Status.RECEIVED)

    assert len(everything) == 1 + 31
    assert [row[7] for row in received[1:]] == [str(Status.RECEIVED.label)]
    assert received[0][0] != received[1][0]


def test_nobody_exports_what_the_list_does_not_show(cast: Cast, client_of: ClientOf) -> None:
    dossier_at(Status.RECEIVED, cast)

    assert len(exported(client_of("commune"), "nominations:list")) == 2
    assert len(exported(client_of("outsider"), "nominations:list")) == 1


def test_csv_is_utf_8_with_its_mark_and_runs_nothing(cast: Cast, client_of: ClientOf) -> None:
    (dossier,) = recommended_individuals(cast, 1)
    Dossier.objects.filter(pk=dossier.pk).update(
        nominee_individual=IndividualFactory(unit=cast.commune, name='=HYPERLINK("http://x";"Đào")')
    )

    answer = client_of("reviewer").get(reverse("nominations:list"), {"xuat": "csv"})
    text = b"".join(answer.streaming_content).decode("utf-8")

    assert text.startswith("\ufeff")
    (_head, row) = csv.reader(io.StringIO(text[1:]))
    assert row[1].startswith("'=HYPERLINK")
    assert row[3].startswith("Xã")


def test_an_export_of_personal_data_leaves_its_trace_without_names(cast: Cast, client_of: ClientOf) -> None:
    dossier_at(Status.RECEIVED, cast)
    before = AuditEntry.objects.count()

    exported(client_of("reviewer"), "nominations:list", q="Phan Điền", status=Status.RECEIVED)

    (entry,) = AuditEntry.objects.order_by("seq")[before:]
    assert entry.event == "list.exported"
    assert json.loads(entry.payload.content)["filters"] == ["status"]
    assert "Điền" not in str(entry.payload.content)


def test_lists_without_people_leave_no_trace(cast: Cast, client_of: ClientOf) -> None:
    proposal_with(cast, recommended_individuals(cast, 2))
    before = AuditEntry.objects.count()

    rows = exported(client_of("reviewer"), "nominations:proposals")

    assert len(rows) == 2
    assert AuditEntry.objects.count() == before


@pytest.mark.parametrize(
    "name",
    [
        "nominations:sets",
        "nominations:history",
        "nominations:desk",
        "nominations:rounds",
        "reports:documents",
        "councils:list",
    ],
)
def test_every_list_of_the_desk_can_be_taken_out(cast: Cast, client_of: ClientOf, name: str) -> None:
    dossier_at(Status.RECEIVED, cast)

    rows = exported(client_of("reviewer"), name)

    assert len(rows[0]) >= 5
    assert all(rows[0])


def test_the_log_leaves_for_those_who_read_it(cast: Cast, client_of: ClientOf) -> None:
    dossier_at(Status.RECEIVED, cast)

    rows = exported(client_of("auditor"), "core:audit")

    assert len(rows) == 1 + AuditEntry.objects.count()
    assert client_of("commune").get(reverse("core:audit"), {"xuat": "csv"}).status_code == 403


@pytest.mark.walk
@pytest.mark.parametrize(
    ("name", "resource"),
    [
        ("nominations:list", DossierListResource),
        ("nominations:desk", DossierListResource),
        ("nominations:sets", SetListResource),
        ("nominations:proposals", ProposalListResource),
        ("nominations:rounds", RoundListResource),
        ("nominations:history", AwardResource),
        ("councils:list", MeetingListResource),
        ("reports:documents", DocumentListResource),
        ("core:audit", AuditListResource),
    ],
)
def test_every_column_that_is_taken_from_its_resource_is_missed_in_the_list_that_leaves(
    cast: Cast,
    client_of: ClientOf,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    resource: type[ListResource],
) -> None:
    prior_award(cast.commune)
    dossier_at(Status.RECEIVED, cast)
    client = client_of("auditor" if name == "core:audit" else "reviewer")
    head, *rows = exported(client, name)
    with override("vi"):
        assert head == [str(column.label) for column in resource.exported().values()]

    for at, column in enumerate(resource.exported()):
        kept = {key: field for key, field in resource.fields.items() if key != column}
        with monkeypatch.context() as patched:
            patched.setattr(resource, "fields", kept)
            assert exported(client, name) == [[*row[:at], *row[at + 1 :]] for row in (head, *rows)], column


def test_an_award_history_loads_back_as_it_left(
    cast: Cast, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django.db.transaction.on_commit", lambda call, *args, **kwargs: call())
    prior_award(cast.commune)
    answer = client_of("reviewer").get(reverse("nominations:history"), {"xuat": "xlsx"})
    content = b"".join(answer.streaming_content)

    staged = receive_file(
        kind="awards", upload=ContentFile(content, "lich-su.xlsx"), options=ImportOptions(), actor=None
    )

    staged.refresh_from_db()
    assert (staged.counts[RowState.UNCHANGED], staged.counts[RowState.REFUSED]) == (1, 0), list(
        staged.batches.values_list("rows")
    )


def test_an_unknown_format_is_the_page(cast: Cast, client_of: ClientOf) -> None:
    answer = client_of("reviewer").get(reverse("nominations:list"), {"xuat": "exe"})

    assert answer["Content-Type"].startswith("text/html")


@pytest.mark.parametrize(("few", "many"), [(1, 30)])
def test_exports_take_the_same_queries_for_few_and_many(
    cast: Cast, client_of: ClientOf, few: int, many: int, django_assert_num_queries: Any
) -> None:
    client = client_of("reviewer")
    recommended_individuals(cast, few)
    exported(client, "nominations:list")
    with django_assert_num_queries(15) as one:
        exported(client, "nominations:list")
    recommended_individuals(cast, many)
    with django_assert_num_queries(len(one.captured_queries)):
        exported(client, "nominations:list")


@pytest.mark.parametrize(("language", "status"), [("vi", "Đang thẩm định"), ("en", "Under appraisal")])
def test_csv_speaks_the_readers_language_to_its_last_line(
    cast: Cast, client_of: ClientOf, language: str, status: str
) -> None:
    dossier_at(Status.RECEIVED, cast)
    client = client_of("reviewer")
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language

    answer = client.get(reverse("nominations:list"), {"xuat": "csv"})
    text = b"".join(answer.streaming_content).decode()

    (_head, row) = csv.reader(io.StringIO(text[1:]))
    assert row[7] == status
