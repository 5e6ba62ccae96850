"""What one person takes away at the province is marked in the log and told to whoever could have been the second hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from core import clock
from core.models import AuditEntry, OutboxMessage
from registry.enums import AdminType, Role, UnitKind
from registry.models import UnitRole
from registry.services.accounts import block_account
from registry.services.papers import PaperGiven
from registry.services.passing_on import merge_accounts
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


def test_closing_an_account_by_merging_it_is_told(cast: Cast) -> None:
    """The lead's account, merged into an officer's, is closed for good: one hand may, and everybody hears of it."""
    merge_accounts(
        kept=cast["district"].account, dropped=cast["lead"].account, actor=cast["administrator"], paper=PAPER
    )

    assert told() == {"second@example.vn"}
    assert is_marked("account.merged")


def test_merging_accounts_of_no_such_role_is_told_to_nobody(cast: Cast) -> None:
    merge_accounts(
        kept=cast["district"].account,
        dropped=cast["commune"].account,
        actor=cast["administrator"],
        paper=PAPER,
    )

    assert told() == set()
    assert not is_marked("account.merged")


@pytest.mark.parametrize("name", ["account_detail", "account_correct", "role_give", "account_hand_over"])
def test_a_number_that_no_key_can_be_leads_nowhere(cast: Cast, client: Client, name: str) -> None:
    client.force_login(cast["administrator"])

    assert client.get(reverse(f"registry:{name}", args=[10**20])).status_code == 404
    assert client.get(reverse(f"registry:{name}", args=[2**63 - 1])).status_code == 404
