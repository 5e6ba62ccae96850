"""Lists of nominees as communes and districts send them: a draft is started for each who is found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from core.exceptions import InvalidRequest
from core.spreadsheets import cells
from core.spreadsheets.problems import CellProblem, WorkbookError
from core.spreadsheets.tables import ListTable
from core.text import nfc
from nominations.imports.columns import (
    CERTIFICATE,
    NAME_PARTS,
    address_column,
    award_column,
    nominee_code_column,
    nominee_column,
    position_column,
)
from nominations.imports.nominees import Found, Written, subject_of
from nominations.imports.rows import NomineeRows
from nominations.models import AwardRound, Dossier
from nominations.permissions import NOMINATORS, check_can_nominate
from nominations.selectors.filing import open_rounds
from nominations.selectors.history import award_choices
from nominations.selectors.nominees import nominating_units, reach_of, subjects_for
from nominations.services.dossiers import Nomination, start_dossier
from registry.enums import UnitKind
from registry.imports.columns import OfficeField, OfficeResource
from registry.imports.importer import Context, FormChoice, ImportOptions
from registry.imports.people_columns import birth_year_column, commune_column, district_column
from registry.imports.records import Record
from registry.imports.records_writing import changed_meanwhile
from registry.imports.staged import Remark, StagedRow
from registry.imports.standings import year_of_list
from registry.models import Household, ImportFile, Individual, Unit
from registry.selectors.merging import MergedRecords

_MODELS: Mapping[str, Any] = {"unit": Unit, "household": Household, "individual": Individual}

PROBLEMS: Mapping[str, Any] = {
    "award_not_in_round": _("this award is not given in “%(round)s”. It has: %(choices)s."),
    "award_missing": _(
        "neither the row, the title nor the form says for which award. Choose it on the form."
    ),
    "subject_unfit": _("%(unit)s does not put forward nominees of this kind."),
    "nominee_outside": _("%(value)s lies outside the area of %(unit)s."),
    "nominated_already": _("Dossier %(code)s puts this nominee forward already; nothing is started twice."),
    "nominated_otherwise": _("Dossier %(code)s puts this nominee forward in this round for another award."),
}


def read_paragraphs(value: Any) -> str:
    """A text of several lines, each in one spelling."""
    lines = [cells.read_text(line) for line in str(value if value is not None else "").splitlines()]
    return "\n".join(line for line in lines if line)


class NomineeResource(OfficeResource):
    """The columns of a list of nominees."""

    name = nominee_column()
    code = nominee_code_column()
    birth_year = birth_year_column()
    address = address_column()
    position = position_column()
    commune = commune_column()
    district = district_column()
    award = award_column(
        *("hinh thuc de nghi", "hinh thuc de nghi khen thuong", "de nghi hinh thuc khen thuong"),
        *("de nghi khen thuong", "hinh thuc khen thuong de nghi", "danh hieu de nghi", "de nghi"),
    )
    achievement = OfficeField(
        "achievement",
        _("Achievement"),
        read=read_paragraphs,
        aliases=(
            *("tom tat thanh tich", "thanh tich", "tom tat thanh tich de nghi khen thuong"),
            *(
                "noi dung thanh tich",
                "thanh tich dat duoc",
                "tom tat thanh tich dat duoc",
                "thanh tich noi bat",
            ),
            *("tom tat thanh tich noi bat", "ly do de nghi", "thanh tich chinh"),
        ),
        limit=20_000,
        help_text=_("What the nominee did, as it will stand in the dossier's draft."),
    )

    parts: ClassVar = NAME_PARTS

    class Meta:
        model = Dossier
        fields = (
            *("name", "code", "birth_year", "address", "position", "commune", "district", "award"),
            "achievement",
        )


class NomineeImporter(NomineeRows):
    """Nominees put forward in a round, a draft each."""

    code = "nominees"
    label = _("Lists of nominees")
    explanation = _(
        "Units, households and persons whom a commune, district or agency puts forward: a draft is started for each in"
        " the round that you choose. Whoever has a dossier for the award already is listed and left alone."
    )
    resource = NomineeResource
    model = Dossier
    keepers = NOMINATORS
    has_personal_data = True
    hidden = frozenset({"nominee_unit", "nominee_household", "nominee_individual"})
    list_url = "nominations:list"
    check = staticmethod(check_can_nominate)

    @classmethod
    def form_choices(cls, actor: Any) -> Sequence[FormChoice]:
        """The open rounds, the units for which the person nominates, and the awards for lists that name none."""
        rounds = [(str(one.pk), str(one)) for one in open_rounds(actor)]
        units = [(str(one.pk), one.full_name) for one in nominating_units(actor)]
        help_text = _("Choose it where neither the title nor a column of the list says it.")
        return [
            FormChoice("award_round", _("Round"), rounds, required=True),
            FormChoice("nominating_unit", _("Nominated by"), units, required=True),
            FormChoice("award", _("Award"), award_choices(actor), help_text),
        ]

    @classmethod
    def check_options(cls, options: ImportOptions, actor: Any) -> None:
        """A list is for one open round, from one unit of the person's."""
        rounds = {str(one.pk) for one in open_rounds(actor)}
        units = {str(one.pk) for one in nominating_units(actor)}
        given = options.given
        if given.get("award_round") not in rounds or given.get("nominating_unit") not in units:
            raise InvalidRequest(
                _("A list of nominees needs an open round and the unit that nominates."), _("Choose both.")
            )

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._round, self._unit = _chosen(context.options.given)
        self._reach = reach_of(self._unit)
        self._subjects = subjects_for(self._unit, self._round.plan)
        self._records = MergedRecords.read()
        self._dossiers: dict[tuple[str, int], dict[str, str]] = {}
        for row in Dossier.objects.live().filter(award_round=self._round):
            for field in _MODELS:
                key = getattr(row, f"nominee_{field}_id")
                for one in self._same(field, key) if key else ():
                    self._dossiers.setdefault((field, one), {})[row.award] = row.code

    def begin(self, at: int, table: ListTable) -> None:
        """Turn to a sheet: a title of another year is of another round."""
        super().begin(at, table)
        year_of_list([self.title.rest], self._round.year)
        if self.title.number:
            raise WorkbookError("list_of_awarded", sheet=table.sheet.name)

    def written(self, said: Mapping[str, Any]) -> Written:
        """What the row says of its nominee; a commune's list is of its own people."""
        is_communes = self._unit.kind == UnitKind.COMMUNE
        return replace(super().written(said), home=self._unit.full_name if is_communes else "")

    @classmethod
    def words(cls) -> Mapping[str, Mapping[str, str]]:
        """Awards by the names of the plans."""
        return {"award": dict(award_choices())}

    def record(self, number: int, said: dict[str, Any]) -> Record:
        """A draft for the nominee, or the dossier that puts it forward already."""
        award = self._award(said)
        nominee = self.found(number, said, self.context.day)
        self._check_fits(nominee)
        place = nominee.home
        held = self._dossiers.get((nominee.field, nominee.id), {})
        own = (self._unit.pk,)
        if award in held:
            notes = [Remark("nominated_already", "", {"code": held[award]})]
            ref = f"{award}.{nominee.field}.{nominee.id}"
            return Record(ref, nominee.name, place, own, {}, {}, notes)
        notes = [Remark("nominated_otherwise", "", {"code": code}) for code in held.values()]
        facts = {
            "award": award,
            f"nominee_{nominee.field}": nominee.id,
            "achievement": nfc(said.get("achievement", "")),
        }
        ref = f"{award}.{nominee.field}.{nominee.id}"
        return Record(ref, nominee.name, place, own, None, facts, notes, nominee.rests_on)

    def _award(self, said: Mapping[str, Any]) -> str:
        chosen = self.context.options.given.get("award", "")
        award = said.get("award") or self.title.award or chosen
        if award == CERTIFICATE and chosen and "certificate" in chosen:
            award = chosen
        if not award:
            raise CellProblem("award_missing", column="award")
        if award == CERTIFICATE:
            raise CellProblem("award_whose", column="award")
        given = {one.id: one for one in self._round.plan.awards_in(self._round.kind)}
        if award not in given:
            choices = ", ".join(one.label("vi") for one in given.values())
            raise CellProblem("award_not_in_round", round=str(self._round), choices=choices, column="award")
        return str(award)

    def _check_fits(self, nominee: Found) -> None:
        """Whether the unit may put the nominee forward."""
        unit = self.nominees.unit_of(nominee)
        subject = subject_of(nominee.field, unit.kind)
        if subject not in self._subjects:
            raise CellProblem("subject_unfit", unit=self._unit.full_name, column="name")
        if not self._reach.holds(subject, unit.pk, unit.path):
            raise CellProblem("nominee_outside", value=nominee.name, unit=self._unit.full_name, column="name")

    def _same(self, field: str, key: int) -> Iterable[int]:
        return [key] if field == "unit" else self._records.same(field, key)

    @classmethod
    def write(
        cls, staged: ImportFile, batches: Iterable[tuple[str, list[StagedRow]]], actor: Any
    ) -> Mapping[str, Any]:
        """Start a draft for each new row; raises ``StaleState`` when the preview of one is no longer true."""
        award_round, unit = _chosen(staged.options["given"])
        since = _nominated_since(staged, award_round)
        for _state, rows in batches:
            nominees = {
                field: _held(
                    model,
                    [change.new for row in rows if (change := (row.facts or {}).get(f"nominee_{field}"))],
                )
                for field, model in _MODELS.items()
            }
            for row in rows:
                said = {name: change.new for name, change in (row.facts or {}).items()}
                field = next(one for one in _MODELS if f"nominee_{one}" in said)
                nominee = nominees[field].get(said[f"nominee_{field}"])
                if nominee is None or (field, nominee.pk) in since or not _is_as_shown(nominee, row):
                    raise changed_meanwhile()
                subject = subject_of(field, nominee.kind if field == "unit" else "")
                nomination = Nomination(award_round, said["award"], subject, nominee, unit)
                try:
                    start_dossier(nomination=nomination, actor=actor, achievement=said.get("achievement", ""))
                except InvalidRequest as refusal:
                    raise changed_meanwhile() from refusal
        return {"award_round": award_round.pk, "nominated_by": unit.key}


