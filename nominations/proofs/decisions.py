"""What the log says of decisions, held against their rows and files."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from core.audit.recording import subject_of
from core.audit.verifying import Said, said_once
from core.proving import Flaw, entry_name, said_again
from nominations.events import Event
from nominations.models import Decision


def decisions_that_differ() -> Iterator[Flaw]:
    """Decisions that are not those that the log names, that no entry names, or that are gone."""
    said = said_once(Event.DECISION_RECORDED)
    yield from said_again(said)
    recorded = dict(said.first)
    for decision in Decision.objects.select_related("file", "proposal").order_by("pk"):
        subject = subject_of(decision)
        entry = recorded.pop(subject, None)
        if reason := _reason(decision, entry):
            yield Flaw(_("Decision %(number)s") % {"number": decision.number}, reason, subject)
    for entry in recorded.values():
        yield Flaw(entry_name(entry.seq), _("the decision that it tells of is gone"), entry.subject)


def _reason(decision: Decision, entry: Said | None) -> str:
    if entry is None:
        return _("no entry says that it was recorded")
    if entry.payload is None:
        return _("entry %(seq)s, which named its file, says nothing any more") % {"seq": entry.seq}
    # Entries of earlier versions name no file.
    named = entry.payload.get("sha256")
    if named is not None and named != (decision.file.sha256 if decision.file else ""):
        return _("its file is not the one that entry %(seq)s names") % {"seq": entry.seq}
    kept = {
        "number": decision.number,
        "decided_on": decision.decided_on.isoformat(),
        "issuer": decision.issuer,
        "proposal": decision.proposal.code if decision.proposal else "",
    }
    if any(entry.payload.get(name, value) != value for name, value in kept.items()):
        return _("its number, day, issuer or proposal is not as entry %(seq)s names it") % {"seq": entry.seq}
    if entry.is_by_another(decision.recorded_by_id):
        return _("it was not recorded by who entry %(seq)s names") % {"seq": entry.seq}
    return ""
