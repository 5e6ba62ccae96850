"""A desk that passes on, two accounts of one person, and the lists that districts confirm."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core import clock
from core.exceptions import InvalidRequest, NotAllowed, StaleState
from core.models import AuditEntry, User
from councils.enums import Office
from councils.models import Council, CouncilMember
from nominations.enums import Status
from nominations.permissions_province import check_can_appraise
from registry.enums import Role
from registry.models import Account, CertifiedPerson, DecidingPaper, HandOver, RoleRequest, UnitRole
from registry.scopes import scope_of
from registry.selectors.certification import people_of, progress_of
from registry.selectors.desks import desks_of
from registry.services.accounts import unblock_account
from registry.services.certification import PersonAnswer, call_for_lists, confirm_list, settle_departure
from registry.services.papers import PaperGiven
from registry.services.passing_on import hand_over, merge_accounts
from registry.services.roles import settle_request
from tests.factories import Cast, dossier_at
from tests.factories.nominations import running_round
from tests.factories.registry import officer

pytestmark = pytest.mark.django_db

PAPER = PaperGiven("12/QĐ-SLĐTBXH", date(2025, 12, 1))
TYPED_PAPER = {"decision_number": "12/QĐ-SLĐTBXH", "decided_on": "2025-12-01"}


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


def person(cast: Cast, username: str = "xa.moi") -> User:
    """Somebody with an account in the commune and no role."""
    user = officer(Role.COMMUNE_OFFICER, cast.commune, username=username)
    UnitRole.objects.filter(user=user).delete()
    return user


def pass_desk(cast: Cast, name: str, successor: User, on: date | None = None) -> HandOver:
    return hand_over(
        account=cast[name].account,
        successor=successor.account,
        on=on or clock.today(),
        actor=cast["administrator"],
        paper=PAPER,
    )


def merge(cast: Cast, kept: User, dropped: User) -> None:
    merge_accounts(kept=kept.account, dropped=dropped.account, actor=cast["administrator"], paper=PAPER)


class TestHandOver:
    def test_roles_and_what_waits_pass_on_the_day(
        self, cast: Cast, client: Client, frozen_day: Callable[[date], None]
    ) -> None:
        dossier = dossier_at(Status.DRAFT, cast)
        successor, day = person(cast), clock.today() + timedelta(days=7)

        pass_desk(cast, "commune", successor, day)

        client.force_login(successor)
        assert dossier.code not in client.get("/").content.decode()
        assert scope_of(fresh(cast["commune"])).has(Role.COMMUNE_OFFICER)
        frozen_day(day)
        assert dossier.code in client.get("/").content.decode()
        assert scope_of(fresh(cast["commune"])).roles == ()
        client.force_login(fresh(cast["commune"]))
        assert dossier.code not in client.get("/").content.decode()
        held = UnitRole.objects.get(user=successor)
        assert str(held.paper) == "12/QĐ-SLĐTBXH, 01/12/2025"
        assert AuditEntry.objects.filter(event="role.desk_handed_over").count() == 1

    def test_what_a_reviewer_had_taken_up_waits_for_the_successor(self, cast: Cast, client: Client) -> None:
        dossier = dossier_at(Status.RECEIVED, cast)
        other = officer(Role.REVIEWER, cast.province, username="so.khac")
        successor = officer(Role.REVIEWER, cast.province, username="so.moi")
        HandOver.objects.create(
            predecessor=cast["reviewer"],
            successor=successor,
            on=clock.today(),
            paper=cast_paper(),
            created_at=clock.now(),
        )

        client.force_login(successor)
        assert dossier.code in client.get("/").content.decode()
        client.force_login(other)
        assert dossier.code not in client.get("/").content.decode()

    def test_a_role_at_the_province_passes_when_it_is_confirmed(self, cast: Cast) -> None:
        successor = person(cast, "so.moi")

        pass_desk(cast, "reviewer", successor)

        assert scope_of(fresh(cast["reviewer"])).has(Role.REVIEWER)
        assert scope_of(fresh(successor)).roles == ()
        settle_request(request=RoleRequest.objects.get(), confirms=True, actor=cast["lead"])
        assert scope_of(fresh(successor)).has(Role.REVIEWER)
        assert not scope_of(fresh(cast["reviewer"])).has(Role.REVIEWER)

    def test_desks_pass_through_several_hands(self, cast: Cast) -> None:
        second, third = person(cast, "hai"), person(cast, "ba")
        pass_desk(cast, "commune", second)
        cast.people["second"] = fresh(second)
        pass_desk(cast, "second", third)

        assert desks_of(fresh(third)) == {third.pk, second.pk, cast["commune"].pk}
        assert desks_of(fresh(cast["commune"])) == {cast["commune"].pk}

    @pytest.mark.parametrize("days", [-1, -30])
    def test_no_day_that_has_passed(self, cast: Cast, days: int) -> None:
        with pytest.raises(InvalidRequest):
            pass_desk(cast, "commune", person(cast), clock.today() + timedelta(days=days))

    def test_no_desk_without_roles_and_none_to_oneself(self, cast: Cast) -> None:
        with pytest.raises(InvalidRequest):
            pass_desk(cast, "commune", cast["commune"])
        UnitRole.objects.filter(user=cast["commune"]).delete()
        with pytest.raises(InvalidRequest):
            pass_desk(cast, "commune", person(cast))

    def test_nobody_passes_a_desk_to_or_from_themselves(self, cast: Cast) -> None:
        with pytest.raises(NotAllowed):
            pass_desk(cast, "administrator", person(cast))
        with pytest.raises(NotAllowed):
            pass_desk(cast, "lead", cast["administrator"])

    def test_the_page(self, cast: Cast, client_of: Callable[[str], Client]) -> None:
        successor = person(cast)
        address = reverse("registry:account_hand_over", args=[cast["commune"].pk])

        done = client_of("administrator").post(
            address, {"other": successor.pk, "on": "2025-12-15", **TYPED_PAPER}
        )

        assert done.status_code == 302
        assert scope_of(fresh(successor)).has(Role.COMMUNE_OFFICER)


def cast_paper() -> Any:
    return DecidingPaper.objects.create(number="1/QĐ", decided_on=date(2025, 12, 1))


class TestMerging:
    def test_roles_go_to_the_kept_account_and_the_other_closes(self, cast: Cast, client: Client) -> None:
        kept, dropped = cast["commune"], officer(Role.DISTRICT_OFFICER, cast.district, username="hai")

        merge(cast, kept, dropped)

        assert {one.role for one in scope_of(fresh(kept)).roles} == {
            Role.COMMUNE_OFFICER,
            Role.DISTRICT_OFFICER,
        }
        assert not fresh(dropped).is_active
        with pytest.raises(InvalidRequest):
            unblock_account(
                account=Account.objects.get(pk=dropped.pk), reason="x", actor=cast["administrator"]
            )
        assert AuditEntry.objects.filter(event="account.merged").count() == 1

    def test_nobody_appraises_with_one_account_what_they_filed_with_the_other(self, cast: Cast) -> None:
        dossier = dossier_at(Status.RECEIVED, cast)
        check_can_appraise(cast["reviewer"], dossier)

        merge(cast, cast["reviewer"], cast["commune"])

        with pytest.raises(NotAllowed):
            check_can_appraise(fresh(cast["reviewer"]), dossier)

    def test_a_role_at_the_province_is_not_gained_by_merging(self, cast: Cast) -> None:
        puppet = person(cast)

        merge(cast, puppet, cast["lead"])

        assert scope_of(fresh(puppet)).roles == ()
        asked = RoleRequest.objects.get()
        with pytest.raises(NotAllowed):
            settle_request(request=asked, confirms=True, actor=cast["administrator"])
        with pytest.raises(NotAllowed):
            settle_request(request=asked, confirms=True, actor=fresh(puppet))

    def test_a_seat_on_a_council_keeps_its_account(self, cast: Cast) -> None:
        movement = running_round().movement
        council = Council.objects.create(name="Hội đồng", unit=cast.province, movement=movement)
        seated, other = person(cast, "hd"), person(cast)
        seat = CouncilMember.objects.create(
            council=council, user=seated, office=Office.MEMBER, starts_on=date(2025, 1, 1)
        )

        with pytest.raises(InvalidRequest, match="Hội đồng"):
            merge(cast, other, seated)
        assert fresh(seated).is_active
        merge(cast, seated, other)
        seat.refresh_from_db()
        assert seat.user == seated

    def test_not_with_oneself_not_with_the_own_and_not_twice(self, cast: Cast) -> None:
        one, two = person(cast, "mot"), person(cast, "hai")
        with pytest.raises(InvalidRequest):
            merge(cast, one, one)
        with pytest.raises(NotAllowed):
            merge(cast, cast["administrator"], one)
        with pytest.raises(NotAllowed):
            merge(cast, one, cast["administrator"])
        merge(cast, one, two)
        with pytest.raises(InvalidRequest):
            merge(cast, fresh(one), fresh(two))

    def test_administration_and_business_stay_in_two_hands(self, cast: Cast) -> None:
        second = officer(Role.ADMINISTRATOR, cast.province, username="quantri2")
        merge(cast, cast["commune"], second)

        with pytest.raises(InvalidRequest):
            settle_request(request=RoleRequest.objects.get(), confirms=True, actor=cast["lead"])
        assert not scope_of(fresh(cast["commune"])).has(Role.ADMINISTRATOR)


class TestLists:
    @pytest.fixture
    def call(self, cast: Cast) -> Any:
        return call_for_lists(
            province=cast.province, due_on=clock.today() + timedelta(days=10), actor=cast["administrator"]
        )

    def test_a_district_lists_who_works_or_acts_there(self, cast: Cast) -> None:
        assert {one.user.username for one in people_of(cast.district)} == {"district", "commune", "overseer"}
        assert {one.user.username for one in people_of(cast.province)} == {
            *("agency", "reviewer", "lead", "standing_body", "auditor", "administrator")
        }

    def test_a_district_confirms_and_the_administrator_sees_who_left(
        self, cast: Cast, call: Any, client_of: Callable[[str], Client]
    ) -> None:
        client, address = client_of("district"), reverse("registry:certify", args=[cast.district.pk])
        assert address in client.get("/").content.decode()
        typed = {f"is-{cast[name].pk}": "right" for name in ("district", "overseer")}
        assert client.post(address, typed).status_code == 422
        typed |= {f"is-{cast['commune'].pk}": "left", f"note-{cast['commune'].pk}": "Nghỉ hưu"}
        assert client.post(address, typed).status_code == 302

        assert address not in client.get("/").content.decode()
        assert fresh(cast["commune"]).is_active
        administrator = client_of("administrator")
        assert "state=left" in administrator.get("/").content.decode()
        page = administrator.get(cast["commune"].account.get_absolute_url()).content.decode()
        assert "Nghỉ hưu" in page
        administrator.post(reverse("registry:departure_settle", args=[cast["commune"].pk]))
        assert "state=left" not in administrator.get("/").content.decode()
        with pytest.raises(StaleState):
            settle_departure(account=cast["commune"].account, actor=cast["administrator"])

    def test_it_is_confirmed_once_with_an_answer_for_each(self, cast: Cast, call: Any) -> None:
        answers = {one.pk: PersonAnswer(True) for one in people_of(cast.district)}
        with pytest.raises(InvalidRequest):
            confirm_list(call=call, unit=cast.district, answers={}, actor=cast["district"])

        confirm_list(call=call, unit=cast.district, answers=answers, actor=cast["district"])

        with pytest.raises(StaleState):
            confirm_list(call=call, unit=cast.district, answers=answers, actor=cast["district"])
        assert CertifiedPerson.objects.count() == 3

    @pytest.mark.parametrize("name", ["commune", "other_district", "administrator", "lead", "auditor"])
    def test_only_its_own_officer_confirms_a_district(self, cast: Cast, call: Any, name: str) -> None:
        answers = {one.pk: PersonAnswer(True) for one in people_of(cast.district)}

        with pytest.raises(NotAllowed):
            confirm_list(call=call, unit=cast.district, answers=answers, actor=cast[name])

    def test_the_lead_confirms_the_provinces_own(self, cast: Cast, call: Any) -> None:
        answers = {one.pk: PersonAnswer(True) for one in people_of(cast.province)}

        confirm_list(call=call, unit=cast.province, answers=answers, actor=cast["lead"])

        assert [unit.name for unit in progress_of(cast.province).missing] == [
            "Huyện Bắc Bình",
            "Huyện Tuy Phong",
        ]

    def test_who_asks_and_until_when(self, cast: Cast, call: Any) -> None:
        for name in ("district", "reviewer", "auditor"):
            with pytest.raises(NotAllowed):
                call_for_lists(province=cast.province, due_on=clock.today(), actor=cast[name])
        with pytest.raises(InvalidRequest):
            call_for_lists(province=cast.province, due_on=date(2025, 1, 1), actor=cast["lead"])
        with pytest.raises(StaleState):
            call_for_lists(province=cast.province, due_on=clock.today(), actor=cast["lead"])
