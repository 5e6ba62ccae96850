"""Lists of people who are to sign in: read as offices keep them, opened on confirming, never changed by a file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from core.exceptions import NotAllowed, StaleState
from core.models import AuditEntry, User
from core.proving import flaws
from registry.enums import Role, RowState
from registry.imports.desk import files_seen
from registry.models import Account, RoleRequest, UnitRole
from registry.services.accounts import AccountFacts, open_person_account
from registry.services.imports import confirm_file
from registry.services.roles import settle_request
from tests.factories import Cast, UnitFactory, pdf
from tests.factories.log import log_people
from tests.factories.registry import officer
from tests.integration.registry.import_files import workbook
from tests.integration.registry.import_steps import confirmed, counts, load, reasons, rows_of, upload

pytestmark = pytest.mark.django_db

HEADS = ["STT", "Họ và tên", "Đơn vị công tác", "Chức vụ", "Vai trò", "Từ ngày", "Email", "Tên đăng nhập"]
GIVEN = {"decision_number": "12/QĐ-SLĐTBXH", "decided_on": "2025-12-01"}


@pytest.fixture(autouse=True)
def _run_tasks_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Inside a test's transaction nothing commits: what would run after commit runs at once."""
    monkeypatch.setattr("django.db.transaction.on_commit", lambda call, *args, **kwargs: call())


def sheet(*rows: list[Any]) -> list[list[Any]]:
    return [["DANH SÁCH CÁN BỘ ĐĂNG KÝ TÀI KHOẢN"], [], HEADS, *rows]


def read(cast: Cast, *rows: list[Any]) -> Any:
    return load("accounts", sheet(*rows), cast["administrator"], given=GIVEN)


OFFICERS = (
    [1, "Mang Thị Điệp", "Xã Phan Điền", "Công chức Văn hóa - Xã hội", "", "", "diep@example.vn", ""],
    [2, "Trần Quốc Hưng", "Huyện Bắc Bình", "Chuyên viên", "", "01/01/2026", "", "huyen.bacbinh"],
    [3, "Đặng Thị Ửng", "Hội Nông dân tỉnh", "Chánh Văn phòng", "Cán bộ cơ quan", "", "", ""],
    [4, "Huỳnh Anh Tuấn", "Tỉnh Bình Thuận", "Chuyên viên", str(Role.REVIEWER.label), "", "", ""],
)


def test_a_sheet_of_officers_is_previewed_and_opened(cast: Cast) -> None:
    rows = [list(row) for row in OFFICERS]
    rows[2][4] = str(Role.AGENCY_OFFICER.label)

    staged = read(cast, *rows)

    assert counts(staged) == (4, 0, 0, 0)
    assert not User.objects.filter(full_name="Mang Thị Điệp").exists()
    confirmed(staged, cast["administrator"])
    made = Account.objects.filter(pk__in=confirmed_keys(staged)).select_related("user", "home")
    assert {one.user.username: (one.user.full_name, one.home.name) for one in made} == {
        "diepmt": ("Mang Thị Điệp", "Xã Phan Điền"),
        "huyen.bacbinh": ("Trần Quốc Hưng", "Huyện Bắc Bình"),
        "ungdt": ("Đặng Thị Ửng", "Hội Nông dân tỉnh"),
        "tuanha": ("Huỳnh Anh Tuấn", "Tỉnh Bình Thuận"),
    }
    held = UnitRole.objects.filter(user__in=[one.pk for one in made]).select_related("paper", "user")
    assert {one.user.username: (one.role, one.starts_on.isoformat()) for one in held} == {
        "diepmt": (Role.COMMUNE_OFFICER, "2025-12-15"),
        "huyen.bacbinh": (Role.DISTRICT_OFFICER, "2026-01-01"),
        "ungdt": (Role.AGENCY_OFFICER, "2025-12-15"),
    }
    assert {one.paper.number for one in held} == {"12/QĐ-SLĐTBXH"}
    assert RoleRequest.objects.get().user.username == "tuanha"
    assert not any(one.user.has_usable_password() for one in made)
    assert AuditEntry.objects.filter(event="account.opened").count() == 4
    assert AuditEntry.objects.filter(event="registry.file_imported").count() == 1
    log_people()
    assert list(flaws(in_full=False)) == [], "what the file opened is as the log says"


