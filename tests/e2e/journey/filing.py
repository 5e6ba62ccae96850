"""From the year's review to the set that goes to the province."""

from django.urls import reverse
from playwright.sync_api import FilePayload, expect

from nominations.enums import Status
from nominations.models import Dossier, FilingSet
from registry.models import ImportFile, PovertyReview
from tests.e2e.browsing import form_to, send, unfold
from tests.e2e.journey.printing import paper
from tests.e2e.journey.scene import REVIEWS
from tests.e2e.journey.walk import Walk

ACHIEVEMENT = "Xã có 412 hộ nghèo và cận nghèo đầu kỳ; tổ hợp tác trồng bắp lai giúp 96 hộ thoát nghèo."
CITATION = "Đã có thành tích xuất sắc trong phong trào Vì người nghèo"


def review_is_loaded(walk: Walk) -> None:
    """The reviewer hands in the year's workbook, reads what loading would do, and loads it."""
    page = walk.page("so.chuyenvien")
    page.goto("/")
    walk.see(page, "01-home")
    page.goto(reverse("registry:import_upload", args=["reviews"]))
    page.locator("input[name=document]").fill("QĐ 2145/QĐ-UBND")
    page.locator("input[name=file]").set_input_files(
        FilePayload(name="ra-soat.xlsx", mimeType="application/octet-stream", buffer=b"not a workbook")
    )
    assert send(page, page.locator("main form .btn-primary")) == 200
    expect(page.locator("[data-error-summary]")).to_be_visible()
    expect(page.locator("input[name=document]")).to_have_value("QĐ 2145/QĐ-UBND")
    walk.see(page, "02-review-refused")

    page.locator("input[name=file]").set_input_files(REVIEWS / "ra-soat-2025.xlsx")
    page.locator("input[name=recognised_on]").fill("2025-12-12")
    send(page, page.locator("main form .btn-primary"))
    staged = ImportFile.objects.get(year=2025)
    expect(page).to_have_url(reverse("registry:import_file", args=[staged.pk]), timeout=1)
    assert not PovertyReview.objects.filter(year=2025).exists()
    walk.see(page, "03-review-preview")

    send(page, form_to(page, reverse("registry:import_confirm", args=[staged.pk])).locator("button"))
    assert PovertyReview.objects.filter(year=2025, unit__kind="commune").count() == 121
    page.goto(reverse("registry:reviews"))
    walk.see(page, "04-reviews")
    commune = walk.scene.units["bt.bac-binh.phan-dien"]
    page.goto(commune.get_absolute_url())
    walk.see(page, "05-unit")


def commune_nominates_itself(walk: Walk) -> None:
    """The officer chooses round, award and nominee, and writes the achievement."""
    page = walk.page("xa.phandien")
    page.goto("/")
    walk.see(page, "10-home-commune")
    page.goto(reverse("nominations:start"))
    page.locator("select[name=award]").select_option("province_certificate")
    page.locator("select[name=subject]").select_option("commune")
    walk.see(page, "11-start")
    send(page, page.locator("main form .btn-primary"))
    walk.see(page, "12-nominee")
    send(page, page.locator("button[name=nominee]").first)

    dossier = Dossier.objects.get(nominee_unit=walk.scene.units["bt.bac-binh.phan-dien"])
    walk.scene.codes["commune"] = dossier.code
    page.locator("textarea[name=achievement]").fill(ACHIEVEMENT)
    page.locator("textarea[name=award_citation]").fill(CITATION)
    # What is typed is kept two seconds later, before any button.
    with page.expect_response(lambda answer: answer.url.endswith("/soan/tu-luu/")) as kept:
        page.keyboard.press("End")
        page.keyboard.type(".")
    assert kept.value.status == 204
    walk.see(page, "13-achievement")
    send(page, page.locator("main form .btn-primary"))
    dossier.refresh_from_db()
    assert (dossier.achievement, dossier.award_citation) == (ACHIEVEMENT, f"{CITATION}.")


