"""Signing the records of a meeting in the place of who cannot any more."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from core.exceptions import InvalidRequest, NotAllowed
from core.models import AuditEntry, User
from councils.enums import MeetingOffice, MeetingStatus, RecordKind
from councils.models import CouncilMember, Meeting, Signature, StandIn, Teller
from councils.records import may_stand_in, places_to_sign, record_state, records_waiting_for
from councils.recount import recount
from councils.services import keep_notes, name_stand_in, settle_reopening
from councils.services.records import TypedNote
from reports import services
from reports.kinds import Subject, kinds
from reports.models import IssuedDocument
from reports.selectors import content_hash
from reports.signing import reopen, sign_off, take_back
from tests.integration.reports.test_pages import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def rendered(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The contexts that were drawn."""
    contexts: list[dict[str, Any]] = []

    def render(kind: str, context: dict[str, Any], imprint: object) -> bytes:
        contexts.append(context)
        return b"%PDF-1.7"

    monkeypatch.setattr(services, "render_pdf", render)
    return contexts


def seat_of(user: User) -> CouncilMember:
    return CouncilMember.objects.get(user=user)


def name(meeting: Meeting, people: dict[str, User], **changes: Any) -> StandIn:
    """The leadership names the third member in the secretary's place."""
    named = {
        "place": MeetingOffice.SECRETARY,
        "member": seat_of(people["member"]),
        "reason": "Chuyển công tác từ 13/12/2025.",
        "actor": people["lead"],
    }
    return name_stand_in(meeting=meeting, **{**named, **changes})


def sign(subject: Subject, actor: User) -> IssuedDocument | None:
    return sign_off(subject=subject, actor=actor, read=content_hash(subject)).document


@pytest.mark.parametrize("kind", ["minutes", "counting"])
def test_who_stands_in_signs_and_the_lost_officer_does_not(meeting, people, rendered, kind) -> None:
    subject = Subject(kinds()[kind], meeting)
    with pytest.raises(NotAllowed):
        sign(subject, people["member"])  # The control: before that the member signs nothing.

    name(meeting, people)

    with pytest.raises(NotAllowed, match="is signed by: Hồ Thị Kim Liên"):
        sign(subject, people["secretary"])
    sign(subject, people["chair"])
    waiting = records_waiting_for(people["member"])
    document = sign(subject, people["member"])

    assert document is not None
    assert [one.record for one in waiting] == [RecordKind(kind)]
    assert records_waiting_for(people["secretary"]) == []
    context = rendered[-1]
    assert context["meeting"]["secretary"]["name"] == "Trương Thị Ánh Nguyệt"
    assert context["stood_in"]["secretary"] == {
        "name": "Hồ Thị Kim Liên",
        "words": "ký thay Trương Thị Ánh Nguyệt, lý do: Chuyển công tác từ 13/12/2025",
    }


def test_who_stands_in_for_the_only_teller_signs_the_count(meeting, people) -> None:
    other = CouncilMember.objects.get(user__username="tv0")
    Teller.objects.create(meeting=meeting, member=other, named_at=meeting.closed_at)

    name(meeting, people, place=MeetingOffice.TELLER)

    signers = record_state(meeting, RecordKind.COUNTING).places
    assert [place.member for place in signers] == [seat_of(people["member"]), seat_of(people["chair"])]
    assert record_state(meeting, RecordKind.MINUTES).place_of(people["member"]) is None


def test_the_notes_are_kept_by_who_signs_in_the_secretarys_place(meeting, people) -> None:
    item = meeting.items.first()
    typed = [TypedNote(f"item-{item.pk}", "Thống nhất cao.", "e3b0c44298fc1c14")]
    with pytest.raises(NotAllowed):
        keep_notes(meeting=meeting, typed=typed, actor=people["member"])

    name(meeting, people)
    keep_notes(meeting=meeting, typed=typed, actor=people["member"])

    with pytest.raises(NotAllowed, match="Hồ Thị Kim Liên"):
        keep_notes(meeting=meeting, typed=typed, actor=people["secretary"])
    assert meeting.notes.get().text == "Thống nhất cao."


def test_a_signature_that_stands_can_be_taken_back_by_who_stands_in(meeting, people, minutes) -> None:
    sign(minutes, people["secretary"])
    name(meeting, people)

    with pytest.raises(NotAllowed, match="Trương Thị Ánh Nguyệt signed this version in this place"):
        sign(minutes, people["member"])
    take_back(subject=minutes, actor=people["member"])
    sign(minutes, people["member"])

    assert Signature.objects.get(taken_back_at=None).member == seat_of(people["member"])


def test_who_is_named_after_a_signature_changes_nothing_in_what_was_signed(
    meeting, people, minutes, rendered
) -> None:
    before = content_hash(minutes)
    sign(minutes, people["secretary"])
    name(meeting, people)
    after = content_hash(minutes)
    document = sign(minutes, people["chair"])

    assert before == after
    assert document is not None
    assert rendered[-1]["stood_in"] == {}
    # The control: the other record, which the secretary has not signed, says who signs it now.
    count = Subject(kinds()["counting"], meeting)
    sign(count, people["chair"])
    sign(count, people["member"])
    assert set(rendered[-1]["stood_in"]) == {"secretary"}


def test_another_stand_in_signs_for_the_officer_and_not_for_the_first_one(meeting, people, minutes) -> None:
    name(meeting, people)
    sign(minutes, people["member"])
    first = content_hash(minutes)

    second = name(meeting, people, member=CouncilMember.objects.get(user__username="tv1"))

    assert second.absent == seat_of(people["secretary"])
    assert content_hash(minutes) == first


