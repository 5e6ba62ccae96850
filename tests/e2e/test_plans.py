"""A plan in a browser: uploaded with a slip, mended, read by a second person, put in force; and who looked at whose data."""

import os

import pytest
from django.urls import reverse
from playwright.sync_api import Page, ViewportSize, expect

from nominations.models import Movement, PlanUpload
from registry.enums import Role
from registry.services.people import create_household
from tests.e2e.browsing import look, send
from tests.e2e.conftest import SignIn
from tests.factories import Cast, make_cast
from tests.factories.registry import officer
from tests.integration.nominations.uploading import case_files, plan_file

PLAN = "moi-2026"
PAPER = "Quyết định số 99/QĐ-UBND ngày 01/12/2025"


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """A province with two communes and a person in every chair."""
    return make_cast()


def _upload(page: Page, plan: bytes, cases: list[tuple[str, bytes]]) -> int:
    page.goto(reverse("nominations:plan_upload_new"))
    look(page)
    page.locator("input[name=plan]").set_input_files(
        {"name": f"{PLAN}.yaml", "mimeType": "application/yaml", "buffer": plan}
    )
    page.locator("input[name=cases]").set_input_files(
        [{"name": name, "mimeType": "application/yaml", "buffer": content} for name, content in cases]
    )
    page.locator("textarea[name=note]").fill("Thêm một bộ hồ sơ gốc từ năm 2029.")
    return send(page, page.locator("main form .btn-primary"))


def test_a_plan_goes_from_a_slip_to_force_by_two_people(
    cast: Cast, sign_in: SignIn, viewport: ViewportSize
) -> None:
    second = officer(Role.LEAD, cast.province)
    cases = [(one.name, one.content) for one in case_files(PLAN)]
    page = sign_in(cast["lead"], viewport=viewport)
    slip = plan_file(plan_id=PLAN, originals=4).content.replace(b"base: all_members", b"base: everybody")

    _upload(page, slip, cases)
    expect(page.locator("main")).to_contain_text("voting.base")
    look(page)
    _shot(page, "slip")
    wrong = [(cases[0][0], cases[0][1].replace(b"clean: not_met", b"clean: met")), *cases[1:]]
    _upload(page, plan_file(plan_id=PLAN, originals=4).content, wrong)
    look(page)
    _shot(page, "failed")
    _upload(page, plan_file(plan_id=PLAN, originals=4).content, cases)
    look(page)
    assert not page.locator("form[action$='hieu-luc/']").count()
    page.goto(reverse("nominations:plan_uploads"))
    look(page)
    _shot(page, "list")

    upload = PlanUpload.objects.first()
    assert upload is not None
    assert upload.passes
    reader = sign_in(second, viewport=viewport)
    reader.goto("/")
    look(reader)
    send(reader, reader.locator(f"a[href='{upload.get_absolute_url()}']").first)
    look(reader)
    _shot(reader, "read")
    reader.locator("details.reason").first.locator("summary").click()
    reader.locator("input[name=paper]").fill(PAPER)
    reader.locator("input[name=has_read]").check()
    # The bar that stays at the top would cover the button that was scrolled under it.
    reader.evaluate("scrollTo(0, 0)")
    look(reader)
    _shot(reader, "force")
    send(reader, reader.locator("form[action$='hieu-luc/'] button"))
    expect(reader.locator("main")).to_contain_text(PAPER)
    look(reader)

    page.goto(reverse("nominations:movements"))
    page.locator("select[name=plan]").select_option(PLAN)
    send(page, page.locator("main form .btn-primary"))
    page.goto(reverse("nominations:movements"))
    look(page)
    _shot(page, "movements")
    assert Movement.objects.get().plan.content_hash == upload.version.content_hash

    page.goto(reverse("nominations:plan_upload_new"))
    _upload(page, plan_file(plan_id=PLAN, originals=5).content, cases)
    look(page)
    _shot(page, "changes")


def test_who_looked_is_read_by_those_who_answer_for_it(
    cast: Cast, sign_in: SignIn, viewport: ViewportSize
) -> None:
    household = create_household(
        facts={"unit": cast.commune, "name": "Mang Thị Xuân", "address": "Tổ 1"}, statuses={2023: "poor"}
    )
    officer_page = sign_in(cast["commune"], viewport=viewport)
    officer_page.goto(household.get_absolute_url())
    page = sign_in(cast["reviewer"], viewport=viewport)
    page.goto(household.get_absolute_url())
    send(page, page.locator(f"a[href='{reverse('registry:household_looks', args=[household.pk])}']"))
    expect(page.locator("main")).to_contain_text(str(cast["commune"]))
    look(page)
    _shot(page, "looks")
    inspector = sign_in(cast["auditor"], viewport=viewport)
    inspector.goto(reverse("registry:data_cases"))
    send(inspector, inspector.locator(f"a[href='{reverse('registry:looks')}']"))
    expect(inspector.locator("main")).to_contain_text(household.code)
    look(inspector)
    _shot(inspector, "look_list")


def _shot(page: Page, name: str) -> None:
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=f"{folder}/{name}-{page.viewport_size['width']}.png", full_page=True)
