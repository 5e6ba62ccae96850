"""A loaded register and a person for each role."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from openpyxl import Workbook

from core.models import User
from registry.enums import Role
from registry.models import Unit, UnitRole
from registry.services import load_register
from tests.factories import Cast, make_cast
from tests.integration.registry.import_steps import load_reviews
from tests.remembered import remembered

REVIEWS = Path(__file__).resolve().parents[3] / "registry" / "data" / "reviews"
PLACES = {
    Role.COMMUNE_OFFICER: "bt.bac-binh.phan-dien",
    Role.DISTRICT_OFFICER: "bt.bac-binh",
    Role.AGENCY_OFFICER: "bt.hoi-nong-dan",
    Role.OVERSEER: "bt.bac-binh",
    Role.REVIEWER: "bt",
    Role.LEAD: "bt",
    Role.STANDING_BODY: "bt",
    Role.AUDITOR: "bt",
    Role.ADMINISTRATOR: "bt",
}


@pytest.fixture
def register(db: None, frozen_day: Callable[[date], None]) -> None:
    """The units of the project's files, on the played day."""
    remembered("register", load_register)


@pytest.fixture
def person(register: None) -> Callable[..., User]:
    """Makes a person who holds a role at its usual place, or at the unit with the given key."""

    def make(role: str, key: str = "") -> User:
        user = User.objects.create_user(f"{role}-{key or 'usual'}", full_name=f"Người {role}")
        unit = Unit.objects.get(key=key or PLACES[Role(role)])
        UnitRole.objects.create(user=user, role=role, unit=unit, starts_on=date(2021, 1, 1))
        return user

    return make


@pytest.fixture
def signed_in(person: Callable[..., User]) -> Callable[..., Client]:
    """A client that is signed in as a new person of the role."""

    def make(role: str, key: str = "") -> Client:
        client = Client()
        client.force_login(person(role, key))
        return client

    return make


@pytest.fixture
def five_years(register: None) -> None:
    """All five office workbooks, loaded."""
    remembered("five years", _load_five_years)


def _load_five_years() -> None:
    for year in range(2021, 2026):
        path = REVIEWS / f"ra-soat-{year}.xlsx"
        load_reviews(path.read_bytes(), year, name=path.name)


@pytest.fixture
def workbook() -> Callable[..., bytes]:
    """Makes a small review workbook: (name, households, poor, near-poor) a row."""

    def make(rows: Sequence[Sequence[Any]], year: int = 2023) -> bytes:
        book = Workbook()
        sheet = book.active
        sheet.append([f"KẾT QUẢ RÀ SOÁT HỘ NGHÈO NĂM {year}"])
        sheet.append(["Đơn vị", "Tổng số hộ", "Hộ nghèo", "Hộ cận nghèo"])
        for row in rows:
            sheet.append(list(row))
        stream = io.BytesIO()
        book.save(stream)
        return stream.getvalue()

    return make


@pytest.fixture
def tasks_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Inside a test's transaction nothing commits: what would run after commit runs at once."""
    monkeypatch.setattr("django.db.transaction.on_commit", lambda call, *args, **kwargs: call())


@pytest.fixture
def cast(db: None, frozen_day: Callable[[date], None]) -> Cast:
    """A few units and a person for each role: enough for records of people, and quicker than the whole register."""
    return make_cast()


@pytest.fixture
def client_of(cast: Cast) -> Callable[[str], Client]:
    """A client that is signed in as one of the cast."""

    def make(name: str) -> Client:
        client = Client()
        client.force_login(cast[name])
        return client

    return make
