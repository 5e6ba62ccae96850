"""What the count of lines counts, and what it lists apart."""

import subprocess
from pathlib import Path

import pytest

from scripts import count_lines


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(count_lines, "NEW", {"readers": "registry/imports/told.py"})
    for name, lines in {
        "registry/imports/told.py": 3,
        "core/text.py": 5,
        "core/migrations/0001_initial.py": 7,
        "reports/demo/story.py": 9,
        "tests/unit/test_text.py": 11,
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x = 1\n" * lines, encoding="utf-8")
    subprocess.run(["git", "init", "--quiet"], check=True)
    subprocess.run(["git", "add", "."], check=True)
    return tmp_path


def test_new_readers_are_listed_apart(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert count_lines.main([]) == 0
    assert [line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines()] == [
        ["3", "readers"],
        ["5", count_lines.REST],
        ["8", "together"],
    ]


def test_name_of_a_module_that_is_gone_fails(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(count_lines, "NEW", {"readers": "registry/imports/gone.py"})

    assert count_lines.main([]) == 1
    assert "registry/imports/gone.py" in capsys.readouterr().err


def test_names_of_our_own_modules_stand() -> None:
    assert count_lines.main([]) == 0
