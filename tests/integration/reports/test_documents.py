"""What the documents of real records say, and that their PDF keeps it."""

import io
from datetime import date
from decimal import Decimal
from pathlib import Path

import pikepdf
import pypdf
import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from core.audit.writing import head
from councils.enums import MeetingStatus
from reports.documents.imprint import Imprint
from reports.documents.samples import sample
from reports.exceptions import RenderingFailed
from reports.kinds import Layout, kinds
from reports.rendering import Limits, render_html, render_pdf
from reports.selectors import context_of, preview_imprint
from tests.integration.reports.test_decree_layout import HOSTILE, many_hostile_rows

pytestmark = pytest.mark.django_db
MILLIMETRE = Decimal("2.834645669")


def text_of(content: bytes) -> str:
    """The selectable text, with line breaks as spaces."""
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


@pytest.fixture(scope="module")
def sample_letter() -> bytes:
    context, imprint = sample("proposal")
    return render_pdf("proposal", context, imprint)


@pytest.mark.slow  # starts the renderer
def test_letter_of_a_proposal_says_what_was_decided(letter) -> None:
    imprint = Imprint("TTr-SLĐTBXH", date(2025, 12, 15), 7)

    with translation.override("en"):
        text = text_of(render_pdf("proposal", context_of(letter, imprint), imprint))

    for expected in (
        "UBND TỈNH BÌNH THUẬN",
        "SỞ LAO ĐỘNG - THƯƠNG BINH VÀ XÃ HỘI",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Số: 07/TTr-SLĐTBXH",
        "Bình Thuận, ngày 15 tháng 12 năm 2025",
        "TỜ TRÌNH",
        "Căn cứ Luật Thi đua, khen thưởng ngày 15 tháng 6 năm 2022;",
        "Nghị định số 152/2025/NĐ-CP",
        "ngày 12 tháng 12 năm 2025.",
        "01 tập thể, 01 hộ gia đình và 01 cá nhân",
        "- Như trên;",
        "- Lưu: VT, VP.",
        "KT. GIÁM ĐỐC",
        "PHÓ GIÁM ĐỐC",
        "Ngô Đình Lộc",
        "xem xét, quyết định./.",
        "(Kèm theo Tờ trình số 07/TTr-SLĐTBXH ngày 15 tháng 12 năm 2025",
        "Hộ gia đình Mang Thị Lựu",
        "Bà Trần Thị Ngữ",
        "8/9 (88,9%)",
        "Thành tích nổi bật của HS-2025-0001.",
    ):
        assert expected in text, expected
    assert "98/2023" not in text
    assert "DỰ THẢO" not in text


def test_letter_before_january_2024_rests_on_the_earlier_law(letter) -> None:
    html = render_html("proposal", context_of(letter, Imprint("TTr-SLĐTBXH", date(2023, 3, 5), 1)))

    assert "91/2017/NĐ-CP" in html
    assert "15 tháng 6 năm 2022" not in html
    assert "ngày 05 tháng 3 năm 2023" in html


def test_letter_bears_no_name_that_is_not_recorded(proposal, letter) -> None:
    proposal.approved_by = None

    context = context_of(letter, preview_imprint(letter))

    assert context["signer"].name == ""
    assert context["signer"].post == "Giám đốc"


