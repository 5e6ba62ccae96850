"""What the count and the grouped minutes of a meeting say, from the rows of the meeting."""

from datetime import date, timedelta
from typing import Any

import pytest

from core.models import User
from councils.enums import BatchStatus, PaperKind, PollStatus, VoidCause
from councils.models import (
    AgendaItem,
    Declaration,
    Meeting,
    MeetingNote,
    PaperBatch,
    Passing,
    Poll,
    Tally,
    Teller,
)
from nominations.models import Dossier
from reports.documents.counting.context import context_of as count_context
from reports.documents.imprint import Imprint
from reports.documents.minutes.context import context_of as minutes_context
from reports.kinds import kinds
from reports.rendering import render_html
from tests.integration.reports.conftest import AT

pytestmark = pytest.mark.django_db


def html(kind: str, context: dict[str, Any]) -> str:
    return " ".join(render_html(kind, {**context, "record": {"seq": 1, "hash": "0" * 64}}).split())


def count_of(meeting: Meeting) -> dict[str, Any]:
    record = kinds()["counting"].records().get(pk=meeting.pk)
    return count_context(record, Imprint("BB-HĐXKT", date(2025, 12, 12), 4))


def minutes_of(meeting: Meeting) -> dict[str, Any]:
    record = kinds()["minutes"].records().get(pk=meeting.pk)
    return minutes_context(record, Imprint("BB-HĐXKT", date(2025, 12, 12), 3))


def counts(context: dict[str, Any]) -> list[dict[str, Any]]:
    return [poll["count"] for group in context["groups"] for poll in group["polls"]]


def seat(meeting: Meeting, username: str) -> Any:
    return meeting.council.members.select_related("user").get(user__username=username)


def test_blank_and_invalid_papers_are_not_valid_and_stay_in_the_base(meeting: Meeting) -> None:
    Poll.objects.filter(agenda_item__position=3).update(ballots_count=9, opinions_count=1)
    Tally.objects.filter(poll__agenda_item__position=3).update(
        agree=4, disagree=1, blank=2, invalid=1, unreturned=1
    )

    third = counts(count_of(meeting))[2]

    assert {name: third[name] for name in ("handed_out", "returned", "not_returned", "opinions")} == {
        "handed_out": 9,
        "returned": 8,
        "not_returned": 1,
        "opinions": 1,
    }
    assert (third["valid"], third["invalid"], third["blank"]) == (5, 3, 2)
    assert third["valid"] + third["invalid"] + third["not_returned"] == third["handed_out"]
    assert (third["members"], third["share"]) == (9, "0.4444")
    text = html("counting", count_of(meeting))
    assert "3<br>(2 trắng)" in text
    assert "44,44%<br>(cần 8)" in text


def test_the_count_says_where_when_and_by_which_rule(meeting: Meeting) -> None:
    text = html("counting", count_of(meeting))

    for expected in (
        "Biên bản kiểm phiếu",
        "Số: 04/BB-HĐXKT",
        "10 giờ 35, ngày 12 tháng 12 năm 2025.",
        "<strong>Địa điểm:</strong> Phòng họp số 2.",
        "thư ký phiên họp kiểm phiếu: Trương Thị Ánh Nguyệt, Trưởng phòng Bảo trợ xã hội.",
        "từ 80% tổng số thành viên trở lên (Quy chế của Hội đồng)",
        "Bằng khen của Chủ tịch",
        "THƯ KÝ KIỂM PHIẾU",
        "CHỦ TỌA",
    ):
        assert expected in text, expected
    assert "TỔ TRƯỞNG" not in text
    assert "DỰ THẢO" not in text


def test_the_count_names_the_team_with_its_head_and_who_left_it(meeting: Meeting, people: dict) -> None:
    for number in (0, 1):
        Teller.objects.create(meeting=meeting, member=seat(meeting, f"tv{number}"), named_at=AT)
    Teller.objects.filter(member=seat(meeting, "tv1")).update(is_head=True)
    Teller.objects.create(
        meeting=meeting, member=seat(meeting, "tv2"), named_at=AT, released_at=AT + timedelta(minutes=5)
    )
    Passing.objects.create(
        meeting=meeting,
        office="teller",
        from_member=seat(meeting, "tv2"),
        to_member=seat(meeting, "tv0"),
        reason="Bận",
        status="done",
        asked_by=people["chair"],
        asked_at=AT,
        settled_by=people["chair"],
        settled_at=AT,
    )

    context = count_of(meeting)
    text = html("counting", context)

    assert context["team"]["head"]["name"] == "Ủy viên Thứ 1"
    assert [member["name"] for member in context["team"]["members"]] == ["Ủy viên Thứ 0"]
    for expected in (
        "Đã tham gia kiểm phiếu: Ủy viên Thứ 2 (đến 10 giờ 40).",
        "nhiệm vụ kiểm phiếu chuyển từ Ủy viên Thứ 2 sang Ủy viên Thứ 0. Lý do: Bận.",
        "TỔ TRƯỞNG TỔ KIỂM PHIẾU",
        "THÀNH VIÊN TỔ KIỂM PHIẾU",
    ):
        assert expected in text, expected


