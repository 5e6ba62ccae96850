"""Gathering recommended dossiers into the list that goes up, within the plan's quotas."""

from collections.abc import Iterable

from django.db.models import Max
from django.utils.translation import gettext as _

from core import audit, clock
from core.exceptions import InvalidRequest, NotAllowed, StaleState
from core.models import User
from core.services import service
from core.text import nfc
from nominations.enums import ProposalStatus
from nominations.events import Event
from nominations.models import AwardRound, Dossier, Proposal, ProposalItem
from nominations.permissions_province import (
    check_can_approve_proposal,
    check_can_cancel_proposal,
    check_can_edit_proposal,
    check_can_start_proposal,
)
from nominations.selectors.checks import deciding_evaluation
from nominations.selectors.proposals import (
    barred_today,
    proposable_awards,
    quotas_of,
    shortfalls,
    violations,
)
from nominations.selectors.selection import verdict_on
from nominations.selectors.way import standing_papers
from nominations.services.appraisal import said
from nominations.services.holding import hold_dossiers
from nominations.services.moving import move
from nominations.transitions import step_for

CODE_PREFIX = "TT"


def lock_round(award_round: AwardRound) -> None:
    """Hold the round until the transaction ends, so that two hands cannot fill the last place at once."""
    # SQLite ignores select_for_update; IMMEDIATE mode in settings gives the lock.
    AwardRound.objects.select_for_update().get(pk=award_round.pk)


def lock_proposal(proposal: Proposal) -> None:
    """Hold the proposal's row; raises StaleState when its status moved on."""
    status = Proposal.objects.select_for_update().values_list("status", flat=True).get(pk=proposal.pk)
    if status != proposal.status:
        raise StaleState(
            _("Somebody else has just changed proposal %(code)s.") % {"code": proposal.code},
            _("Open the proposal again; nothing of yours was saved twice."),
        )


@service
def start_proposal(*, award_round: AwardRound, award: str, actor: User) -> Proposal:
    """An empty list for one round and award.

    Raises InvalidRequest for an award that the plan does not know, or whose way ends at its issuer.
    """
    check_can_start_proposal(actor, award_round)
    known = award_round.plan.awards.get(award)
    if known is None or known not in proposable_awards(award_round.plan):
        raise InvalidRequest(
            _("This award does not go up in a proposal."),
            _("Choose an award that the plan sends to the province."),
        )
    proposal = Proposal.objects.create(
        code=_next_code(award_round.year),
        award_round=award_round,
        award=award,
        created_by=actor,
        created_at=clock.now(),
    )
    audit.record(Event.PROPOSAL_STARTED, actor=actor, subject=proposal, award=award, round=award_round.pk)
    return proposal


def _next_code(year: int) -> str:
    """The next reference of a year; its rounds are held so that no two hands get the same."""
    list(AwardRound.objects.select_for_update().filter(year=year).order_by("pk").values_list("pk", flat=True))
    prefix = f"{CODE_PREFIX}-{year}-"
    last = Proposal.objects.filter(code__startswith=prefix).aggregate(last=Max("code"))["last"]
    number = int(last.removeprefix(prefix)) + 1 if last else 1
    return f"{prefix}{number:04d}"


@service
def add_to_proposal(
    *, proposal: Proposal, dossiers: Iterable[Dossier], out_of_turn: str = "", actor: User
) -> list[ProposalItem]:
    """Put recommended dossiers on the list; all of them, or none when a quota would be exceeded.

    The round is held while the quotas are counted, and what is counted includes this proposal
    and every undeclined proposal and decision of the same award, kind of round and year. Who is equal with others on the
    last places waits for the council's further vote; who is taken while others wait that go first is taken for a reason
    (`out_of_turn`), which stands on the list.
    """
    check_can_edit_proposal(actor, proposal)
    chosen = list(dossiers)
    if not chosen:
        raise InvalidRequest(_("No dossier was chosen."), _("Tick the dossiers that go on the list."))
    lock_round(proposal.award_round)
    lock_proposal(proposal)
    # An agenda on which equals come back may want some of the same.
    hold_dossiers(dossier.pk for dossier in chosen)
    for dossier in chosen:
        _check_belongs(proposal, dossier)
    _check_not_barred(chosen)
    quotas = quotas_of(proposal.award_round, proposal.award, [dossier.subject for dossier in chosen])
    over = violations(quotas)
    if over:
        raise InvalidRequest(
            _("The list would exceed a quota: %(quotas)s.") % {"quotas": "; ".join(over)},
            _("Choose fewer dossiers, or take another one off a list first."),
        )
    reason = nfc(out_of_turn).strip()
    passed_over = _check_turn(proposal, chosen, reason)
    last = proposal.items.aggregate(last=Max("position"))["last"] or 0
    items = [
        _put_on_list(proposal, dossier, last + offset, reason if dossier.pk in passed_over else "", actor)
        for offset, dossier in enumerate(chosen, start=1)
    ]
    audit.record(
        Event.PROPOSAL_CHANGED,
        actor=actor,
        subject=proposal,
        added=[dossier.code for dossier in chosen],
        removed=[],
        **_told_of_turn(chosen, passed_over, reason),
    )
    return items


