"""The letter with which a body files its set to the province (tờ trình của cấp trình), with its list."""

from pathlib import Path
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.exceptions import NotAllowed
from nominations.models import FilingSet
from nominations.permissions import NOMINATORS
from registry.scopes import scope_of
from reports.documents.filing_letter.context import context_of, issuer_of
from reports.documents.readers import reads_for_the_province
from reports.kinds import Kind, Layout


def records() -> QuerySet[FilingSet]:
    """Sets with the body that files and their round."""
    return FilingSet.objects.select_related("unit__parent__parent", "award_round__movement__unit")


def check_can_issue(actor: Any, filing_set: FilingSet) -> None:
    """The filing body's own officers keep the letter as it was signed and numbered there."""
    if filing_set.unit_id not in scope_of(actor).unit_ids(*NOMINATORS):
        raise NotAllowed(
            _("The letter is kept by the officers of the body that files."),
            _("Ask an officer of %(unit)s.") % {"unit": filing_set.unit},
        )
    check_can_preview(filing_set)


def check_can_preview(filing_set: FilingSet) -> None:
    """A letter needs somebody to put forward."""
    if not filing_set.dossiers.exists():
        raise NotAllowed(
            _("The set of %(unit)s holds no dossier yet.") % {"unit": filing_set.unit},
            _("Choose dossiers for it first."),
        )


def has_reader(user: Any) -> bool:
    """Whoever files, and whoever reads at the province."""
    return bool(scope_of(user).unit_ids(*NOMINATORS)) or reads_for_the_province(user)


KIND = Kind(
    folder=Path(__file__).parent,
    label=gettext_lazy("Filing letter (tờ trình)"),
    layout=Layout.DECREE,
    records=records,
    symbol="TTr",
    issuer_of=issuer_of,
    context_of=context_of,
    check_can_issue=check_can_issue,
    check_can_preview=check_can_preview,
    has_reader=has_reader,
    is_numbered_elsewhere=True,
)
