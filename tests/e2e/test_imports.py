"""A commune's household list in a browser: handed in, understood, mended, loaded, and found by the finder."""

from pathlib import Path

import pytest
from django.urls import reverse
from openpyxl import Workbook, load_workbook
from playwright.sync_api import ViewportSize, expect

from registry.models import Household
from registry.services.people import create_household
from tests.e2e.browsing import look, send
from tests.e2e.conftest import SignIn
from tests.factories import Cast, make_cast
from tests.integration.registry.import_files import commune_list, workbook

TCVN3_XLS = Path(__file__).parents[1] / "unit" / "core" / "spreadsheets" / "files" / "tcvn3.xls"


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """A province with two communes and a person in every chair."""
    return make_cast()


def test_an_officer_loads_the_list_that_the_office_keeps(
    cast: Cast, sign_in: SignIn, viewport: ViewportSize, tmp_path: Path
) -> None:
    # Offices write names without blanks, which must not push a phone's page sideways.
    kept = tmp_path / "Danh_sach_ho_ngheo_ho_can_ngheo_xa_Phan_Dien_2025_(ban_cuoi).xlsx"
    kept.write_bytes(commune_list())
    page = sign_in(cast["commune"], viewport=viewport)
    page.goto(reverse("registry:imports"))
    look(page)

    page.get_by_role("link", name="Hộ gia đình và kết quả phân loại theo năm", exact=True).click()
    look(page)
    page.locator("input[name=file]").set_input_files(kept)
    send(page, page.locator("main form .btn-primary"))
    expect(page.locator("main tbody tr")).to_have_count(2)
    expect(page.locator("main")).to_contain_text("có thể hiểu nhiều cách")
    look(page)

    page.get_by_role("link", name="Mới 3").click()
    expect(page.locator("main tbody tr")).to_have_count(3)
    look(page)
    with page.expect_download() as waited:
        page.get_by_role("link", name="Tải các dòng bị từ chối").click()
    refused = tmp_path / "bi-tu-choi.xlsx"
    waited.value.save_as(refused)
    send(page, page.get_by_role("button", name="Nạp 3 dòng còn lại"))
    look(page)
    assert Household.objects.count() == 3

    book = load_workbook(refused)
    for row in book.active.iter_rows():
        for cell in row:
            cell.value = {"N1": "HN", "TN": "trung bình"}.get(cell.value, cell.value)
    book.save(refused)
    page.goto(reverse("registry:import_upload", args=["households"]))
    page.locator("input[name=file]").set_input_files(refused)
    send(page, page.locator("main form .btn-primary"))
    send(page, page.get_by_role("button", name="Nạp 2 dòng"))
    assert Household.objects.count() == 5


def test_a_file_without_such_a_list_is_told_in_words(
    cast: Cast, sign_in: SignIn, viewport: ViewportSize, tmp_path: Path
) -> None:
    wrong = tmp_path / "khac.xlsx"
    wrong.write_bytes(workbook([["Tên hàng", "Giá"], ["Gạo", 1]]))
    page = sign_in(cast["commune"], viewport=viewport)
    page.goto(reverse("registry:import_upload", args=["households"]))

    page.locator("input[name=file]").set_input_files(wrong)
    send(page, page.locator("main form .btn-primary"))

    expect(page.locator(".note--bad")).to_contain_text("Không tìm thấy bảng phù hợp")
    look(page)


UNKNOWN = [
    ["DANH SÁCH HỘ NGHÈO, HỘ CẬN NGHÈO NĂM 2024"],
    ["STT", "Người đứng tên", "Sinh", "Xếp diện", "Hoàn cảnh"],
    [1, "Lê Văn Tám", 1960, "N1", "Hộ đông người, một lao động chính"],
    [2, "Lê Văn Chín", 1961, "TN", "Ở nhà tạm"],
]


