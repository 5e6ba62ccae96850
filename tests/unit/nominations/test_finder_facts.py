"""What the finder says of a nominee is what the check of a real draft dossier says on the same day."""

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from benchmarks.finder_register import MERGER, Register
from core.models import User
from criteria.engine import evaluate
from criteria.engine.standing import Group
from criteria.selectors import default_plan
from nominations.facts import collect_facts
from nominations.finder.search import Search, look_up, nominees_with_facts
from nominations.models import AwardRound, Dossier, Movement, PriorAward
from nominations.services.dossiers import Nomination, start_dossier
from registry.enums import IndividualRole, Role, SuccessionKind, UnitForm, UnitKind
from registry.models import Hold, Household, HouseholdStatus, Individual, PovertyReview, Unit, UnitSuccession
from tests.factories import (
    Cast,
    HouseholdFactory,
    HouseholdStatusFactory,
    IndividualFactory,
    PovertyReviewFactory,
    UnitFactory,
    UnitRoleFactory,
    UnitSuccessionFactory,
    ZoneFactory,
    running_round,
)

DAY = date(2025, 12, 15)
SUBJECTS = ("district", "commune", "village", "household", "individual", "agency", "enterprise")


@pytest.fixture
def population(cast: Cast) -> AwardRound:
    """Nominees of every kind, with pasts and figures of every kind, below the cast's district."""
    award_round = running_round()
    rng = random.Random(2025)  # noqa: S311 -- invented figures, the same in each run
    communes = [cast.commune, cast.other_commune, *_communes(cast)]
    villages = [
        UnitFactory(kind=UnitKind.VILLAGE, name=f"Thôn {n}", parent=rng.choice(communes)) for n in range(8)
    ]
    for unit in [cast.district, *communes, *villages]:
        _reviews(unit, rng)
    agencies = [
        UnitFactory(kind=UnitKind.AGENCY, form=form, name=f"Cơ quan {form}", parent=cast.district)
        for form in (UnitForm.POLICY_BANK, UnitForm.DISTRICT_OFFICE, "")
    ]
    enterprises = [
        UnitFactory(
            kind=UnitKind.ENTERPRISE, form=form, name=f"HTX {form}", parent=cast.province, seat=cast.commune
        )
        for form in (UnitForm.COOPERATIVE, UnitForm.CREDIT_INSTITUTION)
    ]
    households = [_household(rng.choice([*communes, *villages]), rng) for _ in range(25)]
    people = [
        IndividualFactory(unit=rng.choice(communes), role=role) for role in (*IndividualRole.values, "")
    ]
    for nominee in [cast.district, *communes, *villages, *agencies, *enterprises, *households, *people]:
        _honours(nominee, award_round.movement, rng)
    return award_round


def _communes(cast: Cast) -> list[Unit]:
    """A merged one, a renamed one, one that gave land away, one whose predecessor merged too, one about to end."""
    merged, renamed, giver, taker, ending, plain = (
        UnitFactory(name=f"Xã {name}", parent=cast.district, valid_from=start, valid_until=end)
        for name, start, end in (
            ("Hợp", MERGER, None),
            ("Đổi Tên", MERGER, None),
            ("Cho Đất", date(2021, 1, 1), None),
            ("Nhận Đất", date(2021, 1, 1), None),
            ("Sắp Hết", date(2021, 1, 1), date(2025, 12, 20)),
            ("Thường", date(2021, 1, 1), None),
        )
    )
    before = MERGER - timedelta(days=1)
    older = [UnitFactory(name=f"Xã Cũ {n}", parent=cast.district, valid_until=before) for n in range(4)]
    for one in older[:2]:
        UnitSuccessionFactory(predecessor=one, successor=merged, on=MERGER)
        PovertyReviewFactory(unit=one, year=2021, poor=80, near_poor=40)
    UnitSuccessionFactory(predecessor=older[2], successor=renamed, kind=SuccessionKind.RENAMED, on=MERGER)
    PovertyReviewFactory(unit=older[2], year=2021)
    Hold.objects.create(unit=older[2], starts_on=date(2024, 6, 1), reason="Đang thanh tra")
    ZoneFactory(unit=older[2], zone="III")
    UnitSuccessionFactory(predecessor=older[3], successor=older[0], on=date(2023, 5, 1))
    PovertyReviewFactory(unit=older[3], year=2022, poor=30, near_poor=5)
    UnitSuccessionFactory(
        predecessor=giver, successor=taker, kind=SuccessionKind.TRANSFERRED, on=date(2024, 3, 1)
    )
    return [merged, renamed, giver, taker, ending, plain]


