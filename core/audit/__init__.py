"""Append-only, hash-chained audit: who did what to which thing, and when."""

from core.audit.recording import nothing_changed, record

__all__ = ["nothing_changed", "record"]