def test_a_name_without_blanks_leaves_its_reason_in_sight(
    cast: Cast, sign_in: SignIn, viewport: ViewportSize, tmp_path: Path
) -> None:
    odd = tmp_path / "danh-sach.xlsx"
    odd.write_bytes(workbook([["Chủ hộ", "Năm sinh", "Diện"], ["A" * 300, 1970, "HN"]]))
    page = sign_in(cast["commune"], viewport=viewport)
    page.goto(reverse("registry:import_upload", args=["households"]))
    page.locator("input[name=file]").set_input_files(odd)
    page.locator("input[name=year]").fill("2024")

    send(page, page.locator("main form .btn-primary"))

    reason = page.locator("main tbody .cell-text")
    expect(reason).to_have_count(1)
    box = reason.bounding_box()
    assert box
    assert box["x"] + box["width"] <= viewport["width"]
    look(page)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_an_office_says_once_what_its_words_mean(
    cast: Cast, sign_in: SignIn, viewport: ViewportSize, tmp_path: Path, scripts: bool
) -> None:
    kept = tmp_path / "danh-sach.xlsx"
    kept.write_bytes(workbook(UNKNOWN))
    page = sign_in(cast["commune"], viewport=viewport, java_script_enabled=scripts)

    def see() -> None:
        if scripts:
            look(page)

    page.goto(reverse("registry:import_upload", args=["households"]))
    page.locator("input[name=file]").set_input_files(kept)
    page.locator("main form .btn-primary").click()
    page.get_by_role("link", name="Khai báo nghĩa của từ").click()
    see()
    for words, meaning in (
        ("Người đứng tên", "Chủ hộ"),
        ("Sinh", "Năm sinh"),
        ("Xếp diện", "Tình trạng"),
    ):
        page.get_by_role("combobox", name=words).select_option(label=meaning)
    page.get_by_role("button", name="Lưu và đọc lại tệp").click()
    see()
    page.get_by_role("link", name="Khai báo nghĩa của từ").click()
    expect(page.locator("main")).to_contain_text("Các nơi dùng từ này để chỉ")
    see()
    page.get_by_role("combobox", name="N1").select_option(label="hộ nghèo")
    page.get_by_role("combobox", name="TN").select_option(label="hộ mới thoát nghèo")
    page.get_by_role("button", name="Lưu và đọc lại tệp").click()
    expect(page.locator("main")).to_contain_text("“N1” được hiểu là “hộ nghèo”")
    see()
    page.get_by_role("link", name="Khai báo nghĩa của từ").click()
    page.get_by_role("row", name="N1").get_by_role("button", name="Rút lại").click()
    expect(page.locator("main")).to_contain_text("“N1” không phải là diện hộ")
    page.goto(reverse("registry:kind_meanings", args=["households"]))
    expect(page.locator("main tbody tr")).to_have_count(4)
    see()


def test_the_import_needs_no_script(cast: Cast, sign_in: SignIn, tmp_path: Path) -> None:
    kept = tmp_path / "danh-sach.xlsx"
    kept.write_bytes(workbook([["Chủ hộ", "2023"], ["Lê Văn Tám", "Hộ nghèo"]]))
    page = sign_in(cast["commune"], java_script_enabled=False)
    page.goto(reverse("registry:import_upload", args=["households"]))

    page.locator("input[name=file]").set_input_files(kept)
    page.locator("main form .btn-primary").click()
    page.get_by_role("button", name="Nạp 1 dòng").click()

    assert Household.objects.get().name == "Lê Văn Tám"


def test_a_list_typed_in_an_old_font_is_asked_about_and_loaded_converted(
    cast: Cast, sign_in: SignIn, viewport: ViewportSize
) -> None:
    page = sign_in(cast["commune"], viewport=viewport)
    page.goto(reverse("registry:import_upload", args=["households"]))
    page.locator("input[name=file]").set_input_files(TCVN3_XLS)
    send(page, page.locator("main form .btn-primary"))
    expect(page.locator("main")).to_contain_text(".VnTime")
    expect(page.locator("main")).to_contain_text("Trần Thị Lý")
    expect(page.get_by_role("button", name="Nạp")).to_have_count(0)
    look(page)

    page.get_by_label("Có, chuyển sang Unicode").check()
    send(page, page.get_by_role("button", name="Giữ câu trả lời và đọc lại tệp"))
    expect(page.locator("main")).to_contain_text("Số ô đã chuyển từ bảng mã TCVN3")
    look(page)
    send(page, page.get_by_role("button", name="Nạp 2 dòng"))
    assert set(Household.objects.values_list("name", flat=True)) == {"Trần Thị Lý", "Võ Văn Tú"}