def _reviews(unit: Unit, rng: random.Random) -> None:
    poor = rng.randint(0, 200)
    for year in range(2021, 2026):
        if rng.random() < 0.85:
            PovertyReviewFactory(
                unit=unit,
                year=year,
                poor=poor,
                near_poor=rng.randint(0, 50),
                standard=rng.choice(("2022-2025",) * 9 + ("2016-2020",)),
                # One that is recognised tomorrow only must not count today.
                recognised_on=rng.choice([date(year, 12, 10)] * 9 + [date(2025, 12, 16)]),
                is_restated=rng.random() < 0.1,
            )
        poor = poor * rng.randint(40, 105) // 100
    if unit.kind == UnitKind.COMMUNE and rng.random() < 0.7:
        ZoneFactory(unit=unit, zone=rng.choice(("I", "II", "III", "none")), starts_on=unit.valid_from)


def _household(unit: Unit, rng: random.Random) -> Household:
    registration = rng.choice(("registered", "never", ""))
    day = date(2022, 1, 1) + timedelta(days=rng.randrange(1400))
    household: Household = HouseholdFactory(
        unit=unit,
        registration=registration,
        registered_on=day if registration == "registered" else None,
        policy_loan=rng.choice(("none", "good", "bad", "")),
    )
    for year in range(2021, 2026):
        if rng.random() < 0.8:
            HouseholdStatusFactory(
                household=household,
                year=year,
                status=rng.choice(("poor", "near_poor", "newly_escaped", "average", "well_off")),
                recognised_on=rng.choice([date(year, 12, 10)] * 9 + [date(2025, 12, 16)]),
            )
    return household


def _honours(nominee: Unit | Household | Individual, movement: Movement, rng: random.Random) -> None:
    kind = nominee._meta.model_name or ""
    for year in (2022, 2023, 2025):
        if rng.random() < 0.3:
            PriorAward.objects.create(
                award=rng.choice(("commendation", "province_certificate")),
                movement=rng.choice((movement, None)),
                round_year=year,
                decided_on=date(year, 12, 10),
                decision_number=f"{rng.randrange(99)}/QĐ",
                revoked_on=rng.choice((None, None, date(2025, 1, 1), date(2025, 12, 16))),
                **{kind: nominee},
            )
    if rng.random() < 0.15:
        Hold.objects.create(
            starts_on=rng.choice((date(2025, 11, 1), date(2025, 12, 16))),
            ends_on=rng.choice((None, date(2025, 12, 31))),
            reason="Đang xác minh đơn",
            document="12/BC",
            **{kind: nominee},
        )


def drafted(search: Search, body: tuple[str, int], cast: Cast) -> Dossier:
    """A real draft for the nominee, started by the service that starts any."""
    model = {"unit": Unit, "household": Household, "individual": Individual}[body[0]]
    nominee = model.objects.get(pk=body[1])
    nomination = Nomination(search.award_round, search.award, search.subject, nominee, cast.district)
    return start_dossier(nomination=nomination, actor=cast["district"])


@pytest.mark.slow  # a draft dossier for each of some fifty nominees
@pytest.mark.parametrize("award", ["province_certificate", "pm_certificate", "commendation"])
def test_finder_says_what_the_check_of_a_draft_says(cast: Cast, population: AwardRound, award: str) -> None:
    final = running_round(kind="final") if award == "pm_certificate" else population
    plan = default_plan()
    groups = set()

    for subject in SUBJECTS:
        search = Search(final, award, subject)
        facts_found = {entry[0]: facts for entry, facts in nominees_with_facts(cast["district"], search, DAY)}
        found = {one.body: one.standing for one in look_up(cast["district"], search, DAY)}
        assert found, subject
        dossiers = {body: drafted(search, body, cast) for body in found}
        of_drafts = collect_facts(dossiers.values(), DAY)
        for body, dossier in dossiers.items():
            assert facts_found[body] == of_drafts[dossier.pk], (subject, body)
            result = evaluate(plan, of_drafts[dossier.pk])
            assert found[body].result == result
            for one, other in zip(found[body].findings, result.findings, strict=True):
                assert one.sentence("vi") == other.sentence("vi")
                assert one.sentence("en") == other.sentence("en")
            groups.add(found[body].group)

    assert len(groups) > 1


