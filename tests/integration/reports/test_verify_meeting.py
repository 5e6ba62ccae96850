"""A meeting counted again: an untouched one holds, and each forgery is named with both values."""

import copy
import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse
from django.utils import translation

from core.audit import triggers
from core.audit.chain import canonical, sha256
from core.audit.recording import PendingEntry
from core.audit.writing import append, hash_of
from core.models import AuditPayload, StoredFile
from core.outages import StorageAway
from councils.enums import Choice, PresenceKind
from councils.models import (
    Attendance,
    Ballot,
    Meeting,
    MeetingNote,
    PaperBatch,
    Participation,
    Poll,
    PresenceEvent,
    Signature,
    Tally,
)
from councils.recount import recount
from councils.services import annul_poll, close_meeting, keep_notes, strike_presence, take_roll
from councils.services.records import TypedNote
from nominations.enums import Status
from nominations.models import Dossier, StatusChange
from reports import services, verifying
from reports.models import IssuedDocument
from tests.conftest import PLAYED_DAY
from tests.integration.councils.building import (
    House,
    build_house,
    cast_all,
    close,
    meeting_in_session,
    poll_in,
)
from tests.integration.reports.signing import signed
from tests.integration.reports.test_pages import client_of
from tests.shared_rows import rows_for_all

pytestmark = [pytest.mark.django_db, pytest.mark.slow]  # They begin from a meeting of nine with three polls.


