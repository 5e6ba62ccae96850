"""Officers see the rounds of their own province's movement and no other."""

from datetime import date

import pytest

from core.models import User
from nominations.enums import RoundKind
from nominations.models import AwardRound, Movement
from registry.enums import Role, UnitKind
from registry.models import Unit, UnitRole

pytestmark = pytest.mark.django_db


def _province(key: str) -> tuple[Unit, Unit]:
    province = Unit.objects.create(
        key=key, kind=UnitKind.PROVINCE, name=f"Tỉnh {key}", valid_from=date(2021, 1, 1)
    )
    commune = Unit.objects.create(
        key=f"{key}.xa", kind=UnitKind.COMMUNE, name=f"Xã {key}", parent=province, valid_from=date(2021, 1, 1)
    )
    return province, commune


def _round(plan_id: str, unit: Unit | None) -> AwardRound:
    movement = Movement.objects.create(plan_id=plan_id, unit=unit, name=plan_id, starts_in=2021, ends_in=2025)
    return AwardRound.objects.create(
        movement=movement, kind=RoundKind.FINAL, year=2025, opens_on=date(2025, 10, 1)
    )


def _person(username: str, role: Role, unit: Unit) -> User:
    user = User.objects.create_user(username, full_name=username)
    UnitRole.objects.create(user=user, role=role, unit=unit, starts_on=date(2021, 1, 1))
    return user


def test_rounds_are_those_of_the_province_above(frozen_day) -> None:
    north, commune = _province("bac")
    south, _other = _province("nam")
    own, foreign, everywhere = _round("bac", north), _round("nam", south), _round("chung", None)

    officer = _person("xa", Role.COMMUNE_OFFICER, commune)
    reviewer = _person("so", Role.REVIEWER, north)

    assert set(AwardRound.objects.visible_to(officer)) == {own, everywhere}
    assert set(AwardRound.objects.visible_to(reviewer)) == {own, everywhere}
    assert foreign in AwardRound.objects.visible_to(_person("nam", Role.LEAD, south))
