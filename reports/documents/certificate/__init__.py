"""The text of one certificate (bằng khen, giấy khen), to be printed on the blank of who gives it."""

from pathlib import Path
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.exceptions import NotAllowed
from nominations.models import Dossier
from nominations.statuses import row_of
from reports.documents.certificate.context import context_of, issuer_of
from reports.documents.certifying import check_is_made_here, refuse_to_issue
from reports.documents.lists import dossiers
from reports.documents.readers import reads_for_the_province
from reports.kinds import Kind, Layout


def records() -> QuerySet[Dossier]:
    """Dossiers with the award that was given on them."""
    return dossiers().select_related("prior_award")


def check_can_issue(_actor: Any, dossier: Dossier) -> None:
    """Nobody does here."""
    check_can_preview(dossier)
    refuse_to_issue()


def check_can_preview(dossier: Dossier) -> None:
    """There is a certificate once the decision is recorded, and no more once it was taken back."""
    if not row_of(dossier.status).is_honoured:
        raise NotAllowed(
            _("No award is given on dossier %(code)s.") % {"code": dossier.code},
            _("The certificate follows the decision."),
        )
    check_is_made_here(dossier.plan.awards.get(dossier.award))


KIND = Kind(
    folder=Path(__file__).parent,
    label=gettext_lazy("Text of the certificate"),
    layout=Layout.FORM,
    records=records,
    symbol="QĐ",
    issuer_of=issuer_of,
    context_of=context_of,
    check_can_issue=check_can_issue,
    check_can_preview=check_can_preview,
    has_reader=reads_for_the_province,
    is_numbered_elsewhere=True,
    reference="code",
)