def _check_turn(proposal: Proposal, chosen: list[Dossier], reason: str) -> dict[int, list[str]]:
    """Whom the choice passes over, by the chosen dossier; refuses it while equals wait for the council, or without a reason."""
    verdict = verdict_on(proposal.award_round, proposal.award, chosen)
    if verdict.unsettled:
        raise InvalidRequest(
            " ".join(verdict.unsettled),
            _("The council votes on them once more; record what is missing first, if anything is."),
        )
    if verdict.passed_over and not reason:
        raise InvalidRequest(
            _("Others go first and would be left waiting: %(turns)s.")
            % {"turns": _turns_in_words(chosen, verdict.passed_over)},
            _("Choose those who go first, or say why they are passed over."),
        )
    return verdict.passed_over


def _turns_in_words(chosen: list[Dossier], passed_over: dict[int, list[str]]) -> str:
    return "; ".join(
        _("%(first)s before %(code)s") % {"first": ", ".join(passed_over[one.pk]), "code": one.code}
        for one in chosen
        if one.pk in passed_over
    )


def _told_of_turn(chosen: list[Dossier], passed_over: dict[int, list[str]], reason: str) -> dict[str, object]:
    """What the log says of dossiers that were taken out of their turn."""
    if not passed_over:
        return {}
    by_code = {one.code: passed_over[one.pk] for one in chosen if one.pk in passed_over}
    return {"passed_over": by_code, "out_of_turn": reason}


def _check_belongs(proposal: Proposal, dossier: Dossier) -> None:
    if dossier.award_round_id != proposal.award_round_id or dossier.award != proposal.award:
        raise InvalidRequest(
            _("Dossier %(code)s is of another round or award than this proposal.") % {"code": dossier.code}
        )
    if step_for(dossier.status, "propose") is None:
        raise NotAllowed(
            _("Dossier %(code)s is “%(status)s”; a proposal takes what the council recommended.")
            % {"code": dossier.code, "status": dossier.standing.label},
            _("Open the proposal again to see which dossiers are still free."),
        )


def _check_not_barred(dossiers: list[Dossier]) -> None:
    barred = barred_today(dossiers)
    if barred:
        raise InvalidRequest(
            " ".join(f"{dossier.code}: {sentence}" for dossier, sentence in barred),
            _("Leave the dossier out until the matter is closed."),
        )


def _put_on_list(
    proposal: Proposal, dossier: Dossier, position: int, taken_because: str, actor: User
) -> ProposalItem:
    evaluation = deciding_evaluation(dossier)
    if evaluation is None:
        raise InvalidRequest(
            _("Dossier %(code)s has no deciding evaluation.") % {"code": dossier.code},
            _("Its appraisal has to be concluded before it goes up."),
        )
    move(dossier=dossier, verb="propose", actor=actor, proposal=proposal.code)
    return ProposalItem.objects.create(
        proposal=proposal,
        dossier=dossier,
        evaluation=evaluation,
        position=position,
        taken_because=taken_because,
    )


@service
def remove_from_proposal(*, item: ProposalItem, reason: str = "", actor: User) -> None:
    """Take one dossier off the list; it is recommended again and free for another proposal."""
    check_can_edit_proposal(actor, item.proposal)
    lock_proposal(item.proposal)
    move(
        dossier=item.dossier,
        verb="unpropose",
        actor=actor,
        note=nfc(reason).strip(),
        proposal=item.proposal.code,
    )
    item.delete()
    audit.record(
        Event.PROPOSAL_CHANGED, actor=actor, subject=item.proposal, added=[], removed=[item.dossier.code]
    )


