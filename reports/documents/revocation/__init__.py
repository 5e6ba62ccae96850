"""The draft of the decision by which the province's chair takes an award back (dự thảo quyết định hủy bỏ, thu hồi)."""

from functools import partial
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.exceptions import NotAllowed
from nominations.models import PriorAward
from reports.documents.readers import reads_for_the_province
from reports.documents.revocation.context import context_of
from reports.documents.revoking import awards, check_is_given_by, issuer_of
from reports.kinds import Kind, Layout

check_can_preview = partial(check_is_given_by, centre=False)


def check_can_issue(_actor: Any, award: PriorAward) -> None:
    """Nobody issues it here: the chair signs it, and the signed one is recorded with number, day and reason."""
    check_can_preview(award)
    raise NotAllowed(
        _("The decision is signed by the chair of the People's Committee and gets its number there."),
        _("Print the draft for signature, and record the signed decision where the award is revoked."),
    )


KIND = Kind(
    folder=Path(__file__).parent,
    label=gettext_lazy("Draft decision to take the award back"),
    layout=Layout.DECREE,
    records=awards,
    symbol="QĐ",
    issuer_of=issuer_of,
    context_of=context_of,
    check_can_issue=check_can_issue,
    check_can_preview=check_can_preview,
    has_reader=reads_for_the_province,
    is_numbered_elsewhere=True,
    is_read_by_fewer=True,
)
