"""Columns that lists of people share, and what is known of where a row's people live."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from core import clock
from core.spreadsheets import cells
from core.spreadsheets.problems import CellProblem
from core.spreadsheets.totals import is_total
from core.text import fold, match_key
from registry.imports.columns import OfficeField
from registry.imports.importer import Context
from registry.imports.office_words import headings
from registry.imports.person_cells import read_number_cell
from registry.imports.places import Place, Places
from registry.imports.staged import Remark
from registry.unit_names import COMMUNE_TYPES, DISTRICT_TYPES, parse_name

_VILLAGE_LEADS = tuple(
    match_key(words) + " "
    for words in ("thôn", "khu phố", "kp", "tổ dân phố", "ấp", "xóm", "tổ", "buôn", "bản")
)
# “II. Thôn 2”, “1/ Thôn 7”: what numbers the group is no part of its name.
_LIST_NUMBER = re.compile(r"^(?:[IVX]+|[0-9]{1,2}|[A-Za-z])\s*[.)/:-]\s*(?=[^\W\d_])")
_GROUP_NUMBER = re.compile(r"(?:[IVX]+|[0-9]{1,2}|[A-Za-z])\s*[.)/:-]?\s*")
_VILLAGE_ABOVE = re.compile(
    r"\b(thôn|khu phố|tổ dân phố)\s+([^,;:()–-]+?)(?=\s*(?:[,;:()–-]|$)|\s+(?:năm|xã|phường|thị trấn|quý|tháng|đợt)\b)",
    re.IGNORECASE,
)
# “thôn đặc biệt khó khăn”, “thôn, khu phố trong xã” name no village.
_NO_NAMES = frozenset(
    ("dac", "kho", "trong", "cua", "thuoc", "va", "co", "tren", "van", "nam", "la", "duoc", "chua", "dat")
)
_LONGEST_VILLAGE = 4
_SHORTEST_NAME = 4
_SHORT_VILLAGE = re.compile(r"(?:kp|tdp)[0-9]")
_TITLE_YEAR = re.compile(r"\bnăm (20[0-9]{2})\b", re.IGNORECASE)
# In a line that was typed without marks; with them “Nam” is another word.
_UNMARKED_YEAR = re.compile(r"\bnam (20[0-9]{2})\b")


def code_column(label: Any, key: str, *, help_text: Any) -> OfficeField:
    """The code of a record, empty for a new one."""
    return OfficeField(
        "code",
        label,
        read=cells.read_text,
        headings=headings(key),
        decisive=True,
        limit=40,
        help_text=help_text,
    )


def _read_birth_year(value: Any) -> int | None:
    """A year that is not still to come: 2030 for 1930 is a slip of the hand."""
    year = cells.read_year(value)
    if year is not None and year > clock.today().year:
        raise CellProblem("year_unreadable", value=cells.read_text(value))
    return year


def birth_year_column(*keys: str) -> OfficeField:
    """The year in which a person was born."""
    return OfficeField(
        "birth_year",
        _("Year of birth"),
        read=_read_birth_year,
        headings=headings("person.birth_year", *keys),
        help_text=_("Four digits, or the whole day."),
        example="1968",
    )


def citizen_number_column() -> OfficeField:
    """The citizen number, or the old one of nine digits; sealed before it is staged."""
    return OfficeField(
        "citizen_number",
        _("Citizen number"),
        read=read_number_cell,
        headings=headings("person.citizen_number"),
        blanks=("blank", "blank_citizen_number"),
        is_exported=False,
        help_text=_("12 digits, in a cell formatted as text. Never exported."),
    )


def commune_column(*keys: str, is_exported: bool = True) -> OfficeField:
    """The commune; `keys` are further headings of it in a list where they mean nothing else."""
    return OfficeField(
        "commune",
        _("Commune"),
        read=cells.read_certain_text,
        headings=headings("place.commune", *keys),
        is_exported=is_exported,
        decisive=True,
        help_text=_("Needed where the title, the form or a heading above the rows does not name it."),
        example="Xã Phan Điền",
    )


def district_column(*, is_exported: bool = True) -> OfficeField:
    """The district, which tells communes of one name apart."""
    return OfficeField(
        "district",
        _("District"),
        read=cells.read_certain_text,
        headings=headings("place.district"),
        is_exported=is_exported,
        decisive=True,
        help_text=_("Tells communes of one name apart."),
        example="Huyện Bắc Bình",
    )


def village_column(*, is_exported: bool = True) -> OfficeField:
    """The village within the commune."""
    return OfficeField(
        "village",
        _("Village"),
        read=cells.read_certain_text,
        headings=headings("place.village"),
        is_exported=is_exported,
        blanks=("blank", "blank_text"),
        help_text=_("Thôn or khu phố. Matched to the register where it holds the commune's villages."),
        example="Thôn Phú Sơn",
    )


class Homes:
    """Which unit a row's people belong to: its own cells first, then the heading above it, the title, the form."""

    def __init__(self, context: Context) -> None:
        self.places = Places(context.day, context.unit_ids)
        self._context = context
        self._by_cells: dict[tuple[str, str, str], tuple[int, str, Remark | None] | CellProblem] = {}
        # What is to be said of a village's name, of each row since this was cleared.
        self.remarks: list[Remark] = []
        self.village_of_sheet = self.village_of_title = ""
        self.begin(context.titles)

    def begin(self, titles: Sequence[str], sheet: str = "") -> None:
        """Turn to another sheet: what stood above its rows before is forgotten, its own title and name hold."""
        self.district = ""
        self._village = ""
        # Whether the village is that of a line above the rows, and the line after which nobody knows it any more.
        self._is_below_village = False
        self._ended_by = ""
        self._commune = self.places.named_in(titles)
        asked = self._context.options.unit_id
        if self._commune is None and asked is not None:
            self._commune = self.places.by_id.get(asked)
        self._commune = self._commune or self.places.only_commune()
        self.village_of_title = village_in(titles)
        self.village_of_sheet = sheet if self._names_village(sheet) else ""
        self._village = self.village_of_sheet or self.village_of_title

    def of(self, commune: str, district: str, village: str) -> tuple[int, str]:
        """The unit and, where the register does not hold the village, the village's name as written.

        Raises ``CellProblem``. A village that the register should hold and does not is told in `remarks`.
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
        unit_id, words, remark = known
        if remark is not None:
            self.remarks.append(remark)
        if self._ended_by and not village:
            self.remarks.append(Remark("village_ended", "village", {"text": self._ended_by}))
            self._ended_by = ""
        return unit_id, words

    def take_heading(self, cells_: Sequence[Any], *, of_villages: bool = True) -> bool:
        """Whether the row heads a group of a district, commune or village; later rows then belong to it.

        In a list of villages a village's name is a record and heads nothing.
        """
        text = next((one.strip() for one in cells_ if isinstance(one, str) and len(one.strip()) > 3), "")
        text = _LIST_NUMBER.sub("", text)
        kind = parse_name(text).type
        if kind in DISTRICT_TYPES:
            self.district, self._commune = text, None
            self._head("")
            return True
        if kind in COMMUNE_TYPES:
            try:
                self._commune = self.places.commune(text, self.district)
            except CellProblem:
                return False
            self._head("")
            return True
        if of_villages and self._names_village(text):
            self._head(text)
            return True
        return of_villages and self._is_below_village and self._heads_unknown(cells_)

    def _head(self, village: str) -> None:
        self._village, self._is_below_village, self._ended_by = village, bool(village), ""

    def _heads_unknown(self, cells_: Sequence[Any]) -> bool:
        """Whether a line that names no known village heads one by its number; without it, it only ends the one above."""
        unknown = unknown_heading(cells_)
        if unknown is None:
            return False
        text, is_numbered = unknown
        if is_numbered:
            self._head(text)
        elif self._village:
            self._village, self._ended_by = "", text
        return is_numbered

    def _find(self, commune: str, district: str, village: str) -> tuple[int, str, Remark | None]:
        place = self.places.commune(commune, district) if commune else self._default()
        if not village:
            return place.id, "", None
        try:
            found = self.places.village(village, place)
        except CellProblem as problem:
            return place.id, village, Remark("village_unsure", "village", {"near": "", **problem.params})
        return (found.id, "", None) if found else (place.id, village, None)

    def _names_village(self, text: str) -> bool:
        """Whether a sheet or a group is called as a village is, by its title or by the register."""
        if is_called_village(text):
            return True
        if not text or self._commune is None:
            return False
        try:
            return self.places.village(text, self._commune) is not None
        except CellProblem:
            return False

    def _default(self) -> Place:
        if self._commune is None:
            raise CellProblem("unit_missing")
        if not self.places.sees(self._commune.id):
            raise CellProblem("unit_outside_area", value=self._commune.name)
        return self._commune


def village_in(titles: Sequence[str]) -> str:
    """The one village that the lines above a list name, as written; empty where they name none, or several."""
    found: dict[str, str] = {}
    for line in titles:
        for match in _VILLAGE_ABOVE.finditer(line):
            name = match[2].strip()
            if len(name.split()) <= _LONGEST_VILLAGE and fold(name).split(" ")[0] not in _NO_NAMES:
                found.setdefault(match_key(match[0]), f"{match[1].capitalize()} {name}")
    return next(iter(found.values())) if len(found) == 1 else ""


def heading_of(cells_: Sequence[Any]) -> tuple[str, str] | None:
    """Which kind of place a row of one text heads, and its name; None for a row that heads none."""
    filled = [one for one in cells_ if one not in ("", None)]
    words = [one.strip() for one in filled if isinstance(one, str) and len(one.strip()) > 3]
    if len(words) != 1 or len(filled) > 2:
        return None
    text = _LIST_NUMBER.sub("", words[0])
    kind = parse_name(text).type
    if kind in DISTRICT_TYPES:
        return "district", text
    if kind in COMMUNE_TYPES:
        return "commune", text
    return ("village", text) if is_called_village(text) else None


def unknown_heading(cells_: Sequence[Any]) -> tuple[str, bool] | None:
    """A line of a few words that may be a village's name among lines of villages, and whether it is numbered as they are.

    None for totals, and for a line beside which a row's number stands: a person of whom nothing is said.
    """
    filled = [str(one).strip() for one in cells_ if one not in ("", None)]
    if not filled or len(filled) > 2 or len(filled[-1]) < _SHORTEST_NAME:
        return None
    text = _LIST_NUMBER.sub("", filled[-1])
    mark = filled[0] if len(filled) > 1 else filled[-1][: len(filled[-1]) - len(text)]
    if mark.isdecimal() or is_total(text) or len(text.split()) > _LONGEST_VILLAGE:
        return None
    return text, bool(_GROUP_NUMBER.fullmatch(mark))


def is_called_village(text: str) -> bool:
    """Whether a sheet or a group is called as a village is, by its title."""
    key = match_key(text)
    return key.startswith(_VILLAGE_LEADS) or bool(_SHORT_VILLAGE.match(key))


def year_of_titles(titles: Sequence[str]) -> int | None:
    """The one year that the lines above a list name."""
    years = {int(found[1]) for line in titles for found in _TITLE_YEAR.finditer(line)}
    bare = [match_key(line) for line in titles if match_key(line) == fold(line)]
    years |= {int(found[1]) for line in bare for found in _UNMARKED_YEAR.finditer(line)}
    return years.pop() if len(years) == 1 else None
