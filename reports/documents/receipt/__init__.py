"""The receipt for a dossier that was filed to the province (giấy tiếp nhận hồ sơ)."""

from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.exceptions import NotAllowed
from nominations.models import Dossier
from reports.documents.lists import dossiers
from reports.documents.readers import check_is_standing_office, reads_for_the_province
from reports.documents.receipt.context import context_of, issuer_of
from reports.kinds import Kind, Layout


def check_can_issue(actor: Any, dossier: Dossier) -> None:
    """The standing office confirms what came to it."""
    check_is_standing_office(actor, dossier.nominating_unit)
    check_can_preview(dossier)
    issuer_of(dossier, clock.today())


def check_can_preview(dossier: Dossier) -> None:
    """There is a receipt once a reviewer has received the dossier."""
    if dossier.reviewer_id is None:
        raise NotAllowed(
            _("Dossier %(code)s is not received yet.") % {"code": dossier.code},
            _("The reviewer receives it on the appraisal desk."),
        )


KIND = Kind(
    folder=Path(__file__).parent,
    label=gettext_lazy("Receipt for the dossier"),
    layout=Layout.DECREE,
    records=dossiers,
    symbol="GTN",
    issuer_of=issuer_of,
    context_of=context_of,
    check_can_issue=check_can_issue,
    check_can_preview=check_can_preview,
    has_reader=reads_for_the_province,
    reference="code",
)
