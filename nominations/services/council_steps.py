"""Steps of a dossier before the council; the councils app checks who may ask for them and calls these."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from core.exceptions import InvalidRequest, NotAllowed
from core.models import User
from core.services import service
from nominations.enums import EvaluationPurpose
from nominations.models import Dossier, Evaluation, ProposalItem
from nominations.selectors.checks import deciding_evaluation
from nominations.selectors.way import check_reached, proposal_under_way, way_of
from nominations.services.evaluations import freeze_evaluations
from nominations.services.moving import check_no_live_twin, move
from nominations.services.proposals import lock_proposal

_VERBS = {"recommended": "recommend", "not_recommended": "not_recommend"}


@service
def put_on_agenda(*, dossier: Dossier, actor: User) -> Evaluation:
    """Bind an eligible dossier to an agenda; gives the deciding evaluation, which the agenda item cites.

    The caller has checked that the person keeps the meeting's agenda.
    """
    evaluation = deciding_evaluation(dossier)
    if evaluation is None:
        raise InvalidRequest(
            _("Dossier %(code)s has no deciding evaluation.") % {"code": dossier.code},
            _("Reopen its appraisal and conclude it again."),
        )
    move(dossier=dossier, verb="put_on_agenda", actor=actor)
    return evaluation


@service
def evaluate_for_unit(*, dossiers: Sequence[Dossier], actor: User) -> list[Evaluation]:
    """What the figures say today of dossiers that come before the council of the unit where they lie; they do not move.

    The caller has checked that the person keeps the meeting's agenda, and that they lie there.
    """
    return freeze_evaluations(dossiers=dossiers, purpose=EvaluationPurpose.UNIT_COUNCIL, actor=actor)


@service
def take_off_agenda(*, dossier: Dossier, actor: User, note: str = "") -> None:
    """Give the dossier back to the eligible ones; the caller has checked that the vote has not begun."""
    move(dossier=dossier, verb="take_off_agenda", actor=actor, note=note)


@service
def reconsider(*, dossier: Dossier, actor: User, note: str) -> None:
    """Put a dossier that the council has voted on before it once more; the caller has checked who asks, and why.

    Until the council has voted, its former result counts for nothing, and no proposal takes the dossier up.
    """
    if dossier.standing.is_ended:
        check_no_live_twin(dossier)
    move(dossier=dossier, verb="reconsider", actor=actor, note=note)


def check_before_province(dossier: Dossier) -> Evaluation:
    """The deciding evaluation of a dossier on which the provincial council may vote now; it stays proposed.

    It stands on an approved proposal to the centre, every paper before that vote is there, and the province's letter has
    not gone out yet. Raises NotAllowed, naming what is missing. The proposal is held until the transaction ends.
    """
    proposal = proposal_under_way(dossier)
    if proposal is None:
        raise NotAllowed(
            _("Dossier %(code)s is “%(status)s” and on no approved proposal.")
            % {"code": dossier.code, "status": dossier.standing.label},
            _("The provincial council votes on what an approved proposal puts before it."),
        )
    lock_proposal(proposal)
    way = way_of(proposal)
    if way.award is None or way.award.step("provincial_council") is None:
        raise NotAllowed(
            _("The way of dossier %(code)s does not lead through the provincial council.")
            % {"code": dossier.code},
            _("Leave it out of this agenda."),
        )
    check_reached(way, "provincial_council")
    if way.papers:
        raise NotAllowed(
            _("Proposal %(code)s has gone up with paper %(paper)s of %(day)s.")
            % {
                "code": proposal.code,
                "paper": way.papers[0],
                "day": way.papers[0].dated_on.strftime("%d/%m/%Y"),
            },
            _("The vote on it stands."),
        )
    return (
        ProposalItem.objects.select_related("evaluation").get(proposal=proposal, dossier=dossier).evaluation
    )


@service
def record_recommendation(*, dossier: Dossier, result: str, actor: User, note: str = "") -> None:
    """Carry a closed poll's result, `recommended` or `not_recommended`, to the dossier.

    Without quorum there is no result: the caller keeps the dossier on the agenda or takes it off.
    Raises InvalidRequest for any other result.
    """
    verb = _VERBS.get(str(result))
    if verb is None:
        raise InvalidRequest(
            _("The vote gave no result for dossier %(code)s.") % {"code": dossier.code},
            _("Vote again in a meeting with a quorum."),
        )
    move(dossier=dossier, verb=verb, actor=actor, note=note)
