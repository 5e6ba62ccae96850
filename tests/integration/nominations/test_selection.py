"""The order in which recommended dossiers go up: what parts them, what the lists accept, and what the pages show."""

import json
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import translation

from core import clock
from core.exceptions import InvalidRequest, NotAllowed
from core.models import AuditEntry
from criteria.engine.preference import Agreement
from nominations.enums import RoundKind, Status
from nominations.models import Dossier, ProposalItem
from nominations.selectors import selection as reads
from nominations.selectors.proposals import quotas_of
from nominations.selectors.selection import CouncilTallies, groups_of, quota_blocks
from nominations.services.proposals import add_to_proposal, approve_proposal, start_proposal
from nominations.services.women import record_women
from registry.models import Household, Individual, ZoneAssignment
from tests.factories import Cast, UnitFactory
from tests.factories.registry import ZoneFactory
from tests.integration.nominations.province import proposal_with, recommended_individuals

NOTE = "Chỉ có bấy nhiêu."
Says = Callable[..., None]


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """Sentences are compared word for word in the language of the code."""
    with translation.override("en"):
        yield


@pytest.fixture
def council_says(monkeypatch: pytest.MonkeyPatch) -> Says:
    """Votes of 15 members on dossiers, in the place of what meetings gave."""

    def says(votes: dict[Dossier, int], further: dict[Dossier, int] | None = None) -> None:
        found = {
            one.pk: CouncilTallies(
                Agreement(agree, 15), {1: Agreement(further[one], 15)} if further and one in further else {}
            )
            for one, agree in votes.items()
        }
        monkeypatch.setattr(
            reads, "_tally_sources", [lambda keys: {pk: found[pk] for pk in keys if pk in found}]
        )

    return says


def _men(cast: Cast, count: int) -> list[Dossier]:
    dossiers = recommended_individuals(cast, count)
    ZoneFactory(unit=cast.commune, zone="I")
    Individual.objects.update(is_woman=False, unit=cast.commune)
    return [Dossier.objects.for_list().get(pk=one.pk) for one in dossiers]


def _woman(dossier: Dossier, is_woman: bool | None = True) -> None:
    Individual.objects.filter(pk=dossier.nominee_individual_id).update(is_woman=is_woman)


def _moved_to(dossier: Dossier, cast: Cast, zone: str | None) -> None:
    commune = UnitFactory(name=f"Xã khu vực {zone}", kind="commune", parent=cast.district)
    if zone:
        ZoneFactory(unit=commune, zone=zone)
    Individual.objects.filter(pk=dossier.nominee_individual_id).update(unit=commune)


def _group(dossiers: list[Dossier]) -> Any:
    return next(group for group in groups_of(dossiers[0].award_round, dossiers[0].award) if group.rows)


def _order(dossiers: list[Dossier]) -> list[tuple[Dossier, int]]:
    return [(row.dossier, row.number) for row in _group(dossiers).rows]


def _places(dossiers: list[Dossier]) -> dict[Dossier, int]:
    return dict(_order(dossiers))


def _add(cast: Cast, dossiers: list[Dossier], why: str = "") -> list[ProposalItem]:
    proposal = start_proposal(
        award_round=dossiers[0].award_round, award=dossiers[0].award, actor=cast["reviewer"]
    )
    return add_to_proposal(proposal=proposal, dossiers=dossiers, out_of_turn=why, actor=cast["reviewer"])


# What parts them


def test_votes_then_women_then_area_with_the_reason_of_each(cast: Cast, council_says: Says) -> None:
    man, far, woman, favourite = dossiers = _men(cast, 4)
    council_says({man: 12, far: 12, woman: 12, favourite: 13})
    _woman(woman)
    _moved_to(far, cast, "III")

    rows = _group(dossiers).rows

    assert [(row.dossier, row.number) for row in rows] == [(favourite, 1), (woman, 2), (far, 3), (man, 4)]
    assert rows[0].reason == ""
    assert rows[1].reason == f"Fewer agreeing votes than {favourite.code}."
    assert f"Equal votes with {woman.code}, where women are preferred (Decree 152/2025" in rows[2].reason
    assert f"Equal votes with {far.code}, which lies in a harder area" in rows[3].reason


