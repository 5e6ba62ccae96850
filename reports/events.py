"""What documents write into the audit chain, and how it reads to people."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Event(TextChoices):
    DOCUMENT_ISSUED = "document.issued", _("Document issued")
