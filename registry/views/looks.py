"""Who looked at whose data: at one person's, for those who answer for it, and in a province, for its inspector."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.generic import TemplateView

from core.requests import HttpRequest, number_in
from core.text import fold
from registry.forms.personal_data import LookFilterForm
from registry.models import Household, Individual
from registry.permissions_personal_data import check_can_read_looks, check_can_read_looks_at
from registry.selectors.looks import look_rows, looks_at, looks_of_province

_MODELS: dict[str, Any] = {"household": Household, "individual": Individual}
_AT_ONCE = 50


def who_looked(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Everybody who was shown this person's record, dossiers or papers."""
    person = get_object_or_404(_MODELS[kind].objects.visible_to(request.user), pk=pk)
    check_can_read_looks_at(request.user)
    pages = Paginator(looks_at(person), _AT_ONCE)
    page = pages.get_page(request.GET.get("page"))
    context = {"person": person, "kind": kind, "page_obj": page, "rows": look_rows(page.object_list)}
    return render(request, "registry/looks_at.html", context)


class LookListView(TemplateView):
    """Looks of the people of a province, for its inspector."""

    template_name = "registry/look_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        check_can_read_looks(self.request.user)
        form = LookFilterForm(self.request.GET or None)
        words = fold(form.cleaned_data["who"]) if form.is_valid() else ""
        before = number_in(self.request, "before")
        page = looks_of_province(self.request.user, words, before=before, size=_AT_ONCE)
        rows = look_rows(page.looks)
        return super().get_context_data(form=form, rows=rows, before=before, older=page.before, **kwargs)
