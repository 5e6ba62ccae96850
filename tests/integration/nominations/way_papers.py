"""Papers on the way of a proposal, written straight into the tables where only their being there matters to a test."""

from collections.abc import Collection, Iterable
from datetime import date, time
from typing import Any

from core import clock
from core.files import PDF, store_bytes
from councils.enums import ItemStanding, MeetingStatus, Office, PollResult, PollStatus, Serves
from councils.models import AgendaItem, Council, CouncilMember, Meeting, Poll, Tally
from nominations.enums import WayPaperKind
from nominations.models import Dossier, Proposal, WayPaper
from nominations.selectors.checks import deciding_evaluation
from nominations.services.way import PaperText, record_way_paper
from nominations.statuses import Step
from reports.models import IssuedDocument
from tests.factories import Cast, pdf
from tests.factories.files import pdf_bytes

MEMBERS, REQUIRED = 9, 8
TEXTS: dict[WayPaperKind, dict[str, Any]] = {
    WayPaperKind.PROVINCE_LETTER: {
        "number": "905/TTr-UBND",
        "signer": "Phó Chủ tịch UBND tỉnh Trần Văn Hoà",
    },
    WayPaperKind.SENDING: {"sent_by": "post", "number": "EB123456789VN"},
    WayPaperKind.SUPPLEMENT_ASKED: {"words": "Bổ sung xác nhận thuế của doanh nghiệp."},
    WayPaperKind.SUPPLEMENT_ANSWERED: {"number": "12/UBND-KGVXNV"},
}


def issue(cast: Cast, kind: str, object_id: int, number: int | None = None) -> IssuedDocument:
    """An issued document of this kind, without drawing it."""
    content = pdf_bytes(f"{kind} {object_id}")
    stored = store_bytes(content=content, name="van-ban.pdf", content_type=PDF, actor=cast["reviewer"])
    return IssuedDocument.objects.create(
        kind=kind,
        object_id=object_id,
        number=number or 1 + IssuedDocument.objects.count(),
        series_year=clock.today().year,
        symbol=f"{kind}-SLĐTBXH",
        file=stored,
        sha256=stored.sha256,
        issued_by=cast["reviewer"],
        issued_on=clock.today(),
        issued_at=clock.now(),
    )


def council_of(cast: Cast, proposal: Proposal, serves: Serves) -> Council:
    """The movement's council, or the province's, with chair and secretary."""
    council, is_new = Council.objects.get_or_create(
        name=serves.label, unit=cast.province, movement=proposal.award_round.movement, serves=serves
    )
    if is_new:
        for name, office in (("auditor", Office.CHAIR), ("standing_body", Office.SECRETARY)):
            CouncilMember.objects.create(
                council=council, user=cast[name], office=office, starts_on=date(2022, 1, 1)
            )
    return council


def voted(
    cast: Cast, proposal: Proposal, serves: Serves, dossiers: Iterable[Dossier], against: Collection[int] = ()
) -> Meeting:
    """A closed meeting of such a council that voted on these dossiers; it did not agree to those in `against`."""
    council = council_of(cast, proposal, serves)
    chair, secretary = council.members.order_by("office")
    meeting = Meeting.objects.create(
        council=council,
        title=f"Phiên họp {serves}",
        held_on=clock.today(),
        starts_at=time(8, 0),
        place="Phòng họp số 1",
        status=MeetingStatus.CLOSED,
        chair=chair,
        secretary=secretary,
        created_at=clock.now(),
    )
    for position, dossier in enumerate(dossiers, start=1):
        agree = REQUIRED - 1 if dossier.pk in against else REQUIRED
        result = PollResult.RECOMMENDED if agree >= REQUIRED else PollResult.NOT_RECOMMENDED
        item = AgendaItem.objects.create(
            meeting=meeting,
            dossier=dossier,
            evaluation=deciding_evaluation(dossier),
            position=position,
            standing=ItemStanding(result) if council.is_of_province else "",
            came_at=Step.PROPOSAL if council.is_of_province else "",
        )
        poll = Poll.objects.create(
            agenda_item=item,
            status=PollStatus.CLOSED,
            members_count=MEMBERS,
            present_count=MEMBERS,
            ballots_count=MEMBERS,
            threshold=80,
            threshold_basis="Quy chế",
            opened_at=clock.now(),
            closed_at=clock.now(),
        )
        Tally.objects.create(
            poll=poll,
            agree=agree,
            disagree=MEMBERS - agree,
            blank=0,
            unreturned=0,
            required=REQUIRED,
            has_quorum=True,
            result=result,
        )
    return meeting


def _dossiers(proposal: Proposal) -> list[Dossier]:
    return list(
        Dossier.objects.filter(proposal_items__proposal=proposal).order_by("proposal_items__position")
    )


def take_minutes(cast: Cast, proposal: Proposal) -> None:
    """The movement's council voted on the list, and its minutes are signed."""
    issue(cast, "minutes", voted(cast, proposal, Serves.SELECTION, _dossiers(proposal)).pk)


def take_letter(cast: Cast, proposal: Proposal) -> None:
    """The standing office's letter is issued."""
    issue(cast, "proposal", proposal.pk)


def take_province(cast: Cast, proposal: Proposal, against: Collection[int] = ()) -> None:
    """The province's council voted on the list, and its minutes are signed."""
    issue(cast, "minutes", voted(cast, proposal, Serves.PROVINCE, _dossiers(proposal), against).pk)


def record(cast: Cast, proposal: Proposal, kind: WayPaperKind, **changes: Any) -> WayPaper:
    """One paper recorded by the standing body, with all that it needs; `changes` replace it."""
    text = {"dated_on": clock.today(), "upload": pdf(f"{kind}.pdf", kind)} | TEXTS[kind] | changes
    return record_way_paper(proposal=proposal, kind=kind, text=PaperText(**text), actor=cast["standing_body"])


STEPS = {
    "movement_minutes": take_minutes,
    "department_letter": take_letter,
    "provincial_council": take_province,
    "province_letter": lambda cast, proposal: record(cast, proposal, WayPaperKind.PROVINCE_LETTER),
    "sending": lambda cast, proposal: record(cast, proposal, WayPaperKind.SENDING),
}
"""How each step of a way is done, in order."""


def go(cast: Cast, proposal: Proposal, *, until: str = "decision") -> None:
    """Take an approved proposal on by the steps that its plan asks for, up to one that is not done."""
    for step in proposal.award_round.plan.awards[proposal.award].way:
        if step.id == until:
            return
        STEPS[step.id](cast, proposal)
