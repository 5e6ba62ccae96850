"""What the secretary writes for the minutes: kept by place, never written over unseen, locked by the first signature."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core.exceptions import InvalidRequest, NotAllowed, StaleState
from core.models import AuditEntry, AuditPayload
from councils.enums import RecordKind
from councils.models import Meeting, MeetingNote
from councils.records import check_notes_are_open, may_keep_notes, note_slots
from councils.services import close_meeting, keep_notes, pass_office, sign_record, take_item_off
from councils.services.records import NOTE_LENGTH, NotesChanged, TypedNote
from tests.integration.councils.building import (
    House,
    eligible_dossier,
    meeting_in_session,
    planned_meeting,
)
from tests.integration.councils.test_pages import _as, _text

pytestmark = pytest.mark.django_db
AWARD = "award-province_certificate"


def marks(meeting: Meeting) -> dict[str, str]:
    return {slot.key: slot.mark for slot in note_slots(meeting)}


def texts(meeting: Meeting) -> dict[str, str]:
    return {slot.key: slot.text for slot in note_slots(meeting) if slot.text}


def keep(meeting: Meeting, actor: Any, *, before: dict[str, str] | None = None, **typed: str) -> list[str]:
    """Save these texts, as from a page that was read just now or from one with these marks."""
    read = marks(meeting) if before is None else before
    return keep_notes(
        meeting=meeting,
        typed=[TypedNote(key, text, read[key]) for key, text in typed.items()],
        actor=actor,
    )


def item_key(meeting: Meeting, position: int = 1) -> str:
    return f"item-{meeting.items.get(position=position).pk}"


def closed_meeting(house: House) -> Meeting:
    meeting = meeting_in_session(house)
    take_item_off(item=meeting.items.get(), reason="Thiếu giấy tờ", actor=house.chair)
    close_meeting(meeting=meeting, conclusion="Thống nhất.", actor=house.chair)
    return Meeting.objects.get(pk=meeting.pk)


def test_notes_have_a_place_for_each_item_award_and_the_conclusion(house: House) -> None:
    running = meeting_in_session(house, items=2)
    keys = [slot.key for slot in note_slots(running)]

    assert keys == [item_key(running, 1), item_key(running, 2), AWARD]


def test_the_conclusion_can_be_mended_once_the_meeting_is_closed(house: House) -> None:
    meeting = closed_meeting(house)

    assert texts(meeting) == {"conclusion": "Thống nhất."}
    keep(meeting, house.secretary, conclusion="Thống nhất toàn bộ.")
    meeting.refresh_from_db()

    assert meeting.conclusion == "Thống nhất toàn bộ."
    with pytest.raises(InvalidRequest, match="The conclusion is empty"):
        keep(meeting, house.secretary, conclusion="  ")


def test_a_save_keeps_what_was_typed_and_logs_marks_alone(house: House) -> None:
    meeting = meeting_in_session(house, items=2)
    first = item_key(meeting)

    kept = keep(
        meeting,
        house.secretary,
        **{first: "  Đề nghị làm rõ\r\nthu nhập. ", AWARD: "Xét lại.", item_key(meeting, 2): ""},
    )

    assert kept == [first, AWARD]
    assert texts(meeting) == {first: "Đề nghị làm rõ\nthu nhập.", AWARD: "Xét lại."}
    entry = AuditEntry.objects.get(event="meeting.notes_kept")
    assert "thu nhập" not in AuditPayload.objects.get(entry=entry).content


def test_a_save_that_changes_nothing_leaves_no_entry(house: House) -> None:
    meeting = meeting_in_session(house)
    keep(meeting, house.secretary, **{AWARD: "Xét lại."})

    assert keep(meeting, house.secretary, **{AWARD: "Xét lại."}) == []
    assert AuditEntry.objects.filter(event="meeting.notes_kept").count() == 1


def test_two_windows_in_different_places_lose_nothing(house: House) -> None:
    meeting = meeting_in_session(house)
    first, read = item_key(meeting), marks(meeting)

    keep(meeting, house.secretary, before=read, **{first: "Cửa sổ một.", AWARD: ""})
    keep(meeting, house.secretary, before=read, **{first: "", AWARD: "Cửa sổ hai."})

    assert texts(meeting) == {first: "Cửa sổ một.", AWARD: "Cửa sổ hai."}


def test_two_windows_in_one_place_show_both_texts_and_keep_the_first(house: House) -> None:
    meeting = meeting_in_session(house)
    first, read = item_key(meeting), marks(meeting)
    keep(meeting, house.secretary, before=read, **{first: "Cửa sổ một."})

    with pytest.raises(NotesChanged, match="nothing was saved yet") as refused:
        keep(meeting, house.secretary, before=read, **{first: "Cửa sổ hai.", AWARD: "Kèm theo."})

    assert [slot.text for slot in refused.value.slots] == ["Cửa sổ một."]
    assert texts(meeting) == {first: "Cửa sổ một."}
    # The same text from both windows is no contradiction.
    assert keep(meeting, house.secretary, before=read, **{first: "Cửa sổ một."}) == []


def test_who_keeps_notes_and_when(house: House) -> None:
    planned = planned_meeting(house, [eligible_dossier(house, 9)])
    with pytest.raises(NotAllowed, match="has not been opened"):
        keep(planned, house.secretary, **{AWARD: "Sớm."})
    meeting = meeting_in_session(house)
    for who in (house.chair, house.member, house.reviewer, house.lead, house.auditor):
        with pytest.raises(NotAllowed, match="kept by the secretary of this meeting, Người thanhvien1"):
            keep(meeting, who, **{AWARD: "Khác."})
        assert not may_keep_notes(who, meeting)
    assert may_keep_notes(house.secretary, meeting)
    assert not may_keep_notes(house.secretary, planned)
    assert not MeetingNote.objects.exists()


def test_notes_pass_on_with_the_secretary(house: House) -> None:
    meeting = meeting_in_session(house)
    pass_office(
        meeting=meeting, office="secretary", to_member=house.members[3], reason="Bận", actor=house.secretary
    )
    meeting.refresh_from_db()

    with pytest.raises(NotAllowed, match="kept by the secretary"):
        keep(meeting, house.secretary, **{AWARD: "Cũ."})
    assert keep(meeting, house.members[3].user, **{AWARD: "Mới."}) == [AWARD]


@pytest.mark.parametrize("length", [NOTE_LENGTH, NOTE_LENGTH + 1])
def test_a_note_is_bounded(house: House, length: int) -> None:
    meeting = meeting_in_session(house)

    if length <= NOTE_LENGTH:
        assert keep(meeting, house.secretary, **{AWARD: "a" * length}) == [AWARD]
        return
    with pytest.raises(InvalidRequest, match="longer than 5000 characters"):
        keep(meeting, house.secretary, **{AWARD: "a" * length})


def test_a_place_that_is_gone_is_told(house: House) -> None:
    meeting = meeting_in_session(house)

    with pytest.raises(StaleState, match="no place for 1 of the texts"):
        keep_notes(meeting=meeting, typed=[TypedNote("item-987654", "Cũ.", "0" * 16)], actor=house.secretary)


@pytest.mark.parametrize("record", RecordKind)
def test_the_signature_under_the_minutes_alone_locks_notes(house: House, record: RecordKind) -> None:
    meeting = closed_meeting(house)
    sign_record(meeting=meeting, record=record, content_hash="0" * 64, completes=False, actor=house.chair)

    if record == RecordKind.COUNTING:
        check_notes_are_open(meeting)
        return
    with pytest.raises(NotAllowed, match="has signed the minutes"):
        keep(meeting, house.secretary, **{AWARD: "Sau."})


# The page.


def form_of(client: Client, address: str) -> dict[str, str]:
    """What a browser would send of the page as it stands."""
    form = client.get(address).context["form"]
    return {name: str(form[name].value() or "") for name in form.fields}


def test_the_page_saves_and_two_windows_see_both_texts(house: House) -> None:
    meeting = meeting_in_session(house)
    first, address = item_key(meeting), reverse("councils:notes", args=[meeting.pk])
    client = _as(house.secretary)
    one, two = form_of(client, address), form_of(client, address)

    saved = client.post(address, one | {first: "Cửa sổ một."})
    clash = client.post(address, two | {first: "Cửa sổ hai."})

    assert saved.status_code == 302
    assert clash.status_code == 409
    shown = _text(clash)
    assert "Cửa sổ một." in shown
    assert "Cửa sổ hai." in shown
    assert f"Saved here meanwhile ({house.secretary}" in shown
    assert texts(meeting) == {first: "Cửa sổ một."}
    again = {name: str(clash.context["form"][name].value()) for name in clash.context["form"].fields}
    assert client.post(address, again).status_code == 302
    assert texts(meeting) == {first: "Cửa sổ hai."}


def test_what_was_typed_comes_back_when_somebody_signed_meanwhile(house: House) -> None:
    meeting = closed_meeting(house)
    address = reverse("councils:notes", args=[meeting.pk])
    client = _as(house.secretary)
    typed = form_of(client, address) | {AWARD: "Gõ rất lâu."}
    sign_record(
        meeting=meeting,
        record=RecordKind.MINUTES,
        content_hash="0" * 64,
        completes=False,
        actor=house.chair,
    )

    answer = client.post(address, typed)

    assert answer.status_code == 403
    assert "has signed the minutes" in _text(answer)
    assert "Gõ rất lâu." in _text(answer)
    assert client.get(address).status_code == 403


def test_a_text_that_is_too_long_comes_back(house: House) -> None:
    meeting = meeting_in_session(house)
    address = reverse("councils:notes", args=[meeting.pk])
    client = _as(house.secretary)

    answer = client.post(address, form_of(client, address) | {AWARD: "dài " * NOTE_LENGTH})

    assert answer.status_code == 422
    assert "dài dài" in _text(answer)


def test_the_meeting_leads_its_secretary_there_and_nobody_else(house: House) -> None:
    meeting = meeting_in_session(house)
    address = reverse("councils:notes", args=[meeting.pk])

    assert address in _text(_as(house.secretary).get(meeting.get_absolute_url()))
    for user, status in ((house.chair, 403), (house.auditor, 403), (house.outsider, 404)):
        assert _as(user).get(address).status_code == status
    assert address not in _text(_as(house.chair).get(meeting.get_absolute_url()))


def test_the_head_of_the_team_is_named_on_the_page_of_offices(house: House) -> None:
    meeting = meeting_in_session(house)
    for seat in house.members[4:6]:
        pass_office(meeting=meeting, office="teller", to_member=seat, reason="Bổ sung", actor=house.chair)
    offices, naming = (
        reverse(f"councils:{name}", args=[meeting.pk]) for name in ("offices", "counting_head")
    )
    chair = _as(house.chair)

    assert "Name the head" in _text(chair.get(offices))
    assert "Name the head" not in _text(_as(house.member).get(offices))
    assert _as(house.member).post(naming, {"member": house.members[4].pk}).status_code == 403
    nobody = chair.post(naming, {"member": house.members[2].pk}, follow=True)
    named = chair.post(naming, {"member": house.members[5].pk}, follow=True)

    assert "Choose who heads the counting team." in _text(nobody)
    assert "heads the counting team" in _text(named)
    assert meeting.tellers.get(is_head=True).member == house.members[5]


def test_who_follows_the_head_heads_the_team(house: House) -> None:
    meeting = meeting_in_session(house)
    for seat in house.members[4:6]:
        pass_office(meeting=meeting, office="teller", to_member=seat, reason="Bổ sung", actor=house.chair)
    meeting.tellers.filter(member=house.members[4]).update(is_head=True)

    for leaving, coming in ((4, 6), (5, 7)):
        pass_office(
            meeting=meeting,
            office="teller",
            to_member=house.members[coming],
            instead_of=house.members[leaving],
            reason="Thay",
            actor=house.chair,
        )

    assert meeting.tellers.get(is_head=True, released_at=None).member == house.members[6]