def test_equals_stand_on_one_place_and_say_with_whom(cast: Cast, council_says: Says) -> None:
    first, second, third = dossiers = _men(cast, 3)
    council_says({first: 12, second: 12, third: 11})

    rows = _group(dossiers).rows

    assert _places(dossiers) == {first: 1, second: 1, third: 3}
    assert {row.reason for row in rows[:2]} == {f"Equal with {first.code}.", f"Equal with {second.code}."}


def test_the_further_vote_is_told_with_both_counts(cast: Cast, council_says: Says) -> None:
    first, second = dossiers = _men(cast, 2)
    council_says({first: 12, second: 12}, {first: 5, second: 10})

    rows = _group(dossiers).rows

    assert [row.dossier for row in rows] == [second, first]
    assert rows[1].reason == f"Equal with {second.code}; the council voted once more: 5 of 15 after 10."


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda one, cast: _woman(one, None), "Not recorded: sex, or share of women, in {code}."),
        (lambda one, cast: _moved_to(one, cast, None), "Not recorded: zone of the commune in {code}."),
    ],
)
def test_what_is_not_recorded_is_said_and_parts_nobody(
    cast: Cast, council_says: Says, spoil: Callable[[Dossier, Cast], None], sentence: str
) -> None:
    dossiers = _men(cast, 4)
    council_says(dict.fromkeys(dossiers, 12))
    _moved_to(dossiers[0], cast, "III")
    spoil(dossiers[3], cast)

    group = _group(dossiers)

    assert {row.number for row in group.rows} == {1}
    assert group.edge is not None
    assert sentence.format(code=dossiers[3].code) in group.edge_sentence


def test_the_zone_is_that_of_the_filing_day(cast: Cast, council_says: Says) -> None:
    near, far = dossiers = _men(cast, 2)
    council_says(dict.fromkeys(dossiers, 12))
    _moved_to(far, cast, "III")
    commune = Individual.objects.get(pk=far.nominee_individual_id).unit
    assert _places(dossiers) == {far: 1, near: 2}

    ZoneAssignment.objects.filter(unit=commune).update(ends_on=clock.today() - timedelta(days=1))
    ZoneFactory(unit=commune, zone="none", starts_on=clock.today())
    assert _places(dossiers) == {near: 1, far: 2}

    Dossier.objects.filter(pk=far.pk).update(filed_on=clock.today() - timedelta(days=1))
    assert _places(dossiers) == {far: 1, near: 2}


def _collectives(cast: Cast, count: int) -> list[Dossier]:
    """Villages of the commune, put forward for the province's certificate."""
    dossiers = recommended_individuals(cast, count, award="province_certificate", kind=RoundKind.ANNUAL)
    for number, dossier in enumerate(dossiers):
        village = UnitFactory(name=f"Thôn {number}", kind="village", parent=cast.commune)
        Dossier.objects.filter(pk=dossier.pk).update(
            nominee_individual=None, nominee_unit=village, subject="village"
        )
    ZoneFactory(unit=cast.commune, zone="I")
    return [Dossier.objects.for_list().get(pk=one.pk) for one in dossiers]


def test_a_collective_is_preferred_from_seventy_percent_of_women_on(cast: Cast, council_says: Says) -> None:
    under, exact = dossiers = _collectives(cast, 2)
    council_says(dict.fromkeys(dossiers, 12))
    assert {row.facts.words for row in _group(dossiers).rows} == {"share of women not stated, zone I"}
    assert _places(dossiers) == {under: 1, exact: 1}

    Dossier.objects.filter(pk=under.pk).update(people_count=100, women_count=69)
    Dossier.objects.filter(pk=exact.pk).update(people_count=10, women_count=7)

    assert _places(dossiers) == {exact: 1, under: 2}


