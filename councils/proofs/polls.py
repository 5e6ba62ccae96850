"""What the log says of polls, held against the tallies and the papers in the urns."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _

from core.audit.verifying import Said, said_once
from core.proving import Flaw, entry_name, said_again
from councils.enums import Choice
from councils.events import Event
from councils.models import Ballot, Poll, Tally


def tallies_that_differ() -> Iterator[Flaw]:
    """Tallies that are not what the log says of the closing, or not what the papers say, or gone."""
    closings = said_once(Event.POLL_CLOSED)
    yield from said_again(closings)
    said = dict(closings.first)
    papers = _papers_by_poll()
    for tally in Tally.objects.select_related("poll__agenda_item__dossier").order_by("pk").iterator():
        entry = said.pop(f"councils.poll:{tally.pk}", None)
        reason = _reason(tally, entry) or _against_papers(tally, papers.get(tally.pk, Counter()))
        if reason:
            name = _("The tally on dossier %(code)s (poll %(number)s)")
            yield Flaw(
                name % {"code": tally.poll.agenda_item.dossier.code, "number": tally.pk},
                reason,
                f"councils.poll:{tally.pk}",
            )
    for entry in said.values():
        yield Flaw(
            entry_name(entry.seq),
            _("the tally that it tells of (%(poll)s) is gone") % {"poll": entry.subject},
            entry.subject,
        )


def openings_that_differ() -> Iterator[Flaw]:
    """Polls whose threshold or number of members is not what the log says of their opening, or that no entry names."""
    opened = said_once(Event.POLL_OPENED)
    yield from said_again(opened)
    said = dict(opened.first)
    for poll in Poll.objects.select_related("agenda_item__dossier").order_by("pk").iterator(chunk_size=500):
        subject = f"councils.poll:{poll.pk}"
        if reason := _opening_reason(poll, said.pop(subject, None)):
            name = _("The vote on dossier %(code)s (poll %(number)s)")
            code = poll.agenda_item.dossier.code
            yield Flaw(name % {"code": code, "number": poll.pk}, reason, subject)
    for entry in said.values():
        yield Flaw(
            entry_name(entry.seq),
            _("the vote that it tells of (%(poll)s) is gone") % {"poll": entry.subject},
            entry.subject,
        )


def _opening_reason(poll: Poll, entry: Said | None) -> str:
    if entry is None:
        return _("no entry says that this poll was opened")
    if entry.payload is None:
        return _("entry %(seq)s, which named its threshold, says nothing any more") % {"seq": entry.seq}
    kept = {
        "dossier": poll.agenda_item.dossier.code,
        "turn": poll.turn,
        "members": poll.members_count,
        "threshold": poll.threshold,
        "basis": poll.threshold_basis,
        "base": poll.base_basis,
        "papers_required": poll.papers_required,
    }
    if entry.differs(kept):
        return _("its dossier, members or threshold are not as entry %(seq)s names them") % {"seq": entry.seq}
    return ""


def _reason(tally: Tally, entry: Said | None) -> str:
    if entry is None:
        return _("no entry says that this poll was closed")
    if entry.payload is None:
        return _("entry %(seq)s, which held its figures, says nothing any more") % {"seq": entry.seq}
    # Before papers came in batches none was invalid, and entries did not say so.
    said = {"invalid": 0, **entry.payload}
    if _figures(tally) != {name: said.get(name) for name in _figures(tally)}:
        return _("it differs from entry %(seq)s, which was written when the poll closed") % {"seq": entry.seq}
    return ""


def _figures(tally: Tally) -> dict[str, Any]:
    return {
        "present": tally.poll.present_count,
        "agree": tally.agree,
        "disagree": tally.disagree,
        "blank": tally.blank,
        "invalid": tally.invalid,
        "unreturned": tally.unreturned,
        "required": tally.required,
        "result": str(tally.result),
    }


def _papers_by_poll() -> dict[int, Counter[str]]:
    """How many papers of each closed poll say what: counts alone, as in the result."""
    found: dict[int, Counter[str]] = {}
    rows = Ballot.objects.values_list("poll_id", "choice").annotate(total=Count("pk"))
    for poll, choice, total in rows.order_by():
        found.setdefault(poll, Counter())[choice] = total
    return found


def _against_papers(tally: Tally, papers: Counter[str]) -> str:
    if [papers[choice] for choice in Choice] == [tally.agree, tally.disagree, tally.blank, tally.invalid]:
        return ""
    return _("the papers in the urn say otherwise")
