"""What the receipt says: whose dossier came when, from whom, with which papers."""

from datetime import date
from typing import Any

from django.db.models import Q
from django.utils import timezone

from nominations.models import Dossier, Paper, StatusChange
from reports.documents.imprint import Imprint
from reports.documents.issuing_bodies import IssuingBody, standing_office_of
from reports.documents.nominees import in_a_sentence, nominee_identity

RECEIVING = "receive"
"""The verb by which a dossier comes onto the province's desk."""


def issuer_of(dossier: Dossier, day: date) -> IssuingBody:
    """The standing office of the day."""
    return standing_office_of(dossier.award_round.movement, day)


def context_of(dossier: Dossier, imprint: Imprint) -> dict[str, Any]:
    """Everything that the receipt prints; never a personal number."""
    plan = dossier.plan
    award = plan.awards.get(dossier.award)
    subject = plan.subjects.get(dossier.subject)
    received = StatusChange.objects.filter(dossier=dossier, verb=RECEIVING).order_by("at", "pk").first()
    sender = (
        dossier.filing_set.unit if dossier.filing_set and dossier.filing_set.unit else dossier.nominating_unit
    )
    return {
        "title": f"Giấy tiếp nhận hồ sơ {dossier.code}",
        "imprint": imprint,
        "office": issuer_of(dossier, imprint.day),
        "movement": plan.movement.vi,
        "code": dossier.code,
        "nominee": nominee_identity(dossier),
        "award": award.label.vi if award else dossier.award,
        "subject": subject.label.vi if subject else dossier.subject,
        "sender": in_a_sentence(sender, sender.name),
        "nominated_by": in_a_sentence(dossier.nominating_unit, dossier.nominating_unit.name),
        "filed_on": dossier.filed_on,
        "received_on": timezone.localtime(received.at).date() if received else None,
        "originals": dossier.originals,
        "papers": [
            {
                "name": plan.papers[paper.kind].label.vi if paper.kind in plan.papers else paper.kind,
                **_marks(paper),
            }
            for paper in _papers(dossier)
        ],
        "receiver": dossier.reviewer.full_name if dossier.reviewer else "",
    }


def _papers(dossier: Dossier) -> list[Paper]:
    """What stands with the dossier and with the set it came in, each once, in the order of the plan."""
    owned = (
        Q(dossier=dossier) | Q(filing_set=dossier.filing_set_id)
        if dossier.filing_set_id
        else Q(dossier=dossier)
    )
    papers = Paper.objects.filter(owned, is_current=True).order_by("pk")
    order = {kind: place for place, kind in enumerate(dossier.plan.papers)}
    return sorted(papers, key=lambda paper: (order.get(paper.kind, len(order)), paper.pk))


def _marks(paper: Paper) -> dict[str, Any]:
    return {"number": paper.number, "dated_on": paper.dated_on, "instead": paper.not_required_reason}