def report_is_attached(walk: Walk) -> None:
    """A wrong file gets its sentence and what was typed stays; the right one is attached and confirmed."""
    page, code = walk.page("xa.phandien"), walk.scene.codes["commune"]
    walk.see(page, "14-papers")
    upload = page.locator("form").filter(has=page.locator("input[name=kind][value=achievement_report]"))
    kind = "achievement_report"
    form = unfold(upload.filter(has=page.locator("input[type=file]")))
    form.locator(f"input[name={kind}-number]").fill("35/BC-UBND")
    form.locator(f"input[name={kind}-confirmed_by]").fill("Đảng ủy xã Phan Điền")
    form.locator("input[type=file]").set_input_files(
        FilePayload(name="bao-cao.pdf", mimeType="application/pdf", buffer=b"MZ a program, not a paper")
    )
    assert send(page, form.locator("button")) == 422
    expect(page.locator("[data-error-summary] li").first).not_to_be_empty()
    expect(form.locator(f"input[name={kind}-number]")).to_have_value("35/BC-UBND")
    expect(form.locator(f"input[name={kind}-confirmed_by]")).to_have_value("Đảng ủy xã Phan Điền")
    walk.see(page, "15-paper-refused")

    form.locator("input[type=file]").set_input_files(paper("bao-cao.pdf", "Bao cao thanh tich xa Phan Dien"))
    send(page, form.locator("button"))
    report = Dossier.objects.get(code=code).papers.get(kind=kind, is_current=True)
    assert (report.number, report.is_confirmed) == ("35/BC-UBND", True)
    walk.see(page, "16-paper-attached")


def findings_are_read_and_filed(walk: Walk) -> None:
    """The check says what is met with its figures; the officer files to the district."""
    page, code = walk.page("xa.phandien"), walk.scene.codes["commune"]
    page.goto(f"{reverse('nominations:edit', args=[code])}?step=check")
    # The fall of poor and near-poor households stands there with its figures: it is read, not typed.
    findings = page.locator("section[aria-labelledby=findings]")
    expect(findings.locator(".bar, svg, [class*=finding]").first).to_be_visible()
    walk.see(page, "17-check")
    send(page, form_to(page, reverse("nominations:file", args=[code])).locator("button"))
    assert walk.dossier("commune").status == Status.FILED_TO_DISTRICT
    walk.see(page, "18-filed-to-district")


def district_files_its_set(walk: Walk) -> None:
    """The district opens its set, chooses both dossiers, adds letter and minutes, and files."""
    page = walk.page("huyen.bacbinh")
    page.goto("/")
    walk.see(page, "20-home-district")
    page.goto(reverse("nominations:sets"))
    walk.see(page, "21-sets")
    opening = form_to(page, reverse("nominations:set_open"))
    send(
        page,
        opening.filter(has=page.locator(f"input[value='{walk.scene.units['bt.bac-binh'].pk}']"))
        .locator("button")
        .first,
    )
    filing_set = FilingSet.objects.get()
    walk.see(page, "22-set-empty")

    for which in ("commune", "individual"):
        page.locator(f"input[name=dossier][value='{walk.dossier(which).pk}']").check()
    send(page, form_to(page, reverse("nominations:set_choose", args=[filing_set.pk])).locator("button"))
    for kind, number in (("submission_letter", "128/TTr-UBND"), ("council_minutes", "07/BB-HĐ")):
        form = form_to(page, reverse("nominations:set_paper", args=[filing_set.pk]))
        form = unfold(form.filter(has=page.locator(f"input[name=kind][value={kind}]")))
        form.locator(f"input[name={kind}-number]").fill(number)
        form.locator("input[type=file]").set_input_files(paper(f"{kind}.pdf", kind))
        send(page, form.locator("button"))
    walk.see(page, "23-set-complete")

    send(page, page.locator(f"a[href='{reverse('nominations:set_file', args=[filing_set.pk])}']"))
    walk.see(page, "24-set-check")
    send(page, page.locator("main form .btn-primary"))
    assert {walk.dossier(which).status for which in ("commune", "individual")} == {Status.FILED}
    walk.see(page, "25-set-filed")
