"""The columns of household lists: how offices head them, how their cells are read and written."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from core.spreadsheets import cells
from core.spreadsheets.problems import CellProblem
from registry.enums import PolicyLoan, PovertyStatus
from registry.imports import words
from registry.imports.columns import OfficeField, OfficeResource
from registry.imports.office_words import headings
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
        word: str | None = words.REGISTRATION_WORDS.read(value)
        return word
    return day.isoformat() if day else None


class HouseholdResource(OfficeResource):
    """The columns of a household list; standings by year stand in columns headed by their year."""

    code = code_column(
        _("Household code"),
        "household.code",
        help_text=_(
            "The register's own code (H-…), or the code that the commune gave the household for the year of the list."
        ),
    )
    name = OfficeField(
        "name",
        _("Head of the household"),
        read=read_person_name,
        headings=headings("household.name"),
        required=True,
        needed=True,
        limit=120,
        help_text=_("Full name. Needed in every row."),
        example="Nguyễn Thị Hoa",
    )
    birth_year = birth_year_column("household.birth_year")
    citizen_number = citizen_number_column()
    village = village_column()
    commune = commune_column("place.unit")
    district = district_column()
    address = OfficeField(
        "address",
        _("Address"),
        read=cells.read_text,
        headings=headings("household.address"),
        blanks=("blank", "blank_text"),
        limit=200,
    )
    is_minority = OfficeField(
        "is_minority",
        _("Ethnic-minority household"),
        words=words.YES_NO_WORDS,
        write=lambda value: str(_("yes") if value else _("no")),
        headings=headings("household.is_minority"),
        help_text=_("yes or no"),
    )
    ethnicity = OfficeField(
        "is_minority",
        _("People (ethnic group)"),
        words=words.PEOPLE_WORDS,
        headings=headings("person.ethnicity"),
        is_exported=False,
        help_text=_("The people's name; all peoples but the Kinh are minorities."),
        example="Chăm",
    )
    local_people = OfficeField(
        "is_minority",
        _("Local ethnic group"),
        words=words.YES_NO_WORDS,
        headings=headings("household.local_people"),
        is_exported=False,
        help_text=_("“yes” or a tick means an ethnic-minority household; “no” says nothing."),
    )
    sex = OfficeField(
        "is_woman",
        _("Sex"),
        words=words.SEX_WORDS,
        headings=headings("household.sex"),
        is_exported=False,
        help_text=_("woman or man; kept of members, and held against the citizen number of the head"),
    )
    relationship = OfficeField(
        "relationship_to_head",
        _("Relation to the head"),
        words=words.RELATIONSHIP_WORDS,
        headings=headings("household.relationship"),
        is_exported=False,
        help_text=_("Only in lists with a row a member: “head” begins a household, its members follow."),
        example="Vợ",
    )
    head_number = OfficeField(
        "head_number",
        _("Number of the household"),
        read=cells.read_text,
        headings=headings("household.head_number"),
        is_exported=False,
        help_text=_("Only in lists with a row a member: filled where a household begins."),
    )
    member_number = OfficeField(
        "member_number",
        _("Number of the member"),
        read=cells.read_text,
        headings=headings("household.member_number"),
        is_exported=False,
        help_text=_("Only in lists with a row a member."),
    )
    member_name = OfficeField(
        "member_name",
        _("Name of the member"),
        read=read_person_name,
        headings=headings("household.member_name"),
        is_exported=False,
        limit=120,
        help_text=_("Only in lists with a row a member, where the head has a column of its own."),
    )
    registration = OfficeField(
        "registered_on",
        _("Registered to leave poverty on"),
        read=read_registration,
        words=words.REGISTRATION_WORDS,
        write=cells.shown_day,
        headings=headings("household.registration"),
        blanks=(),
        help_text=_("The day, or “no” where the household is recorded as never having registered."),
        example="01/03/2022",
    )
    policy_loan = OfficeField(
        "policy_loan",
        _("Policy-bank loan"),
        words=words.LOAN_WORDS,
        write=lambda value: str(PolicyLoan(value).label),
        headings=headings("household.policy_loan"),
        help_text=_("no loan, good or bad, as the bank confirms it"),
    )
    policy_loan_source = OfficeField(
        "policy_loan_source",
        _("Confirmed by the bank in"),
        read=cells.read_text,
        headings=headings("household.policy_loan_source"),
        blanks=("blank", "blank_text"),
        limit=160,
    )
    year = OfficeField(
        "year",
        _("Year"),
        is_exported=False,
        read=cells.read_year,
        headings=headings("household.year"),
        help_text=_("Only in lists with one row a year."),
        example="2024",
    )
    reviewed_on = OfficeField(
        "reviewed_on",
        _("Reviewed on"),
        read=cells.read_year,
        headings=headings("household.reviewed_on"),
        is_exported=False,
        help_text=_("The day of the review, which says its year where no column names the year."),
        example="10/10/2024",
    )
    status = OfficeField(
        "status",
        _("Standing"),
        is_exported=False,
        words=words.STANDING_WORDS,
        write=lambda value: str(PovertyStatus(value).label),
        headings=headings("household.status"),
        help_text=_("poor, near-poor, newly escaped, average or well off"),
        example="Hộ cận nghèo",
    )
    recognised_on = OfficeField(
        "recognised_on",
        _("Recognised on"),
        is_exported=False,
        read=cells.read_day_text,
        write=cells.shown_day,
        headings=headings("household.recognised_on"),
        help_text=_(
            "The day of the decision that recognises the review. Left empty: 14 December of its year."
        ),
    )
    document = OfficeField(
        "document",
        _("Recognised by"),
        is_exported=False,
        read=cells.read_text,
        headings=headings("household.document"),
        blanks=("blank", "blank_text"),
        limit=160,
    )

    parts: ClassVar = {"name": (headings("household.family_name"), headings("household.given_name"))}

    class Meta:
        model = Household
        # The order of the template.
        fields = (
            *("code", "name", "birth_year", "citizen_number", "village", "commune", "district", "address"),
            *(
                "is_minority",
                "ethnicity",
                "local_people",
                "sex",
                "relationship",
                "head_number",
                "member_number",
                "member_name",
            ),
            *("registration", "policy_loan", "policy_loan_source"),
            *("year", "reviewed_on", "status", "recognised_on", "document"),
        )
