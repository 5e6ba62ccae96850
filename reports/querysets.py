"""Row permission of issued documents: who may read what a document is about may read the document."""

from typing import Any, Self

from django.db import models
from django.db.models import Q

from councils.models import Meeting
from nominations.models import Proposal
from reports.enums import DocumentKind


class IssuedDocumentQuerySet(models.QuerySet):
    """Issued documents."""

    def visible_to(self, user: Any) -> Self:
        """Letters of proposals and minutes of meetings that the person may know of."""
        proposals = Proposal.objects.visible_to(user).order_by().values("pk")
        meetings = Meeting.objects.visible_to(user).order_by().values("pk")
        return self.filter(
            Q(kind=DocumentKind.PROPOSAL, object_id__in=proposals)
            | Q(kind=DocumentKind.MINUTES, object_id__in=meetings)
        )

    def of(self, kind: str, object_id: int) -> Self:
        """Every version about one thing, the newest first."""
        return self.filter(kind=kind, object_id=object_id).order_by("-version")

    def for_list(self) -> Self:
        """With all that a row shows, in one query."""
        return self.select_related("issued_by", "file")
