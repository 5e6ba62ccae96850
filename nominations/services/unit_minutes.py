"""Signed minutes of a unit's council become the paper that the set, or the commune's dossier, asks for."""

from collections.abc import Collection

from django.db.models import Max

from core import audit, clock
from core.models import User
from core.services import service
from nominations.events import Event
from nominations.fingerprints import of_paper
from nominations.models import Dossier, FilingSet, Paper
from nominations.permissions import files_to_district
from nominations.statuses import Step, lying_at
from nominations.unit_councils import SignedMinutes, minutes_about
from registry.models import Unit

OF_COMMUNE = "commune_minutes"
"""The plan's word for the minutes that a commune sends to its district with a dossier."""


@service
def take_up_signed_minutes(*, unit: Unit, dossiers: Collection[int], actor: User) -> None:
    """Minutes of the unit's council were signed: put them where the unit's open sets and drafts ask for them.

    The caller has recorded the last signature. What was filed keeps the paper that it was filed with.
    """
    audit.nothing_changed()
    sets = FilingSet.objects.filter(unit=unit, filed_on=None, dossiers__in=dossiers).values("pk")
    for filing_set in FilingSet.objects.select_for_update(of=("self",)).filter(pk__in=sets).order_by("pk"):
        take_up_for_set(filing_set=filing_set, actor=actor)
    if not files_to_district(unit):
        return
    drafts = Dossier.objects.filter(pk__in=dossiers, nominating_unit=unit, status__in=lying_at(Step.DRAFT))
    for dossier in (
        drafts.select_for_update(of=("self",)).select_related("award_round__movement").order_by("pk")
    ):
        take_up_for_dossier(dossier=dossier, actor=actor)


def take_up_for_set(*, filing_set: FilingSet, actor: User) -> None:
    """The newest signed minutes about the set's dossiers as its paper; one that somebody uploaded is left alone."""
    kinds = [
        kind.id
        for kind in filing_set.award_round.plan.papers.values()
        if kind.attached_by == "filing_body" and kind.fact == "council_minutes"
    ]
    minutes = minutes_about(list(filing_set.dossiers.values_list("pk", flat=True)), filing_set.unit)
    if minutes is None:
        return
    for kind in kinds:
        _attach(filing_set, kind, minutes, actor)


def take_up_for_dossier(*, dossier: Dossier, actor: User) -> None:
    """The commune's signed minutes as a paper of its dossier, where the plan knows such a paper."""
    minutes = minutes_about([dossier.pk], dossier.nominating_unit)
    if minutes is not None and OF_COMMUNE in dossier.plan.papers:
        _attach(dossier, OF_COMMUNE, minutes, actor)


def _attach(owner: Dossier | FilingSet, kind: str, minutes: SignedMinutes, actor: User) -> None:
    versions = owner.papers.filter(kind=kind)
    current = versions.filter(is_current=True).first()
    if current is not None and (not current.from_meeting or current.file_id == minutes.file.pk):
        return
    last = versions.aggregate(last=Max("version"))["last"] or 0
    versions.filter(is_current=True).update(is_current=False)
    paper = Paper.objects.create(
        dossier=owner if isinstance(owner, Dossier) else None,
        filing_set=owner if isinstance(owner, FilingSet) else None,
        kind=kind,
        version=last + 1,
        file=minutes.file,
        from_meeting=minutes.meeting,
        number=minutes.number,
        dated_on=minutes.held_on,
        uploaded_by=actor,
        uploaded_at=clock.now(),
    )
    audit.record(
        Event.PAPER_ATTACHED,
        actor=actor,
        subject=owner,
        paper=paper.pk,
        kind=kind,
        version=paper.version,
        sha256=minutes.file.sha256,
        size=minutes.file.size,
        content_type=minutes.file.content_type,
        pages=[],
        from_meeting=minutes.meeting,
        digest=of_paper(paper),
    )
