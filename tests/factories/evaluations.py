"""What a real check says of an invented nominee: stages keep it as an evaluation's facts and result."""

from datetime import date
from functools import cache
from typing import Any

from criteria.engine import Facts, evaluate
from criteria.selectors import get_plan

PLAN = "binh-thuan-2021-2025"
_STANDARD = "2022-2025"
_NOMINEES: dict[str, dict[str, Any]] = {
    "commune": {
        "kind": "commune",
        "zone": "II",
        "reviews": {
            2021: {
                "households": 1850,
                "poor": 210,
                "near_poor": 190,
                "standard": _STANDARD,
                "source": "QĐ 1",
            },
            2023: {
                "households": 1890,
                "poor": 150,
                "near_poor": 120,
                "standard": _STANDARD,
                "source": "QĐ 2",
            },
            2024: {"households": 1910, "poor": 80, "near_poor": 95, "standard": _STANDARD, "source": "QĐ 3"},
        },
    },
    "household": {
        "kind": "household",
        "statuses": {2021: "poor", 2022: "near_poor", 2023: "newly_escaped", 2024: "average"},
        "registered_on": "2022-03-01",
        "policy_loan": "good",
    },
    "individual": {"kind": "individual", "role": "anti_poverty_worker"},
}
_JUDGED = {"household-initiative": "met", "household-helping": "not_met", "individual-initiative": "met"}


@cache
def checked(
    subject: str, award: str = "province_certificate", kind: str = "annual", day: date = date(2025, 12, 10)
) -> dict[str, Any]:
    """`facts` and `result` of an ordinary nominee of this subject, with complete papers, filed on a day."""
    facts = Facts.from_dict(
        {
            "award": award,
            "round": {"kind": kind, "year": day.year},
            "submitted_on": day.isoformat(),
            "nominee": _NOMINEES[subject],
            "dossier": {
                "submission_letter": True,
                "council_minutes": True,
                "achievement_report": "confirmed",
                "originals": 1,
                "confirmations": [],
            },
        }
    )
    result = evaluate(get_plan(PLAN), facts, _JUDGED)
    return {"facts": facts.to_dict(), "result": result.to_dict()}