def confirmed_keys(staged: Any) -> list[int]:
    staged.refresh_from_db()
    return list(staged.options["opened"])


def test_the_same_sheet_again_opens_nothing(cast: Cast) -> None:
    confirmed(read(cast, list(OFFICERS[0])), cast["administrator"])

    again = read(cast, list(OFFICERS[0]))

    assert counts(again) == (0, 0, 1, 0)


WRONG = [
    (["x", "Lê Văn An", "Xã Không Có", "", "", "", "", ""], "unit_unknown"),
    (["x", "Lê Văn An", "", "Chuyên viên", "", "", "", ""], "cell_missing"),
    (["x", "Lê Văn An", "Xã Phan Điền", "", "Vua", "", "", ""], "role_unknown"),
    (["x", "Lê Văn An", "Xã Phan Điền", "", str(Role.LEAD.label), "", "", ""], "role_fits_not"),
    (["x", "Lê Văn An", "Xã Phan Điền", "", "", "", "khong phai", ""], "email_unreadable"),
    (["x", "Lê Văn An", "Xã Phan Điền", "", "", "", "", "Lê Văn"], "username_unreadable"),
    (["x", "Lê Văn An", "Xã Phan Điền", "", "", "", "", "commune"], "username_taken"),
    (["x", "Lê Văn An", "Xã Phan Điền", "", "", "03/2026", "", ""], "day_incomplete"),
    (["x", "Lê Văn An", "Tỉnh Lâm Đồng", "", "", "", "", ""], "unit_of_other_province"),
]


@pytest.mark.parametrize(("row", "code"), WRONG, ids=[code for _row, code in WRONG])
def test_what_cannot_stand_is_refused_with_its_reason(cast: Cast, row: list[Any], code: str) -> None:
    UnitFactory(key="ld", kind="province", name="Tỉnh Lâm Đồng", admin_type="tinh")

    staged = read(cast, row, list(OFFICERS[0]))

    assert reasons(staged) == {4: [code]}
    confirmed(staged, cast["administrator"])
    assert not User.objects.filter(full_name="Lê Văn An").exists()
    assert User.objects.filter(full_name="Mang Thị Điệp").exists()


def test_a_person_with_other_facts_is_changed_on_their_page(cast: Cast) -> None:
    open_person_account(
        facts=AccountFacts("dieptm", "Mang Thị Điệp", cast.commune, email="cu@example.vn"),
        actor=cast["administrator"],
    )

    staged = read(cast, list(OFFICERS[0]))

    assert reasons(staged) == {4: ["account_known"]}
    assert User.objects.get(username="dieptm").email == "cu@example.vn"


def test_names_that_are_alike_get_numbers(cast: Cast) -> None:
    staged = read(
        cast,
        [1, "Nguyễn Văn An", "Xã Phan Điền", "", "", "", "", ""],
        [2, "Nguyễn Văn Ân", "Xã Phú Lạc", "", "", "", "", ""],
        [3, "Nguyễn Văn An", "Xã Phan Điền", "", "", "", "", ""],
    )

    names = [(row.facts or {})["username"].new for row in rows_of(staged, RowState.NEW)]
    assert names == ["annv", "annv2"]
    assert reasons(staged) == {6: ["row_repeated"]}


def test_a_name_taken_since_the_preview_stops_the_whole_file(cast: Cast) -> None:
    staged = read(cast, *[list(row) for row in OFFICERS[:2]])
    open_person_account(
        facts=AccountFacts("huyen.bacbinh", "Người khác", cast.district), actor=cast["administrator"]
    )

    with pytest.raises(StaleState):
        confirm_file(import_file=staged, actor=cast["administrator"])
    assert not User.objects.filter(full_name="Mang Thị Điệp").exists()


