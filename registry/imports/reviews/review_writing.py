"""Writing reviews from staged rows: each only where everything that the preview showed of it still stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db import IntegrityError
from django.utils.translation import gettext as _

from core.exceptions import InvalidRequest
from registry.enums import RowState
from registry.imports.records_writing import changed_meanwhile
from registry.imports.reviews.resource import ReviewFileResource
from registry.imports.staged import StagedRow, read_rows
from registry.models import ImportFile, PovertyReview, StagedBatch, Unit
from registry.permissions import review_area
from registry.review_days import default_recognised_on
from registry.selectors.reviews.stored import FIELD_OF_FIGURE

_FIELDS = (*FIELD_OF_FIGURE.values(), "recognised_on", "document")


class ReviewWriting:
    """Writes one file's reviews, a statement a batch."""

    def __init__(self, staged: ImportFile, actor: Any) -> None:
        self.staged = staged
        self.year: int = staged.options["year"]
        self.standard: str = staged.options["standard"]
        self._area = review_area(actor)
        self.changes: list[dict[str, Any]] = []

    def write_all(self, batches: Iterable[tuple[str, list[StagedRow]]]) -> Mapping[str, Any]:
        """Write in the caller's transaction; what the audit entry says of it.

        Raises ``StaleState`` when a review is no longer as the preview showed it, changed by the file or not.
        """
        try:
            for state, rows in batches:
                self._write(state, rows)
        except IntegrityError as error:
            raise changed_meanwhile() from error
        kept = StagedBatch.objects.filter(import_file=self.staged, state=RowState.UNCHANGED)
        for packed in kept.order_by("position").values_list("rows", flat=True):
            self._held(read_rows(RowState.UNCHANGED, packed))
        self._keep_reach()
        return {"year": self.year, "standard": self.standard, "changes": self.changes}

    def _write(self, state: str, rows: Sequence[StagedRow]) -> None:
        self._check_area(rows)
        recorded = self._held(rows)
        reviews = [self._review(row, recorded.get(int(row.target))) for row in rows]
        if state == RowState.NEW:
            PovertyReview.objects.bulk_create(reviews)
            return
        PovertyReview.objects.bulk_create(
            reviews,
            update_conflicts=True,
            unique_fields=["unit", "year", "standard"],
            update_fields=[*_FIELDS, "import_file"],
        )
        for row in rows:
            self.changes += [
                {"unit": row.target, "figure": name, "old": change.old, "new": change.new}
                for name, change in (row.facts or {}).items()
                if change.old != change.new
            ]

    def _check_area(self, rows: Sequence[StagedRow]) -> None:
        """Whoever confirms may be another person than the one whose preview it was, or have another role by now."""
        units = Unit.objects.filter(pk__in=[row.target for row in rows]).values_list("path", "kind")
        if not all(self._area.loads(path, kind) for path, kind in units):
            raise InvalidRequest(
                _("The file holds records outside your area."),
                _("Let somebody load it who keeps that area."),
            )

    def _held(self, rows: Sequence[StagedRow]) -> dict[int, PovertyReview]:
        """The reviews that stand there, held until the file is loaded; all must be as the preview showed them."""
        shown = [row for row in rows if row.facts]
        reviews = PovertyReview.objects.select_for_update().filter(
            unit__in=[row.target for row in shown], year=self.year, standard=self.standard
        )
        recorded = {review.unit_id: review for review in reviews}
        for row in shown:
            if not _is_as_shown(row, recorded.get(int(row.target))):
                raise changed_meanwhile()
        return recorded

    def _review(self, row: StagedRow, recorded: PovertyReview | None) -> PovertyReview:
        values = {name: getattr(recorded, name) for name in _FIELDS} if recorded else {}
        for name, change in (row.facts or {}).items():
            values[FIELD_OF_FIGURE.get(name, name)] = change.new
        values["recognised_on"] = date.fromisoformat(str(values["recognised_on"]))
        return PovertyReview(
            unit_id=int(row.target),
            year=self.year,
            standard=self.standard,
            import_file=self.staged,
            **values,
        )

    def _keep_reach(self) -> None:
        """Who may open the file later: whoever sees the smallest unit that holds all its rows."""
        self.staged.unit_id = self.staged.options["reach"]
        self.staged.recognised_on = self.staged.recognised_on or default_recognised_on(self.year)
        self.staged.save(update_fields=["unit", "recognised_on"])


def _is_as_shown(row: StagedRow, review: PovertyReview | None) -> bool:
    """Whether the review is what the row's preview was made of, figure by figure; none where there was none."""
    facts = row.facts or {}
    if review is None or review.is_restated:
        return review is None and facts["recognised_on"].old is None
    return all(ReviewFileResource.recorded(review, name) == change.old for name, change in facts.items())
