"""The movement's standing offices in the demonstration's province."""

from datetime import date

# From which day which body is the movement's standing office in Bình Thuận, and by which paper.
STANDING_OFFICES = {
    "bt.so-ldtbxh": (date(2021, 12, 20), "Kế hoạch phát động phong trào của UBND tỉnh (giả định)"),
    "bt.so-nnmt": (date(2025, 3, 1), "QĐ 402/QĐ-UBND ngày 28/02/2025 (giả định)"),
}


def standing_office_on(day: date) -> str:
    """The own key of the standing office on a day."""
    return max((since, key) for key, (since, _paper) in STANDING_OFFICES.items() if since <= day)[1]