def test_hidden_rows_are_said_and_left_out_when_told_to(
    cast: Cast, sign_in: SignIn, viewport: ViewportSize, tmp_path: Path
) -> None:
    kept = tmp_path / "loc.xlsx"
    book = Workbook()
    for row in [["Chủ hộ", "Năm sinh", "2024"], ["Lê Văn Một", 1961, "HN"], ["Lê Văn Hai", 1962, "HN"]]:
        book.active.append(row)
    book.active.row_dimensions[3].hidden = True
    book.save(kept)
    page = sign_in(cast["commune"], viewport=viewport)
    page.goto(reverse("registry:import_upload", args=["households"]))
    page.locator("input[name=file]").set_input_files(kept)
    send(page, page.locator("main form .btn-primary"))
    expect(page.locator("main")).to_contain_text("Các dòng bị ẩn (chẳng hạn do lọc) vẫn được đọc")
    look(page)

    page.get_by_label("Bỏ qua các dòng này").check()
    send(page, page.get_by_role("button", name="Giữ câu trả lời và đọc lại tệp"))
    expect(page.locator("main")).to_contain_text("Đã bỏ qua các dòng bị ẩn")
    send(page, page.get_by_role("button", name="Nạp 1 dòng"))
    assert list(Household.objects.values_list("name", flat=True)) == ["Lê Văn Một"]


def test_an_officer_answers_who_is_meant(
    cast: Cast, sign_in: SignIn, viewport: ViewportSize, tmp_path: Path
) -> None:
    facts = {"unit": cast.commune, "name": "Bố Thị Ba", "birth_year": 1966, "address": "Thôn Phú Sơn"}
    known = create_household(facts=facts, citizen_number="060166000111", statuses={2023: "poor"})
    for address in ("Thôn Phú Sơn", "Thôn Tân Điền"):
        create_household(facts={"unit": cast.commune, "name": "Mang Văn Sáu", "address": address})
    kept = tmp_path / "danh-sach.xlsx"
    kept.write_bytes(
        workbook(
            [
                ["DANH SÁCH HỘ NGHÈO NĂM 2024"],
                ["Mã hộ", "Họ và tên chủ hộ", "Năm sinh", "Số CCCD", "Phân loại hộ"],
                [known.code, "BỐ THỊ NĂM", 1990, "060190000222", "Hộ nghèo"],
                ["", "Ông Mang Văn Sáu (đã mất)", 1968, "260123456", "Hộ cận nghèo"],
                ["", "Lê Văn Tám", 1960, "", "Hộ nghèo"],
                ["", "Lê Văn Tám", 1960, "", "Hộ nghèo"],
            ]
        )
    )
    page = sign_in(cast["commune"], viewport=viewport)
    page.goto(reverse("registry:import_upload", args=["households"]))
    page.locator("input[name=file]").set_input_files(kept)
    send(page, page.locator("main form .btn-primary"))
    look(page)
    expect(page.locator("main fieldset")).to_have_count(3)
    expect(page.locator("main")).to_contain_text("•••••••••111")
    expect(page.locator("main")).not_to_contain_text("060166000111")

    page.get_by_label("đã thay chủ hộ").check()
    page.get_by_label("Là người khác, hộ khác").nth(1).check()
    page.get_by_label("Trùng với dòng").check()
    send(page, page.get_by_role("button", name="Giữ các câu trả lời của trang này"))
    look(page)
    send(page, page.get_by_role("button", name="Nạp"))

    known.refresh_from_db()
    assert (known.name, known.birth_year) == ("Bố Thị Năm", 1990)
    assert Household.objects.get(name="Mang Văn Sáu", birth_year=1968).note == "đã mất"
    assert Household.objects.filter(name="Lê Văn Tám").count() == 1
    page.goto(known.get_absolute_url())
    look(page)
