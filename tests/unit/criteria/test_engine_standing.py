"""Where nominees stand before any paper: in step with the whole check, and the same however many are looked at."""

import random
from collections import Counter
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from benchmarks.engine import varied_dossiers
from criteria.engine import Facts, Outcome, Plan, Review, Status, evaluate, outcome_of
from criteria.engine.many import Evaluator
from criteria.engine.standing import Group, Measure, Standing, looks_at, standing_of
from criteria.selectors import default_plan, get_plan

DAY = date(2024, 12, 10)
ANSWERS = {
    Group.MEETS: {Outcome.ELIGIBLE, Outcome.NEEDS_JUDGEMENT},
    Group.CLOSE: {Outcome.NOT_ELIGIBLE},
    # A fact that is not recorded on one way leaves the other way to people's judgement.
    Group.MISSING: {Outcome.INCOMPLETE, Outcome.NEEDS_JUDGEMENT},
    # On the way that only people decide, an earlier award may be lacking as well.
    Group.JUDGED: {Outcome.NEEDS_JUDGEMENT, Outcome.NOT_ELIGIBLE},
    Group.BARRED: {Outcome.NOT_ELIGIBLE},
}


def facts_of_one_day(plan: Plan, count: int) -> list[Facts]:
    """Varied facts, all of one round and day so that what is kept for one is met again by others."""
    return [
        replace(facts, round_year=plan.final_year - 1, submitted_on=DAY, as_of=DAY)
        for facts, _judgements, _waivers in varied_dossiers(plan, count)
    ]


def evaluators(plan: Plan, population: list[Facts]) -> list[tuple[Facts, Standing]]:
    kept: dict[Any, Evaluator] = {}
    found = []
    for facts in population:
        key = (facts.award, facts.nominee.kind, facts.round_kind)
        evaluator = kept.setdefault(key, Evaluator(plan, *key))
        found.append((facts, evaluator.stand(facts)))
    return found


@pytest.mark.slow  # a thousand varied dossiers of every kind, so that whatever is kept is met again
def test_many_at_once_say_what_each_alone_says() -> None:
    plan = default_plan()

    for facts, standing in evaluators(plan, facts_of_one_day(plan, 1500)):
        alone = evaluate(plan, facts)
        assert standing.result == alone
        assert standing == standing_of(plan, alone.findings)
        assert [one.sentence("vi") for one in standing.findings] == [
            one.sentence("vi") for one in alone.findings
        ]


def test_other_days_empty_what_is_kept() -> None:
    plan = default_plan()
    evaluator = Evaluator(plan, "province_certificate", "individual", "annual")
    facts = commune(kind="individual", role="cadre", holds=[{"from": "2024-12-11", "until": None}])

    before = evaluator.stand(facts)
    after = evaluator.stand(replace(facts, submitted_on=date(2024, 12, 12), as_of=None))

    assert (before.group, after.group) == (Group.MEETS, Group.BARRED)


@pytest.mark.slow  # property over a thousand random nominees
@pytest.mark.parametrize("plan_id", ["binh-thuan-2021-2025", "mau-khong-cap-huyen"])
def test_groups_are_in_step_with_the_outcome(plan_id: str) -> None:
    plan = get_plan(plan_id)
    seen: Counter[Group] = Counter()

    for _facts, standing in evaluators(plan, facts_of_one_day(plan, 1000)):
        own = [
            finding.status
            for finding in standing.findings
            if finding.is_top_level and looks_at(plan, finding) == "nominee"
        ]
        assert outcome_of(own) in ANSWERS[standing.group], (standing.group, own)
        if standing.group is Group.MEETS:
            assert not {Status.NOT_MET, Status.MISSING} & set(own)
        if standing.group is Group.CLOSE:
            assert standing.shortfalls
        if standing.group is Group.BARRED:
            assert standing.decisive
            assert all(finding.status is Status.NOT_MET for finding in standing.decisive)
        seen[standing.group] += 1

    assert len(seen) > 2


def commune(kind: str = "commune", award: str = "province_certificate", **fields: Any) -> Facts:
    beside = {name: fields.pop(name) for name in ("prior_awards", "holds") if name in fields}
    return Facts.from_dict(
        {
            "award": award,
            "round": {"kind": fields.pop("round_kind", "annual"), "year": 2024},
            "submitted_on": DAY,
            "nominee": {"kind": kind, **fields},
            **beside,
        }
    )


def stand(facts: Facts) -> Standing:
    return Evaluator(default_plan(), facts.award, facts.nominee.kind, facts.round_kind).stand(facts)


def reviews(first: int, last: int) -> dict[int, dict[str, int]]:
    return {
        2021: {"households": 1000, "poor": first, "near_poor": 0},
        2024: {"households": 1000, "poor": last, "near_poor": 0},
    }


def with_latest(facts: Facts, poor: int) -> Facts:
    lineage = facts.nominee.lineage
    changed = replace(lineage, reviews={**lineage.reviews, 2024: Review(1000, poor, 0)})
    return replace(facts, nominee=replace(facts.nominee, lineage=changed))


