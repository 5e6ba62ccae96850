"""Who may issue a document, and when it can be issued at all: each kind says so itself."""

from typing import Any

from reports.kinds import Subject, kinds


def check_can_issue(actor: Any, subject: Subject) -> None:
    """Raises NotAllowed when the person may not issue the document now."""
    subject.kind.check_can_issue(actor, subject.record)


def check_can_preview(subject: Subject) -> None:
    """Whoever may know of the subject may look, as soon as there is anything to print."""
    subject.kind.check_can_preview(subject.record)


def reads_documents(user: Any) -> bool:
    """Whether the register of documents can hold anything for the person."""
    return any(kind.has_reader(user) for kind in kinds().values())
