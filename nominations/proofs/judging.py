"""What the log says of kept checks, judgements and waivers, held against their rows."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from core.audit.verifying import Said, said_by, said_once
from core.proving import Flaw, entry_name, said_again
from nominations import fingerprints
from nominations.events import Event
from nominations.models import Evaluation, Judgement, Waiver


def checks_that_differ() -> Iterator[Flaw]:
    """Kept checks whose facts or findings are not those of the log, that no entry names, or that are gone; judgements too."""
    said = said_once(Event.EVALUATION_FROZEN, of=lambda one: (one.payload or {}).get("evaluation"))
    yield from said_again(said)
    frozen = dict(said.first)
    kept = Evaluation.objects.select_related("dossier").order_by("pk")
    for one in kept.iterator(chunk_size=200):
        entry = frozen.pop(one.pk, None)
        known = {"purpose": one.purpose, "outcome": one.outcome, "as_of": one.as_of.isoformat()}
        reason = _reason(entry, known, fingerprints.of_evaluation(one), one.created_by_id)
        if reason:
            name = _("The check kept of dossier %(code)s (%(key)s)")
            yield Flaw(
                name % {"code": one.dossier.code, "key": one.pk},
                reason,
                f"nominations.dossier:{one.dossier_id}",
            )
    for entry in frozen.values():
        yield Flaw(entry_name(entry.seq), _("the check that it tells of is gone"), entry.subject)
    yield from _judgements_that_differ()


def _judgements_that_differ() -> Iterator[Flaw]:
    """The judgement that counts for a criterion is the last that the log tells of."""
    last = {
        (said.subject, (said.payload or {}).get("criterion")): said
        for said in said_by(Event.JUDGEMENT_RECORDED)
    }
    for one in Judgement.objects.filter(is_current=True).select_related("dossier").order_by("pk"):
        subject = f"nominations.dossier:{one.dossier_id}"
        entry = last.pop((subject, one.criterion), None)
        if reason := _reason(entry, {"verdict": one.verdict}, fingerprints.of_judgement(one), one.made_by_id):
            name = _("The judgement on “%(criterion)s” of dossier %(code)s")
            yield Flaw(name % {"criterion": one.criterion, "code": one.dossier.code}, reason, subject)
    for entry in last.values():
        yield Flaw(entry_name(entry.seq), _("the judgement that it tells of is gone"), entry.subject)


def waivers_that_differ() -> Iterator[Flaw]:
    """Waivers that are not as the log names them, that no entry names, or that are gone."""
    said = said_once(Event.WAIVER_RECORDED, of=lambda one: (one.payload or {}).get("waiver"))
    yield from said_again(said)
    recorded = dict(said.first)
    for waiver in Waiver.objects.select_related("dossier").order_by("pk"):
        entry = recorded.pop(waiver.pk, None)
        known = {
            "criterion": waiver.criterion,
            "authority": waiver.authority,
            "document": waiver.document_number,
        }
        if reason := _reason(entry, known, fingerprints.of_waiver(waiver), waiver.made_by_id):
            name = _("The waiver of “%(criterion)s” for dossier %(code)s")
            where = name % {"criterion": waiver.criterion, "code": waiver.dossier.code}
            yield Flaw(where, reason, f"nominations.dossier:{waiver.dossier_id}")
    for entry in recorded.values():
        yield Flaw(entry_name(entry.seq), _("the waiver that it tells of is gone"), entry.subject)


def _reason(entry: Said | None, known: dict[str, Any], digest: str, by: int) -> str:
    """Why a row is not what its entry says; entries of earlier versions name no digest."""
    if entry is None:
        return _("no entry says that it was recorded")
    if entry.payload is None:
        return _("entry %(seq)s, which named it, says nothing any more") % {"seq": entry.seq}
    said = {**known, **{name: value for name, value in entry.payload.items() if name in known}}
    if said != known or entry.payload.get("digest", digest) != digest:
        return _("it is not as entry %(seq)s names it") % {"seq": entry.seq}
    if entry.is_by_another(by):
        return _("it was not recorded by who entry %(seq)s names") % {"seq": entry.seq}
    return ""
