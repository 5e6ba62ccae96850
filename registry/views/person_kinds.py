"""The two kinds of people's records: what their pages have in common but for names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from registry.models import Household, Individual


@dataclass(frozen=True)
class PersonKind:
    """A kind of record; `code` begins the names of its pages: ``household_edit``, ``individual_edit``."""

    code: str
    model: type[Any]
    list_name: Any
    list_url: str

    def seen_by(self, user: Any) -> QuerySet[Any]:
        """Records that the person sees, those that were merged away among them."""
        people: QuerySet[Any] = self.model.objects.visible_to(user)
        return people.select_related("unit__parent", "merged_into")

    @property
    def list_words(self) -> dict[str, Any]:
        """The way back to the list, for a page's breadcrumb."""
        return {"list_name": self.list_name, "list_url": self.list_url}


HOUSEHOLDS = PersonKind("household", Household, _("Household records"), "registry:households")
INDIVIDUALS = PersonKind("individual", Individual, _("Individuals"), "registry:individuals")
PERSON_KINDS: Mapping[str, PersonKind] = {kind.code: kind for kind in (HOUSEHOLDS, INDIVIDUALS)}
