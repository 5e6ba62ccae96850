"""The province's letter that asks the centre to take an award back (tờ trình đề nghị hủy bỏ quyết định khen thưởng)."""

from functools import partial
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.exceptions import NotAllowed
from nominations.models import PriorAward
from reports.documents.readers import reads_for_the_province
from reports.documents.revocation_letter.context import context_of
from reports.documents.revoking import awards, check_is_given_by, issuer_of
from reports.kinds import Kind, Layout

check_can_preview = partial(check_is_given_by, centre=True)


def check_can_issue(_actor: Any, award: PriorAward) -> None:
    """Nobody issues it here: why the award is asked back is written into the draft, which the province's office numbers."""
    check_can_preview(award)
    raise NotAllowed(
        _("The letter is signed for the People's Committee and gets its number there."),
        _("Print the draft, and record the centre's decision where the award is revoked."),
    )


KIND = Kind(
    folder=Path(__file__).parent,
    label=gettext_lazy("Letter that asks the centre to take the award back"),
    layout=Layout.DECREE,
    records=awards,
    symbol="TTr",
    issuer_of=issuer_of,
    context_of=context_of,
    check_can_issue=check_can_issue,
    check_can_preview=check_can_preview,
    has_reader=reads_for_the_province,
    is_numbered_elsewhere=True,
    is_read_by_fewer=True,
)