def test_before_the_decree_no_woman_is_preferred(
    cast: Cast, council_says: Says, frozen_day: Callable[[date], None]
) -> None:
    man, woman = dossiers = _men(cast, 2)
    council_says(dict.fromkeys(dossiers, 12))
    _woman(woman)
    assert _places(dossiers) == {woman: 1, man: 2}

    frozen_day(date(2025, 6, 30))

    assert _places(dossiers) == {woman: 1, man: 1}


def test_a_household_is_no_woman_and_has_a_zone(cast: Cast, council_says: Says) -> None:
    household, woman = dossiers = recommended_individuals(
        cast, 2, award="province_certificate", kind=RoundKind.ANNUAL
    )
    ZoneFactory(unit=cast.commune, zone="I")
    home = Household.objects.create(code="HO-1", name="Mang Xuân", unit=cast.commune)
    Dossier.objects.filter(pk=household.pk).update(
        nominee_individual=None, nominee_household=home, subject="household"
    )
    council_says(dict.fromkeys(dossiers, 12))

    assert _places(dossiers) == {woman: 1, household: 2}


@pytest.mark.parametrize(
    "counts", [(10, None), (None, 3), (0, 0), (10, 11)], ids=["no women", "no people", "nobody", "too many"]
)
def test_the_share_of_women_is_two_numbers_that_fit(
    cast: Cast, counts: tuple[int | None, int | None]
) -> None:
    (dossier,) = _collectives(cast, 1)

    with pytest.raises(IntegrityError), transaction.atomic():
        Dossier.objects.filter(pk=dossier.pk).update(people_count=counts[0], women_count=counts[1])


RECORDED = [Status.RECEIVED, Status.ELIGIBLE, Status.ON_AGENDA, Status.RECOMMENDED]


@pytest.mark.parametrize("status", RECORDED)
def test_the_reviewer_writes_down_what_the_papers_say_of_women(cast: Cast, status: Status) -> None:
    (dossier,) = _collectives(cast, 1)
    Dossier.objects.filter(pk=dossier.pk).update(status=status)
    typed = {"women-people": "12", "women-women": "9"}

    answer = _as(cast["reviewer"]).post(reverse("nominations:women", args=[dossier.code]), typed, follow=True)

    dossier.refresh_from_db()
    assert (dossier.women_count, dossier.people_count) == (9, 12)
    assert "9 / 12" in " ".join(answer.content.decode().split())
    assert AuditEntry.objects.filter(event="women.recorded").count() == 1


def test_more_women_than_people_are_refused_and_nothing_typed_is_lost(cast: Cast) -> None:
    (dossier,) = _collectives(cast, 1)
    typed = {"women-people": "12", "women-women": "13"}

    answer = _as(cast["reviewer"]).post(reverse("nominations:women", args=[dossier.code]), typed)

    assert answer.status_code == 422
    assert "13 women among 12 people: the numbers do not fit." in answer.content.decode()
    assert 'value="13"' in answer.content.decode()


@pytest.mark.parametrize(
    ("person", "status", "sentence"),
    [
        ("commune", Status.RECOMMENDED, "appraised by the standing office"),
        ("auditor", Status.RECOMMENDED, "appraised by the standing office"),
        ("reviewer", Status.FILED, "between its receipt and the proposal"),
        ("reviewer", Status.PROPOSED, "between its receipt and the proposal"),
        ("reviewer", Status.SUPPLEMENT, "between its receipt and the proposal"),
    ],
)
def test_others_and_other_days_write_nothing_down(
    cast: Cast, person: str, status: Status, sentence: str
) -> None:
    (dossier,) = _collectives(cast, 1)
    Dossier.objects.filter(pk=dossier.pk).update(status=status)
    dossier.refresh_from_db()

    with pytest.raises(NotAllowed, match=sentence):
        record_women(dossier=dossier, people=10, women=7, actor=cast[person])


def test_a_person_is_no_collective(cast: Cast) -> None:
    (dossier,) = _men(cast, 1)

    with pytest.raises(NotAllowed, match="puts no collective forward"):
        record_women(dossier=dossier, people=10, women=7, actor=cast["reviewer"])


# What the lists accept


