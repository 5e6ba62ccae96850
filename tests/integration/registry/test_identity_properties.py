"""Whatever the order of rows and files: two in, two out; two halves are the whole; what is missing overwrites nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.personal_numbers import open_sealed
from registry.models import Household, HouseholdStatus, Individual
from tests.factories import Cast
from tests.integration.registry.import_steps import confirmed, load

pytestmark = [pytest.mark.django_db, pytest.mark.slow]  # each example loads several files

HEAD = ["Mã hộ", "Chủ hộ", "Năm sinh", "Số CCCD", "Thôn", "Kết quả 2024"]
NUMBERS = ("060070000111", "060070000222", "060070000333")
LIMITS = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(autouse=True)
def _run_tasks_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Inside a test's transaction nothing commits: what would run after commit runs at once."""
    monkeypatch.setattr("django.db.transaction.on_commit", lambda call, *args, **kwargs: call())


@dataclass(frozen=True)
class Row:
    """One household as a file has it: `sign` is the column that tells namesakes apart."""

    name: str
    born: int
    sign: str
    value: str
    standing: str

    @property
    def cells(self) -> list[Any]:
        told = {"code": "", "number": "", "village": "", self.sign: self.value}
        return [told["code"], self.name, self.born, told["number"], told["village"], self.standing]


SIGNS = {"code": ("56", "91", "7"), "number": NUMBERS, "village": ("Thôn 1", "Thôn 2", "Thôn 3")}


@st.composite
def namesakes(draw: st.DrawFn) -> list[Row]:
    """Households of few names and years, so that many are alike; in each group one sign tells them apart."""
    rows = []
    for name, born in draw(
        st.lists(
            st.tuples(
                st.sampled_from(["Lê Văn Tám", "Mang Thị Lan", "K' Brêl"]), st.sampled_from([1970, 1971])
            ),
            min_size=1,
            max_size=3,
            unique=True,
        )
    ):
        sign = draw(st.sampled_from(sorted(SIGNS)))
        values = draw(st.lists(st.sampled_from(SIGNS[sign]), min_size=1, max_size=3, unique=True))
        # A code and a number are one household's in the whole commune, whatever its name.
        values = [value for value in values if sign == "village" or value not in {row.value for row in rows}]
        rows += [Row(name, born, sign, value, draw(st.sampled_from(["HN", "CN"]))) for value in values]
    return rows


def write(cast: Cast, rows: Sequence[Row]) -> None:
    if rows:
        confirmed(load("households", [HEAD, *[row.cells for row in rows]], cast["commune"]), cast["commune"])


def register() -> list[tuple[Any, ...]]:
    """What the register holds, without what depends on the order in which it was entered."""
    statuses = dict(HouseholdStatus.objects.values_list("household_id", "status"))
    return sorted(
        (
            one.name,
            one.birth_year,
            open_sealed(one.citizen_number_sealed) if one.citizen_number_sealed else "",
            one.address,
            tuple(one.office_codes.values_list("code", flat=True)),
            statuses.get(one.pk, ""),
        )
        for one in Household.objects.all()
    )


def afterwards(act: Callable[[], None]) -> list[tuple[Any, ...]]:
    """The register after the act, which is then taken back."""
    point = transaction.savepoint()
    act()
    found = register()
    transaction.savepoint_rollback(point)
    return found


@LIMITS
@given(rows=namesakes(), data=st.data())
def test_so_many_in_so_many_out_in_whatever_order(cast: Cast, rows: list[Row], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(rows))

    one = afterwards(lambda: write(cast, rows))
    other = afterwards(lambda: write(cast, shuffled))

    assert len(one) == len(rows)
    assert one == other


@LIMITS
@given(rows=namesakes(), data=st.data())
def test_two_halves_are_the_whole_and_again_changes_nothing(
    cast: Cast, rows: list[Row], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(rows))
    at = data.draw(st.integers(0, len(rows)))

    whole = afterwards(lambda: write(cast, rows))
    halves = afterwards(lambda: [write(cast, half) for half in (shuffled[:at], shuffled[at:])])
    twice = afterwards(lambda: [write(cast, rows), write(cast, shuffled)])

    assert halves == whole
    assert twice == whole


@LIMITS
@given(rows=namesakes(), data=st.data())
def test_what_a_row_leaves_out_overwrites_nothing(cast: Cast, rows: list[Row], data: st.DataObject) -> None:
    kept = [row for row in rows if sum(one.name == row.name for one in rows) == 1]

    def bare() -> None:
        write(cast, rows)
        for row in kept:
            cells = [["Chủ hộ", "Năm sinh", "Kết quả 2024"], [row.name, row.born, row.standing]]
            confirmed(load("households", cells, cast["commune"]), cast["commune"])

    assert afterwards(bare) == afterwards(lambda: write(cast, rows))


@LIMITS
@given(
    pairs=st.lists(
        st.tuples(st.sampled_from(NUMBERS), st.sampled_from(["", "Phó ban"])),
        min_size=2,
        max_size=3,
        unique_by=lambda one: one[0],
    ),
    data=st.data(),
)
def test_individuals_of_one_name_and_year_stay_apart(
    cast: Cast, pairs: list[Any], data: st.DataObject
) -> None:

    head = ["Họ và tên", "Năm sinh", "Số CCCD", "Chức vụ"]

    def enter(rows: Sequence[Any]) -> list[Any]:
        for half in (rows[:1], rows[1:]):
            cells = [["Lê Văn Tám", 1970, number, position] for number, position in half]
            confirmed(load("individuals", [head, *cells], cast["commune"]), cast["commune"])
        return sorted(
            (open_sealed(one.citizen_number_sealed), one.position) for one in Individual.objects.all()
        )

    point = transaction.savepoint()
    found = enter(data.draw(st.permutations(pairs)))
    transaction.savepoint_rollback(point)

    assert found == sorted(pairs)
