"""Records that became one: their facts count together, and nobody is put forward twice."""

from __future__ import annotations

from datetime import date

import pytest

from core.exceptions import InvalidRequest
from criteria.engine import Facts
from nominations.enums import Status
from nominations.facts import collect_facts
from nominations.models import Dossier, PriorAward
from nominations.selectors.history import nominees_found
from nominations.selectors.nominees import find_nominees
from nominations.selectors.people import dossiers_in_both, person_panel
from nominations.services.dossiers import Nomination, start_dossier, withdraw_dossier
from registry.models import Hold, Household, Individual
from registry.services.merging import merge_households, merge_individuals, undo_merger
from tests.factories import (
    Cast,
    HouseholdFactory,
    HouseholdStatusFactory,
    IndividualFactory,
    dossier_at,
    running_round,
)

TODAY = date(2025, 12, 15)
AWARD = "province_certificate"


def _pair(cast: Cast) -> tuple[Household, Household]:
    kept = HouseholdFactory(unit=cast.commune, name="Mang Thị Xuân")
    dropped = HouseholdFactory(unit=cast.commune, name="Mang Thị Xuân")
    for household, year, status in (
        (kept, 2024, "average"),
        (kept, 2025, "average"),
        (dropped, 2021, "poor"),
        (dropped, 2024, "poor"),
    ):
        HouseholdStatusFactory(household=household, year=year, status=status)
    return kept, dropped


def _nominate(cast: Cast, nominee: object, subject: str = "household") -> Dossier:
    return start_dossier(
        nomination=Nomination(running_round(), AWARD, subject, nominee, cast.commune), actor=cast["commune"]
    )


def _facts(dossier: Dossier) -> Facts:
    return collect_facts([Dossier.objects.get(pk=dossier.pk)], TODAY)[dossier.pk]


def _award(**nominee: object) -> None:
    PriorAward.objects.create(
        award=AWARD,
        movement=running_round().movement,
        round_year=2023,
        decided_on=date(2024, 1, 5),
        decision_number="64/QĐ",
        **nominee,
    )


@pytest.mark.parametrize("nominated", ["kept", "dropped"])
def test_both_histories_count_whichever_record_was_put_forward(cast: Cast, nominated: str) -> None:
    kept, dropped = _pair(cast)
    dossier = _nominate(cast, kept if nominated == "kept" else dropped)
    _award(household=dropped)
    Hold.objects.create(household=dropped, starts_on=date(2025, 12, 1), reason="Đang xác minh")
    Household.objects.filter(pk=dropped.pk).update(
        registration="registered", registered_on=date(2021, 3, 15), policy_loan="good"
    )

    merge_households(kept=kept, dropped=dropped, actor=cast["commune"])
    facts = _facts(dossier)

    assert dict(facts.nominee.statuses) == {2021: "poor", 2024: "average", 2025: "average"}
    assert (facts.nominee.registered_on, facts.nominee.policy_loan) == (date(2021, 3, 15), "good")
    assert [prior.decision for prior in facts.prior_awards] == ["64/QĐ"]
    assert [hold.start for hold in facts.holds] == [date(2025, 12, 1)]


def test_an_individuals_awards_and_role_come_along(cast: Cast) -> None:
    kept, dropped = (IndividualFactory(unit=cast.commune, role=role) for role in ("cadre", ""))
    dossier = _nominate(cast, dropped, "individual")
    _award(individual=kept)

    merge_individuals(kept=kept, dropped=dropped, take=("name",), actor=cast["commune"])
    facts = _facts(dossier)

    assert facts.nominee.role == "cadre"
    assert [prior.decision for prior in facts.prior_awards] == ["64/QĐ"]


def test_a_merged_record_is_not_put_forward_and_not_offered(cast: Cast) -> None:
    kept, dropped = _pair(cast)
    merge_households(kept=kept, dropped=dropped, actor=cast["commune"])
    dropped.refresh_from_db()

    with pytest.raises(InvalidRequest):
        _nominate(cast, dropped)
    offered, total = find_nominees(
        unit=cast.commune, award_round=running_round(), award=AWARD, subject="household", words="xuan"
    )

    assert ([one.pk for one in offered], total) == ([kept.pk], 1)
    assert [hit.pk for hit in nominees_found(cast["commune"], "xuan")] == [kept.pk]


