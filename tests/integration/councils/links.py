"""Follows every link on the pages of a meeting, as one person."""

from html.parser import HTMLParser
from urllib.parse import urljoin

from django.http import HttpResponse
from django.test import Client

from core.models import User

# Pages of a meeting and its polls are read for further links; what else they lead to is opened and left.
READ = ("/hoi-dong/phien-hop/", "/hoi-dong/noi-dung/", "/hoi-dong/bo-phieu/")


class _Links(HTMLParser):
    """Addresses that the page itself offers, without menu and footer: its links, and what its live parts ask for."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._is_inside = False
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self._is_inside = self._is_inside or tag == "main"
        if self._is_inside:
            self.found += [values[name] or "" for name in ("href", "hx-get") if values.get(name)]

    def handle_endtag(self, tag: str) -> None:
        self._is_inside = self._is_inside and tag != "main"


def links_of(address: str, answer: HttpResponse) -> set[str]:
    """Addresses of this site on a page, without the place inside the page."""
    if answer.streaming or not answer.headers.get("Content-Type", "").startswith("text/html"):
        return set()
    whole = (urljoin(address, link.split("#")[0]) for link in _Links(answer.content.decode()).found)
    return {link for link in whole if link.startswith("/")}


def closed_links(user: User, *starts: str) -> tuple[list[str], set[str]]:
    """Links that do not open for the person, each with where it stands, and every address that was opened."""
    client, closed = Client(), []
    client.force_login(user)
    found_on = dict.fromkeys(starts, "")
    waiting = list(starts)
    while waiting:
        address = waiting.pop()
        answer = client.get(address)
        if answer.streaming:
            answer.getvalue()  # Read to its end, so that its file is closed.
        if answer.status_code not in (200, 204, 302):
            closed.append(f"{user}: {address} on {found_on[address]} answers {answer.status_code}")
        if not address.startswith(READ) or "?" in address:
            continue
        for link in links_of(address, answer):
            if link not in found_on:
                found_on[link] = address
                waiting.append(link)
    return closed, set(found_on)
