"""Who may do what from the day a dossier reaches the province until history has it.

One rule stands over all: nobody appraises, waives or approves a dossier that they filed or created.
"""

from typing import Any

from django.utils.translation import gettext as _

from core.exceptions import NotAllowed
from nominations.enums import ProposalStatus, Status
from nominations.models import AwardRound, Dossier, Movement, PlanUpload, PriorAward, Proposal
from nominations.permissions import NOMINATORS, check_step
from nominations.statuses import Turn
from nominations.visibility import rounds_read_by_others
from registry.enums import Role
from registry.models import Household, Individual, Unit
from registry.scopes import accounts_of, acts_within, scope_of

APPRAISERS = (Role.REVIEWER, Role.LEAD)
AWARD_RECORDERS = (Role.REVIEWER, Role.STANDING_BODY)
_FILING_VERBS = ("file", "file_to_district", "answer_supplement")


def has_hand_in(actor: Any, dossier: Dossier) -> bool:
    """Whether the person created the dossier, or filed it at any level, with whichever of their accounts."""
    own = accounts_of(actor)
    if not own.isdisjoint({dossier.created_by_id, dossier.filed_by_id}):
        return True
    if dossier.filing_set_id and dossier.filing_set and dossier.filing_set.filed_by_id in own:
        return True
    return dossier.changes.filter(verb__in=_FILING_VERBS, actor__in=own).exists()


def home_of(nominee: Unit | Household | Individual) -> Unit:
    """The unit that a nominee is, or belongs to."""
    return nominee if isinstance(nominee, Unit) else nominee.unit


def _check_not_own(actor: Any, dossier: Dossier) -> None:
    if has_hand_in(actor, dossier):
        raise NotAllowed(
            _("You created or filed dossier %(code)s yourself.") % {"code": dossier.code},
            _("Ask a colleague to appraise it: nobody does so for a dossier of their own."),
        )


def _check_role(actor: Any, roles: tuple[Role, ...], sentence: str, province: Unit | None = None) -> None:
    """Whether one of the roles is held; of a province's things, whether it is held in that province."""
    is_held = acts_within(actor, province.path, *roles) if province else scope_of(actor).has(*roles)
    if not is_held:
        raise NotAllowed(sentence, _("If your work needs it, ask the administrator for the role."))


def _check_under_appraisal(dossier: Dossier) -> None:
    if dossier.status != Status.RECEIVED:
        raise NotAllowed(
            _("Dossier %(code)s is “%(status)s” and not under appraisal.")
            % {"code": dossier.code, "status": dossier.standing.label},
            _("Receive it, or reopen its appraisal, and try again."),
        )


def check_can_see_desk(actor: Any) -> None:
    """The standing office appraises; the inspectorate looks on."""
    _check_role(
        actor,
        (*APPRAISERS, Role.AUDITOR),
        _("The appraisal desk belongs to the standing office's reviewers."),
    )


def check_can_appraise(actor: Any, dossier: Dossier) -> None:
    """A reviewer or the lead, and none who made or filed the dossier."""
    _check_role(
        actor,
        APPRAISERS,
        _("Dossiers are appraised by the standing office's reviewers."),
        dossier.nominating_unit,
    )
    _check_not_own(actor, dossier)


def check_can_receive(actor: Any, dossier: Dossier) -> None:
    check_can_appraise(actor, dossier)
    check_step(dossier, "receive")


def check_can_judge(actor: Any, dossier: Dossier) -> None:
    """Judgements, originals and fresh figures belong to a running appraisal."""
    check_can_appraise(actor, dossier)
    _check_under_appraisal(dossier)


def check_can_record_women(actor: Any, dossier: Dossier) -> None:
    """What the papers of a collective say of its women is written down from its receipt until a list takes the dossier."""
    check_can_appraise(actor, dossier)
    if not dossier.nominee_unit_id:
        raise NotAllowed(
            _("Dossier %(code)s puts no collective forward.") % {"code": dossier.code},
            _("Whether a person is a woman stands in the registry."),
        )
    if dossier.standing.turn not in {Turn.REVIEWER, Turn.COUNCIL, Turn.PROPOSER} or (
        dossier.status == Status.FILED
    ):
        raise NotAllowed(
            _(
                "Dossier %(code)s is “%(status)s”; the share of women is recorded between its receipt and the proposal."
            )
            % {"code": dossier.code, "status": dossier.standing.label}
        )


def check_can_request_supplement(actor: Any, dossier: Dossier) -> None:
    check_can_appraise(actor, dossier)
    check_step(dossier, "request_supplement")


