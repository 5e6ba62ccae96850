"""Collecting audit entries inside a service; `core.services` writes them at its outermost exit."""

from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class PendingEntry:
    """One entry that waits for the end of the service."""

    event: str
    subject: str
    actor: str
    payload: dict[str, Any]


@dataclass
class Batch:
    """What the running service has to say; `quiet` means that it said that nothing changed."""

    entries: list[PendingEntry] = field(default_factory=list)
    quiet: bool = False


current_batch: ContextVar[Batch | None] = ContextVar("audit_batch", default=None)


def subject_of(thing: Any) -> str:
    """The stable name of a thing in the chain, such as `nominations.dossier:12`."""
    if isinstance(thing, str):
        return thing
    return f"{thing._meta.label_lower}:{thing.pk}"


def actor_of(person: Any) -> str:
    """The stable name of who acted; `system` for commands that no person runs."""
    return "system" if person is None else f"user:{person.pk}"


def record(event: str, *, actor: Any, subject: Any, **payload: Any) -> None:
    """Collect one entry for the running service.

    `payload` holds JSON values without floats, never a personal number and never a ballot.
    Raises RuntimeError outside a service.
    """
    batch = current_batch.get()
    if batch is None:
        raise RuntimeError("audit.record was called outside a @service.")
    batch.entries.append(PendingEntry(str(event), subject_of(subject), actor_of(actor), payload))


def nothing_changed() -> None:
    """Say that the running service found nothing to change, so that it leaves no entry."""
    batch = current_batch.get()
    if batch is None:
        raise RuntimeError("audit.nothing_changed was called outside a @service.")
    batch.quiet = True
