"""Lists of enterprises and agencies: found by tax code or name and place, never renamed, never guessed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core.exceptions import NotAllowed, StaleState
from registry.enums import Role, RowState, UnitForm, UnitKind
from registry.models import Unit, UnitRole
from registry.services.imports import confirm_file
from tests.integration.registry.import_files import workbook
from tests.integration.registry.import_steps import confirmed, counts, found, load, reasons, rows_of, upload

pytestmark = pytest.mark.django_db

Person = Callable[..., Any]
SignedIn = Callable[..., Client]
COMMUNE = "bt.bac-binh.phan-dien"
KEEPERS = {
    "enterprises": {Role.COMMUNE_OFFICER, Role.DISTRICT_OFFICER, Role.REVIEWER, Role.LEAD},
    "agencies": {Role.DISTRICT_OFFICER, Role.REVIEWER, Role.LEAD},
}
HEADS = ["Tên doanh nghiệp, HTX", "Loại hình", "Mã số thuế", "Xã", "Huyện", "Cơ quan quản lý"]


@pytest.fixture(autouse=True)
def _run_tasks_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Inside a test's transaction nothing commits: what would run after commit runs at once."""
    monkeypatch.setattr("django.db.transaction.on_commit", lambda call, *args, **kwargs: call())


def test_a_provinces_list_is_understood(person: Person) -> None:
    reviewer = person(Role.REVIEWER)
    other = Unit(
        key="ld", kind="province", admin_type="tinh", name="Tỉnh Lâm Đồng", valid_from=date(2021, 1, 1)
    )
    other.save()
    content = workbook(
        [
            ["DANH SÁCH DOANH NGHIỆP, HỢP TÁC XÃ"],
            [],
            ["STT", *HEADS],
            [1, "HTX Nông nghiệp Phan Điền", "", "3400123456", "Phan Điền", "Bắc Bình", "Sở NN&PTNT"],
            [
                2,
                "Cty TNHH MTV Hoà Phát",
                "Doanh nghiệp",
                "3400123457-001",
                "",
                "Bắc Bình",
                "UBND huyện Bắc Bình",
            ],
            [3, "Quỹ tín dụng nhân dân Chợ Lầu", "QTDND", "", "TT Chợ Lầu", "", ""],
            [4, "Liên hiệp HTX Thanh long", "", "", "", "", ""],
            [5, "Tổng công ty Cấp nước", "Tập đoàn, tổng công ty", "", "", "", ""],
            [6, "Ngân hàng Nông nghiệp - Chi nhánh tỉnh", "Ngân hàng", "", "", "", ""],
            [None, "Tổng cộng", "", "6", "", "", ""],
        ]
    )

    staged = load("enterprises", content, reviewer)

    assert reasons(staged) == {}
    confirmed(staged, reviewer)
    first = Unit.objects.get(tax_code="3400123456")
    commune = Unit.objects.get(key=COMMUNE)
    assert (first.form, first.parent, first.seat, first.managing_unit.key) == (
        UnitForm.COOPERATIVE,
        commune,
        commune,
        "bt.so-nnptnt",
    )
    assert (first.path, first.valid_from, first.kind) == (
        f"{commune.path}{first.pk}/",
        commune.valid_from,
        UnitKind.ENTERPRISE,
    )
    second = Unit.objects.get(tax_code="3400123457-001")
    assert (second.parent.key, second.managing_unit.key) == ("bt.bac-binh", "bt.bac-binh")
    forms = dict(Unit.objects.filter(kind=UnitKind.ENTERPRISE).values_list("name", "form"))
    assert forms["Quỹ tín dụng nhân dân Chợ Lầu"] == UnitForm.CREDIT_INSTITUTION
    assert forms["Liên hiệp HTX Thanh long"] == UnitForm.COOPERATIVE_UNION
    assert forms["Tổng công ty Cấp nước"] == UnitForm.CORPORATION
    assert Unit.objects.get(name="Tổng công ty Cấp nước").parent.key == "bt"


