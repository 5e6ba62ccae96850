"""Who may nominate, edit, attach, file, return and withdraw, up to the day the province has the dossier.

A commune's officer acts for its dossiers, a district's officer for the district's and for those of
its communes, an agency's officer for its own and for enterprises it manages. Overseers read.
"""

from typing import Any

from django.utils.translation import gettext as _

from core import clock
from core.exceptions import NotAllowed
from nominations.enums import RoundStatus, Status
from nominations.models import AwardRound, Dossier, FilingSet, Paper
from nominations.transitions import step_for
from registry.enums import Role, UnitKind
from registry.models import Unit
from registry.scopes import acts_within, scope_of
from registry.selectors.ancestry import WHOLE_KINDS, as_of

NOMINATORS = (Role.COMMUNE_OFFICER, Role.DISTRICT_OFFICER, Role.AGENCY_OFFICER)


def acts_for_nominator(actor: Any, unit: Unit) -> bool:
    """Whether the person is an officer of the unit or of the district above it."""
    return acts_within(actor, unit.path, *NOMINATORS)


def present_form(unit: Unit) -> Unit:
    """The unit itself while it exists, else the one that took over its whole territory."""
    return as_of(unit, clock.today(), WHOLE_KINDS)


def district_of(unit: Unit) -> Unit | None:
    """The district to which a unit's dossiers go first; None where they go straight to the province.

    Follows the register of the day: what lay with a dissolved district passes to the commune.
    """
    unit = present_form(unit)
    parent = unit.parent
    if unit.kind != UnitKind.COMMUNE or parent is None or parent.kind != UnitKind.DISTRICT:
        return None
    return parent if parent.exists_on(clock.today()) else None


def files_to_district(unit: Unit) -> bool:
    """Whether the unit's dossiers go to its district first."""
    return district_of(unit) is not None


def check_step(dossier: Dossier, verb: str) -> None:
    """The table has the step from where the dossier stands."""
    if step_for(dossier.status, verb) is None:
        raise NotAllowed(
            _("Dossier %(code)s is “%(status)s”, from where this step is not possible.")
            % {"code": dossier.code, "status": dossier.standing.label},
            _("Open the dossier again to see which steps its status allows."),
        )


def check_round_is_open(award_round: AwardRound) -> None:
    """Dossiers start and are filed while the round is open."""
    if award_round.status != RoundStatus.OPEN:
        raise NotAllowed(
            _("“%(round)s” is closed.") % {"round": award_round},
            _("Ask the leadership of the standing office whether it will be opened again."),
        )
    if award_round.opens_on > clock.today():
        raise NotAllowed(
            _("“%(round)s” opens on %(day)s.")
            % {"round": award_round, "day": award_round.opens_on.strftime("%d/%m/%Y")},
            _("Come back on that day."),
        )


def check_can_nominate(actor: Any) -> None:
    """Some unit's officer: for the button that starts a nomination."""
    if not scope_of(actor).has(*NOMINATORS):
        raise NotAllowed(
            _("Nominations are made by officers of communes, districts and agencies."),
            _("If your work needs it, ask the administrator for the role."),
        )


# Who reads the register of an area for its nominations; accounts are kept without looking at anybody's figures.
FINDERS = frozenset(Role) - {Role.ADMINISTRATOR}


def check_can_find(actor: Any) -> None:
    """Any role that holds an area or the province; the finder itself shows no more than that area."""
    if not scope_of(actor).has(*FINDERS):
        raise NotAllowed(
            _("The finder is for those who nominate, appraise, decide or oversee."),
            _("If your work needs it, ask the administrator for the role."),
        )


def check_can_start(actor: Any, unit: Unit, award_round: AwardRound) -> None:
    """An officer of the nominating unit, while the round is open."""
    check_can_nominate(actor)
    if not acts_for_nominator(actor, unit):
        raise NotAllowed(
            _("%(unit)s is outside your area.") % {"unit": unit.name},
            _("Choose your own unit as the one that nominates."),
        )
    if not AwardRound.objects.visible_to(actor).filter(pk=award_round.pk).exists():
        raise NotAllowed(
            _("“%(round)s” is run by another province.") % {"round": award_round},
            _("Choose one of the rounds offered."),
        )
    check_round_is_open(award_round)


def _check_nominating_side(actor: Any, dossier: Dossier, sentence: str) -> None:
    if not acts_for_nominator(actor, dossier.nominating_unit):
        raise NotAllowed(sentence % {"code": dossier.code, "unit": dossier.nominating_unit.name})


def check_can_edit(actor: Any, dossier: Dossier) -> None:
    """The side that made the dossier, while it is a draft, returned, or asked for a supplement."""
    _check_nominating_side(
        actor, dossier, _("Dossier %(code)s is written by %(unit)s and by the offices above it.")
    )
    if not dossier.standing.is_editable:
        raise NotAllowed(
            _("Dossier %(code)s is “%(status)s” and can no longer be changed.")
            % {"code": dossier.code, "status": dossier.standing.label},
            _("If something must be mended, ask the office that has it to return it."),
        )


def check_can_attach(actor: Any, dossier: Dossier) -> None:
    """Papers are attached and taken away where the text may be changed."""
    check_can_edit(actor, dossier)


