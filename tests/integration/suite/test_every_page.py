"""Walk every page that each demonstration role can reach, and hold it to what every page owes."""

import re
from collections import Counter
from datetime import date
from html.parser import HTMLParser

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import resolve

from core.models import User
from councils.models import Meeting
from tests.factories.files import stored_in
from tests.integration.councils.links import closed_links
from tests.thoroughness import IS_LONG

# English words that are no Vietnamese syllables: one of them in a Vietnamese page is a gap in the catalogue.
ENGLISH = re.compile(
    r"\b(the|and|of|is|are|was|were|with|without|this|that|these|those|your|you|not|from|for|has|have|had|been|will|"
    r"cannot|please|must|should|would|only|which|who|what|when|where|before|after|until|by|it|its|at|as|be|or|if|"
    r"no|yes|all|any|each|file|files|form|page|list|name|date|year|unit|units|round|award|dossier|status|search|"
    r"save|cancel|delete|edit|add|open|close|closed|draft|filed|met|missing|household|households|poor|district|"
    r"commune|council|meeting|member|members|vote|ballot|minutes|proposal|decision|reason|required|optional)\b",
    re.IGNORECASE,
)
# Vietnamese syllables that look English.
ALSO_VIETNAMESE = {"no", "be", "at", "by", "it", "all", "as", "or", "if"}
PAGES_PER_VIEW = 2 if IS_LONG else 1
# One account for each role; the others of the cast see the same pages.
WALKERS = (
    *("xa.phandien", "huyen.bacbinh", "so.chuyenvien", "so.lanhdao", "hd.chutich", "hd.thuky"),
    *("noivu.thuongtruc", "thanhtra", "quantri"),
    *(("nganhang.csxh", "mttq.giamsat", "hd.tv03", "mau.xa", "mau.chuyenvien") if IS_LONG else ()),
)


class Page(HTMLParser):
    """Texts, links and counted tags of a page; `code` and parts marked as another language are left out."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.texts: list[str] = []
        self.tags: Counter[str] = Counter()
        self.lang = ""
        self.inline: list[str] = []
        self.ids: Counter[str] = Counter()
        self._silent: list[str] = []
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.tags[tag] += 1
        if values.get("id"):
            self.ids[values["id"] or ""] += 1
        if tag == "html":
            self.lang = values.get("lang") or ""
        elif tag in {"code", "script", "style", "svg"} or (values.get("lang") or self.lang) != self.lang:
            self._silent.append(tag)
        if tag == "a" and values.get("href"):
            self.links.append(values["href"] or "")
        self.inline += [
            name for name in values if name == "style" or (name.startswith("on") and name != "on")
        ]
        if tag == "script" and not values.get("src"):
            self.inline.append("script")
        if not self._silent:
            self.texts += [
                values[name] or ""
                for name in ("title", "aria-label", "placeholder", "alt")
                if values.get(name)
            ]

    def handle_endtag(self, tag: str) -> None:
        if self._silent and self._silent[-1] == tag:
            self._silent.pop()

    def handle_data(self, data: str) -> None:
        if data.strip() and not self._silent:
            self.texts.append(" ".join(data.split()))


def english_in(text: str) -> list[str]:
    """Words of a text that are English and no Vietnamese."""
    return [word for word in ENGLISH.findall(text) if word.lower() not in ALSO_VIETNAMESE]


def faults_of(address: str, response, page: Page) -> list[str]:
    """What the page owes and does not give."""
    found = []
    if response.status_code != 200:
        found.append(f"answers {response.status_code}")
    if page.tags["h1"] != 1:
        found.append(f"has {page.tags['h1']} h1")
    if page.tags["title"] < 1 or page.lang != "vi":
        found.append("lacks its title or language")
    twice = [name for name, count in page.ids.items() if count > 1]
    if twice:
        found.append(f"gives twice the id {twice}")
    if page.inline:
        found.append(f"has inline {page.inline}")
    found += [f"speaks English: {text[:80]!r}" for text in page.texts if english_in(text)]
    return [f"{address}: {fault}" for fault in found]


def walk(client: Client) -> tuple[list[str], set[str]]:
    """Follow links from the home page, a few pages a view; the faults and the views that were seen."""
    waiting, seen, per_view, faults, views = ["/"], {"/"}, Counter(), [], set()
    while waiting:
        address = waiting.pop(0)
        match = resolve(address.split("?")[0])
        per_view[match.view_name] += 1
        if per_view[match.view_name] > PAGES_PER_VIEW:
            continue
        response = client.get(address)
        views.add(match.view_name)
        if response.streaming:
            b"".join(response.streaming_content)
        if not response.headers.get("Content-Type", "").startswith("text/html"):
            continue
        if response.status_code == 302:
            continue
        page = Page(response.content.decode())
        faults += faults_of(address, response, page)
        for link in page.links:
            target = link.split("#")[0]
            if target.startswith("?"):
                target = address.split("?")[0] + target
            if target.startswith("/") and not target.startswith("/static/") and target not in seen:
                seen.add(target)
                waiting.append(target)
    return faults, views


@pytest.mark.walk
@pytest.mark.slow  # It loads the demonstration and opens every page.
@pytest.mark.django_db
def test_every_page_of_every_role_is_whole_and_vietnamese(settings, tmp_path, undrawn_documents) -> None:
    settings.APP_ENV = "demo"
    settings.DEMO_PASSWORD = "mat-khau-chay-thu"
    settings.FIXED_TODAY = date(2025, 12, 15)
    settings.STORAGES = stored_in(tmp_path)
    call_command("load_register")
    call_command("load_demo")

    faults, views = [], set()
    for user in User.objects.filter(username__in=WALKERS):
        client = Client()
        client.force_login(user)
        found, reached = walk(client)
        faults += [f"{user.username} {fault}" for fault in found]
        views |= reached
    # On the pages of the newest closed meeting and of the one to come: a member who has not declared, beside the others.
    for user in User.objects.filter(username__in=(*WALKERS, "hd.tv04")):
        for meeting in Meeting.objects.visible_to(user)[:2]:
            closed, _opened = closed_links(user, meeting.get_absolute_url())
            faults += closed

    assert not faults, "\n".join(faults)
    assert len(views) > 30, sorted(views)
