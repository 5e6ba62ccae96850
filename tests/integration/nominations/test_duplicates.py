"""A dossier set aside as a duplicate names a live dossier of the same nominee, round and award, and nothing else."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.utils import translation

from core import clock
from core.exceptions import InvalidRequest, StaleState
from nominations.enums import RoundKind, Status
from nominations.models import Dossier
from nominations.services.appraisal import mark_duplicate
from registry.enums import SuccessionKind
from registry.models import DistinctIndividuals, Individual
from registry.services.merging import merge_individuals
from tests.factories import Cast, IndividualFactory, UnitFactory, dossier_at, make_cast, running_round
from tests.factories.registry import UnitSuccessionFactory
from tests.races import at_once, one_success


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """Refusals are compared word for word in the language of the code."""
    with translation.override("en"):
        yield


def _received(cast: Cast, nominee: Any, subject: str = "individual", **where: Any) -> Dossier:
    return dossier_at(Status.RECEIVED, cast, nominee=nominee, subject=subject, **where)


def _of_one_person(cast: Cast, **other: Any) -> tuple[Dossier, Dossier]:
    """Two dossiers under two records of one person: the same name and year of birth in one commune."""
    signs = {"unit": cast.commune, "name": "Mang Thị Xuân", "birth_year": 1980, "role": "cadre"}
    first, second = IndividualFactory(**signs), IndividualFactory(**{**signs, **other})
    return _received(cast, first), _received(cast, second)


def _status(dossier: Dossier) -> str:
    return Dossier.objects.values_list("status", flat=True).get(pk=dossier.pk)


@pytest.mark.parametrize("other", [{}, {"birth_year": None}])
def test_records_that_are_alike_are_one_nominee(cast: Cast, other: dict[str, Any]) -> None:
    dossier, twin = _of_one_person(cast, **other)

    mark_duplicate(dossier=dossier, of=twin, reason="Trùng.", actor=cast["reviewer"])

    assert (_status(dossier), _status(twin)) == (Status.DUPLICATE, Status.RECEIVED)
    assert twin.code in dossier.changes.order_by("-pk")[0].note


@pytest.mark.parametrize("is_kept", [True, False])
def test_an_agencys_record_and_the_communes_are_one_nominee(cast: Cast, is_kept: bool) -> None:
    """The agency does not say where its people live; somebody of that name and another year is not meant."""
    agency = UnitFactory(name="Hội Nông dân tỉnh", kind="agency", parent=cast.province)
    of_commune, of_agency = _of_one_person(cast)
    stranger = _received(
        cast, IndividualFactory(unit=cast.commune, name="Mang Thị Xuân", birth_year=1990, role="cadre")
    )
    Individual.objects.filter(pk=of_agency.nominee_individual_id).update(unit=agency)
    pair = [Dossier.objects.for_list().get(pk=one.pk) for one in (of_commune, of_agency)]
    dossier, other = pair if is_kept else pair[::-1]

    with pytest.raises(InvalidRequest, match="puts another nominee forward"):
        mark_duplicate(dossier=dossier, of=stranger, reason="Trùng.", actor=cast["reviewer"])
    mark_duplicate(dossier=dossier, of=other, reason="Trùng.", actor=cast["reviewer"])

    assert _status(dossier) == Status.DUPLICATE


@pytest.mark.parametrize("is_kept", [True, False])
def test_records_that_were_merged_are_one_nominee(cast: Cast, is_kept: bool) -> None:
    """As loaded from elsewhere: here a merger waits until one of two live dossiers has ended."""
    dossier, other = _of_one_person(cast, name="Mang Xuân")
    Individual.objects.filter(pk=dossier.nominee_individual_id).update(
        merged_into=other.nominee_individual_id, merged_at=clock.now()
    )
    dossier, other = [Dossier.objects.for_list().get(pk=one.pk) for one in (dossier, other)][
        :: 1 if is_kept else -1
    ]

    mark_duplicate(dossier=dossier, of=other, reason="Trùng.", actor=cast["reviewer"])

    assert _status(dossier) == Status.DUPLICATE


def test_after_the_duplicate_was_set_aside_the_records_can_be_merged(cast: Cast) -> None:
    dossier, other = _of_one_person(cast)
    kept, dropped = other.nominee_individual, dossier.nominee_individual
    assert kept is not None
    assert dropped is not None
    with pytest.raises(InvalidRequest, match="put forward for the same award"):
        merge_individuals(kept=kept, dropped=dropped, actor=cast["commune"])

    mark_duplicate(dossier=dossier, of=other, reason="Trùng.", actor=cast["reviewer"])
    merge_individuals(kept=kept, dropped=dropped, actor=cast["commune"])

    dropped.refresh_from_db()
    assert dropped.merged_into == kept


@pytest.mark.parametrize("is_older", [True, False])
def test_a_unit_and_what_it_was_made_of_are_one_nominee(cast: Cast, is_older: bool) -> None:
    newer = UnitFactory(name="Thôn Mới", kind="village", parent=cast.commune)
    older = UnitFactory(name="Thôn Cũ", kind="village", parent=cast.commune)
    dossiers = [_received(cast, unit, "village") for unit in (older, newer)]
    UnitSuccessionFactory(predecessor=older, successor=newer, on=date(2024, 12, 1))
    dossier, other = dossiers if is_older else dossiers[::-1]

    mark_duplicate(dossier=dossier, of=other, reason="Trùng.", actor=cast["reviewer"])

    assert _status(dossier) == Status.DUPLICATE


@pytest.mark.parametrize("kind", [SuccessionKind.MERGED, SuccessionKind.SPLIT])
def test_units_that_only_met_in_a_third_are_two_nominees(cast: Cast, kind: SuccessionKind) -> None:
    """Two villages that became one, and a village with one that was split off it."""
    units = [
        UnitFactory(name=f"Thôn {number}", kind="village", parent=cast.commune) for number in ("1", "2", "3")
    ]
    dossier, other = (_received(cast, unit, "village") for unit in units[:2])
    links = [(units[0], units[2]), (units[1], units[2])] if kind == "merged" else [(units[0], units[1])]
    for predecessor, successor in links:
        UnitSuccessionFactory(predecessor=predecessor, successor=successor, kind=kind, on=date(2024, 12, 1))

    with pytest.raises(InvalidRequest, match="puts another nominee forward"):
        mark_duplicate(dossier=dossier, of=other, reason="Trùng.", actor=cast["reviewer"])

    assert _status(dossier) == Status.RECEIVED


def _itself(cast: Cast) -> tuple[Dossier, Dossier]:
    dossier = _of_one_person(cast)[0]
    return dossier, dossier


def _of_another_person(cast: Cast) -> tuple[Dossier, Dossier]:
    return _of_one_person(cast, birth_year=1981)


def _told_apart(cast: Cast) -> tuple[Dossier, Dossier]:
    dossier, other = _of_one_person(cast)
    DistinctIndividuals.objects.create(
        first=dossier.nominee_individual, second=other.nominee_individual, said_at=clock.now()
    )
    return dossier, other


def _of_a_unit_and_a_person(cast: Cast) -> tuple[Dossier, Dossier]:
    return _received(cast, IndividualFactory(unit=cast.commune, role="cadre")), _received(
        cast, None, "commune"
    )


def _of_another_award(cast: Cast) -> tuple[Dossier, Dossier]:
    dossier, other = _of_one_person(cast)
    Dossier.objects.filter(pk=other.pk).update(award="pm_certificate")
    return dossier, other


def _of_another_round(cast: Cast) -> tuple[Dossier, Dossier]:
    dossier, other = _of_one_person(cast)
    Dossier.objects.filter(pk=other.pk).update(award_round=running_round(RoundKind.FINAL))
    return dossier, other


def _ended(cast: Cast) -> tuple[Dossier, Dossier]:
    dossier, other = _of_one_person(cast)
    Dossier.objects.filter(pk=other.pk).update(status=Status.WITHDRAWN)
    return dossier, other


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (_itself, "cannot be a duplicate of itself"),
        (_of_another_person, "puts another nominee forward"),
        (_told_apart, "puts another nominee forward"),
        (_of_a_unit_and_a_person, "puts another nominee forward"),
        (_of_another_award, "is for another award"),
        (_of_another_round, "is of another round"),
        (_ended, "“Withdrawn” and no longer on its way"),
    ],
)
def test_any_other_dossier_is_refused_with_its_sentence(
    cast: Cast, wrong: Callable[[Cast], tuple[Dossier, Dossier]], sentence: str
) -> None:
    dossier, other = wrong(cast)

    with pytest.raises(InvalidRequest, match=sentence):
        mark_duplicate(dossier=dossier, of=other, reason="Trùng.", actor=cast["reviewer"])

    assert _status(dossier) == Status.RECEIVED


def test_of_two_that_name_each_other_the_second_is_refused(cast: Cast) -> None:
    """Read before the first was set aside, as the page of another reviewer has it."""
    first, second = _of_one_person(cast)
    mark_duplicate(dossier=first, of=second, reason="Trùng.", actor=cast["reviewer"])

    with pytest.raises(InvalidRequest, match="no longer on its way"):
        mark_duplicate(dossier=second, of=first, reason="Trùng.", actor=cast["reviewer"])

    assert _status(second) == Status.RECEIVED


@pytest.mark.slow  # Several connections, real commits.
@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_of_two_that_name_each_other_at_once_one_goes_on(frozen_day: Callable[[date], None]) -> None:
    cast = make_cast()
    first, second = _of_one_person(cast)

    answers = at_once(
        *(
            lambda dossier=dossier, other=other: mark_duplicate(
                dossier=dossier, of=other, reason="Trùng.", actor=cast["reviewer"]
            )
            for dossier, other in ((first, second), (second, first))
        )
    )

    one_success(answers)
    assert not any(isinstance(answer, StaleState) for answer in answers)
    assert sorted([_status(first), _status(second)]) == [Status.DUPLICATE, Status.RECEIVED]
