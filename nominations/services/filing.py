"""From the makers' hands to the province: through the district, or straight in the body's own set."""

from collections.abc import Collection, Iterable

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import audit, clock
from core.exceptions import InvalidRequest, NotAllowed, StaleState
from core.models import User
from core.outbox import queue_mail
from core.services import service
from core.text import nfc
from nominations.enums import EvaluationPurpose, FilingLevel
from nominations.events import Event
from nominations.models import AwardRound, Dossier, Evaluation, FilingSet, StatusChange
from nominations.permissions import (
    check_can_change_set,
    check_can_file_set,
    check_can_file_to_district,
    check_can_not_select,
    check_can_prepare_set,
    check_can_put_in_set,
    check_can_return,
    filing_unit_of,
)
from nominations.selectors.filing import fileable, reports_missing
from nominations.selectors.papers import set_slots
from nominations.services.evaluations import freeze_evaluation, freeze_evaluations
from nominations.services.holding import hold_dossiers
from nominations.services.moving import move
from nominations.services.unit_minutes import take_up_for_set
from nominations.transitions import step_for
from nominations.unit_councils import check_council_lets_drop, check_council_lets_file, check_is_on_no_agenda
from registry.models import Unit


@service
def file_to_district(*, dossier: Dossier, actor: User) -> Evaluation:
    """Hand a commune's dossier to its district; the check as it stands is frozen.

    What is missing stops nobody here: the district sees it and may return the dossier. A
    commendation is filed to its issuer by this step, so its filing day is set, once.
    """
    check_can_file_to_district(actor, dossier)
    hold_dossiers([dossier.pk])
    check_council_lets_file([dossier])
    move(dossier=dossier, verb="file_to_district", actor=actor)
    award = dossier.plan.awards.get(dossier.award)
    if award is not None and award.decided_by_issuer and dossier.filed_on is None:
        _set_filing_day([dossier], actor)
    return freeze_evaluation(dossier=dossier, purpose=EvaluationPurpose.FILING, actor=actor)


def _set_filing_day(dossiers: Iterable[Dossier], actor: User) -> None:
    today = clock.today()
    for dossier in dossiers:
        dossier.filed_on, dossier.filed_by = dossier.filed_on or today, actor
        Dossier.objects.filter(pk=dossier.pk).update(filed_on=dossier.filed_on, filed_by=actor)


@service
def return_to_commune(*, dossier: Dossier, reason: str, actor: User) -> None:
    """Hand a commune's dossier back to be mended, with what is to be mended."""
    check_can_return(actor, dossier)
    hold_dossiers([dossier.pk])
    check_is_on_no_agenda(dossier)
    written = _said(reason, _("Returning a dossier needs a reason."))
    move(dossier=dossier, verb="return", actor=actor, note=written)
    _leave_set(dossier)
    _tell_maker(dossier, _("The district returned dossier %(code)s to be mended."))


@service
def not_select(*, dossier: Dossier, reason: str, actor: User) -> None:
    """Record that the district's council did not choose the dossier.

    Where the council voted on it here, that follows from the vote, which is the reason; a further one may be added. Raises
    NotAllowed while the vote is to come, and where the council recommended it.
    """
    check_can_not_select(actor, dossier)
    hold_dossiers([dossier.pk])
    word = check_council_lets_drop(dossier)
    if word is not None:
        written = f"{word.sentence} {nfc(reason).strip()}".strip()
    else:
        written = _said(reason, _("Saying that a dossier was not selected needs a reason."))
    move(dossier=dossier, verb="not_select", actor=actor, note=written)
    _leave_set(dossier)
    _tell_maker(dossier, _("The district's council did not select dossier %(code)s."))


def _said(text: str, sentence: str) -> str:
    written = nfc(text).strip()
    if not written:
        raise InvalidRequest(sentence, _("The commune reads it, so write what it needs to know."))
    return written


def _leave_set(dossier: Dossier) -> None:
    if dossier.filing_set_id is not None:
        Dossier.objects.filter(pk=dossier.pk).update(filing_set=None)
        dossier.filing_set = None


def _tell_maker(dossier: Dossier, sentence: str) -> None:
    step = StatusChange.objects.filter(dossier=dossier).order_by("-pk").first()
    subject = sentence % {"code": dossier.code}
    body = _("%(sentence)s Open it here: %(address)s") % {
        "sentence": subject,
        "address": f"{settings.SITE_URL}{dossier.get_absolute_url()}",
    }
    queue_mail(
        key=f"dossier-{dossier.pk}-{step.pk if step else 0}",
        recipient=dossier.created_by.email,
        subject=subject,
        body=body,
    )


@service
def open_filing_set(*, unit: Unit, award_round: AwardRound, actor: User) -> FilingSet:
    """The body's open set of a round, begun when there is none; two hands at once get the same one."""
    check_can_prepare_set(actor, unit, award_round)
    wanted = {"unit": unit, "award_round": award_round, "level": FilingLevel.PROVINCE, "filed_on": None}
    existing = FilingSet.objects.filter(**wanted).first()
    if existing is not None:
        audit.nothing_changed()
        return existing
    try:
        with transaction.atomic():
            filing_set = FilingSet.objects.create(**wanted, created_at=clock.now())
    except IntegrityError:
        audit.nothing_changed()
        return FilingSet.objects.get(**wanted)
    audit.record(
        Event.SET_PREPARED, actor=actor, subject=filing_set, unit=unit.key, award_round=award_round.pk
    )
    return filing_set


