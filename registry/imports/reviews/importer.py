"""Poverty reviews as a kind of import: one row a unit, compared with the register figure by figure."""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from core import clock
from core.spreadsheets.cells import shown_day
from core.spreadsheets.opening import Book
from core.spreadsheets.problems import WorkbookError
from core.spreadsheets.tables import Lists
from registry.enums import Role, RowState, UnitKind
from registry.imports.importer import Context, Importer, ShownChange, register
from registry.imports.reviews.header import find_reviews
from registry.imports.reviews.matching import match_units
from registry.imports.reviews.merging import UnitRow, completed, has_half_of_lacks, merged
from registry.imports.reviews.resource import ReviewFileResource
from registry.imports.reviews.review_writing import ReviewWriting
from registry.imports.reviews.rows import Issue, MatchedRow, ReviewSheet
from registry.imports.reviews.sheet import read_sheet
from registry.imports.reviews.sums import LEAPS, check_leaps, check_starts
from registry.imports.staged import Change, Finding, Planned, RefusedRow, Remark, StagedRow
from registry.imports.told import NOTHING_TOLD, Told
from registry.models import ImportFile, PovertyReview, Unit
from registry.permissions import REVIEW_KEEPERS, check_can_import_reviews, review_area
from registry.review_days import default_recognised_on
from registry.selectors.reviews.stored import DEFAULT_STANDARD, FIELD_OF_FIGURE
from registry.selectors.reviews.territory import figures_of
from registry.selectors.units import REVIEWED_KINDS, unit_refs

_COMPARED = ("households", "poor", "near_poor")


