"""What nominations let each role do, for the table of rights: the checks with an invented dossier, set and proposal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from nominations import permissions as filing
from nominations import permissions_province as province
from nominations.enums import ProposalStatus, RoundStatus, Status
from nominations.models import AwardRound, Dossier, FilingSet, Movement, PlanUpload, PriorAward, Proposal
from nominations.transitions import sources_of
from registry.enums import UnitKind
from registry.rights import Probe, Right, register_rights

_LONG_AGO = date(2000, 1, 1)


def install() -> None:
    """Hand the lines to the table."""
    register_rights(
        _("Nominating and filing"),
        Right(_("See who qualifies and who is close"), filing.check_can_find),
        Right(_("Start a nomination"), filing.check_can_nominate),
        Right(_("Write a draft of the own area"), filing.check_can_edit, _dossier(Status.DRAFT)),
        Right(_("Attach papers to it"), filing.check_can_attach, _dossier(Status.DRAFT)),
        Right(_("File it to the district"), filing.check_can_file_to_district, _dossier(Status.DRAFT)),
        Right(_("Return it to the commune"), filing.check_can_return, _dossier(Status.FILED_TO_DISTRICT)),
        Right(
            _("Record that the district did not select it"),
            filing.check_can_not_select,
            _dossier(Status.FILED_TO_DISTRICT),
        ),
        Right(_("Withdraw it"), filing.check_can_withdraw, _dossier(Status.DRAFT)),
        Right(
            _("Choose it for the set that goes to the province"),
            filing.check_can_put_in_set,
            _dossier(Status.FILED_TO_DISTRICT),
        ),
        Right(_("Prepare a set of the own unit"), filing.check_can_prepare_set, _set_of_own_unit),
        Right(_("Change such a set"), filing.check_can_change_set, _filing_set),
        Right(_("File such a set to the province"), filing.check_can_file_set, _filing_set),
        Right(
            _("Answer a supplement that the province asked for"),
            province.check_can_answer_supplement,
            _dossier(Status.SUPPLEMENT),
        ),
        Right(
            _("Record a commendation of the own body"),
            province.check_can_record_issuer_decision,
            _dossier(Status.DRAFT),
        ),
    )
    register_rights(
        _("Appraisal, proposals and decisions"),
        Right(_("See the appraisal desk"), province.check_can_see_desk),
        Right(_("Receive a filed dossier"), province.check_can_receive, _dossier(Status.FILED)),
        Right(
            _("Appraise a dossier of somebody else"), province.check_can_appraise, _dossier(Status.RECEIVED)
        ),
        Right(_("Judge a criterion"), province.check_can_judge, _dossier(Status.RECEIVED)),
        Right(_("Ask for a supplement"), province.check_can_request_supplement, _dossier(Status.RECEIVED)),
        Right(
            _("Conclude an appraisal"),
            lambda actor, dossier: province.check_can_conclude(actor, dossier, "mark_eligible"),
            _dossier(Status.RECEIVED),
        ),
        Right(_("Open an appraisal again"), province.check_can_reopen, _dossier(sources_of("reopen")[0])),
        Right(
            _("Accept a dossier that fails a criterion"), province.check_can_waive, _dossier(Status.RECEIVED)
        ),
        Right(
            _("Start a movement from its plan"),
            province.check_can_start_movement,
            lambda probe: (probe.places[UnitKind.PROVINCE],),
        ),
        Right(_("Read uploaded plans"), province.check_can_see_plans),
        Right(
            _("Upload a plan with its cases"),
            province.check_can_upload_plan,
            lambda probe: (probe.places[UnitKind.PROVINCE],),
        ),
        Right(
            _("Put a plan in force that somebody else uploaded"),
            province.check_can_settle_plan,
            lambda probe: (PlanUpload(pk=0, unit=probe.places[UnitKind.PROVINCE], uploaded_by_id=-1),),
        ),
        Right(_("Open and close rounds"), province.check_can_manage_rounds),
        Right(_("See proposals"), province.check_can_see_proposals),
        Right(_("Start a proposal"), province.check_can_start_proposal),
        Right(_("Change a proposal"), province.check_can_edit_proposal, _proposal(ProposalStatus.DRAFT)),
        Right(
            _("Cancel an approved proposal"),
            province.check_can_cancel_proposal,
            _proposal(ProposalStatus.APPROVED),
        ),
        Right(
            _("Record the papers between an approved proposal and its decision"),
            province.check_can_keep_way,
            _proposal(ProposalStatus.APPROVED),
        ),
        Right(
            _("Record the decision on a proposal"),
            province.check_can_record_decision,
            _proposal(ProposalStatus.APPROVED),
        ),
        Right(_("Enter earlier awards"), province.check_can_record_prior_award),
        Right(
            _("Revoke an award"),
            province.check_can_revoke_award,
            lambda probe: (PriorAward(pk=0, unit=probe.places[UnitKind.COMMUNE]),),
        ),
    )


def _open_round() -> AwardRound:
    return AwardRound(pk=0, status=RoundStatus.OPEN, opens_on=_LONG_AGO)


def _dossier(status: Status) -> Callable[[Probe], Sequence[Any]]:
    """A dossier of a commune, or of the person's own body where that stands above no commune."""

    def about(probe: Probe) -> Sequence[Any]:
        unit = probe.own if probe.own.kind == UnitKind.AGENCY else probe.places[UnitKind.COMMUNE]
        dossier = Dossier(pk=0, code="", status=status, nominating_unit=unit, award_round=_open_round())
        return (dossier,)

    return about


def _set_of_own_unit(probe: Probe) -> Sequence[Any]:
    return probe.own, _open_round()


def _filing_set(probe: Probe) -> Sequence[Any]:
    return (FilingSet(pk=0, unit=probe.own, award_round=_open_round()),)


def _proposal(status: ProposalStatus) -> Callable[[Probe], Sequence[Any]]:
    """A proposal of the province's own movement."""

    def about(probe: Probe) -> Sequence[Any]:
        movement = Movement(pk=0, unit=probe.places[UnitKind.PROVINCE])
        award_round = AwardRound(pk=0, movement=movement)
        return (Proposal(pk=0, code="", status=status, award_round=award_round),)

    return about
