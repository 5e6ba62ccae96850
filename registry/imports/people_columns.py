"""Columns that lists of people share, and what is known of where a row's people live."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.spreadsheets import cells
from core.spreadsheets.problems import CellProblem
from core.text import match_key
from registry.imports.columns import OfficeField
from registry.imports.importer import Context
from registry.imports.person_cells import read_number_cell
from registry.imports.places import Place, Places
from registry.unit_names import COMMUNE_TYPES, DISTRICT_TYPES, parse_name

_VILLAGE_LEADS = tuple(match_key(words) for words in ("thôn", "khu phố", "kp", "tổ dân phố", "ấp"))
_TITLE_YEAR = re.compile(r"\bnăm (20[0-9]{2})\b", re.IGNORECASE)


def code_column(label: Any, *aliases: str, help_text: Any) -> OfficeField:
    """The code of a record, empty for a new one."""
    return OfficeField(
        "code",
        label,
        read=cells.read_text,
        aliases=aliases,
        limit=40,
        help_text=help_text,
    )


def birth_year_column(*aliases: str) -> OfficeField:
    """The year in which a person was born."""
    return OfficeField(
        "birth_year",
        _("Year of birth"),
        read=cells.read_year,
        aliases=("nam sinh", "ngay sinh", "ngay thang nam sinh", "sinh nam", *aliases),
        help_text=_("Four digits, or the whole day."),
        example="1968",
    )


def citizen_number_column() -> OfficeField:
    """The citizen number, or the old one of nine digits; sealed before it is staged."""
    return OfficeField(
        "citizen_number",
        _("Citizen number"),
        read=read_number_cell,
        aliases=(
            *("so cccd", "cccd", "so dinh danh", "so dinh danh ca nhan"),
            *("cccd so dinh danh", "so can cuoc"),
        ),
        help_text=_("12 digits, in a cell formatted as text. Never exported."),
    )


def commune_column(*, but: frozenset[str] = frozenset()) -> OfficeField:
    """The commune; headings that mean another column of the list are left out with `but`."""
    headings = (
        *("xa", "phuong", "xa phuong", "xa phuong thi tran", "ten xa", "dia ban", "don vi"),
        *("xa phuong thi tran dac khu", "cap xa", "xa thi tran", "phuong xa", "phuong xa thi tran"),
        *("ten xa phuong", "ten xa phuong thi tran"),
    )
    return OfficeField(
        "commune",
        _("Commune"),
        read=cells.read_text,
        aliases=[heading for heading in headings if heading not in but],
        help_text=_("Needed where the title, the form or a heading above the rows does not name it."),
        example="Xã Phan Điền",
    )


def district_column() -> OfficeField:
    """The district, which tells communes of one name apart."""
    return OfficeField(
        "district",
        _("District"),
        read=cells.read_text,
        aliases=("huyen", "huyen thi xa thanh pho", "quan huyen", "cap huyen", "ten huyen"),
        help_text=_("Tells communes of one name apart."),
        example="Huyện Bắc Bình",
    )


def village_column() -> OfficeField:
    """The village within the commune."""
    return OfficeField(
        "village",
        _("Village"),
        read=cells.read_text,
        aliases=(
            "thon",
            "khu pho",
            "thon khu pho",
            "thon kp",
            "to dan pho",
            "ap",
            "thon ban",
            "thon to dan pho",
        ),
        help_text=_("Thôn or khu phố. Matched to the register where it holds the commune's villages."),
        example="Thôn Phú Sơn",
    )


class Homes:
    """Which unit a row's people belong to: its own cells first, then the heading above it, the title, the form."""

    def __init__(self, context: Context) -> None:
        self.places = Places(context.day, context.unit_ids)
        self._context = context
        self._by_cells: dict[tuple[str, str, str], tuple[int, str] | CellProblem] = {}
        self.begin(context.titles)

    def begin(self, titles: Sequence[str]) -> None:
        """Turn to another sheet: what stood above its rows before is forgotten, its own title holds."""
        self.district = ""
        self._village = ""
        self._commune = self.places.named_in(titles)
        asked = self._context.options.unit_id
        if self._commune is None and asked is not None:
            self._commune = self.places.by_id.get(asked)
        self._commune = self._commune or self.places.only_commune()

    def of(self, commune: str, district: str, village: str) -> tuple[int, str]:
        """The unit and, where the register holds no villages of the commune, the village's name as written.

        Raises ``CellProblem``.
        """
        asked = (commune, district or self.district, village or self._village)
        key = asked if commune else (f"#{self._commune.id if self._commune else 0}", asked[1], asked[2])
        known = self._by_cells.get(key)
        if known is None:
            try:
                known = self._find(*asked)
            except CellProblem as problem:
                known = problem
            self._by_cells[key] = known
        if isinstance(known, CellProblem):
            raise known
        return known

    def take_heading(self, cells_: Sequence[Any], *, of_villages: bool = True) -> bool:
        """Whether the row heads a group of a district, commune or village; later rows then belong to it.

        In a list of villages a village's name is a record and heads nothing.
        """
        text = next((one.strip() for one in cells_ if isinstance(one, str) and len(one.strip()) > 3), "")
        kind = parse_name(text).type
        if kind in DISTRICT_TYPES:
            self.district, self._village, self._commune = text, "", None
            return True
        if kind in COMMUNE_TYPES:
            try:
                self._commune = self.places.commune(text, self.district)
            except CellProblem:
                return False
            self._village = ""
            return True
        if of_villages and match_key(text).startswith(_VILLAGE_LEADS):
            self._village = text
            return True
        return False

    def _find(self, commune: str, district: str, village: str) -> tuple[int, str]:
        place = self.places.commune(commune, district) if commune else self._default()
        if not village:
            return place.id, ""
        found = self.places.village(village, place)
        return (found.id, "") if found else (place.id, village)

    def _default(self) -> Place:
        if self._commune is None:
            raise CellProblem("unit_missing")
        if not self.places.sees(self._commune.id):
            raise CellProblem("unit_outside_area", value=self._commune.name)
        return self._commune


def year_of_titles(titles: Sequence[str]) -> int | None:
    """The one year that the lines above a list name."""
    years = {int(found[1]) for line in titles for found in _TITLE_YEAR.finditer(line)}
    return years.pop() if len(years) == 1 else None
