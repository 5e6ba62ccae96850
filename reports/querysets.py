"""Row permission of issued documents: who may read what a document is about may read the document."""

from functools import reduce
from operator import or_
from typing import Any, Self

from django.db import models
from django.db.models import Q

from reports.kinds import kinds


class IssuedDocumentQuerySet(models.QuerySet):
    """Issued documents."""

    def visible_to(self, user: Any) -> Self:
        """Documents about what the person may know of."""
        readable = (
            Q(kind=kind.name, object_id__in=kind.records().visible_to(user).order_by().values("pk"))  # type: ignore[attr-defined]
            for kind in kinds().values()
        )
        return self.filter(reduce(or_, readable))

    def of(self, kind: str, object_id: int) -> Self:
        """Every version about one thing, the newest first."""
        return self.filter(kind=kind, object_id=object_id).order_by("-version")

    def for_list(self) -> Self:
        """With all that a row shows, in one query."""
        return self.select_related("issued_by", "file")
