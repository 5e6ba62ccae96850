"""Rows written past the ORM: every character arrives, constraints hold, an update tells who was first."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.bulk import insert_rows, update_rows
from registry.models import HouseholdStatus
from tests.factories.registry import HouseholdFactory, HouseholdStatusFactory, UnitFactory

pytestmark = pytest.mark.django_db

FIELDS = ("household", "year", "status", "recognised_on", "document", "import_file")
NO_CONTROLS = st.text(
    st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from("\t\n\\'\"N"), max_size=40
)


def test_insert_writes_every_value_as_it_was_given() -> None:
    household = HouseholdFactory(unit=UnitFactory())

    insert_rows(
        HouseholdStatus,
        FIELDS,
        [
            (household.pk, 2021, "poor", "2021-12-14", "12/QĐ-UBND\tsố\\1\nhai", None),
            (household.pk, 2022, "well_off", "2022-12-14", "\\N", None),
        ],
    )

    first, second = household.statuses.order_by("year")
    assert (first.status, first.recognised_on, first.document) == (
        "poor",
        date(2021, 12, 14),
        "12/QĐ-UBND\tsố\\1\nhai",
    )
    assert (second.document, second.import_file_id) == ("\\N", None)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(NO_CONTROLS, min_size=1, max_size=8))
def test_insert_keeps_any_text(texts: list[str]) -> None:
    with transaction.atomic():
        household = HouseholdFactory(unit=UnitFactory())
        rows = [(household.pk, 1000 + at, "poor", "2021-12-14", text, None) for at, text in enumerate(texts)]

        insert_rows(HouseholdStatus, FIELDS, iter(rows))

        kept = list(household.statuses.order_by("year").values_list("document", flat=True))
        transaction.set_rollback(True)
    assert kept == texts


def test_insert_reads_a_long_stream_in_pieces() -> None:
    household = HouseholdFactory(unit=UnitFactory())
    rows = ((household.pk, year, "poor", "2021-12-14", "x" * 150, None) for year in range(1, 9001))

    insert_rows(HouseholdStatus, FIELDS, rows)

    assert household.statuses.count() == 9000


def test_insert_is_held_to_the_constraints() -> None:
    status = HouseholdStatusFactory(household=HouseholdFactory(unit=UnitFactory()), year=2021, status="poor")

    with pytest.raises(IntegrityError), transaction.atomic():
        insert_rows(
            HouseholdStatus, FIELDS, [(status.household_id, 2021, "near_poor", "2021-12-14", "", None)]
        )


def test_update_changes_only_what_is_still_as_it_was_seen() -> None:
    household = HouseholdFactory(unit=UnitFactory())
    seen = HouseholdStatusFactory(household=household, year=2021, status="poor")
    moved = HouseholdStatusFactory(household=household, year=2022, status="average")

    changed = update_rows(
        HouseholdStatus,
        matched=("id", "status"),
        changed=("status",),
        rows=[("near_poor", seen.pk, "poor"), ("well_off", moved.pk, "poor")],
    )

    assert changed == 1
    seen.refresh_from_db()
    moved.refresh_from_db()
    assert (seen.status, moved.status) == ("near_poor", "average")


def test_update_of_thousands_counts_each_row() -> None:
    household = HouseholdFactory(unit=UnitFactory())
    years = range(1, 2501)
    insert_rows(
        HouseholdStatus, FIELDS, [(household.pk, year, "poor", "2021-12-14", "", None) for year in years]
    )

    changed = update_rows(
        HouseholdStatus,
        matched=("household", "year", "status"),
        changed=("status", "recognised_on", "document"),
        rows=(
            ("average", "2022-01-05", "5%/QĐ", household.pk, year, "poor" if year % 2 else "near_poor")
            for year in years
        ),
    )

    assert changed == 1250
    assert (
        household.statuses.filter(status="average", document="5%/QĐ", recognised_on=date(2022, 1, 5)).count()
        == 1250
    )
