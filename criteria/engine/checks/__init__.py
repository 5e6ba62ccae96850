"""Named predicates: each looks at the facts of one case and says why it decides as it does."""

from . import gates, households, papers, reviews
from .registry import Case, CheckSpec, Decision, Source

CHECKS: dict[str, CheckSpec] = {
    spec.name: spec for module in (reviews, households, gates, papers) for spec in module.SPECS
}

__all__ = ["CHECKS", "Case", "CheckSpec", "Decision", "Source"]
