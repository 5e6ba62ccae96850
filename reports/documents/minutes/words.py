"""What minutes say of people in words: who was away, who came and went, who took over. Minutes are in Vietnamese alone."""

from datetime import datetime

from councils.enums import MeetingOffice, PresenceKind, VoidCause
from councils.models import Passing, Poll, PresenceEvent
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


def movement(line: RollLine, event: PresenceEvent) -> str:
    """Who came, left or came back, and when."""
    return f"{line.member.user.full_name} {_MOVES[PresenceKind(event.kind)]} lúc {at_clock(event.at)}"


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
