"""Accounts and roles: who opens, gives, confirms, blocks and lets in, and whom each of them cannot touch."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.core import mail
from django.test import Client
from django.urls import reverse

from core import clock
from core.exceptions import InvalidRequest, NotAllowed, StaleState
from core.models import AuditEntry, OutboxMessage, User
from registry.enums import Role, UnitKind
from registry.models import Account, OneTimeCode, RoleRequest, Unit, UnitRole
from registry.scopes import scope_of
from registry.services import create_household
from registry.services.access import (
    make_installer_token,
    print_slips,
    send_link,
    set_password_by_code,
)
from registry.services.accounts import (
    AccountFacts,
    block_account,
    correct_account,
    open_person_account,
    unblock_account,
)
from registry.services.beginning import name_first_lead
from registry.services.papers import PaperGiven
from registry.services.roles import end_role, give_role, grant_role, settle_request
from tests.factories import Cast, UnitFactory, pdf
from tests.factories.registry import officer

pytestmark = pytest.mark.django_db

PASSWORD = "gio-nui-song-bien-7"
PAPER = PaperGiven("12/QĐ-SLĐTBXH", date(2025, 12, 1))
TYPED_PAPER = {"decision_number": "12/QĐ-SLĐTBXH", "decided_on": "2025-12-01"}


def fresh(user: User) -> User:
    """The person as the next request reads them."""
    return User.objects.get(pk=user.pk)


def newcomer(cast: Cast, username: str = "xa.moi", home: Unit | None = None, **facts: Any) -> Account:
    return open_person_account(
        facts=AccountFacts(username, "Lê Thị Mới", home or cast.commune, **facts), actor=cast["administrator"]
    )


def give(cast: Cast, account: Account, role: str, unit: Unit, actor: str = "administrator") -> Any:
    return give_role(
        user=account.user, role=role, unit=unit, starts_on=clock.today(), actor=cast[actor], paper=PAPER
    )


def events() -> list[str]:
    return list(AuditEntry.objects.order_by("seq").values_list("event", flat=True))


@pytest.fixture
def second_administrator(cast: Cast) -> User:
    return officer(Role.ADMINISTRATOR, cast.province, username="quantri2")


@pytest.fixture
def other_province(cast: Cast) -> tuple[Unit, User, Account]:
    """Another province with its administrator and one officer."""
    province = UnitFactory(key="ld", kind=UnitKind.PROVINCE, name="Tỉnh Lâm Đồng")
    commune = UnitFactory(key="ld.xa", parent=province, name="Xã Lạc Dương")
    administrator = officer(Role.ADMINISTRATOR, province, username="ld.quantri")
    return province, administrator, officer(Role.COMMUNE_OFFICER, commune, username="ld.xa").account


def test_an_account_is_opened_given_a_role_and_let_in(cast: Cast, client: Client) -> None:
    account = newcomer(cast)
    given = give(cast, account, Role.COMMUNE_OFFICER, cast.commune)

    assert isinstance(given, UnitRole)
    assert str(given.paper) == "12/QĐ-SLĐTBXH, 01/12/2025"
    assert scope_of(fresh(account.user)).has(Role.COMMUNE_OFFICER)
    [slip] = print_slips(accounts=[account], actor=cast["administrator"])
    set_password_by_code(username="xa.moi", code=slip.code, password=PASSWORD)
    assert client.login(username="xa.moi", password=PASSWORD)
    assert events() == [
        "account.opened",
        "role.granted",
        "account.code_printed",
        "account.code_used",
    ]


@pytest.mark.parametrize("username", ["ab", "Xa.Moi", "xã.mới", "xa moi", ".xa"])
def test_an_account_name_is_typed_on_every_keyboard(cast: Cast, username: str) -> None:
    with pytest.raises(InvalidRequest):
        newcomer(cast, username)


def test_a_name_is_taken_once(cast: Cast) -> None:
    newcomer(cast)

    with pytest.raises(InvalidRequest):
        newcomer(cast)


ROLES_AT = [
    (Role.COMMUNE_OFFICER, "commune", True),
    (Role.COMMUNE_OFFICER, "district", False),
    (Role.DISTRICT_OFFICER, "district", True),
    (Role.DISTRICT_OFFICER, "province", False),
    (Role.AGENCY_OFFICER, "agency", True),
    (Role.AGENCY_OFFICER, "commune", False),
    (Role.OVERSEER, "district", True),
    (Role.OVERSEER, "agency", False),
    (Role.REVIEWER, "commune", False),
    (Role.LEAD, "district", False),
]


@pytest.mark.parametrize(("role", "place", "fits"), ROLES_AT)
def test_a_role_fits_its_kind_of_unit(cast: Cast, role: str, place: str, fits: bool) -> None:
    account = newcomer(cast)
    unit = getattr(cast, place)

    if fits:
        give(cast, account, role, unit)
        assert scope_of(fresh(account.user)).has(role)
    else:
        with pytest.raises(InvalidRequest):
            give(cast, account, role, unit)
        assert not UnitRole.objects.filter(user=account.user).exists()


AT_PROVINCE = [
    (Role.REVIEWER, "province"),
    (Role.REVIEWER, "agency"),
    (Role.LEAD, "province"),
    (Role.STANDING_BODY, "province"),
    (Role.AUDITOR, "province"),
    (Role.ADMINISTRATOR, "province"),
    (Role.OVERSEER, "province"),
]


@pytest.mark.parametrize(("role", "place"), AT_PROVINCE)
def test_what_reaches_the_province_gives_nothing_before_a_second_hand(
    cast: Cast, role: str, place: str
) -> None:
    account = newcomer(cast)

    asked = give(cast, account, role, getattr(cast, place))

    assert isinstance(asked, RoleRequest)
    assert scope_of(fresh(account.user)).roles == ()
    settle_request(request=asked, confirms=True, actor=cast["lead"])
    held = UnitRole.objects.get(user=account.user)
    assert scope_of(fresh(account.user)).has(role)
    assert (held.given_by, held.confirmed_by) == (cast["administrator"], cast["lead"])
    assert events()[-2:] == ["role.asked", "role.confirmed"]


def test_a_refused_role_gives_nothing_and_is_settled_once(cast: Cast) -> None:
    account = newcomer(cast)
    asked = give(cast, account, Role.REVIEWER, cast.province)

    settle_request(request=asked, confirms=False, actor=cast["lead"])

    assert not UnitRole.objects.filter(user=account.user).exists()
    with pytest.raises(StaleState):
        settle_request(request=asked, confirms=True, actor=cast["lead"])
    assert events()[-1] == "role.refused"


SETTLERS = [
    ("administrator", False),  # who asked
    ("second", True),
    ("lead", True),
    ("reviewer", False),
    ("auditor", False),
    ("standing_body", False),
    ("district", False),
    ("nobody", False),
    ("stranger", False),
]


@pytest.mark.parametrize(("name", "may"), SETTLERS)
def test_who_confirms(
    cast: Cast, second_administrator: User, other_province: Any, name: str, may: bool
) -> None:
    asked = give(cast, newcomer(cast), Role.REVIEWER, cast.province)
    people = {"second": second_administrator, "stranger": other_province[1]}
    actor = people.get(name) or cast[name]

    if may:
        settle_request(request=asked, confirms=True, actor=actor)
        assert RoleRequest.objects.get().state == "confirmed"
    else:
        with pytest.raises(NotAllowed):
            settle_request(request=asked, confirms=True, actor=actor)
        assert RoleRequest.objects.get().state == "waiting"


def test_nobody_confirms_a_role_of_their_own(cast: Cast, second_administrator: User) -> None:
    asked = give_role(
        user=cast["lead"],
        role=Role.OVERSEER,
        unit=cast.province,
        starts_on=clock.today(),
        actor=cast["administrator"],
        paper=PAPER,
    )

    with pytest.raises(NotAllowed):
        settle_request(request=asked, confirms=True, actor=cast["lead"])
    settle_request(request=asked, confirms=True, actor=second_administrator)


@pytest.mark.parametrize("role", list(Role))
def test_an_administrator_gives_themselves_no_role(cast: Cast, role: Role) -> None:
    with pytest.raises(NotAllowed):
        give_role(
            user=cast["administrator"],
            role=role,
            unit=cast.province,
            starts_on=clock.today(),
            actor=cast["administrator"],
            paper=PAPER,
        )
    assert UnitRole.objects.filter(user=cast["administrator"]).count() == 1


def test_whoever_administers_holds_nothing_else(cast: Cast, second_administrator: User) -> None:
    with pytest.raises(InvalidRequest):
        give_role(
            user=second_administrator,
            role=Role.COMMUNE_OFFICER,
            unit=cast.commune,
            starts_on=clock.today(),
            actor=cast["administrator"],
            paper=PAPER,
        )


def test_only_the_administrator_gives_roles(cast: Cast) -> None:
    account = newcomer(cast)
    for name in ("lead", "reviewer", "auditor", "district", "standing_body", "nobody"):
        with pytest.raises(NotAllowed):
            give(cast, account, Role.COMMUNE_OFFICER, cast.commune, actor=name)
    with pytest.raises(NotAllowed):
        grant_role(
            user=account.user,
            role=Role.LEAD,
            unit=cast.province,
            starts_on=clock.today(),
            actor=cast["administrator"],
        )


def test_a_role_is_held_once_and_ends_by_a_paper(cast: Cast) -> None:
    account = newcomer(cast)
    held = give(cast, account, Role.COMMUNE_OFFICER, cast.commune)
    with pytest.raises(InvalidRequest):
        give(cast, account, Role.COMMUNE_OFFICER, cast.commune)

    end_role(held=held, ends_on=clock.today(), actor=cast["administrator"], paper=PAPER)

    held.refresh_from_db()
    assert held.ends_on == clock.today()
    assert str(held.ending_paper) == "12/QĐ-SLĐTBXH, 01/12/2025"
    assert not scope_of_day(account.user, clock.today() + timedelta(days=1))
    with pytest.raises(InvalidRequest):
        end_role(held=held, ends_on=clock.today(), actor=cast["administrator"], paper=PAPER)


@pytest.mark.parametrize(("role", "place"), [(Role.COMMUNE_OFFICER, "commune"), (Role.REVIEWER, "province")])
def test_two_hands_at_once_give_one_role(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, role: Role, place: str
) -> None:
    account = newcomer(cast)
    give(cast, account, role, getattr(cast, place))
    # The second hand looked before the first had written.
    monkeypatch.setattr("registry.role_writing.check_role_stands", lambda wish: None)
    monkeypatch.setattr("registry.querysets.RoleRequestQuerySet.waiting", lambda rows: rows.none())

    with pytest.raises(StaleState):
        give(cast, account, role, getattr(cast, place))

    assert UnitRole.objects.filter(user=account.user).count() + RoleRequest.objects.count() == 1


def scope_of_day(user: User, day: date) -> tuple[Any, ...]:
    return scope_of(fresh(user), day).roles


@pytest.mark.parametrize("paper", [PaperGiven(" ", date(2025, 12, 1)), PaperGiven("1/QĐ", date(2026, 1, 1))])
def test_a_role_needs_a_paper_that_was_written(cast: Cast, paper: PaperGiven) -> None:
    account = newcomer(cast)

    with pytest.raises(InvalidRequest):
        give_role(
            user=account.user,
            role=Role.COMMUNE_OFFICER,
            unit=cast.commune,
            starts_on=clock.today(),
            actor=cast["administrator"],
            paper=paper,
        )


def test_a_province_is_a_wall_for_administrators(cast: Cast, other_province: Any) -> None:
    province, administrator, theirs = other_province

    assert set(Account.objects.visible_to(cast["administrator"])) == set(
        Account.objects.filter(home__path__startswith=cast.province.path)
    )
    assert set(Account.objects.visible_to(administrator).values_list("user__username", flat=True)) == {
        "ld.quantri",
        "ld.xa",
    }
    for act in (
        lambda: block_account(account=theirs, reason="x", actor=cast["administrator"]),
        lambda: print_slips(accounts=[theirs], actor=cast["administrator"]),
        lambda: give(cast, theirs, Role.COMMUNE_OFFICER, theirs.home),
        lambda: give(cast, newcomer(cast), Role.COMMUNE_OFFICER, theirs.home),
        lambda: newcomer(cast, "khac", home=province),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_blocked_is_out_at_once_and_lets_in_again(cast: Cast, client: Client) -> None:
    user = cast["commune"]
    client.force_login(user)
    assert client.get("/").status_code == 200

    block_account(account=user.account, reason="Chuyển công tác", actor=cast["administrator"])

    assert client.get("/").status_code == 302
    with pytest.raises(StaleState):
        block_account(account=user.account, reason="x", actor=cast["administrator"])
    unblock_account(account=user.account, reason="Trở lại", actor=cast["administrator"])
    client.force_login(fresh(user))
    assert client.get("/").status_code == 200
    assert events() == ["account.blocked", "account.unblocked"]


def test_nobody_blocks_or_lets_in_themselves(cast: Cast) -> None:
    own = cast["administrator"].account
    for act in (
        lambda: block_account(account=own, reason="x", actor=cast["administrator"]),
        lambda: print_slips(accounts=[own], actor=cast["administrator"]),
        lambda: send_link(account=own, actor=cast["administrator"]),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_a_code_opens_once_within_a_day_for_its_person_only(
    cast: Cast, frozen_day: Callable[[date], None]
) -> None:
    one, two = newcomer(cast), newcomer(cast, "xa.hai")
    [first] = print_slips(accounts=[one], actor=cast["administrator"])
    [second] = print_slips(accounts=[one], actor=cast["administrator"])
    [third] = print_slips(accounts=[two], actor=cast["administrator"])

    def use(username: str, code: str, password: str = PASSWORD) -> User:
        return set_password_by_code(username=username, code=code, password=password)

    for username, code in (
        ("xa.moi", first.code),
        ("xa.hai", second.code),
        ("", second.code),
        ("xa.moi", ""),
    ):
        with pytest.raises(InvalidRequest):
            use(username, code)
    with pytest.raises(InvalidRequest):
        use("xa.moi", second.code, "ngan")
    use("xa.moi", f" {second.code.lower().replace('-', ' ')}")
    with pytest.raises(InvalidRequest):
        use("xa.moi", second.code)
    frozen_day(clock.today() + timedelta(days=2))
    with pytest.raises(InvalidRequest):
        use("xa.hai", third.code)
    assert not OneTimeCode.objects.filter(digest__in=[first.code, second.code]).exists()


def test_a_link_goes_by_mail_and_its_secret_is_forgotten(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django.db.transaction.on_commit", lambda call, *args, **kwargs: call())
    account = newcomer(cast, email="moi@example.vn")

    send_link(account=account, actor=cast["administrator"])

    [sent] = mail.outbox
    assert sent.to == ["moi@example.vn"]
    address = re.search(r"http://\S+(/ma-mot-lan/\S+/)", sent.body)
    assert address
    assert OutboxMessage.objects.get().body == ""
    page = client.get(address[1], follow=True)
    assert page.redirect_chain == [("/ma-mot-lan/", 302)]
    code = page.context["form"].initial["code"]
    assert "no-store" in page["Cache-Control"]
    typed = {"username": "xa.moi", "code": code, "new": PASSWORD, "again": PASSWORD}
    assert client.post("/ma-mot-lan/", typed).status_code == 302
    assert client.login(username="xa.moi", password=PASSWORD)
    logged = " ".join(AuditEntry.objects.values_list("payload__content", flat=True))
    assert code not in logged
    assert PASSWORD not in logged


def test_a_link_needs_an_address_and_mail_that_leaves(cast: Cast, settings: LazySettings) -> None:
    with pytest.raises(InvalidRequest):
        send_link(account=newcomer(cast), actor=cast["administrator"])
    with_mail = newcomer(cast, "xa.hai", email="hai@example.vn")
    settings.APP_ENV = "demo"
    with pytest.raises(InvalidRequest):
        send_link(account=with_mail, actor=cast["administrator"])
    assert not OneTimeCode.objects.exists()


def test_a_slip_for_who_confirms_takes_the_installers_token(cast: Cast) -> None:
    lead = cast["lead"].account
    for token in ("", "7KQ2-M0RD-9XAB-T4WE"):
        with pytest.raises(NotAllowed):
            print_slips(accounts=[lead], actor=cast["administrator"], token=token)
    token = make_installer_token()

    print_slips(accounts=[lead], actor=cast["administrator"], token=token)

    with pytest.raises(NotAllowed):
        print_slips(accounts=[lead], actor=cast["administrator"], token=token)


def test_the_address_of_who_confirms_changes_by_the_installers_token(cast: Cast) -> None:
    user = cast["lead"]
    facts = AccountFacts("lead", user.full_name, cast.province, email="cua-quan-tri@example.vn")
    with pytest.raises(NotAllowed):
        correct_account(account=user.account, facts=facts, actor=cast["administrator"])
    assert fresh(user).email == "lead@example.vn"

    correct_account(
        account=user.account, facts=facts, actor=cast["administrator"], token=make_installer_token()
    )

    assert fresh(user).email == "cua-quan-tri@example.vn"
    assert AuditEntry.objects.filter(event="account.corrected").count() == 1


class TestFirstLead:
    """Until two can confirm for each other, one names one."""

    @pytest.fixture
    def alone(self, cast: Cast) -> Account:
        """Only the administrator is there; a new person waits."""
        UnitRole.objects.filter(user=cast["lead"]).delete()
        return newcomer(cast, "so.lanhdao", home=cast.agency)

    def name(self, cast: Cast, account: Account, token: str) -> RoleRequest:
        return name_first_lead(
            account=account,
            unit=cast.agency,
            starts_on=clock.today(),
            actor=cast["administrator"],
            paper=PAPER,
            token=token,
        )

    def test_the_lead_confirms_at_the_first_sign_in(self, cast: Cast, alone: Account, client: Client) -> None:
        asked = self.name(cast, alone, make_installer_token())
        assert scope_of(fresh(alone.user)).roles == ()
        for name in ("administrator", "reviewer"):
            with pytest.raises(NotAllowed):
                settle_request(request=asked, confirms=True, actor=cast[name])

        client.force_login(alone.user)
        home = client.get("/").content.decode()
        assert reverse("registry:role_requests") in home
        page = client.get(reverse("registry:role_requests"))
        assert page.context["mine"] == [asked]
        client.post(reverse("registry:role_settle", args=[asked.pk]), {"confirm": "1"})

        assert scope_of(fresh(alone.user)).has(Role.LEAD)
        named, confirmed = AuditEntry.objects.filter(event__in=("role.lead_named", "role.confirmed"))
        assert named.actor == f"user:{cast['administrator'].pk}"
        assert '"confirmed_by_one_person":true' in confirmed.payload.content
        assert confirmed.actor == f"user:{alone.pk}"

    def test_the_lead_refuses_and_another_can_be_named(self, cast: Cast, alone: Account) -> None:
        asked = self.name(cast, alone, make_installer_token())

        settle_request(request=asked, confirms=False, actor=alone.user)

        assert scope_of(fresh(alone.user)).roles == ()
        other = newcomer(cast, "so.khac", home=cast.agency)
        self.name(cast, other, make_installer_token())

    def test_never_oneself(self, cast: Cast, alone: Account) -> None:
        token = make_installer_token()
        with pytest.raises(NotAllowed):
            self.name(cast, cast["administrator"].account, token)
        self.name(cast, alone, token)

    def test_never_without_a_good_token(self, cast: Cast, alone: Account, frozen_day: Any) -> None:
        used = make_installer_token()
        asked = self.name(cast, alone, used)
        settle_request(request=asked, confirms=False, actor=alone.user)
        old = make_installer_token()
        frozen_day(clock.today() + timedelta(days=2))

        for token in ("", used, old, "7KQ2-M0RD-9XAB-T4WE"):
            with pytest.raises(NotAllowed):
                self.name(cast, alone, token)
        assert not RoleRequest.objects.waiting().exists()

    def test_never_two_at_once(self, cast: Cast, alone: Account) -> None:
        self.name(cast, alone, make_installer_token())

        with pytest.raises(NotAllowed):
            self.name(cast, newcomer(cast, "so.khac"), make_installer_token())

    def test_never_once_two_can_confirm(self, cast: Cast) -> None:
        account = newcomer(cast, "so.lanhdao", home=cast.agency)

        with pytest.raises(NotAllowed):
            self.name(cast, account, make_installer_token())


def test_pages_do_the_same(cast: Cast, client_of: Callable[[str], Client]) -> None:
    client = client_of("administrator")
    opened = client.post(
        reverse("registry:account_open"),
        {
            "full_name": "Lê Thị Mới",
            "username": "xa.moi",
            "home": cast.commune.pk,
            "position": "",
            "email": "",
        },
    )
    account = Account.objects.get(user__username="xa.moi")
    assert opened.url == account.get_absolute_url()
    role = {"role": Role.COMMUNE_OFFICER, "unit": cast.commune.pk, "starts_on": "2025-12-15", **TYPED_PAPER}
    given = client.post(
        reverse("registry:role_give", args=[account.pk]), {**role, "decision_file": pdf("quyet-dinh.pdf")}
    )
    assert given.status_code == 302
    held = UnitRole.objects.get(user=account.user)
    paper = reverse("registry:deciding_paper", args=[account.pk, held.paper_id])
    page = client.get(account.get_absolute_url()).content.decode()
    assert paper in page
    assert b"".join(client.get(paper).streaming_content).startswith(b"%PDF-")
    slip = client.post(reverse("registry:account_slip", args=[account.pk]))
    code = slip.context["slips"][0].code
    assert code in slip.content.decode()
    assert "no-store" in slip["Cache-Control"]
    assert code not in client.get(account.get_absolute_url()).content.decode()
    ended = client.post(
        reverse("registry:role_end", args=[account.pk, held.pk]),
        {f"role-{held.pk}-{name}": value for name, value in {"ends_on": "2025-12-20", **TYPED_PAPER}.items()},
    )
    assert ended.status_code == 302
    blocked = client.post(reverse("registry:account_block", args=[account.pk]), {"block-reason": "Nghỉ hưu"})
    assert blocked.status_code == 302
    assert not fresh(account.user).is_active


def test_a_refusal_keeps_what_was_typed(cast: Cast, client_of: Callable[[str], Client]) -> None:
    account = newcomer(cast)
    typed = {"role": Role.LEAD, "unit": cast.commune.pk, "starts_on": "2025-12-15", **TYPED_PAPER}

    page = client_of("administrator").post(reverse("registry:role_give", args=[account.pk]), typed)

    assert page.status_code == 422
    assert "12/QĐ-SLĐTBXH" in page.content.decode()


def test_a_code_page_tells_nobody_whether_a_name_exists(cast: Cast, client: Client) -> None:
    typed = {"code": "7KQ2-M0RD-9XAB-T4WE", "new": PASSWORD, "again": PASSWORD}

    known = client.post("/ma-mot-lan/", {"username": "commune", **typed})
    unknown = client.post("/ma-mot-lan/", {"username": "khong-co", **typed})

    assert known.status_code == unknown.status_code == 422
    assert known.context["form"].non_field_errors() == unknown.context["form"].non_field_errors()


class TestAdministratorsSeeNoBusiness:
    """No dossier, ballot, figure or personal number; the reviewer beside them is the control."""

    def pages(self, cast: Cast) -> list[str]:
        household = create_household(
            facts={"unit": cast.commune, "name": "Nguyễn Thị Lũy"}, statuses={2024: "poor"}
        )
        return [
            household.get_absolute_url(),
            reverse("registry:household_number", args=[household.pk]),
            reverse("nominations:desk"),
            reverse("nominations:proposals"),
            reverse("nominations:finder"),
        ]

    def test_no_page_of_business_opens(self, cast: Cast, client_of: Callable[[str], Client]) -> None:
        pages = self.pages(cast)
        administrator, reviewer = client_of("administrator"), client_of("reviewer")

        assert {administrator.get(page).status_code for page in pages} <= {403, 404, 405}
        assert {reviewer.get(pages[0]).status_code, reviewer.get(pages[2]).status_code} == {200}

    def test_lists_and_search_are_empty(self, cast: Cast, client_of: Callable[[str], Client]) -> None:
        self.pages(cast)
        lists = [
            reverse("registry:households"),
            reverse("nominations:list"),
            reverse("registry:reviews"),
            "/tim/?q=nguyen+thi+luy",
        ]
        for address in lists:
            assert "Nguyễn Thị Lũy" not in client_of("administrator").get(address).content.decode()
        assert "Nguyễn Thị Lũy" in client_of("reviewer").get(lists[0]).content.decode()
        assert "Nguyễn Thị Lũy" in client_of("reviewer").get(lists[3]).content.decode()
