"""Personal data whose time is over: shown first, erased when confirmed, and the log still holds."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.utils import timezone, translation

from core import terms
from core.audit.recording import PendingEntry
from core.audit.verifying import blanked_unsaid
from core.audit.writing import append
from core.files import XLSX, store_bytes
from core.models import AuditEntry, AuditPayload, OutboxMessage, StoredFile
from core.proving import flaws
from core.retention import erase_expired, expired_on, registered
from core.terms import deadlines, retention
from registry.enums import ImportStatus, RowState
from registry.imports.staged import packed
from registry.models import ImportFile, StagedBatch
from tests.factories.files import stored_in

pytestmark = pytest.mark.django_db
LATER = date(2041, 1, 1)


@pytest.fixture(autouse=True)
def _in_english(settings: Any, tmp_path: Any) -> Iterator[None]:
    settings.STORAGES = stored_in(tmp_path)
    with translation.override("en"):
        yield


def counts(day: date) -> dict[str, int]:
    return {one.term.name: one.count for one in expired_on(day)}


def handed_in(kind: str = "households", status: str = ImportStatus.CONFIRMED) -> ImportFile:
    stored = store_bytes(content=b"PK rows", name="ho.xlsx", content_type=XLSX, actor=None)
    file = ImportFile.objects.create(
        kind=kind,
        file_name="ho.xlsx",
        sha256=stored.sha256,
        stored_file=stored,
        status=status,
        created_at=timezone.now(),
    )
    StagedBatch.objects.create(import_file=file, state=RowState.NEW, position=1, rows=packed([]))
    return file


def test_every_kind_of_the_data_file_can_be_erased_and_names_its_ground() -> None:
    assert set(retention()) == registered()
    values = [value for term in (*retention().values(), *deadlines().values()) for value in term.values]
    assert len(values) >= 7
    assert all(value.reference and value.verified_on for value in values)
    assert all(value.measure == "years" for term in retention().values() for value in term.values)


def test_a_value_without_its_ground_is_refused(tmp_path: Any) -> None:
    content = yaml.safe_load(terms.DATA.read_text(encoding="utf-8"))
    del content["retention"]["mail"]["values"][date(2021, 1, 1)]["reference"]
    path = tmp_path / "data.yaml"
    path.write_text(yaml.safe_dump(content), encoding="utf-8")

    with pytest.raises(ImproperlyConfigured, match=r"retention\.mail, value of 2021-01-01: write one of"):
        terms._read(path)


@pytest.mark.parametrize(("day", "amount"), [(date(2025, 12, 31), 72), (date(2026, 1, 1), 10)])
def test_a_term_changes_with_the_law_on_its_day(day: date, amount: int) -> None:
    value = deadlines()["request"].on(day)

    assert value is not None
    assert value.amount == amount
    assert deadlines()["request"].on(date(2023, 6, 30)) is None


@pytest.mark.parametrize(
    ("name", "day", "ends"),
    [
        ("first_answer", date(2026, 1, 2), date(2026, 1, 6)),  # a Friday: Monday, Tuesday
        ("first_answer", date(2026, 1, 5), date(2026, 1, 7)),
        ("request", date(2026, 1, 2), date(2026, 1, 12)),
        ("breach", date(2026, 1, 2), date(2026, 1, 5)),
    ],
)
def test_terms_end_when_they_should(name: str, day: date, ends: date) -> None:
    nine = time(9, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
    value = deadlines()[name].on(day)

    assert value is not None
    assert value.after(datetime.combine(day, nine)) == datetime.combine(ends, nine)


def data_with(tmp_path: Any, part: str, name: str, measure: str, amount: Any) -> Any:
    """A data file in which one term is of another measure or amount."""
    content = yaml.safe_load(terms.DATA.read_text(encoding="utf-8"))
    value = next(iter(content[part][name]["values"].values()))
    for known in ("years", "days", "hours", "working_days"):
        value.pop(known, None)
    value[measure] = amount
    path = tmp_path / "data.yaml"
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return terms._read(path)[part][name]


def test_what_is_kept_for_days_goes_after_days(tmp_path: Any) -> None:
    value = data_with(tmp_path, "retention", "looks", "days", 180).on(date(2026, 6, 30))

    assert value is not None
    assert value.before(date(2026, 6, 30)) == date(2026, 1, 1)


@pytest.mark.parametrize(
    ("part", "name", "measure", "amount", "words"),
    [
        ("retention", "looks", "hours", 72, "write one of years, days"),
        ("retention", "looks", "working_days", 5, "write one of years, days"),
        ("deadlines", "breach", "years", 1, "write one of days, working_days, hours"),
        ("retention", "looks", "years", 0, "a whole number from 1"),
        ("retention", "looks", "years", "hai", "a whole number from 1"),
        ("retention", "looks", "years", 1.5, "a whole number from 1"),
    ],
)
def test_a_measure_that_would_not_be_followed_is_refused(
    tmp_path: Any, part: str, name: str, measure: str, amount: Any, words: str
) -> None:
    with pytest.raises(ImproperlyConfigured, match=words):
        data_with(tmp_path, part, name, measure, amount)


def test_years_before_a_leap_day() -> None:
    value = retention()["mail"].on(date(2028, 2, 29))

    assert value is not None
    assert value.before(date(2028, 2, 29)) == date(2027, 2, 28)


def test_nothing_is_erased_before_its_time(frozen_day: Any) -> None:
    handed_in()
    append([PendingEntry("registry.household_changed", "registry.household:1", "system", {"n": 1})])

    assert set(counts(timezone.localdate()).values()) == {0}
    assert erase_expired(on=timezone.localdate(), actor=None) == {}


def test_what_the_log_says_of_people_is_blanked_and_the_log_holds() -> None:
    append(
        PendingEntry("registry.household_changed", subject, "system", {"status": "poor"})
        for subject in ("registry.household:1", "registry.individual:2", "registry.unit:3")
    )

    gone = erase_expired(on=LATER, actor=None)

    assert gone == {"log_of_people": 2}
    assert [payload.content != "" for payload in AuditPayload.objects.order_by("pk")[:3]] == [
        False,
        False,
        True,
    ]
    assert blanked_unsaid() == []
    assert flaws() == []
    assert counts(LATER)["log_of_people"] == 0
    told = AuditEntry.objects.get(event="log.entries_erased").payload.content
    assert "retention log_of_people, 10 years: Nghị định 13/2023" in told


def test_lists_of_people_go_with_their_rows_and_bytes(django_capture_on_commit_callbacks: Any) -> None:
    file, figures, open_one = handed_in(), handed_in("reviews"), handed_in(status=ImportStatus.STAGED)
    place = file.stored_file.storage_name

    with django_capture_on_commit_callbacks(execute=True):
        gone = erase_expired(on=LATER, actor=None)

    assert gone == {"handed_in_files": 1}
    file.refresh_from_db()
    assert (file.stored_file, file.sha256 != "", file.batches.count()) == (None, True, 0)
    assert not default_storage.exists(place)
    assert StoredFile.objects.count() == 2
    for kept in (figures, open_one):
        assert kept.batches.count() == 1
        assert default_storage.exists(kept.stored_file.storage_name)
    assert AuditEntry.objects.filter(event="registry.files_erased").exists()


def test_bytes_that_something_else_refers_to_stay(django_capture_on_commit_callbacks: Any) -> None:
    file, twin = handed_in(), handed_in("reviews")
    ImportFile.objects.filter(pk=twin.pk).update(stored_file=file.stored_file)

    with django_capture_on_commit_callbacks(execute=True):
        erase_expired(on=LATER, actor=None)

    twin.refresh_from_db()
    assert default_storage.exists(twin.stored_file.storage_name)


def test_sent_mail_is_blanked_and_never_sent_again() -> None:
    now = timezone.now()
    for key, sent in (("sent", now), ("waiting", None)):
        OutboxMessage.objects.create(
            key=key,
            recipient="a@example.vn",
            subject="s",
            body="b",
            calendar="BEGIN:VCALENDAR",
            created_at=now,
            sent_at=sent,
        )

    assert erase_expired(on=LATER, actor=None) == {"mail": 1}

    sent, waiting = OutboxMessage.objects.order_by("key")
    assert (sent.key, sent.recipient, sent.body, sent.calendar) == ("sent", "", "", "")
    assert (waiting.recipient, waiting.calendar) == ("a@example.vn", "BEGIN:VCALENDAR")


def test_the_command_shows_first_and_erases_when_confirmed(settings: Any) -> None:
    settings.FIXED_TODAY = LATER
    append([PendingEntry("registry.household_changed", "registry.household:1", "system", {"n": 1})])
    out = StringIO()

    call_command("erase_expired", stdout=out)

    assert (
        "log_of_people (What log entries say of households and individuals), before 01/01/2031: 1"
        in out.getvalue()
    )
    assert "Nothing was erased." in out.getvalue()
    assert AuditPayload.objects.get(pk=1).content != ""
    call_command("erase_expired", "--confirm", stdout=out)
    assert "Erased: log_of_people 1." in out.getvalue()
    assert AuditPayload.objects.get(pk=1).content == ""


def test_a_moment_counts_by_the_offices_day() -> None:
    append([PendingEntry("registry.household_changed", "registry.household:1", "system", {"n": 1})])
    today = timezone.localdate()
    ten_years_on = today.replace(year=today.year + 10, day=min(today.day, 28))

    assert counts(ten_years_on - timedelta(days=3))["log_of_people"] == 0
    assert counts(ten_years_on + timedelta(days=4))["log_of_people"] == 1
