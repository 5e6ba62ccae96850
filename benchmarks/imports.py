"""Figures of imports: 50,000 household-year rows from XLSX, previewed and loaded, on both databases.

Two baselines are measured beside it: django-import-export's default resource on 2,000 rows of the same model, and
reading the same file plus one bulk copy of its rows, which no import can beat. The copied rows have every column that
a loaded row has, the file that it came from among them: whoever leaves that out loads rows that nobody can trace.
"""

from __future__ import annotations

import random
import statistics
import time
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.database import KINDS, BenchDatabase, Kind, temporary_database

ROWS = 50_000
BASELINE_ROWS = 2_000
YEARS = range(2021, 2026)
ROUNDS = 3
RATIO_GOAL, LIMIT_GOAL, CONFIRM_GOAL = 20, 2.5, 5
MEMORY_GOAL, GROWTH_GOAL = 400, 1.3
_HEADINGS = (
    "Mã hộ",
    "Chủ hộ",
    "Năm sinh",
    "Xã",
    "Huyện",
    "Năm",
    "Kết quả rà soát",
    "Ngày công nhận",
    "Quyết định",
)
_FAMILY = (
    "Nguyễn",
    "Trần",
    "Lê",
    "Phạm",
    "Mang",
    "Bố",
    "Huỳnh",
    "Võ",
    "Đặng",
    "Bùi",
    "Đỗ",
    "Hồ",
    "Ngô",
    "Dương",
)
_MIDDLE = (
    "Văn",
    "Thị",
    "Hữu",
    "Đức",
    "Minh",
    "Thanh",
    "Quang",
    "Ngọc",
    "Xuân",
    "Thu",
    "Kim",
    "Hồng",
    "Bích",
    "Như",
)
_GIVEN = (
    "Hoa",
    "Lan",
    "Thuỷ",
    "Hồng",
    "Đào",
    "Tám",
    "Chín",
    "Sáu",
    "Bảy",
    "Mười",
    "Hai",
    "Ba",
    "Tư",
    "Năm",
    "Út",
)
_WORDS = {"poor": "Hộ nghèo", "near_poor": "Cận nghèo", "newly_escaped": "Mới thoát nghèo", "average": "TB"}


def measure_imports() -> list[dict[str, Any]]:
    """Rows a second against both baselines, and memory, on SQLite and PostgreSQL."""
    figures: list[dict[str, Any]] = []
    peaks: list[float] = []
    growths: list[float] = []
    for kind in KINDS:
        with temporary_database(kind) as database:
            told, whole, half = _measure(kind, database)
        figures += told
        peaks.append(whole)
        growths.append(whole / half)
    return [
        *figures,
        {
            "name": "import.memory_mb",
            "value": max(peaks),
            "unit": "MB",
            "goal": MEMORY_GOAL,
            "better": "lower",
        },
        {
            "name": "import.memory_growth",
            "value": round(max(growths), 2),
            "unit": "times, 50,000 rows against 25,000",
            "goal": GROWTH_GOAL,
            "better": "lower",
        },
    ]


