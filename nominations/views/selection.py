"""The selection of a round: each quota with what is used, what is left, and who waits in which order."""

from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from core.exporting import Table, asked_format, export_response
from core.requests import HttpRequest
from nominations.list_exports import SelectionListResource, selection_lines
from nominations.models import AwardRound, Dossier
from nominations.permissions_province import check_can_see_selection
from nominations.selectors.selection import selection_of_round
from nominations.views.proposals import shown_groups
from nominations.visibility import rounds_read_by_others


@require_safe
def selection(request: HttpRequest, pk: int) -> HttpResponseBase:
    """All quotas of a round for those who vote, choose and approve."""
    user = request.user
    known = AwardRound.objects.visible_to(user) | AwardRound.objects.filter(rounds_read_by_others(user))
    award_round = get_object_or_404(known.select_related("movement__unit"), pk=pk)
    check_can_see_selection(user, award_round)
    awards = selection_of_round(award_round)
    if asked_format(request):
        table = Table.of("lua-chon", SelectionListResource(), selection_lines(awards))
        return export_response(request, table)
    waiting = [row.dossier.pk for award in awards for group in award.groups for row in group.rows]
    context = {
        "award_round": award_round,
        "awards": [(award, shown_groups(user, award.groups)) for award in awards],
        "readable": set(Dossier.objects.visible_to(user).filter(pk__in=waiting).values_list("pk", flat=True)),
    }
    return render(request, "nominations/selection.html", context)
