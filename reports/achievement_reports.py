"""The achievement report of a dossier as a DOCX to fill in: its form is that of the filing day, its known data stands in it."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.utils import translation

from core import clock
from core.yaml_files import read_yaml
from nominations.models import Dossier, PriorAward
from nominations.report_reading import HEADINGS, PROMPT
from nominations.selectors.nominees import nominee_field
from reports.documents.imprint import Imprint
from reports.documents.nominees import in_a_sentence, nominee_identity
from reports.rendering import render_word

SHEET = "sheets/achievement_report"
_FORMS = Path(__file__).parent / "documents" / SHEET / "forms.yaml"
_JUDGED = "judgement"


def render_achievement_report(*, dossier: Dossier) -> bytes:
    """The report to fill in; the same dossier on the same day gives the same bytes. Raises RenderingFailed."""
    # A paper of the office is Vietnamese, whatever the reader's language.
    with translation.override("vi"):
        context = context_of(dossier, dossier.filed_on or clock.today())
    return render_word(SHEET, context, Imprint(symbol="", day=context["day"]))


def form_on(day: date) -> Mapping[str, Any]:
    """The form that holds on a filing day; before the first, the first."""
    values = _forms()["values"]
    begun = [start for start in values if start <= day]
    found: Mapping[str, Any] = values[max(begun) if begun else min(values)]
    return found


def context_of(dossier: Dossier, day: date) -> dict[str, Any]:
    """Everything that the report prints; never a personal number."""
    plan = dossier.plan
    award, subject = plan.awards.get(dossier.award), plan.subjects.get(dossier.subject)
    nominee, unit = nominee_identity(dossier), dossier.nominating_unit
    return {
        "title": f"Báo cáo thành tích {dossier.code}",
        "day": day,
        "unit": unit.name,
        "superior": unit.parent.full_name if unit.parent else "",
        "form": form_on(day)["name"],
        # Until somebody held our parts against the form itself, the paper says that its user has to.
        "is_form_verified": _forms()["verified_on"] is not None,
        "parts": _forms()["parts"][nominee["kind"]],
        "code": dossier.code,
        "nominee": nominee,
        "award": award.label.vi if award else dossier.award,
        "subject": subject.label.vi if subject else dossier.subject,
        "movement": plan.movement.vi,
        "nominated_by": in_a_sentence(unit, unit.full_name),
        "asked": _asked(dossier),
        "achievement": [line for line in dossier.achievement.splitlines() if line.strip()],
        "award_citation": dossier.award_citation,
        "awards": _awards(dossier),
        "prompt": PROMPT,
        "headings": list(HEADINGS),
    }


def _asked(dossier: Dossier) -> list[str]:
    """What people judge of such a nominee, in the plan's words: on this the report gives an account; figures are computed."""
    criteria = dossier.plan.criteria_for(dossier.award, dossier.subject, dossier.award_round.kind)
    return [one.label.vi for one in criteria if one.kind == _JUDGED]


def _awards(dossier: Dossier) -> list[dict[str, Any]]:
    """Awards of this movement that the nominee holds, the oldest first."""
    found = PriorAward.objects.filter(
        **{_HOLDER[nominee_field(dossier.subject)]: dossier.nominee.pk},
        movement=dossier.award_round.movement_id,
        revoked_on=None,
    ).order_by("decided_on", "pk")
    labels = dossier.plan.awards
    return [
        {
            "year": row.round_year,
            "label": labels[row.award].label.vi if row.award in labels else row.award,
            "number": row.decision_number,
            "day": row.decided_on,
            "issuer": row.issuer,
        }
        for row in found
    ]


_HOLDER = {"nominee_unit": "unit", "nominee_household": "household", "nominee_individual": "individual"}


@lru_cache(maxsize=1)
def _forms() -> Mapping[str, Any]:
    found: Mapping[str, Any] = read_yaml(_FORMS)
    return found