@pytest.fixture(autouse=True)
def _in_english(frozen_day: Callable[[date], None]) -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture(scope="module")
def _kept(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[House, Meeting, Path]]:
    files = tmp_path_factory.mktemp("held")
    with (
        rows_for_all(django_db_blocker, PLAYED_DAY, files),
        translation.override("en"),
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(
            services, "render_pdf", lambda kind, context, imprint: f"%PDF- {kind} {imprint}".encode()
        )
        house = build_house()
        yield house, _held_in(house), files


@pytest.fixture
def house(_kept: tuple[House, Meeting, Path], db: None) -> House:
    return copy.deepcopy(_kept[0])


@pytest.fixture
def held(_kept: tuple[House, Meeting, Path], db: None, tmp_path: Path) -> Meeting:
    _house, meeting, files = _kept
    shutil.copytree(files, tmp_path, dirs_exist_ok=True)
    return Meeting.objects.get(pk=meeting.pk)


def _held_in(house: House) -> Meeting:
    """Members came late and left, one event was struck out, one poll is void, notes were kept, both records signed."""
    meeting = meeting_in_session(house, items=2, absent=2)
    late = house.members[7]
    (mistaken,) = take_roll(meeting=meeting, present=house.members[:6], actor=house.secretary)
    strike_presence(event=mistaken, actor=house.secretary)
    annul_poll(poll=poll_in(house, meeting), reason="Mất điện.", actor=house.chair)
    take_roll(meeting=meeting, present=[*house.members[:7], late], actor=house.secretary)
    first = poll_in(house, meeting)
    cast_all(house, first, [Choice.AGREE] * 7 + [Choice.DISAGREE])
    take_roll(meeting=meeting, present=[*house.members[:6], late], actor=house.secretary)
    close(house, first)
    second = poll_in(house, meeting, 2)
    cast_all(house, second, [Choice.AGREE] * 5 + [Choice.BLANK])
    close(house, second)
    item = meeting.items.get(position=1)
    empty = hashlib.sha256(b"").hexdigest()[:16]
    keep_notes(
        meeting=meeting, typed=[TypedNote(f"item-{item.pk}", "Đã thảo luận.", empty)], actor=house.secretary
    )
    close_meeting(meeting=meeting, conclusion="Thống nhất.", actor=house.chair)
    for kind in ("minutes", "counting"):
        signed(meeting, kind)
    return meeting


def verify(meeting: Meeting, *words: str) -> list[str]:
    out = StringIO()
    call_command("verify_meeting", str(meeting.pk), *words, stdout=out)
    return out.getvalue().splitlines()


def differing(meeting: Meeting) -> list[str]:
    """The lines that differ, of a command that ends with 1."""
    out = StringIO()
    with pytest.raises(CommandError) as raised:
        call_command("verify_meeting", str(meeting.pk), stdout=out)
    assert raised.value.returncode == 1
    return [line for line in out.getvalue().splitlines() if line.startswith("DIFFERS")]


def test_an_untouched_meeting_holds(held: Meeting) -> None:
    lines = verify(held)

    assert len(lines) > 40
    assert not any(line.startswith("DIFFERS") for line in lines)
    assert lines[-1].endswith("checks hold.")


def test_a_meeting_from_before_presence_was_told_by_event_is_compared_in_the_rest(held: Meeting) -> None:
    """The log of such a meeting tells how many were there, and no names."""
    with triggers.lifted(connection):
        for payload in AuditPayload.objects.filter(entry__event="meeting.roll_taken").select_related("entry"):
            said = json.loads(payload.content)
            del said["changes"]
            payload.content = canonical(said)
            payload.save()
            row = payload.entry
            row.payload_hash = sha256(payload.content)
            row.hash = hash_of(row)
            row.save()

    lines = "\n".join(verify_quick(held))

    assert "Presence, event by event" not in lines
    assert "counted from presence" not in lines
    assert "papers: Agree 7, Disagree 1" in lines


def verify_quick(meeting: Meeting) -> list[str]:
    """The checks of the meeting's own entries, each of which holds."""
    return [str(one) for one in recount(meeting) if one.holds]


def _counted(held: Meeting) -> Poll:
    return Poll.objects.get(agenda_item__meeting=held, agenda_item__position=1, tally__isnull=False)


def _a_tally(held: Meeting) -> list[str]:
    Tally.objects.filter(poll=_counted(held)).update(agree=8, disagree=0)
    return [
        "papers: the tally = Agree 8, Disagree 0, Blank ballot 0, Invalid ballot 0, papers from the urn = Agree 7, Disagree 1",
        "what it closed with: the log = present when it opened 8, present when it closed 7",
    ]


def _a_result(held: Meeting) -> list[str]:
    Tally.objects.filter(poll=_counted(held)).update(result="recommended")
    return [
        "result: the tally = quorum there is one, result Recommended, counted again = quorum there is one, result Not recommended",
        "step by the count: the tally = Recommended by the council, its history = Not recommended",
    ]


def _what_is_needed(held: Meeting) -> list[str]:
    Tally.objects.filter(poll=_counted(held)).update(required=7)
    return ["votes needed: the tally = 7, counted again = 8"]


def _a_threshold(held: Meeting) -> list[str]:
    Poll.objects.filter(pk=_counted(held).pk).update(threshold=70)
    return ["threshold in percent 70", "votes needed: the tally = 8, counted again = 7"]


def _a_ballot_gone(held: Meeting) -> list[str]:
    Ballot.objects.filter(poll=_counted(held), choice=Choice.AGREE).first().delete()
    return [
        "papers: the tally = Agree 7, Disagree 1, Blank ballot 0, Invalid ballot 0, papers from the urn = Agree 6",
        "not returned: the tally = 0, counted again = 1",
    ]


def _a_ballot_changed(held: Meeting) -> list[str]:
    Ballot.objects.filter(poll=_counted(held), choice=Choice.DISAGREE).update(choice=Choice.AGREE)
    return [
        "papers from the urn = Agree 8, Disagree 0",
        "counted again = quorum there is one, result Recommended",
    ]


def _papers_of_a_void_poll(held: Meeting) -> list[str]:
    void = Poll.objects.get(agenda_item__meeting=held, status="void")
    Ballot.objects.create(poll=void, choice=Choice.AGREE)
    return ["papers kept of a void poll: stored = 1, allowed = 0"]


def _a_right_taken(held: Meeting) -> list[str]:
    row = Participation.objects.filter(poll=_counted(held), is_present=True).first()
    Participation.objects.filter(pk=row.pk).update(is_present=False)
    return [
        "who was there when it opened: rights in the poll = 7, presence = Người",
        "ballots handed out: the poll = 8, rights in the poll = 7",
    ]


def _a_mark_of_having_voted(held: Meeting) -> list[str]:
    row = Participation.objects.filter(poll=_counted(held), has_voted=True).first()
    Participation.objects.filter(pk=row.pk).update(has_voted=False)
    return ["members who voted: the tally = 8, rights in the poll = 7"]


def _a_recusal(held: Meeting) -> list[str]:
    row = Participation.objects.filter(poll=_counted(held), is_present=True).first()
    Participation.objects.filter(pk=row.pk).update(is_recused=True)
    return [
        f"taking no part {row.member} [{row.member_id}], threshold",
        "taking no part: the poll = 0, rights in the poll = 1",
    ]


def _presence_changed(held: Meeting) -> list[str]:
    event = PresenceEvent.objects.filter(attendance__meeting=held, kind=PresenceKind.ABSENT).first()
    PresenceEvent.objects.filter(pk=event.pk).update(kind=PresenceKind.CAME)
    return [
        f"Presence, event by event: the log = {event.attendance.member} [{event.attendance.member_id}] Absent without leave",
        "present when it opened: the poll = 7, counted from presence = 8",
    ]


def _presence_moved(held: Meeting) -> list[str]:
    event = PresenceEvent.objects.filter(attendance__meeting=held, kind=PresenceKind.LEFT).last()
    PresenceEvent.objects.filter(pk=event.pk).update(at=event.at - timedelta(hours=1))
    return ["Presence, event by event: the log = "]


def _presence_gone(held: Meeting) -> list[str]:
    PresenceEvent.objects.filter(attendance__meeting=held, kind=PresenceKind.LEFT).last().delete()
    return [
        "Presence, event by event: the log = ",
        "present when it closed: the poll = 7, counted from presence = 8",
    ]


def _presence_no_longer_struck(held: Meeting) -> list[str]:
    PresenceEvent.objects.exclude(struck_at=None).update(struck_at=None, struck_by=None)
    return ["Presence, event by event: the log = ", "counted from presence = 6"]


def _a_line_of_the_roll(held: Meeting) -> list[str]:
    seat = held.council.members.last()
    row = Attendance.objects.get(meeting=held, member=seat)
    row.events.all().delete()
    row.delete()
    return ["Members on the roll: the log = 9, the roll = 8"]


def _a_poll_gone(held: Meeting) -> list[str]:
    void = Poll.objects.get(agenda_item__meeting=held, status="void")
    void.participations.all().delete()
    number = void.pk
    void.delete()
    return [f"Polls that the log tells of and that are gone: the log = {number}, the meeting = 0"]


def _a_dossier(held: Meeting) -> list[str]:
    dossier = Dossier.objects.get(agenda_items__meeting=held, agenda_items__position=1)
    Dossier.objects.filter(pk=dossier.pk).update(status=Status.RECOMMENDED)
    return [
        f"Dossier {dossier.code}: status: the dossier = Recommended by the council, its history = Not recommended"
    ]


def _a_step(held: Meeting) -> list[str]:
    StatusChange.objects.filter(verb="not_recommend").first().delete()
    return ["step by the count: the tally = Not recommended, its history = no step"]


def _a_note(held: Meeting) -> list[str]:
    MeetingNote.objects.update(text="Khác hẳn.")
    return ["Notes for the minutes: the log = item-"]


def _the_conclusion(held: Meeting) -> list[str]:
    """As it was given when the meeting closed: nobody wrote it anew."""
    Meeting.objects.filter(pk=held.pk).update(conclusion="Khác hẳn.")
    return ["Notes for the minutes: the log = conclusion "]


def _a_signature(held: Meeting) -> list[str]:
    Signature.objects.filter(record="minutes").first().delete()
    return ["Signatures: the log = Minutes of the meeting 1, Secretary of the meeting"]


def _bytes_of_a_document(held: Meeting) -> list[str]:
    document = IssuedDocument.objects.get(kind="minutes")
    place = StoredFile.objects.get(pk=document.file_id).storage_name
    default_storage.delete(place)
    default_storage.save(place, ContentFile(b"%PDF- forged"))
    return [
        f"Minutes of the meeting {document}: bytes: the hash that was kept = {document.sha256}, the file = "
        + hashlib.sha256(b"%PDF- forged").hexdigest()
    ]


def _bytes_and_hash_of_a_document(held: Meeting) -> list[str]:
    document = IssuedDocument.objects.get(kind="counting")
    IssuedDocument.objects.filter(pk=document.pk).update(sha256="f" * 64)
    return [
        f"Counting record {document}: hash: the log = {document.sha256}, the register = {'f' * 64}",
    ]


def _a_document_gone(held: Meeting) -> list[str]:
    IssuedDocument.objects.get(kind="counting").delete()
    return ["Counting record: signed versions: the signatures = 1, the documents = 0"]


def _a_file_gone(held: Meeting) -> list[str]:
    document = IssuedDocument.objects.get(kind="minutes")
    default_storage.delete(StoredFile.objects.get(pk=document.file_id).storage_name)
    return ["bytes: the hash that was kept = ", "the file = gone"]


def _a_printed_head(held: Meeting) -> list[str]:
    IssuedDocument.objects.filter(kind="minutes").update(head_hash="e" * 64)
    return [f"printed = {'e' * 64}, the log = "]


FORGERIES = [
    _a_tally,
    _a_result,
    _what_is_needed,
    _a_threshold,
    _a_ballot_gone,
    _a_ballot_changed,
    _papers_of_a_void_poll,
    _a_right_taken,
    _a_mark_of_having_voted,
    _a_recusal,
    _presence_changed,
    _presence_moved,
    _presence_gone,
    _presence_no_longer_struck,
    _a_line_of_the_roll,
    _a_poll_gone,
    _a_dossier,
    _a_step,
    _a_note,
    _the_conclusion,
    _a_signature,
    _bytes_of_a_document,
    _bytes_and_hash_of_a_document,
    _a_document_gone,
    _a_file_gone,
    _a_printed_head,
]


@pytest.mark.parametrize("forge", FORGERIES)
def test_each_forgery_is_named_with_both_values(held: Meeting, forge: Callable[[Meeting], list[str]]) -> None:
    expected = forge(held)

    lines = "\n".join(differing(held))

    for words in expected:
        assert words in lines, lines


@pytest.mark.parametrize("is_marked", [True, False])
def test_marks_of_those_on_paper_are_held_against_their_batches(held: Meeting, is_marked: bool) -> None:
    poll = _counted(held)
    absent = Participation.objects.filter(poll=poll, is_present=False).first()
    Participation.objects.filter(pk=absent.pk).update(on_paper="written", has_voted=is_marked)
    PaperBatch.objects.create(
        poll=poll,
        kind="written",
        key="a",
        papers_count=1,
        status="confirmed",
        entered_by=held.secretary,
        entered_at=poll.opened_at,
        settled_by=held.chair,
        settled_at=poll.opened_at,
    )

    lines = "\n".join(differing(held))

    named = "members who voted on paper: rights in the poll = 0, the batches = 1"
    assert (named in lines) == (not is_marked)
    # The written opinion that was slipped in is no paper of the tally.
    assert "members who voted: the tally = 8, rights in the poll = 9" in lines


def test_a_changed_entry_of_the_log_is_named(held: Meeting) -> None:
    payload = AuditPayload.objects.get(
        entry__event="poll.closed", entry__subject=f"councils.poll:{_counted(held).pk}"
    )
    with triggers.lifted(connection):
        AuditPayload.objects.filter(pk=payload.pk).update(content=canonical({"agree": 8}))

    lines = "\n".join(differing(held))

    assert f"changed since = {payload.pk}" in lines
    assert f"DIFFERS The log: entry {payload.pk}: its payload was changed after it was written" in lines
    assert "what it closed with: the log = no entry" in lines


def test_a_second_entry_lends_a_forged_tally_nothing(held: Meeting) -> None:
    _a_tally(held)
    poll = _counted(held)
    entry = AuditPayload.objects.get(entry__event="poll.closed", entry__subject=f"councils.poll:{poll.pk}")
    forged = entry.content.replace('"agree":7', '"agree":8').replace('"disagree":1', '"disagree":0')
    assert forged != entry.content
    append([PendingEntry("poll.closed", f"councils.poll:{poll.pk}", "system", json.loads(forged))])

    assert "what it closed with: the log = present when it opened 8" in "\n".join(differing(held))


def test_what_cannot_be_read_ends_with_two(held: Meeting, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CommandError, match="There is no meeting 987654") as missing:
        call_command("verify_meeting", "987654")

    def away(_stored: object) -> bytes:
        raise StorageAway("no answer")

    monkeypatch.setattr(verifying, "read_bytes", away)
    with pytest.raises(CommandError, match="no answer") as unread:
        call_command("verify_meeting", str(held.pk), stdout=StringIO())
    assert missing.value.returncode == unread.value.returncode == 2


def test_an_inspector_sees_the_same_on_a_page(held: Meeting, house: House) -> None:
    address = reverse("reports:meeting_recount", args=[held.pk])
    auditor = client_of(house.auditor)

    whole = auditor.get(address).content.decode()
    assert address in auditor.get(held.get_absolute_url()).content.decode()
    _a_tally(held)
    forged = auditor.get(address).content.decode()

    assert "checks hold." in whole
    assert "Differs" not in whole
    assert "the tally: Agree 8, Disagree 0" in forged
    assert "papers from the urn: Agree 7, Disagree 1" in forged
