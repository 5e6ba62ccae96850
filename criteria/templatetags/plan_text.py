"""``{% load plan_text %}``: texts of a plan in the reader's language."""

from typing import Any

from django import template
from django.utils.translation import get_language

from criteria.engine import Plan, Text
from criteria.engine.wording import decimal, number

register = template.Library()


@register.filter
def in_language(text: Text | None) -> str:
    """A plan's text in the page's language; nothing for no text."""
    return "" if text is None else text(get_language() or "vi")


@register.filter
def plan_value(value: Any, plan: Plan) -> str:
    """A parameter's value as people read it: numbers by language, names by the plan's own words."""
    lang = "en" if (get_language() or "vi").startswith("en") else "vi"
    if isinstance(value, int):
        return number(value, lang) if value >= 10000 else str(value)
    if isinstance(value, dict):
        return ", ".join(f"{_word(plan, key, lang)}: {count}" for key, count in value.items())
    if isinstance(value, list):
        return ", ".join(_word(plan, item, lang) for item in value)
    text = str(value)
    if len(text) == 5 and text[2] == "-":
        return f"{text[3:]}/{text[:2]}"
    return decimal(text, lang)


def _word(plan: Plan, key: str, lang: str) -> str:
    for group in ("award", "round", "zone", "role", "confirmation"):
        if key in plan.terms.get(group, {}):
            return plan.term(group, key, lang)
    return decimal(key, lang)
