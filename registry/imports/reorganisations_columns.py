"""The columns of a sheet of merged, split and renamed units, in the project's own words and in those of offices."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.spreadsheets import cells
from core.text import fold
from registry.enums import AdminType, SuccessionKind, UnitForm, UnitKind
from registry.imports.columns import OfficeField, OfficeResource
from registry.models import Unit
from registry.titles import TITLE_IN_NAME

_SUCCESSIONS = {
    **dict.fromkeys(("sap nhap", "nhap", "hop nhat"), SuccessionKind.MERGED),
    **dict.fromkeys(("chia tach", "tach", "chia"), SuccessionKind.SPLIT),
    **dict.fromkeys(("doi ten", "doi danh xung"), SuccessionKind.RENAMED),
    **dict.fromkeys(("tiep tuc", "giu nguyen"), SuccessionKind.CONTINUED),
    **dict.fromkeys(("chuyen mot phan", "dieu chinh mot phan"), SuccessionKind.TRANSFERRED),
}
_LEVELS = {
    **dict.fromkeys(("cap tinh", "tinh"), UnitKind.PROVINCE),
    **dict.fromkeys(("cap huyen", "huyen"), UnitKind.DISTRICT),
    **dict.fromkeys(("cap xa", "xa", "phuong", "thi tran", "dac khu"), UnitKind.COMMUNE),
    **dict.fromkeys(("thon", "khu pho"), UnitKind.VILLAGE),
}
_TITLES = {fold(word): AdminType(title) for title, word in TITLE_IN_NAME.items()}
# “Xã A, xã B và xã C”: a comma or “và” parts them where a commune or village follows; “Xã A, huyện B” is one.
_PARTED = re.compile(
    r"[;\n]|,\s*(?=(?:xã|phường|thị trấn|đặc khu|thôn|khu phố)\s)|\s+và\s+(?=(?:xã|phường|thị|đặc|thôn|khu|huyện|tỉnh)\s)",
    re.IGNORECASE,
)


def _word_reader(code: str, choices: Any, words: Mapping[str, Any] | None = None) -> Callable[[Any], str]:
    """Reads a value's own code, its label, or a word that offices write for it."""
    known = {**{fold(one.value): one for one in choices}, **(words or {})}

    def read(value: Any) -> str:
        return str(cells.read_word(value, known, code, choices) or "")

    return read


def read_predecessors(value: Any) -> tuple[str, ...]:
    """What stands in the cell, one each: parted by semicolons or lines, or listed as a sentence lists them."""
    found = [cells.read_text(part) for part in _PARTED.split(str(value if value is not None else ""))]
    return tuple(part for part in found if part)


def _text_column(name: str, label: Any, *aliases: str, limit: int, **more: Any) -> OfficeField:
    return OfficeField(name, label, read=cells.read_text, aliases=aliases, limit=limit, **more)


def _day_column(name: str, label: Any, *aliases: str, **more: Any) -> OfficeField:
    return OfficeField(
        name,
        label,
        read=cells.read_day_text,
        write=cells.shown_day,
        aliases=aliases,
        example="01/07/2025",
        **more,
    )