@pytest.mark.slow  # starts the renderer
def test_minutes_of_a_meeting_say_who_came_and_how_the_count_went(minutes) -> None:
    imprint = Imprint("BB-HĐXKT", date(2025, 12, 12), 3)
    seq, newest = head()

    text = text_of(render_pdf("minutes", context_of(minutes, imprint), imprint))

    for expected in (
        "HỘI ĐỒNG XÉT KHEN THƯỞNG PHONG TRÀO THI ĐUA TỈNH",
        "Số: 03/BB-HĐXKT",
        "BIÊN BẢN",
        "08 giờ 00, ngày 12 tháng 12 năm 2025",
        "có 09 thành viên; dự họp 08 thành viên (88,9%), vắng mặt 01 thành viên",
        "Khi mở và khi đóng mỗi lần bỏ phiếu, số thành viên có mặt thấp nhất là 08.",
        "Vắng mặt: Ủy viên Thứ 5 (có phép).",
        "từ 80% tổng số thành viên trở lên (Quy chế của Hội đồng)",
        "88,9% (cần 8)",
        "66,7% (cần 8)",
        "Không đạt",
        "cho 02 trường hợp: Xã Phan Điền; Mang Thị Lựu",
        "kết thúc vào 10 giờ 35, ngày 12 tháng 12 năm 2025./.",
        "THƯ KÝ CHỦ TỌA Trương Thị Ánh Nguyệt Nguyễn Hữu Đạt",
        "- Lưu: VT, Hồ sơ.",
        f"mục số {seq}, mã băm {newest}",
    ):
        assert expected in text, expected


@pytest.mark.parametrize("kind", [name for name, kind in kinds().items() if kind.layout is not Layout.FORM])
def test_every_kind_prints_the_head_of_the_log(kind: str) -> None:
    context, _imprint = sample(kind)

    html = render_html(kind, {**context, "record": {"seq": 1482, "hash": "5f2d" * 16}})

    assert "mục số 1482, mã băm <code>" + "5f2d" * 16 in html


@pytest.mark.parametrize("kind", list(kinds()))
def test_names_of_lists_never_become_markup(kind: str) -> None:
    context, imprint = sample(kind)
    rows = many_hostile_rows({key: value for key, value in context.items() if key != "imprint"})

    html = render_html(kind, {**rows, "imprint": imprint})

    assert "<b>in đậm</b>" not in html
    assert ("&lt;b&gt;in đậm&lt;/b&gt; &amp; {{ tên }}" in html) == (HOSTILE[1] in str(rows))


def test_text_of_the_records_never_becomes_markup(letter, dossiers) -> None:
    dossiers[0].achievement = '<img src="http://192.0.2.1/a.png"> <b>đậm</b>'
    dossiers[0].save()

    html = render_html("proposal", context_of(letter, preview_imprint(letter)))

    assert "&lt;img src=" in html
    assert "<img" not in html


@pytest.mark.slow  # starts the renderer
def test_pdf_is_a4_archival_tagged_and_carries_its_fonts(sample_letter) -> None:
    pdf = pikepdf.open(io.BytesIO(sample_letter))

    width, height = (pdf.pages[0].mediabox[index] for index in (2, 3))
    fonts = [
        font["/DescendantFonts"][0]["/FontDescriptor"]
        for page in pdf.pages
        for font in page["/Resources"]["/Font"].values()
    ]
    with pdf.open_metadata() as metadata:
        part, conformance = metadata["pdfaid:part"], metadata["pdfaid:conformance"]
        title = metadata["dc:title"]

    assert round(width / MILLIMETRE) == 210
    assert round(height / MILLIMETRE) == 297
    assert (part, conformance) == ("3", "A")
    assert title == "Tờ trình số 05/TTr-SLĐTBXH"
    assert pdf.Root["/Lang"] == "vi"
    assert pdf.Root["/MarkInfo"]["/Marked"]
    assert fonts
    assert all("/FontFile2" in font for font in fonts)
    assert all("Serif" in str(font["/FontName"]) or "Times" in str(font["/FontName"]) for font in fonts)


@pytest.mark.slow  # starts the renderer
def test_page_numbers_are_in_the_top_margin_and_the_annex_counts_its_own() -> None:
    context, imprint = sample("proposal")
    context["groups"][0]["rows"] *= 12

    reader = pypdf.PdfReader(io.BytesIO(render_pdf("proposal", context, imprint)))
    laid_out = [page.extract_text(extraction_mode="layout") for page in reader.pages]
    first_lines = [text.strip().splitlines()[0].strip() for text in laid_out]
    first, second, third = (first_lines.index(f"Phụ lục {numeral}") for numeral in ("I", "II", "III"))

    assert first_lines[0].startswith("UBND")
    assert first_lines[first + 1 : second] == ["2", "3", "4"]
    assert third == second + 1
    assert first_lines[third + 1 :] == ["2", "3"]