def check_can_confirm(actor: Any, paper: Paper) -> None:
    """The nominating side records who confirmed a report; the district still may once it has the dossier."""
    dossier = paper.dossier
    if dossier is None:
        raise NotAllowed(_("Only papers of a dossier carry a confirmation."))
    if dossier.status == Status.FILED_TO_DISTRICT and acts_within(
        actor, dossier.nominating_unit.path, Role.DISTRICT_OFFICER
    ):
        return
    check_can_edit(actor, dossier)


def check_can_file_to_district(actor: Any, dossier: Dossier) -> None:
    """A commune's dossier, by its own officer or by its district's, in an open round."""
    _check_nominating_side(actor, dossier, _("Dossier %(code)s is filed by %(unit)s."))
    check_step(dossier, "file_to_district")
    if not files_to_district(dossier.nominating_unit):
        raise NotAllowed(
            _("%(unit)s files straight to the province.") % {"unit": dossier.nominating_unit.name},
            _("Put the dossier into the set that you file."),
        )
    check_round_is_open(dossier.award_round)


def _check_district(actor: Any, dossier: Dossier) -> None:
    if not acts_within(actor, dossier.nominating_unit.path, Role.DISTRICT_OFFICER):
        raise NotAllowed(
            _("Dossier %(code)s is looked through by the district of %(unit)s.")
            % {"code": dossier.code, "unit": dossier.nominating_unit.name}
        )


def check_can_return(actor: Any, dossier: Dossier) -> None:
    """The district hands a commune's dossier back to be mended."""
    _check_district(actor, dossier)
    check_step(dossier, "return")


def check_can_not_select(actor: Any, dossier: Dossier) -> None:
    """The district's council did not choose the dossier."""
    _check_district(actor, dossier)
    check_step(dossier, "not_select")


def check_can_withdraw(actor: Any, dossier: Dossier) -> None:
    """The nominating side, until the vote."""
    _check_nominating_side(
        actor, dossier, _("Dossier %(code)s is withdrawn by %(unit)s, which put it forward.")
    )
    check_step(dossier, "withdraw")


def check_can_prepare_set(actor: Any, unit: Unit, award_round: AwardRound) -> None:
    """An officer of the body that files to the province; a commune under a district has no set of its own."""
    if not acts_within(actor, unit.path, *NOMINATORS):
        raise NotAllowed(_("The set of %(unit)s is prepared by its own officers.") % {"unit": unit.name})
    if files_to_district(unit):
        raise NotAllowed(
            _("%(unit)s files to its district, which prepares the set.") % {"unit": unit.name},
            _("File the dossier to the district."),
        )
    check_round_is_open(award_round)


def check_can_change_set(actor: Any, filing_set: FilingSet) -> None:
    """While the set is open, its body's officers choose dossiers and attach letter and minutes."""
    check_can_prepare_set(actor, filing_set.unit, filing_set.award_round)
    if filing_set.filed_on is not None:
        raise NotAllowed(
            _("The set of %(unit)s was filed on %(day)s and no longer changes.")
            % {"unit": filing_set.unit.name, "day": filing_set.filed_on.strftime("%d/%m/%Y")},
            _("Further dossiers go into a new set."),
        )


def check_can_supplement_set(actor: Any, filing_set: FilingSet) -> None:
    """The letter and the minutes may also be replaced when a supplement of one of its dossiers asks for it."""
    if filing_set.filed_on is None:
        check_can_change_set(actor, filing_set)
        return
    if not acts_within(actor, filing_set.unit.path, *NOMINATORS):
        raise NotAllowed(
            _("The set of %(unit)s is prepared by its own officers.") % {"unit": filing_set.unit.name}
        )
    if not filing_set.dossiers.filter(status=Status.SUPPLEMENT).exists():
        raise NotAllowed(
            _("The set of %(unit)s was filed on %(day)s and no longer changes.")
            % {"unit": filing_set.unit.name, "day": filing_set.filed_on.strftime("%d/%m/%Y")},
            _("Its papers can be replaced when the province asks for a supplement."),
        )


def check_can_file_set(actor: Any, filing_set: FilingSet) -> None:
    """The body's officer files its open set."""
    check_can_change_set(actor, filing_set)


def check_can_put_in_set(actor: Any, dossier: Dossier) -> None:
    """The office that files the dossier to the province chooses it: the district for a commune's."""
    unit = filing_unit_of(dossier)
    if not acts_within(actor, unit.path, *NOMINATORS):
        raise NotAllowed(
            _("Dossier %(code)s is filed to the province by %(unit)s.")
            % {"code": dossier.code, "unit": unit.name}
        )
    if files_to_district(dossier.nominating_unit) and dossier.status == Status.DRAFT:
        raise NotAllowed(
            _("Dossier %(code)s has not been filed to the district yet.") % {"code": dossier.code},
            _("File it to the district first."),
        )
    check_step(dossier, "file")


def filing_unit_of(dossier: Dossier) -> Unit:
    """The body that files the dossier to the province: the district of a commune, else the nominator itself."""
    return district_of(dossier.nominating_unit) or present_form(dossier.nominating_unit)