@service
def approve_proposal(*, proposal: Proposal, shortfall_note: str = "", actor: User) -> None:
    """Let the list go up. A violation blocks; a shortfall needs a note that says why.

    Quotas, holds and the order are looked at once more, because days may lie between choosing and approving, and the
    council may have recommended others in between.
    """
    check_can_approve_proposal(actor, proposal)
    lock_round(proposal.award_round)
    lock_proposal(proposal)
    # Another hand may have put a dossier of the approver's own on the list while this one waited for its turn.
    check_can_approve_proposal(actor, proposal)
    items = list(
        proposal.items.select_related(
            "dossier__award_round__movement",
            "dossier__nominee_unit",
            "dossier__nominee_household__unit",
            "dossier__nominee_individual__unit",
        )
    )
    if not items:
        raise InvalidRequest(_("The list is empty."), _("Add recommended dossiers before it is approved."))
    _check_not_barred([item.dossier for item in items])
    quotas = quotas_of(proposal.award_round, proposal.award)
    over = violations(quotas)
    if over:
        raise InvalidRequest(
            _("The list exceeds a quota: %(quotas)s.") % {"quotas": "; ".join(over)},
            _("Take dossiers off the list."),
        )
    _check_still_in_turn(proposal, [item.dossier for item in items if not item.taken_because])
    note = nfc(shortfall_note).strip()
    short = shortfalls(quotas)
    if short and not note:
        raise InvalidRequest(
            _("Fewer are proposed than the plan expects: %(quotas)s.") % {"quotas": "; ".join(short)},
            _("Say in the note why, then approve."),
        )
    _set_status(
        proposal, ProposalStatus.APPROVED, shortfall_note=note, approved_by=actor, approved_at=clock.now()
    )
    audit.record(
        Event.PROPOSAL_APPROVED,
        actor=actor,
        subject=proposal,
        dossiers=[item.dossier.code for item in items],
        evaluations=[item.evaluation_id for item in items],
        shortfalls=list(quotas.shortfalls),
    )


def _check_still_in_turn(proposal: Proposal, dossiers: list[Dossier]) -> None:
    verdict = verdict_on(proposal.award_round, proposal.award, dossiers)
    if verdict.unsettled:
        raise InvalidRequest(
            " ".join(verdict.unsettled),
            _("Take them off the list; the council votes on them once more."),
        )
    if verdict.passed_over:
        raise InvalidRequest(
            _("Others go first and would be left waiting: %(turns)s.")
            % {"turns": _turns_in_words(dossiers, verdict.passed_over)},
            _("Take dossiers off the list, and put them on it again with a reason."),
        )


@service
def cancel_proposal(*, proposal: Proposal, reason: str, actor: User) -> None:
    """Give up a list that was not decided on; its dossiers are recommended again."""
    check_can_cancel_proposal(actor, proposal)
    written = said(reason, _("Cancelling a proposal needs a reason."))
    lock_round(proposal.award_round)
    lock_proposal(proposal)
    gone_up = standing_papers(proposal).first()
    if gone_up is not None:
        raise NotAllowed(
            _("Proposal %(code)s has gone up with paper %(paper)s of %(day)s.")
            % {"code": proposal.code, "paper": gone_up, "day": gone_up.dated_on.strftime("%d/%m/%Y")},
            _("What becomes of it is said by the decision."),
        )
    _set_status(proposal, ProposalStatus.CANCELLED)
    for item in proposal.items.select_related("dossier"):
        move(dossier=item.dossier, verb="unpropose", actor=actor, note=written, proposal=proposal.code)
    audit.record(Event.PROPOSAL_CHANGED, actor=actor, subject=proposal, cancelled=True, reason=written)


def _set_status(proposal: Proposal, status: ProposalStatus, **fields: object) -> None:
    changed = Proposal.objects.filter(pk=proposal.pk, status=proposal.status).update(status=status, **fields)
    if changed != 1:
        raise StaleState(
            _("Somebody else has just changed proposal %(code)s.") % {"code": proposal.code},
            _("Open the proposal again; nothing of yours was saved twice."),
        )
    proposal.status = status
    for name, value in fields.items():
        setattr(proposal, name, value)
