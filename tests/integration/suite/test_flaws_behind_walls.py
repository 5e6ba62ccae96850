"""What does not hold is told by name to the province whose it is, and as a plain number to the others."""

from datetime import date

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from core import clock
from core.models import User
from core.proving import Flaw, flaws_for
from nominations.models import PlanUpload
from registry.enums import Role, UnitKind
from registry.models import Unit
from tests.factories.log import log_people
from tests.factories.registry import HouseholdFactory, UnitFactory, UnitRoleFactory, officer

pytestmark = pytest.mark.django_db


def province(key: str) -> Unit:
    return UnitFactory(key=key, kind=UnitKind.PROVINCE, name=f"Tỉnh {key}", valid_from=date(2021, 1, 1))


def upload_without_entry(unit: Unit) -> PlanUpload:
    """A plan that somebody put into the database beside the product."""
    upload = PlanUpload.objects.create(
        unit=unit,
        plan_id=f"ke-hoach-{unit.key}",
        passes=False,
        report={"faults": []},
        uploaded_by=officer(Role.LEAD, unit, username=f"lanhdao.{unit.key}"),
        uploaded_at=clock.now(),
    )
    log_people()
    return upload


def page(reader: User) -> str:
    client = Client(headers={"accept-language": "en"})
    client.force_login(User.objects.get(pk=reader.pk))
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client.get(reverse("core:audit"), {"verify": "1"}).content.decode()


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR])
def test_each_province_reads_its_own_flaws_and_hears_of_the_others(role: Role) -> None:
    north, south = province("bac"), province("nam")
    readers = {unit.key: officer(role, unit, username=f"doc.{unit.key}") for unit in (north, south)}
    log_people()
    assert "of another province" not in page(readers["bac"])

    upload_without_entry(north)

    assert "ke-hoach-bac" in page(readers["bac"])
    assert "of another province" not in page(readers["bac"])
    other = page(readers["nam"])
    assert "ke-hoach-bac" not in other
    assert "1 thing of another province does not hold" in other
    assert "Every entry follows the one before it" not in other


def test_who_inspects_both_provinces_reads_both() -> None:
    north, south = province("bac"), province("nam")
    inspector = officer(Role.AUDITOR, north)
    UnitRoleFactory(user=inspector, role=Role.AUDITOR, unit=south)
    upload_without_entry(north)
    upload_without_entry(south)

    told = page(inspector)

    assert "ke-hoach-bac" in told
    assert "ke-hoach-nam" in told
    assert "another province" not in told


def test_what_has_no_place_is_told_to_all_and_what_is_anothers_is_counted() -> None:
    north, south = province("bac"), province("nam")
    reader, stranger = officer(Role.AUDITOR, north), officer(Role.LEAD, south)
    household = HouseholdFactory(unit=UnitFactory(key="nam.x", parent=south))
    found = [
        Flaw("Entry 5", "gone"),
        Flaw("Entry 6", "gone", "registry.household:999999"),
        Flaw("Entry 7", "gone", "system"),
        Flaw("Document 1", "changed", f"core.user:{reader.pk}"),
        Flaw("Document 2", "changed", f"core.user:{stranger.pk}"),
        Flaw("Household", "changed", f"registry.household:{household.pk}"),
    ]

    told, hidden = flaws_for(reader, found)

    assert [flaw.where for flaw in told] == ["Entry 5", "Entry 6", "Entry 7", "Document 1"]
    assert hidden == 2
