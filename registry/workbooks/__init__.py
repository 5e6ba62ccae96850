"""Reading office workbooks in plain Python: bytes in, rows and plainly worded issues out, nothing written."""

from registry.workbooks.container import read_tables
from registry.workbooks.matching import match_units
from registry.workbooks.rows import (
    FIGURES,
    Figures,
    Issue,
    Matched,
    MatchedRow,
    ReviewRow,
    ReviewSheet,
    UnitRef,
    WorkbookError,
)
from registry.workbooks.sheet import read_review_workbook

__all__ = [
    "FIGURES",
    "Figures",
    "Issue",
    "Matched",
    "MatchedRow",
    "ReviewRow",
    "ReviewSheet",
    "UnitRef",
    "WorkbookError",
    "match_units",
    "read_review_workbook",
    "read_tables",
]