def test_a_live_dossier_of_the_merged_record_stands_in_the_way_of_another(cast: Cast) -> None:
    kept, dropped = _pair(cast)
    dossier = _nominate(cast, dropped)
    merge_households(kept=kept, dropped=dropped, actor=cast["commune"])

    with pytest.raises(InvalidRequest, match=dossier.code):
        _nominate(cast, kept)
    offered, _total = find_nominees(
        unit=cast.commune, award_round=running_round(), award=AWARD, subject="household", words="xuan"
    )

    assert [one.taken for one in offered] == [dossier.code]


def test_two_live_dossiers_of_one_round_and_award_stop_the_merger(cast: Cast) -> None:
    kept, dropped = _pair(cast)
    first, second = _nominate(cast, kept), _nominate(cast, dropped)

    with pytest.raises(InvalidRequest, match=f"{first.code}, {second.code}"):
        merge_households(kept=kept, dropped=dropped, actor=cast["commune"])
    withdraw_dossier(dossier=second, actor=cast["commune"], reason="Trùng")
    merge_households(kept=kept, dropped=dropped, actor=cast["commune"])

    dropped.refresh_from_db()
    assert dropped.merged_into == kept


def test_the_obstacle_names_only_dossiers_that_the_reader_may_open(cast: Cast) -> None:
    kept, dropped = _pair(cast)
    codes = [_nominate(cast, one).code for one in (kept, dropped)]

    said = list(dossiers_in_both(kept, dropped, cast["reviewer"]))

    assert len(said) == 1
    assert not [code for code in codes if code in said[0]]


def test_the_card_shows_what_the_reader_may_open_of_both_records(cast: Cast) -> None:
    kept, dropped = _pair(cast)
    dossier_at(Status.DRAFT, cast, subject="household", nominee=dropped)
    _award(household=dropped)
    merge_households(kept=kept, dropped=dropped, actor=cast["commune"])

    def seen(who: str) -> tuple[int, int]:
        (panel,) = person_panel(cast[who], Household.objects.get(pk=kept.pk))
        return len(panel.context["dossiers"]), len(panel.context["awards"])

    assert seen("commune") == (1, 1)
    assert seen("reviewer") == (0, 1)
    assert seen("outsider") == (0, 0)


def test_people_without_mergers_are_their_own_record_only(cast: Cast) -> None:
    person = IndividualFactory(unit=cast.commune, role="cadre")
    _award(individual=IndividualFactory(unit=cast.commune))

    assert _facts(_nominate(cast, person, "individual")).prior_awards == ()
    assert Individual.objects.current().count() == 2


def test_a_merger_taken_back_lets_both_count_apart_again(cast: Cast) -> None:
    kept, dropped = _pair(cast)
    dossier = _nominate(cast, kept)
    _award(household=dropped)
    merge_households(kept=kept, dropped=dropped, actor=cast["commune"])
    dropped.refresh_from_db()

    undo_merger(dropped=dropped, actor=cast["commune"])
    facts = _facts(dossier)

    assert dict(facts.nominee.statuses) == {2024: "average", 2025: "average"}
    assert facts.prior_awards == ()
    assert {hit.pk for hit in nominees_found(cast["commune"], "xuan")} == {kept.pk, dropped.pk}
    (panel,) = person_panel(cast["commune"], dropped)
    assert (len(panel.context["dossiers"]), len(panel.context["awards"])) == (0, 1)


@pytest.mark.parametrize("status", [Status.RECEIVED, Status.ELIGIBLE])
def test_a_merger_on_which_something_was_decided_stays(cast: Cast, status: Status) -> None:
    kept, dropped = _pair(cast)
    merge_households(kept=kept, dropped=dropped, actor=cast["commune"])
    dropped.refresh_from_db()
    dossier = _nominate(cast, kept)
    Dossier.objects.filter(pk=dossier.pk).update(status=status)

    if status == Status.RECEIVED:
        assert undo_merger(dropped=dropped, actor=cast["commune"]).merged_into_id is None
        return
    with pytest.raises(InvalidRequest, match=dossier.code):
        undo_merger(dropped=dropped, actor=cast["commune"])


def test_an_award_on_a_merged_history_keeps_it_merged(cast: Cast) -> None:
    kept, dropped = _pair(cast)
    merge_households(kept=kept, dropped=dropped, actor=cast["commune"])
    dropped.refresh_from_db()
    _award(household=kept)
    PriorAward.objects.update(decided_on=TODAY)

    with pytest.raises(InvalidRequest):
        undo_merger(dropped=dropped, actor=cast["commune"])

    dropped.refresh_from_db()
    assert dropped.merged_into_id == kept.pk
