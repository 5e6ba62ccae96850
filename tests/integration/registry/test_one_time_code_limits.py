"""The page of one-time codes takes so many attempts for an account and from an address, whatever the name."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from core.models import AuditEntry, OutboxMessage, Throttle
from core.services import throttle
from registry.services.access import print_slips
from tests.factories import Cast, make_cast

pytestmark = pytest.mark.django_db
NEW = "trâu xanh đi học muộn"
WRONG = "7KQ2-M0RD-9XAB-T4WE"


@pytest.fixture
def cast(db: None, frozen_day: Any) -> Cast:
    frozen_day(date(2025, 12, 15))
    return make_cast()


def give(client: Client, username: str, code: str = WRONG, new: str = NEW, **extra: Any) -> Any:
    return client.post(
        "/ma-mot-lan/", {"username": username, "code": code, "new": new, "again": new}, **extra
    )


def answers(client: Client, username: str, times: int) -> list[tuple[int, list[str]]]:
    found = []
    for _turn in range(times):
        page = give(client, username)
        found.append((page.status_code, [str(error) for error in page.context["form"].non_field_errors()]))
    return found


def test_an_account_has_ten_attempts_and_the_answer_is_the_same_for_any_name(cast: Cast) -> None:
    known = answers(Client(), "commune", 12)
    unknown = answers(Client(), "khong-co-ai", 12)

    assert known == unknown
    assert [status for status, _words in known] == [422] * 10 + [429] * 2


def test_the_right_code_waits_too_and_opens_when_the_count_begins_anew(cast: Cast) -> None:
    account = cast["commune"].account
    code = print_slips(accounts=[account], actor=cast["administrator"])[0].code
    answers(Client(), "commune", 10)

    assert give(Client(), "commune", code).status_code == 429
    Throttle.objects.all().delete()
    assert give(Client(), "commune", code).status_code == 302


def test_case_and_spaces_are_no_way_round(cast: Cast) -> None:
    answers(Client(), "commune", 10)

    assert give(Client(), " COMMUNE ").status_code == 429


def test_an_address_is_counted_for_all_names(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle, "ONE_TIME_FROM_ADDRESS", throttle.Limit("one-time-address", 3, 15))
    client = Client()

    assert [give(client, f"ten.{number}").status_code for number in range(4)] == [422, 422, 422, 429]
    # The control: another office goes on.
    assert give(Client(REMOTE_ADDR="10.9.9.9"), "ten.9").status_code == 422


def test_a_code_that_opens_uses_up_no_attempt_of_its_office(cast: Cast) -> None:
    code = print_slips(accounts=[cast["commune"].account], actor=cast["administrator"])[0].code

    assert give(Client(), "commune", code).status_code == 302

    assert sum(Throttle.objects.filter(kind="one-time-address").values_list("attempts", flat=True)) == 0


def test_a_password_that_the_rules_refuse_is_counted_but_is_no_failed_code(cast: Cast) -> None:
    code = print_slips(accounts=[cast["commune"].account], actor=cast["administrator"])[0].code

    assert give(Client(), "commune", code, new="ngan").status_code == 422

    assert not AuditEntry.objects.filter(event="account.sign_in_failed").exists()


def test_failed_codes_are_logged_without_what_was_typed(cast: Cast) -> None:
    give(Client(), "commune")

    entry = AuditEntry.objects.get(event="account.sign_in_failed")
    assert "one-time code" in entry.payload.content
    assert WRONG not in entry.payload.content


def test_the_owner_is_told_of_the_new_password(cast: Cast) -> None:
    user = cast["commune"]
    user.email = "xa@example.vn"
    user.save()
    code = print_slips(accounts=[user.account], actor=cast["administrator"])[0].code

    give(Client(), "commune", code)

    mail = OutboxMessage.objects.get()
    assert (mail.recipient, mail.has_secret) == ("xa@example.vn", False)
    assert NEW not in mail.body
