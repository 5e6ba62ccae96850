"""Where a workbook's figures are stored, and the standard that counts where none is named."""

from registry.review_figures import FIGURES

# The multidimensional standard of 2022-2025 (Nghị định 07/2021/NĐ-CP), by which the year-end of 2021 was first reviewed.
DEFAULT_STANDARD = "2022-2025"
FIELD_OF_FIGURE = {
    **{name: name for name in FIGURES},
    "poor_minority": "minority_poor",
    "near_poor_minority": "minority_near_poor",
}
