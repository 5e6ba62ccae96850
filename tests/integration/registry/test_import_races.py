"""Two hands at once on files: one load, one sentence; a crash in the middle of reading is begun again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from core import clock
from core.exceptions import StaleState
from registry.enums import ImportStatus, RowState
from registry.imports import ImportOptions, households_writing
from registry.imports.staged import read_rows
from registry.models import Household, HouseholdStatus, ImportFile, Individual, StagedBatch
from registry.services import imports
from registry.services.imports import (
    confirm_file,
    discard_file,
    read_into_staging,
    receive_file,
    take_up_stalled,
)
from tests.factories import Cast, make_cast
from tests.integration.registry.import_files import workbook
from tests.integration.registry.import_steps import load
from tests.races import at_once, one_success

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast(transactional_db: None, frozen_day: Callable[[date], None]) -> Cast:
    return make_cast()


def staged(
    cast: Cast, rows: list[list[Any]], head: tuple[str, ...] = ("Chủ hộ", "Năm sinh", "2023")
) -> ImportFile:
    found = receive_file(
        kind="households",
        upload=ContentFile(workbook([head, *rows]), "ho.xlsx"),
        options=ImportOptions(),
        actor=cast["commune"],
    )
    found.refresh_from_db()
    assert found.status == ImportStatus.STAGED, found.problem
    return found


def fresh(found: ImportFile) -> ImportFile:
    return ImportFile.objects.get(pk=found.pk)


@pytest.mark.race
def test_one_file_is_loaded_once_by_two_hands(cast: Cast) -> None:
    file = staged(cast, [["Lê Văn Tám", 1960, "HN"], ["Lê Văn Chín", 1961, "CN"]])

    answers = at_once(
        *(lambda: confirm_file(import_file=fresh(file), actor=cast["commune"]) for _hand in range(2))
    )

    one_success(answers)
    assert (Household.objects.count(), HouseholdStatus.objects.count()) == (2, 2)


@pytest.mark.race
def test_loading_and_setting_aside_at_once_leaves_one_of_them(cast: Cast) -> None:
    file = staged(cast, [["Lê Văn Tám", 1960, "HN"]])

    answers = at_once(
        lambda: confirm_file(import_file=fresh(file), actor=cast["commune"]),
        lambda: discard_file(import_file=fresh(file), actor=cast["commune"]),
    )

    one_success(answers)
    loaded = fresh(file).status == ImportStatus.CONFIRMED
    assert Household.objects.count() == (1 if loaded else 0)


@pytest.mark.race
def test_two_files_that_change_one_standing_are_not_both_loaded(cast: Cast) -> None:
    confirm_file(import_file=staged(cast, [["Lê Văn Tám", 1960, "HN"]]), actor=cast["commune"])
    files = [staged(cast, [["Lê Văn Tám", 1960, words]]) for words in ("CN", "TB")]

    answers = at_once(
        *(lambda file=file: confirm_file(import_file=fresh(file), actor=cast["commune"]) for file in files)
    )

    one_success(answers)
    assert HouseholdStatus.objects.get().status in {"near_poor", "average"}


def test_two_files_that_make_one_household_are_not_both_loaded(cast: Cast) -> None:
    files = [staged(cast, [["Lê Văn Tám", 1960, words]]) for words in ("HN", "CN")]
    confirm_file(import_file=files[0], actor=cast["commune"])

    with pytest.raises(StaleState):
        confirm_file(import_file=files[1], actor=cast["commune"])

    assert Household.objects.count() == 1


def test_reading_that_was_cut_off_begins_again(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    file = staged(cast, [[f"Lê Văn {number}", 1960, "HN"] for number in range(1200)])
    StagedBatch.objects.filter(import_file=file).exclude(position=0).delete()
    ImportFile.objects.filter(pk=file.pk).update(status=ImportStatus.READING, rows_read=500)

    read_into_staging.call(import_id=file.pk)

    again = fresh(file)
    assert (again.status, again.counts[RowState.NEW]) == (ImportStatus.STAGED, 1200)
    assert sum(len(read_rows(batch.state, batch.rows)) for batch in again.batches.all()) == 1200


def _left_by_its_worker(file: ImportFile, *, ago: timedelta) -> None:
    StagedBatch.objects.filter(import_file=file).delete()
    ImportFile.objects.filter(pk=file.pk).update(
        status=ImportStatus.READING, rows_read=0, leased_until=clock.now() - ago
    )


def test_a_reading_whose_worker_died_goes_on_when_its_page_is_looked_at(cast: Cast, client: Client) -> None:
    file = staged(cast, [["Lê Văn Tám", 1960, "HN"]])
    _left_by_its_worker(file, ago=timedelta(minutes=2))
    client.force_login(cast["commune"])

    client.get(reverse("registry:import_file", args=[file.pk]))

    assert (fresh(file).status, fresh(file).counts[RowState.NEW]) == (ImportStatus.STAGED, 1)


def test_a_reading_whose_worker_died_is_taken_up_at_the_next_heartbeat(cast: Cast) -> None:
    file = staged(cast, [["Lê Văn Tám", 1960, "HN"]])
    _left_by_its_worker(file, ago=timedelta(minutes=2))

    call_command("heartbeat", "--once")
    # The heartbeat says that a worker lives, so the reading waits in its queue, once.
    call_command("heartbeat", "--once")
    waiting = DBTaskResult.objects.filter(task_path__endswith="read_into_staging")
    assert [one.args_kwargs["kwargs"] for one in waiting] == [{"import_id": file.pk}]
    read_into_staging.call(import_id=file.pk)

    assert fresh(file).status == ImportStatus.STAGED


def test_a_reading_that_goes_on_is_left_to_its_worker(cast: Cast) -> None:
    file = staged(cast, [["Lê Văn Tám", 1960, "HN"]])
    _left_by_its_worker(file, ago=-timedelta(seconds=30))

    assert take_up_stalled() == 0
    read_into_staging.call(import_id=file.pk)

    assert fresh(file).status == ImportStatus.READING
    assert not StagedBatch.objects.filter(import_file=file).exists()


def test_a_file_set_aside_while_it_is_read_stays_set_aside(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = staged(cast, [[f"Lê Văn {number}", 1960, "HN"] for number in range(6000)])
    ImportFile.objects.filter(pk=file.pk).update(status=ImportStatus.READING)
    flush = imports._stage

    def set_aside_first(**arguments: Any) -> bool:
        discard_file(import_file=fresh(file), actor=cast["commune"])
        monkeypatch.setattr(imports, "_stage", flush)
        return flush(**arguments)

    monkeypatch.setattr(imports, "_stage", set_aside_first)

    read_into_staging.call(import_id=file.pk)

    assert fresh(file).status == ImportStatus.DISCARDED
    assert not StagedBatch.objects.filter(import_file=file).exists()


def test_a_fault_while_reading_does_not_leave_the_page_waiting(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = staged(cast, [["Lê Văn Tám", 1960, "HN"]])
    ImportFile.objects.filter(pk=file.pk).update(status=ImportStatus.READING)

    def fail(*_arguments: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(imports, "stage_content", fail)

    with pytest.raises(ZeroDivisionError):
        read_into_staging.call(import_id=file.pk)

    assert (fresh(file).status, "reading_failed" in fresh(file).problem) == (ImportStatus.FAILED, True)


@pytest.mark.parametrize("kind", ["households", "individuals"])
def test_two_files_that_make_one_person_at_one_instant_are_not_both_loaded(cast: Cast, kind: str) -> None:
    letter = "H" if kind == "households" else "C"
    # Each file brings codes of its own, so that two new codes alike are not what keeps the second out.
    files = [
        load(
            kind,
            [
                ["Mã hộ" if letter == "H" else "Mã cá nhân", "Họ và tên", "Năm sinh"],
                [f"{letter}-{hand}-00001", "Lê Văn Tám", 1960],
                [f"{letter}-{hand}-00002", "Lê Văn Chín", 1961],
            ],
            cast["commune"],
        )
        for hand in range(2)
    ]

    answers = at_once(
        *(lambda file=file: confirm_file(import_file=fresh(file), actor=cast["commune"]) for file in files)
    )

    one_success(answers)
    model = Household if kind == "households" else Individual
    assert sorted(model.objects.values_list("name", flat=True)) == ["Lê Văn Chín", "Lê Văn Tám"]


def test_the_communes_row_is_what_keeps_the_second_file_out(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: without it PostgreSQL loads both, since neither transaction sees the other's rows."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    barrier = Barrier(2)
    hold = households_writing.hold_homes

    def both_hold_nothing(unit_ids: Any) -> Any:
        barrier.wait(timeout=20)
        return hold([])

    monkeypatch.setattr(households_writing, "hold_homes", both_hold_nothing)
    head = ("Mã hộ", "Chủ hộ", "2023")
    files = [staged(cast, [[f"H-{hand}-00001", "Lê Văn Tám", "HN"]], head) for hand in range(2)]

    at_once(
        *(lambda file=file: confirm_file(import_file=fresh(file), actor=cast["commune"]) for file in files)
    )

    assert Household.objects.count() == 2