def test_void_polls_stand_with_their_cause_and_the_next_one_with_its_turn(meeting: Meeting) -> None:
    first = meeting.items.get(position=1)
    Poll.objects.create(
        agenda_item=first,
        status=PollStatus.VOID,
        void_cause=VoidCause.ANNULLED,
        void_reason="Mất điện.",
        members_count=9,
        present_count=8,
        ballots_count=8,
        threshold=80,
        threshold_basis="",
        opened_at=AT - timedelta(minutes=30),
        closed_at=AT - timedelta(minutes=20),
    )

    context = count_of(meeting)
    text = html("counting", context)

    assert context["count"] == 3
    assert "Nội dung 1 (Xã Phan Điền): Lúc 10 giờ 15, một lần bỏ phiếu không có giá trị: bị hủy" in text
    assert "Xã Phan Điền (lần bỏ phiếu thứ 2)" in text


def test_who_took_no_part_and_which_base_held_stand_in_the_count(meeting: Meeting, people: dict) -> None:
    item = meeting.items.get(position=2)
    Declaration.objects.create(
        item=item,
        member=seat(meeting, "member"),
        has_interest=True,
        reason="Em của chủ hộ.",
        recorded_by=people["member"],
        declared_at=AT,
    )
    Poll.objects.filter(agenda_item=item).update(recused_count=1, base_basis="Điều 9 Quy chế")

    text = html("counting", count_of(meeting))

    assert (
        "01 thành viên không nhận phiếu vì có quyền lợi liên quan: Hồ Thị Kim Liên (Em của chủ hộ)." in text
    )
    assert "không tính người không tham gia, theo Điều 9 Quy chế." in text


@pytest.mark.parametrize("papers", [1, 2])
def test_a_batch_of_one_is_told_for_what_it_is(meeting: Meeting, papers: int) -> None:
    poll = Poll.objects.get(agenda_item__position=1)
    for key, status in (("a", BatchStatus.CONFIRMED), ("b", BatchStatus.WITHDRAWN)):
        PaperBatch.objects.create(
            poll=poll,
            kind=PaperKind.WRITTEN,
            key=key,
            papers_count=papers,
            status=status,
            entered_by=meeting.secretary,
            entered_at=AT,
            settled_by=seat(meeting, "tv1"),
            settled_at=AT,
        )

    (words,) = count_of(meeting)["batches"]

    assert f"Nội dung 1: {papers:02d} ý kiến bằng văn bản do Trương Thị Ánh Nguyệt nhập" in words
    assert ("hai người này biết lựa chọn" in words) == (papers == 1)


def test_a_meeting_without_a_counted_poll_has_a_count_that_says_so(meeting: Meeting) -> None:
    Tally.objects.all().delete()
    Poll.objects.all().delete()

    text = html("counting", count_of(meeting))

    assert "Phiên họp không có lần bỏ phiếu nào có kết quả." in text
    assert "Phát ra" not in text


def test_minutes_are_grouped_by_award_in_agenda_order_with_discussion_and_conclusions(
    meeting: Meeting, people: dict[str, User]
) -> None:
    items = {item.position: item for item in AgendaItem.objects.select_related("dossier")}
    Dossier.objects.filter(pk=items[2].dossier_id).update(award="pm_certificate")
    written = {"changed_by": people["secretary"], "changed_at": AT}
    MeetingNote.objects.create(meeting=meeting, item=items[3], text="Một ý.\n\nHai ý.", **written)
    MeetingNote.objects.create(meeting=meeting, award="pm_certificate", text="Trình Thủ tướng.", **written)

    context = minutes_of(meeting)

    assert [[item["number"] for item in group["items"]] for group in context["groups"]] == [[1, 3], [2]]
    assert [group["conclusion"] for group in context["groups"]] == [[], ["Trình Thủ tướng."]]
    assert [group["recommended"] for group in context["groups"]] == [["Xã Phan Điền"], ["Mang Thị Lựu"]]
    assert context["items"][2]["discussion"] == ["Một ý.", "Hai ý."]
    text = html("minutes", context)
    assert text.index("Một ý.") < text.index("III. KẾT QUẢ BỎ PHIẾU KÍN") < text.index("Trình Thủ tướng.")
    assert "<em>Ý kiến thảo luận:</em> Một ý." in text


def test_a_draft_bears_no_number_and_says_that_it_is_one(meeting: Meeting) -> None:
    for kind in ("minutes", "counting"):
        record = kinds()[kind].records().get(pk=meeting.pk)
        context = kinds()[kind].context_of(record, Imprint("BB-HĐXKT", date(2025, 12, 12)))

        assert "DỰ THẢO" in html(kind, context)


@pytest.mark.parametrize("item_count", [1, 3])
def test_the_count_costs_the_same_queries_whatever_the_size(
    meeting: Meeting, item_count: int, django_assert_num_queries: Any
) -> None:
    kept = list(meeting.items.values_list("pk", flat=True)[:item_count])
    Tally.objects.exclude(poll__agenda_item__in=kept).delete()
    Poll.objects.exclude(agenda_item__in=kept).delete()
    AgendaItem.objects.exclude(pk__in=kept).delete()
    record = kinds()["counting"].records().get(pk=meeting.pk)

    with django_assert_num_queries(15):
        count_context(record, Imprint("BB-HĐXKT", date(2025, 12, 12), 4))
