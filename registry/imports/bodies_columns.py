"""The columns of lists of agencies and enterprises."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.spreadsheets import cells
from core.spreadsheets.problems import CellProblem
from registry.enums import UnitForm
from registry.imports.body_names import AGENCY_FORMS, ENTERPRISE_FORMS, FORM_WORDS
from registry.imports.columns import OfficeField, OfficeResource
from registry.imports.office_words import headings
from registry.imports.people_columns import commune_column, district_column
from registry.imports.villages import valid_from_column
from registry.models import Unit

_TAX_CODE = re.compile(r"([0-9]{10})(?:[-.\s]?([0-9]{3}))?")
_FROM_COMMUNE = _("Left empty for a new body: the day from which the register knows the place of its seat.")


def form_choices(forms: Iterable[UnitForm]) -> str:
    """The forms of a kind of body, as the end of a sentence."""
    return ", ".join(str(form.label) for form in forms)


def form_column(forms: tuple[UnitForm, ...], *keys: str) -> OfficeField:
    """What kind of body it is, as the plan tells them apart."""
    return OfficeField(
        "form",
        _("Form of the body"),
        read=_form_reader(forms),
        write=lambda value: str(UnitForm(value).label),
        headings=headings("body.form", *keys),
        decisive=True,
        help_text=_("Needed where the name does not say it, such as “HTX …” or “Công ty …”."),
    )


def _form_reader(forms: tuple[UnitForm, ...]) -> Callable[[Any], str | None]:
    words = {word: form for word, form in FORM_WORDS.items() if form in forms}

    def read(value: Any) -> str | None:
        text = cells.read_text(value)
        if not text:
            return None
        try:
            found = cells.read_word(text, words, "form_unknown", UnitForm)
        except CellProblem:
            found = None
        if found not in forms:
            raise CellProblem("form_unknown", value=text, choices=form_choices(forms))
        return str(found)

    return read


def read_tax_code(value: Any) -> str:
    """Ten digits, or ten, a hyphen and three; a code that lost its leading zero is refused."""
    text = cells.read_text(value)
    if not text:
        return ""
    found = _TAX_CODE.fullmatch(text)
    if not found:
        raise CellProblem("tax_code_unreadable", value=text)
    return f"{found[1]}-{found[2]}" if found[2] else found[1]


def tax_code_column() -> OfficeField:
    """The tax code, by which a body is found whatever its name."""
    return OfficeField(
        "tax_code",
        _("Tax code"),
        read=read_tax_code,
        headings=headings("body.tax_code"),
        decisive=True,
        help_text=_("10 digits, or 10, a hyphen and 3, in a cell formatted as text."),
        example="3400123456",
    )


def _name_column(key: str, *, example: str) -> OfficeField:
    return OfficeField(
        "name",
        _("Name"),
        read=cells.read_text,
        headings=headings("body.name", key),
        required=True,
        needed=True,
        limit=160,
        help_text=_("The whole name. Needed in every row."),
        example=example,
    )


def _managing_column() -> OfficeField:
    return OfficeField(
        "managing_unit",
        _("Managing body"),
        read=cells.read_text,
        headings=headings("body.managing_unit"),
        decisive=True,
        help_text=_("An agency of the register, or a People's Committee, that puts the body forward."),
        example="Sở Nông nghiệp và Phát triển nông thôn",
    )


class EnterpriseResource(OfficeResource):
    """The columns of a list of enterprises, cooperatives and credit institutions."""

    name = _name_column(
        "enterprise.name",
        example="HTX Nông nghiệp Phan Điền",
    )
    form = form_column(ENTERPRISE_FORMS, "enterprise.form")
    tax_code = tax_code_column()
    commune = commune_column()
    district = district_column()
    managing_unit = _managing_column()
    valid_from = valid_from_column(_FROM_COMMUNE)

    class Meta:
        model = Unit
        fields = ("name", "form", "tax_code", "commune", "district", "managing_unit", "valid_from")


class AgencyResource(OfficeResource):
    """The columns of a list of agencies and organisations."""

    name = _name_column(
        "agency.name",
        example="Trung tâm Bảo trợ xã hội tỉnh",
    )
    form = form_column(AGENCY_FORMS)
    parent = OfficeField(
        "parent",
        _("Belongs to"),
        read=cells.read_text,
        headings=headings("agency.parent"),
        decisive=True,
        help_text=_(
            "The agency, district or commune above it. Left empty: its commune or district, else the province."
        ),
        example="Sở Lao động - Thương binh và Xã hội",
    )
    commune = commune_column()
    district = district_column()
    valid_from = valid_from_column(
        _("Left empty for a new agency: the day from which the register knows the body above it.")
    )

    class Meta:
        model = Unit
        fields = ("name", "form", "parent", "commune", "district", "valid_from")
