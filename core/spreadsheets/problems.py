"""What is wrong with a file or a cell: a code and what it is about; sentences are worded where they are shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class WorkbookError(Exception):
    """The file as a whole cannot be used; ``code`` and ``params`` name its sentence."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params


class CellProblem(ValueError):
    """The cell says nothing that can be known; ``code`` and ``params`` name its sentence."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


# Why a file is not opened, whatever it should hold.
CONTAINER_MESSAGES: Mapping[str, str | Promise] = {
    "file_empty": _("The file “%(filename)s” is empty. Choose the review workbook and send it again."),
    "file_too_large": _(
        "The file “%(filename)s” is larger than %(limit)s MB. Remove pictures and other sheets, then send it"
        " again."
    ),
    "file_unpacks_too_large": _(
        "The file “%(filename)s” unpacks to far more than a review needs, so it was not opened. Copy the table"
        " into a new workbook and send that."
    ),
    "sheet_too_wide": _(
        "A sheet in “%(filename)s” spans too many rows and columns, so it was not opened. Delete stray cells far"
        " from the table, or copy the table into a new workbook, and send it again."
    ),
    "file_macros": _(
        "The file “%(filename)s” may hold macros, so it was not opened. Save it as .xlsx and send it again."
    ),
    "file_object": _(
        "The file “%(filename)s” holds an object of another program, so it was not opened. Copy the table into a new"
        " workbook as values, save it as .xlsx and send that."
    ),
    "file_control": _(
        "The file “%(filename)s” holds controls or an add-in, so it was not opened. Copy the table into a new workbook as"
        " values, save it as .xlsx and send that."
    ),
    "file_field": _(
        "The file “%(filename)s” fetches figures from another program (DDE) or a web page, so it was not opened. Copy the"
        " table into a new workbook as values, save it as .xlsx and send that."
    ),
    "file_remote": _(
        "The file “%(filename)s” is linked to another machine, so it was not opened. In Excel choose Data, Edit Links,"
        " Break Link; or copy the table into a new workbook as values, save it as .xlsx and send that."
    ),
    "file_connection": _(
        "The file “%(filename)s” holds a connection to a database or a web page, so it was not opened. Copy the table into"
        " a new workbook as values, save it as .xlsx and send that."
    ),
    "file_program": _(
        "The file “%(filename)s” holds a program, so it was not opened. Copy the table into a new workbook as values, save"
        " it as .xlsx and send that."
    ),
    "file_two_things": _(
        "The file “%(filename)s” is two files in one, so it was not opened. Open it in a spreadsheet program, save it as"
        " .xlsx under a new name and send that."
    ),
    "file_formulas": _(
        "Formulas in “%(filename)s” stand without their results, so those cells cannot be read. Open the file in a"
        " spreadsheet program, save it and send it again."
    ),
    "file_locked": _(
        "The file “%(filename)s” is locked with a password. Remove the password and send it again."
    ),
    "file_damaged": _(
        "The file “%(filename)s” is damaged and cannot be read. Open it in your spreadsheet program, save it as"
        " .xlsx and send it again."
    ),
    "file_not_workbook": _(
        "The file “%(filename)s” is not a workbook. Send the review as .xlsx, .xls, .ods or .csv."
    ),
    "page_no_table": _(
        "The file “%(filename)s” is a web page without a table: perhaps the sign-in page was saved in its place. Fetch"
        " the list again, or open it in a spreadsheet program, save it as .xlsx and send that."
    ),
    "page_archive": _(
        "The file “%(filename)s” is a web page that was saved whole. Open it in a spreadsheet program, save it as .xlsx"
        " and send that."
    ),
    "csv_encoding": _(
        "The letters in “%(filename)s” cannot be read. Save the file as “CSV UTF-8” or as .xlsx and send it"
        " again."
    ),
}
