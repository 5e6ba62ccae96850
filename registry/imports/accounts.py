"""Lists of people who are to sign in: every account is opened on confirming, none is changed by a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.exceptions import InvalidRequest
from core.models import User
from core.spreadsheets.cells import shown_day
from core.spreadsheets.problems import CellProblem
from core.text import fold
from registry.enums import Role
from registry.imports.accounts_columns import AccountResource
from registry.imports.accounts_writing import open_accounts
from registry.imports.importer import Context, ImportOptions, ShownChange, register
from registry.imports.records import Record, RecordImporter
from registry.imports.records_writing import RecordWriting, new_facts
from registry.imports.sentences import add_sentences
from registry.imports.staged import StagedRow
from registry.imports.written_units import WrittenUnits
from registry.models import Account, ImportFile, Unit
from registry.permissions_accounts import check_can_keep_accounts
from registry.role_writing import kinds_fitting, needs_second_hand, usual_role

add_sentences(
    problems={
        "role_unknown": gettext_lazy(
            "“%(value)s” is no role. Write one of those in the template's instructions, or leave the cell empty."
        ),
        "role_fits_not": gettext_lazy("%(role)s is no role at %(unit)s."),
        "email_unreadable": gettext_lazy("“%(value)s” is no e-mail address."),
        "username_unreadable": gettext_lazy(
            "“%(value)s” is no account name. Use small letters without marks, digits, dots and hyphens."
        ),
        "username_taken": gettext_lazy(
            "the account name %(value)s is taken. Leave the cell empty, or choose another."
        ),
        "account_known": gettext_lazy(
            "%(person)s has the account %(value)s already, with other facts. Accounts are changed on the person's page."
        ),
        "unit_of_other_province": gettext_lazy("%(value)s lies outside your province."),
    }
)


class _NoRecords(RecordWriting):
    """Accounts are opened one by one, never in bulk: each has its own entry in the log."""

    model = User


@register
class AccountImporter(RecordImporter):
    """People of offices with their first role."""

    code = "accounts"
    label = gettext_lazy("People who sign in")
    explanation = gettext_lazy(
        "Officers with the unit and role of each: their accounts are opened, links or slips follow."
        " Accounts that exist are never changed by a file."
    )
    resource = AccountResource
    model = User
    writing = _NoRecords
    keepers = (Role.ADMINISTRATOR,)
    asks = frozenset({"decision_number", "decided_on", "decision_file"})
    needs = frozenset({"decision_number", "decided_on"})
    list_url = "registry:accounts"
    after_url = "registry:account_slips"
    after_label = gettext_lazy("Links and slips for these people")
    has_personal_data = True
    takes_told = False
    not_in_template = frozenset({"commune"})
    check = staticmethod(check_can_keep_accounts)

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._units = WrittenUnits(context.day, context.province_id)
        self._by_id = Unit.objects.in_bulk()
        self._taken = set(User.objects.values_list("username", flat=True))
        self._known: dict[tuple[str, int], Account] = {
            (one.user.name_folded, one.home_id): one
            for one in Account.objects.filter(merged_into=None).select_related("user")
        }

    @classmethod
    def check_options(cls, options: ImportOptions, actor: Any) -> None:
        """The paper was written before it is used."""
        day = options.decision.decided_on
        if day and day > clock.today():
            raise InvalidRequest(
                _("The deciding paper is dated on a day to come."), _("Enter the day on it.")
            )

    def take_heading(self, cells: Sequence[Any]) -> bool:
        """Rows stand for themselves."""
        return False

    def record(self, number: int, said: dict[str, Any]) -> Record:
        """The account to open; raises ``CellProblem`` for a person who has one with other facts."""
        home = self._home(said)
        role = self._role(said, home)
        key = (fold(said["name"]), home.pk)
        known = self._known.get(key)
        if known is not None:
            return self._recorded(known, said, home)
        username = said.get("username") or self._made_name(said["name"])
        if username in self._taken:
            raise CellProblem("username_taken", value=username, column="username")
        self._taken.add(username)
        facts = {
            "full_name": said["name"],
            "home": home.pk,
            "username": username,
            **{name: said[name] for name in ("position", "email", "starts_on") if said.get(name)},
        }
        if role:
            facts["role"] = role
        return Record(f"a{home.pk}.{key[0]}", said["name"], home.full_name, (home.pk,), None, facts)

    def _home(self, said: Mapping[str, Any]) -> Unit:
        text = said.get("unit", "") or said.get("commune", "")
        if not text:
            text = said.get("district", "")
        if not text:
            raise CellProblem("cell_missing", column="unit")
        found = self._units.one(text, said.get("commune", ""), said.get("district", ""))
        unit = self._by_id[found.id]
        if self.context.province_id and not unit.path.startswith(f"/{self.context.province_id}/"):
            raise CellProblem("unit_of_other_province", value=unit.name, column="unit")
        return unit

    def _role(self, said: Mapping[str, Any], home: Unit) -> str:
        role = said.get("role") or usual_role(home)
        if role and home.kind not in kinds_fitting(role):
            raise CellProblem("role_fits_not", role=str(Role(role).label), unit=home.name, column="role")
        return str(role or "")

    def _recorded(self, known: Account, said: Mapping[str, Any], home: Unit) -> Record:
        """The same person at the same unit: nothing to do, unless the row says something else of them."""
        user = known.user
        same = all(
            said.get(name) in (None, "", getattr(user, name)) for name in ("username", "email", "position")
        )
        if not same:
            raise CellProblem("account_known", person=str(user), value=user.username, column="name")
        return Record(user.pk, user.full_name, home.full_name, (home.pk,), {}, {})

    def _made_name(self, full_name: str) -> str:
        """The given name and the first letters before it, as offices make addresses: `diepmt`, then `diepmt2`."""
        words = fold(full_name).split()
        stem = "".join(one for one in words[-1] if one.isalnum()) + "".join(one[0] for one in words[:-1])
        stem = stem.ljust(3, "1")[:50]
        name, number = stem, 1
        while name in self._taken:
            number += 1
            name = f"{stem}{number}"
        return name

    @classmethod
    def write(
        cls, staged: ImportFile, batches: Iterable[tuple[str, list[StagedRow]]], actor: Any
    ) -> Mapping[str, Any]:
        """Open the accounts; raises ``StaleState`` when a name was taken since the preview."""
        return open_accounts(staged, batches, actor)

    @classmethod
    def changes_shown(cls, rows: list[StagedRow]) -> list[list[ShownChange]]:
        """What each account will be: nothing of it stands anywhere yet."""
        homes = Unit.objects.in_bulk({(row.facts or {})["home"].new for row in rows if row.facts})
        columns = cls.resource.columns()
        return [
            [
                ShownChange(columns[name].label, "", _shown(name, value, homes, facts))
                for name, value in facts.items()
                if name in columns
            ]
            for facts in (new_facts(row) for row in rows)
        ]


def _shown(name: str, value: Any, homes: Mapping[int, Unit], facts: Mapping[str, Any]) -> str:
    if name == "starts_on":
        return shown_day(value)
    if name != "role":
        return str(value)
    label = str(Role(value).label)
    home = homes.get(facts["home"])
    if home is not None and needs_second_hand(value, home):
        return _("%(role)s, once a second hand confirms it") % {"role": label}
    return label