def _measure(kind: Kind, database: BenchDatabase) -> tuple[list[dict[str, Any]], float, float]:
    """The figures of one database, and the peaks of memory at all rows and at half of them."""
    path, half, few = (str(database.folder / f"{rows}.xlsx") for rows in (ROWS, ROWS // 2, BASELINE_ROWS))
    database.run("benchmarks.imports:prepare", files={path: ROWS, half: ROWS // 2, few: BASELINE_ROWS})
    rounds = []
    for _round in range(ROUNDS):
        plain = database.run("benchmarks.imports:load_by_default_resource", path=few).value
        limit = database.run("benchmarks.imports:read_and_copy", path=path).value
        ours = database.run("benchmarks.imports:load", path=path)
        rounds.append(
            (plain, limit, ours.value["read"] + ours.value["confirm"], ours.value["confirm"], ours.peak_mb)
        )
    smaller = database.run("benchmarks.imports:load", path=half)
    plain_rate = statistics.median(BASELINE_ROWS / plain for plain, *_rest in rounds)
    rate = statistics.median(ROWS / whole for _plain, _limit, whole, *_rest in rounds)
    figures = [
        {
            "name": f"import.{kind}.ratio",
            "value": round(statistics.median(ROWS / row[2] / (BASELINE_ROWS / row[0]) for row in rounds), 1),
            "unit": f"times the default resource ({rate:,.0f} rows/s against {plain_rate:,.0f})",
            "goal": RATIO_GOAL,
        },
        {
            "name": f"import.{kind}.over_limit",
            "value": round(statistics.median(row[2] / row[1] for row in rounds), 2),
            "unit": "times reading the file plus one bulk copy",
            "goal": LIMIT_GOAL,
            "better": "lower",
        },
        {
            "name": f"import.{kind}.confirm_seconds",
            "value": round(statistics.median(row[3] for row in rounds), 2),
            "unit": "s in which the database's writer is held for 50,000 rows",
            "goal": CONFIRM_GOAL,
            "better": "lower",
        },
    ]
    return figures, max(row[4] for row in rounds), smaller.peak_mb


def prepare(files: dict[str, int]) -> None:
    """A commune with its households, and a workbook of so many household-year rows at each path."""
    from registry.models import Household, Unit  # noqa: PLC0415 -- only the child process has settings

    district = Unit(
        key="d", kind="district", admin_type="huyen", name="Huyện Bắc Bình", valid_from=date(2021, 1, 1)
    )
    district.save()
    commune = Unit(
        key="c",
        kind="commune",
        admin_type="xa",
        name="Xã Phan Điền",
        gso_code="23014",
        parent=district,
        valid_from=date(2021, 1, 1),
    )
    commune.save()
    households = [
        Household(code=_code(at), name=_name(at), birth_year=_birth_year(at), unit=commune)
        for at in range(max(files.values()) // len(YEARS))
    ]
    for household in households:
        household.fill_stored_columns()
    Household.objects.bulk_create(households, batch_size=1000)
    for path, rows in files.items():
        _write_workbook(path, rows)


def load(path: str) -> dict[str, float]:
    """Seconds of upload, preview and validation, and of loading, through the services that the pages call."""
    from django.core.files.base import ContentFile  # noqa: PLC0415

    from registry.imports import ImportOptions  # noqa: PLC0415
    from registry.models import HouseholdStatus  # noqa: PLC0415
    from registry.services.imports import confirm_file, receive_file  # noqa: PLC0415

    _empty()
    content = Path(path).read_bytes()
    started = time.perf_counter()
    staged = receive_file(
        kind="households", upload=ContentFile(content, "ho.xlsx"), options=ImportOptions(), actor=None
    )
    staged.refresh_from_db()
    read = time.perf_counter()
    confirm_file(import_file=staged, actor=None)
    confirmed = time.perf_counter()
    if HouseholdStatus.objects.count() != int(Path(path).stem):
        raise RuntimeError(f"Not every row was loaded: {staged.status} {staged.counts} {staged.problem}")
    return {"read": read - started, "confirm": confirmed - read}


def load_by_default_resource(path: str) -> float:
    """Seconds of django-import-export's own import of the same rows, as its documentation sets it up; no preview."""
    from import_export import fields, resources, widgets  # noqa: PLC0415
    from tablib import Dataset  # noqa: PLC0415

    from registry.models import Household, HouseholdStatus  # noqa: PLC0415

    class Statuses(resources.ModelResource):
        household = fields.Field("household", "Mã hộ", widgets.ForeignKeyWidget(Household, field="code"))
        year = fields.Field("year", "Năm", widgets.IntegerWidget())
        status = fields.Field("status", "Kết quả rà soát")
        recognised_on = fields.Field("recognised_on", "Ngày công nhận", widgets.DateWidget("%d/%m/%Y"))
        document = fields.Field("document", "Quyết định")

        class Meta:
            model = HouseholdStatus
            fields = ("household", "year", "status", "recognised_on", "document")
            import_id_fields = ("household", "year")

        def before_import_row(self, row: Any, **kwargs: Any) -> None:
            row["Kết quả rà soát"] = _STANDINGS[row["Kết quả rà soát"]]

    _empty()
    content = Path(path).read_bytes()
    started = time.perf_counter()
    result = Statuses().import_data(Dataset().load(content, format="xlsx"), raise_errors=True)
    seconds = time.perf_counter() - started
    if result.totals["new"] != int(Path(path).stem):
        raise RuntimeError(f"The baseline loaded {result.totals}.")
    return seconds


def read_and_copy(path: str) -> float:
    """Seconds of reading the file's cells and of one bulk copy of as many ready rows: what cannot be avoided."""
    from django.db import transaction  # noqa: PLC0415
    from python_calamine import CalamineWorkbook  # noqa: PLC0415

    from core import clock  # noqa: PLC0415
    from core.bulk import insert_rows  # noqa: PLC0415
    from registry.models import Household, HouseholdStatus, ImportFile  # noqa: PLC0415

    _empty()
    source = ImportFile.objects.create(kind="households", file_name="ho.xlsx", created_at=clock.now()).pk
    keys = dict(Household.objects.values_list("code", "pk"))
    ready = [
        (keys[_code(at // len(YEARS))], YEARS[at % len(YEARS)], "poor", "2023-12-14", "100/QĐ-UBND", source)
        for at in range(int(Path(path).stem))
    ]
    started = time.perf_counter()
    for _row in CalamineWorkbook.from_path(path).get_sheet_by_index(0).iter_rows():
        pass
    with transaction.atomic():
        insert_rows(HouseholdStatus, _COLUMNS, ready)
    return time.perf_counter() - started


_COLUMNS = ("household", "year", "status", "recognised_on", "document", "import_file")
_STANDINGS = {words: status for status, words in _WORDS.items()}


def _empty() -> None:
    from registry.models import HouseholdStatus  # noqa: PLC0415

    HouseholdStatus.objects.all().delete()


def _write_workbook(path: str, rows: int) -> None:
    from openpyxl import Workbook  # noqa: PLC0415

    rng = random.Random(2021)  # noqa: S311 -- invented rows, the same in each run
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Danh sách")
    sheet.append(_HEADINGS)
    for at in range(rows):
        household, year = at // len(YEARS), YEARS[at % len(YEARS)]
        sheet.append(
            [
                _code(household),
                _name(household),
                _birth_year(household),
                "Xã Phan Điền",
                "Huyện Bắc Bình",
                year,
                rng.choice(list(_STANDINGS)),
                f"14/12/{year}",
                f"{100 + year % 50}/QĐ-UBND",
            ]
        )
    book.save(path)


def _code(household: int) -> str:
    return f"H-23014-{household:05d}"


def _name(household: int) -> str:
    """A name as people bear it, without digits; three or four households of a commune share each."""
    rest, given = divmod(household, len(_GIVEN))
    rest, middle = divmod(rest, len(_MIDDLE))
    return f"{_FAMILY[rest % len(_FAMILY)]} {_MIDDLE[middle]} {_GIVEN[given]}"


def _birth_year(household: int) -> int:
    return 1940 + household % 60
