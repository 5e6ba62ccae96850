"""The rulebook page: a plan with all its provisions, criteria, dated figures and readings."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core.exceptions import Hidden
from criteria.engine import Plan, Text
from criteria.engine.plan import Criterion
from criteria.exceptions import UnknownPlan
from criteria.selectors import default_plan, get_plan, plan_by_hash, read_plans


def rulebook(request: HttpRequest, plan_id: str | None = None) -> HttpResponse:
    """One plan as a page that a jurist can check; the default plan where none is named."""
    try:
        plan = get_plan(plan_id) if plan_id else default_plan()
    except UnknownPlan as error:
        raise Hidden from error
    return render(request, "criteria/rulebook.html", _context(plan))


def rulebook_version(request: HttpRequest, content_hash: str) -> HttpResponse:
    """A stored version of a plan, as it was used or uploaded."""
    try:
        plan = plan_by_hash(content_hash)
    except UnknownPlan as error:
        raise Hidden from error
    return render(request, "criteria/rulebook.html", {**_context(plan), "version": content_hash})


def _context(plan: Plan) -> dict[str, object]:
    criteria = list(plan.criteria.values())
    parents = {part: criterion for criterion in criteria for part in criterion.parts}
    return {
        "plan": plan,
        "plans": list(read_plans().values()),
        "criteria": [
            {
                "criterion": criterion,
                "parent": parents.get(criterion.id),
                "parts": [plan.criteria[part] for part in criterion.parts],
                "awards": _named(criterion, "awards", plan),
                "subjects": _named(criterion, "subjects", plan),
                "rounds": _named(criterion, "rounds", plan),
            }
            for criterion in criteria
        ],
    }


def _named(criterion: Criterion, attribute: str, plan: Plan) -> list[Text]:
    """Labels of the awards, subjects or rounds that a criterion concerns; empty for "all"."""
    names = [name for scope in criterion.scopes for name in getattr(scope, attribute)]
    if attribute == "rounds":
        return [plan.round_kinds[name] for name in dict.fromkeys(names)]
    known = plan.awards if attribute == "awards" else plan.subjects
    return [known[name].label for name in dict.fromkeys(names)]
