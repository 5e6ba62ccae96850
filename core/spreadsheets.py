"""Tables that leave the house: text that no spreadsheet program takes for a formula."""

from __future__ import annotations

from typing import Any

from import_export import fields, resources

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


class SafeResource(resources.ModelResource):
    """A resource whose text cells no spreadsheet program takes for a formula.

    The library strips a leading ``=`` only; here every character that starts a formula gets an apostrophe before it.
    """

    def export_field(self, field: fields.Field, instance: Any, **kwargs: Any) -> Any:
        """The cell's value, neutralised when it is text."""
        value = super().export_field(field, instance, **kwargs)
        return neutralise(value)


def neutralise(value: Any) -> Any:
    """The value as it may stand in a cell: text that would start a formula is led by an apostrophe."""
    if isinstance(value, str) and value.lstrip(" ").startswith(_FORMULA_STARTS):
        return f"'{value}"
    return value
