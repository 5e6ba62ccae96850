"""What minutes say of people in words: who was away, who came and went, who took over. Minutes are in Vietnamese alone."""

from datetime import date, datetime

from councils.enums import MeetingOffice, PresenceKind, VoidCause
from councils.models import Adjournment, Passing, Poll, PresenceEvent, Tally
from councils.roll import RollLine
from reports.documents.official import hour, local, minute

_MOVES = {
    PresenceKind.CAME: "có mặt",
    PresenceKind.LEFT: "rời phiên họp",
    PresenceKind.BACK: "trở lại",
}
_OFFICES = {
    MeetingOffice.CHAIR: "chủ tọa",
    MeetingOffice.SECRETARY: "thư ký",
    MeetingOffice.TELLER: "kiểm phiếu",
}

_VOID = {
    VoidCause.ANNULLED: "bị hủy",
    VoidCause.TOO_FEW: "không đủ số phiếu của một cuộc bỏ phiếu có giá trị",
    VoidCause.URN_LOST: "hòm phiếu mất trước khi đóng",
}


def at_clock(moment: datetime) -> str:
    """A time of the day: "08 giờ 05"."""
    at = local(moment)
    return f"{hour(at)} giờ {minute(at)}"


def absence(line: RollLine) -> str:
    """Who was away, with or without leave; of meetings held before this was recorded, the name alone."""
    name = line.member.user.full_name
    if not line.is_known:
        return name
    return f"{name} ({'có phép' if line.is_excused else 'không phép'})"


def movement(line: RollLine, event: PresenceEvent, held_on: date) -> str:
    """Who came, left or came back, and when: with the day where it is not the first one of the meeting."""
    day = local(event.at).date()
    when = at_clock(event.at) if day == held_on else f"{at_clock(event.at)} ngày {day:%d/%m/%Y}"
    return f"{line.member.user.full_name} {_MOVES[PresenceKind(event.kind)]} lúc {when}"


def sitting(adjournment: Adjournment, came: int, away: list[str]) -> str:
    """When and why a meeting stopped, when it went on, and who was there then."""
    stopped, resumed = adjournment.adjourned_at, adjournment.resumed_at
    words = f"{_on_day(stopped)}, phiên họp tạm ngừng ({adjournment.reason.rstrip('.')})"
    if resumed is None:
        planned = f"{adjournment.resumes_at:%H} giờ {adjournment.resumes_at:%M} ngày {adjournment.resumes_on:%d/%m/%Y}"
        return f"{words}; dự kiến họp tiếp lúc {planned}."
    absent = f"; vắng mặt: {', '.join(away)}" if away else ""
    return f"{words}; họp tiếp {_on_day(resumed)[0].lower()}{_on_day(resumed)[1:]}, có mặt {came:02d} thành viên{absent}."


def _on_day(moment: datetime) -> str:
    return f"Lúc {at_clock(moment)} ngày {local(moment):%d/%m/%Y}"


def earlier_round(poll: Poll, tally: Tally) -> str:
    """What a round gave that another one followed."""
    return f"vòng {poll.turn}: đồng ý {tally.agree}/{poll.members_count}, không đồng ý {tally.disagree}, phiếu trắng {tally.blank}"


def another_round(poll: Poll) -> str:
    """That a poll was a further round, and why it was held."""
    kind = (
        f"bỏ phiếu thêm (vòng {poll.turn}) giữa các hồ sơ bằng nhau"
        if poll.breaks_tie
        else f"bỏ phiếu vòng {poll.turn}"
    )
    return f"{kind} vì {poll.turn_reason.rstrip('.')}"


def round_among_equals(poll: Poll, tally: Tally) -> str:
    """What a round gave that ordered equals: it recommends and refuses nobody."""
    return f"{another_round(poll)}: đồng ý {tally.agree}/{poll.members_count}, dùng để xếp thứ tự"


def passing_on(passing: Passing) -> str:
    """Which office went from whom to whom, when, why, and with whose consent."""
    to, former, keeper = passing.to_member.user.full_name, passing.from_member, passing.next_secretary
    went = f"chuyển từ {former.user.full_name} sang {to}" if former else f"giao thêm cho {to}"
    said = [f"nhiệm vụ {_OFFICES[MeetingOffice(passing.office)]} {went}"]
    if keeper:
        said.append(f"{keeper.user.full_name} làm thư ký")
        if passing.settled_by:
            said.append(f"{passing.settled_by.full_name} đồng ý")
    when = at_clock(passing.settled_at or passing.asked_at)
    return f"Lúc {when}, {'; '.join(said)}. Lý do: {passing.reason.rstrip('.')}."


def void_poll(poll: Poll) -> str:
    """That a poll was void, when it ended and why; nothing of its papers, which nobody has seen."""
    reason = f" ({poll.void_reason.rstrip('.')})" if poll.void_reason else ""
    when = f"Lúc {at_clock(poll.closed_at)}, một" if poll.closed_at else "Một"
    return f"{when} lần bỏ phiếu không có giá trị: {_VOID[VoidCause(poll.void_cause)]}{reason}. Phiếu đã hủy, không mở."