def _chosen(given: Mapping[str, str]) -> tuple[AwardRound, Unit]:
    """The round and the nominating unit of the form."""
    award_round = AwardRound.objects.select_related("movement").get(pk=given["award_round"])
    return award_round, Unit.objects.select_related("parent").get(pk=given["nominating_unit"])


def _nominated_since(staged: ImportFile, award_round: AwardRound) -> set[tuple[str, int]]:
    """Whom others put forward in the round after the preview was made, for whatever award: the preview would say so."""
    later = Dossier.objects.live().filter(award_round=award_round, pk__gt=staged.options["newest"])
    keys = later.values_list(*(f"nominee_{field}" for field in _MODELS))
    return {(field, key) for row in keys for field, key in zip(_MODELS, row, strict=True) if key}


def _held(model: Any, keys: list[int]) -> dict[int, Any]:
    """The nominees with the units that keep them, held until all drafts are started.

    Locked first and read with their units afterwards: PostgreSQL joins before it waits, and a nominee who moved meanwhile
    would match no unit and be gone.
    """
    above = ("parent",) if model is Unit else ("unit__parent",)
    list(model.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk").values_list("pk"))
    found: dict[int, Any] = model.objects.select_related(*above).in_bulk(sorted(keys))
    return found


def _is_as_shown(nominee: Any, row: StagedRow) -> bool:
    """Whether a unit still has the name that the preview showed; people are held by their marks."""
    return not isinstance(nominee, Unit) or row.name in {nominee.name, nominee.full_name}
