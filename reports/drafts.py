"""Drafts to edit in Word: the same document as its preview, without a number and marked as a draft. Nothing is kept."""

from django.utils.translation import gettext as _

from core.exceptions import NotAllowed
from reports.kinds import Subject
from reports.rendering import render_word
from reports.selectors import context_of, frozen_document, preview_imprint


def render_draft(*, subject: Subject) -> bytes:
    """The document as it would read now, as a DOCX. Writes nothing.

    Raises NotAllowed for a record that its signers have frozen: it reads as the signed file, and in no other words.
    """
    if frozen_document(subject) is not None:
        raise NotAllowed(
            _("The record is signed, so there is no draft of it to edit."),
            _("Read the signed record; to change it, ask for it to be reopened."),
        )
    imprint = preview_imprint(subject)
    return render_word(subject.kind.name, context_of(subject, imprint), imprint)
