"""Award histories from files: what the history lacks is entered, nothing is changed and nothing revoked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.spreadsheets.cells import shown_day
from core.spreadsheets.problems import CellProblem, WorkbookError
from core.spreadsheets.tables import ListTable
from core.text import fold, nfc
from criteria.engine import Plan
from nominations.fingerprints import of_award
from nominations.imports.columns import (
    CERTIFICATE,
    COMMENDATION,
    OUTSIDE,
    PRIME_MINISTER,
    PROVINCE,
    AwardResource,
    WrittenDecision,
)
from nominations.imports.nominees import Found, subject_of
from nominations.imports.rows import NomineeRows
from nominations.models import Movement, PriorAward
from nominations.permissions_province import AWARD_RECORDERS, check_can_import_awards
from nominations.selectors.history import award_choices
from nominations.services.decisions import lock_history, prize_on
from registry.imports.body_names import written_out
from registry.imports.importer import Context, FormChoice
from registry.imports.records import Record
from registry.imports.records_writing import RecordWriting
from registry.imports.staged import StagedRow
from registry.imports.standings import year_of_list
from registry.models import ImportFile, Unit

PROBLEMS: Mapping[str, Any] = {
    "award_unknown": _(
        "“%(value)s” is no award of the plan. Write: commendation, certificate of the provincial chairman, certificate"
        " of the Prime Minister."
    ),
    "award_not_in_plan": _("the movement's plan does not know this award. It has: %(choices)s."),
    "award_whose": _(
        "the row does not say whose certificate it is. Write it whole, or name the issuer in its column."
    ),
    "decision_unreadable": _(
        "“%(value)s” is no number of a decision. Write number and sign, such as 210/QĐ-UBND."
    ),
    "decision_days_differ": _(
        "%(value)s differs from the day beside the number, %(recorded)s. Keep the right one."
    ),
    "decided_on_missing": _("the day of the decision is missing."),
    "issuer_missing": _("a commendation is told from others by its issuer, which is missing."),
    "year_after_decision": _("the round year %(value)s lies after the decision of %(day)s."),
    "movement_unknown": _("there is no movement “%(value)s”. Leave the cell empty for the province's own."),
    "movement_unclear": _("several movements ran in %(value)s. Write the movement: %(choices)s."),
    "movement_other_years": _(
        "no movement of the province ran in %(value)s. Correct the year, or write “no” under “Movement”."
    ),
    "award_other_year": _(
        "the history has this award of the nominee for the year %(recorded)s. Correct the row; files do not change"
        " what is recorded."
    ),
    "award_other_movement": _(
        "the history has this award of the nominee under “%(recorded)s”. Correct the row; files do not change what"
        " is recorded."
    ),
}


OF_FILES: Mapping[str, Any] = {
    "form_differs": _(
        "The title of the list says “%(found)s”, but “%(given)s” was entered on the form. Correct one of them."
    ),
    "award_untold": _(
        "Sheet “%(sheet)s”: neither a column, the title nor the form says which award was given. Hand the file in"
        " again and choose the award."
    ),
    "decision_untold": _(
        "Sheet “%(sheet)s”: neither a column, the title nor the form names the decision with its number and day. Hand"
        " the file in again and enter both."
    ),
    "year_untold": _(
        "Sheet “%(sheet)s”: neither a column, the title nor the form says for which year the awards were given. Hand"
        " the file in again and enter the year."
    ),
    "list_of_awarded": _(
        "Sheet “%(sheet)s” is the annex of a decision: its nominees were honoured already. Load it as award history."
    ),
    "list_of_proposals": _(
        "The title of sheet “%(sheet)s” says that these are proposed, not awarded. Hand in the annex of the decision."
    ),
}


@dataclass(frozen=True, slots=True)
class _Given:
    """An award of the history, or one that an earlier row enters."""

    ref: int | str
    issuer: str
    round_year: int
    movement_id: int | None


class AwardWriting(RecordWriting):
    """Writes awards with their prize money, as entering one by hand does."""

    model = PriorAward
    same = ("award", "decision_number", "decided_on", "unit_id", "household_id", "individual_id")

    def __init__(self, staged: ImportFile, actor: Any) -> None:
        # Before what others entered is looked at: whoever comes second then sees it.
        lock_history()
        super().__init__(staged, actor)
        self._plans: dict[int, Plan] = {one.pk: one.plan for one in Movement.objects.all()}
        self._digests: dict[str, str] = {}

    def made(self, rows: Sequence[StagedRow], records: list[PriorAward]) -> None:
        """Keep by what the log names each award."""
        self._digests |= {str(one.pk): of_award(one) for one in records}

    def finish(self) -> Mapping[str, Any]:
        """The awards by their digests: a row that is forged later differs from its own."""
        return {"awards": self._digests}

    def prepare(self, records: list[PriorAward]) -> None:
        """The prize money follows the movement's plan on the decision day."""
        wanted = {one.unit_id for one in records if one.unit_id}
        kinds = dict(Unit.objects.filter(pk__in=wanted).values_list("pk", "kind"))
        for one in records:
            plan = self._plans.get(one.movement_id or 0)
            if plan is None:
                continue
            field = "unit" if one.unit_id else "household" if one.household_id else "individual"
            subject = subject_of(field, kinds.get(one.unit_id or 0, ""))
            prize = prize_on(plan, one.award, subject, one.decided_on)
            if prize is not None:
                one.prize_raw, one.prize_amount = prize.raw, prize.rounded


