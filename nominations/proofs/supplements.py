"""What the log says of requests for a supplement: what was asked for until when, by whom, and what was answered."""

from collections import defaultdict
from collections.abc import Iterator

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.audit.verifying import Said, said_by, said_once
from core.proving import Flaw, entry_name, said_again
from nominations import fingerprints
from nominations.events import Event
from nominations.models import SupplementRequest


def supplements_that_differ() -> Iterator[Flaw]:
    """Requests whose text, last day, asker or answer are not those of the log, that no entry names, or that are gone."""
    asked = said_once(Event.SUPPLEMENT_REQUESTED, of=_request_of)
    yield from said_again(asked)
    waiting, answers = dict(asked.first), _answers()
    rows = SupplementRequest.objects.select_related("dossier").order_by("pk")
    for row in rows.iterator(chunk_size=2000):
        entry, subject = waiting.pop(row.pk, None), f"nominations.dossier:{row.dossier_id}"
        if reason := _reason(row, entry, _answer_to(row, entry, answers[subject])):
            where = _("The supplement asked for dossier %(code)s, due %(day)s")
            words = {"code": row.dossier.code, "day": date_format(row.due_on, "d/m/Y")}
            yield Flaw(where % words, reason, subject)
    for entry in waiting.values():
        yield Flaw(
            entry_name(entry.seq), _("the supplement asked for that it tells of is gone"), entry.subject
        )


def _request_of(said: Said) -> int | None:
    return (said.payload or {}).get("request")


def _answers() -> dict[str, list[Said]]:
    """The answers of each dossier, oldest first."""
    found: dict[str, list[Said]] = defaultdict(list)
    for said in said_by(Event.SUPPLEMENT_ANSWERED):
        found[said.subject].append(said)
    return found


def _answer_to(row: SupplementRequest, asked: Said | None, answers: list[Said]) -> Said | None:
    """The entry of a request's answer. Those of earlier versions name none: one is open at a time, so the next is meant."""
    if asked is None:
        return None
    later = (one for one in answers if one.seq > asked.seq)
    return next((one for one in later if (_request_of(one) or row.pk) == row.pk), None)


def _reason(row: SupplementRequest, asked: Said | None, answered: Said | None) -> str:
    if asked is None:
        return _("no entry says that it was asked for")
    kept = {"due_on": row.due_on.isoformat(), "digest": fingerprints.of_request(row)}
    if asked.differs(kept) or asked.subject != f"nominations.dossier:{row.dossier_id}":
        return _("it is not as entry %(seq)s names it") % {"seq": asked.seq}
    if asked.is_by_another(row.asked_by_id):
        return _("it was not asked for by who entry %(seq)s names") % {"seq": asked.seq}
    if row.answered_at is None:
        return _("entry %(seq)s says that it was answered") % {"seq": answered.seq} if answered else ""
    if answered is None:
        return _("no entry says that it was answered")
    if answered.differs({"digest": fingerprints.of_answer(row.answer)}) or answered.is_by_another(
        row.answered_by_id
    ):
        return _("it was not answered as entry %(seq)s names it") % {"seq": answered.seq}
    return ""
