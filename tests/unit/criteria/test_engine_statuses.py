"""How statuses combine: the tables of the rulebook, and properties over every mixture."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from criteria.engine import Outcome, Status, all_of, any_of, outcome_of

MET, NOT_MET, MISSING = Status.MET, Status.NOT_MET, Status.MISSING
JUDGEMENT, WAIVED, NOT_APPLICABLE = Status.JUDGEMENT, Status.WAIVED, Status.NOT_APPLICABLE
mixtures = st.lists(st.sampled_from(Status), max_size=6)


@pytest.mark.parametrize(
    ("statuses", "together", "one"),
    [
        ([], NOT_APPLICABLE, NOT_APPLICABLE),
        ([NOT_APPLICABLE], NOT_APPLICABLE, NOT_APPLICABLE),
        ([NOT_APPLICABLE, MET], MET, MET),
        ([NOT_APPLICABLE, WAIVED], MET, MET),
        ([NOT_APPLICABLE, NOT_MET], NOT_MET, NOT_MET),
        ([NOT_APPLICABLE, MISSING], MISSING, MISSING),
        ([NOT_APPLICABLE, JUDGEMENT], JUDGEMENT, JUDGEMENT),
        ([MET, NOT_MET], NOT_MET, MET),
        ([WAIVED, NOT_MET], NOT_MET, MET),
        ([MET, MISSING], MISSING, MET),
        ([MET, JUDGEMENT], JUDGEMENT, MET),
        ([NOT_MET, MISSING], NOT_MET, MISSING),
        ([NOT_MET, JUDGEMENT], NOT_MET, JUDGEMENT),
        ([MISSING, JUDGEMENT], MISSING, JUDGEMENT),
        ([NOT_MET, MISSING, JUDGEMENT], NOT_MET, JUDGEMENT),
        ([MET, WAIVED, NOT_APPLICABLE], MET, MET),
    ],
)
def test_combination_follows_the_table(statuses, together, one):
    assert all_of(statuses) is together
    assert any_of(statuses) is one


@pytest.mark.parametrize(
    ("statuses", "outcome"),
    [
        ([], Outcome.ELIGIBLE),
        ([MET, WAIVED, NOT_APPLICABLE], Outcome.ELIGIBLE),
        ([MET, JUDGEMENT], Outcome.NEEDS_JUDGEMENT),
        ([MISSING, JUDGEMENT], Outcome.INCOMPLETE),
        ([NOT_MET, MISSING, JUDGEMENT], Outcome.NOT_ELIGIBLE),
    ],
)
def test_outcome_follows_the_table(statuses, outcome):
    assert outcome_of(statuses) is outcome


@given(mixtures)
def test_order_and_what_does_not_apply_never_matter(statuses):
    without = [status for status in statuses if status is not NOT_APPLICABLE]

    for combine in (all_of, any_of):
        assert combine(statuses) is combine(statuses[::-1])
        assert combine(statuses) is combine([*without, NOT_APPLICABLE])


@given(mixtures)
def test_a_waived_part_counts_as_met(statuses):
    as_met = [MET if status is WAIVED else status for status in statuses]

    assert (all_of(statuses), any_of(statuses)) == (all_of(as_met), any_of(as_met))
