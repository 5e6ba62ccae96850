"""Kinds that follow Decree 30/2020 are held against its numbers as they are drawn, every page of them."""

import re
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from reports.documents.imprint import Imprint
from reports.documents.samples import sample
from reports.kinds import Layout, kinds
from reports.rendering import render_pdf
from tests.integration.reports.decree import (
    BOTTOM,
    COMPONENTS,
    LEFT,
    RIGHT,
    TOP,
    WIDTH_MM,
    components_broken,
    ink_of,
    sizes_broken,
    words_of,
)

pytestmark = pytest.mark.slow  # starts the renderer for each kind

DECREE_KINDS = sorted(name for name, kind in kinds().items() if kind.layout in {Layout.DECREE, Layout.ANNEX})
ANNEXES = [name for name in DECREE_KINDS if kinds()[name].layout is Layout.ANNEX]
# What half a dot of the picture can hide.
DOT_MM = 0.3
HOSTILE = (
    "K' Brểu Ka Să Ha Ma Wan",
    "Thông Thị Ngọc Hường <b>in đậm</b> & {{ tên }}",
    "Nguyễn\u200b Văn\u202e gnảhN \u202cĐề\u0301",
    "NguyễnVănTênRấtDàiKhôngCóDấuCáchNàoĐểXuốngDòngCảThếThìSaoBâyGiờ",
    "Hợp tác xã Dịch vụ nông nghiệp tổng hợp, chăn nuôi, trồng trọt và tiêu thụ thanh long sạch Hàm Thuận Nam "
    * 2,
)


def many_hostile_rows(value: Any) -> Any:
    """The sample with each list of rows three times as long, and a hostile name in every row."""
    if isinstance(value, list):
        rows = [many_hostile_rows(row) for row in value]
        if rows and all(isinstance(row, dict) for row in rows):
            rows = [deepcopy(row) for _again in range(3) for row in rows]
            for number, row in enumerate(rows):
                for field in ("name", "address", "nominee"):
                    if isinstance(row.get(field), str):
                        row[field] = HOSTILE[number % len(HOSTILE)]
        return rows
    if isinstance(value, dict):
        return {key: many_hostile_rows(one) for key, one in value.items()}
    return value


def _plain(context: Any) -> Any:
    return context


def _lists_of(count: int, value: Any) -> Any:
    """The sample with so many rows in each list of names."""
    if isinstance(value, dict):
        return {key: _lists_of(count, one) for key, one in value.items()}
    if not isinstance(value, list) or not value:
        return value
    if all(isinstance(row, dict) and "name" in row and _is_flat(row) for row in value):
        return [deepcopy(value[number % len(value)]) for number in range(count)]
    return [_lists_of(count, one) for one in value]


def _is_flat(row: dict[str, Any]) -> bool:
    return not any(isinstance(one, list) for one in row.values())


def _empty_lists(context: Any) -> Any:
    return _lists_of(0, context)


def _long_lists(context: Any) -> Any:
    return _lists_of(60, context)


@cache
def _drawn(kind: str, dressed: Callable[[Any], Any]) -> bytes:
    context, imprint = sample(kind)
    return render_pdf(
        kind, {**dressed({k: v for k, v in context.items() if k != "imprint"}), "imprint": imprint}, imprint
    )


@pytest.fixture(
    params=[_plain, many_hostile_rows, _empty_lists, _long_lists],
    ids=["sample", "hostile", "empty", "sixty"],
)
def drawn(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], Path]:
    """A kind's document in a file: of its sample, of hostile rows, of empty lists and of long ones."""

    def draw(kind: str) -> Path:
        path = tmp_path / f"{kind}.pdf"
        path.write_bytes(_drawn(kind, request.param))
        return path

    return draw


@pytest.mark.parametrize("kind", DECREE_KINDS)
def test_components_have_the_decrees_sizes_and_styles(drawn: Callable[[str], Path], kind: str) -> None:
    words = words_of(drawn(kind))

    assert sizes_broken(words) == []
    assert components_broken(words) == []


@pytest.mark.parametrize("kind", sorted(kinds()))
def test_no_ink_lies_in_the_margins(drawn: Callable[[str], Path], kind: str, tmp_path: Path) -> None:
    pictures = tmp_path / "pages"
    pictures.mkdir()

    for number, (left, top, right, bottom) in enumerate(ink_of(drawn(kind), pictures), start=1):
        assert left >= LEFT[0] - DOT_MM, (kind, number, "left", left)
        assert top >= TOP[0] - DOT_MM, (kind, number, "top", top)
        assert right >= RIGHT[0] - DOT_MM, (kind, number, "right", right)
        assert bottom >= BOTTOM[0] - DOT_MM, (kind, number, "bottom", bottom)


@pytest.mark.parametrize("kind", DECREE_KINDS)
def test_pages_are_numbered_in_the_middle_above_the_text(drawn: Callable[[str], Path], kind: str) -> None:
    words = words_of(drawn(kind))
    annexes = {
        one.page
        for one in words
        if one.size > 13.5 and (one.text.startswith("Phụ lục ") or one.text == "DANH SÁCH")
    }
    numbers = {one.page: one for one in words if one.is_page_number}
    expected, count = {}, 0
    for page in range(1, max(one.page for one in words) + 1):
        count = 1 if page in annexes else count + 1
        if count > 1:
            expected[page] = str(count)

    assert {page: one.text for page, one in numbers.items()} == expected
    for one in numbers.values():
        assert round(one.size, 1) in (13, 14)
        assert (one.is_bold, one.is_italic) == (False, False)
        middle = (31 + WIDTH_MM - 16) / 2
        assert abs((one.left + one.right) / 2 - middle) < 1


@pytest.mark.parametrize("kind", DECREE_KINDS)
def test_what_the_decree_names_is_there(drawn: Callable[[str], Path], kind: str) -> None:
    text = [one.text for one in words_of(drawn(kind))]
    # An official letter has no name of its kind, and says under its number what it is about.
    named = "tên loại" if kinds()[kind].symbol else "trích yếu công văn"
    always = ("quốc hiệu", "tiêu ngữ", "số, ký hiệu", named, "nơi nhận")
    if kind in ANNEXES:
        always = ("tên loại", "phụ lục, chỉ dẫn")
    for component in COMPONENTS:
        if component.name in always:
            assert any(re.search(component.pattern, line) for line in text), (kind, component.name)


def test_the_measure_finds_what_is_wrong(tmp_path: Path) -> None:
    """Controls: a size of its own, a motto that is not bold, and a line in the margin are found."""
    context, imprint = sample("proposal")
    context["grounds"] = ["x"]
    path = tmp_path / "proposal.pdf"
    html_of = {**context, "imprint": imprint, "movement": "Phong trào"}
    content = render_pdf("proposal", html_of, Imprint(imprint.symbol, imprint.day, imprint.number))
    path.write_bytes(content)
    words = words_of(path)
    motto = next(one for one in words if one.text.startswith("Độc lập"))

    assert components_broken([replace(motto, is_bold=False)])
    assert components_broken([replace(motto, size=12.0)])
    assert sizes_broken([replace(motto, size=9.5)])