def test_nobody_agrees_to_what_their_own_place_asked_for(meeting, people, minutes) -> None:
    for who in ("secretary", "chair"):
        sign(minutes, people[who])
    asked = reopen(subject=minutes, reason="Sai tên.", actor=people["secretary"])
    name(meeting, people)

    with pytest.raises(NotAllowed, match="Nobody agrees to their own request"):
        settle_reopening(reopening=asked, agrees=True, actor=people["member"])
    settle_reopening(reopening=asked, agrees=True, actor=people["chair"])
    for who in ("member", "chair"):
        sign(minutes, people[who])

    assert IssuedDocument.objects.count() == 2


@pytest.mark.parametrize(
    "who", ["chair", "secretary", "member", "reviewer", "standing", "auditor", "outsider"]
)
def test_the_leadership_alone_names(meeting, people, who) -> None:
    with pytest.raises(NotAllowed, match="decided by the leadership"):
        name(meeting, people, actor=people[who])
    assert not StandIn.objects.exists()


def _out_of_seat(people: dict[str, User]) -> CouncilMember:
    CouncilMember.objects.filter(user=people["member"]).update(ends_on=date(2025, 12, 14))
    return seat_of(people["member"])


def _closed_account(people: dict[str, User]) -> CouncilMember:
    User.objects.filter(pk=people["member"].pk).update(is_active=False)
    return seat_of(people["member"])


@pytest.mark.parametrize(
    "whom",
    [
        lambda people: seat_of(people["chair"]),  # signs in another place
        lambda people: seat_of(people["secretary"]),  # is the one who cannot
        lambda people: CouncilMember.objects.get(user__username="tv5"),  # was not there
        _out_of_seat,
        _closed_account,
    ],
)
def test_some_cannot_stand_in(meeting, people, whom) -> None:
    with pytest.raises(InvalidRequest, match="was not at the meeting"):
        name(meeting, people, member=whom(people))
    assert not StandIn.objects.exists()


def test_it_takes_a_reason_a_closed_meeting_and_a_place_where_somebody_signs(meeting, people) -> None:
    with pytest.raises(InvalidRequest, match="The reason is empty"):
        name(meeting, people, reason="  ")
    with pytest.raises(InvalidRequest, match="Nobody signs a record"):
        name(meeting, people, place=MeetingOffice.VICE_CHAIR)
    Meeting.objects.update(status=MeetingStatus.OPEN)
    with pytest.raises(NotAllowed, match="The meeting is not closed"):
        name(meeting, people)
    assert not StandIn.objects.exists()


def test_a_leader_does_not_name_who_signs_for_themselves(meeting, people, units) -> None:
    lead = people["lead"]
    Meeting.objects.update(
        chair=CouncilMember.objects.create(
            council=meeting.council, user=lead, office="deputy", starts_on=date(2021, 1, 1)
        )
    )
    meeting.refresh_from_db()

    with pytest.raises(NotAllowed, match="Nobody names who signs for themselves"):
        name(meeting, people, place=MeetingOffice.CHAIR)


def test_the_last_one_named_counts_and_nobody_signs_twice(meeting, people) -> None:
    name(meeting, people)
    other = CouncilMember.objects.get(user__username="tv1")

    with pytest.raises(InvalidRequest, match="signs already"):
        name(meeting, people, place=MeetingOffice.CHAIR)
    name(meeting, people, member=other)

    assert places_to_sign(meeting)[MeetingOffice.SECRETARY] == other
    assert seat_of(people["member"]) in may_stand_in(meeting)


def test_the_count_of_a_meeting_names_a_stand_in_of_whom_the_log_is_silent(meeting, people) -> None:
    name(meeting, people)
    honest = {check.what: check.holds for check in recount(meeting)}

    StandIn.objects.update(member=CouncilMember.objects.get(user__username="tv1"))
    forged = {check.what: check.holds for check in recount(meeting)}

    assert honest["Who signs in another's place"]
    assert not forged["Who signs in another's place"]


def test_the_page_keeps_what_was_typed_and_names_whom_the_leadership_chose(meeting, people) -> None:
    client: Client = client_of(people["lead"])
    address = reverse("councils:stand_in", args=[meeting.pk])
    member = seat_of(people["member"])

    refused = client.post(address, {"place": "secretary", "member": "", "reason": "Nghỉ ốm dài ngày"})
    done = client.post(address, {"place": "secretary", "member": member.pk, "reason": "Nghỉ ốm dài ngày"})
    page = client.get(address).content.decode()

    assert refused.status_code == 422
    assert "Nghỉ ốm dài ngày" in refused.content.decode()
    assert done.status_code == 302
    assert "Nghỉ ốm dài ngày" in page
    assert AuditEntry.objects.filter(event="meeting.stand_in_named").count() == 1
    assert client_of(people["chair"]).get(address).status_code == 403
    assert client_of(people["officer"]).get(address).status_code == 404


def test_the_page_of_the_record_leads_the_leadership_there(meeting, people, minutes) -> None:
    address = reverse("councils:stand_in", args=[meeting.pk])
    page = reverse("reports:issue", args=["minutes", meeting.pk])

    assert address in client_of(people["lead"]).get(page).content.decode()
    assert address not in client_of(people["chair"]).get(page).content.decode()
