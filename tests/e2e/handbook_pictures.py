"""The pictures of the handbook: whose page each shows, and how it comes to that state.

Each scene leaves one page as the chapter describes it. They follow one another in the demonstration, so a later
scene may rest on what an earlier one did.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from core.handbook import FIRST_LANGUAGE, PICTURES, pictures
from tests.handbook_text import IMAGES, SLUGS, captions

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.e2e.conftest import SignIn

WIDE_PICTURE = {"width": 1280, "height": 860}
LOW_PICTURE = {"width": 1280, "height": 640}  # where a scanned paper fills the page
PHONE_PICTURE = {"width": 360, "height": 740}
# The browser's own viewer of papers does not say when it has drawn one.
PAPER_DRAWN_MS = 4_000
# The clearest that is small enough.
MOST_BYTES, QUALITIES = 60_000, (75, 65, 55, 45, 35)
# Headings, and what can be pressed or filled in, as they stand on the page; bare numbers count something else.
WORDS = """() => {
    const parts = "h1, h2, h3, button, a.btn, summary, label, legend, th";
    const found = new Set();
    for (const part of document.querySelectorAll("main :is(" + parts + ")")) {
        if (part.closest("[hidden], .messages")) continue;
        const words = part.textContent.replace(/\\s+/g, " ").trim();
        if (/\\p{L}/u.test(words)) found.add(words);
    }
    return [...found].sort();
}"""


@dataclass(frozen=True)
class Scene:
    """One picture: whose browser shows it, and what brings the page there. A stranger has no name."""

    name: str
    user: str
    arrive: Callable[[Page], None]
    viewport: dict[str, int] = field(default_factory=lambda: WIDE_PICTURE)


@dataclass
class Album:
    """Takes the pictures, or compares the pages with what was pictured."""

    sign_in: SignIn
    people: dict[str, Any]
    told: dict[str, dict[str, Any]] = field(default_factory=dict)
    drawn: dict[str, bytes] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def show(self, scene: Scene) -> Page:
        """Bring a page to its scene, and note the words on it and what its caption names without being there."""
        page = self.sign_in(self.people.get(scene.user), viewport=scene.viewport)
        scene.arrive(page)
        text = " ".join(str(page.locator("body").inner_text()).split())
        named = sorted({word for caption in _captions_of(scene) for word in caption})
        self.faults += [
            f"{scene.name}: its caption names what the page does not show: {word}"
            for word in named
            if word not in text
        ]
        self.told[f"{scene.name}.webp"] = {"words": page.evaluate(WORDS), "named": named}
        return page

    def draw(self, scene: Scene, page: Page) -> None:
        """Keep the picture of a scene."""
        if page.locator("iframe").count():
            page.wait_for_timeout(PAPER_DRAWN_MS)
        from PIL import Image  # noqa: PLC0415 -- only where pictures are made

        with Image.open(io.BytesIO(page.screenshot(animations="disabled"))) as shot:
            size = {"width": shot.width, "height": shot.height}
            packed = (_packed(shot, quality) for quality in QUALITIES)
            small = next((content for content in packed if len(content) < MOST_BYTES), None)
        if small is None:
            self.faults.append(f"{scene.name} stays above {MOST_BYTES} bytes: show less of its page")
            return
        self.told[f"{scene.name}.webp"] |= size
        self.drawn[f"{scene.name}.webp"] = small

    def keep(self) -> None:
        """Write pictures and words to where the chapters find them, and remove what no scene makes."""
        for path in IMAGES.glob("*.webp"):
            if path.name not in self.drawn:
                path.unlink()
        for name, content in self.drawn.items():
            (IMAGES / name).write_bytes(content)
        text = json.dumps(self.told, ensure_ascii=False, indent=1, sort_keys=True)
        (IMAGES / PICTURES).write_text(text + "\n", encoding="utf-8")

    def differences(self) -> list[str]:
        """Where the pages say other words than those that were pictured."""
        found = []
        for name, now in self.told.items():
            pictured = pictures().get(name)
            if pictured is None:
                found.append(f"{name} was never taken")
                continue
            for words, what in ((now["words"], "new"), (pictured["words"], "gone")):
                others = pictured["words"] if what == "new" else now["words"]
                found += [f"{name}: {what}: {word}" for word in words if word not in others]
        return found


def _packed(shot: Any, quality: int) -> bytes:
    """The picture as WebP."""
    packed = io.BytesIO()
    shot.convert("RGB").save(packed, "WEBP", quality=quality, method=6)
    return packed.getvalue()


def _captions_of(scene: Scene) -> list[tuple[str, ...]]:
    return [
        caption.bold
        for slug in SLUGS
        for caption in captions(slug, FIRST_LANGUAGE)
        if caption.picture == f"{scene.name}.webp"
    ]


def _at(address: str) -> Callable[[Page], None]:
    def go(page: Page) -> None:
        page.goto(address)

    return go


def _first(list_address: str, link: str) -> Callable[[Page], None]:
    """The first page that a list leads to, by the pattern of its address."""

    def go(page: Page) -> None:
        page.goto(list_address)
        addresses = [str(one.get_attribute("href")) for one in page.locator("main a[href]").all()]
        page.goto(next(address for address in addresses if re.fullmatch(link, address)))

    return go


def _down_to(selector: str, arrive: Callable[[Page], None]) -> Callable[[Page], None]:
    """The page scrolled to one of its parts."""

    def go(page: Page) -> None:
        arrive(page)
        page.locator(selector).first.evaluate("one => one.scrollIntoView({block: 'center'})")

    return go


def _preview(page: Page) -> None:
    from tests.integration.registry.import_files import commune_list  # noqa: PLC0415 -- reads workbooks

    page.goto("/danh-ba/nhap/households/")
    page.locator("input[name=file]").set_input_files(
        {
            "name": "ho-ngheo-xa-phan-dien.xlsx",
            "mimeType": "application/octet-stream",
            "buffer": commune_list(),
        }
    )
    with page.expect_navigation():
        page.locator("main form .btn-primary").click()
    page.locator("main tbody tr").first.wait_for()


def _meeting_address(page: Page) -> str:
    """The address of the meeting that is in preparation, or in session: the newest."""
    page.goto("/hoi-dong/")
    return str(page.locator("main a[href^='/hoi-dong/phien-hop/']").first.get_attribute("href"))


def _agenda(page: Page) -> None:
    page.goto(f"{_meeting_address(page)}noi-dung/")


def _meeting_today(page: Page) -> None:
    """The secretary sets the meeting to the day that is played, and everybody has declared."""
    page.goto(f"{_meeting_address(page)}sua/")
    page.locator("input[name=held_on]").fill("2025-12-15")
    with page.expect_navigation():
        page.locator("main form .btn-primary").click()
    _all_declare(page)


def _all_declare(page: Page) -> None:
    """The secretary declares, records that the others have no interest, and settles what the records suggest."""
    address = _meeting_address(page)
    page.goto(f"{address}quyen-loi/")
    links = page.locator("main a[href*='/khai-bao/']").all()
    for link in [f"{address}khai-bao/", *(str(link.get_attribute("href")) for link in links)]:
        page.goto(link)
        with page.expect_navigation():
            page.locator("main form .btn-primary").click()
    page.goto(f"{address}quyen-loi/")
    while page.locator("main form .btn-primary").count():
        form = page.locator("main form:has(.btn-primary)").first
        form.locator("input[type=radio][value=in]").check()
        form.locator("input[type=text]").fill("Chỉ cùng cơ quan")
        with page.expect_navigation():
            form.locator(".btn-primary").click()


def _poll_open(page: Page) -> None:
    """The chair opens the meeting, finds all present, and opens the first poll."""
    address = _meeting_address(page)
    page.goto(address)
    with page.expect_navigation():
        page.locator("form[action$='/khai-mac/'] button").click()
    page.goto(f"{address}diem-danh/")
    for box in page.locator("input[name=present]").all():
        box.check()
    with page.expect_navigation():
        page.locator("main form .btn-primary").click()
    page.goto(address)
    with page.expect_navigation():
        page.locator("form[action$='/bo-phieu/'] button").first.click()
    page.locator("form[action$='/dong/'] button").wait_for()


def _ballot(page: Page) -> None:
    page.goto(_meeting_address(page))
    page.goto(str(page.locator("#to-ballot").get_attribute("href")))


def _hall(page: Page) -> None:
    page.goto(f"{_meeting_address(page)}man-hinh/")


SCENES = (
    Scene("dang-nhap", "", _at("/dang-nhap/")),
    Scene("bao-mat", "xa.phandien", _at("/bao-mat/")),
    Scene("viec-cua-toi", "xa.phandien", _at("/")),
    Scene("tim-doi-tuong", "xa.phandien", _at("/ho-so/tim/")),
    Scene("viet-thanh-tich", "xa.phandien", _at("/ho-so/HS-2025-0048/soan/")),
    Scene("giay-to", "xa.phandien", _at("/ho-so/HS-2025-0048/soan/?step=papers")),
    Scene(
        "kiem-tra-va-gui",
        "xa.phandien",
        _down_to("form[action$='/gui/']", _at("/ho-so/HS-2025-0048/soan/?step=check")),
    ),
    Scene("tra-loi-bo-sung", "xa.phandien", _at("/ho-so/bo-sung/HS-2025-0018/")),
    Scene("ho-gia-dinh", "xa.phandien", _first("/danh-ba/ho-gia-dinh/", r"/danh-ba/ho-gia-dinh/\d+/")),
    Scene("nap-tep", "xa.phandien", _at("/danh-ba/nhap/")),
    Scene("xem-truoc", "xa.phandien", _preview),
    Scene(
        "ho-so-cho-huyen",
        "huyen.bacbinh",
        _down_to(
            "form[action$='/tra-lai/'], details:has(form[action$='/tra-lai/'])",
            _first("/ho-so/?status=filed_to_district", r"/ho-so/HS-[-\d]+/"),
        ),
    ),
    Scene("bo-ho-so", "huyen.bacbinh", _first("/ho-so/bo-ho-so/", r"/ho-so/bo-ho-so/\d+/")),
    Scene("ban-tham-dinh", "so.chuyenvien", _at("/ho-so/tham-dinh/")),
    Scene("tham-dinh-ho-so", "so.chuyenvien", _at("/ho-so/tham-dinh/HS-2025-0017/"), LOW_PICTURE),
    Scene("to-trinh", "so.chuyenvien", _at("/ho-so/to-trinh/TT-2025-0002/")),
    Scene("nhat-ky", "thanhtra", _at("/nhat-ky/")),
    Scene("cac-buoc-dau", "quantri", _at("/buoc-dau/")),
    Scene("nguoi-dung", "quantri", _at("/danh-ba/tai-khoan/")),
    Scene("tai-khoan", "quantri", _first("/danh-ba/tai-khoan/?q=Trần Quốc Hưng", r"/danh-ba/tai-khoan/\d+/")),
    Scene("muc-bi-tac", "quantri", _at("/viec-ket/")),
    Scene("chuong-trinh-hop", "hd.thuky", _agenda),
    Scene("phien-hop", "hd.chutich", _poll_open),
    Scene("phieu-kin", "hd.tv03", _ballot, PHONE_PICTURE),
    Scene("man-hinh", "hd.thuky", _hall),
)
"""In the order in which they are shown; the meeting's come last, since they change it."""
