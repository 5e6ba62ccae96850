"""Who goes up first: votes, then the plan's steps, then the further vote; and where nothing says."""

from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from criteria.engine.preference import Agreement, Contender, Edge, Place, edge_of, order_of
from criteria.selectors import get_plan

STEPS = ("women", "area")


def _one(
    key: int,
    agree: int | None = 12,
    *,
    woman: bool | None = False,
    hard: int | None = 0,
    further: dict[int, int] | None = None,
) -> Contender:
    return Contender(
        key=key,
        agreed=None if agree is None else Agreement(agree, 15),
        is_preferred=woman,
        hardness=hard,
        further={paper: Agreement(number, 15) for paper, number in (further or {}).items()},
    )


def _keys(places: tuple[Place, ...]) -> list[tuple[int, ...]]:
    return [place.keys for place in places]


def test_more_votes_go_before_everything_else() -> None:
    places = order_of([_one(1, 12, woman=True, hard=3), _one(2, 13)], STEPS)

    assert places == (Place((2,)), Place((1,), "agreement"))


def test_votes_are_shares_of_all_members() -> None:
    """9 of 9 are more than 14 of 15, and 8 of 10 are as many as 12 of 15."""
    nine = Contender(1, Agreement(9, 9), is_preferred=False, hardness=0)
    ten = Contender(2, Agreement(8, 10), is_preferred=False, hardness=0)

    assert _keys(order_of([_one(3, 14), nine, ten, _one(4, 12)], STEPS)) == [(1,), (3,), (2, 4)]


def test_without_a_counted_vote_one_goes_last() -> None:
    assert order_of([_one(1, None, woman=True), _one(2, 0)], STEPS) == (Place((2,)), Place((1,), "agreement"))


def test_equal_votes_are_parted_by_women_then_by_area() -> None:
    rows = [_one(1, hard=3), _one(2, hard=1), _one(3, woman=True), _one(4, woman=True, hard=2)]

    assert order_of(rows, STEPS) == (
        Place((4,)),
        Place((3,), "area"),
        Place((1,), "women"),
        Place((2,), "area"),
    )


def test_the_plan_says_which_steps_there_are_and_in_which_order() -> None:
    rows = [_one(1, woman=True), _one(2, hard=3)]

    assert [_keys(order_of(rows, steps)) for steps in (("women", "area"), ("area", "women"), ())] == [
        [(1,), (2,)],
        [(2,), (1,)],
        [(1, 2)],
    ]


@pytest.mark.parametrize(
    ("step", "unknown"),
    [("women", _one(3, woman=None)), ("area", _one(3, hard=None))],
)
def test_what_is_not_known_of_one_among_equals_parts_none_of_them(step: str, unknown: Contender) -> None:
    """A step after it could turn round what is not known, so none is taken."""
    rows = [_one(1, hard=2), _one(2, hard=1), unknown]

    assert order_of(rows, STEPS) == (Place((1, 2, 3), "", (step, (3,))),)


def test_what_is_not_known_of_others_is_no_matter() -> None:
    rows = [_one(1, hard=2), _one(2, hard=1), _one(3, 14, woman=None), _one(4, 11, hard=None)]

    assert _keys(order_of(rows, STEPS)) == [(3,), (1,), (2,), (4,)]


def test_the_further_vote_parts_what_nothing_else_does() -> None:
    rows = [_one(1, further={1: 5}), _one(2, further={1: 10}), _one(3, 11, further={1: 15})]

    assert order_of(rows, STEPS) == (Place((2,)), Place((1,), "further_poll"), Place((3,), "agreement"))


def test_a_further_vote_says_nothing_beside_one_who_was_not_on_its_paper() -> None:
    rows = [_one(1, further={1: 5}), _one(2, further={1: 10}), _one(3)]

    assert _keys(order_of(rows, STEPS)) == [(1, 2, 3)]


