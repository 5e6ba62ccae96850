"""The columns of a list of people who are to sign in."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from core.models import User
from core.person_facts import MOST_EMAIL
from core.spreadsheets import cells
from core.spreadsheets.problems import CellProblem
from registry.enums import Role
from registry.imports.columns import OfficeField, OfficeResource
from registry.imports.office_words import headings
from registry.imports.people_columns import commune_column, district_column
from registry.imports.words import Words
from registry.role_writing import USERNAME

ROLE_WORDS = Words("role", "role_unknown", choices=Role)


def _read_email(value: Any) -> str:
    text = cells.read_text(value).lower()
    if text:
        try:
            validate_email(text)
        except ValidationError as error:
            raise CellProblem("email_unreadable", value=text) from error
    return text


def _read_username(value: Any) -> str:
    text = cells.read_text(value)
    if text and not USERNAME.fullmatch(text):
        raise CellProblem("username_unreadable", value=text)
    return text


class AccountResource(OfficeResource):
    """Who, where, as what, from when; the account name is made where the list has none."""

    name = OfficeField(
        "full_name",
        _("Full name"),
        read=cells.read_text,
        headings=headings("account.name"),
        required=True,
        needed=True,
        limit=120,
        help_text=_("Needed in every row."),
        example="Mang Thị Điệp",
    )
    unit = OfficeField(
        "home",
        _("Works at"),
        read=cells.read_text,
        headings=headings("account.unit"),
        decisive=True,
        help_text=_(
            "A commune, district, agency, or the province. Needed where no column names the commune."
        ),
        example="Xã Phan Điền",
    )
    commune = commune_column()
    district = district_column()
    position = OfficeField(
        "position",
        _("Position"),
        read=cells.read_text,
        headings=headings("individual.position"),
        limit=120,
        example="Công chức Văn hóa - Xã hội",
    )
    role = OfficeField(
        "role",
        _("Role"),
        words=ROLE_WORDS,
        headings=headings("account.role"),
        decisive=True,
        help_text=_("Left empty: officer of the commune, district or agency where the person works."),
    )
    starts_on = OfficeField(
        "starts_on",
        _("From"),
        read=cells.read_day_text,
        write=cells.shown_day,
        headings=headings("account.starts_on"),
        decisive=True,
        help_text=_("Left empty: the day on which the file is loaded."),
        example="01/01/2026",
    )
    email = OfficeField(
        "email",
        _("E-mail"),
        read=_read_email,
        headings=headings("account.email"),
        decisive=True,
        limit=MOST_EMAIL,
        help_text=_("One-time links go there. Without one, a slip is printed."),
        example="dieptm@example.vn",
    )
    username = OfficeField(
        "username",
        _("Account name"),
        read=_read_username,
        headings=headings("account.username"),
        decisive=True,
        help_text=_("Small letters without marks, digits, dots, hyphens. Left empty: made from the name."),
        example="xa.phandien",
    )

    class Meta:
        model = User
        fields = ("name", "unit", "commune", "district", "position", "role", "starts_on", "email", "username")
