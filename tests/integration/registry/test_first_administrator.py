"""From an empty production database to an administrator who can sign in, and a lead whom nobody made alone."""

from __future__ import annotations

import getpass
import re
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command
from django.test import Client

from core.models import AuditEntry, User
from registry.enums import Role, UnitKind
from registry.models import Account, OneTimeCode, Unit, UnitRole
from registry.scopes import scope_of

pytestmark = pytest.mark.django_db

TOKEN = "7KQ2-M0RD-9XAB-T4WE"
LAM_DONG = ("--province-name", "Tỉnh Lâm Đồng", "--province-from", "2021-01-01")
PASSWORD = "gio-nui-song-bien-7"


def begin(*words: str, **options: Any) -> str:
    out = StringIO()
    call_command("first_administrator", *words, stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def token_file(tmp_path: Path) -> str:
    path = tmp_path / "token"
    path.write_text(TOKEN + "\n", encoding="utf-8")
    return str(path)


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """What the person types at the command."""

    def answers(*lines: str, passwords: tuple[str, str] = (PASSWORD, PASSWORD)) -> None:
        waiting, secret = iter(lines), iter(passwords)
        monkeypatch.setattr("builtins.input", lambda _prompt: next(waiting))
        monkeypatch.setattr(getpass, "getpass", lambda _prompt: next(secret))

    return answers


def test_an_empty_production_database_gets_its_administrator_by_asking(
    typed: Callable[..., None], settings: LazySettings, client: Client
) -> None:
    settings.APP_ENV = "production"
    typed("quantri", "Tạ Minh Khôi")

    said = begin(*LAM_DONG)

    province = Unit.objects.get()
    assert (province.kind, province.name, province.key) == (
        UnitKind.PROVINCE,
        "Tỉnh Lâm Đồng",
        "tinh-lam-dong",
    )
    user = User.objects.get()
    assert not user.is_superuser
    assert [held.role for held in scope_of(user).roles] == [Role.ADMINISTRATOR]
    assert user.account.home == province
    assert "Installer's token" in said or "Mã của người cài đặt" in said
    answer = client.post("/dang-nhap/", {"username": "quantri", "password": PASSWORD})
    assert answer.status_code == 302
    assert client.get("/").status_code == 200


@pytest.mark.slow  # It loads the whole register.
def test_without_a_province_the_register_of_the_product_is_loaded(token_file: str) -> None:
    said = begin(f"--token-file={token_file}", "--username=quantri", "--full-name=Tạ Minh Khôi")

    assert UnitRole.objects.get().unit.key == "bt"
    assert "quantri" in said
    assert Unit.objects.filter(kind=UnitKind.COMMUNE).count() > 100


def test_a_second_run_of_the_installer_makes_no_second_administrator(token_file: str) -> None:
    words = (*LAM_DONG, f"--token-file={token_file}", "--username=quantri", "--full-name=Tạ Minh Khôi")
    begin("--if-none", *words)
    entries = AuditEntry.objects.count()

    begin("--if-none", *words)

    assert AuditEntry.objects.count() == entries
    assert (User.objects.count(), Unit.objects.count()) == (1, 1)
    # The control: without the word it is refused.
    with pytest.raises(CommandError):
        begin(f"--token-file={token_file}", "--username=quantri2", "--full-name=Tạ Minh Khôi")


def test_with_a_token_nothing_is_asked_and_the_person_sets_the_password(
    token_file: str, client: Client
) -> None:
    begin(*LAM_DONG, f"--token-file={token_file}", "--username=quantri", "--full-name=Tạ Minh Khôi")

    user = User.objects.get()
    assert not user.has_usable_password()
    typed = {
        "username": "quantri",
        "code": TOKEN.lower().replace("0", "o"),
        "new": PASSWORD,
        "again": PASSWORD,
    }
    assert client.post("/ma-mot-lan/", typed).status_code == 302
    assert client.post("/dang-nhap/", {"username": "quantri", "password": PASSWORD}).status_code == 302


def test_the_token_is_in_no_row_and_in_no_entry(token_file: str) -> None:
    said = begin(*LAM_DONG, f"--token-file={token_file}", "--username=quantri", "--full-name=Tạ Minh Khôi")

    installer = re.findall(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}", said)
    kept = " ".join(OneTimeCode.objects.values_list("digest", flat=True))
    logged = " ".join(AuditEntry.objects.values_list("payload__content", flat=True))
    assert len(installer) == 1
    for secret in (TOKEN, installer[0], TOKEN.replace("-", "")):
        assert secret not in kept + logged
    events = list(AuditEntry.objects.values_list("event", flat=True))
    assert "role.administrator_begun" in events
    assert "installer.token_made" in events


def test_a_second_run_makes_no_second_administrator(token_file: str) -> None:
    words = [*LAM_DONG[:2], f"--token-file={token_file}", "--username=quantri", "--full-name=Tạ Minh Khôi"]
    begin(*words)

    with pytest.raises(CommandError, match="Tỉnh Lâm Đồng"):
        begin("--province=tinh-lam-dong", *words[2:3], "--username=khac", "--full-name=Người khác")

    assert User.objects.count() == Account.objects.count() == 1


@pytest.mark.parametrize(
    ("answers", "passwords"),
    [
        (("quantri", "Tạ Minh Khôi"), (PASSWORD, "khac-hoan-toan-9")),
        (("quantri", "Tạ Minh Khôi"), ("ngan", "ngan")),
        (("", "Tạ Minh Khôi"), (PASSWORD, PASSWORD)),
        (("Quản Trị", "Tạ Minh Khôi"), (PASSWORD, PASSWORD)),
    ],
    ids=["passwords differ", "too short", "no name", "name of no keyboard"],
)
def test_what_cannot_stand_writes_nothing(
    typed: Callable[..., None], answers: tuple[str, str], passwords: tuple[str, str]
) -> None:
    typed(*answers, passwords=passwords)

    with pytest.raises(CommandError):
        begin(*LAM_DONG)

    assert not User.objects.exists()
    assert not Unit.objects.exists()


@pytest.mark.parametrize("text", ["", "ngắn", "7KQ2-M0RD-9XAB"])
def test_a_token_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "token"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(CommandError, match="16"):
        begin(*LAM_DONG, f"--token-file={path}", "--username=quantri", "--full-name=Tạ Minh Khôi")


def test_among_several_provinces_one_is_named(token_file: str) -> None:
    begin(*LAM_DONG, f"--token-file={token_file}", "--username=quantri", "--full-name=Tạ Minh Khôi")
    Unit(key="khac", kind=UnitKind.PROVINCE, name="Tỉnh Khác", valid_from="2021-01-01").save()

    with pytest.raises(CommandError, match="khac"):
        begin(f"--token-file={token_file}", "--username=hai", "--full-name=Người Hai")
