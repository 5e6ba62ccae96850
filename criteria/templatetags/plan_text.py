"""``{% load plan_text %}``: texts of a plan in the reader's language."""

from typing import Any

from django import template
from django.utils.translation import gettext as _

from criteria.engine import Plan, Text
from criteria.engine.wording import decimal, number
from criteria.plan_words import WAY_STEPS
from criteria.selectors import lang

register = template.Library()


@register.filter
def in_language(text: Text | None) -> str:
    """A plan's text in the page's language; nothing for no text."""
    return "" if text is None else text(lang())


@register.filter
def plan_value(value: Any, plan: Plan) -> str:
    """A parameter's value as people read it: numbers by language, names by the plan's own words."""
    language = lang()
    if isinstance(value, int):
        return number(value, language) if value >= 10000 else str(value)
    if isinstance(value, dict):
        return ", ".join(f"{_word(plan, key, language)}: {count}" for key, count in value.items())
    if isinstance(value, list):
        return ", ".join(_word(plan, item, language) for item in value)
    text = str(value)
    if len(text) == 5 and text[2] == "-":
        return f"{text[3:]}/{text[:2]}"
    return decimal(text, language)


@register.filter
def plan_unit(unit: str) -> str:
    """What is counted, behind a parameter's value; nothing where the figure's own name says it."""
    if unit.startswith("percent_of") or unit == "percent":
        return "%"
    word = {"percentage_point": _("percentage points"), "dong": _("dong"), "year_count": _("years")}.get(unit)
    return f" {word}" if word else ""


@register.filter
def way_step(name: str) -> str:
    """A step of a proposal's way in words."""
    return str(WAY_STEPS[name])


def _word(plan: Plan, key: str, language: str) -> str:
    for group in ("award", "round", "zone", "role", "confirmation"):
        if key in plan.terms.get(group, {}):
            return plan.term(group, key, language)
    return decimal(key, language)
