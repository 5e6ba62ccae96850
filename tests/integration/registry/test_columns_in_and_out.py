"""Resources are the one place of columns: take one away, and neither files in nor files out have it any more."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils.translation import override
from openpyxl import load_workbook

from core.spreadsheets.writing import ListResource
from registry.enums import Role, RowState
from registry.imports import ImportOptions, kinds
from registry.imports.columns import OfficeResource
from registry.imports.households_columns import HouseholdResource
from registry.imports.importer import ListImporter
from registry.imports.individuals import IndividualResource
from registry.imports.reviews.resource import ReviewFileResource
from registry.list_exports import UnitListResource
from registry.models import Unit
from registry.services.imports import receive_file
from registry.services.people import create_household
from tests.factories.registry import IndividualFactory, PovertyReviewFactory
from tests.integration.registry.import_files import workbook
from tests.integration.registry.import_steps import rows_of

pytestmark = pytest.mark.django_db

Person = Callable[..., Any]
SignedIn = Callable[..., Client]

# A row of each kind of file with every column filled, and what of it is staged.
FULL_ROWS: dict[str, dict[str, Any]] = {
    "households": {
        "Mã hộ": "H-MOI-1",
        "Chủ hộ": "Lê Văn Tám",
        "Năm sinh": 1960,
        "Số CCCD": "060060000123",
        "Thôn": "Thôn Không Có",
        "Xã": "Phan Điền",
        "Huyện": "Bắc Bình",
        "Địa chỉ": "Số 1",
        "Hộ DTTS": "có",
        "Đăng ký thoát nghèo": "01/03/2022",
        "Vay vốn": "tốt",
        "Xác nhận của ngân hàng": "12/XN",
        "Năm": 2024,
        "Kết quả rà soát": "Hộ nghèo",
        "Ngày công nhận": "20/12/2024",
        "Quyết định": "9/QĐ-UBND",
    },
    "individuals": {
        "Mã cá nhân": "C-MOI-1",
        "Họ và tên": "Lê Thị Chín",
        "Năm sinh": 1960,
        "Giới tính": "Nữ",
        "Số CCCD": "060160000123",
        "Đơn vị": "UBND xã Phan Điền",
        "Huyện": "Bắc Bình",
        "Chức vụ": "Chủ tịch",
        "Tư cách": "Cán bộ",
    },
    "accounts": {
        "Họ và tên": "Mang Thị Điệp",
        "Đơn vị công tác": "Xã Phan Điền",
        "Xã": "Phan Điền",
        "Huyện": "Bắc Bình",
        "Chức vụ": "Công chức xã",
        "Vai trò": "Cán bộ cấp xã",
        "Từ ngày": "01/01/2026",
        "Email": "diep@example.vn",
        "Tên đăng nhập": "xa.phandien",
    },
    "villages": {
        "Tên thôn": "Mới",
        "Loại": "Thôn",
        "Xã": "Phan Điền",
        "Huyện": "Bắc Bình",
        "Mã thôn": "99001",
        "Thành lập ngày": "01/02/2022",
    },
    "enterprises": {
        "Tên": "Vườn Xanh",
        "Loại hình": "HTX",
        "Mã số thuế": "3400000009",
        "Xã": "Phan Điền",
        "Huyện": "Bắc Bình",
        "Cơ quan quản lý": "Hội Nông dân tỉnh",
        "Thành lập ngày": "01/02/2022",
    },
    "agencies": {
        "Tên": "Trung tâm Thử",
        "Loại hình": "Đơn vị sự nghiệp công lập",
        "Trực thuộc": "Sở Nội vụ",
        "Xã": "Phan Điền",
        "Huyện": "Bắc Bình",
        "Thành lập ngày": "01/02/2022",
    },
    # A row begins a unit or ends one, so one that begins says no last day.
    "reorganisations": {
        "Khóa": "bt.bac-binh.moi",
        "Cấp": "Cấp xã",
        "Danh xưng": "Xã",
        "Tên": "Xã Mới",
        "Mã ĐVHC": "99999",
        "Thuộc": "Huyện Bắc Bình",
        "Từ ngày": "01/07/2025",
        "Đơn vị trước sắp xếp": "Xã Phan Điền, Huyện Bắc Bình",
        "Hình thức": "Đổi tên",
        "Số quyết định": "12/NQ-HĐND",
        "Ngày ban hành": "16/06/2025",
        "Cơ quan ban hành": "HĐND tỉnh",
        "Ghi chú": "48 km2",
    },
}


@pytest.fixture(autouse=True)
def _run_tasks_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Inside a test's transaction nothing commits: what would run after commit runs at once."""
    monkeypatch.setattr("django.db.transaction.on_commit", lambda call, *args, **kwargs: call())