def acts_for_filing_side(actor: Any, dossier: Dossier) -> bool:
    """Whether the person is an officer of the body that made the dossier, or of one that filed it on."""
    if acts_within(actor, dossier.nominating_unit.path, *NOMINATORS):
        return True
    filing_set = dossier.filing_set
    return filing_set is not None and acts_within(actor, filing_set.unit.path, *NOMINATORS)


def check_can_answer_supplement(actor: Any, dossier: Dossier) -> None:
    """The side that filed answers."""
    if not acts_for_filing_side(actor, dossier):
        raise NotAllowed(
            _("The supplement is answered by the body that filed dossier %(code)s.") % {"code": dossier.code}
        )
    check_step(dossier, "answer_supplement")


def check_can_conclude(actor: Any, dossier: Dossier, verb: str) -> None:
    """Ending an appraisal with `mark_eligible`, `mark_not_eligible` or `mark_duplicate`."""
    check_can_appraise(actor, dossier)
    check_step(dossier, verb)


def check_can_reopen(actor: Any, dossier: Dossier) -> None:
    """Until the agenda takes it, a concluded appraisal can be opened again."""
    check_can_appraise(actor, dossier)
    check_step(dossier, "reopen")


def check_can_waive(actor: Any, dossier: Dossier) -> None:
    """The lead, never for a dossier of their own."""
    _check_role(
        actor,
        (Role.LEAD,),
        _("A criterion is waived by the leadership of the standing office, on a recorded paper."),
        dossier.nominating_unit,
    )
    _check_not_own(actor, dossier)
    _check_under_appraisal(dossier)


def check_can_manage_rounds(actor: Any, movement: Movement | None = None) -> None:
    """The lead, of a movement that runs in their province."""
    _check_role(
        actor,
        (Role.LEAD,),
        _("Rounds are opened and closed by the leadership of the standing office."),
        movement.unit if movement else None,
    )


def check_can_start_movement(actor: Any, province: Unit | None = None) -> None:
    """The lead starts a movement, in their own province."""
    _check_role(
        actor,
        (Role.LEAD,),
        _("Movements are started by the leadership of the standing office, in its own province."),
        province,
    )


def check_can_see_plans(actor: Any) -> None:
    """Who appraises, leads, decides or inspects at the province reads the plans that were uploaded there."""
    _check_role(
        actor,
        (*APPRAISERS, Role.STANDING_BODY, Role.AUDITOR),
        _("Uploaded plans are read by the standing office, the standing body and the inspectorate."),
    )


def check_can_upload_plan(actor: Any, province: Unit | None = None) -> None:
    """The lead, for their own province."""
    _check_role(
        actor,
        (Role.LEAD,),
        _("Plans are uploaded by the leadership of the standing office, for its own province."),
        province,
    )


def check_can_settle_plan(actor: Any, upload: PlanUpload) -> None:
    """Another lead or the standing body, and never who uploaded it, with whichever of their accounts."""
    _check_role(
        actor,
        (Role.LEAD, Role.STANDING_BODY),
        _(
            "A plan is put in force, or refused, by the leadership of the standing office or the standing body."
        ),
        upload.unit,
    )
    if upload.uploaded_by_id in accounts_of(actor):
        raise NotAllowed(
            _("You uploaded this plan yourself."),
            _("Ask another member of the leadership, or the standing body, to read it and put it in force."),
        )


def check_can_see_proposals(actor: Any) -> None:
    _check_role(
        actor,
        (*APPRAISERS, Role.STANDING_BODY, Role.AUDITOR),
        _("Proposals are read by the standing office, the standing body and the inspectorate."),
    )


def check_can_see_selection(actor: Any, award_round: AwardRound) -> None:
    """Who prepares, approves, decides or inspects at the province, and whoever leads a council of the movement."""
    if AwardRound.objects.filter(rounds_read_by_others(actor), pk=award_round.pk).exists():
        return
    _check_role(
        actor,
        (*APPRAISERS, Role.STANDING_BODY, Role.AUDITOR),
        _(
            "The selection of a round is read by the standing office, the standing body, the inspectorate, and the chair "
            "and secretary of the council."
        ),
        award_round.movement.unit,
    )


def check_can_start_proposal(actor: Any, award_round: AwardRound | None = None) -> None:
    """The standing office, for a round of a movement that runs in its province."""
    _check_role(
        actor,
        APPRAISERS,
        _("Proposals are prepared by the standing office's reviewers."),
        award_round.movement.unit if award_round else None,
    )