class AwardImporter(NomineeRows):
    """Awards of earlier years from their decisions."""

    code = "awards"
    label = _("Award history")
    explanation = _(
        "Awards that were given before, or outside this system: a list with its decisions, or the annex of one decision"
        " as it was issued. Checks of later rounds read them."
    )
    resource = AwardResource
    model = PriorAward
    writing = AwardWriting
    keepers = AWARD_RECORDERS
    asks = frozenset({"year", "decision_number", "decided_on", "issuer"})
    year_label = _("Round year")
    list_url = "nominations:history"
    has_personal_data = True
    hidden = frozenset({"unit", "household", "individual"})
    check = staticmethod(check_can_import_awards)

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._movements = list(Movement.objects.order_by("starts_in", "pk"))
        self._plans = {one.pk: one.plan for one in self._movements}
        self._given: dict[tuple[str, str, str, str, int], list[_Given]] = defaultdict(list)
        for row in PriorAward.objects.order_by("pk").iterator(chunk_size=2000):
            field = "unit" if row.unit_id else "household" if row.household_id else "individual"
            key = (row.award, _plain(row.decision_number), row.decided_on.isoformat(), field)
            given = _Given(row.pk, row.issuer, row.round_year, row.movement_id)
            self._given[*key, getattr(row, f"{field}_id")].append(given)

    def begin(self, at: int, table: ListTable) -> None:
        """Turn to a sheet."""
        super().begin(at, table)
        sheet, form, title = table.sheet.name, self.context.options.decision, self.title
        if title.is_proposed:
            raise WorkbookError("list_of_proposals", sheet=sheet)
        self._year = year_of_list([title.rest], self.context.options.year)
        entered_day = shown_day(form.decided_on) if form.decided_on else ""
        self._number = _one_of(title.number, form.number, _is_same)
        _one_of(shown_day(title.day) if title.day else "", entered_day, _is_same)
        self._day = title.day or (form.decided_on.isoformat() if form.decided_on else "")
        self._issuer = _one_of(title.issuer, form.issuer, _is_one_issuer)
        self._award = _one_award(title.award, self.context.options.given.get("award", ""), self._issuer)
        columns = self.positions.keys()
        if "award" not in columns and not self._award:
            raise WorkbookError("award_untold", sheet=sheet)
        if "decision" not in columns and not (self._number and ("decided_on" in columns or self._day)):
            raise WorkbookError("decision_untold", sheet=sheet)
        if "round_year" not in columns and not self._year:
            raise WorkbookError("year_untold", sheet=sheet)

    @classmethod
    def form_choices(cls, actor: Any) -> Sequence[FormChoice]:
        """The awards, for lists that do not name theirs."""
        help_text = _("Choose it where neither the title nor a column of the list says it.")
        return [FormChoice("award", _("Award"), award_choices(actor), help_text)]

    @classmethod
    def words(cls) -> Mapping[str, Mapping[str, str]]:
        """Awards by the names of the plans."""
        return {"award": dict(award_choices())}

    def record(self, number: int, said: dict[str, Any]) -> Record:
        """The award of the decision to the nominee: one of the history, or a new one."""
        decision = said.get("decision") or WrittenDecision(self._number)
        award = said.get("award") or self._award
        for column, value in (("award", award), ("decision", decision.number)):
            if not value:
                raise CellProblem("cell_missing", column=column)
        decided_on = self._decided_on(decision, said.get("decided_on"))
        issuer = nfc(said.get("issuer") or self._issuer)
        award = _award(award, issuer)
        nominee = self.found(number, said, date.fromisoformat(decided_on))
        year = self._round_year(said, decided_on)
        movement = self._movement(said, nominee, year)
        plan = self._plans[movement] if movement else next(iter(self._plans.values()), None)
        if plan is not None and award not in plan.awards:
            choices = ", ".join(one.label("vi") for one in plan.awards.values())
            raise CellProblem("award_not_in_plan", choices=choices, column="award")
        if award == COMMENDATION and not issuer:
            raise CellProblem("issuer_missing", column="issuer")
        issuer = issuer or (plan.awards[award].issuer("vi") if plan else "")
        known = self._known(
            award,
            decision.number,
            decided_on,
            nominee,
            _Given(self.reference(number), issuer, year, movement),
        )
        place = f"{nominee.home} · {decision.number}" if nominee.home else decision.number
        if isinstance(known.ref, int):
            return Record(known.ref, nominee.name, place, (nominee.home_id,), {}, {})
        facts = {
            "award": award,
            "round_year": year,
            "decision_number": decision.number,
            "decided_on": decided_on,
            "issuer": issuer,
            "movement": movement,
            nominee.field: nominee.id,
        }
        return Record(
            known.ref, nominee.name, place, (nominee.home_id,), None, facts, rests_on=nominee.rests_on
        )

    def _decided_on(self, decision: WrittenDecision, own: str | None) -> str:
        beside = decision.day
        if beside and own and beside != own:
            raise CellProblem(
                "decision_days_differ", value=shown_day(own), recorded=shown_day(beside), column="decided_on"
            )
        day: str = own or beside or ""
        if not day and (not self._number or _is_same(decision.number, self._number)):
            day = self._day
        if not day:
            raise CellProblem("decided_on_missing", column="decided_on")
        if day > self.context.day.isoformat():
            raise CellProblem("day_future", value=shown_day(day), column="decided_on")
        return day

    def _round_year(self, said: dict[str, Any], decided_on: str) -> int:
        year = said.get("round_year") or self._year
        if not year:
            raise CellProblem("year_missing")
        if year > int(decided_on[:4]):
            raise CellProblem(
                "year_after_decision", value=year, day=shown_day(decided_on), column="round_year"
            )
        return int(year)

    def _movement(self, said: dict[str, Any], nominee: Found, year: int) -> int | None:
        asked = said.get("movement")
        if asked == OUTSIDE:
            return None
        province = self.nominees.province_of(nominee.home_id)
        own = [one for one in self._movements if one.unit_id in {None, province}]
        if asked:
            own = [one for one in own if asked in {fold(one.name), fold(one.plan_id)}]
            if not own:
                raise CellProblem("movement_unknown", value=asked, column="movement")
        running = [one for one in own if one.starts_in <= year <= one.ends_in]
        if len(running) > 1:
            choices = "; ".join(one.name for one in running)
            raise CellProblem("movement_unclear", value=year, choices=choices, column="movement")
        if not running:
            raise CellProblem("movement_other_years", value=year, column="round_year")
        return running[0].pk

    def _known(self, award: str, number: str, decided_on: str, nominee: Found, said: _Given) -> _Given:
        """The award of the history, or of an earlier row, that the row can only mean; else the row's own."""
        given = self._given[award, _plain(number), decided_on, nominee.field, nominee.id]
        # Certificates have one issuer, however it is written; commendations of one number may have several.
        same = [one for one in given if award != COMMENDATION or _plain(one.issuer) == _plain(said.issuer)]
        if not same:
            given.append(said)
            return said
        if same[0].round_year != said.round_year:
            raise CellProblem("award_other_year", recorded=same[0].round_year, column="round_year")
        if same[0].movement_id != said.movement_id:
            recorded = self._name_of(same[0].movement_id)
            raise CellProblem("award_other_movement", recorded=recorded, column="movement")
        return same[0]

    def _name_of(self, movement: int | None) -> str:
        return next((one.name for one in self._movements if one.pk == movement), "–")


