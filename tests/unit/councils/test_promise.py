"""What the ballot page promises is what the threat model says, word for word."""

import re
from pathlib import Path

from django.template.loader import render_to_string
from django.utils.html import strip_tags
from django.utils.translation import override

ROOT = Path(__file__).resolve().parents[3]
SUMMARY = "What could still be known"


def test_the_ballot_page_promises_what_the_threat_model_says() -> None:
    model = (ROOT / "docs/threat-model.md").read_text(encoding="utf-8")
    quoted = re.findall(r"^> (.+)$", model, flags=re.MULTILINE)

    with override("en"):
        read = " ".join(strip_tags(render_to_string("councils/promise.html")).split())

    assert len(quoted) == 4
    assert read == " ".join([*quoted[:2], SUMMARY, *quoted[2:]])
