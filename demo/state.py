"""Whether the demonstration stands whole."""

from core.events import Event
from core.models import AuditEntry


def demo_is_loaded() -> bool:
    """Whether loading came to its end."""
    return AuditEntry.objects.filter(event=Event.DEMO_LOADED).exists()