def check_can_edit_proposal(actor: Any, proposal: Proposal) -> None:
    """While it is in preparation, the standing office changes what is on the list."""
    check_can_start_proposal(actor, proposal.award_round)
    if proposal.status != ProposalStatus.DRAFT:
        raise NotAllowed(
            _("Proposal %(code)s is “%(status)s”; its list no longer changes.")
            % {"code": proposal.code, "status": ProposalStatus(proposal.status).label},
            _("Start another proposal for further dossiers."),
        )


def check_can_cancel_proposal(actor: Any, proposal: Proposal) -> None:
    """In preparation a reviewer may cancel it; once approved, only the lead."""
    if proposal.status == ProposalStatus.APPROVED:
        _check_role(
            actor,
            (Role.LEAD,),
            _("An approved proposal is cancelled by the leadership of the standing office."),
            proposal.award_round.movement.unit,
        )
        return
    check_can_edit_proposal(actor, proposal)


def check_can_approve_proposal(actor: Any, proposal: Proposal) -> None:
    """The lead, and only when nothing on the list is of their own making."""
    _check_role(
        actor,
        (Role.LEAD,),
        _("A proposal is approved by the leadership of the standing office."),
        proposal.award_round.movement.unit,
    )
    if proposal.status != ProposalStatus.DRAFT:
        raise NotAllowed(
            _("Proposal %(code)s is “%(status)s” and is not waiting for approval.")
            % {"code": proposal.code, "status": ProposalStatus(proposal.status).label}
        )
    for item in proposal.items.select_related("dossier__filing_set"):
        if has_hand_in(actor, item.dossier):
            raise NotAllowed(
                _("You created or filed dossier %(code)s, which is on this list.")
                % {"code": item.dossier.code},
                _("Ask another member of the leadership to approve the proposal."),
            )


def check_can_record_decision(actor: Any, proposal: Proposal) -> None:
    """The standing body, on an approved proposal."""
    _check_role(
        actor,
        (Role.STANDING_BODY,),
        _("Decisions are recorded by the standing body of the council."),
        proposal.award_round.movement.unit,
    )
    if proposal.status != ProposalStatus.APPROVED:
        raise NotAllowed(
            _("Proposal %(code)s is “%(status)s”; a decision is recorded on an approved one.")
            % {"code": proposal.code, "status": ProposalStatus(proposal.status).label}
        )


def check_can_keep_way(actor: Any, proposal: Proposal) -> None:
    """The standing body records the papers between an approved proposal and its decision."""
    _check_role(
        actor,
        (Role.STANDING_BODY,),
        _("Papers on the way to the decision are recorded by the standing body of the council."),
        proposal.award_round.movement.unit,
    )
    if proposal.status != ProposalStatus.APPROVED:
        raise NotAllowed(
            _("Proposal %(code)s is “%(status)s”; papers are recorded between its approval and the decision.")
            % {"code": proposal.code, "status": ProposalStatus(proposal.status).label}
        )


def issuing_unit_of(actor: Any, dossier: Dossier) -> Any:
    """The held role under which a person records a commendation: their own body, or the one above it."""
    held = [role for role in scope_of(actor).roles if role.role in NOMINATORS]
    if dossier.status == Status.FILED_TO_DISTRICT:
        held = [role for role in held if role.role == Role.DISTRICT_OFFICER]
    path = dossier.nominating_unit.path
    return next((role for role in held if path.startswith(role.unit_path)), None)


def check_can_record_issuer_decision(actor: Any, dossier: Dossier) -> None:
    """An officer of the issuer, for a commendation that has come to its end there."""
    if issuing_unit_of(actor, dossier) is None:
        raise NotAllowed(_("A commendation is recorded by the office of its issuer."))
    check_step(dossier, "decide_by_issuer")
    _check_not_own(actor, dossier)


def check_can_record_prior_award(actor: Any, nominee: Unit | Household | Individual | None = None) -> None:
    """A reviewer or the standing body, for nominees of their province."""
    _check_role(
        actor,
        AWARD_RECORDERS,
        _("Earlier awards are entered by the standing office's reviewers or the standing body."),
        home_of(nominee) if nominee else None,
    )


def check_can_import_awards(actor: Any) -> None:
    """Whoever enters earlier awards one by one may load them from a file; commands pass no actor."""
    if actor is not None:
        check_can_record_prior_award(actor)


def check_can_revoke_award(actor: Any, award: PriorAward) -> None:
    """The standing body, once."""
    _check_role(
        actor,
        (Role.STANDING_BODY,),
        _("A revocation is recorded by the standing body of the council."),
        home_of(award.nominee),
    )
    if award.revoked_on is not None:
        raise NotAllowed(_("This award was already revoked."))
