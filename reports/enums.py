"""The kinds of document that the house issues."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class DocumentKind(models.TextChoices):
    """What a document is; each kind has its folder under `reports/documents`."""

    PROPOSAL = "proposal", _("Proposal letter (tờ trình)")
    MINUTES = "minutes", _("Minutes of the meeting")