@service
def choose_dossiers(*, filing_set: FilingSet, dossiers: Collection[Dossier], actor: User) -> None:
    """Make these, and only these, the dossiers of an open set.

    Raises InvalidRequest for one that another body files, that stands elsewhere on its way, or
    whose award ends at its issuer.
    """
    check_can_change_set(actor, filing_set)
    _lock_open(filing_set)
    for dossier in dossiers:
        _check_fits(filing_set, dossier, actor)
    chosen = {dossier.pk for dossier in dossiers}
    before = set(filing_set.dossiers.values_list("pk", flat=True))
    if chosen == before:
        audit.nothing_changed()
        return
    Dossier.objects.filter(pk__in=before - chosen).update(filing_set=None)
    Dossier.objects.filter(pk__in=chosen - before).update(filing_set=filing_set)
    for dossier in dossiers:
        dossier.filing_set = filing_set
    audit.record(
        Event.SET_PREPARED,
        actor=actor,
        subject=filing_set,
        added=sorted(chosen - before),
        removed=sorted(before - chosen),
    )
    take_up_for_set(filing_set=filing_set, actor=actor)


@service
def put_in_set(*, dossier: Dossier, actor: User) -> FilingSet:
    """Add one dossier to the open set of the body that files it, beginning the set when there is none."""
    filing_set = open_filing_set(unit=filing_unit_of(dossier), award_round=dossier.award_round, actor=actor)
    chosen = [*fileable(filing_set), dossier]
    choose_dossiers(
        filing_set=filing_set, dossiers=list({one.pk: one for one in chosen}.values()), actor=actor
    )
    return filing_set


def _lock_open(filing_set: FilingSet) -> None:
    # SQLite ignores select_for_update; IMMEDIATE mode in settings gives the lock.
    fresh = FilingSet.objects.select_for_update().get(pk=filing_set.pk)
    if fresh.filed_on != filing_set.filed_on:
        raise StaleState(
            _("The set of %(unit)s has just been filed by somebody else.") % {"unit": filing_set.unit.name},
            _("Open the set again to see what was filed."),
        )


def _check_fits(filing_set: FilingSet, dossier: Dossier, actor: User) -> None:
    check_can_put_in_set(actor, dossier)
    award = dossier.plan.awards.get(dossier.award)
    if award is not None and award.decided_by_issuer:
        raise InvalidRequest(
            _("Dossier %(code)s is for an award that its issuer decides.") % {"code": dossier.code},
            _("Record the issuer's decision on the dossier's page; it does not go to the province."),
        )
    if (
        dossier.award_round_id != filing_set.award_round_id
        or filing_unit_of(dossier).pk != filing_set.unit_id
    ):
        raise InvalidRequest(
            _("Dossier %(code)s belongs to another round or another body's set.") % {"code": dossier.code},
            _("Choose dossiers that this body files in this round."),
        )


@service
def file_set(
    *, filing_set: FilingSet, actor: User, expected: Collection[int] | None = None
) -> list[Evaluation]:
    """Send all dossiers of the set to the province at once; today is their filing day.

    Letter, minutes and every report must be there; whatever else is missing the findings say, and
    a late set is filed all the same (the deadline's finding says how late). `expected` holds the
    dossiers that the officer saw when confirming: a set that changed since is not filed.
    """
    check_can_file_set(actor, filing_set)
    _lock_open(filing_set)
    dossiers = list(fileable(filing_set))
    if expected is not None and {dossier.pk for dossier in dossiers} != set(expected):
        raise StaleState(
            _("The dossiers in the set have changed since you looked at it."),
            _("Look at the list again, then confirm."),
        )
    hold_dossiers(dossier.pk for dossier in dossiers)
    check_council_lets_file(dossiers)
    _check_complete(filing_set, dossiers)
    today = clock.today()
    FilingSet.objects.filter(pk=filing_set.pk).update(filed_on=today, filed_by=actor)
    filing_set.filed_on, filing_set.filed_by = today, actor
    for dossier in dossiers:
        dossier.filing_set = filing_set
        move(dossier=dossier, verb="file", actor=actor, filing_set=filing_set.pk)
    _set_filing_day(dossiers, actor)
    audit.record(
        Event.SET_FILED,
        actor=actor,
        subject=filing_set,
        filed_on=today.isoformat(),
        dossiers=[dossier.code for dossier in dossiers],
    )
    return freeze_evaluations(dossiers=dossiers, purpose=EvaluationPurpose.FILING, actor=actor)


def _check_complete(filing_set: FilingSet, dossiers: list[Dossier]) -> None:
    if not dossiers:
        raise InvalidRequest(
            _("The set holds no dossier yet."),
            _("Choose the dossiers that go to the province, then file the set."),
        )
    for dossier in dossiers:
        if step_for(dossier.status, "file") is None:
            raise NotAllowed(
                _("Dossier %(code)s is “%(status)s” and cannot be filed with the set.")
                % {"code": dossier.code, "status": dossier.standing.label},
                _("Take it out of the set, then file the others."),
            )
    absent = [slot.label for slot in set_slots(filing_set) if slot.is_compulsory and slot.paper is None]
    if absent:
        raise InvalidRequest(
            _("The set still lacks: %(papers)s.") % {"papers": "; ".join(absent)},
            _("Attach what is missing; one letter and one record of minutes stand for the whole set."),
        )
    without = reports_missing(dossiers)
    if without:
        raise InvalidRequest(
            ngettext(
                "The achievement report is missing in one dossier: %(codes)s.",
                "The achievement report is missing in %(count)s dossiers: %(codes)s.",
                len(without),
            )
            % {"count": len(without), "codes": ", ".join(without)},
            _("Attach the reports, or take these dossiers out of the set."),
        )
