"""An empty production database, and pages alone: from the first administrator to the first filed dossier.

Nobody uses a shell after the command of the installation. The register of units is the one that the command loads.
"""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.management import call_command
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from core.models import User
from councils.models import Council
from nominations.models import AwardRound, Dossier, Movement
from registry.enums import Role
from registry.models import Account, Unit
from registry.scopes import scope_of
from tests.e2e.browsing import form_to, look, send, unfold
from tests.e2e.conftest import SignIn
from tests.e2e.journey.printing import paper

TOKEN = "7KQ2-M0RD-9XAB-T4WE"
PASSWORDS = {
    "quantri": "gio-nui-song-bien-7",
    "so.lanhdao": "mua-roi-tren-lua-8",
    "xa.phandien": "ghe-nho-ben-song-9",
    "huyen.bacbinh": "dem-trang-que-nha-6",
}
DAY = "2025-12-15"


@pytest.fixture
def installed(
    transactional_db: None, settings: LazySettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> str:
    """What the installation leaves behind: a register, one administrator, and the installer's token."""
    settings.SECOND_FACTOR_REQUIRED = False  # its own journey is in test_sign_in
    token = tmp_path / "token"
    token.write_text(TOKEN, encoding="utf-8")
    out = StringIO()
    call_command(
        "first_administrator",
        "--username=quantri",
        "--full-name=Tạ Minh Khôi",
        f"--token-file={token}",
        stdout=out,
    )
    found = re.search(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}", out.getvalue())
    assert found
    return found[0]


def fill(page: Page | Locator, **fields: str) -> None:
    """Type what a form asks for, by the names of its fields."""
    for name, value in fields.items():
        field = page.locator(f"[name={name}]:visible")
        if field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)


def save(page: Page, form: str = "main form") -> None:
    """Send a form, which must be taken."""
    status = send(page, page.locator(f"{form} .btn-primary").last)
    told = page.locator("[data-error-summary]").all_inner_texts()
    assert status == 200, (page.url, status, told)


def enter(page: Page, username: str, code: str) -> None:
    """Choose the password with a code, and sign in with it."""
    page.goto(reverse("one_time_code"))
    password = PASSWORDS[username]
    fill(page, username=username, code=code, new=password, again=password)
    save(page)
    fill(page, username=username, password=password)
    save(page)


def open_account(page: Page, username: str, full_name: str, home: Unit) -> Account:
    """An account, opened by the administrator."""
    page.goto(reverse("registry:account_open"))
    fill(page, full_name=full_name, username=username, home=str(home.pk))
    look(page)
    save(page)
    return Account.objects.get(user__username=username)


def print_slip(page: Page, account: Account) -> str:
    """The code of a slip."""
    page.goto(account.get_absolute_url())
    send(page, form_to(page, reverse("registry:account_slip", args=[account.pk])).locator("button"))
    look(page)
    return page.locator(".slip__code").inner_text()


def give_role(page: Page, account: Account, role: Role, unit: Unit) -> None:
    """A role by its paper, given by the administrator."""
    page.goto(reverse("registry:role_give", args=[account.pk]))
    paper = {"decision_number": "12/QĐ-UBND", "decided_on": DAY}
    fill(page, role=role, unit=str(unit.pk), starts_on=DAY, **paper)
    save(page)


def test_first_day(installed: str, sign_in: SignIn) -> None:
    province = Unit.objects.get(key="bt")
    department = Unit.objects.get(key="bt.so-ldtbxh")
    district, commune = Unit.objects.get(key="bt.bac-binh"), Unit.objects.get(key="bt.bac-binh.phan-dien")

    administrator = sign_in()
    enter(administrator, "quantri", TOKEN)
    expect(administrator.locator("main")).to_contain_text("Các bước đầu")
    look(administrator)
    administrator.goto(reverse("core:first_steps"))
    look(administrator)

    lead_account = open_account(administrator, "so.lanhdao", "Ngô Đình Lộc", department)
    code = print_slip(administrator, lead_account)
    administrator.goto(reverse("registry:first_lead"))
    fill(
        administrator,
        account=str(lead_account.pk),
        unit=str(department.pk),
        starts_on=DAY,
        decision_number="7/QĐ-UBND",
        decided_on=DAY,
        token=installed,
    )
    save(administrator)

    lead = sign_in()
    enter(lead, "so.lanhdao", code)
    lead.goto(reverse("registry:role_requests"))
    look(lead)
    assert scope_of(User.objects.get(pk=lead_account.pk)).roles == ()
    send(lead, lead.locator("main button[name=confirm]"))
    assert scope_of(User.objects.get(pk=lead_account.pk)).has(Role.LEAD)

    lead.goto(reverse("nominations:movements"))
    fill(lead, plan="binh-thuan-2021-2025", province=str(province.pk))
    look(lead)
    save(lead)
    lead.goto(reverse("nominations:rounds"))
    fill(lead, movement=str(Movement.objects.get().pk), kind="annual", year="2025", opens_on="2025-10-01")
    save(lead)
    assert AwardRound.objects.get().year == 2025
    lead.goto(reverse("councils:council_create"))
    fill(lead, name="Hội đồng xét tặng", unit=str(province.pk), movement=str(Movement.objects.get().pk))
    look(lead)
    save(lead)
    council = Council.objects.get()
    seat = unfold(form_to(lead, reverse("councils:member_add", args=[council.pk])))
    fill(seat, username="so.lanhdao", office="chair", starts_on=DAY)
    send(lead, seat.locator("button"))
    assert council.members.get().user.username == "so.lanhdao"

    codes = {}
    for username, name, role, unit in (
        ("xa.phandien", "Mang Thị Điệp", Role.COMMUNE_OFFICER, commune),
        ("huyen.bacbinh", "Trần Quốc Hưng", Role.DISTRICT_OFFICER, district),
    ):
        account = open_account(administrator, username, name, unit)
        give_role(administrator, account, role, unit)
        codes[username] = print_slip(administrator, account)

    officer = sign_in()
    enter(officer, "xa.phandien", codes["xa.phandien"])
    file_a_dossier(officer)

    dossier = Dossier.objects.get()
    assert dossier.status == "filed_to_district"
    assert dossier.created_by == User.objects.get(username="xa.phandien")


def file_a_dossier(page: Page) -> None:
    """The commune nominates itself for a commendation's higher award and files to its district."""
    page.goto(reverse("nominations:start"))
    fill(page, award="province_certificate", subject="commune")
    look(page)
    save(page)
    send(page, page.locator("button[name=nominee]").first)
    dossier = Dossier.objects.get()
    page.locator("textarea[name=achievement]").fill("Xã giúp 96 hộ thoát nghèo trong ba năm.")
    page.locator("textarea[name=award_citation]").fill("Đã có thành tích trong phong trào Vì người nghèo")
    save(page)
    kind = "achievement_report"
    form = page.locator("form").filter(has=page.locator(f"input[name=kind][value={kind}]"))
    form = unfold(form.filter(has=page.locator("input[type=file]")))
    form.locator(f"input[name={kind}-number]").fill("35/BC-UBND")
    form.locator(f"input[name={kind}-confirmed_by]").fill("Đảng ủy xã Phan Điền")
    form.locator("input[type=file]").set_input_files(paper("bao-cao.pdf", "Bao cao thanh tich xa Phan Dien"))
    send(page, form.locator("button"))
    page.goto(f"{reverse('nominations:edit', args=[dossier.code])}?step=check")
    look(page)
    send(page, form_to(page, reverse("nominations:file", args=[dossier.code])).locator("button"))
    look(page)
