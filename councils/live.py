"""What a screen of a meeting asks every two seconds: whether it still shows the meeting as it is.

A meeting's revision goes up with each change that its screens show (`councils.services.locks`); the papers of open polls
are known to the urn alone. Together they are a moment. A screen carries the mark of the moment that it shows, made for
its reader: who was not shown the page cannot learn from the answer that something moved.
"""

from dataclasses import dataclass
from time import monotonic
from typing import Any

from django.utils.crypto import salted_hmac

from councils.exceptions import UrnAway
from councils.models import Meeting, Poll
from councils.urn import client

KEPT_S = 0.5
"""So long each process holds what the urn said of papers."""
_said: dict[tuple[client.Place, ...], tuple[float, tuple[int | None, ...]]] = {}


@dataclass(frozen=True)
class Moment:
    """A meeting's revision, and how many papers each of its open polls holds: None where the urn does not say it."""

    meeting: int
    revision: int
    papers: tuple[int | None, ...]

    def mark_for(self, reader: Any) -> str:
        """The mark of a screen that shows this moment to a person."""
        said = f"{reader.pk}:{self.meeting}:{self.revision}:{self.papers}"
        return salted_hmac("councils.live", said, algorithm="sha256").hexdigest()[:24]


def moment_of(meeting_pk: int) -> Moment | None:
    """The moment of a meeting in one indexed read, and one question to the urn while polls are open; None without one.

    Read it before the rows that a page shows: what changes in between then has the next question answered anew.
    """
    row = Meeting.objects.filter(pk=meeting_pk).values_list("pk", "revision", "open_urns").first()
    return _moment(row)


def moment_of_poll(poll_pk: int) -> Moment | None:
    """The moment of a poll's meeting, as `moment_of` reads it."""
    row = Poll.objects.filter(pk=poll_pk).values_list(
        *(f"agenda_item__meeting__{name}" for name in ("pk", "revision", "open_urns"))
    )
    return _moment(row.first())


def _moment(row: Any) -> Moment | None:
    if row is None:
        return None
    meeting_pk, revision, urns = row
    return Moment(meeting_pk, revision, _papers([client.Place(key, epoch) for key, epoch in urns]))


def _papers(places: list[client.Place]) -> tuple[int | None, ...]:
    """What the urn said at most half a second ago: five hundred screens are one question to it.

    A mark may so be older than what its page shows, never newer: the next question is then answered anew.
    """
    if not places:
        return ()
    now, key = monotonic(), tuple(places)
    said_at, papers = _said.get(key, (-KEPT_S, ()))
    if now - said_at < KEPT_S:
        return papers
    papers = _asked(places)
    for old in [one for one, (at, _papers) in _said.items() if now - at >= KEPT_S]:
        _said.pop(old, None)
    _said[key] = now, papers
    return papers


def _asked(places: list[client.Place]) -> tuple[int | None, ...]:
    try:
        return client.papers_in_each(places)
    except UrnAway:
        return (None,) * len(places)
