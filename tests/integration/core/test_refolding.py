"""Stored search and order columns follow the folding: migrations mend the rows that an older folding wrote."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection, models

from core.models import User
from core.text import fold, sort_key
from councils.models import Council, CouncilMember
from nominations.enums import Status
from nominations.models import Dossier
from registry.models import Household, HouseholdMember, Individual, Unit
from tests.factories import HouseholdFactory, IndividualFactory, UnitFactory, dossier_at, make_cast

ODD = "Kʼ Br\u200bêl"
MIGRATIONS = (
    "core.migrations.0003_refold_names",
    "registry.migrations.0006_refold_names",
    "councils.migrations.0002_refold_names",
    "nominations.migrations.0002_refold_names",
)


def _migrate() -> None:
    with connection.schema_editor() as editor:
        for name in MIGRATIONS:
            import_module(name).refold_names(apps, editor)


def _as_an_older_folding_left(model: type[models.Model], columns: list[str]) -> None:
    model._base_manager.update(**dict.fromkeys(columns, "as before"))


@pytest.mark.django_db(transaction=True)
def test_rows_with_odd_signs_are_refolded_and_others_left(frozen_day: Callable[[date], None]) -> None:
    frozen_day(date(2025, 12, 15))
    cast = make_cast()
    odd = {
        Unit: UnitFactory(name=f"Xã {ODD}", parent=cast.district, admin_type="xa"),
        Household: HouseholdFactory(name=ODD, unit=cast.commune),
        Individual: IndividualFactory(name=ODD, unit=cast.commune),
        User: User.objects.create_user("kbrel", full_name=ODD),
    }
    odd[HouseholdMember] = HouseholdMember.objects.create(household=odd[Household], name=ODD)
    dossier = dossier_at(
        Status.DRAFT, cast, award="province_certificate", nominee=odd[Household], subject="household"
    )
    council = Council.objects.create(
        name="Hội đồng", unit=cast.province, movement=dossier.award_round.movement
    )
    odd[CouncilMember] = CouncilMember.objects.create(
        council=council, user=odd[User], starts_on=date(2025, 1, 1)
    )
    plain = HouseholdFactory(name="K' Brêl", unit=cast.commune)
    for model, columns in (
        (Unit, ["name_folded", "name_sort"]),
        (Household, ["name_folded", "name_sort"]),
        (Individual, ["name_folded", "name_sort"]),
        (HouseholdMember, ["name_folded"]),
        (User, ["name_folded", "name_sort"]),
        (CouncilMember, ["name_sort"]),
        (Dossier, ["nominee_folded", "nominee_sort"]),
    ):
        _as_an_older_folding_left(model, columns)

    _migrate()

    for row in odd.values():
        row.refresh_from_db()
    dossier.refresh_from_db()
    plain.refresh_from_db()
    assert odd[Unit].name_folded == "xa k brel"
    assert odd[Unit].name_sort == sort_key("K' Brêl")
    for model in (Household, Individual, HouseholdMember, User):
        assert odd[model].name_folded == "k brel"
    for model in (Household, Individual, CouncilMember):
        assert odd[model].name_sort == sort_key("Brêl K'")
    assert odd[User].name_sort == sort_key("K' Brêl")
    home = fold(f"{odd[Household].code} xã Phan Điền huyện Bắc Bình")
    assert dossier.nominee_folded == f"k brel {home}"
    assert dossier.nominee_sort == odd[Household].name_sort
    # Nothing odd in the name: what stands there is not this migration's to touch.
    assert plain.name_folded == "as before"


@pytest.mark.parametrize("name", MIGRATIONS)
def test_going_back_leaves_the_columns(name: str) -> None:
    (operation,) = import_module(name).Migration.operations

    assert operation.reversible
