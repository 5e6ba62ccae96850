"""The columns that lists of official documents are made of: a list names those it has, in its order."""

from dataclasses import dataclass

CELLS = "shared/cells"
"""Where the templates of cells lie, one a column, by the column's name; each reads `row`."""

_HEADINGS = {
    "order": "TT",
    "name": "Họ tên, tên đơn vị",
    "address": "Đơn vị, địa chỉ",
    "award": "Hình thức đề nghị",
    "summary": "Tóm tắt thành tích",
    "agreement": "Phiếu đồng ý",
    "prize": "Tiền thưởng (đồng)",
    "decision": "Quyết định",
    "finding": "Kết quả thẩm định",
    "giver": "Người trao",
    "received": "Đã nhận (ký)",
}


@dataclass(frozen=True)
class ListColumn:
    """One column of a list: its width is the style's `col-` with its name."""

    name: str
    heading: str

    @property
    def cell(self) -> str:
        """The template of its cells."""
        return f"{CELLS}/{self.name}.html"


def columns_named(names: str) -> tuple[ListColumn, ...]:
    """The columns with these names, which stand apart by blanks; raises KeyError for one that no list knows."""
    return tuple(ListColumn(name, _HEADINGS[name]) for name in names.split())