def test_an_addressee_stands_on_the_line_of_its_dash(sample_letter) -> None:
    first = pypdf.PdfReader(io.BytesIO(sample_letter)).pages[0].extract_text(extraction_mode="layout")

    lines = [" ".join(line.split()) for line in first.splitlines()]
    assert "Kính gửi: - Chủ tịch Ủy ban nhân dân tỉnh Bình Thuận;" in lines
    assert "- Sở Nội vụ." in lines


@pytest.mark.slow  # starts the renderer
def test_no_heading_of_a_group_stands_alone_at_the_foot_of_a_page() -> None:
    context, imprint = sample("proposal")
    household = next(group for group in context["groups"] if group["label"] == "Hộ gia đình")
    context = {**context, "groups": [household] * 40}

    pages = pypdf.PdfReader(io.BytesIO(render_pdf("proposal", context, imprint))).pages

    texts = [" ".join(page.extract_text().split()) for page in pages]
    assert sum(text.count("Hộ gia đình (01)") for text in texts) == 40
    assert not [text[-60:] for text in texts if text.endswith("Hộ gia đình (01)")]


@pytest.mark.slow  # starts the renderer twice
def test_the_same_context_gives_the_same_bytes(sample_letter) -> None:
    context, imprint = sample("proposal")

    assert render_pdf("proposal", context, imprint) == sample_letter


@pytest.mark.slow  # starts the renderer
def test_rendering_that_takes_too_long_is_stopped_with_a_sentence(monkeypatch) -> None:
    context, imprint = sample("proposal")
    context["groups"][0]["rows"] *= 400

    with translation.override("en"), pytest.raises(RenderingFailed, match="after 2 seconds and was stopped"):
        render_pdf("proposal", context, imprint, Limits(seconds=2))


@pytest.mark.slow  # starts the renderer
def test_rendering_that_takes_too_much_memory_is_stopped_with_a_sentence() -> None:
    context, imprint = sample("proposal")

    with translation.override("en"), pytest.raises(RenderingFailed, match="needed more memory"):
        render_pdf("proposal", context, imprint, Limits(memory_bytes=100 * 1024 * 1024))


@pytest.mark.slow  # starts the renderer
def test_rendering_leaves_nothing_behind_and_sees_no_secret(tmp_path, monkeypatch, cold_renderer) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setenv("SECRET_KEY", "must-not-travel")
    context, imprint = sample("minutes")

    render_pdf("minutes", context, imprint)

    assert list(tmp_path.iterdir()) == []
    seen = Path(f"/proc/{cold_renderer()}/environ").read_bytes()
    assert b"LANG=" in seen
    assert b"must-not-travel" not in seen
    assert not [name for name in (b"SECRET_KEY", b"PERSON_KEY", b"DATABASE_URL") if name in seen]


@pytest.mark.slow  # starts the renderer
def test_command_writes_a_draft_by_number_or_reference(proposal, tmp_path, capsys) -> None:
    target = tmp_path / "letter.pdf"

    call_command("render_document", "proposal", "tt-2025-0001", out=str(target))

    assert "DỰ THẢO" in text_of(target.read_bytes())
    assert "draft without a number" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("kind", "reference", "sentence"),
    [
        ("proposal", "999", "There is no proposal “999”"),
        ("minutes", "nothing", "There is no minutes “nothing”"),
    ],
)
def test_command_refuses_what_does_not_exist(kind, reference, sentence, tmp_path) -> None:
    with pytest.raises(CommandError, match=sentence):
        call_command("render_document", kind, reference, out=str(tmp_path / "x.pdf"))


def test_command_gives_no_minutes_of_a_running_meeting(meeting, tmp_path) -> None:
    meeting.status = MeetingStatus.OPEN
    meeting.save()

    with pytest.raises(CommandError, match="no minutes yet"):
        call_command("render_document", "minutes", str(meeting.pk), out=str(tmp_path / "x.pdf"))
    assert not Path(tmp_path / "x.pdf").exists()
