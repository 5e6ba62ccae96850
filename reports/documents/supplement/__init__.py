"""The letter that asks the filing side to complete a dossier (công văn đề nghị bổ sung hồ sơ)."""

from pathlib import Path
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.exceptions import NotAllowed
from nominations.models import SupplementRequest
from reports.documents.readers import check_is_standing_office, reads_for_the_province
from reports.documents.supplement.context import context_of, issuer_of
from reports.kinds import Kind, Layout


def records() -> QuerySet[SupplementRequest]:
    """Requests with their dossier, its nominee, round and set."""
    return SupplementRequest.objects.select_related(
        "asked_by",
        "dossier__award_round__movement__unit",
        "dossier__nominee_unit__parent",
        "dossier__nominee_household__unit__parent",
        "dossier__nominee_individual__unit__parent",
        "dossier__nominating_unit__parent",
        "dossier__filing_set__unit",
    )


def check_can_issue(actor: Any, request: SupplementRequest) -> None:
    """The standing office asks, and no longer once it was answered."""
    check_is_standing_office(actor, request.dossier.nominating_unit)
    if request.answered_at is not None:
        raise NotAllowed(
            _("The supplement to dossier %(code)s was answered already.") % {"code": request.dossier.code},
            _("Ask for another supplement where something is still missing."),
        )
    issuer_of(request, clock.today())


def check_can_preview(_request: SupplementRequest) -> None:
    """Whoever sees the dossier may look."""


KIND = Kind(
    folder=Path(__file__).parent,
    label=gettext_lazy("Letter that asks for a supplement"),
    layout=Layout.DECREE,
    records=records,
    symbol="",
    issuer_of=issuer_of,
    context_of=context_of,
    check_can_issue=check_can_issue,
    check_can_preview=check_can_preview,
    has_reader=reads_for_the_province,
)
