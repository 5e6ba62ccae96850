"""What the log says of lists of proposals, held against their status, their award and the dossiers on them."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from core.audit.recording import subject_of
from core.audit.verifying import Said, said_by, said_once
from core.proving import Flaw, entry_name, said_again
from nominations.enums import ProposalStatus
from nominations.events import Event
from nominations.models import Proposal


@dataclass
class _List:
    """A list as its entries tell of it."""

    dossiers: set[str] = field(default_factory=set)
    approved: Said | None = None
    is_cancelled: bool = False


def proposals_that_differ() -> Iterator[Flaw]:
    """Proposals whose award, status or dossiers are not those of the log, that no entry names, or that are gone."""
    started = said_once(Event.PROPOSAL_STARTED)
    yield from said_again(started)
    waiting, told = dict(started.first), _told()
    for proposal in Proposal.objects.prefetch_related("items__dossier").order_by("pk"):
        subject = subject_of(proposal)
        if reason := _reason(proposal, waiting.pop(subject, None), told.get(subject, _List())):
            yield Flaw(_("Proposal %(code)s") % {"code": proposal.code}, reason, subject)
    for entry in waiting.values():
        yield Flaw(entry_name(entry.seq), _("the proposal that it tells of is gone"), entry.subject)


def _told() -> dict[str, _List]:
    found: dict[str, _List] = defaultdict(_List)
    for said in said_by(Event.PROPOSAL_CHANGED):
        payload, one = said.payload or {}, found[said.subject]
        one.dossiers = (one.dossiers | set(payload.get("added", ()))) - set(payload.get("removed", ()))
        one.is_cancelled = one.is_cancelled or bool(payload.get("cancelled"))
    for said in said_by(Event.PROPOSAL_APPROVED):
        found[said.subject].approved = said
    return found


def _reason(proposal: Proposal, start: Said | None, told: _List) -> str:
    if start is None:
        return _("no entry says that it was started")
    payload = start.payload or {}
    if payload.get("award", proposal.award) != proposal.award or (
        payload.get("round", proposal.award_round_id) != proposal.award_round_id
    ):
        return _("its award or round is not as entry %(seq)s names it") % {"seq": start.seq}
    if start.is_by_another(proposal.created_by_id) or (
        told.approved is not None and told.approved.is_by_another(proposal.approved_by_id)
    ):
        return _("it was not started or approved by who the log names")
    if (proposal.status == ProposalStatus.CANCELLED) != told.is_cancelled:
        return _("the log does not say that it is “%(status)s”") % {
            "status": ProposalStatus(proposal.status).label
        }
    is_approved = proposal.status in {ProposalStatus.APPROVED, ProposalStatus.DECIDED}
    if is_approved and told.approved is None:
        return _("no entry says that it was approved")
    items = list(proposal.items.all())
    if {item.dossier.code for item in items} != told.dossiers:
        return _("other dossiers stand on it than the log says")
    if is_approved and told.approved is not None:
        said = told.approved.payload or {}
        checks = dict(zip(said.get("dossiers", ()), said.get("evaluations", ()), strict=False))
        if any(checks.get(item.dossier.code, item.evaluation_id) != item.evaluation_id for item in items):
            return _("it rests on other checks than entry %(seq)s names") % {"seq": told.approved.seq}
    return ""