@register
class ReviewImporter(Importer):
    """Year-end figures of communes, districts, the province, or of villages."""

    code = "reviews"
    label = _("Poverty reviews")
    explanation = _(
        "The year-end figures of poor and near-poor households, by commune or by village: the result form, and the"
        " forms of movements and of lacks, on one sheet or on several."
    )
    resource = ReviewFileResource
    keepers = (*REVIEW_KEEPERS, Role.COMMUNE_OFFICER)
    asks = frozenset({"year", "recognised_on", "document"})
    needs = frozenset({"year"})
    list_url = "registry:reviews"
    not_in_template = frozenset(
        {"poor_start", "near_poor_start", "poor_rate", "near_poor_rate", "poverty_rate"}
    )
    instructions = (
        _("A title that names the year must name the one that is chosen when the file is handed in."),
        _(
            "Subtotals, totals and rows of persons are compared or left aside, and listed before anything is loaded."
        ),
    )
    check = staticmethod(check_can_import_reviews)

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._places = {table.sheet.name: at for at, table in enumerate(context.lists.tables)}
        self._units = {
            pk: (path, place)
            for pk, path, place in Unit.objects.filter(kind__in=REVIEWED_KINDS).values_list(
                "pk", "path", "parent__name"
            )
        }

    @classmethod
    def lists_in(cls, book: Book, told: Told = NOTHING_TOLD) -> Lists:
        """The review tables of a file; raises ``WorkbookError``."""
        return find_reviews(book)

    def planned(self) -> Iterator[Planned]:
        """Every unit of the file, planned; raises ``WorkbookError`` where it is of another year."""
        sheets = self._sheets_of_year()
        self._keep_headings(sheets)
        matched = match_units(sheets, unit_refs(), self.year)
        periods = {sheet.period for sheet in sheets if sheet.period}
        titled = periods.pop() if len(periods) == 1 else ""
        self.standard = self.context.options.given.get("standard") or titled or DEFAULT_STANDARD
        paths = [self._units[row.unit.id][0] for row in matched.rows]
        self.noted |= {"year": self.year, "standard": self.standard, "reach": _smallest_above(paths)}
        mine, issues = self._inside(matched.rows, list(matched.issues))
        yield from self._planned_units(merged(mine), issues)

    def _sheets_of_year(self) -> list[ReviewSheet]:
        """The sheets of the chosen year; those of other years are named and left aside."""
        sheets = [read_sheet(table) for table in self.context.lists.tables]
        years = {sheet.year for sheet in sheets if sheet.year is not None}
        chosen = self.context.options.year or (years.pop() if len(years) == 1 else None)
        if chosen is None:
            raise WorkbookError("review_year_missing")
        self.year = chosen
        own = [sheet for sheet in sheets if sheet.year in {None, chosen}]
        if not own:
            raise WorkbookError("list_year_differs", found=sheets[0].year, year=chosen)
        for sheet in sheets:
            if sheet not in own:
                self.findings.append(Finding("sheet_of_year", sheet.name, None, {"year": sheet.year}))
        return own

    def _keep_headings(self, sheets: Sequence[ReviewSheet]) -> None:
        self.headings = [(self._places[sheet.name], number) for sheet in sheets for number in sheet.headings]

    def _inside(
        self, rows: Iterable[MatchedRow], issues: list[Issue]
    ) -> tuple[list[MatchedRow], list[Issue]]:
        """The rows that the person may load, and the issues with those about the others.

        A commune officer's file of villages keeps its commune's own row as a check on the villages.
        """
        area = review_area(self.context.actor)
        mine = []
        for row in rows:
            path = self._units[row.unit.id][0]
            where = (row.sheet, row.row)
            if area.loads(path, row.unit.kind):
                mine.append(row)
            elif row.above_villages and row.unit.kind == UnitKind.COMMUNE and area.reads(path):
                issues = [
                    one for one in issues if (one.sheet, one.row, one.code) != (*where, "total_is_commune")
                ]
                issues.append(Issue("warning", "commune_compared_only", *where, row.text))
            else:
                issues.append(Issue("error", "outside_area", *where, row.text))
        return mine, issues

    def _planned_units(self, units: list[UnitRow], issues: list[Issue]) -> Iterator[Planned]:
        reviews = PovertyReview.objects.filter(year=self.year, standard=self.standard)
        recorded = {review.unit_id: review for review in reviews}
        last_year = self._last_year(unit.row.unit.id for unit in units)
        staged: list[Planned] = []
        for unit in units:
            staged += self._planned_unit(unit, recorded.get(unit.row.unit.id), last_year)
            issues += unit.issues
        halves = {unit.row.sheet for unit in units if has_half_of_lacks(unit.row)}
        issues += [Issue("warning", "lacks_unclear", sheet, None, "") for sheet in sorted(halves)]
        notes = _notes(issues)
        yield from self._refused(issues)
        self._tell(issues)
        positions = {(unit.row.sheet, unit.row.row): unit.rows for unit in units}
        for state, row in staged:
            rows = positions[self.context.lists.tables[row.sheet].sheet.name, row.number]
            said = [note for one in rows for note in notes[one.sheet, one.row]]
            yield state, row._replace(notes=said) if isinstance(row, StagedRow) else row

    def _planned_unit(
        self, unit: UnitRow, review: PovertyReview | None, last_year: Mapping[int, Mapping[str, int]]
    ) -> list[Planned]:
        """What loading the unit's figures would do; nothing for a unit that is kept out."""
        row = unit.row
        if review is not None and review.is_restated:
            unit.note("warning", "restated_kept", year=self.year, document=review.document)
            return [(RowState.UNCHANGED, self._staged(row, None))]
        stands = {name: getattr(review, name) for name in FIELD_OF_FIGURE.values()} if review else None
        completed(unit, stands)
        before = last_year.get(row.unit.id, {})
        unit.issues += check_starts(unit.row, before, self.year - 1)
        if unit.is_refused:
            return []
        facts = self._facts(unit.row, review)
        if any(change.old != change.new for change in facts.values()):
            unit.issues += check_leaps(unit.row, before, stands or {}, self.year)
            self.unit_ids.add(row.unit.id)
            return [(RowState.CHANGED if review else RowState.NEW, self._staged(row, facts))]
        return [(RowState.UNCHANGED, self._staged(row, facts))]

    def _facts(self, row: MatchedRow, review: PovertyReview | None) -> dict[str, Change]:
        """Every figure that the file states, changed or not, with what stands there: loading compares them all."""
        recorded = ReviewFileResource.recorded
        facts = {name: Change(recorded(review, name), count) for name, count in row.figures.stated.items()}
        options, is_changed = self.context.options, any(old != new for old, new in facts.values())
        old_day, old_document = recorded(review, "recognised_on"), recorded(review, "document")
        day, document = old_day, old_document
        if is_changed:
            # What the form leaves open stays as it is recorded.
            given = options.recognised_on or (None if review else default_recognised_on(self.year))
            day = given.isoformat() if given else old_day
            document = options.document or old_document or ""
        return facts | {"recognised_on": Change(old_day, day), "document": Change(old_document, document)}

    def _staged(self, row: MatchedRow, facts: dict[str, Change] | None) -> StagedRow:
        place = self._units[row.unit.id][1] or ""
        return StagedRow(self._places[row.sheet], row.row, row.unit.id, row.unit.name, place, facts)

    def _last_year(self, unit_ids: Iterable[int]) -> dict[int, Mapping[str, int]]:
        """Figures at the end of the year before, for the land that the units have at the end of the year itself.

        After a transfer of land there is no such figure.
        """
        wanted = set(unit_ids)
        day = min(date(self.year, 12, 31), clock.today())
        figures = figures_of(wanted, standard=self.standard, years=[self.year - 1], day=day)
        points = {unit_id: figures.point(unit_id, self.year - 1) for unit_id in wanted}
        return {
            unit_id: {name: getattr(point, name) for name in _COMPARED}
            for unit_id, point in points.items()
            if point is not None
        }

    def _refused(self, issues: Iterable[Issue]) -> Iterator[Planned]:
        problems: dict[tuple[str, int], list[Issue]] = defaultdict(list)
        for issue in issues:
            if issue.level == "error" and issue.row is not None:
                problems[issue.sheet, issue.row].append(issue)
        for (sheet, number), own in sorted(
            problems.items(), key=lambda item: (self._places[item[0][0]], item[0][1])
        ):
            remarks = [Remark(one.code, one.column, _kept(one.params)) for one in own]
            yield RowState.REFUSED, RefusedRow(self._places[sheet], number, own[0].unit, remarks)

    def _tell(self, issues: Iterable[Issue]) -> None:
        """List what was noticed: figures that leap first, then row by row, then units without a row."""
        warnings = [issue for issue in issues if issue.level == "warning"]
        warnings.sort(
            key=lambda one: (one.code not in LEAPS, one.row is None, self._places[one.sheet], one.row or 0)
        )
        for issue in warnings:
            params = {"unit": issue.unit, **issue.params} if issue.unit else issue.params
            self.findings.append(Finding(issue.code, issue.sheet, issue.row, _kept(params)))

    @classmethod
    def write(
        cls, staged: ImportFile, batches: Iterable[tuple[str, list[StagedRow]]], actor: Any
    ) -> Mapping[str, Any]:
        """Write the new and changed reviews; raises ``StaleState`` when one is not as the preview showed it."""
        return ReviewWriting(staged, actor).write_all(batches)

    @classmethod
    def changes_shown(cls, rows: list[StagedRow]) -> list[list[ShownChange]]:
        """For each staged row of a page, the figures that change, in the columns' order; JSON keeps none."""
        labels = {name: column.label for name, column in cls.resource.columns().items()}
        labels |= {"recognised_on": _("Recognised on"), "document": _("Recognised by")}
        same = Change(None, None)
        return [
            [
                ShownChange(label, _shown(name, old), _shown(name, new))
                for name, label in labels.items()
                for old, new in [(row.facts or {}).get(name, same)]
                if old != new and new not in (None, "")
            ]
            for row in rows
        ]


def _shown(name: str, value: Any) -> str:
    if value is None:
        return ""
    if name == "recognised_on":
        return shown_day(value)
    return number_format(value, force_grouping=True) if isinstance(value, int) else str(value)


def _kept(params: Mapping[str, Any]) -> dict[str, Any]:
    """What a sentence names, as JSON keeps it."""
    return {name: _plain(value) for name, value in params.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return shown_day(value)
    return float(value) if isinstance(value, Decimal) else value


def _notes(issues: Iterable[Issue]) -> dict[tuple[str, int | None], list[Remark]]:
    """What to say beside the rows that are loaded, by sheet and row."""
    notes: dict[tuple[str, int | None], list[Remark]] = defaultdict(list)
    for issue in issues:
        if issue.level == "note":
            notes[issue.sheet, issue.row].append(Remark(issue.code, issue.column, _kept(issue.params)))
    return notes


def _smallest_above(paths: Sequence[str]) -> int | None:
    """The smallest unit above or at all of the paths; None when they share none."""
    shared = posixpath.commonpath(paths).strip("/") if paths else ""
    return int(shared.rpartition("/")[2]) if shared else None
