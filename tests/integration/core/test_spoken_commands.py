"""Whoever runs a command of the shell reads a sentence: on an empty database, with the wrong file, with nothing typed."""

from __future__ import annotations

import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command, get_commands, load_command_class
from django.core.management.base import BaseCommand

from core.commands import SpokenCommand
from core.models import AuditEntry, User

OURS = ("core", "registry", "criteria", "nominations", "councils", "reports", "demo")
ROOT = Path(__file__).parents[3]


def manage(data: Path, *words: str, typed: str | None = None) -> tuple[int, str]:
    """A command on a machine whose database has no tables yet."""
    environment = {**os.environ, "DATA_DIR": str(data), "DATABASE_URL": f"sqlite:///{data}/empty.sqlite3"}
    done = subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=ROOT,
        env=environment,
        input=typed,
        stdin=subprocess.DEVNULL if typed is None else None,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_every_command_of_ours_speaks() -> None:
    ours = [name for name, app in get_commands().items() if app in OURS]
    commands: list[BaseCommand] = [load_command_class(get_commands()[name], name) for name in ours]

    assert len(commands) > 20
    assert [type(one).__module__ for one in commands if not isinstance(one, SpokenCommand)] == []


@pytest.mark.slow  # each starts the program anew
@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("verify_audit",), 1),
        (("verify_files",), 1),
        (("verify_meeting", "1"), 2),
        (("first_administrator", "--username", "quantri", "--full-name", "Ai"), 1),
        (("backup", "--may-begin"), 1),
    ],
)
def test_a_database_without_tables_is_said(tmp_path: Path, words: tuple[str, ...], status: int) -> None:
    code, said = manage(tmp_path, *words)

    assert (code, "Traceback" in said) == (status, False), said
    if words[0] == "first_administrator":
        # A password is asked for before anything is read, and nobody sits there.
        assert "The input ended" in said or "Dữ liệu nhập" in said
    else:
        assert "migrate" in said


@pytest.fixture
def binary(tmp_path: Path) -> Path:
    path = tmp_path / "nhi-phan"
    path.write_bytes(b"\xff\xfe\x00\x80" * 20)
    return path


@pytest.mark.django_db
@pytest.mark.parametrize(
    "words",
    [
        ("verify_audit", "--against"),
        ("restore", "ban-sao", "--key"),
        ("first_administrator", "--username", "quantri", "--full-name", "Ai", "--token-file"),
    ],
)
def test_a_file_that_is_no_text_is_named(binary: Path, words: tuple[str, ...]) -> None:
    with pytest.raises(CommandError, match=str(binary)):
        call_command(*words, str(binary), stdout=StringIO())


@pytest.mark.parametrize("words", [("verify_audit", "--against"), ("restore", "ban-sao", "--key")])
@pytest.mark.django_db
def test_a_file_that_is_not_there_is_named(tmp_path: Path, words: tuple[str, ...]) -> None:
    with pytest.raises(CommandError, match="khong-co"):
        call_command(*words, str(tmp_path / "khong-co"), stdout=StringIO())


@pytest.mark.slow  # each starts the program anew
@pytest.mark.parametrize("words", [("verify_audit",), ("verify_files",), ("installer_token",)])
def test_a_damaged_database_is_said(tmp_path: Path, words: tuple[str, ...]) -> None:
    (tmp_path / "empty.sqlite3").write_bytes(b"\x13\x37" * 4096)

    code, said = manage(tmp_path, *words)

    assert (code, "Traceback" in said) == (1, False), said
    assert "not a database" in said


@pytest.mark.django_db
@pytest.mark.parametrize("where", ["", "  ", "x" * 301])
def test_where_a_backup_lies_is_said_in_some_words(where: str) -> None:
    before = AuditEntry.objects.count()

    with pytest.raises(CommandError):
        call_command("record_backup", where, stdout=StringIO())

    assert AuditEntry.objects.count() == before


@pytest.mark.django_db
@pytest.mark.parametrize("sample", ["-1", "99999999999999999999999"])
def test_no_sample_is_too_small_or_too_large(sample: str) -> None:
    out = StringIO()

    call_command("verify_files", "--sample", sample, stdout=out)

    assert "files are as they were kept" in out.getvalue()


@pytest.mark.django_db
def test_a_key_is_never_written_over_another(tmp_path: Path) -> None:
    path = tmp_path / "khoa"
    path.write_text("khóa cũ", encoding="utf-8")

    with pytest.raises(CommandError, match="stands there already"):
        call_command("backup", make_key=str(path), stdout=StringIO())

    assert path.read_text(encoding="utf-8") == "khóa cũ"


@pytest.mark.slow  # it starts the program anew
def test_a_closed_output_is_said_before_anything_is_done(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "DATA_DIR": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{tmp_path}/empty.sqlite3",
    }

    done = subprocess.run(
        ["sh", "-c", 'exec "$0" manage.py installer_token >&-', sys.executable],
        cwd=ROOT,
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )

    assert (done.returncode, "Traceback" in done.stderr) == (1, False), done.stderr
    assert "The output is closed" in done.stderr or "Đầu ra" in done.stderr


@pytest.mark.django_db
def test_a_command_with_an_output_of_its_own_needs_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    out = StringIO()

    call_command("verify_audit", "--quick", stdout=out)

    assert "entries hold" in out.getvalue()


@pytest.mark.django_db
@pytest.mark.parametrize("command", ["set_password", "first_administrator"])
def test_a_password_that_nobody_can_type_is_said(monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    User.objects.create_user("quantri", None, full_name="Người quản trị")
    opened = os.open

    def no_terminal(path: str, *rest: int) -> int:
        if path == "/dev/tty":
            raise OSError(path)
        return opened(path, *rest)

    monkeypatch.setattr(os, "open", no_terminal)
    monkeypatch.setattr(sys, "stdin", None)
    words = {
        "set_password": ("quantri",),
        "first_administrator": ("--username", "quantri2", "--full-name", "Ai"),
    }

    with pytest.raises(CommandError, match=r"The input ended|Dữ liệu nhập"):
        call_command(command, *words[command], stdout=StringIO())
