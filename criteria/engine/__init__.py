"""The rule engine: a plan, the facts of a dossier, and findings that explain themselves.

Plain Python: no Django, no app, no clock and no file other than the plan.
"""

from .ballots import BallotError, BallotResult, decide_ballot, required_ballots
from .evaluate import ENGINE_VERSION, evaluate
from .facts import (
    Facts,
    FactsError,
    Hold,
    Lineage,
    Nominee,
    PriorAward,
    Review,
)
from .findings import Finding, Result
from .loader import load_plan, load_plans, plan_from_data, plan_from_json, plan_or_faults
from .plan import Award, NoValue, Plan, PlanError, SendingWay, WayStep
from .prizes import Prize, prize_amount
from .quotas import QuotaLine, QuotaResult, check_quotas
from .rules import UnknownScope, compile_rules
from .statuses import Outcome, Status, all_of, any_of, outcome_of
from .way import first_lacking
from .wording import Text

__all__ = [
    "ENGINE_VERSION",
    "Award",
    "BallotError",
    "BallotResult",
    "Facts",
    "FactsError",
    "Finding",
    "Hold",
    "Lineage",
    "NoValue",
    "Nominee",
    "Outcome",
    "Plan",
    "PlanError",
    "PriorAward",
    "Prize",
    "QuotaLine",
    "QuotaResult",
    "Result",
    "Review",
    "SendingWay",
    "Status",
    "Text",
    "UnknownScope",
    "WayStep",
    "all_of",
    "any_of",
    "check_quotas",
    "compile_rules",
    "decide_ballot",
    "evaluate",
    "first_lacking",
    "load_plan",
    "load_plans",
    "outcome_of",
    "plan_from_data",
    "plan_from_json",
    "plan_or_faults",
    "prize_amount",
    "required_ballots",
]
