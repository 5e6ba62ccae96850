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
from registry.enums import RowState
from registry.models import Household, HouseholdStatus, Individual
from registry.services.imports import answer_questions, confirm_file
from tests.factories import Cast
from tests.integration.registry.import_steps import confirmed, load, rows_of

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


@dataclass(frozen=True)
class Told:
    """One row of a list with a row a year; `person` is whom it truly means, which the row may not say."""

    person: int
    name: str
    born: int | str
    sign: str
    value: str
    year: int

    @property
    def cells(self) -> list[Any]:
        told = {"code": "", "number": "", "village": "", self.sign: self.value}
        return [told["code"], self.name, self.born, told["number"], told["village"], self.year, "HN"]


@st.composite
def rows_of_namesakes(draw: st.DrawFn) -> list[Told]:
    """Two or three people of one name and year of birth, each told apart in one row at least and bare in others."""
    sign = draw(st.sampled_from(sorted(SIGNS)))
    born = draw(st.sampled_from([1970, ""]))
    rows = []
    for person in range(draw(st.integers(2, 3))):
        years = draw(st.lists(st.integers(2021, 2024), min_size=1, max_size=3, unique=True))
        signed = {draw(st.sampled_from(years)), *draw(st.sets(st.sampled_from(years)))}
        if sign == "code":
            # Codes tell people apart within one year only.
            years, signed = sorted({2021, *years}), {2021, *signed}
        for year in years:
            name = draw(st.sampled_from(["Lê Văn Tám", "LE VAN TAM"]))
            rows.append(Told(person, name, born, sign, SIGNS[sign][person] if year in signed else "", year))
    return rows


def answered_truly(cast: Cast, rows: Sequence[Told]) -> set[str]:
    """Load the rows, each question answered as somebody does who knows whom it means; what was asked."""
    head = ["Mã hộ", "Chủ hộ", "Năm sinh", "Số CCCD", "Thôn", "Năm", "Phân loại"]
    file = load("households", [head, *[row.cells for row in rows]], cast["commune"])
    person_in = {number: row.person for number, row in enumerate(rows, 2)}
    asked: set[str] = set()
    for _round in rows:
        waiting = [one for one in rows_of(file, RowState.ASKED) if one.choices]
        if not waiting:
            break
        one = waiting[0]
        asked.add(one.code)
        true = [
            choice.value
            for choice in one.choices
            if choice.code.startswith("same") and person_in[choice.params["row"]] == person_in[one.number]
        ]
        answer_questions(
            import_file=file,
            answers={f"0:{one.number}": true[0] if true else "another"},
            actor=cast["commune"],
        )
        file.refresh_from_db()
    assert rows_of(file, RowState.ASKED) == []
    assert rows_of(file, RowState.REFUSED) == []
    confirm_file(import_file=file, actor=cast["commune"])
    return asked


@LIMITS
@given(rows=rows_of_namesakes(), data=st.data())
def test_a_bare_row_goes_to_nobody_because_of_where_it_stands(
    cast: Cast, rows: list[Told], data: st.DataObject
) -> None:
    """Every order of rows ends with each person's own years, because the office is asked wherever nothing tells."""
    shuffled = data.draw(st.permutations(rows))
    point = transaction.savepoint()
    asked = answered_truly(cast, shuffled)
    found = sorted(sorted(one.statuses.values_list("year", flat=True)) for one in Household.objects.all())
    transaction.savepoint_rollback(point)

    people = {row.person for row in rows}
    assert found == sorted(sorted(row.year for row in rows if row.person == person) for person in people)
    assert asked or all(row.value for row in rows)
