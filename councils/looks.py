"""Which addresses of councils show people."""

from core.looks import Shown, register_looks


def install() -> None:
    """Say so to the foundations. The live pages of a meeting are never noted, its case pack is."""
    register_looks("councils", Shown.DOCUMENT, "councils.meeting:{pk}", "case_pack")