def test_the_same_list_in_another_writing_changes_nothing_and_gaps_are_filled(
    person: Person, signed_in: SignedIn
) -> None:
    client = signed_in(Role.COMMUNE_OFFICER)
    officer = UnitRole.objects.get().user
    rows = [
        ["Tên HTX", "Loại hình", "Mã số thuế", "Cơ quan quản lý"],
        ["HTX Hoà Thắng", "HTX", "", ""],
        ["DNTN Minh Phú", "", "3400000001", ""],
    ]
    confirmed(load("enterprises", rows, officer), officer)
    rows[1][0], rows[2][0] = "Hợp tác xã HÒA THẮNG", "Doanh nghiệp tư nhân Minh Phú"
    assert counts(load("enterprises", rows, officer)) == (0, 0, 2, 0)
    rows[1][2], rows[2][3] = "3400000009", "Sở Công Thương"
    assert reasons(load("enterprises", rows, officer)) == {3: ["unit_unknown"]}
    rows[2][3] = "UBND xã Phan Điền"

    page = upload(client, "enterprises", workbook(rows))

    staged = page.context["staged"]
    assert [row.facts for row in rows_of(staged, RowState.CHANGED)] == [
        {"tax_code": ("", "3400000009")},
        {"managing_unit": (None, Unit.objects.get(key=COMMUNE).pk)},
    ]
    assert "Xã Phan Điền" in page.content.decode()
    client.post(reverse("registry:import_confirm", args=[staged.pk]))
    assert Unit.objects.get(name="HTX Hoà Thắng").tax_code == "3400000009"


def test_what_may_or_may_not_be_the_same_is_refused(person: Person) -> None:
    reviewer = person(Role.REVIEWER)
    rows = [
        HEADS,
        ["HTX Một", "", "3400000001", "Phan Điền", "Bắc Bình", ""],
        ["HTX Hai", "", "", "", "", ""],
        ["HTX Ba", "", "", "Phan Điền", "Bắc Bình", ""],
    ]
    confirmed(load("enterprises", rows, reviewer), reviewer)

    staged = load(
        "enterprises",
        [
            ["STT", *HEADS, "Ngày thành lập"],
            [1, "HTX Mới", "", "3400000001", "", "", "", ""],
            [2, "HTX Một", "", "3400000002", "Phan Điền", "Bắc Bình", "", ""],
            [3, "HTX Hai", "", "", "Phan Điền", "Bắc Bình", "", ""],
            [4, "HTX Ba", "", "", "", "Bắc Bình", "", ""],
            [5, "HTX Ba", "", "", "Phước Thể", "Tuy Phong", "", ""],
            [6, "Hội Nông dân tỉnh", "HTX", "", "", "", "", ""],
            [7, "Vườn Xanh", "", "", "", "", "", ""],
            [8, "Ngân hàng Chính sách xã hội huyện", "", "", "", "", "", ""],
            [9, "HTX Bốn", "tiệm", "340", "", "", "", "1/2030"],
            [10, "HTX Năm", "", "3400000005", "", "", "", "01/01/2030"],
            [11, "HTX Sáu", "", "3400000006", "", "", "", ""],
            [12, "HTX Bảy", "", "3400000006", "", "", "", ""],
            [13, "HTX Tám", "", "", "", "", "", "01/01/1990"],
            [14, "HTX Một", "", "3400000001", "", "", "", "02/02/2022"],
        ],
        reviewer,
    )

    assert reasons(staged) == {
        2: ["tax_code_of_another"],
        3: ["tax_code_differs"],
        4: ["body_may_be"],
        5: ["body_may_be"],
        7: ["body_may_be"],
        8: ["form_missing"],
        9: ["form_missing"],
        10: ["form_unknown", "tax_code_unreadable"],
        11: ["day_future"],
        13: ["row_repeated"],
        14: ["day_before_parent"],
        15: ["exists_from_differs"],
    }


