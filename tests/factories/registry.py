"""Units, roles, people and reviews with plain values."""

from datetime import date
from typing import Any

import factory
from factory.django import DjangoModelFactory

from core.models import User
from registry.enums import Duty, Role, SuccessionKind, UnitKind
from registry.models import (
    Account,
    Household,
    HouseholdStatus,
    Individual,
    OfficeDuty,
    PovertyReview,
    Unit,
    UnitRole,
    UnitSuccession,
    ZoneAssignment,
)

STANDARD = "2022-2025"


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"nguoi-{n}")
    full_name = factory.Sequence(lambda n: f"Nguyễn Văn {n}")
    email = factory.LazyAttribute(lambda user: f"{user.username}@example.vn")


class UnitFactory(DjangoModelFactory):
    class Meta:
        model = Unit

    key = factory.Sequence(lambda n: f"don-vi-{n}")
    kind = UnitKind.COMMUNE
    name = factory.Sequence(lambda n: f"Xã {n}")
    valid_from = date(2021, 1, 1)


class UnitRoleFactory(DjangoModelFactory):
    class Meta:
        model = UnitRole

    user = factory.SubFactory(UserFactory)
    role = Role.COMMUNE_OFFICER
    unit = factory.SubFactory(UnitFactory)
    starts_on = date(2021, 1, 1)


class UnitSuccessionFactory(DjangoModelFactory):
    class Meta:
        model = UnitSuccession

    kind = SuccessionKind.MERGED
    on = date(2024, 12, 1)


class ZoneFactory(DjangoModelFactory):
    class Meta:
        model = ZoneAssignment

    zone = "II"
    starts_on = date(2021, 6, 4)
    decision = "861/QĐ-TTg"


class PovertyReviewFactory(DjangoModelFactory):
    class Meta:
        model = PovertyReview

    standard = STANDARD
    households = 1000
    poor = 100
    near_poor = 100
    document = factory.LazyAttribute(lambda review: f"{review.year}/QĐ-UBND")
    recognised_on = factory.LazyAttribute(lambda review: date(review.year, 12, 10))


class HouseholdFactory(DjangoModelFactory):
    class Meta:
        model = Household

    code = factory.Sequence(lambda n: f"H-TEST-{n:05d}")
    name = factory.Sequence(lambda n: f"Trần Thị {n}")


class HouseholdStatusFactory(DjangoModelFactory):
    class Meta:
        model = HouseholdStatus

    recognised_on = factory.LazyAttribute(lambda status: date(status.year, 12, 10))


class IndividualFactory(DjangoModelFactory):
    class Meta:
        model = Individual

    code = factory.Sequence(lambda n: f"C-TEST-{n:05d}")
    name = factory.Sequence(lambda n: f"Lê Văn {n}")


def officer(role: str, unit: Unit, **fields: Any) -> User:
    """A person who holds a role at a unit since 2021."""
    user: User = UserFactory(**fields)
    UnitRoleFactory(user=user, role=role, unit=unit)
    Account.objects.create(user=user, home=unit)
    return user


def give_standing_office(province: Unit) -> Unit:
    """The body that issues the province's letters, since 2021."""
    office: Unit = UnitFactory(key="so", kind=UnitKind.AGENCY, name="Sở Thường trực", parent=province)
    OfficeDuty.objects.create(
        duty=Duty.STANDING_OFFICE,
        province=province,
        unit=office,
        starts_on=office.valid_from,
        decision="Kế hoạch",
    )
    return office
