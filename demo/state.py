"""Whether the demonstration stands whole."""

from core.models import AuditEntry

LOADED = "demo.loaded"


def demo_is_loaded() -> bool:
    """Whether loading came to its end."""
    return AuditEntry.objects.filter(event=LOADED).exists()
