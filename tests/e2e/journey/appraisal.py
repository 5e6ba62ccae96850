"""The reviewer's desk: received, read beside the papers, judged, supplemented, found eligible."""

from django.urls import reverse
from playwright.sync_api import Page, expect

from nominations.enums import Status
from tests.e2e.browsing import form_to, send, unfold
from tests.e2e.journey.printing import paper
from tests.e2e.journey.walk import Walk


def _send_on_desk(page: Page, name: str, code: str, index: int = 0, **typed: str) -> int:
    """Fill a verb's form on the desk and send it; gives the answer's status."""
    form = unfold(form_to(page, reverse(f"nominations:{name}", args=[code])).nth(index))
    for field, value in typed.items():
        form.locator(f"[name$='{field}']").fill(value)
    return send(page, form.locator("button[type=submit]"))


def reviewer_receives(walk: Walk) -> None:
    """The longest waiting stands first; receiving checks its figures as they stand today."""
    page, code = walk.page("so.chuyenvien"), walk.scene.codes["commune"]
    page.goto("/")
    walk.see(page, "30-home-reviewer")
    page.goto(reverse("nominations:desk"))
    walk.see(page, "31-desk")
    send(page, page.locator(f"a[href^='{reverse('nominations:desk_dossier', args=[code])}']").first)
    walk.see(page, "32-dossier-filed")
    _send_on_desk(page, "receive", code)
    assert walk.dossier("commune").status == Status.RECEIVED
    expect(page.locator("iframe.paper-view")).to_be_visible()
    walk.see(page, "33-dossier-received")


def supplement_is_asked_and_answered(walk: Walk) -> None:
    """The reviewer asks with reason and day; the officer mends, answers, and the filing day stays."""
    page, code = walk.page("so.chuyenvien"), walk.scene.codes["commune"]
    filed_on = walk.dossier("commune").filed_on
    # Nothing typed is lost when the day is refused.
    status = _send_on_desk(
        page, "request_supplement", code, reason="Thiếu biểu số liệu năm 2025.", due_on="2025-12-01"
    )
    assert status == 422
    form = unfold(form_to(page, reverse("nominations:request_supplement", args=[code])))
    expect(form.locator("textarea")).to_have_value("Thiếu biểu số liệu năm 2025.")
    walk.see(page, "34-supplement-refused")
    _send_on_desk(page, "request_supplement", code, due_on="2025-12-22")
    assert walk.dossier("commune").status == Status.SUPPLEMENT
    walk.see(page, "35-supplement-asked")

    officer = walk.page("xa.phandien")
    officer.goto("/")
    walk.see(officer, "36-home-supplement")
    officer.goto(reverse("nominations:detail", args=[code]))
    walk.see(officer, "37-dossier-supplement")
    officer.goto(f"{reverse('nominations:edit', args=[code])}?step=papers")
    upload = officer.locator("form").filter(has=officer.locator("input[name=kind][value=achievement_report]"))
    upload = unfold(upload.filter(has=officer.locator("input[type=file]")))
    upload.locator("input[type=file]").set_input_files(paper("bao-cao-2.pdf", "Bao cao co bieu so lieu"))
    upload.locator("input[name$=confirmed_by]").fill("Đảng ủy xã Phan Điền")
    send(officer, upload.locator("button"))
    officer.goto(reverse("nominations:answer_supplement", args=[code]))
    walk.see(officer, "38-answer")
    officer.locator("textarea[name=answer]").fill("Đã thay báo cáo, có biểu số liệu.")
    send(officer, officer.locator("main form .btn-primary"))
    dossier = walk.dossier("commune")
    assert (dossier.status, dossier.filed_on) == (Status.RECEIVED, filed_on)
    walk.see(officer, "39-answered")


def reviewer_finds_eligible(walk: Walk) -> None:
    """Without the original set it is refused; with it the commune is eligible."""
    page, code = walk.page("so.chuyenvien"), walk.scene.codes["commune"]
    page.goto(reverse("nominations:desk_dossier", args=[code]))
    assert _send_on_desk(page, "mark_eligible", code) == 422
    expect(page.locator("[data-error-summary]")).to_be_visible()
    walk.see(page, "40-eligible-refused")
    _send_on_desk(page, "originals", code, sets="1")
    _send_on_desk(page, "mark_eligible", code)
    assert walk.dossier("commune").status == Status.ELIGIBLE
    walk.see(page, "41-eligible")


def reviewer_judges_an_individual(walk: Walk) -> None:
    """The second dossier needs a person's judgement before it is eligible."""
    page, code = walk.page("so.chuyenvien"), walk.scene.codes["individual"]
    page.goto(reverse("nominations:desk_dossier", args=[code]))
    _send_on_desk(page, "receive", code)
    _send_on_desk(page, "originals", code, sets="1")
    walk.see(page, "42-individual")
    form = unfold(form_to(page, reverse("nominations:judge", args=[code])).first)
    form.locator("input[type=radio][value=met]").check()
    assert send(page, form.locator("button[type=submit]")) == 422
    expect(form.locator("input[type=radio][value=met]")).to_be_checked()
    walk.see(page, "43-judgement-without-note")
    form.locator("textarea").fill("Mô hình tổ tiết kiệm được nhân rộng ra bốn thôn.")
    send(page, form.locator("button[type=submit]"))
    walk.see(page, "44-judged")
    _send_on_desk(page, "mark_eligible", code)
    assert walk.dossier("individual").status == Status.ELIGIBLE
