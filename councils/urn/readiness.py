"""Whether the urn answers, for monitors: without it no poll can be opened, cast in or closed, and all else goes on."""

from core.readiness import Finding
from councils.exceptions import UrnAway
from councils.urn.client import papers_in_each


def urn_answers() -> Finding:
    """The urn is asked after no poll at all."""
    try:
        return Finding(papers_in_each(()) == ())
    except UrnAway:
        return Finding(False)
