"""What one person takes away at the province is marked in the log and told to whoever could have been the second hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.utils.translation import override

from core import clock
from core.models import AuditEntry, OutboxMessage
from registry.enums import AdminType, Role, UnitKind
from registry.models import UnitRole
from registry.services.accounts import block_account
from registry.services.papers import PaperGiven
from registry.services.roles import end_role
from tests.factories import Cast, make_cast
from tests.factories.registry import UnitFactory, officer

pytestmark = pytest.mark.django_db
PAPER = PaperGiven("12/QĐ", date(2025, 12, 1))


@pytest.fixture
def cast(db: None, frozen_day: Any) -> Cast:
    frozen_day(date(2025, 12, 15))
    cast = make_cast()
    for name in ("administrator", "lead", "reviewer", "commune"):
        cast[name].email = f"{name}@example.vn"
        cast[name].save()
    cast.people["second"] = officer(
        Role.ADMINISTRATOR, cast.province, username="second", email="second@example.vn"
    )
    cast.people["elsewhere"] = officer(
        Role.LEAD, _elsewhere(), username="elsewhere", email="elsewhere@example.vn"
    )
    return cast


def _elsewhere() -> Any:
    return UnitFactory(key="xa", kind=UnitKind.PROVINCE, admin_type=AdminType.TINH, name="Tỉnh Xa")


def told() -> set[str]:
    return set(OutboxMessage.objects.values_list("recipient", flat=True))


def is_marked(event: str) -> bool:
    return "by_one_person" in AuditEntry.objects.filter(event=event).latest("seq").payload.content


def test_ending_a_role_at_the_province_is_told(cast: Cast) -> None:
    held = UnitRole.objects.get(user=cast["reviewer"])

    end_role(held=held, ends_on=clock.today(), actor=cast["administrator"], paper=PAPER)

    assert told() == {"lead@example.vn", "second@example.vn"}
    assert is_marked("role.ended")
    body = OutboxMessage.objects.all()[0].body
    assert str(cast["reviewer"]) in body
    assert str(cast["administrator"]) in body


def test_blocking_a_holder_at_the_province_is_told(cast: Cast) -> None:
    with override("en"):
        block_account(account=cast["reviewer"].account, reason="Máy bị mất", actor=cast["administrator"])

    assert told() == {"lead@example.vn", "second@example.vn"}
    assert is_marked("account.blocked")


def test_the_person_and_the_hand_are_not_among_the_told(cast: Cast) -> None:
    block_account(account=cast["lead"].account, reason="Nghỉ hưu", actor=cast["administrator"])

    assert told() == {"second@example.vn"}


def test_a_role_below_the_province_takes_one_hand_and_no_word(cast: Cast) -> None:
    held = UnitRole.objects.get(user=cast["commune"])

    end_role(held=held, ends_on=clock.today(), actor=cast["administrator"], paper=PAPER)
    block_account(account=cast["commune"].account, reason="Nghỉ hưu", actor=cast["administrator"])

    assert told() == set()
    assert not is_marked("role.ended")
    assert not is_marked("account.blocked")
