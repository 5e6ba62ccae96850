"""What tests of the sign-in share: people with a password, phones that show codes, and what the log says."""

import json
from typing import Any

from django.http import HttpResponse
from django.test import Client

from core import factors
from core.models import AuditEntry, User
from core.services import factors as factor_services

PASSWORD = "sông dài cá lội biệt tăm"


class Clock:
    """Time as the sign-in reads it; the tests move it on."""

    def __init__(self, moment: float) -> None:
        self.moment = moment

    def __call__(self) -> float:
        return self.moment

    def wait(self, *, minutes: float) -> None:
        self.moment += minutes * 60


class Phone:
    """An authenticator app of a person, set up."""

    def __init__(self, user: User, clock: Clock) -> None:
        self.secret, self.clock = factors.new_secret(), clock
        factor_services.add_code_app(user=user, secret=self.secret, code=self.code())
        clock.wait(minutes=0.5)

    def code(self) -> str:
        return factors.code_at(self.secret, self.clock())


def make_person(username: str = "an", **fields: Any) -> User:
    fields = {"full_name": "Nguyễn Thị Ân", "email": f"{username}@example.vn"} | fields
    return User.objects.create_user(username, PASSWORD, **fields)


def give_password(
    client: Client, username: str = "an", password: str = PASSWORD, next_page: str = "", **more: Any
) -> HttpResponse:
    sent = {"username": username, "password": password, "next": next_page}
    return client.post("/dang-nhap/", sent, **more)


def give_code(client: Client, code: str) -> HttpResponse:
    return client.post("/dang-nhap/buoc-hai/", {"code": code})


def is_signed_in(client: Client) -> bool:
    return client.get("/").status_code == 200


def logged() -> list[tuple[str, dict[str, Any]]]:
    """Event and payload of every entry, oldest first."""
    return [
        (entry.event, json.loads(entry.payload.content))
        for entry in AuditEntry.objects.select_related("payload").order_by("seq")
    ]


def events() -> list[str]:
    return [event for event, _payload in logged()]
