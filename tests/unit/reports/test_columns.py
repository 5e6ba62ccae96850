"""Lists of official documents are made of columns that stand in one place."""

import pytest

from reports.documents.columns import columns_named
from reports.kinds import homes

(HOME,) = homes()


def test_a_lists_columns_are_handed_in_by_name() -> None:
    columns = columns_named("order name prize")

    assert [column.name for column in columns] == ["order", "name", "prize"]
    assert columns[0].heading == "TT"


def test_every_cell_that_lies_there_is_a_columns_and_has_a_heading() -> None:
    names = sorted(path.stem for path in (HOME / "shared" / "cells").glob("*.html"))

    columns = columns_named(" ".join(names))

    assert all((HOME / column.cell).is_file() and column.heading for column in columns)


def test_a_column_that_no_list_knows_is_an_error() -> None:
    with pytest.raises(KeyError):
        columns_named("order colour")
