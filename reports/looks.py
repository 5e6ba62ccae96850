"""Which addresses of documents show people, and which document."""

from core.log_names import register_name_source
from core.looks import Shown, register_looks
from reports.kinds import kinds


def install() -> None:
    """Say so to the foundations."""
    register_looks("reports", Shown.DOCUMENT, "reports.issueddocument:{pk}", "download")
    register_looks("reports", Shown.DOCUMENT, "reports.{kind}:{pk}", "issue", "preview", "draft")
    register_looks("reports", Shown.DOCUMENT, "nominations.dossier:{code}", "achievement_report")
    register_looks("reports", Shown.DOCUMENT, "councils.meeting:{pk}", "case_pack")
    register_name_source(_name)


def _name(model: str, key: str) -> str:
    """What is called after a kind of document is that document of a record."""
    kind = kinds().get(model.removeprefix("reports.")) if model.startswith("reports.") else None
    return f"{kind.label} {key}" if kind else ""
