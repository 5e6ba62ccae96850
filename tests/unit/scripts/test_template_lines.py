"""Which lines of a template are too long, and which may stand because they cannot break."""

from pathlib import Path

import pytest

from scripts.template_lines import long_lines, main

SENTENCE = (
    "A sentence that people read and that is translated as one text, however long it has become over time."
)
LONG_TAG = f'{{% translate "{SENTENCE} {SENTENCE}" %}}'


@pytest.mark.parametrize(
    "line",
    [
        "x" * 120,
        "ạ" * 120,
        f"        {LONG_TAG}",
        f"{{% blocktranslate trimmed with {' '.join(f'value_{n}=row.value_{n}' for n in range(9))} %}}",
        f'    data-failed="{LONG_TAG}">',
    ],
)
def test_short_or_unbreakable_line_passes(line: str) -> None:
    assert list(long_lines(f"{line}\n")) == []


@pytest.mark.parametrize(
    "line",
    [
        "x" * 121,
        f"<p>{LONG_TAG}</p>",
        f"{LONG_TAG}{{{{ value }}}}",
        f"{LONG_TAG}{LONG_TAG}",
        f'{{% include "includes/empty.html" with {" ".join(f"value_{n}=row.value_{n}" for n in range(9))} only %}}',
        f'    class="small" data-failed="{LONG_TAG}">',
    ],
)
def test_line_that_could_break_is_found(line: str) -> None:
    assert list(long_lines(f"<p></p>\n{line}\n")) == [2]


def test_check_names_file_and_line_and_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "page.html").write_text(f"<p>\n{'x' * 200}\n</p>\n", encoding="utf-8")

    assert main([str(tmp_path)]) == 1
    assert f"{tmp_path / 'page.html'}:2" in capsys.readouterr().out


def test_check_passes_without_long_lines(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("<p></p>\n", encoding="utf-8")

    assert main([str(tmp_path)]) == 0