def test_needed_fall_is_the_smallest_that_passes() -> None:
    rng = random.Random(7)  # noqa: S311 -- invented figures, the same in each run
    for _ in range(200):
        first = rng.randint(1, 400)
        facts = commune(zone="II", reviews=reviews(first, rng.randint(first // 2, 500)))
        standing = stand(facts)
        if standing.group is Group.MEETS:
            continue
        needed = standing.needed_fall
        latest = facts.nominee.lineage.reviews[2024].poor
        assert needed is not None
        assert standing.group is Group.CLOSE
        assert stand(with_latest(facts, latest - needed)).group is Group.MEETS
        assert stand(with_latest(facts, latest - needed + 1)).group is Group.CLOSE


def test_a_bar_outweighs_a_shortfall_and_a_waivable_one_says_so() -> None:
    standing = stand(commune(zone="none", reviews=reviews(100, 90)))

    assert standing.group is Group.BARRED
    assert [finding.criterion for finding in standing.decisive] == ["commune-zone", "commune-household-fall"]
    assert standing.decisive[0].can_be_waived


def test_a_missing_fact_beside_a_shortfall_is_told_too() -> None:
    standing = stand(commune(reviews=reviews(100, 90)))

    assert standing.group is Group.CLOSE
    assert [finding.criterion for finding in standing.unknown] == ["commune-zone"]


def test_missing_papers_stand_apart_and_a_late_day_is_not_the_nominees() -> None:
    facts = replace(commune(zone="II", reviews=reviews(100, 20)), submitted_on=date(2024, 12, 31))

    standing = stand(facts)

    assert standing.group is Group.MEETS
    assert {one.criterion for one in standing.papers} >= {
        "submission-letter",
        "achievement-report",
        "originals",
    }
    assert standing.late is not None
    assert standing.result.outcome is Outcome.NOT_ELIGIBLE


def test_nothing_to_fall_from_cannot_be_mended() -> None:
    assert stand(commune(zone="II", reviews=reviews(0, 3))).group is Group.BARRED
    assert stand(commune(zone="II", reviews=reviews(0, 0))).group is Group.JUDGED


def test_a_district_close_by_either_way_is_told_both() -> None:
    falling = {2021: 300, 2022: 260, 2023: 220, 2024: 181}
    yearly = {year: {"households": 1000, "poor": poor, "near_poor": 0} for year, poor in falling.items()}

    standing = stand(commune(kind="district", reviews=yearly))

    assert standing.group is Group.CLOSE
    assert [(one.measure, str(one.amount)) for one in standing.shortfalls] == [
        (Measure.POINTS, "0.10"),
        (Measure.HOUSEHOLDS, "32"),
    ]
    assert standing.needed_fall == 32


OWN_WAY = {
    "statuses": {2021: "poor", 2022: "newly_escaped", 2023: "average", 2024: "average"},
    "registered_on": "2022-02-01",
    "policy_loan": "good",
}


@pytest.mark.parametrize(
    ("changes", "group"),
    [
        ({}, Group.MEETS),
        ({"statuses": {2021: "poor", 2022: "not_poor", 2024: "not_poor"}}, Group.MEETS),
        ({"statuses": {2021: "not_poor", 2024: "not_poor"}}, Group.JUDGED),
        ({"registered_on": None}, Group.MISSING),
        ({"registered_on": "never"}, Group.JUDGED),
        ({"statuses": {2021: "average", 2024: "average"}}, Group.JUDGED),
        ({"policy_loan": None}, Group.MISSING),
        # What fails already decides: the way out is closed whatever the bank will say.
        ({"policy_loan": None, "registered_on": "never"}, Group.JUDGED),
    ],
)
def test_a_household_goes_by_its_own_way_or_by_judgement(changes: dict[str, Any], group: Group) -> None:
    fields = {**OWN_WAY, **changes}

    assert (
        stand(commune(kind="household", **{key: value for key, value in fields.items() if value})).group
        is group
    )


def test_a_household_for_the_prime_minister_has_no_other_way() -> None:
    prior = [
        {
            "award": "province_certificate",
            "movement": default_plan().id,
            "round_year": year,
            "decided_on": f"{year}-12-01",
            "decision": f"{year}/QĐ",
        }
        for year in (2022, 2023)
    ]
    final = {"kind": "household", "award": "pm_certificate", "round_kind": "final", "prior_awards": prior}
    rich = {2021: "poor", 2022: "newly_escaped", 2024: "well_off"}

    assert stand(commune(**final, **{**OWN_WAY, "statuses": rich})).group is Group.MEETS
    assert (
        stand(commune(**final, **{**OWN_WAY, "statuses": rich, "registered_on": "never"})).group
        is Group.BARRED
    )
    # A review that says “not poor” and no more leaves open whether the household is well off.
    for latest, group in (("not_poor", Group.MISSING), ("average", Group.BARRED)):
        statuses = {**rich, 2024: latest}
        assert stand(commune(**final, **{**OWN_WAY, "statuses": statuses})).group is group
    short = stand(commune(**{**final, "prior_awards": prior[:1]}, **{**OWN_WAY, "statuses": rich}))
    assert [(one.measure, one.amount) for one in short.shortfalls] == [(Measure.AWARDS, 1)]


def test_a_way_that_lacks_awards_besides_judgement_stays_with_judgement() -> None:
    household = commune(kind="household", round_kind="final", **{**OWN_WAY, "registered_on": "never"})

    standing = stand(household)

    assert standing.group is Group.JUDGED
    assert [one.measure for one in standing.shortfalls] == [Measure.AWARDS]
