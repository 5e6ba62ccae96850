"""Minutes and count of a meeting: drafts until two people have signed them, then the same bytes for good."""

import hashlib
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import translation

from core.audit.writing import head
from core.exceptions import InvalidRequest, NotAllowed, StaleState
from core.files import read_bytes
from core.models import AuditEntry, StoredFile
from councils.enums import MeetingStatus, RecordKind
from councils.models import Meeting, Reopening, Signature, Teller
from councils.records import head_of_tellers, record_state, records_waiting_for
from councils.services import keep_notes, name_counting_head, settle_reopening, sign_record
from councils.services.records import TypedNote
from reports import services
from reports.exceptions import RenderingFailed
from reports.kinds import Subject, kinds
from reports.models import IssuedDocument
from reports.selectors import content_hash
from reports.services import issue_document
from reports.signing import reopen, sign_off, take_back
from tests.integration.reports.signing import signed
from tests.integration.reports.test_pages import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def rendered(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The contexts that were drawn; the bytes name kind, number and head."""
    contexts: list[dict[str, Any]] = []

    def render(kind: str, context: dict[str, Any], imprint: object) -> bytes:
        contexts.append(context)
        return f"%PDF- {kind} {imprint} {context['record']}".encode()

    monkeypatch.setattr(services, "render_pdf", render)
    return contexts


def count_of(meeting: Meeting) -> Subject:
    return Subject(kinds()["counting"], kinds()["counting"].records().get(pk=meeting.pk))


def sign(subject: Subject, actor: Any) -> IssuedDocument | None:
    return sign_off(subject=subject, actor=actor, read=content_hash(subject)).document


def note(meeting: Meeting, actor: Any, text: str) -> list[str]:
    item = meeting.items.order_by("position").first()
    before = getattr(item, "note", None)
    mark = hashlib.sha256((before.text if before else "").encode()).hexdigest()[:16]
    return keep_notes(meeting=meeting, typed=[TypedNote(f"item-{item.pk}", text, mark)], actor=actor)


def test_the_last_signature_freezes_the_minutes(minutes, people, rendered) -> None:
    before = head()

    assert sign(minutes, people["secretary"]) is None
    assert not IssuedDocument.objects.exists()
    printed = head()
    document = sign(minutes, people["chair"])

    assert document is not None
    content = read_bytes(document.file)
    assert str(document) == "01/BB-HĐXKT"
    assert (document.head_seq, document.head_hash) == printed != before
    assert document.sha256 == hashlib.sha256(content).hexdigest()
    assert document.issued_by == people["chair"]
    assert record_state(minutes.record, RecordKind.MINUTES).is_frozen
    events = list(AuditEntry.objects.order_by("seq").values_list("event", flat=True))
    assert events == ["meeting.record_signed", "meeting.record_signed", "document.issued"]
    assert len(rendered) == 1


def test_either_may_sign_first_and_nobody_signs_twice(minutes, people) -> None:
    sign(minutes, people["chair"])

    with pytest.raises(NotAllowed, match="You have signed this version already"):
        sign(minutes, people["chair"])
    assert sign(minutes, people["secretary"]) is not None
    assert Signature.objects.count() == 2


@pytest.mark.parametrize("who", ["member", "reviewer", "lead", "auditor", "outsider"])
@pytest.mark.parametrize("kind", ["minutes", "counting"])
def test_others_do_not_sign(meeting, people, who, kind) -> None:
    subject = Subject(kinds()[kind], meeting)

    with pytest.raises(NotAllowed, match=r"is signed by: Trương Thị Ánh Nguyệt .*, Nguyễn Hữu Đạt"):
        sign(subject, people[who])
    assert not Signature.objects.exists()


@pytest.mark.parametrize("status", [MeetingStatus.PLANNED, MeetingStatus.OPEN])
def test_nothing_is_signed_before_the_meeting_is_closed(minutes, people, status) -> None:
    Meeting.objects.update(status=status)
    minutes.record.refresh_from_db()

    with pytest.raises(NotAllowed, match="The meeting is not closed"):
        sign(minutes, people["secretary"])
    assert not Signature.objects.exists()


def test_a_record_is_not_issued_past_its_signatures(minutes, people) -> None:
    with pytest.raises(NotAllowed, match="issued when everybody who signs it"):
        issue_document(subject=minutes, actor=people["secretary"])
    sign(minutes, people["secretary"])
    with pytest.raises(NotAllowed, match="issued when everybody who signs it"):
        issue_document(subject=minutes, actor=people["chair"], reason="Bản khác")
    assert not IssuedDocument.objects.exists()


def test_notes_are_locked_by_the_first_signature_and_open_when_it_is_taken_back(minutes, people) -> None:
    meeting = minutes.record
    note(meeting, people["secretary"], "Thống nhất cao.")
    sign(minutes, people["chair"])

    with pytest.raises(NotAllowed, match="Nguyễn Hữu Đạt has signed the minutes"):
        note(meeting, people["secretary"], "Khác.")
    take_back(subject=minutes, actor=people["chair"])
    assert note(meeting, people["secretary"], "Khác.")

    assert not record_state(meeting, RecordKind.MINUTES).is_begun
    assert Signature.objects.get().taken_back_at is not None


def test_what_is_signed_is_what_was_read(minutes, people) -> None:
    read = content_hash(minutes)
    note(minutes.record, people["secretary"], "Viết thêm.")

    with pytest.raises(StaleState, match="says something else than when this page was shown"):
        sign_off(subject=minutes, actor=people["secretary"], read=read)
    assert not Signature.objects.exists()


def test_both_sign_the_same_text(minutes, people) -> None:
    sign(minutes, people["secretary"])
    # Not through a service: the name of the place is printed, and the services leave it alone by now.
    Meeting.objects.update(place="Phòng họp số 3")
    minutes.record.refresh_from_db()

    with pytest.raises(StaleState, match="than when Trương Thị Ánh Nguyệt signed it"):
        sign(minutes, people["chair"])
    assert not IssuedDocument.objects.exists()
    assert Signature.objects.count() == 1


def test_a_rendering_that_fails_signs_nothing(minutes, people, monkeypatch) -> None:
    sign(minutes, people["secretary"])

    def fails(kind, context, imprint) -> bytes:
        raise RenderingFailed("The renderer gave nothing.")

    monkeypatch.setattr(services, "render_pdf", fails)
    with pytest.raises(RenderingFailed):
        sign(minutes, people["chair"])
    assert Signature.objects.count() == 1
    assert not StoredFile.objects.exists()


def test_a_signature_that_completes_unawares_is_refused(minutes, people) -> None:
    """Two first signatures at once would freeze a record of which no bytes were kept."""
    sign(minutes, people["secretary"])

    said = content_hash(minutes)

    def chair_signs(*, completes: bool) -> None:
        sign_record(
            meeting=minutes.record,
            record=RecordKind.MINUTES,
            content_hash=said,
            completes=completes,
            actor=people["chair"],
        )

    with pytest.raises(StaleState, match="has just signed this record"):
        chair_signs(completes=False)
    take_back(subject=minutes, actor=people["secretary"])
    with pytest.raises(StaleState, match="has just signed this record"):
        chair_signs(completes=True)
    chair_signs(completes=False)


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow  # two hands, each with its own connection
def test_two_hands_at_once_leave_one_frozen_record_or_one_signature(minutes, people) -> None:
    meeting, outcomes = minutes.record, []
    barrier = threading.Barrier(2)

    def hand(name: str) -> None:
        try:
            subject = Subject(kinds()["minutes"], kinds()["minutes"].records().get(pk=meeting.pk))
            read = content_hash(subject)
            barrier.wait(timeout=20)
            with translation.override("en"):
                outcomes.append(sign_off(subject=subject, actor=people[name], read=read).document)
        except StaleState as refusal:
            outcomes.append(refusal)
        finally:
            connection.close()

    hands = [threading.Thread(target=hand, args=(name,)) for name in ("secretary", "chair")]
    for thread in hands:
        thread.start()
    for thread in hands:
        thread.join(timeout=60)

    standing = Signature.objects.filter(taken_back_at=None).count()
    assert (standing, IssuedDocument.objects.count()) in {(2, 1), (1, 0)}
    assert len(outcomes) == 2


def test_a_signed_record_reads_as_its_bytes_for_ever(minutes, people, rendered) -> None:
    document = signed(minutes.record)
    kept = read_bytes(document.file)
    Meeting.objects.update(place="Nơi khác", conclusion="Khác hẳn.")

    preview = client_of(people["member"]).get(reverse("reports:preview", args=["minutes", minutes.record.pk]))

    assert b"".join(preview.streaming_content) == kept
    assert len(rendered) == 1


def test_a_mistake_is_mended_by_a_version_that_both_opened(minutes, people, rendered) -> None:
    first = signed(minutes.record)
    kept = read_bytes(first.file)

    asked = reopen(subject=minutes, reason="Ghi nhầm số hộ.", actor=people["secretary"])
    assert record_state(minutes.record, RecordKind.MINUTES).is_frozen
    with pytest.raises(NotAllowed, match="Nobody agrees to their own request"):
        settle_reopening(reopening=asked, agrees=True, actor=people["secretary"])
    settle_reopening(reopening=asked, agrees=True, actor=people["chair"])
    assert not record_state(minutes.record, RecordKind.MINUTES).is_begun
    note(minutes.record, people["secretary"], "Số hộ là 12.")
    second = signed(minutes.record)

    assert (second.version, second.reason) == (2, "Ghi nhầm số hộ.")
    assert read_bytes(first.file) == kept
    assert rendered[-1]["replaced"] == {
        "number": "01/BB-HĐXKT",
        "day": first.issued_on,
        "reason": "Ghi nhầm số hộ",
    }
    assert rendered[0]["replaced"] is None
    with pytest.raises(StaleState, match="settled already"):
        settle_reopening(reopening=asked, agrees=True, actor=people["chair"])


def test_who_reopens_and_how_a_request_ends(minutes, people) -> None:
    with pytest.raises(StaleState, match="not frozen"):
        reopen(subject=minutes, reason="Nhầm.", actor=people["chair"])
    signed(minutes.record)
    with pytest.raises(NotAllowed, match="by those who signed it"):
        reopen(subject=minutes, reason="Nhầm.", actor=people["member"])
    with pytest.raises(InvalidRequest, match="The reason is empty"):
        reopen(subject=minutes, reason="  ", actor=people["chair"])
    asked = reopen(subject=minutes, reason="Nhầm.", actor=people["chair"])
    with pytest.raises(StaleState, match="waits to be answered"):
        reopen(subject=minutes, reason="Nhầm nữa.", actor=people["secretary"])
    with pytest.raises(NotAllowed, match="by those who signed it"):
        settle_reopening(reopening=asked, agrees=True, actor=people["lead"])
    with pytest.raises(StaleState, match="frozen"):
        take_back(subject=minutes, actor=people["chair"])

    settle_reopening(reopening=asked, agrees=False, actor=people["secretary"])

    assert record_state(minutes.record, RecordKind.MINUTES).is_frozen
    assert reopen(subject=minutes, reason="Nhầm nữa.", actor=people["secretary"]).pk != asked.pk
    assert Reopening.objects.count() == 2


def test_minutes_issued_before_there_were_signatures_stay_beside_the_signed_ones(minutes, people) -> None:
    old = signed(minutes.record)
    Signature.objects.all().delete()

    new = signed(minutes.record)

    assert (old.version, new.version) == (1, 2)
    assert new.reason == "The earlier one was issued without both signatures."


# The count.


def team(meeting: Meeting, *usernames: str) -> list[Teller]:
    seats = {seat.user.username: seat for seat in meeting.council.members.select_related("user")}
    return [
        Teller.objects.create(meeting=meeting, member=seats[name], named_at=meeting.opened_at)
        for name in usernames
    ]


def test_without_a_team_the_secretary_signs_the_count_and_it_says_so(meeting, people, rendered) -> None:
    document = signed(meeting, "counting")

    assert str(document) == "01/BB-HĐXKT"
    assert rendered[-1]["team"]["secretary_counts"]
    assert {one.place for one in Signature.objects.all()} == {"secretary", "chair"}


def test_the_head_of_the_team_signs_the_count_and_the_secretary_does_not(meeting, people) -> None:
    team(meeting, "tv0", "tv1")
    count = count_of(meeting)

    with pytest.raises(NotAllowed, match="nobody named yet"):
        sign(count, people["secretary"])
    member = meeting.council.members.get(user__username="tv1")
    name_counting_head(meeting=meeting, member=member, actor=people["secretary"])
    with pytest.raises(NotAllowed, match="is signed by: Ủy viên Thứ 1"):
        sign(count, people["secretary"])
    sign(count, member.user)
    with pytest.raises(NotAllowed, match="who heads the counting team stands"):
        name_counting_head(
            meeting=meeting,
            member=meeting.council.members.get(user__username="tv0"),
            actor=people["chair"],
        )
    assert sign(count, people["chair"]) is not None


def test_who_names_the_head_and_whom(meeting, people) -> None:
    first, second = team(meeting, "tv0", "tv1")

    with pytest.raises(NotAllowed, match="named by the chair or the secretary"):
        name_counting_head(meeting=meeting, member=first.member, actor=people["member"])
    with pytest.raises(InvalidRequest, match="not on the counting team"):
        name_counting_head(
            meeting=meeting, member=meeting.council.members.get(user=people["member"]), actor=people["chair"]
        )
    assert head_of_tellers(meeting) is None
    for teller in (first, second, second):
        name_counting_head(meeting=meeting, member=teller.member, actor=people["chair"])

    assert head_of_tellers(meeting) == second.member
    assert meeting.tellers.filter(is_head=True).count() == 1
    assert AuditEntry.objects.filter(event="meeting.counting_head_named").count() == 2


def test_a_team_of_one_needs_no_naming(meeting, people) -> None:
    team(meeting, "tv0")

    assert head_of_tellers(meeting) == meeting.council.members.get(user__username="tv0")


def test_minutes_and_count_are_signed_apart(meeting, people) -> None:
    signed(meeting, "minutes")

    assert not record_state(meeting, RecordKind.COUNTING).is_begun
    assert str(signed(meeting, "counting")) == "02/BB-HĐXKT"


# Pages.


def text(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def test_the_page_leads_both_signers_to_the_frozen_record(meeting, people) -> None:
    address = reverse("reports:issue", args=["minutes", meeting.pk])
    signing = reverse("reports:record_sign", args=["minutes", meeting.pk])
    secretary, chair = client_of(people["secretary"]), client_of(people["chair"])

    for client in (secretary, chair):
        form = client.get(address).context["sign_form"]
        answer = client.post(signing, {"read": form.initial["read"]}, follow=True)
    page = answer.content.decode()

    assert "the record is frozen as number 01/BB-HĐXKT" in page
    assert "Reopen because of a mistake" in page
    assert "Read the signed record" in page
    assert "Sign this record" not in page
    assert "Reopen because of a mistake" not in text(client_of(people["auditor"]), address)


def test_a_page_that_is_old_is_refused_with_the_reason(meeting, people) -> None:
    signing = reverse("reports:record_sign", args=["minutes", meeting.pk])

    answer = client_of(people["secretary"]).post(signing, {"read": "0" * 64})

    assert answer.status_code == 409
    assert "says something else than when this page was shown" in answer.content.decode()
    assert not Signature.objects.exists()


def test_taking_back_and_reopening_by_the_pages(meeting, people) -> None:
    address = reverse("reports:issue", args=["minutes", meeting.pk])
    secretary, chair = client_of(people["secretary"]), client_of(people["chair"])
    form = secretary.get(address).context["sign_form"]
    secretary.post(
        reverse("reports:record_sign", args=["minutes", meeting.pk]), {"read": form.initial["read"]}
    )
    assert "Take my signature back" in text(secretary, address)
    assert "Take my signature back" not in text(chair, address)
    secretary.post(reverse("reports:signature_take_back", args=["minutes", meeting.pk]))
    signed(meeting)

    empty = secretary.post(reverse("reports:record_reopen", args=["minutes", meeting.pk]), {"reason": ""})
    secretary.post(reverse("reports:record_reopen", args=["minutes", meeting.pk]), {"reason": "Sai ngày."})
    asked = Reopening.objects.get()
    assert empty.status_code == 422
    assert "asks to reopen this record: Sai ngày." in text(client_of(people["auditor"]), address)
    assert "Agree and reopen the record" not in text(secretary, address)
    assert "Agree and reopen the record" in text(chair, address)
    chair.post(reverse("reports:reopening_settle", args=[asked.pk]), {"answer": "yes"})

    assert "This is version 2." in text(chair, address)
    assert "Sign this record" in text(chair, address)


def test_strangers_find_none_of_the_addresses(meeting, people) -> None:
    signed(meeting)
    asked = reopen(
        subject=Subject(kinds()["minutes"], meeting), reason="Sai ngày.", actor=people["secretary"]
    )
    outsider = client_of(people["outsider"])

    for name in ("record_sign", "signature_take_back", "record_reopen"):
        assert outsider.post(reverse(f"reports:{name}", args=["minutes", meeting.pk])).status_code == 404
    assert outsider.post(reverse("reports:reopening_settle", args=[asked.pk])).status_code == 404
    assert outsider.get(reverse("reports:meeting_recount", args=[meeting.pk])).status_code == 404


def test_the_home_page_says_what_waits_for_whose_signature(minutes, people) -> None:
    def waits(name: str) -> list[str]:
        page = client_of(people[name]).get("/").content.decode()
        words = ("Sign: Minutes of the meeting", "Asked to reopen: Minutes of the meeting")
        return [word.split(":")[0] for word in words if word in page]

    assert (waits("secretary"), waits("chair")) == ([], [])
    sign(minutes, people["secretary"])
    assert (waits("secretary"), waits("chair"), waits("member")) == ([], ["Sign"], [])
    sign(minutes, people["chair"])
    assert (waits("secretary"), waits("chair")) == ([], [])
    reopen(subject=minutes, reason="Sai ngày.", actor=people["chair"])
    assert (waits("secretary"), waits("chair"), waits("member")) == (["Asked to reopen"], [], [])


def test_who_counts_without_heading_the_team_is_not_asked_to_sign(meeting, people) -> None:
    team(meeting, "tv0", "tv1")
    head = meeting.council.members.get(user__username="tv1")
    name_counting_head(meeting=meeting, member=head, actor=people["chair"])
    sign(count_of(meeting), people["chair"])

    waiting = {
        name: len(records_waiting_for(meeting.council.members.get(user__username=name).user))
        for name in ("tv0", "tv1", "secretary", "chair")
    }

    assert waiting == {"tv0": 0, "tv1": 1, "secretary": 0, "chair": 0}