def test_whoever_goes_first_is_taken_without_a_reason(cast: Cast, council_says: Says) -> None:
    first, second, third = _men(cast, 3)
    council_says({first: 14, second: 13, third: 12})

    assert [item.taken_because for item in _add(cast, [second, first])] == ["", ""]


def test_passing_over_is_refused_without_a_reason_and_recorded_with_one(
    cast: Cast, council_says: Says
) -> None:
    first, second, third = _men(cast, 3)
    council_says({first: 14, second: 13, third: 12})

    with pytest.raises(InvalidRequest, match=f"{second.code} before {third.code}"):
        _add(cast, [first, third])
    items = _add(cast, [first, third], "Đang chờ xác minh.")

    assert {item.dossier: item.taken_because for item in items} == {first: "", third: "Đang chờ xác minh."}
    told = json.loads(AuditEntry.objects.filter(event="proposal.changed").latest("seq").payload.content)
    assert told["out_of_turn"] == "Đang chờ xác minh."
    assert told["passed_over"] == {third.code: [second.code]}
    assert Dossier.objects.get(pk=second.pk).status == Status.RECOMMENDED


def test_equals_on_the_last_place_wait_for_the_council_whatever_is_said(
    cast: Cast, council_says: Says
) -> None:
    first, second, third, fourth = _men(cast, 4)
    council_says({first: 14, second: 13, third: 12, fourth: 12})

    for why in ("", "Tôi chọn."):
        with pytest.raises(
            InvalidRequest, match=f"{third.code}, {fourth.code} are equal, and only 1 of them"
        ):
            _add(cast, [first, second, third], why)

    council_says({first: 14, second: 13, third: 12, fourth: 12}, {third: 6, fourth: 9})
    assert len(_add(cast, [first, second, fourth])) == 3
    # Who lost the edge stays recommended, with the reason.
    assert Dossier.objects.get(pk=third.pk).status == Status.RECOMMENDED


def test_equals_that_all_have_a_place_are_taken_in_any_order(cast: Cast, council_says: Says) -> None:
    first, second, third = _men(cast, 3)
    council_says(dict.fromkeys((first, second, third), 12))

    assert len(_add(cast, [second])) == 1
    assert len(_add(cast, [third, first])) == 2


def test_a_dossier_recommended_since_stands_before_those_on_the_list(cast: Cast, council_says: Says) -> None:
    first, second = _men(cast, 2)
    Dossier.objects.filter(pk=first.pk).update(status=Status.ON_AGENDA)
    council_says({first: 14, second: 13})
    (item,) = _add(cast, [second])
    Dossier.objects.filter(pk=first.pk).update(status=Status.RECOMMENDED)

    with pytest.raises(InvalidRequest, match=f"{first.code} before {second.code}"):
        approve_proposal(proposal=item.proposal, shortfall_note=NOTE, actor=cast["lead"])

    ProposalItem.objects.filter(pk=item.pk).update(taken_because="Đang chờ xác minh.")
    approve_proposal(proposal=item.proposal, shortfall_note=NOTE, actor=cast["lead"])


def test_an_equal_recommended_since_holds_the_approval_up(cast: Cast, council_says: Says) -> None:
    *taken, late = dossiers = _men(cast, 4)
    Dossier.objects.filter(pk=late.pk).update(status=Status.ON_AGENDA)
    council_says(dict.fromkeys(dossiers, 12))
    proposal = _add(cast, taken)[0].proposal
    Dossier.objects.filter(pk=late.pk).update(status=Status.RECOMMENDED)

    with pytest.raises(InvalidRequest, match="are equal, and only 3 of them"):
        approve_proposal(proposal=proposal, shortfall_note=NOTE, actor=cast["lead"])


# What is shown


