"""Facts are frozen, strict when read, and the same after a trip through JSON."""

import json
from datetime import date

import pytest

from benchmarks.engine import varied_dossiers
from criteria.engine import Facts, FactsError, Hold, Result, evaluate
from criteria.engine.facts import KINDS
from criteria.selectors import default_plan

MINIMAL = {
    "award": "province_certificate",
    "round": {"kind": "annual", "year": 2024},
    "submitted_on": "2024-12-10",
    "nominee": {"kind": "household"},
}


@pytest.mark.parametrize("kind", KINDS)
def test_minimal_facts_of_each_kind_survive_json(kind):
    facts = Facts.from_dict({**MINIMAL, "nominee": {"kind": kind}})

    again = Facts.from_dict(json.loads(json.dumps(facts.to_dict())))

    assert again == facts
    assert again.evaluated_on == date(2024, 12, 10)


def test_varied_facts_and_results_survive_json():
    plan = default_plan()

    for facts, judgements, waivers in varied_dossiers(plan, 200, seed=7):
        result = evaluate(plan, facts, judgements, waivers)
        frozen = Facts.from_dict(json.loads(json.dumps(facts.to_dict())))
        stored = json.loads(json.dumps(result.to_dict()))

        assert frozen == facts
        assert Result.from_dict(stored).to_dict() == stored
        assert evaluate(plan, frozen, judgements, waivers).to_dict() == stored


def test_full_facts_survive_json():
    facts = Facts.from_dict(
        {
            **MINIMAL,
            "as_of": "2024-12-20",
            "nominee": {
                "kind": "commune",
                "zone": "II",
                "exists_until": "2025-06-30",
                "reviews": {
                    "2024": {"households": 9, "poor": 1, "near_poor": 2, "standard": "x", "source": "QĐ 1"}
                },
                "predecessors": [
                    {
                        "name": "Xã cũ",
                        "reviews": {2021: {"households": 5, "poor": 1, "near_poor": 1}},
                        "predecessors": [],
                    }
                ],
            },
            "dossier": {
                "originals": 1,
                "confirmations": ["tax"],
                "not_required": {"environment": "không phát thải"},
            },
            "prior_awards": [
                {
                    "award": "commendation",
                    "movement": "m",
                    "round_year": 2022,
                    "decided_on": date(2022, 12, 1),
                    "decision": 11,
                    "issuer": "Sở",
                    "revoked": True,
                }
            ],
            "holds": [{"from": "2024-01-01", "until": "2024-02-01", "source": "CV 3"}],
        }
    )

    assert Facts.from_dict(facts.to_dict()) == facts
    assert facts.prior_awards[0].decision == "11"
    assert facts.nominee.lineage.predecessors[0].name == "Xã cũ"


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"unknown": 1}, "unknown"),
        ({"award": None}, "award"),
        ({"award": 3}, "award"),
        ({"award": "  "}, "award"),
        ({"round": {"kind": "annual"}}, "round.year"),
        ({"round": {"kind": "annual", "year": 24}}, "round.year"),
        ({"round": {"kind": "annual", "year": True}}, "round.year"),
        ({"round": []}, "round"),
        ({"submitted_on": "2024-13-01"}, "submitted_on"),
        ({"submitted_on": 20241210}, "submitted_on"),
        ({"nominee": {"kind": "club"}}, "nominee.kind"),
        ({"nominee": {"kind": "household", "zone": "I"}}, "nominee.zone"),
        ({"nominee": {"kind": "household", "registered_on": "later"}}, "nominee.registered_on"),
        ({"nominee": {"kind": "household", "statuses": {"now": "poor"}}}, "nominee.statuses.now"),
        ({"nominee": {"kind": "household", "statuses": {2024: "rich"}}}, "nominee.statuses.2024"),
        (
            {
                "nominee": {
                    "kind": "village",
                    "reviews": {2024: {"households": 3, "poor": -1, "near_poor": 0}},
                }
            },
            "poor",
        ),
        ({"nominee": {"kind": "village", "predecessors": [{"zone": "I"}]}}, "predecessors[0].zone"),
        ({"nominee": {"kind": "village", "predecessors": {}}}, "predecessors"),
        ({"dossier": {"submission_letter": "yes"}}, "submission_letter"),
        ({"dossier": {"confirmations": ["fire"]}}, "confirmations[0]"),
        ({"dossier": {"not_required": {"fire": "none"}}}, "not_required.fire"),
        ({"prior_awards": [{"award": "commendation"}]}, "prior_awards[0].movement"),
        ({"holds": [{"until": "2024-01-01"}]}, "holds[0].from"),
    ],
)
def test_a_wrong_fact_names_its_key(change, key):
    with pytest.raises(FactsError) as refused:
        Facts.from_dict({**MINIMAL, **change})

    assert key in refused.value.key
    assert refused.value.expected


def test_long_values_are_shortened_in_errors():
    with pytest.raises(FactsError, match=r"\.\.\.$"):
        Facts.from_dict({**MINIMAL, "nominee": {"kind": "x" * 200}})


def test_a_hold_covers_its_first_and_last_day():
    hold = Hold(date(2024, 1, 2), date(2024, 1, 4))

    assert [hold.covers(date(2024, 1, day)) for day in (1, 2, 4, 5)] == [False, True, True, False]
    assert Hold(date(2024, 1, 2)).covers(date(2030, 1, 1))
