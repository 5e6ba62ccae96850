"""What waits for the leadership's word."""

from typing import Any

from django.db.models import OuterRef, Subquery

from criteria.engine import Outcome
from criteria.engine import Status as FindingStatus
from criteria.selectors import lang
from nominations.enums import Status
from nominations.models import Dossier, Evaluation
from nominations.selectors.checks import result_of
from nominations.selectors.dossiers import desk_queue


def awaiting_waiver(user: Any, most: int) -> list[tuple[Dossier, list[str]]]:
    """Dossiers under appraisal that fail only where somebody may accept it, with the names of those criteria.

    The longest waiting first; three queries, however many there are.
    """
    newest = Evaluation.objects.filter(dossier=OuterRef("pk")).order_by("-pk").values("pk")[:1]
    failing = desk_queue(user, status=Status.RECEIVED).filter(newest_outcome=Outcome.NOT_ELIGIBLE).for_list()
    rows = list(failing.annotate(newest=Subquery(newest)))
    evaluations = Evaluation.objects.in_bulk([row.newest for row in rows])
    found = []
    for row in rows:
        failed = [
            finding
            for finding in result_of(evaluations[row.newest]).top_level
            if finding.status is FindingStatus.NOT_MET
        ]
        if failed and all(finding.can_be_waived for finding in failed):
            found.append((row, [finding.label(lang()) for finding in failed]))
    return found[:most]
