"""What nominations add to the registry's pages of people: a card with their dossiers and awards, checks on mergers."""

from nominations.selectors.people import decided_since_merger, dossiers_in_both, person_panel
from registry.merging_checks import register_merge_check, register_undo_check
from registry.person_panels import register_person_panel


def install() -> None:
    """Register with the registry."""
    register_person_panel(person_panel)
    register_merge_check(dossiers_in_both)
    register_undo_check(decided_since_merger)
