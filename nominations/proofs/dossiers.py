"""What the log says of each dossier's steps and text, held against its status, its history page and its text."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from core.audit.verifying import Said, said_by, said_once
from core.proving import Flaw, entry_name, said_again
from nominations import fingerprints
from nominations.enums import Status
from nominations.events import Event
from nominations.models import Dossier, StatusChange

# Verb, status before, status after, who took it.
_Step = tuple[str, str, str, str]
_MACHINE = "system"
_TAKES_ON = "receive"


def steps_that_differ() -> Iterator[Flaw]:
    """Dossiers whose status, steps or text are not those of the log, that no entry names, or that are gone."""
    started = said_once(Event.DOSSIER_STARTED)
    yield from said_again(started)
    waiting = dict(started.first)
    moved, told, written = _moved(), _told(), _written()
    for dossier in Dossier.objects.select_related("nominating_unit").order_by("pk").iterator(chunk_size=500):
        subject = f"nominations.dossier:{dossier.pk}"
        start = waiting.pop(subject, None)
        reason = _reason(dossier, start, moved.get(subject, []), told.get(dossier.pk, []))
        if reason or (reason := _text_reason(dossier, written.get(subject))):
            yield Flaw(_("Dossier %(code)s") % {"code": dossier.code}, reason, subject)
    for entry in waiting.values():
        yield Flaw(entry_name(entry.seq), _("the dossier that it tells of is gone"), entry.subject)


def _moved() -> dict[str, list[_Step]]:
    found: dict[str, list[_Step]] = defaultdict(list)
    for said in said_by(Event.DOSSIER_MOVED):
        payload = said.payload or {}
        found[said.subject].append(
            (payload.get("verb", ""), payload.get("old", ""), payload.get("new", ""), said.actor)
        )
    return found


def _told() -> dict[int, list[_Step]]:
    """What the history pages tell."""
    found: dict[int, list[_Step]] = defaultdict(list)
    columns = ("dossier_id", "verb", "old_status", "new_status", "actor_id")
    rows = StatusChange.objects.order_by("pk").values_list(*columns)
    for dossier, verb, old, new, actor in rows.iterator(chunk_size=2000):
        found[dossier].append((verb, old, new, f"user:{actor}"))
    return found


def _written() -> dict[str, Said]:
    """The last entry that names each dossier's text: that of the step by which it was handed on."""
    return {said.subject: said for said in said_by(Event.DOSSIER_MOVED) if (said.payload or {}).get("text")}


def _reason(dossier: Dossier, start: Said | None, moved: Sequence[_Step], told: Sequence[_Step]) -> str:
    if start is None:
        return _("no entry says that it was started")
    payload = start.payload or {}
    kept = {
        "code": dossier.code,
        "award": dossier.award,
        "nominee_subject": dossier.subject,
        "nominee": dossier.nominee_unit_id or dossier.nominee_household_id or dossier.nominee_individual_id,
        "nominated_by": dossier.nominating_unit.key,
    }
    if any(payload.get(name, value) != value for name, value in kept.items()):
        return _("its nominee, award or body is not as entry %(seq)s names it") % {"seq": start.seq}
    status = moved[-1][2] if moved else Status.DRAFT
    if dossier.status != status:
        return _("its status is “%(kept)s”, and the log says “%(said)s”") % {
            "kept": Status(dossier.status).label,
            "said": Status(status).label if status in Status.values else status,
        }
    if [step[:3] for step in moved] != [step[:3] for step in told]:
        return _("its history tells other steps than the log")
    if any(said[3] not in (_MACHINE, kept[3]) for said, kept in zip(moved, told, strict=True)):
        return _("its history names other people for its steps than the log")
    desk = next((step[3] for step in reversed(moved) if step[0] == _TAKES_ON), _MACHINE)
    if desk != _MACHINE and desk != f"user:{dossier.reviewer_id}":
        return _("it lies on another desk than the log says")
    if start.is_by_another(dossier.created_by_id):
        return _("it was not started by who entry %(seq)s names") % {"seq": start.seq}
    return ""


def _text_reason(dossier: Dossier, entry: Said | None) -> str:
    # What is still being written is nobody's evidence yet.
    if entry is None or entry.payload is None or dossier.standing.is_editable:
        return ""
    if entry.payload["text"] != fingerprints.of_text(dossier.achievement, dossier.award_citation):
        return _("its text is not the one that entry %(seq)s names") % {"seq": entry.seq}
    return ""
