"""The list of a council's members (danh sách thành viên hội đồng), the annex of the decision that names them."""

from pathlib import Path
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.exceptions import NotAllowed
from councils.models import Council
from councils.permissions import check_can_keep_council
from councils.selectors.seats import seated_on
from reports.documents.meeting_records import has_reader
from reports.documents.members.context import context_of, issuer_of
from reports.kinds import Kind, Layout


def records() -> QuerySet[Council]:
    """Councils with whose they are."""
    return Council.objects.select_related("movement__unit", "unit__parent__parent")


def check_can_issue(actor: Any, council: Council) -> None:
    """Whoever names the members keeps the list with the number of the decision that it goes with."""
    check_can_keep_council(actor, council)
    check_can_preview(council)
    issuer_of(council, clock.today())


def check_can_preview(council: Council) -> None:
    """A list needs somebody on it."""
    if not seated_on(council, clock.today()).exists():
        raise NotAllowed(
            _("Nobody sits on “%(council)s” today.") % {"council": council},
            _("Add its members on the page of the council first."),
        )


KIND = Kind(
    folder=Path(__file__).parent,
    label=gettext_lazy("List of the council's members"),
    layout=Layout.ANNEX,
    records=records,
    symbol="QĐ",
    issuer_of=issuer_of,
    context_of=context_of,
    check_can_issue=check_can_issue,
    check_can_preview=check_can_preview,
    has_reader=has_reader,
    is_numbered_elsewhere=True,
)
