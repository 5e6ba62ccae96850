"""What a list of nominees takes of the plan's quotas, and what its awards would cost."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from criteria.engine import check_quotas
from nominations.models import Proposal, ProposalItem
from nominations.selectors.proposals import used_counts
from nominations.services.decisions import prize_on


def quota_rows(proposal: Proposal, left_out: Iterable[str], day: date) -> list[dict[str, Any]]:
    """Each quota of the proposal's award in its round on a day: what every list of the round takes of it together.

    `left_out` are the subjects of nominees that stand on the list and do not go up.
    """
    award_round = proposal.award_round
    used = used_counts(award_round, proposal.award)
    used.subtract(left_out)
    result = check_quotas(award_round.plan, proposal.award, award_round.kind, +used, day)
    return [
        {
            "label": line.label.vi,
            "clause": line.clause,
            "used": line.used,
            "most": line.most,
            "least": line.least,
            "left": line.left,
        }
        for line in result.lines
    ]


def prize_rows(proposal: Proposal, items: Sequence[ProposalItem], day: date) -> dict[str, Any]:
    """The prize money that the list would take if it were decided on a day, by subject; in đồng."""
    plan = proposal.award_round.plan
    subjects = [
        subject for subject in plan.subjects if any(item.dossier.subject == subject for item in items)
    ]
    rows, unknown = [], []
    for subject in subjects:
        count = sum(item.dossier.subject == subject for item in items)
        label = plan.subjects[subject].label.vi
        prize = prize_on(plan, proposal.award, subject, day)
        if prize is None:
            unknown.append(label)
            continue
        rows.append({"label": label, "count": count, "each": prize.rounded, "sum": count * prize.rounded})
    return {"rows": rows, "unknown": unknown, "total": sum(row["sum"] for row in rows)}
