"""Facts with figures changed: what is unchanged stays the very same, sums and sources included."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from criteria.engine import Facts, Lineage, PriorAward, Review, evaluate
from criteria.engine.checks import Case
from criteria.engine.standing import Group
from criteria.selectors import default_plan, get_plan
from nominations.finder.what_if import (
    Figures,
    award_counts,
    awards_asked,
    review_of,
    stand,
    with_figures,
    years_looked_at,
)

DAY = date(2025, 12, 10)
PLAN = default_plan()


def facts(kind: str = "commune", round_kind: str = "annual", **fields: Any) -> Facts:
    return Facts.from_dict(
        {
            "award": "province_certificate",
            "round": {"kind": round_kind, "year": 2025},
            "submitted_on": DAY,
            "nominee": {"kind": kind, **fields},
        }
    )


def merged() -> Facts:
    """A commune made of two in 2024, with figures of its own since."""
    parts = tuple(Lineage(reviews={2021: Review(500, poor, 10)}, name=f"Xã {poor}") for poor in (100, 60))
    lineage = Lineage(
        reviews={2024: Review(1000, 50, 20, source="9/QĐ"), 2025: Review(1000, 40, 20)}, predecessors=parts
    )
    commune = facts(zone="II")
    return replace(commune, nominee=replace(commune.nominee, lineage=lineage))


def shown(given: Facts) -> dict[int, Any]:
    return {year: review_of(PLAN, given.nominee.lineage, year) for year in years_looked_at(PLAN, given)}


def test_present_figures_are_those_that_the_checks_read() -> None:
    given = merged()
    case = Case(PLAN, given)

    for year, counts in shown(given).items():
        recorded = case.review(year)
        assert (counts is None) == (recorded is None)
        if counts is not None and recorded is not None:
            assert (counts[0], counts[1] + counts[2]) == (recorded.households, recorded.poor)
    assert shown(given)[2021] == (1000, 160, 20)


def test_figures_of_another_standard_count_as_absent() -> None:
    lineage = Lineage(reviews={2021: Review(500, 100, 10, standard="2016-2020")})

    assert review_of(PLAN, lineage, 2021) is None


def test_unchanged_figures_leave_the_facts_as_they_are() -> None:
    given = merged()

    assert with_figures(PLAN, given, Figures(reviews=shown(given), zone="II", awards={})) == given


def test_a_changed_year_takes_the_place_of_the_sum_and_an_emptied_one_is_absent() -> None:
    given = merged()

    fewer = with_figures(PLAN, given, Figures(reviews={**shown(given), 2021: (1000, 90, 10)}))
    absent = with_figures(PLAN, given, Figures(reviews={**shown(given), 2021: None}))

    assert (stand(PLAN, given).group, stand(PLAN, fewer).group) == (Group.MEETS, Group.CLOSE)
    assert stand(PLAN, absent).group is Group.MISSING
    assert fewer.nominee.lineage.reviews[2024].source == "9/QĐ"
    assert stand(PLAN, fewer).result == evaluate(PLAN, fewer)


def test_the_smallest_change_named_passes_when_tried() -> None:
    given = with_figures(PLAN, merged(), Figures(reviews={2025: (1000, 100, 20)}))
    needed = stand(PLAN, given).needed_fall
    assert needed is not None

    tried = with_figures(PLAN, given, Figures(reviews={2025: (1000, 100 - needed, 20)}))

    assert stand(PLAN, tried).group is Group.MEETS


@pytest.mark.parametrize(
    ("figures", "group"),
    [
        (Figures(), Group.MEETS),
        (Figures(statuses={2025: "poor"}), Group.JUDGED),
        (Figures(statuses={2025: "", 2024: "", 2023: ""}), Group.MISSING),
        (Figures(registration="never"), Group.JUDGED),
        (Figures(registration=""), Group.MISSING),
        (Figures(registration="registered", registered_on=date(2025, 1, 1)), Group.JUDGED),
        (Figures(policy_loan="bad"), Group.JUDGED),
        (Figures(policy_loan=""), Group.MISSING),
    ],
)
def test_a_households_facts_are_changed_one_by_one(figures: Figures, group: Group) -> None:
    given = facts(
        kind="household",
        statuses={2021: "poor", 2022: "near_poor", 2023: "newly_escaped", 2024: "average", 2025: "average"},
        registered_on="2022-03-01",
        policy_loan="none",
    )

    assert stand(PLAN, with_figures(PLAN, given, figures)).group is group


def test_earlier_awards_are_added_and_taken_away_without_standing_in_the_way() -> None:
    given = facts(kind="individual", round_kind="final", role="cadre")
    assert awards_asked(PLAN, given) == ["commendation", "province_certificate"]
    held = tuple(
        PriorAward("commendation", PLAN.id, year, date(year, 12, 1), f"{year}/QĐ")
        for year in (2022, 2023, 2024)
    )
    rich = replace(given, prior_awards=held)

    more = with_figures(PLAN, given, Figures(awards={"commendation": 2, "province_certificate": 0}))
    fewer = with_figures(PLAN, rich, Figures(awards={"commendation": 1, "province_certificate": 0}))

    assert award_counts(PLAN, more) == {"commendation": 2, "province_certificate": 0}
    assert stand(PLAN, given).group is Group.CLOSE
    assert stand(PLAN, more).group is Group.MEETS
    assert fewer.prior_awards == held[:1]
    assert with_figures(PLAN, rich, Figures(awards=award_counts(PLAN, rich))).prior_awards == held


def test_a_plan_whose_values_start_later_is_looked_at_from_its_first_day() -> None:
    plan = get_plan("mau-khong-cap-huyen")
    early = replace(facts(), submitted_on=date(1990, 1, 1), round_year=plan.starts_on.year + 1)

    assert years_looked_at(plan, early).start == plan.starts_on.year


def test_a_role_is_tried() -> None:
    given = facts(kind="individual", role="other")

    assert stand(PLAN, with_figures(PLAN, given, Figures(role="cadre"))).group is Group.MEETS
    assert stand(PLAN, with_figures(PLAN, given, Figures(role=""))).group is Group.MISSING