def _award(said: str, issuer: str) -> str:
    """The award; where it is only called a certificate, its issuer says which."""
    if said != CERTIFICATE:
        return said
    words = fold(issuer)
    if "thu tuong" in words:
        return PRIME_MINISTER
    if "ubnd tinh" in words or "uy ban nhan dan tinh" in words:
        return PROVINCE
    raise CellProblem("award_whose", column="award")


def _one_of(titled: str, entered: str, fit: Callable[[str, str], bool]) -> str:
    """What the title says, else what the form does; raises ``WorkbookError`` where they contradict each other."""
    if titled and entered and not fit(titled, entered):
        raise WorkbookError("form_differs", found=titled, given=entered)
    return titled or entered


def _is_same(first: str, second: str) -> bool:
    return _plain(first) == _plain(second)


def _is_one_issuer(first: str, second: str) -> bool:
    """Whether one may be the other written shorter: "Chủ tịch UBND tỉnh", "Chủ tịch Ủy ban nhân dân tỉnh Bình Thuận"."""
    keys = sorted((written_out(first), written_out(second)), key=len)
    return keys[1].startswith(keys[0])


def _one_award(titled: str, entered: str, issuer: str) -> str:
    if titled == CERTIFICATE and issuer:
        titled = _award(titled, issuer)
    if titled and entered and titled not in {entered, CERTIFICATE}:
        labels = dict(award_choices())
        raise WorkbookError(
            "form_differs", found=labels.get(titled, titled), given=labels.get(entered, entered)
        )
    return entered or titled


def _plain(text: str) -> str:
    """A number or issuer as the engine compares it: letters' form, case and spaces do not count."""
    return "".join(nfc(text).casefold().split())
