"""Every text that people type has a bound, which the form knows and says."""

import importlib
import pkgutil
from datetime import date

import pytest
from django import forms
from django.core.exceptions import ValidationError

from core.fields import DayField, MomentField
from tests.unit.gates.product import packages

APPS = sorted(packages() - {"demo", "benchmarks", "config"})


def form_classes() -> set[type[forms.BaseForm]]:
    """Every form of the product; importing the modules makes them known."""
    for app in APPS:
        package = importlib.import_module(app)
        for module in pkgutil.walk_packages(package.__path__, f"{app}."):
            if "migrations" not in module.name and "forms" in module.name:
                importlib.import_module(module.name)
    found: set[type[forms.BaseForm]] = set()
    waiting = [forms.BaseForm]
    while waiting:
        for child in waiting.pop().__subclasses__():
            found.add(child)
            waiting.append(child)
    return {form for form in found if form.__module__.partition(".")[0] in APPS}


def unbounded(form: type[forms.BaseForm]) -> list[str]:
    """Names of fields that take text without end. Choices, numbers and days bound themselves."""
    fields = getattr(form, "base_fields", {})
    return [
        f"{form.__module__}.{form.__name__}.{name}"
        for name, field in fields.items()
        if isinstance(field, forms.CharField)
        and not field.max_length
        # core.password_checks.LengthLimitValidator bounds new ones; an old one is only compared.
        and not isinstance(field.widget, forms.PasswordInput)
    ]


def test_every_text_of_a_form_has_a_bound() -> None:
    forms_of_the_product = form_classes()

    assert len(forms_of_the_product) > 40
    assert [name for form in forms_of_the_product for name in unbounded(form)] == []


@pytest.mark.parametrize(("length", "is_found"), [(None, True), (10, False)])
def test_a_text_without_a_bound_is_found(length: int | None, is_found: bool) -> None:
    form = type("Sample", (forms.Form,), {"text": forms.CharField(max_length=length)})

    assert bool(unbounded(form)) == is_found


def boundless_days(form: type[forms.BaseForm]) -> list[str]:
    """Names of fields that take any day of the calendar, its first and last included, which no day can go beyond."""
    fields = getattr(form, "base_fields", {})
    return [
        f"{form.__module__}.{form.__name__}.{name}"
        for name, field in fields.items()
        if isinstance(field, forms.DateField | forms.DateTimeField)
        and not isinstance(field, DayField | MomentField)
    ]


def test_every_day_of_a_form_is_a_day_of_this_work() -> None:
    assert [name for form in form_classes() for name in boundless_days(form)] == []


@pytest.mark.parametrize(("field", "is_found"), [(forms.DateField, True), (DayField, False)])
def test_a_day_without_a_bound_is_found(field: type[forms.Field], is_found: bool) -> None:
    form = type("Sample", (forms.Form,), {"day": field()})

    assert bool(boundless_days(form)) == is_found


@pytest.mark.parametrize("typed", ["0001-01-01", "1899-12-31", "2200-01-01", "9999-12-31"])
def test_a_day_of_another_century_is_a_typing_mistake(typed: str) -> None:
    with pytest.raises(ValidationError):
        DayField().clean(typed)

    assert DayField().clean("2025-12-15") == date(2025, 12, 15)
