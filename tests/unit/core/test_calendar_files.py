"""Calendar files: what RFC 5545 asks of lines, escaping and moments."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from core.calendar_files import CANCEL, PUBLISH, CalendarEvent, calendar_file, method_of

HANOI = timezone(timedelta(hours=7))
EVENT = CalendarEvent(
    uid="0f2e",
    sequence=2,
    published_at=datetime(2025, 12, 1, 2, 3, 4, tzinfo=UTC),
    starts_at=datetime(2025, 12, 15, 8, 30, tzinfo=HANOI),
    summary="Phiên họp xét khen thưởng",
    place="Phòng họp số 2; tầng 3, nhà A\\B",
    description="Hội đồng xét khen thưởng Phong trào thi đua “Vì người nghèo - Không để ai bị bỏ lại phía sau”\ndòng hai",
    url="https://khenthuong.example.vn/hoi-dong/phien-hop/7/",
    organizer='Hội đồng "xét"; khen thưởng',
    organizer_mail="khen-thuong@example.vn",
)


def unfolded(file: bytes) -> list[str]:
    return file.decode().replace("\r\n ", "").split("\r\n")


def test_an_event_is_written_line_by_line() -> None:
    assert unfolded(calendar_file(EVENT)) == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//khen-thuong//meetings//VI",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        "UID:0f2e",
        "SEQUENCE:2",
        "DTSTAMP:20251201T020304Z",
        "DTSTART:20251215T013000Z",
        "SUMMARY:Phiên họp xét khen thưởng",
        "LOCATION:Phòng họp số 2\\; tầng 3\\, nhà A\\\\B",
        "DESCRIPTION:Hội đồng xét khen thưởng Phong trào thi đua “Vì người nghèo - Không để ai bị bỏ lại phía sau”\\ndòng hai",
        "URL:https://khenthuong.example.vn/hoi-dong/phien-hop/7/",
        "ORGANIZER;CN=\"Hội đồng 'xét'; khen thưởng\":mailto:khen-thuong@example.vn",
        "STATUS:CONFIRMED",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


def test_lines_end_in_both_signs_and_are_no_longer_than_75_octets() -> None:
    file = calendar_file(EVENT)
    lines = file.split(b"\r\n")

    assert b"\n" not in file.replace(b"\r\n", b"")
    assert max(map(len, lines)) in (74, 75), "the longest line is as long as it may be"
    assert any(line.startswith(b" ") for line in lines), "control: something was long enough to be folded"


@pytest.mark.parametrize("length", range(60, 80))
def test_no_sign_is_cut_wherever_a_line_is_folded(length: int) -> None:
    words = "a" * length + "ậ🗳ệ" * 30

    file = calendar_file(replace(EVENT, summary=words))

    assert f"SUMMARY:{words}" in unfolded(file)
    for line in file.split(b"\r\n"):
        assert len(line) <= 75
        line.decode()  # a cut sign would not read


def test_what_would_end_a_line_or_begin_another_property_stays_inside_the_text() -> None:
    file = calendar_file(replace(EVENT, summary="Họp\r\nATTENDEE:mailto:x@example.vn\x00\x07"))

    assert "SUMMARY:Họp\\nATTENDEE:mailto:x@example.vn" in unfolded(file)
    assert not any(line.startswith("ATTENDEE") for line in unfolded(file))


def test_an_hour_before_seven_belongs_to_the_day_before_in_utc() -> None:
    early = calendar_file(replace(EVENT, starts_at=datetime(2026, 1, 1, 6, 59, tzinfo=HANOI)))

    assert "DTSTART:20251231T235900Z" in unfolded(early)


def test_a_file_that_calls_off_says_so_twice() -> None:
    sent, called_off = calendar_file(EVENT), calendar_file(replace(EVENT, is_cancelled=True))

    assert {"METHOD:CANCEL", "STATUS:CANCELLED", "UID:0f2e"} <= set(unfolded(called_off))
    assert (method_of(sent.decode()), method_of(called_off.decode())) == (PUBLISH, CANCEL)


def test_a_title_calls_nothing_off() -> None:
    named = replace(EVENT, summary="Họp\r\nMETHOD:CANCEL\r\n", description="METHOD:CANCEL")

    assert method_of(calendar_file(named).decode()) == PUBLISH