class ReorganisationResource(OfficeResource):
    """One row for each unit that begins or ends, or for each way in which others followed into it."""

    key = _text_column(
        *("key", _("Key of the unit"), "key", "khoa"),
        limit=100,
        help_text=_("The register's own key of a unit that it holds. Left empty, a new unit is given one."),
    )
    kind = OfficeField(
        "kind",
        _("Level"),
        read=_word_reader("level_unknown", UnitKind, _LEVELS),
        write=lambda value: str(UnitKind(value).label),
        aliases=("kind", "cap"),
        help_text=_("Level of a new unit; may be left out where its title tells it."),
        example="Cấp xã",
    )
    admin_type = OfficeField(
        "admin_type",
        _("Title of the unit"),
        read=_word_reader("title_unknown", AdminType, _TITLES),
        write=lambda value: str(AdminType(value).label),
        aliases=("admin type", "danh xung", "title"),
        help_text=_("May be left out where the name bears it."),
        example="Xã",
    )
    form = OfficeField(
        "form",
        _("Form of the body"),
        read=_word_reader("unit_form_unknown", UnitForm),
        write=lambda value: str(UnitForm(value).label),
        aliases=("form", "loai hinh"),
        help_text=_("For agencies and enterprises."),
    )
    name = _text_column(
        *("name", _("Name of the unit"), "name", "ten", "ten don vi", "ten don vi hanh chinh"),
        *(
            "ten don vi moi",
            "don vi sau sap xep",
            "ten don vi hanh chinh moi",
            "don vi hanh chinh moi",
            "ten xa moi",
        ),
        *("don vi hanh chinh sau sap xep", "xa phuong moi", "xa phuong sau sap xep", "don vi moi", "xa moi"),
        limit=160,
        help_text=_("With its title. A unit of the register is found by it within the unit above."),
        example="Xã Phan Điền",
    )
    gso_code = _text_column("gso_code", _("GSO code"), "gso code", "ma dvhc", "ma don vi", limit=10)
    parent = _text_column(
        *(
            "parent",
            _("Unit above"),
            "parent key",
            "parent",
            "thuoc",
            "don vi cap tren",
            "truc thuoc",
            "huyen",
            "tinh",
        ),
        limit=200,
        help_text=_("Its key, its name, or “name, unit above”; it may begin in the same file."),
        example="Huyện Bắc Bình",
    )
    valid_from = _day_column(
        *("valid_from", _("First day"), "valid from", "tu ngay", "ngay co hieu luc"),
        *("hieu luc tu ngay", "co hieu luc tu ngay", "ngay hieu luc", "hoat dong tu ngay", "ngay thanh lap"),
        help_text=_("First day of a new unit."),
    )
    valid_until = _day_column(
        *("valid_until", _("Last day"), "valid until", "den het ngay"),
        help_text=_("Last day of a unit that ends and of which no successor is known yet."),
    )
    predecessors = OfficeField(
        "predecessors",
        _("Units before"),
        read=read_predecessors,
        write="; ".join,
        aliases=(
            *(
                "predecessors",
                "don vi truoc sap xep",
                "don vi hanh chinh truoc sap xep",
                "sap nhap tu",
                "hinh thanh tu",
            ),
            *(
                "don vi cu",
                "don vi hanh chinh cu",
                "cac don vi sap nhap",
                "xa phuong cu",
                "cac don vi hanh chinh sap nhap",
            ),
            *("xa phuong truoc sap xep", "thanh lap tren co so", "tu cac don vi"),
        ),
        help_text=_(
            "In the row of the new unit, parted by semicolons: “name, district” or keys. They end on the day before,"
            " unless they only gave land. Leave it empty while they are not known; load the file again once they are."
        ),
        example="Xã Phan Điền, Huyện Bắc Bình; Xã Phan Hiệp, Huyện Bắc Bình",
    )
    succession = OfficeField(
        "succession",
        _("How it followed them"),
        read=_word_reader("succession_unknown", SuccessionKind, _SUCCESSIONS),
        write=lambda value: str(SuccessionKind(value).label),
        aliases=("succession", "hinh thuc"),
        help_text=_(
            "Merged, split, renamed, continued, or transferred for land between units that both live on. Several"
            " units before mean merged where nothing is said."
        ),
        example="Sáp nhập",
    )
    decision_number = _text_column(
        *("decision_number", _("Number of the decision"), "decision number"),
        *("so nghi quyet quyet dinh", "so quyet dinh"),
        limit=60,
        help_text=_("Rows without a decision take the one given on the form."),
    )
    decided_on = _day_column("decided_on", _("Dated"), "decided on", "ngay ban hanh")
    issuer = _text_column("issuer", _("Issuer"), "issuer", "co quan ban hanh", limit=200)
    note = _text_column("note", _("Note"), "note", "ghi chu", limit=300, help_text=_("Such as an area."))

    class Meta:
        model = Unit
        fields = (
            *("key", "kind", "admin_type", "form", "name", "gso_code", "parent", "valid_from", "valid_until"),
            *("predecessors", "succession", "decision_number", "decided_on", "issuer", "note"),
        )
