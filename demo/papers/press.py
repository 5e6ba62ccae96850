"""`python -m demo.papers.press FOLDER`: prints pages to PDF until its input ends.

Each line of standard input names a job: `FOLDER/NAME.html` becomes `FOLDER/NAME.pdf`, which appears whole or not
at all. A process of its own, so that printing goes on while the story is being told. Nothing is fetched.
"""

import sys
from pathlib import Path
from typing import Any

STYLE = Path(__file__).with_name("paper.css")


def refuse(url: str, *arguments: Any, **options: Any) -> Any:
    """Papers hold text only: any address is a fault of a template."""
    raise ValueError(f"refused address: {url[:200]}")


def main(folder: Path) -> None:
    from weasyprint import CSS, HTML  # noqa: PLC0415 -- slow import
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415 -- slow import

    fonts = FontConfiguration()
    style = CSS(string=STYLE.read_text(encoding="utf-8"), font_config=fonts)
    for line in sys.stdin:
        page = folder / f"{line.strip()}.html"
        document = HTML(string=page.read_text(encoding="utf-8"), url_fetcher=refuse)
        unfinished = page.with_suffix(".part")
        document.write_pdf(unfinished, stylesheets=[style], font_config=fonts)
        unfinished.rename(page.with_suffix(".pdf"))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
