"""A proposal that was voted on and approved, and the closed meeting behind it, with their people."""

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from core.models import User
from councils.enums import MeetingStatus, Office, PollResult, PollStatus, PresenceKind
from councils.models import (
    AgendaItem,
    Attendance,
    Council,
    CouncilMember,
    Meeting,
    Poll,
    PresenceEvent,
    Tally,
)
from criteria.models import PlanVersion
from nominations.enums import EvaluationPurpose, ProposalStatus, RoundKind, Status
from nominations.models import (
    AwardRound,
    Decision,
    Dossier,
    Evaluation,
    Movement,
    PriorAward,
    Proposal,
    ProposalItem,
)
from registry.enums import AdminType, Duty, Role, UnitKind
from registry.models import Household, Individual, OfficeDuty, Unit, UnitRole
from reports import renderer
from reports.kinds import Subject, kinds
from tests.factories.evaluations import checked
from tests.factories.files import stored_in

PLAN = "binh-thuan-2021-2025"
SINCE = date(2021, 1, 1)
AT = datetime(2025, 12, 12, 10, 35, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
MEMBERS = 9


@pytest.fixture
def cold_renderer() -> Callable[[], int]:
    """No renderer runs; the process of the one that runs when this is called."""
    renderer.stop()

    def process() -> int:
        assert renderer._current is not None
        return renderer._current.process_id

    return process


@pytest.fixture(autouse=True)
def _files_and_clock(settings: Any, tmp_path: Any) -> None:
    settings.FIXED_TODAY = date(2025, 12, 15)
    settings.STORAGES = stored_in(tmp_path)


def _user(username: str, full_name: str, position: str = "") -> User:
    return User.objects.create(username=username, full_name=full_name, position=position)


@pytest.fixture
def units(db: None) -> dict[str, Unit]:
    province = Unit.objects.create(
        key="bt", kind=UnitKind.PROVINCE, admin_type=AdminType.TINH, name="Tỉnh Bình Thuận", valid_from=SINCE
    )
    department = Unit.objects.create(
        key="bt.so-ldtbxh",
        kind=UnitKind.AGENCY,
        form="department",
        name="Sở Lao động - Thương binh và Xã hội",
        parent=province,
        valid_from=SINCE,
    )
    district = Unit.objects.create(
        key="bt.bac-binh",
        kind=UnitKind.DISTRICT,
        admin_type=AdminType.HUYEN,
        name="Huyện Bắc Bình",
        parent=province,
        valid_from=SINCE,
    )
    commune = Unit.objects.create(
        key="bt.bac-binh.phan-dien",
        kind=UnitKind.COMMUNE,
        admin_type=AdminType.XA,
        name="Xã Phan Điền",
        parent=district,
        valid_from=SINCE,
    )
    OfficeDuty.objects.create(
        duty=Duty.STANDING_OFFICE, province=province, unit=department, starts_on=SINCE, decision="Kế hoạch"
    )
    return {"province": province, "department": department, "district": district, "commune": commune}


@pytest.fixture
def people(units: dict[str, Unit]) -> dict[str, User]:
    """One person for each desk, and `outsider`, who holds no role at all."""
    cast = {
        "reviewer": (_user("reviewer", "Huỳnh Anh Tuấn", "Chuyên viên"), Role.REVIEWER, "department"),
        "lead": (_user("lead", "Ngô Đình Lộc", "Phó Giám đốc Sở"), Role.LEAD, "department"),
        "standing": (_user("standing", "Lâm Thị Thùy Dương"), Role.STANDING_BODY, "province"),
        "auditor": (_user("auditor", "Cao Xuân Quý"), Role.AUDITOR, "province"),
        "officer": (_user("officer", "Mang Thị Điệp"), Role.COMMUNE_OFFICER, "commune"),
    }
    for user, role, unit in cast.values():
        UnitRole.objects.create(user=user, role=role, unit=units[unit], starts_on=SINCE)
    found = {name: user for name, (user, _role, _unit) in cast.items()}
    found["chair"] = _user("chair", "Nguyễn Hữu Đạt", "Giám đốc Sở Lao động - Thương binh và Xã hội")
    found["secretary"] = _user("secretary", "Trương Thị Ánh Nguyệt", "Trưởng phòng Bảo trợ xã hội")
    found["member"] = _user("member", "Hồ Thị Kim Liên", "Phó Giám đốc Sở Tài chính")
    found["outsider"] = _user("outsider", "Người Ngoài")
    return found


@pytest.fixture
def award_round(db: None) -> AwardRound:
    movement = Movement.objects.create(plan_id=PLAN, name="Phong trào", starts_in=2021, ends_in=2025)
    return AwardRound.objects.create(movement=movement, kind=RoundKind.FINAL, year=2025, opens_on=SINCE)


@pytest.fixture
def council(units: dict[str, Unit], people: dict[str, User], award_round: AwardRound) -> Council:
    council = Council.objects.create(
        name="Hội đồng xét khen thưởng Phong trào thi đua tỉnh",
        unit=units["department"],
        movement=award_round.movement,
    )
    offices = {"chair": Office.CHAIR, "secretary": Office.SECRETARY, "member": Office.MEMBER}
    for name, office in offices.items():
        CouncilMember.objects.create(council=council, user=people[name], office=office, starts_on=SINCE)
    for number in range(MEMBERS - len(offices)):
        user = _user(f"tv{number}", f"Ủy viên Thứ {number}")
        CouncilMember.objects.create(council=council, user=user, starts_on=SINCE)
    return council


def _dossier(
    code: str, award_round: AwardRound, units: dict[str, Unit], maker: User, **nominee: Any
) -> Dossier:
    return Dossier.objects.create(
        code=code,
        award_round=award_round,
        award="province_certificate",
        nominating_unit=units["commune"],
        status=Status.PROPOSED,
        achievement=f"Thành tích nổi bật của {code}.",
        created_by=maker,
        created_at=AT,
        updated_at=AT,
        **nominee,
    )


@pytest.fixture
def dossiers(units: dict[str, Unit], people: dict[str, User], award_round: AwardRound) -> list[Dossier]:
    """A commune, a household and a woman, each with its deciding evaluation."""
    household = Household.objects.create(code="HGD-1", name="Mang Thị Lựu", unit=units["commune"])
    person = Individual.objects.create(
        code="CN-1", name="Trần Thị Ngữ", unit=units["commune"], position="Công chức xã", is_woman=True
    )
    made = [
        _dossier(
            "HS-2025-0001",
            award_round,
            units,
            people["officer"],
            subject="commune",
            nominee_unit=units["commune"],
        ),
        _dossier(
            "HS-2025-0002",
            award_round,
            units,
            people["officer"],
            subject="household",
            nominee_household=household,
        ),
        _dossier(
            "HS-2025-0003",
            award_round,
            units,
            people["officer"],
            subject="individual",
            nominee_individual=person,
        ),
    ]
    version = PlanVersion.objects.create(
        plan_id=PLAN, content_hash="0" * 64, content="{}", engine_version="1", created_at=AT
    )
    for dossier in made:
        Evaluation.objects.create(
            dossier=dossier,
            purpose=EvaluationPurpose.DECIDING,
            plan_version=version,
            engine_version="1",
            as_of=date(2025, 12, 10),
            **checked(dossier.subject, kind="final"),
            outcome="eligible",
            created_by=people["reviewer"],
            created_at=AT,
        )
    return made


@pytest.fixture
def meeting(council: Council, dossiers: list[Dossier], people: dict[str, User]) -> Meeting:
    """Eight of nine came; two dossiers reached the threshold of eight, the third did not."""
    seats = {seat.user.username: seat for seat in council.members.select_related("user")}
    meeting = Meeting.objects.create(
        council=council,
        title="Phiên họp xét khen thưởng tổng kết năm 2025",
        held_on=date(2025, 12, 12),
        starts_at=time(8, 0),
        place="Phòng họp số 2",
        status=MeetingStatus.CLOSED,
        chair=seats["chair"],
        secretary=seats["secretary"],
        opened_at=AT,
        closed_at=AT,
        conclusion="Giao Thư ký hoàn thiện hồ sơ.",
        created_at=AT,
    )
    for seat in seats.values():
        row = Attendance.objects.create(meeting=meeting, member=seat)
        kind = PresenceKind.EXCUSED if seat.user.username == "tv5" else PresenceKind.CAME
        PresenceEvent.objects.create(
            attendance=row, kind=kind, at=AT, recorded_by=seats["secretary"].user, recorded_at=AT
        )
    for position, (dossier, agree) in enumerate(zip(dossiers, (8, 8, 6), strict=True), start=1):
        item = AgendaItem.objects.create(
            meeting=meeting, dossier=dossier, evaluation=dossier.evaluations.get(), position=position
        )
        poll = Poll.objects.create(
            agenda_item=item,
            status=PollStatus.CLOSED,
            members_count=MEMBERS,
            present_count=8,
            ballots_count=8,
            threshold=80,
            threshold_basis="Quy chế của Hội đồng",
            opened_at=AT,
            closed_at=AT,
        )
        Tally.objects.create(
            poll=poll,
            agree=agree,
            disagree=8 - agree,
            blank=0,
            unreturned=0,
            required=8,
            has_quorum=True,
            result=PollResult.RECOMMENDED if agree == 8 else PollResult.NOT_RECOMMENDED,
        )
    return meeting


@pytest.fixture
def proposal(
    meeting: Meeting, dossiers: list[Dossier], people: dict[str, User], award_round: AwardRound
) -> Proposal:
    """Approved, with the three dossiers on its list."""
    proposal = Proposal.objects.create(
        code="TT-2025-0001",
        award_round=award_round,
        award="province_certificate",
        status=ProposalStatus.APPROVED,
        created_by=people["reviewer"],
        created_at=AT,
        approved_by=people["lead"],
        approved_at=AT,
    )
    for position, dossier in enumerate(dossiers, start=1):
        ProposalItem.objects.create(
            proposal=proposal, dossier=dossier, evaluation=dossier.evaluations.get(), position=position
        )
    return proposal


@pytest.fixture
def letter(proposal: Proposal) -> Subject:
    """The proposal as what its letter is about."""
    return Subject(kinds()["proposal"], proposal)


@pytest.fixture
def minutes(meeting: Meeting) -> Subject:
    """The meeting as what its minutes are about."""
    return Subject(kinds()["minutes"], meeting)


@pytest.fixture
def decided(proposal: Proposal, dossiers: list[Dossier], people: dict[str, User]) -> Proposal:
    """The list as the province's chair decided it: the commune and the household are honoured, the woman is declined."""
    decision = Decision.objects.create(
        proposal=proposal,
        award_round=proposal.award_round,
        award=proposal.award,
        number="2711/QĐ-UBND",
        decided_on=date(2025, 12, 14),
        issuer="Chủ tịch UBND tỉnh Bình Thuận",
        recorded_by=people["standing"],
        recorded_at=AT,
    )
    for dossier in dossiers[:2]:
        PriorAward.objects.create(
            award=proposal.award,
            movement=proposal.award_round.movement,
            round_year=2025,
            decided_on=decision.decided_on,
            decision_number=decision.number,
            issuer=decision.issuer,
            unit=dossier.nominee_unit,
            household=dossier.nominee_household,
            dossier=dossier,
            decision=decision,
        )
        Dossier.objects.filter(pk=dossier.pk).update(status=Status.AWARDED)
    Dossier.objects.filter(pk=dossiers[2].pk).update(status=Status.DECLINED)
    Proposal.objects.filter(pk=proposal.pk).update(status=ProposalStatus.DECIDED)
    return Proposal.objects.get(pk=proposal.pk)