def test_each_sees_what_lies_in_the_own_area(cast: Cast, population: AwardRound) -> None:
    def names(who: str, subject: str) -> set[str]:
        return {one.name for one in look_up(cast[who], Search(population, "commendation", subject), DAY)}

    assert names("commune", "commune") == {cast.commune.name}
    assert names("outsider", "commune") == {cast.other_commune.name}
    assert cast.other_commune.name not in names("district", "commune")
    assert {cast.commune.name, cast.other_commune.name} <= names("reviewer", "commune")
    assert names("nobody", "commune") == set()
    assert names("commune", "district") == set()
    assert len(names("district", "enterprise")) == 2
    assert names("agency", "enterprise") == set()
    inside = {one.name for one in Household.objects.filter(unit__path__startswith=cast.commune.path)}
    assert names("commune", "household") == inside


def test_those_merged_into_others_and_units_that_ended_are_left_out(
    cast: Cast, population: AwardRound
) -> None:
    kept, double = HouseholdFactory(unit=cast.commune), HouseholdFactory(unit=cast.commune)
    Household.objects.filter(pk=double.pk).update(merged_into=kept, merged_at="2025-12-01T00:00:00Z")

    households = look_up(cast["commune"], Search(population, "commendation", "household"), DAY)
    communes = look_up(cast["district"], Search(population, "commendation", "commune"), DAY)

    assert kept.pk in {one.body[1] for one in households}
    assert double.pk not in {one.body[1] for one in households}
    assert not [one.name for one in communes if one.name.startswith("Xã Cũ")]


def test_a_movement_of_one_province_looks_into_that_province_only(cast: Cast, population: AwardRound) -> None:
    elsewhere = UnitFactory(kind=UnitKind.PROVINCE, name="Tỉnh Mẫu")
    foreign = UnitFactory(name="Xã Khác Tỉnh", parent=elsewhere)
    search = Search(population, "commendation", "commune")
    UnitRoleFactory(user=cast["reviewer"], role=Role.REVIEWER, unit=elsewhere)
    both = User.objects.get(pk=cast["reviewer"].pk)
    assert foreign.pk in {one.body[1] for one in look_up(both, search, DAY)}

    Movement.objects.update(unit=cast.province)
    award_round = AwardRound.objects.select_related("movement__unit").get(pk=population.pk)

    found = look_up(both, replace(search, award_round=award_round), DAY)
    assert foreign.pk not in {one.body[1] for one in found}
    assert cast.commune.pk in {one.body[1] for one in found}


@pytest.mark.parametrize(("subject", "most"), [("commune", 6), ("household", 6)])
def test_queries_do_not_grow_with_the_register(cast: Cast, subject: str, most: int) -> None:
    search = Search(running_round(), "province_certificate", subject)
    reviewer: User = cast["reviewer"]
    counts = []
    for _ in range(2):
        for _ in range(20):
            if subject == "commune":
                _reviews(UnitFactory(parent=cast.district), random.Random(1))  # noqa: S311
            else:
                _household(cast.commune, random.Random(1))  # noqa: S311
        look_up(reviewer, search, DAY)
        with CaptureQueriesContext(connection) as caught:
            look_up(reviewer, search, DAY)
        counts.append(len(caught))

    assert counts[0] == counts[1] <= most


def test_equal_households_share_one_standing(cast: Cast) -> None:
    for _ in range(3):
        household = HouseholdFactory(unit=cast.commune, registration="never", policy_loan="none")
        HouseholdStatusFactory(household=household, year=2025, status="poor")

    found = look_up(cast["commune"], Search(running_round(), "province_certificate", "household"), DAY)

    assert len({id(one.standing) for one in found}) == 1
    assert {one.standing.group for one in found} == {Group.JUDGED}


@pytest.mark.slow  # some thousand invented rows
def test_the_invented_register_has_the_levels_and_pasts_it_promises(cast: Cast) -> None:
    register = Register(0.11)
    register.build(running_round().movement)

    kinds = [unit.kind for unit in register.units]
    assert kinds.count(UnitKind.VILLAGE) == 77
    assert len(register.rows[Household]) == 3300
    assert {row.kind for row in register.rows[UnitSuccession]} == {"merged", "renamed"}
    assert all(register.rows[model] for model in (HouseholdStatus, PovertyReview, PriorAward, Hold))
    assert len({row.name for row in register.rows[Household]}) > 1000
