"""What the registry's pages say of a person's nominations and awards, and whether two records may become one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Q
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from core.navigation import Panel
from nominations.enums import EvaluationPurpose
from nominations.models import Dossier, Evaluation, PriorAward
from nominations.selectors.dossiers import dossier_rows
from nominations.selectors.history import history_rows
from nominations.statuses import DECIDED
from registry.models import Household
from registry.selectors.merging import records_of

PANEL = "nominations/person_panel.html"


def person_panel(user: Any, person: Any) -> Iterator[Panel]:
    """Dossiers of the person that the reader may open, and awards inside the reader's area.

    Those of records that were merged into this one count as its own.
    """
    pks, kind = records_of(person), _kind(person)
    dossiers = Dossier.objects.visible_to(user).filter(**{f"nominee_{kind}__in": pks}).for_list()
    awards = PriorAward.objects.visible_to(user).filter(**{f"{kind}__in": pks})
    rows = awards.select_related(
        "unit__parent",
        "household__unit__parent",
        "individual__unit__parent",
        "movement",
        "dossier",
        "decision__file",
    )
    context = {
        "dossiers": dossier_rows(dossiers.order_by("-created_at", "-pk")),
        "awards": history_rows(rows.order_by("-decided_on", "-pk"), user),
    }
    yield Panel(PANEL, context, order=20)


def _kind(person: Any) -> str:
    return "household" if isinstance(person, Household) else "individual"


def dossiers_in_both(kept: Any, dropped: Any, user: Any) -> Iterable[str]:
    """Why two records cannot be merged: each has a live dossier for the same award in the same round.

    Names only dossiers that the reader may open.
    """
    column = f"nominee_{_kind(kept)}"
    sides: dict[tuple[int, str], dict[str, list[Dossier]]] = defaultdict(lambda: defaultdict(list))
    for side, person in (("kept", kept), ("dropped", dropped)):
        live = Dossier.objects.live().filter(**{f"{column}__in": records_of(person)})
        for dossier in live.select_related("award_round"):
            sides[dossier.award_round_id, dossier.award][side].append(dossier)
    for both in sides.values():
        if len(both) == 2:
            yield _sentence([*both["kept"], *both["dropped"]], user)


def decided_since_merger(kept: Any, dropped: Any, user: Any) -> Iterable[str]:
    """What was decided on a merger: then the two records cannot count apart again.

    A nomination of either that was decided or proposed since, and an award recorded since, counted both histories.
    """
    pks, kind, since = [*records_of(kept), dropped.pk], _kind(kept), dropped.merged_at
    dossiers = Dossier.objects.filter(**{f"nominee_{kind}__in": pks})
    deciding = Evaluation.objects.filter(purpose=EvaluationPurpose.DECIDING, created_at__gte=since)
    decided = dossiers.filter(
        Q(status__in=DECIDED, updated_at__gte=since)
        | Q(pk__in=deciding.values("dossier_id"))
        | Q(proposal_items__proposal__created_at__gte=since)
    )
    codes = sorted(
        set(Dossier.objects.visible_to(user).filter(pk__in=decided).values_list("code", flat=True))
    )
    if codes:
        yield _("Nominations were decided since the merger and counted both records: %(codes)s.") % {
            "codes": ", ".join(codes)
        }
    elif decided.exists():
        yield _("A nomination outside your area was decided since the merger and counted both records.")
    awards = PriorAward.objects.filter(**{f"{kind}__in": pks}).filter(
        Q(decision__recorded_at__gte=since) | Q(decided_on__gte=localdate(since))
    )
    if awards.exists():
        yield _("An award was given since the merger on the history of both records.")


def _sentence(dossiers: list[Dossier], user: Any) -> str:
    known = Dossier.objects.visible_to(user).filter(pk__in=[dossier.pk for dossier in dossiers])
    codes = sorted(known.values_list("code", flat=True))
    asked = {"round": str(dossiers[0].award_round), "codes": ", ".join(codes)}
    if len(codes) < len(dossiers):
        return (
            _(
                "Both records are put forward for the same award in “%(round)s”. "
                "Have one of the dossiers withdrawn, then merge."
            )
            % asked
        )
    return (
        _(
            "Both records are put forward for the same award in “%(round)s” (%(codes)s). "
            "Have one of the dossiers withdrawn, then merge."
        )
        % asked
    )
