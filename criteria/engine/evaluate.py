"""Run a plan's rules on the facts of one dossier."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from .checks import Case, Decision
from .facts import Facts
from .findings import Finding, Refused, Result
from .plan import NoValue, Plan, UsedParameter
from .rules import COMBINE, Rule, RuleSet, rules_for
from .statuses import Status, outcome_of
from .wording import Text

ENGINE_VERSION = "1.1"

Findings = dict[str, Finding]
"""Findings by criterion while they are being made."""

_STATUS = {status.value: status for status in Status}
_JUDGED = {"met": (Status.MET, "judged.met"), "not_met": (Status.NOT_MET, "judged.not_met")}


def evaluate(
    plan: Plan,
    facts: Facts,
    judgements: Mapping[str, str] | None = None,
    waivers: Iterable[str] = (),
    *,
    rules: RuleSet | None = None,
) -> Result:
    """Findings and outcome of one dossier.

    A judgement acts only on a leaf that asks for one, a waiver only on a waivable failure; any other
    is listed in ``Result.refused`` and changes nothing. Raises ``UnknownScope`` for an award, subject
    or kind of round that the plan does not know.
    """
    if rules is None:
        rules = rules_for(plan, facts.award, facts.nominee.kind, facts.round_kind)
    asked = dict(judgements or {})
    waived = tuple(dict.fromkeys(waivers))
    case = Case(plan, facts)
    findings: Findings = {}
    for rule in rules.to_run:
        finding = combine(rule, findings) if rule.parts else run(rule, case)
        if asked or waived:
            finding = _act(rule, finding, asked, waived)
        findings[rule.about.criterion] = finding
    return result_of(
        plan, rules, findings, _refusals(plan, findings, asked, waived) if asked or waived else ()
    )


def result_of(plan: Plan, rules: RuleSet, findings: Findings, refused: tuple[Refused, ...] = ()) -> Result:
    """The findings put in the plan's order, with the outcome of those at top level."""
    return Result(
        plan_id=plan.id,
        plan_hash=plan.content_hash,
        engine_version=ENGINE_VERSION,
        outcome=outcome_of([findings[name].status for name in rules.top_level]),
        findings=tuple([findings[name] for name in rules.to_read]),
        refused=refused,
    )


def run(rule: Rule, case: Case) -> Finding:
    """A leaf's finding: its form, then its dated values on the filing day, then its check."""
    if not rule.concerns(case.nominee.form):
        return Finding(rule.about, Status.NOT_APPLICABLE, "not_applicable.form", rule.explain)
    if rule.spec is None:
        return Finding(rule.about, Status.JUDGEMENT, "judgement", rule.explain)
    used: tuple[UsedParameter, ...] = ()
    values: tuple[Any, ...] = ()
    if rule.parameters:
        try:
            dated = [parameter.on(case.filed_on) for parameter in rule.parameters]
        except NoValue as absent:
            figures = {"filed_on": absent.on.isoformat(), "parameter": [absent.parameter.label.to_dict()]}
            return Finding(rule.about, Status.MISSING, "missing.no_value", rule.explain, figures)
        used = tuple([value.used for value in dated])
        values = tuple([value.value for value in dated])
    decision: Decision = rule.spec.function(case, values, rule.criterion.options)
    reason = decision.reason
    return Finding(
        rule.about,
        _STATUS[reason.partition(".")[0]],
        reason,
        rule.explain,
        decision.figures,
        decision.sources,
        used,
        decision.notes,
    )


def combine(rule: Rule, findings: Mapping[str, Finding]) -> Finding:
    """A composite's finding. Its sentence depends only on its parts' statuses, so it is kept with them."""
    about = rule.about
    statuses = tuple([findings[part].status for part in rule.parts])
    found = rule.combined.get(statuses)
    if found is not None:
        return found
    status = COMBINE[about.kind](statuses)
    figures = {
        f"parts_{status_.value}": [
            findings[part].about.label.to_dict() for part in rule.parts if findings[part].status is status_
        ]
        for status_ in (Status.MET, Status.NOT_MET, Status.MISSING, Status.JUDGEMENT)
    }
    figures["parts_met"] += [
        findings[part].about.label.to_dict() for part in rule.parts if findings[part].status is Status.WAIVED
    ]
    finding = Finding(about, status, f"{about.kind}.{status.value}", rule.explain, figures)
    rule.combined[statuses] = finding
    return finding


def _act(rule: Rule, finding: Finding, asked: Mapping[str, str], waived: tuple[str, ...]) -> Finding:
    """The finding after what a person recorded on it: a judgement first, then a waiver."""
    judged = _JUDGED.get(asked.get(rule.about.criterion, ""))
    if judged and finding.can_be_judged:
        status, reason = judged
        finding = replace(finding, status=status, reason=reason)
    if rule.about.criterion in waived and finding.can_be_waived:
        finding = replace(finding, status=Status.WAIVED)
    return finding


def _refusals(
    plan: Plan,
    findings: Mapping[str, Finding],
    asked: Mapping[str, str],
    waived: tuple[str, ...],
) -> tuple[Refused, ...]:
    refused: list[Refused] = []
    for name, value in asked.items():
        reason = _why_not_judged(findings.get(name), value)
        if reason:
            refused.append(_refused(plan, "judgement", name, reason))
    for name in waived:
        reason = _why_not_waived(findings.get(name))
        if reason:
            refused.append(_refused(plan, "waiver", name, reason))
    return tuple(refused)


def _why_not_judged(finding: Finding | None, value: str) -> str | None:
    if finding is None:
        return "unknown"
    if finding.is_composite:
        return "composite"
    if value not in _JUDGED:
        return "value"
    return None if finding.reason.startswith("judged.") else "no_judgement_asked"


def _why_not_waived(finding: Finding | None) -> str | None:
    if finding is None:
        return "unknown"
    if finding.status is Status.WAIVED:
        return None
    return "nothing_failed" if finding.waivable else "not_waivable"


def _refused(plan: Plan, act: str, name: str, reason: str) -> Refused:
    criterion = plan.criteria.get(name)
    labels = criterion.label if criterion else Text(vi=name, en=name)
    sentence = plan.common[f"refused.{reason}"]
    text = Text(
        vi=sentence.render({"criterion": labels.vi}, "vi"),
        en=sentence.render({"criterion": labels.en}, "en"),
    )
    return Refused(act, name, reason, text)
