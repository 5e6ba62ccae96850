"""What can go wrong while a document is made, as sentences for the person who asked for it."""

from django.utils.translation import gettext_lazy as _

from core.exceptions import Refusal


class RenderingFailed(Refusal):
    """The renderer gave no document. The fault is ours, so the answer is a 500 that the log keeps."""

    status_code = 500
    title = _("The document could not be made")


class NumberTaken(Exception):
    """Another document took the number while this one was being rendered; render it again with the next."""
