"""The summary of a nominee's achievement (tóm tắt thành tích), one page each: figures, findings, the council's vote."""

from collections.abc import Mapping, Sequence
from typing import Any

from councils.models import AgendaItem
from criteria.engine import Facts, Finding, Plan, Status
from criteria.engine.series import deciding_series
from criteria.engine.standing import looks_at
from nominations.models import ProposalItem
from nominations.selectors.checks import result_of
from nominations.selectors.reasoned import ReasonedFinding, reasoned_findings
from reports.documents.nominees import in_a_sentence, nominee_row, share_of, tally_row, without_gaps

# How much of an achievement stands on the page: what is longer goes on in the achievement report.
MOST_CHARACTERS = 1100
_WORTH_SHOWING = frozenset({Status.MET, Status.WAIVED})


def summaries_of(
    items: Sequence[ProposalItem], agenda_items: Mapping[int, AgendaItem]
) -> list[dict[str, Any]]:
    """What the page of each nominee prints, in the order of the list, in a constant number of queries."""
    for item in items:
        item.evaluation.dossier = item.dossier
    findings = reasoned_findings([item.evaluation for item in items])
    return [
        _summary(item, findings[item.evaluation_id], agenda_items.get(item.dossier_id), number)
        for number, item in enumerate(items, start=1)
    ]


def _summary(
    item: ProposalItem, findings: list[ReasonedFinding], counted: AgendaItem | None, number: int
) -> dict[str, Any]:
    dossier, evaluation = item.dossier, item.evaluation
    plan, result = dossier.plan, result_of(item.evaluation)
    series = deciding_series(plan, Facts.from_dict(evaluation.facts), result) if evaluation.facts else ()
    subject = plan.subjects.get(dossier.subject)
    nominating = dossier.nominating_unit
    return {
        **nominee_row(dossier, evaluation),
        "number": number,
        "subject": subject.label.vi if subject else dossier.subject,
        "nominated_by": in_a_sentence(nominating, nominating.name),
        "filed_on": dossier.filed_on,
        "citation": dossier.award_citation,
        **_shortened(dossier.achievement),
        **_split(plan, [one for one in findings if _is_worth_a_line(plan, one.row.finding, findings)]),
        "papers": _papers(plan, findings),
        "series": [
            {
                "year": year.year,
                "households": year.households,
                "poor": year.poor,
                "share": share_of(year.poor, year.households) if year.households else "",
                "is_sum": year.is_sum,
            }
            for year in series
        ],
        "series_sources": "; ".join(dict.fromkeys(text for year in series for text in year.sources)),
        "is_summed": any(year.is_sum for year in series),
        "tally": tally_row(counted.live_poll) if counted else None,
        "meeting_day": counted.meeting.held_on if counted else None,
    }


def _shortened(text: str) -> dict[str, Any]:
    """The achievement, up to the end of the sentence that still finds room."""
    text = without_gaps(text)
    if len(text) <= MOST_CHARACTERS:
        return {"achievement": text, "is_shortened": False}
    kept = text[:MOST_CHARACTERS]
    end = max(kept.rfind(mark) for mark in (". ", ".\n", "; ", "\n"))
    return {"achievement": kept[: end + 1].rstrip() if end > 0 else f"{kept.rstrip()}…", "is_shortened": True}


def _is_worth_a_line(plan: Plan, finding: Finding, all_of_them: list[ReasonedFinding]) -> bool:
    """Findings on the nominee; of the ways of a whole that is met, only those that carry it."""
    if looks_at(plan, finding) != "nominee":
        return False
    if finding.parent is None:
        return True
    whole = next(one.row.finding for one in all_of_them if one.row.criterion == finding.parent)
    return whole.status not in _WORTH_SHOWING or finding.status in _WORTH_SHOWING


def _split(plan: Plan, findings: list[ReasonedFinding]) -> dict[str, Any]:
    """What speaks of this nominee in rows of its own, and the names of plain conditions of nominees of many kinds."""
    general = [one for one in findings if _is_plain_demand(plan, one)]
    return {
        "findings": [_finding(one) for one in findings if one not in general],
        "conditions": [one.row.finding.label("vi") for one in general],
    }


def _is_plain_demand(plan: Plan, one: ReasonedFinding) -> bool:
    finding = one.row.finding
    subjects = {subject for scope in plan.criteria[finding.criterion].scopes for subject in scope.subjects}
    return (
        finding.status is Status.MET
        and finding.is_top_level
        and not (finding.sources or one.judgement or one.waiver)
        and len(subjects) != 1
    )


def _finding(one: ReasonedFinding) -> dict[str, Any]:
    finding = one.row.finding
    return {
        "label": finding.label("vi"),
        "is_part": one.row.is_part,
        "is_whole": finding.is_composite,
        "status": finding.status.value,
        "sentence": finding.sentence("vi"),
        "clause": finding.cite("vi"),
        "sources": "; ".join(dict.fromkeys(source.text for source in finding.sources if source.text)),
        "note": one.judgement.note if one.judgement else "",
        "waiver": one.waiver
        and {
            "number": one.waiver.document_number,
            "dated_on": one.waiver.dated_on,
            "reason": one.waiver.reason.rstrip("."),
        },
    }


def _papers(plan: Plan, findings: list[ReasonedFinding]) -> dict[str, Any]:
    """How many of the demands on papers and days are met, which are not, and which were waived and by which paper."""
    asked = [one for one in findings if looks_at(plan, one.row.finding) != "nominee"]
    open_ones = [one.row.finding.label("vi") for one in asked if one.row.finding.status not in _WORTH_SHOWING]
    waived = [_finding(one) for one in asked if one.row.finding.status is Status.WAIVED]
    return {
        "asked": len(asked),
        "met": sum(one.row.finding.status is Status.MET for one in asked),
        "open": open_ones,
        "waived": waived,
    }
