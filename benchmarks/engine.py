"""The engine's speed: dossiers evaluated a second on one core, with every explanation in both languages."""

from __future__ import annotations

import gc
import random
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from criteria.engine import Facts, Plan, Result, compile_rules, evaluate, load_plans
from criteria.engine.wording import LANGUAGES

PLANS = Path(__file__).resolve().parent.parent / "criteria" / "plans"
DOSSIERS = 10_000
BASELINE_DOSSIERS = 500
GOAL = 5_000
ROUNDS = 3

Judged = tuple[Facts, dict[str, str], tuple[str, ...]]


def varied_dossiers(plan: Plan, count: int, seed: int = 2021) -> list[Judged]:
    """Dossiers of every award, subject and round, with facts, judgements and waivers of every kind."""
    rng = random.Random(seed)  # noqa: S311 -- invented facts, the same in each run
    return [_dossier(plan, rng) for _ in range(count)]


def _dossier(plan: Plan, rng: random.Random) -> Judged:
    subject = rng.choice(list(plan.subjects))
    award = rng.choice(list(plan.awards))
    round_kind = rng.choice(list(plan.round_kinds))
    year = rng.randint(plan.first_round_year, plan.final_year)
    filed = date(year, 11, 1) + timedelta(days=rng.randrange(70))
    facts = Facts.from_dict(
        {
            "award": award,
            "round": {"kind": round_kind, "year": year},
            "submitted_on": filed,
            "as_of": filed + timedelta(days=rng.randrange(30)),
            "nominee": {"kind": subject, **_nominee(plan, subject, year, rng)},
            "dossier": {
                "submission_letter": rng.random() < 0.9,
                "council_minutes": rng.random() < 0.9,
                "achievement_report": rng.choice(("confirmed", "confirmed", "unconfirmed", "absent")),
                "originals": rng.randrange(3),
                "confirmations": rng.sample(
                    ["tax", "social_insurance", "environment", "labour_safety", "well_off"], 3
                ),
            },
            "prior_awards": [_prior(plan, year, rng) for _ in range(rng.randrange(4))],
            "holds": [{"from": filed, "until": None}] if rng.random() < 0.1 else [],
        }
    )
    asked = plan.criteria_for(award, subject, round_kind)
    judgements = {
        criterion.id: rng.choice(("met", "not_met"))
        for criterion in asked
        if criterion.kind == "judgement" and rng.random() < 0.7
    }
    waivers = ("deadline",) if rng.random() < 0.2 else ()
    return facts, judgements, waivers


def _nominee(plan: Plan, subject: str, year: int, rng: random.Random) -> dict[str, Any]:
    forms = list(plan.subjects[subject].forms)
    if forms:
        return {"form": rng.choice(forms)}
    if subject == "household":
        kinds = ("poor", "near_poor", "newly_escaped", "average", "well_off")
        return {
            "statuses": {review: rng.choice(kinds) for review in range(2021, year + 1)},
            "registered_on": date(2022, 1, 1) + timedelta(days=rng.randrange(900)),
            "policy_loan": rng.choice(("none", "good", "bad")),
        }
    if subject == "individual":
        return {"role": rng.choice(("cadre", "civil_servant", "anti_poverty_worker", "other"))}
    reviews = {review: _review(rng) for review in range(2021, year + 1) if rng.random() < 0.9}
    extra = {"zone": rng.choice(("I", "II", "III", "none"))} if subject == "commune" else {}
    return {
        "reviews": reviews,
        "predecessors": [{"reviews": {2021: _review(rng)}}] * rng.randrange(3),
        **extra,
    }


def _review(rng: random.Random) -> dict[str, Any]:
    households = rng.randint(500, 12_000)
    poor = rng.randrange(households // 8)
    return {
        "households": households,
        "poor": poor,
        "near_poor": rng.randrange(households // 8),
        "source": "QĐ 1",
    }


def _prior(plan: Plan, year: int, rng: random.Random) -> dict[str, Any]:
    round_year = rng.randint(2022, year)
    return {
        "award": rng.choice(list(plan.awards)),
        "movement": plan.id,
        "round_year": round_year,
        "decided_on": date(round_year, 12, rng.randint(1, 28)),
        "decision": f"{rng.randrange(400)}/QĐ-UBND",
    }


def _explain(result: Result) -> int:
    """Render every sentence in both languages; the length keeps the work from being optimised away."""
    return sum(len(finding.sentence(lang)) for finding in result.findings for lang in LANGUAGES)


def _rate(dossiers: list[Judged], run: Callable[[Judged], Result]) -> float:
    """Dossiers a second of processor time, so that other work on the machine does not count."""
    gc.collect()
    started = time.process_time()
    for dossier in dossiers:
        _explain(run(dossier))
    return len(dossiers) / (time.process_time() - started)


def measure_engine() -> dict[str, Any]:
    """Evaluations a second; the baseline compiles rules and sentences for each dossier anew."""
    plan = next(plan for plan in load_plans(PLANS).values() if plan.is_default)
    dossiers = varied_dossiers(plan, DOSSIERS)

    def compiled(dossier: Judged) -> Result:
        facts, judgements, waivers = dossier
        return evaluate(plan, facts, judgements, waivers)

    def plainly(dossier: Judged) -> Result:
        facts, judgements, waivers = dossier
        fresh = replace(plan, cache={})
        rules = compile_rules(fresh, facts.award, facts.nominee.kind, facts.round_kind)
        return evaluate(fresh, facts, judgements, waivers, rules=rules)

    _rate(dossiers[:BASELINE_DOSSIERS], compiled)
    value = sorted(_rate(dossiers, compiled) for _ in range(ROUNDS))[ROUNDS // 2]
    baseline = sorted(_rate(dossiers[:BASELINE_DOSSIERS], plainly) for _ in range(ROUNDS))[ROUNDS // 2]
    return {
        "name": "engine.evaluations_per_s",
        "value": round(value),
        "unit": "evaluations/s",
        "baseline": round(baseline),
        "ratio": round(value / baseline, 2),
        "goal": GOAL,
        "ok": value >= GOAL,
    }