def test_equals_of_a_further_vote_are_parted_by_a_later_one() -> None:
    rows = [_one(1, further={1: 9}), _one(2, further={1: 5, 2: 4}), _one(3, further={1: 5, 2: 8})]

    assert _keys(order_of(rows, STEPS)) == [(1,), (3,), (2,)]


def test_a_further_vote_counts_where_a_step_lacks_a_fact() -> None:
    rows = [_one(1, woman=None, further={1: 5}), _one(2, further={1: 9}), _one(3, further={1: 5})]

    assert order_of(rows, STEPS) == (Place((2,)), Place((1, 3), "further_poll", ("women", (1,))))


@pytest.mark.parametrize(
    ("left", "edge"),
    [(0, None), (1, None), (2, Edge((2, 3, 4), 1)), (3, Edge((2, 3, 4), 2)), (4, None), (5, None), (9, None)],
)
def test_the_edge_is_where_equals_are_more_than_the_places_left(left: int, edge: Edge | None) -> None:
    places = order_of([_one(1, 14), _one(2), _one(3), _one(4), _one(5, 11)], STEPS)

    assert edge_of(places, left) == edge


def test_the_law_prefers_women_from_its_day_on() -> None:
    ties = get_plan("binh-thuan-2021-2025").ties

    assert ties.steps_on(date(2025, 6, 30)) == ("area",)
    assert ties.steps_on(date(2025, 7, 1)) == ("women", "area")
    assert get_plan("mau-khong-cap-huyen").ties.steps_on(date(2030, 1, 1)) == ()


_votes = st.none() | st.builds(Agreement, st.integers(0, 3), st.sampled_from((3, 6)))
_rows = st.builds(
    Contender,
    key=st.just(0),
    agreed=_votes,
    is_preferred=st.none() | st.booleans(),
    hardness=st.none() | st.integers(0, 3),
    further=st.dictionaries(st.integers(1, 3), st.builds(Agreement, st.integers(0, 3), st.just(3))),
)
_contenders = st.lists(_rows, max_size=6).map(
    lambda rows: [replace(row, key=key) for key, row in enumerate(rows, start=1)]
)
_few = settings(max_examples=50, deadline=None)


@_few
@given(_contenders.flatmap(lambda rows: st.tuples(st.just(rows), st.permutations(rows))))
def test_the_order_is_total_and_does_not_depend_on_how_they_came(
    twice: tuple[list[Contender], list[Contender]],
) -> None:
    rows, shuffled = twice

    places = order_of(rows, STEPS)

    assert order_of(shuffled, STEPS) == places
    assert sorted(key for place in places for key in place.keys) == [one.key for one in rows]
    assert [place.parted_by == "" for place in places] == [number == 0 for number in range(len(places))]


@_few
@given(_contenders)
def test_fewer_votes_never_go_first(rows: list[Contender]) -> None:
    by_key = {one.key: one for one in rows}
    votes = [by_key[key].agreed for place in order_of(rows, STEPS) for key in place.keys]

    shares = [vote.share if vote else -1 for vote in votes]
    assert shares == sorted(shares, reverse=True)


@_few
@given(_contenders)
def test_whom_a_step_sets_behind_is_less_in_it_and_equal_before_it(rows: list[Contender]) -> None:
    by_key = {one.key: one for one in rows}
    places = order_of(rows, STEPS)

    for before, behind in pairwise(places):
        ahead, after = by_key[before.keys[0]], by_key[behind.keys[0]]
        if behind.parted_by == "women":
            assert (ahead.is_preferred, after.is_preferred) == (True, False)
        if behind.parted_by == "area":
            assert ahead.is_preferred == after.is_preferred
            assert (ahead.hardness or 0) > (after.hardness or 0)


@_few
@given(_contenders, st.integers(0, 8))
def test_the_edge_takes_some_and_not_all(rows: list[Contender], left: int) -> None:
    places = order_of(rows, STEPS)

    edge = edge_of(places, left)

    if edge is not None:
        before = sum(len(place.keys) for place in places[: [place.keys for place in places].index(edge.keys)])
        assert before + edge.left == left
        assert 0 < edge.left < len(edge.keys)