def test_blocks_group_and_refusal_tell_the_same_numbers(cast: Cast, council_says: Says) -> None:
    dossiers = _men(cast, 5)
    council_says({one: 14 - number for number, one in enumerate(dossiers)})
    proposal_with(cast, dossiers[:2])
    award_round = dossiers[0].award_round

    block = next(
        block
        for block, line in zip(
            quota_blocks(award_round, "pm_certificate"),
            quotas_of(award_round, "pm_certificate").lines,
            strict=True,
        )
        if line.id == "pm-individual"
    )
    group = _group(dossiers)

    assert (block.used, block.limit, block.pending) == (2, 3, 3)
    assert (group.line.used, group.line.left, group.waiting) == (2, 1, 3)
    assert group.block == block
    with pytest.raises(InvalidRequest, match="4, and the plan allows 3"):
        _add(cast, dossiers[2:4])


def _as(user: Any) -> Client:
    client = Client()
    client.cookies["language"] = "en"
    client.force_login(user)
    return client


def test_the_page_of_a_round_shows_quotas_order_and_reasons(cast: Cast, council_says: Says) -> None:
    first, second = dossiers = _men(cast, 2)
    council_says({first: 14, second: 13})
    address = reverse("nominations:selection", args=[first.award_round_id])

    page = " ".join(_as(cast["reviewer"]).get(address).content.decode().split())
    table = _as(cast["reviewer"]).get(address, {"xuat": "csv"})

    assert "Used 0 of 3, left 3; waiting 2." in page
    assert f"Fewer agreeing votes than {first.code}." in page
    rows = b"".join(table.streaming_content) if table.streaming else table.content  # type: ignore[attr-defined]
    assert f"{second.code}" in rows.decode()
    assert [row.dossier for row in _group(dossiers).rows] == [first, second]


@pytest.mark.parametrize(
    ("person", "status"),
    [("lead", 200), ("standing_body", 200), ("auditor", 200), ("commune", 403), ("district", 403)],
)
def test_the_page_is_for_those_who_choose_and_look_on(cast: Cast, person: str, status: int) -> None:
    (dossier,) = _men(cast, 1)

    answer = _as(cast[person]).get(reverse("nominations:selection", args=[dossier.award_round_id]))

    assert answer.status_code == status


def test_the_list_takes_who_is_out_of_turn_with_the_reason_typed(cast: Cast, council_says: Says) -> None:
    first, second = _men(cast, 2)
    council_says({first: 14, second: 13})
    proposal = start_proposal(award_round=first.award_round, award=first.award, actor=cast["reviewer"])
    client, address = _as(cast["reviewer"]), reverse("nominations:proposal_items", args=[proposal.code])

    refused = client.post(address, {"dossier": second.code})
    taken = client.post(address, {"dossier": second.code, "add-out_of_turn": "Chờ xác minh"}, follow=True)

    assert refused.status_code == 422
    assert f"{first.code} before {second.code}" in refused.content.decode()
    assert f'value="{second.code}"' in refused.content.decode()
    assert "Chờ xác minh" in taken.content.decode()


@pytest.mark.parametrize("count", [1, 8])
def test_the_page_asks_as_often_however_many_wait(
    cast: Cast, count: int, django_assert_num_queries: Any
) -> None:
    dossiers = recommended_individuals(cast, count, award="province_certificate", kind=RoundKind.ANNUAL)
    client = _as(cast["reviewer"])
    address = reverse("nominations:selection", args=[dossiers[0].award_round_id])
    client.get(address)

    with django_assert_num_queries(16):
        client.get(address)


def test_the_lead_who_filed_what_was_added_meanwhile_does_not_approve(
    cast: Cast, council_says: Says, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another hand adds a dossier of the lead's own between the first look and the turn."""
    from nominations.services import proposals as services  # noqa: PLC0415 -- patched here only

    first, second = _men(cast, 2)
    council_says({first: 14, second: 13})
    Dossier.objects.filter(pk=second.pk).update(filed_by=cast["lead"])
    proposal = proposal_with(cast, [first])
    lock = services.lock_round

    def lock_late(award_round: Any) -> None:
        monkeypatch.setattr(services, "lock_round", lock)
        add_to_proposal(proposal=proposal, dossiers=[second], actor=cast["reviewer"])

    monkeypatch.setattr(services, "lock_round", lock_late)

    with pytest.raises(NotAllowed, match=second.code):
        approve_proposal(proposal=proposal, shortfall_note=NOTE, actor=cast["lead"])
