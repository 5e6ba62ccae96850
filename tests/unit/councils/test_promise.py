"""What the ballot page promises is what the threat model says, word for word."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def test_the_ballot_page_promises_what_the_threat_model_says() -> None:
    page = (ROOT / "templates/councils/promise.html").read_text(encoding="utf-8")
    model = (ROOT / "docs/threat-model.md").read_text(encoding="utf-8")
    promised = [words for words in re.findall(r'\{% translate "([^"]+)" %\}', page) if words.endswith(".")]

    quoted = re.findall(r"^> (.+)$", model, flags=re.MULTILINE)

    assert len(promised) == 3
    assert promised == quoted
