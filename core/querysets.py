"""Building blocks of querysets."""

from typing import Any

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce


def counted(rows: QuerySet, link: str) -> Any:
    """How many `rows` point to the outer row through `link`, as an annotation.

    A subquery, not a joined and grouped COUNT: grouping a wide joined row by all its columns
    makes PostgreSQL compare them all, which without fresh statistics can take minutes.
    """
    found = (
        rows.order_by()
        .filter(**{link: OuterRef("pk")})
        .values(link)
        .annotate(total=Count("pk"))
        .values("total")
    )
    return Coalesce(Subquery(found, output_field=IntegerField()), 0)
