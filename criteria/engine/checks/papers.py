"""Checks on the parts of the dossier; what is not there yet is missing, never failed."""

from __future__ import annotations

from typing import Any

from criteria.engine.facts import CONFIRMATIONS

from .registry import Case, CheckSpec, Decision, Options, Values


def document_present(case: Case, values: Values, options: Options) -> Decision:
    """The filing body's document is in the set."""
    papers = case.facts.papers
    present = {
        "submission_letter": papers.submission_letter,
        "council_minutes": papers.council_minutes,
    }[options["document"]]
    return Decision("met" if present else "missing")


def report_confirmed(case: Case, values: Values, options: Options) -> Decision:
    """The achievement report is attached and confirmed."""
    report = case.facts.papers.achievement_report
    return Decision("met" if report == "confirmed" else f"missing.{report}")


def originals_at_least(case: Case, values: Values, options: Options) -> Decision:
    """Enough original sets are handed in."""
    (required,) = values
    originals = case.facts.papers.originals
    figures: dict[str, Any] = {"originals": originals, "required": required}
    if originals >= required:
        return Decision("met", figures)
    figures["needed"] = required - originals
    return Decision("missing.few" if originals else "missing", figures)


def confirmations_present(case: Case, values: Values, options: Options) -> Decision:
    """Every listed confirmation is attached, or recorded as not required with a reason."""
    (required,) = values
    papers = case.facts.papers
    excused = [kind for kind in required if kind not in papers.confirmations and kind in papers.not_required]
    missing = [
        kind for kind in required if kind not in papers.confirmations and kind not in papers.not_required
    ]
    figures: dict[str, Any] = {"required": list(required)}
    if excused:
        figures["excused"] = excused
    if missing:
        figures["missing"] = missing
        return Decision("missing", figures)
    return Decision("met.excused" if excused else "met", figures)


SPECS = (
    CheckSpec(
        name="document_present",
        function=document_present,
        reads=("papers",),
        looks_at="papers",
        parameters={},
        options={"document": ("submission_letter", "council_minutes")},
        reasons={"met": (), "missing": ()},
    ),
    CheckSpec(
        name="report_confirmed",
        function=report_confirmed,
        reads=("papers",),
        looks_at="papers",
        parameters={},
        reasons={"met": (), "missing.unconfirmed": (), "missing.absent": ()},
    ),
    CheckSpec(
        name="originals_at_least",
        function=originals_at_least,
        reads=("papers",),
        looks_at="papers",
        parameters={"count": "integer"},
        reasons={
            "met": ("originals", "required"),
            "missing": ("required", "needed"),
            "missing.few": ("originals", "required", "needed"),
        },
    ),
    CheckSpec(
        name="confirmations_present",
        function=confirmations_present,
        reads=("papers",),
        looks_at="papers",
        parameters={"kinds": "list"},
        names={"kinds": CONFIRMATIONS},
        reasons={"met": ("required",), "met.excused": ("required", "excused"), "missing": ("missing",)},
    ),
)
