"""A calendar file with one event (iCalendar, RFC 5545), as calendars of phones and offices take it in.

It is published (`METHOD:PUBLISH`), not a request: an answer to a request goes by mail to its organizer, and nobody reads
mail that comes to this application. The same `uid` with a higher `sequence` takes the place of what was sent before, or
takes it out of the calendar again (`METHOD:CANCEL`, RFC 5546).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

CALENDAR = "text/calendar"
PUBLISH, CANCEL = "PUBLISH", "CANCEL"
PRODUCT = "-//khen-thuong//meetings//VI"
# RFC 5545, section 3.1: without the line's end; a line that goes on begins with a space, which counts.
MOST_OCTETS = 75


@dataclass(frozen=True)
class CalendarEvent:
    """When and where something takes place. It has a beginning and no end: how long it takes is not known before."""

    uid: str
    sequence: int
    published_at: datetime
    starts_at: datetime
    """Both with their time zone; the file holds them in UTC."""
    summary: str
    place: str
    description: str
    url: str
    organizer: str
    organizer_mail: str
    is_cancelled: bool = False
    """Whether it goes out of the calendars that hold it."""

    @property
    def method(self) -> str:
        """What a calendar is to do with the file."""
        return CANCEL if self.is_cancelled else PUBLISH


def method_of(file: str) -> str:
    """What a calendar is to do with a file that was written here."""
    return CANCEL if f"\r\nMETHOD:{CANCEL}\r\n" in file else PUBLISH


def calendar_file(event: CalendarEvent) -> bytes:
    """The file in UTF-8, its lines folded and ended as the standard asks."""
    return b"".join(_folded(line) for line in _lines(event))


def _lines(event: CalendarEvent) -> Iterator[str]:
    yield from (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{PRODUCT}",
        "CALSCALE:GREGORIAN",
        f"METHOD:{event.method}",
    )
    yield "BEGIN:VEVENT"
    yield f"UID:{_text(event.uid)}"
    yield f"SEQUENCE:{event.sequence}"
    yield f"DTSTAMP:{_moment(event.published_at)}"
    yield f"DTSTART:{_moment(event.starts_at)}"
    yield f"SUMMARY:{_text(event.summary)}"
    yield f"LOCATION:{_text(event.place)}"
    yield f"DESCRIPTION:{_text(event.description)}"
    yield f"URL:{event.url}"
    yield f'ORGANIZER;CN="{_quoted(event.organizer)}":mailto:{event.organizer_mail}'
    yield f"STATUS:{'CANCELLED' if event.is_cancelled else 'CONFIRMED'}"
    yield from ("END:VEVENT", "END:VCALENDAR")


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(words: str) -> str:
    """Words as a value: what would end or divide it is escaped, control characters have no place in it."""
    lines = (_printable(line) for line in words.splitlines())
    return "\\n".join(line.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,") for line in lines)


def _quoted(words: str) -> str:
    """Words between the quotation marks of a parameter, which can hold none themselves."""
    return _printable(" ".join(words.split())).replace('"', "'")


def _printable(line: str) -> str:
    return "".join(sign for sign in line if sign.isprintable())


def _folded(line: str) -> bytes:
    """A line in pieces of no more octets than allowed; no sign of several octets is cut."""
    pieces, piece = [], b""
    for sign in line:
        octets = sign.encode()
        if len(piece) + len(octets) > MOST_OCTETS:
            pieces.append(piece)
            piece = b" "
        piece += octets
    return b"\r\n".join([*pieces, piece]) + b"\r\n"
