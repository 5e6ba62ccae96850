"""The columns of a review workbook, declared once: what heads them, how a cell is read, what an export writes."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from core.spreadsheets import cells
from core.spreadsheets.numbers import NumberProblem, read_rate
from core.spreadsheets.problems import CellProblem
from core.spreadsheets.writing import Column
from core.text import fold
from registry.imports.columns import OfficeField, OfficeResource
from registry.imports.reviews.rows import round_rate
from registry.models import PovertyReview
from registry.review_figures import STARTS
from registry.selectors.reviews.stored import FIELD_OF_FIGURE

# How a figure is called within a sentence.
FIGURE_LABELS = {
    "households": _("all households"),
    "minority_households": _("ethnic-minority households"),
    "poor": _("poor households"),
    "poor_minority": _("poor ethnic-minority households"),
    "near_poor": _("near-poor households"),
    "near_poor_minority": _("near-poor ethnic-minority households"),
    "poor_start": _("poor households at the start of the year"),
    "poor_exits": _("poor households that left poverty"),
    "poor_relapses": _("households that fell back into poverty"),
    "poor_new": _("newly poor households"),
    "near_poor_start": _("near-poor households at the start of the year"),
    "near_poor_exits": _("households that left near-poverty"),
    "near_poor_relapses": _("households that fell back into near-poverty"),
    "near_poor_new": _("newly near-poor households"),
    "lacking_jobs": _("households lacking jobs"),
    "lacking_health": _("households lacking health care"),
    "lacking_education": _("households lacking education"),
    "lacking_housing": _("households lacking housing"),
    "lacking_water": _("households lacking clean water and sanitation"),
    "lacking_information": _("households lacking information"),
    "poor_rate": _("poor-household rate"),
    "near_poor_rate": _("near-poor-household rate"),
    "poverty_rate": _("multidimensional poverty rate"),
}


# Words that say in a column of counts that there are none, as a dash does.
_NONE = frozenset({"khong", "khong co"})


def _read_count(value: Any) -> int | None:
    cells.check_no_error(value)
    if isinstance(value, str) and fold(value) in _NONE:
        return 0
    return cells.read_number(value, dash_is_zero=True)


def _read_whole(value: Any) -> int | None:
    """All households of a unit: nobody means none of them by a dash or a word, so these say nothing."""
    count = _read_count(value)
    return None if count == 0 and isinstance(value, str) and not re.search("[0-9]", value) else count


def _read_rate(value: Any) -> Decimal | None:
    cells.check_no_error(value)
    try:
        return read_rate(value)
    except NumberProblem as problem:
        raise CellProblem(problem.code, value=problem.value) from problem


def rate_of(part: str) -> Callable[[PovertyReview], float | None]:
    """How a review's share of all households in percent is worked out, rounded half up to two places."""

    def rate(review: PovertyReview) -> float | None:
        if not review.households:
            return None
        exact = Decimal(getattr(review, part)) * 100 / Decimal(review.households)
        return float(round_rate(exact))

    return rate


def _count(name: str, *, required: bool = False) -> OfficeField:
    return OfficeField(
        FIELD_OF_FIGURE.get(name, name),
        capfirst(FIGURE_LABELS[name]),
        read=_read_whole if name == "households" else _read_count,
        required=required,
        needed=required,
        # A dash or a word that says that there is nothing is the count zero, but not of all households.
        blanks=(),
        # The start of a year is the end of the one before, which has a review of its own.
        is_exported=name not in STARTS.values(),
        help_text=_("A whole number. Write 0 or a dash where there are none.") if required else "",
        example="120" if required else "",
    )


def _rate(part: str, label: str | Promise) -> OfficeField:
    """The share of a count in all households, rounded half up to two places where it leaves."""
    return OfficeField(rate_of(part), label, read=_read_rate)


class ReviewFileResource(OfficeResource):
    """The columns of a review: whose it is, its counts, and rates, which are only compared with the counts.

    Offices split and merge headings freely, so ``columns`` tells by its words which of these a heading means; the
    labels are known as they stand here.
    """

    code = OfficeField(
        "unit__gso_code",
        _("GSO code"),
        read=cells.read_text,
        help_text=_("The official code, where there is one."),
    )
    unit = OfficeField(
        "unit__name",
        _("Unit"),
        read=cells.read_text,
        required=True,
        needed=True,
        help_text=_("The commune, district or village."),
        example="Xã Phan Điền",
    )
    above = OfficeField(
        "unit__parent__name",
        _("Belongs to"),
        read=cells.read_text,
        help_text=_(
            "The commune of a village, the district of a commune. A heading above the rows says it too."
        ),
        example="Huyện Bắc Bình",
    )
    households = _count("households", required=True)
    minority_households = _count("minority_households")
    poor = _count("poor", required=True)
    poor_minority = _count("poor_minority")
    near_poor = _count("near_poor", required=True)
    near_poor_minority = _count("near_poor_minority")
    poor_start = _count("poor_start")
    poor_exits = _count("poor_exits")
    poor_relapses = _count("poor_relapses")
    poor_new = _count("poor_new")
    near_poor_start = _count("near_poor_start")
    near_poor_exits = _count("near_poor_exits")
    near_poor_relapses = _count("near_poor_relapses")
    near_poor_new = _count("near_poor_new")
    lacking_jobs = _count("lacking_jobs")
    lacking_health = _count("lacking_health")
    lacking_education = _count("lacking_education")
    lacking_housing = _count("lacking_housing")
    lacking_water = _count("lacking_water")
    lacking_information = _count("lacking_information")
    poor_rate = _rate("poor", _("Poor-household rate (%)"))
    near_poor_rate = _rate("near_poor", _("Near-poor-household rate (%)"))
    poverty_rate = _rate("poor_and_near_poor", _("Multidimensional poverty rate (%)"))
    # Said once of a whole file when it is handed in, and of each row where they leave.
    kind = Column("unit__get_kind_display", _("Kind"))
    recognised_on = Column("recognised_on", _("Recognised on"))
    document = Column("document", _("Document"))

    @classmethod
    def recorded(cls, review: PovertyReview | None, name: str) -> Any:
        """What the register holds in a column, None where there is no review; days as staged rows keep them."""
        value = cls.fields[name].get_value(review)
        return value.isoformat() if isinstance(value, date) else value
