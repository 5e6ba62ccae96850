"""The achievement report: made for a draft, filled in with Word, shown when it comes back, saved only by the form."""

import io
import zipfile
from collections.abc import Callable
from datetime import date, timedelta

import docx
import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from docx.oxml.ns import qn

from core.files import DOCX
from nominations.enums import Status
from nominations.models import Dossier
from nominations.report_reading import HEADINGS, PROMPT
from nominations.services.dossiers import save_draft
from reports import achievement_reports
from reports.achievement_reports import SHEET, context_of, form_on, render_achievement_report
from reports.kinds import homes
from reports.rendering import render_html
from reports.word.reading import read_document
from tests.factories import Cast, dossier_at, make_cast
from tests.integration.reports.word import out_of_order

pytestmark = [pytest.mark.django_db, pytest.mark.slow]  # starts the renderer

(HOME,) = homes()
ClientOf = Callable[[str], Client]


@pytest.fixture(autouse=True)
def _played_day(settings: LazySettings) -> None:
    settings.FIXED_TODAY = date(2025, 12, 15)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def client_of(cast: Cast) -> ClientOf:
    def make(name: str) -> Client:
        client = Client()
        client.force_login(cast[name])
        return client

    return make


@pytest.fixture
def draft(cast: Cast) -> Dossier:
    dossier = dossier_at(Status.DRAFT, cast)
    save_draft(
        dossier=dossier,
        achievement="Giảm 232 hộ nghèo.\nNhân rộng 3 mô hình.",
        award_citation="",
        actor=cast["commune"],
    )
    return dossier


def filled(content: bytes, **texts: list[str]) -> bytes:
    """A report with the frames of these tags filled in line by line, as Word does it."""
    file = docx.Document(io.BytesIO(content))
    for frame in file.element.body.iter(qn("w:sdt")):
        tag = frame.find(qn("w:sdtPr")).find(qn("w:tag")).get(qn("w:val"))
        if tag not in texts:
            continue
        inside = frame.find(qn("w:sdtContent"))
        for old in list(inside):
            inside.remove(old)
        for line in texts[tag]:
            paragraph = docx.oxml.OxmlElement("w:p")
            inside.append(paragraph)
            docx.text.paragraph.Paragraph(paragraph, file._body).add_run(line)
    target = io.BytesIO()
    file.save(target)
    return target.getvalue()


def without_frames(content: bytes) -> bytes:
    """The same as programs save it that know no frames."""
    file = docx.Document(io.BytesIO(content))
    for frame in list(file.element.body.iter(qn("w:sdt"))):
        for paragraph in list(frame.find(qn("w:sdtContent"))):
            frame.addprevious(paragraph)
        frame.getparent().remove(frame)
    target = io.BytesIO()
    file.save(target)
    return target.getvalue()


def brought_back(client: Client, dossier: Dossier, content: bytes) -> HttpResponse:
    upload = SimpleUploadedFile("bao-cao.docx", content, content_type=DOCX)
    return client.post(reverse("nominations:report_read", args=[dossier.code]), {"report": upload})


def test_report_holds_what_is_known_and_the_same_day_gives_the_same_bytes(draft: Dossier) -> None:
    one, two = (render_achievement_report(dossier=draft) for _again in range(2))

    text = "\n".join(
        "".join(part.text or "" for part in paragraph.iter(qn("w:t")))
        for paragraph in docx.Document(io.BytesIO(one)).element.body.iter(qn("w:p"))
    )
    assert one == two
    assert out_of_order(one) == []
    for known in (draft.nominee.name, draft.code, "Giảm 232 hộ nghèo.", PROMPT, *HEADINGS):
        assert known in text
    assert form_on(date(2025, 12, 15))["name"] in text


@pytest.mark.parametrize(
    ("day", "decree"),
    [
        (date(2022, 1, 1), "91/2017/NĐ-CP"),
        (date(2023, 12, 31), "91/2017/NĐ-CP"),
        (date(2024, 1, 1), "98/2023/NĐ-CP"),
        (date(2025, 6, 30), "98/2023/NĐ-CP"),
        (date(2025, 7, 1), "152/2025/NĐ-CP"),
    ],
)
def test_form_is_that_of_the_filing_day(draft: Dossier, day: date, decree: str) -> None:
    assert decree in form_on(day)["name"]
    assert decree in form_on(day)["reference"][0]["title"]
    assert form_on(date(2010, 1, 1)) == form_on(date(2017, 10, 1) + timedelta(days=1))


