"""Signed minutes of units' councils, for the sets and dossiers that ask for them."""

from collections.abc import Collection

from councils.enums import RecordKind, Serves
from councils.models import AgendaItem, Meeting
from nominations.unit_councils import SignedMinutes
from reports.models import IssuedDocument


def minutes_about(dossiers: Collection[int]) -> list[SignedMinutes]:
    """The signed minutes of each meeting of a unit's council that voted on any of these dossiers, the newest meeting first.

    Of a meeting whose minutes were signed again the newest version; in two queries.
    """
    voted_on = AgendaItem.objects.filter(
        dossier__in=dossiers, taken_off_at=None, meeting__council__serves=Serves.UNIT
    )
    meetings = {
        meeting.pk: meeting
        for meeting in Meeting.objects.filter(pk__in=voted_on.values("meeting")).select_related("council")
    }
    documents = (
        IssuedDocument.objects.filter(kind=RecordKind.MINUTES.value, object_id__in=meetings)
        .select_related("file")
        .order_by("object_id", "version")
    )
    newest = {document.object_id: document for document in documents}
    rows = sorted(newest.items(), key=lambda row: (meetings[row[0]].sits_on, row[0]), reverse=True)
    return [
        SignedMinutes(
            unit_id=meetings[pk].council.unit_id,
            meeting=meetings[pk].title,
            held_on=meetings[pk].sits_on,
            number=str(document),
            file=document.file,
        )
        for pk, document in rows
    ]
