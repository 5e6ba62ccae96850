"""What the appraisal of a round found of each dossier that came to the province, in a constant number of queries."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from criteria.engine import Status as FindingStatus
from nominations.enums import EvaluationPurpose
from nominations.models import AwardRound, Dossier, Evaluation, SupplementRequest
from nominations.selectors.reasoned import ReasonedFinding, reasoned_findings
from nominations.statuses import ROWS, Turn, row_of
from nominations.transitions import targets_of
from reports.documents.issuing_bodies import home_of_all
from reports.documents.lists import dossiers
from reports.documents.nominees import nominee_identity

CONCLUDED = ("eligible", "not_eligible", "duplicate")
PENDING = "pending"
SET_ASIDE = "mark_duplicate"
"""The verb by which a dossier is set aside for another one of the same nominee."""

_CAME = [row.status for row in ROWS if row.step is not None and not row.is_before_province]


@dataclass(frozen=True)
class Miss:
    """A criterion that a dossier does not meet: its name, clause, and the sentence with the figures."""

    label: str
    clause: str
    sentence: str


@dataclass(frozen=True)
class Appraised:
    """A dossier of the round with what was found of it."""

    award: str
    subject: str
    conclusion: str
    """One of `CONCLUDED`, or `PENDING`."""
    was_supplemented: bool
    not_met: tuple[Miss, ...]
    row: dict[str, Any]
    """Its line in the list."""


def appraised_in(award_round: AwardRound) -> list[Appraised]:
    """The dossiers that came to the province and were not withdrawn, by name; commendations end at their issuers."""
    listed = list(_listed(award_round))
    evaluations = _deciding(listed)
    findings = reasoned_findings(list(evaluations.values()))
    asked = SupplementRequest.objects.filter(dossier__in=[dossier.pk for dossier in listed])
    supplemented = set(asked.values_list("dossier_id", flat=True))
    return [
        _appraised(
            dossier,
            evaluation := evaluations.get(dossier.pk),
            findings[evaluation.pk] if evaluation else [],
            dossier.pk in supplemented,
        )
        for dossier in listed
    ]


def _listed(award_round: AwardRound) -> QuerySet[Dossier]:
    at_issuers = [award.id for award in award_round.plan.awards.values() if award.decided_by_issuer]
    rows = dossiers().filter(award_round=award_round, status__in=_CAME).exclude(award__in=at_issuers)
    if award_round.movement.unit is None and (home := home_of_all()):
        rows = rows.filter(nominating_unit__path__startswith=home.path)
    return rows.order_by("nominee_sort", "pk")


def _deciding(listed: list[Dossier]) -> dict[int, Evaluation]:
    """The evaluation on which each appraisal was concluded, the newest where it was reopened."""
    by_pk = {dossier.pk: dossier for dossier in listed}
    rows = Evaluation.objects.filter(dossier__in=by_pk, purpose=EvaluationPurpose.DECIDING).defer("facts")
    found = {row.dossier_id: row for row in rows.order_by("pk")}
    for evaluation in found.values():
        evaluation.dossier = by_pk[evaluation.dossier_id]
    return found


def _appraised(
    dossier: Dossier, evaluation: Evaluation | None, findings: list[ReasonedFinding], was_supplemented: bool
) -> Appraised:
    conclusion = _conclusion(dossier, evaluation)
    not_met = tuple(_misses(findings)) if conclusion == "not_eligible" else ()
    award = dossier.plan.awards.get(dossier.award)
    row = {
        **nominee_identity(dossier),
        "code": dossier.code,
        "award": award.label.vi if award else dossier.award,
        "conclusion": conclusion,
        "not_met": [{"sentence": miss.sentence, "clause": miss.clause} for miss in not_met],
        "waivers": _waivers(findings) if conclusion == "eligible" else [],
        "was_supplemented": was_supplemented,
        "evaluation": evaluation and {"number": evaluation.pk, "day": evaluation.as_of},
    }
    return Appraised(dossier.award, dossier.subject, conclusion, was_supplemented, not_met, row)


def _conclusion(dossier: Dossier, evaluation: Evaluation | None) -> str:
    """What the appraisal came to; one that was reopened waits again."""
    if dossier.status in targets_of(SET_ASIDE):
        return "duplicate"
    if evaluation is None or row_of(dossier.status).turn in {Turn.REVIEWER, Turn.NOMINATOR}:
        return PENDING
    return "eligible" if evaluation.outcome == "eligible" else "not_eligible"


def _misses(findings: list[ReasonedFinding]) -> list[Miss]:
    """Whole criteria that are not met; of one that was judged, what the appraiser wrote."""
    return [
        Miss(
            one.row.finding.label("vi"),
            one.row.finding.cite("vi"),
            (one.judgement.note if one.judgement else one.row.finding.sentence("vi")).rstrip("."),
        )
        for one in findings
        if one.row.finding.is_top_level and one.row.finding.status is FindingStatus.NOT_MET
    ]


def _waivers(findings: list[ReasonedFinding]) -> list[dict[str, Any]]:
    """What was accepted all the same, with the paper that says so."""
    return [
        {
            "label": one.row.finding.label("vi"),
            "number": one.waiver.document_number,
            "day": one.waiver.dated_on,
        }
        for one in findings
        if one.waiver and one.row.finding.status is FindingStatus.WAIVED
    ]