@pytest.mark.parametrize("name", ["lead", "reviewer", "auditor", "district", "commune", "nobody"])
def test_it_is_the_administrators_file(cast: Cast, client_of: Callable[[str], Client], name: str) -> None:
    staged = read(cast, list(OFFICERS[0]))
    client = client_of(name)

    with pytest.raises(NotAllowed):
        confirm_file(import_file=staged, actor=cast[name])
    assert client.get(reverse("registry:import_upload", args=["accounts"])).status_code == 403
    assert client.get(reverse("registry:import_file", args=[staged.pk])).status_code in {403, 404}
    assert staged not in files_seen(cast[name])


def test_a_successor_finds_the_files_of_the_desk(cast: Cast) -> None:
    staged = read(cast, list(OFFICERS[0]))
    other = officer(Role.ADMINISTRATOR, cast.province, username="quantri2")

    assert staged in files_seen(cast["administrator"])
    assert staged not in files_seen(other)


def test_a_hundred_and_fifty_from_the_page_to_the_slips(
    cast: Cast, client_of: Callable[[str], Client]
) -> None:
    client = client_of("administrator")
    communes = [
        UnitFactory(parent=cast.district, admin_type="xa", name=f"Xã Số {number}") for number in range(10)
    ]
    rows = [
        [n, f"Nguyễn Thị {'ABCDEGHKLM'[n % 10]}{n}", communes[n % 10].name, "", "", "", "", ""]
        for n in range(150)
    ]
    rows[7][6] = "bay@example.vn"
    paper = {**GIVEN, "decision_file": pdf("quyet-dinh.pdf")}

    page = upload(client, "accounts", workbook(sheet(*rows)), **paper)
    staged = page.context["staged"]
    client.post(reverse("registry:import_confirm", args=[staged.pk]))

    address = reverse("registry:account_slips", args=[staged.pk])
    assert address in client.get(reverse("registry:import_file", args=[staged.pk])).content.decode()
    asked = client.get(address)
    assert (len(asked.context["by_mail"]), len(asked.context["on_paper"])) == (1, 149)
    slips = client.post(address, {"slips": "1"})
    codes = [slip.code for slip in slips.context["slips"]]
    assert len(set(codes)) == 149
    assert all(code in slips.content.decode() for code in codes)
    client.post(address, {"links": "1"})
    assert [one.to for one in mail.outbox] == [["bay@example.vn"]]
    first = slips.context["slips"][0]
    typed = {"new": "gio-nui-song-bien-7", "again": "gio-nui-song-bien-7"}
    fresh = Client()
    fresh.post("/ma-mot-lan/", {"username": first.account.user.username, "code": first.code, **typed})
    assert fresh.login(username=first.account.user.username, password="gio-nui-song-bien-7")
    assert len(client.get(address).context["on_paper"]) == 148


def test_who_holds_a_role_at_the_province_gets_a_slip_on_their_own_page(
    cast: Cast, client_of: Callable[[str], Client]
) -> None:
    reviewer = [4, "Huỳnh Anh Tuấn", "Tỉnh Bình Thuận", "", str(Role.REVIEWER.label), "", "", ""]
    staged = confirmed(read(cast, reviewer, list(OFFICERS[1])), cast["administrator"])
    settle_request(request=RoleRequest.objects.get(), confirms=True, actor=cast["lead"])
    client, address = client_of("administrator"), reverse("registry:account_slips", args=[staged.pk])

    page = client.get(address)

    assert [one.user.full_name for one in page.context["one_by_one"]] == ["Huỳnh Anh Tuấn"]
    slips = client.post(address, {"slips": "1"}).context["slips"]
    assert [slip.account.user.full_name for slip in slips] == ["Trần Quốc Hưng"]
