"""Stored search and order columns, brought to what folding gives now. For migrations, which know no services."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import QuerySet

from core.text import one_apostrophe, without_invisible

_AT_ONCE = 500


def refold(
    rows: QuerySet[Any], text: Callable[[Any], str], columns: Callable[[Any], Mapping[str, str]]
) -> int:
    """Set `columns` of the rows whose `text` holds signs that folding once kept; gives their number.

    Those are invisible marks, and apostrophes other than ``'``. All other rows hold what folding gives them
    already and are left alone, so that a name which was changed since keeps what was stored for it.
    """
    odd = [row for row in rows.iterator() if one_apostrophe(without_invisible(text(row))) != text(row)]
    fields: set[str] = set()
    for row in odd:
        for name, value in columns(row).items():
            setattr(row, name, value)
            fields.add(name)
    if odd:
        rows.model._base_manager.using(rows.db).bulk_update(odd, sorted(fields), batch_size=_AT_ONCE)
    return len(odd)
