"""The case pack of a meeting as one PDF: drawn for the one who asks, from what is open to that reader, and kept nowhere."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.exceptions import NotAllowed
from core.models import User
from core.navigation import PageLink
from councils.case_pack import Case, CasePack, case_pack
from councils.models import Meeting
from nominations.selectors.reasoned import ReasonedFinding
from reports.documents.imprint import Imprint
from reports.documents.issuing_bodies import body_of_council
from reports.rendering import render_pdf

SHEET = "sheets/case_pack"


def render_case_pack(*, meeting: Meeting, reader: User) -> bytes:
    """The PDF of the items that the reader may read; raises NotAllowed when there is none, and RenderingFailed."""
    # Papers of a council are Vietnamese, whatever the reader's language.
    with translation.override("vi"):
        pack = case_pack(meeting, reader)
        context = context_of(pack, reader)
    if not pack.cases:
        raise NotAllowed(
            _("No item of this meeting is open to you, so there is nothing to print."),
            _("Declare your interests on the page of the meeting once you are invited."),
        )
    return render_pdf(SHEET, context, Imprint(symbol="", day=clock.today()))


def link_to_pdf(thing: Any, _user: Any) -> list[PageLink]:
    """The PDF, on the page of a case pack that has anything to print."""
    if not isinstance(thing, CasePack) or not thing.cases:
        return []
    return [PageLink(gettext_lazy("As one PDF"), reverse("reports:case_pack", args=[thing.meeting.pk]))]


def context_of(pack: CasePack, reader: User) -> dict[str, Any]:
    """Everything that the sheet prints."""
    meeting = pack.meeting
    return {
        "title": f"Hồ sơ tóm tắt: {meeting.title}",
        "office": body_of_council(meeting.council, meeting.sits_on),
        "is_of_unit": meeting.council.is_of_unit,
        "meeting": {
            "title": meeting.title,
            "day": meeting.held_on,
            "starts": meeting.starts_at,
            "place": meeting.place,
        },
        "reader": reader.full_name,
        "cases": [_case(case) for case in pack.cases],
        "closed_count": pack.closed_count,
    }


def _case(case: Case) -> dict[str, Any]:
    dossier, evaluation = case.dossier, case.evaluation
    return {
        "position": case.item.position,
        "nominee": case.nominee,
        "award": case.award,
        "subject": case.subject,
        "code": dossier.code,
        "award_round": str(dossier.award_round),
        "nominating_unit": dossier.nominating_unit.full_name,
        "filed_on": dossier.filed_on,
        "award_citation": dossier.award_citation,
        "outcome": evaluation.outcome,
        "appraised_by": evaluation.created_by.full_name,
        "appraised_at": evaluation.created_at,
        "as_of": evaluation.as_of,
        "number": evaluation.pk,
        "findings": list(_findings(case.findings)),
        "supplements": [
            {"reason": row.reason, "answer": row.answer, "asked_on": row.asked_at} for row in case.supplements
        ],
    }


def _findings(findings: list[ReasonedFinding]) -> Iterator[dict[str, Any]]:
    for finding in findings:
        judgement, waiver = finding.judgement, finding.waiver
        yield {
            "label": finding.row.label,
            "status": finding.row.status,
            "sentence": finding.row.sentence,
            "clause": finding.row.clause,
            "is_part": finding.row.is_part,
            "judgement": judgement
            and {
                "by": judgement.made_by.full_name,
                "verdict": judgement.get_verdict_display(),
                "note": judgement.note,
            },
            "waiver": waiver
            and {
                "authority": finding.authority,
                "number": waiver.document_number,
                "dated_on": waiver.dated_on,
                "by": waiver.made_by.full_name,
                "reason": waiver.reason,
            },
        }
