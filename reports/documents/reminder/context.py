"""What the reminder says: which places have not filed, and until when they may."""

from datetime import date
from typing import Any

from nominations.enums import FilingLevel
from nominations.models import AwardRound, FilingSet
from nominations.selectors.dossiers import deadline_of
from registry.enums import UnitKind
from registry.models import Unit
from reports.documents.imprint import Imprint
from reports.documents.issuing_bodies import IssuingBody, body_of, signer_of, standing_office_of
from reports.documents.lists import round_in_words


def issuer_of(award_round: AwardRound, day: date) -> IssuingBody:
    """The standing office of the day."""
    return standing_office_of(award_round.movement, day)


def who_is_awaited(award_round: AwardRound, day: date) -> list[Unit]:
    """Districts that filed no set to the province yet; communes, where the province has no districts on the day."""
    home = award_round.movement.unit
    places = Unit.objects.on(day).select_related("parent__parent").order_by("name_sort", "pk")
    if home is not None:
        places = places.filter(path__startswith=home.path)
    districts = places.filter(kind=UnitKind.DISTRICT)
    asked = districts if districts.exists() else places.filter(kind=UnitKind.COMMUNE)
    filed = FilingSet.objects.filter(
        award_round=award_round, level=FilingLevel.PROVINCE, filed_on__isnull=False
    )
    return list(asked.exclude(pk__in=filed.values("unit")))


def context_of(award_round: AwardRound, imprint: Imprint) -> dict[str, Any]:
    """Everything that the letter prints."""
    plan = award_round.plan
    office = issuer_of(award_round, imprint.day)
    days = {
        award.label.vi: deadline_of(award_round, award.id, subject)
        for award in plan.awards_in(award_round.kind)
        for subject in plan.subjects
    }
    return {
        "title": f"Công văn đôn đốc nộp hồ sơ khen thưởng {round_in_words(award_round)}",
        "imprint": imprint,
        "office": office,
        "about": f"đôn đốc nộp hồ sơ đề nghị khen thưởng {round_in_words(award_round)}",
        "movement": plan.movement.vi,
        "round": round_in_words(award_round),
        "addressees": [body_of(unit).issuer for unit in who_is_awaited(award_round, imprint.day)],
        "deadlines": [{"award": award, "day": day} for award, day in days.items() if day is not None],
        "recipients": [],
        "signer": signer_of(office, None),
    }
