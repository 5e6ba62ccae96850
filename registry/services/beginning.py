"""The first day: the province's first administrator, and the lead whom that one names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from core import audit, clock
from core.exceptions import InvalidRequest, NotAllowed
from core.models import User
from core.services import service
from core.text import fold, tidy
from registry.enums import AdminType, Role, UnitKind
from registry.events import Event
from registry.models import Account, RoleRequest, Unit, UnitRole
from registry.permissions_accounts import check_can_give_role
from registry.role_writing import RoleWish, ask_for_role, write_role
from registry.scopes import province_path, provinces_of
from registry.selectors.accounts import confirmers_to_come
from registry.services.access import keep_first_code, use_installer_token
from registry.services.accounts import AccountFacts, open_person_account
from registry.services.papers import PaperGiven, keep_paper

CONFIRMERS_NEEDED = 2


@dataclass(frozen=True)
class FirstPerson:
    """Who becomes the first administrator, as the command asks."""

    username: str
    full_name: str
    email: str = ""


@service
def begin_province(*, name: str, starts_on: date) -> Unit:
    """The province of an empty register, as the unit below which all others come; only the machine calls this.

    Raises ``InvalidRequest`` for a name without letters, one that is too long, or one that the register has.
    """
    name, most = tidy(name), Unit._meta.get_field("name").max_length or 0
    if len(name) > most or not any(sign.isalpha() for sign in name):
        raise InvalidRequest(
            _("“%(name)s” is no name of a province.") % {"name": name[:60]},
            _("Write it with its title, such as Tỉnh Lâm Đồng."),
        )
    key = fold(name).replace(" ", "-")[:100]
    if Unit.objects.filter(key=key).exists():
        raise InvalidRequest(
            _("The register has %(name)s already.") % {"name": name},
            _("Leave the name out, and name the province by its key: %(key)s.") % {"key": key},
        )
    province = Unit(
        key=key,
        kind=UnitKind.PROVINCE,
        admin_type=AdminType.THANH_PHO if fold(name).startswith("thanh pho") else AdminType.TINH,
        name=name,
        valid_from=starts_on,
    )
    province.save()
    audit.record("registry.unit_created", actor=None, subject=province, kind=str(province.kind))
    return province


@service
def begin_administration(
    *, province: Unit, person: FirstPerson, password: str = "", code: str = ""
) -> Account:
    """The province's first administrator, by a command at the machine.

    With a `password` the person signs in at once, with a `code` they set one within a day. Raises
    ``InvalidRequest`` when the province has an administrator, or the account name does not fit.
    """
    held = UnitRole.objects.on(clock.today()).filter(role=Role.ADMINISTRATOR, user__is_active=True)
    if held.filter(unit__path__startswith=province.path).exists():
        raise InvalidRequest(
            _("%(province)s has an administrator already.") % {"province": province.name},
            _("Further accounts are opened on the page “People and roles”."),
        )
    account = open_person_account(
        facts=AccountFacts(
            username=person.username, full_name=person.full_name, home=province, email=person.email
        ),
        actor=None,
    )
    if password:
        account.user.set_password(password)
        account.user.save(update_fields=["password"])
    else:
        keep_first_code(user=account.user, code=code)
    write_role(RoleWish(account.user, Role.ADMINISTRATOR, province, clock.today()), actor=None)
    audit.record(Event.ADMINISTRATOR_BEGUN, actor=None, subject=account.user, province=province.key)
    return account


@service
def name_first_lead(
    *, account: Account, unit: Unit, starts_on: date, actor: User, paper: PaperGiven, token: str
) -> RoleRequest:
    """One administrator names one lead with the installer's token, while nobody could confirm it.

    The log says that one person did it. The lead confirms or refuses at the first sign-in and has
    no right before. Raises ``NotAllowed`` for oneself, without a good token, or once the province
    has two people who confirm for each other.
    """
    check_can_give_role(actor, account, unit)
    check_can_name_lead(actor)
    use_installer_token(token=token)
    wish = RoleWish(account.user, Role.LEAD, unit, starts_on, None, keep_paper(paper=paper, actor=actor))
    return ask_for_role(wish, actor=actor, by_token=True)


def check_can_name_lead(actor: User) -> None:
    """An administrator while the province has nobody else to confirm, and nobody was named."""
    mine = provinces_of(actor, Role.ADMINISTRATOR)
    if not mine:
        raise NotAllowed(_("The first lead is named by the administrator."))
    province = Unit.objects.get(pk=int(mine[0].strip("/")))
    if confirmers_to_come(province) >= CONFIRMERS_NEEDED:
        raise NotAllowed(
            _("Two people can confirm roles at the province already."),
            _("Ask for the role on the person's page; the other confirms it."),
        )
    waiting = RoleRequest.objects.waiting().filter(by_token=True).select_related("unit")
    if any(province_path(one.unit.path) == province.path for one in waiting):
        raise NotAllowed(
            _("A lead is named already and has not answered."),
            _("Hand over the slip: the person confirms or refuses at the first sign-in."),
        )
