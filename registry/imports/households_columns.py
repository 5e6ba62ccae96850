"""The columns of household lists: how offices head them, how their cells are read and written."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.spreadsheets import cells
from core.spreadsheets.problems import CellProblem
from registry.enums import PolicyLoan, PovertyStatus
from registry.imports import words
from registry.imports.columns import OfficeField, OfficeResource
from registry.imports.people_columns import (
    birth_year_column,
    citizen_number_column,
    code_column,
    commune_column,
    district_column,
    village_column,
)
from registry.imports.person_cells import read_person_name
from registry.models import Household


def read_registration(value: Any) -> str | None:
    """The day of registration as ISO text, or the word that says whether there was one."""
    try:
        day = cells.read_day(value)
    except CellProblem as problem:
        if problem.code != "day_unreadable":
            raise
        return cells.read_word(value, words.REGISTRATION_WORDS, "registration_unknown")
    return day.isoformat() if day else None


class HouseholdResource(OfficeResource):
    """The columns of a household list; standings by year stand in columns headed by their year."""

    code = code_column(
        _("Household code"),
        "ma ho",
        "ma so ho",
        "ma ho gia dinh",
        "ma",
        help_text=_(
            "The register's own code (H-…), or the code that the commune gave the household for the year of the list."
        ),
    )
    name = OfficeField(
        "name",
        _("Head of the household"),
        read=read_person_name,
        aliases=(
            *("ho va ten chu ho", "ho ten chu ho", "ten chu ho", "chu ho", "ho va ten", "ho ten"),
            *("ho va ten chu ho gia dinh", "ho ten chu ho gia dinh"),
        ),
        required=True,
        needed=True,
        limit=120,
        help_text=_("Full name. Needed in every row."),
        example="Nguyễn Thị Hoa",
    )
    birth_year = birth_year_column("nam sinh chu ho")
    citizen_number = citizen_number_column()
    village = village_column()
    commune = commune_column()
    district = district_column()
    address = OfficeField(
        "address",
        _("Address"),
        read=cells.read_text,
        aliases=("dia chi", "noi o", "cho o hien nay"),
        limit=200,
    )
    is_minority = OfficeField(
        "is_minority",
        _("Ethnic-minority household"),
        read=lambda value: cells.read_word(value, words.YES_NO_WORDS, "yes_no_unknown"),
        write=lambda value: str(_("yes") if value else _("no")),
        aliases=("ho dtts", "dtts", "ho dan toc thieu so", "dan toc thieu so", "la ho dtts"),
        help_text=_("yes or no"),
    )
    registration = OfficeField(
        "registered_on",
        _("Registered to leave poverty on"),
        read=read_registration,
        write=cells.shown_day,
        aliases=(
            *("dang ky thoat ngheo", "ngay dang ky thoat ngheo", "ngay dang ky", "dang ky thoat ngheo ngay"),
            *("dang ky tu nguyen thoat ngheo", "ngay dang ky tu nguyen thoat ngheo"),
        ),
        help_text=_("The day, or “no” where the household is recorded as never having registered."),
        example="01/03/2022",
    )
    policy_loan = OfficeField(
        "policy_loan",
        _("Policy-bank loan"),
        read=lambda value: cells.read_word(value, words.LOAN_WORDS, "loan_unknown", PolicyLoan),
        write=lambda value: str(PolicyLoan(value).label),
        aliases=(
            "vay von nhcsxh",
            "vay von",
            "von vay nhcsxh",
            "vay von ngan hang csxh",
            "tinh trang vay von",
        ),
        help_text=_("no loan, good or bad, as the bank confirms it"),
    )
    policy_loan_source = OfficeField(
        "policy_loan_source",
        _("Confirmed by the bank in"),
        read=cells.read_text,
        aliases=("xac nhan cua ngan hang", "van ban xac nhan cua ngan hang"),
        limit=160,
    )
    year = OfficeField(
        "year",
        _("Year"),
        read=cells.read_year,
        aliases=("nam", "nam ra soat"),
        help_text=_("Only in lists with one row a year."),
        example="2024",
    )
    status = OfficeField(
        "status",
        _("Standing"),
        read=words.read_status,
        write=lambda value: str(PovertyStatus(value).label),
        aliases=(
            *(
                "ket qua ra soat",
                "phan loai",
                "phan loai ho",
                "dien ho",
                "loai ho",
                "tinh trang",
                "doi tuong",
            ),
            *("ket qua", "ket qua phan loai", "hien trang"),
        ),
        help_text=_("poor, near-poor, newly escaped, average or well off"),
        example="Hộ cận nghèo",
    )
    recognised_on = OfficeField(
        "recognised_on",
        _("Recognised on"),
        read=cells.read_day_text,
        write=cells.shown_day,
        aliases=("ngay cong nhan", "ngay quyet dinh", "cong nhan ngay"),
        help_text=_(
            "The day of the decision that recognises the review. Left empty: 14 December of its year."
        ),
    )
    document = OfficeField(
        "document",
        _("Recognised by"),
        read=cells.read_text,
        aliases=("quyet dinh cong nhan", "so quyet dinh", "quyet dinh", "van ban cong nhan", "can cu"),
        limit=160,
    )

    class Meta:
        model = Household
        # The order of the template.
        fields = (
            *("code", "name", "birth_year", "citizen_number", "village", "commune", "district", "address"),
            *("is_minority", "registration", "policy_loan", "policy_loan_source"),
            *("year", "status", "recognised_on", "document"),
        )
