"""The report on what the appraisal of a dossier found (báo cáo kết quả thẩm định)."""

from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.exceptions import NotAllowed
from nominations.models import Dossier
from nominations.selectors.checks import deciding_evaluation
from reports.documents.appraisal.context import context_of, issuer_of
from reports.documents.lists import dossiers
from reports.documents.readers import check_is_standing_office, reads_for_the_province
from reports.kinds import Kind, Layout


def check_can_issue(actor: Any, dossier: Dossier) -> None:
    """The standing office reports what it found."""
    check_is_standing_office(actor, dossier.nominating_unit)
    check_can_preview(dossier)
    issuer_of(dossier, clock.today())


def check_can_preview(dossier: Dossier) -> None:
    """There is a report once the appraisal was concluded."""
    if deciding_evaluation(dossier) is None:
        raise NotAllowed(
            _("The appraisal of dossier %(code)s is not concluded yet.") % {"code": dossier.code},
            _("The reviewer concludes it on the appraisal desk."),
        )


KIND = Kind(
    folder=Path(__file__).parent,
    label=gettext_lazy("Appraisal report"),
    layout=Layout.DECREE,
    records=dossiers,
    symbol="BC",
    issuer_of=issuer_of,
    context_of=context_of,
    check_can_issue=check_can_issue,
    check_can_preview=check_can_preview,
    has_reader=reads_for_the_province,
    reference="code",
)