def test_agencies_are_entered_under_what_they_belong_to(person: Person) -> None:
    reviewer = person(Role.REVIEWER)
    rows = [
        ["Tên cơ quan, đơn vị", "Loại hình", "Trực thuộc", "Huyện"],
        ["Sở Giao thông vận tải", "", "", ""],
        ["Trung tâm Bảo trợ xã hội", "", "Sở LĐTBXH", ""],
        ["Phòng Dân tộc", "", "", "Bắc Bình"],
        ["Phòng Dân tộc", "", "UBND huyện Hàm Thuận Bắc", ""],
        ["Khối thi đua các sở", "", "", ""],
        ["Câu lạc bộ Nhà báo", "hội nghề nghiệp", "", ""],
        ["Sở Nội vụ tỉnh", "", "", ""],
        ["Ban Thi đua - Khen thưởng tỉnh", "", "UBND tỉnh", ""],
        ["Phòng Lạ", "", "Sở Lạ", ""],
        ["Chi cục Kiểm lâm", "", "", ""],
    ]

    staged = load("agencies", rows, reviewer)

    assert counts(staged) == (6, 0, 1, 2)
    assert reasons(staged) == {9: ["body_may_be"], 10: ["unit_unknown"]}
    # Neither a number nor a form tells this line from a heading: it is shown as passed over.
    assert found(staged, "passed_over") == [(11, "Chi cục Kiểm lâm")]
    confirmed(staged, reviewer)
    assert Unit.objects.get(name="Trung tâm Bảo trợ xã hội").parent.key == "bt.so-ldtbxh"
    assert Unit.objects.get(name="Sở Giao thông vận tải").form == UnitForm.DEPARTMENT
    assert set(Unit.objects.filter(name="Phòng Dân tộc").values_list("parent__key", flat=True)) == {
        "bt.bac-binh",
        "bt.ham-thuan-bac",
    }
    assert counts(load("agencies", rows, reviewer)) == (0, 0, 7, 2)
    assert reasons(load("agencies", [*rows[:2], ["Phòng Dân tộc", "", "", ""]], reviewer)) == {
        3: ["unit_ambiguous"]
    }


def test_a_district_keeps_its_own_offices_and_nobody_elses(person: Person) -> None:
    officer = person(Role.DISTRICT_OFFICER)

    staged = load(
        "agencies",
        [
            ["Tên cơ quan", "Trực thuộc", "Huyện"],
            ["Phòng Dân tộc", "", "Bắc Bình"],
            ["Phòng Y tế", "", "Tuy Phong"],
            ["Trung tâm Một", "Sở Nội vụ", ""],
            ["Sở Lạ", "", ""],
        ],
        officer,
    )

    assert reasons(staged) == {
        3: ["unit_outside_area"],
        4: ["unit_outside_area"],
        5: ["unit_missing"],
    }


def test_an_enterprise_entered_or_changed_since_the_preview_stops_the_file(person: Person) -> None:
    officer = person(Role.COMMUNE_OFFICER)
    rows = [["Tên HTX", "Mã số thuế"], ["HTX Một", ""], ["HTX Hai", ""]]
    new = load("enterprises", rows, officer)
    Unit(
        key="htx",
        kind="enterprise",
        form="cooperative",
        name="HTX MỘT",
        valid_from=date(2021, 1, 1),
        parent=Unit.objects.get(key=COMMUNE),
    ).save()
    with pytest.raises(StaleState):
        confirm_file(import_file=new, actor=officer)
    rows[1][1] = "3400000001"
    changed = load("enterprises", rows[:2], officer)
    Unit.objects.filter(key="htx").update(tax_code="3400000002")
    with pytest.raises(StaleState):
        confirm_file(import_file=changed, actor=officer)

    assert Unit.objects.filter(kind=UnitKind.ENTERPRISE).count() == 1


@pytest.mark.walk
@pytest.mark.parametrize("kind", list(KEEPERS))
@pytest.mark.parametrize("role", list(Role))
def test_who_loads_lists_of_bodies(signed_in: SignedIn, role: str, kind: str) -> None:
    client = signed_in(role)
    actor = UnitRole.objects.get().user
    rows = [
        ["Tên", "Loại hình", "Xã", "Huyện"],
        ["Một", {"enterprises": "HTX", "agencies": "trường"}[kind], "Phan Điền", "Bắc Bình"],
    ]
    page = client.get(reverse("registry:import_upload", args=[kind]))
    if role in KEEPERS[kind]:
        assert page.status_code == 200
        assert counts(load(kind, rows, actor)) == (1, 0, 0, 0)
        return
    assert page.status_code == 403
    with pytest.raises(NotAllowed):
        load(kind, rows, actor)
