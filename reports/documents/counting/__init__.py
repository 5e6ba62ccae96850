"""The record of the count (biên bản kiểm phiếu) of a council's meeting."""

from functools import partial
from pathlib import Path

from django.utils.translation import gettext_lazy

from councils.enums import RecordKind
from reports.documents.counting.context import context_of
from reports.documents.meeting_records import (
    SYMBOL,
    check_can_preview,
    check_is_signed,
    has_reader,
    issuer_of,
    records,
)
from reports.kinds import Kind, Layout

KIND = Kind(
    folder=Path(__file__).parent,
    label=gettext_lazy("Counting record"),
    layout=Layout.DECREE,
    records=records,
    symbol=SYMBOL,
    issuer_of=issuer_of,
    context_of=context_of,
    check_can_issue=partial(check_is_signed, record=RecordKind.COUNTING),
    check_can_preview=check_can_preview,
    has_reader=has_reader,
    signed_as=RecordKind.COUNTING,
)