@pytest.fixture
def forget(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Takes a column away from a resource for the time of the test."""

    def take_away(resource: type[ListResource], name: str) -> None:
        monkeypatch.setattr(
            resource, "fields", {key: field for key, field in resource.fields.items() if key != name}
        )
        OfficeResource.meanings.cache_clear()

    yield take_away
    OfficeResource.meanings.cache_clear()


def staged_of(kind: str, actor: Any) -> str:
    """All that is staged and found of the full row of a kind, or that it could not be read."""
    row = FULL_ROWS[kind]
    file = ContentFile(workbook([list(row), list(row.values())]), "tep.xlsx")
    staged = receive_file(kind=kind, upload=file, options=ImportOptions(), actor=actor)
    staged.refresh_from_db()
    rows = [one for state in RowState.values for one in rows_of(staged, state)]
    # Numbers of people are sealed anew each time; the rest is word for word what it was.
    return re.sub(
        r"'[A-Za-z0-9+/]{60,}={0,2}'", "", f"{staged.problem} {rows} {staged.options.get('findings')}"
    )


def loader(kind: str) -> Role:
    """Who loads files of the kind: the provincial desk, and accounts the administrator."""
    return Role.ADMINISTRATOR if Role.ADMINISTRATOR in kinds()[kind].keepers else Role.REVIEWER


def columns_of(kind: str) -> dict[str, str]:
    """Column -> the heading under which the full row fills it."""
    meanings = kinds()[kind].resource.meanings()
    return {str(meanings.find(heading)): heading for heading in FULL_ROWS[kind]}


@pytest.mark.walk
@pytest.mark.parametrize("kind", sorted(FULL_ROWS))
def test_every_column_that_is_taken_away_is_missed_in_files_that_come(
    kind: str, person: Person, forget: Any
) -> None:
    actor = person(loader(kind))
    resource = kinds()[kind].resource
    whole = staged_of(kind, actor)
    named = columns_of(kind)

    assert "new=" in whole
    for name in named:
        fields = resource.fields
        forget(resource, name)
        assert staged_of(kind, actor) != whole, name
        resource.fields = fields
        resource.meanings.cache_clear()
    assert staged_of(kind, actor) == whole


@pytest.mark.parametrize("kind", sorted(FULL_ROWS))
def test_a_column_that_is_taken_away_is_in_no_template(kind: str, signed_in: SignedIn, forget: Any) -> None:
    client = signed_in(loader(kind))
    importer = kinds()[kind]

    def heads() -> list[Any]:
        answer = client.get(reverse("registry:import_template", args=[kind]))
        book = load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
        return [cell.value for cell in book.worksheets[0][1]]

    before = heads()
    name = next(name for name in importer.resource.columns() if name not in importer.not_in_template)
    with override("vi"):
        label = str(importer.resource.columns()[name].label)
    assert label in before
    forget(importer.resource, name)
    assert heads() == [one for one in before if one != label]


@pytest.mark.walk
@pytest.mark.parametrize(
    ("page", "resource", "names"),
    [
        (
            "households",
            HouseholdResource,
            [
                *("code", "name", "birth_year", "village", "commune", "district", "address", "is_minority"),
                *("registration", "policy_loan", "policy_loan_source"),
            ],
        ),
        (
            "individuals",
            IndividualResource,
            ["code", "name", "birth_year", "sex", "place", "position", "capacity"],
        ),
        (
            "units",
            UnitListResource,
            ["name", "kind", "form", "gso_code", "tax_code", "parent", "valid_from", "valid_until"],
        ),
        ("reviews", ReviewFileResource, list(ReviewFileResource.exported())),
    ],
)
def test_every_column_that_is_taken_away_is_missed_in_lists_that_leave(
    page: str,
    resource: type[ListResource],
    names: list[str],
    register: None,
    signed_in: SignedIn,
    forget: Any,
) -> None:
    unit = Unit.objects.get(key="bt.bac-binh.phan-dien")
    create_household(facts={"unit": unit, "name": "Lê Văn Tám", "birth_year": 1960}, statuses={2024: "poor"})
    IndividualFactory(unit=unit, birth_year=1960, position="Chủ tịch", role="cadre", is_woman=True)
    PovertyReviewFactory(
        unit=unit, year=2024, households=9, poor=2, near_poor=3, poor_exits=1, lacking_jobs=1
    )
    client = signed_in(Role.REVIEWER)

    def exported() -> list[tuple[Any, ...]]:
        answer = client.get(reverse(f"registry:{page}"), {"xuat": "xlsx"})
        sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
        return list(sheet.iter_rows(values_only=True))

    head, *rows = exported()
    with override("vi"):
        labels = [str(resource.exported()[name].label) for name in names]
    assert list(head)[: len(names)] == labels
    for at, name in enumerate(names):
        fields = resource.fields
        forget(resource, name)
        after = exported()
        assert list(after[0]) == [*head[:at], *head[at + 1 :]], name
        assert [list(row) for row in after[1:]] == [[*row[:at], *row[at + 1 :]] for row in rows], name
        resource.fields = fields
        OfficeResource.meanings.cache_clear()


def test_every_kind_of_import_of_the_registry_is_held_here() -> None:
    of_lists = {
        code
        for code, importer in kinds().items()
        if issubclass(importer, ListImporter) and importer.__module__.startswith("registry.")
    }

    assert set(FULL_ROWS) == of_lists
