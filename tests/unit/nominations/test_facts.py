"""What the collector hands to the engine: what is recognised, of the present territory, on the right day."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from criteria.engine import Facts
from criteria.engine import Status as FindingStatus
from nominations.enums import Status
from nominations.facts import collect_facts
from nominations.models import Dossier, PriorAward
from nominations.selectors.checks import live_result
from nominations.services.dossiers import Nomination, start_dossier
from nominations.services.evaluations import freeze_evaluation, rerun_evaluation
from nominations.services.papers import mark_not_required
from registry.enums import AdminType, SuccessionKind, UnitKind
from registry.models import Hold, Unit
from tests.factories import (
    Cast,
    HouseholdFactory,
    HouseholdStatusFactory,
    PovertyReviewFactory,
    UnitFactory,
    UnitSuccessionFactory,
    ZoneFactory,
    attach,
    dossier_at,
    filed_set,
    running_round,
)

TODAY = date(2025, 12, 15)
MERGER = date(2024, 12, 1)


def nominate(cast: Cast, nominee: object, subject: str, award: str = "province_certificate") -> Dossier:
    return start_dossier(
        nomination=Nomination(running_round(), award, subject, nominee, cast.district), actor=cast["district"]
    )


def facts_of(dossier: Dossier, day: date = TODAY) -> Facts:
    return collect_facts([dossier], day)[dossier.pk]


def merged_ward(cast: Cast) -> tuple[Unit, list[Unit]]:
    """Lạc Đạo of 2024-12-01 and the three wards that became it, the same-named one among them."""
    old = [
        UnitFactory(
            name=name, admin_type=AdminType.PHUONG, parent=cast.district, valid_until=date(2024, 11, 30)
        )
        for name in ("Phường Lạc Đạo", "Phường Đức Nghĩa", "Phường Đức Thắng")
    ]
    ward = UnitFactory(
        name="Phường Lạc Đạo", admin_type=AdminType.PHUONG, parent=cast.district, valid_from=MERGER
    )
    for predecessor in old:
        UnitSuccessionFactory(predecessor=predecessor, successor=ward, on=MERGER)
    return ward, old


def test_merged_ward_gets_the_sum_of_its_predecessors(cast: Cast) -> None:
    ward, old = merged_ward(cast)
    for unit, poor in zip(old, (100, 60, 40), strict=True):
        PovertyReviewFactory(unit=unit, year=2021, households=1000, poor=poor, near_poor=poor)
    PovertyReviewFactory(unit=ward, year=2025, households=3000, poor=60, near_poor=70)
    ZoneFactory(unit=ward, starts_on=MERGER)

    finding = live_result(nominate(cast, ward, "commune")).finding("commune-household-fall")

    assert finding is not None
    assert finding.status is FindingStatus.MET
    assert finding.figures["baseline"] == 400
    assert finding.figures["latest"] == 130
    assert {source.unit for source in finding.sources if source.year == 2021} == {unit.name for unit in old}


def test_figure_of_the_same_named_former_self_is_not_the_wards_own(cast: Cast) -> None:
    ward, old = merged_ward(cast)
    PovertyReviewFactory(unit=old[0], year=2021)
    PovertyReviewFactory(unit=ward, year=2021)
    PovertyReviewFactory(unit=ward, year=2025)

    lineage = facts_of(nominate(cast, ward, "commune")).nominee.lineage

    assert list(lineage.reviews) == [2025]
    assert [one.name for one in lineage.predecessors] == [unit.name for unit in old]
    assert list(lineage.predecessors[0].reviews) == [2021]


def test_sum_is_absent_when_one_predecessor_has_no_figure(cast: Cast) -> None:
    ward, old = merged_ward(cast)
    for unit in old[:2]:
        PovertyReviewFactory(unit=unit, year=2021)
    PovertyReviewFactory(unit=ward, year=2025)

    finding = live_result(nominate(cast, ward, "commune")).finding("commune-household-fall")

    assert finding is not None
    assert finding.status is FindingStatus.MISSING


def test_restated_figure_with_its_document_counts_before_the_merger(cast: Cast) -> None:
    ward, _old = merged_ward(cast)
    PovertyReviewFactory(unit=ward, year=2021, is_restated=True, document="99/QĐ-UBND")
    PovertyReviewFactory(unit=ward, year=2022, is_restated=True, document="")

    assert list(facts_of(nominate(cast, ward, "commune")).nominee.lineage.reviews) == [2021]


@pytest.mark.parametrize("kind", [SuccessionKind.TRANSFERRED, SuccessionKind.SPLIT])
def test_partial_transfer_drops_earlier_figures_of_both_sides(cast: Cast, kind: SuccessionKind) -> None:
    neighbour = UnitFactory(name="Xã Phan Sơn", parent=cast.district)
    UnitSuccessionFactory(predecessor=cast.commune, successor=neighbour, kind=kind, on=MERGER)
    for unit in (cast.commune, neighbour):
        PovertyReviewFactory(unit=unit, year=2021)
        PovertyReviewFactory(unit=unit, year=2024)
    PovertyReviewFactory(
        unit=neighbour, year=2022, is_restated=True, document="12/BC-UBND", recognised_on=date(2025, 1, 5)
    )

    kept = {
        unit.name: list(facts_of(nominate(cast, unit, "commune")).nominee.lineage.reviews)
        for unit in (cast.commune, neighbour)
    }

    assert kept == {"Xã Phan Điền": [2024], "Xã Phan Sơn": [2022, 2024]}


def test_renamed_unit_keeps_its_figures_zone_and_awards(cast: Cast) -> None:
    old = UnitFactory(name="Xã Cũ", parent=cast.district, valid_until=date(2023, 12, 31))
    new = UnitFactory(name="Xã Mới", parent=cast.district, valid_from=date(2024, 1, 1))
    UnitSuccessionFactory(predecessor=old, successor=new, kind=SuccessionKind.RENAMED, on=date(2024, 1, 1))
    PovertyReviewFactory(unit=old, year=2021)
    ZoneFactory(unit=old, zone="III")
    PriorAward.objects.create(
        award="commendation", round_year=2022, decided_on=date(2023, 1, 5), decision_number="1/QĐ", unit=old
    )

    facts = facts_of(nominate(cast, new, "commune"))

    assert facts.nominee.zone == "III"
    assert [one.name for one in facts.nominee.lineage.predecessors] == ["Xã Cũ"]
    assert [prior.decision for prior in facts.prior_awards] == ["1/QĐ"]


def test_review_recognised_after_the_evaluation_day_is_not_known_yet(cast: Cast) -> None:
    PovertyReviewFactory(unit=cast.commune, year=2021)
    PovertyReviewFactory(unit=cast.commune, year=2025, recognised_on=TODAY)
    dossier = nominate(cast, cast.commune, "commune")

    before = facts_of(dossier, date(2025, 12, 14))
    after = facts_of(dossier, TODAY)

    assert list(before.nominee.lineage.reviews) == [2021]
    assert list(after.nominee.lineage.reviews) == [2021, 2025]


def test_of_two_standards_in_a_year_the_plans_own_counts(cast: Cast) -> None:
    PovertyReviewFactory(unit=cast.commune, year=2021, standard="2016-2020", poor=500)
    PovertyReviewFactory(unit=cast.commune, year=2021, poor=10)

    assert facts_of(nominate(cast, cast.commune, "commune")).nominee.lineage.reviews[2021].poor == 10


def test_zone_is_that_of_the_filing_day(cast: Cast) -> None:
    ZoneFactory(unit=cast.commune, zone="II", ends_on=date(2025, 12, 31))
    ZoneFactory(unit=cast.commune, zone="none", starts_on=date(2026, 1, 1))
    dossier = nominate(cast, cast.commune, "commune")

    unfiled = facts_of(dossier, date(2026, 1, 10))
    dossier.filed_on = TODAY
    filed = facts_of(dossier, date(2026, 1, 10))

    assert (unfiled.nominee.zone, filed.nominee.zone) == ("none", "II")
    assert (unfiled.submitted_on, filed.submitted_on) == (date(2026, 1, 10), TODAY)
    assert filed.as_of == date(2026, 1, 10)


def test_household_facts(cast: Cast) -> None:
    household = HouseholdFactory(
        unit=cast.commune, registration="registered", registered_on=date(2022, 3, 1), policy_loan="good"
    )
    HouseholdStatusFactory(household=household, year=2021, status="poor")
    HouseholdStatusFactory(household=household, year=2024, status="well_off")
    HouseholdStatusFactory(household=household, year=2025, status="poor", recognised_on=date(2026, 1, 20))
    never = HouseholdFactory(unit=cast.commune, registration="never")

    nominee = facts_of(nominate(cast, household, "household")).nominee
    other = facts_of(nominate(cast, never, "household")).nominee

    assert dict(nominee.statuses) == {2021: "poor", 2024: "well_off"}
    assert (nominee.registered_on, nominee.policy_loan) == (date(2022, 3, 1), "good")
    assert (other.registered_on, other.policy_loan) == ("never", None)


def test_papers_of_the_district_prove_letter_and_minutes_and_the_communes_own_do_not(cast: Cast) -> None:
    dossier = dossier_at(Status.DRAFT, cast)
    attach(dossier, "commune_letter", cast["commune"])
    attach(dossier, "achievement_report", cast["commune"])

    before = facts_of(dossier).papers
    attach(dossier, "achievement_report", cast["commune"], confirmed_by="Đảng ủy xã")
    confirmed = facts_of(dossier).papers

    assert (before.submission_letter, before.achievement_report) == (False, "unconfirmed")
    assert confirmed.achievement_report == "confirmed"


def test_papers_of_the_set_stand_for_every_dossier_inside(cast: Cast) -> None:
    dossier = dossier_at(Status.FILED_TO_DISTRICT, cast)
    filed_set(cast, [dossier])

    papers = facts_of(Dossier.objects.get(pk=dossier.pk)).papers

    assert (papers.submission_letter, papers.council_minutes) == (True, True)


def test_enterprise_confirmations_and_those_not_required(cast: Cast) -> None:
    enterprise = UnitFactory(
        kind=UnitKind.ENTERPRISE,
        form="cooperative",
        name="HTX Thanh long",
        seat=cast.commune,
        parent=cast.province,
    )
    dossier = nominate(cast, enterprise, "enterprise")
    attach(dossier, "confirmation_tax", cast["district"])
    mark_not_required(
        dossier=dossier, kind="confirmation_environment", reason="Không thuộc diện.", actor=cast["district"]
    )

    facts = facts_of(dossier)

    assert facts.nominee.form == "cooperative"
    assert facts.papers.confirmations == ("tax",)
    assert dict(facts.papers.not_required) == {"environment": "Không thuộc diện."}


def test_holds_and_revoked_awards(cast: Cast) -> None:
    Hold.objects.create(unit=cast.commune, starts_on=date(2025, 12, 1), reason="Đang xác minh đơn")
    for number, revoked in (("1/QĐ", None), ("2/QĐ", date(2025, 6, 1)), ("3/QĐ", date(2026, 6, 1))):
        PriorAward.objects.create(
            award="province_certificate",
            movement=running_round().movement,
            round_year=2023,
            decided_on=date(2024, 1, 5),
            decision_number=number,
            unit=cast.commune,
            revoked_on=revoked,
        )

    facts = facts_of(nominate(cast, cast.commune, "commune"))

    assert [hold.start for hold in facts.holds] == [date(2025, 12, 1)]
    assert [(prior.decision, prior.revoked) for prior in facts.prior_awards] == [
        ("1/QĐ", False),
        ("2/QĐ", True),
        ("3/QĐ", False),
    ]


def test_facts_survive_json(cast: Cast) -> None:
    dossier = dossier_at(Status.FILED_TO_DISTRICT, cast)

    facts = facts_of(dossier)

    assert Facts.from_dict(facts.to_dict()) == facts


def test_rerun_reads_frozen_facts_and_not_todays(cast: Cast) -> None:
    dossier = dossier_at(Status.FILED_TO_DISTRICT, cast)
    base = freeze_evaluation(dossier=dossier, purpose="filing", actor=cast["district"])
    cast.commune.reviews.filter(year=2025).update(poor=400)

    again = rerun_evaluation(base=base, dossier=dossier, actor=cast["district"], purpose="appraisal")
    live = live_result(dossier).finding("commune-household-fall")

    assert again.facts == base.facts
    assert again.result == base.result
    assert live is not None
    assert live.status is FindingStatus.NOT_MET


@pytest.mark.parametrize("count", [1, 30])
def test_collecting_costs_the_same_for_one_and_for_thirty(cast: Cast, count: int) -> None:
    ward, old = merged_ward(cast)
    for unit in old:
        PovertyReviewFactory(unit=unit, year=2021)
    dossiers = [nominate(cast, ward, "commune")]
    for number in range(count - 1):
        unit = UnitFactory(name=f"Xã {number}", parent=cast.district)
        PovertyReviewFactory(unit=unit, year=2021)
        ZoneFactory(unit=unit)
        dossiers.append(nominate(cast, unit, "commune"))
    household = HouseholdFactory(unit=cast.commune)
    dossiers.append(nominate(cast, household, "household"))
    fresh = list(Dossier.objects.filter(pk__in=[dossier.pk for dossier in dossiers]))

    with CaptureQueriesContext(
        connection,
    ) as queries:
        facts = collect_facts(fresh, TODAY)

    assert len(facts) == count + 1
    assert len(queries) == 13, [query["sql"][:90] for query in queries]
