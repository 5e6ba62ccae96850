"""What an office means by headings and words that nobody knows: told once beside a file, kept, taken back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.exceptions import InvalidRequest
from core.files import read_bytes
from registry.imports import Importer
from registry.imports.told import offices_of, told_to
from registry.imports.told_options import Unknown, meaning_label, unknown_in
from registry.models import ImportFile, ToldMeaning, Unit
from registry.services.imports import read_again
from registry.services.told import Saying, take_back_meaning, tell_meanings
from registry.views.imports import file_of, importer_of


@require_http_methods(["GET", "POST"])
def import_meanings(request: HttpRequest, pk: int) -> HttpResponse:
    """Unknown headings and words of a file beside what they may mean; what is told is kept, and the file read again."""
    staged, importer = file_of(request, pk)
    if not importer.takes_told or not staged.standing.is_waiting or staged.stored_file is None:
        raise Http404
    told = told_to(request.user, staged.kind, importer.keepers)
    unknown = unknown_in(staged, read_bytes(staged.stored_file), importer, told)
    offices = offices_of(request.user, importer.keepers)
    context: dict[str, Any] = {
        "staged": staged,
        "importer": importer,
        "headings": [one for one in unknown if one.sort == ToldMeaning.HEADING],
        "words": [one for one in unknown if one.sort != ToldMeaning.HEADING],
        "offices": offices,
        **_told(request.user, importer),
    }
    if request.method == "POST":
        try:
            return _tell(request, staged, unknown, offices)
        except InvalidRequest as refusal:
            context["refusal"] = f"{refusal.message} {refusal.what_to_do}"
            return render(request, "registry/import_meanings.html", context, status=422)
    return render(request, "registry/import_meanings.html", context)


def _tell(
    request: HttpRequest, staged: ImportFile, unknown: list[Unknown], offices: list[Unit]
) -> HttpResponse:
    sayings = [
        Saying(one.sort, one.words, request.POST[one.name]) for one in unknown if request.POST.get(one.name)
    ]
    if not sayings:
        raise InvalidRequest(_("Nothing was chosen."), _("Choose a meaning beside the words that you know."))
    asked = request.POST.get("office", "")
    office = next((one for one in offices if str(one.pk) == asked), None) or next(iter(offices), None)
    if office is None:
        raise Http404
    count = tell_meanings(kind=staged.kind, unit=office, sayings=sayings, actor=request.user)
    read_again(import_file=staged, actor=request.user)
    said = ngettext(
        "%(count)s meaning is kept for %(office)s. The file is read again with it.",
        "%(count)s meanings are kept for %(office)s. The file is read again with them.",
        count,
    )
    messages.success(request, said % {"count": count, "office": office.name})
    return redirect("registry:import_file", pk=staged.pk)


@require_GET
def kind_meanings(request: HttpRequest, kind: str) -> HttpResponse:
    """All that holds for the person's files of a kind, with who said it."""
    importer = importer_of(kind)
    importer.check(request.user)
    return render(
        request, "registry/import_told.html", {"importer": importer, **_told(request.user, importer)}
    )


@require_POST
def import_meaning_take_back(request: HttpRequest, kind: str, told: int) -> HttpResponse:
    """Let a meaning hold no longer; a waiting file beside which it was done is read again without it."""
    importer = importer_of(kind)
    importer.check(request.user)
    mine = offices_of(request.user, importer.keepers)
    one = get_object_or_404(ToldMeaning, pk=told, kind=kind, unit__in=mine)
    take_back_meaning(told=one, actor=request.user)
    messages.success(request, _("The meaning was taken back."))
    beside = request.POST.get("file", "")
    if not beside.isdecimal():
        return redirect("registry:kind_meanings", kind=kind)
    staged, _importer = file_of(request, int(beside))
    if staged.standing.is_waiting:
        read_again(import_file=staged, actor=request.user)
    return redirect("registry:import_file", pk=staged.pk)


def _told(user: Any, importer: type[Importer]) -> dict[str, Any]:
    told = told_to(user, importer.code, importer.keepers)
    return {
        "told": [(one, meaning_label(importer, one.sort, one.meaning)) for one in told],
        "own": {one.pk for one in offices_of(user, importer.keepers)},
    }