@pytest.mark.parametrize("save", [lambda content: content, without_frames], ids=["Word", "another program"])
def test_report_comes_back_shown_and_not_saved(
    draft: Dossier, client_of: ClientOf, save: Callable[[bytes], bytes]
) -> None:
    client = client_of("commune")
    made = client.get(reverse("reports:achievement_report", args=[draft.code]))
    content = save(
        filled(
            made.content,
            achievement=["Giảm 232 hộ nghèo.", "Vận động 1,2 tỷ đồng <b>đậm</b>.\u202e\u200b"],
            award_citation=["Có thành tích xuất sắc"],
        )
    )

    page = brought_back(client, draft, content)

    assert (made.status_code, made["Content-Type"], page.status_code) == (200, DOCX, 200)
    form = page.context["form"]
    assert form["achievement"].value() == "Giảm 232 hộ nghèo.\nVận động 1,2 tỷ đồng <b>đậm</b>."
    assert form["award_citation"].value() == "Có thành tích xuất sắc"
    text = page.content.decode()
    assert "<del>Nhân rộng 3 mô hình.</del>" in text
    assert "<ins>Vận động 1,2 tỷ đồng &lt;b&gt;đậm&lt;/b&gt;.</ins>" in text
    draft.refresh_from_db()
    assert draft.achievement == "Giảm 232 hộ nghèo.\nNhân rộng 3 mô hình."
    client.post(reverse("nominations:edit", args=[draft.code]), dict(form.data))
    draft.refresh_from_db()
    assert draft.award_citation == "Có thành tích xuất sắc"


def test_frame_left_empty_takes_nothing_away(draft: Dossier, client_of: ClientOf) -> None:
    page = brought_back(
        client_of("commune"), draft, filled(render_achievement_report(dossier=draft), achievement=[PROMPT])
    )

    assert page.context["form"]["achievement"].value() == draft.achievement
    assert [text.is_changed for text in page.context["read_texts"]] == [False, False]


def test_text_that_is_too_long_is_shown_whole_and_refused_by_the_form(
    draft: Dossier, client_of: ClientOf
) -> None:
    long = "dài " * 6000

    page = brought_back(
        client_of("commune"), draft, filled(render_achievement_report(dossier=draft), achievement=[long])
    )

    assert page.context["form"].errors["achievement"]
    assert long.strip() in page.content.decode()


def _macros(content: bytes) -> bytes:
    target = io.BytesIO(content)
    with zipfile.ZipFile(target, "a") as package:
        package.writestr("word/vbaProject.bin", b"x")
    return target.getvalue()


def _foreign(_content: bytes) -> bytes:
    target = io.BytesIO()
    docx.Document().save(target)
    return target.getvalue()


def _of_another(content: bytes) -> bytes:
    return filled(content, dossier=["Hồ sơ HS-2020-9999"])


@pytest.mark.parametrize(
    "change",
    [_macros, _foreign, _of_another, lambda _content: b"%PDF-1.7", lambda content: content[:2000]],
    ids=["macros", "no report of ours", "another dossier", "no DOCX", "cut off"],
)
def test_what_is_no_report_of_this_dossier_is_refused_with_a_sentence(
    draft: Dossier, client_of: ClientOf, change: Callable[[bytes], bytes]
) -> None:
    page = brought_back(client_of("commune"), draft, change(render_achievement_report(dossier=draft)))

    assert page.status_code == 422
    assert page.context["report_form"].errors["report"]
    assert "read_texts" not in page.context


@pytest.mark.parametrize(
    ("who", "expected"), [("commune", 200), ("outsider", 404), ("auditor", 403), ("reviewer", 404)]
)
def test_who_may_write_in_the_dossier_gets_the_report(
    draft: Dossier, client_of: ClientOf, who: str, expected: int
) -> None:
    client = client_of(who)

    assert client.get(reverse("reports:achievement_report", args=[draft.code])).status_code == expected
    if expected != 200:
        assert brought_back(client, draft, b"PK").status_code == expected


def test_words_that_were_struck_out_are_no_text(draft: Dossier, client_of: ClientOf) -> None:
    content = filled(render_achievement_report(dossier=draft), achievement=["giữ"])
    file = docx.Document(io.BytesIO(content))
    (run,) = [run for run in file.element.body.iter(qn("w:r")) if "giữ" in "".join(run.itertext())]
    struck = docx.oxml.OxmlElement("w:del")
    run.addnext(struck)
    gone = docx.oxml.OxmlElement("w:r")
    text = docx.oxml.OxmlElement("w:t")
    text.text = " bỏ"
    gone.append(text)
    struck.append(gone)
    target = io.BytesIO()
    file.save(target)

    page = brought_back(client_of("commune"), draft, target.getvalue())

    assert page.context["form"]["achievement"].value() == "giữ"


def test_every_part_of_the_report_is_known_to_the_writer(draft: Dossier) -> None:
    page = render_html(SHEET, context_of(draft, date(2025, 12, 15)))

    found = read_document(page, lambda address: (HOME / SHEET / address).read_text(encoding="utf-8"))

    assert found.unknown == frozenset()


@pytest.mark.parametrize("held_on", [None, date(2026, 11, 1)])
def test_the_paper_asks_for_a_look_at_its_form_until_somebody_had_one(
    draft: Dossier, held_on: date | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    forms = {**achievement_reports._forms(), "verified_on": held_on}
    monkeypatch.setattr(achievement_reports, "_forms", lambda: forms)

    page = render_html(SHEET, context_of(draft, date(2025, 12, 15)))

    assert ("Đối chiếu với mẫu trước khi ký" in page) == (held_on is None)
