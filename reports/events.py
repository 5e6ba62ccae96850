"""Words of the audit chain for documents."""

from enum import StrEnum


class Event(StrEnum):
    DOCUMENT_ISSUED = "document.issued"
