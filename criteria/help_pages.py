"""Where the handbook describes the rulebook."""

from core.help_links import Places, register_help

PLACES: dict[str, Places] = {
    "criteria:rulebook": "tham-dinh#quy-dinh",
    "criteria:rulebook_plan": "tham-dinh#quy-dinh",
    "criteria:rulebook_version": "tham-dinh#quy-dinh",
}


def install() -> None:
    register_help(PLACES)
