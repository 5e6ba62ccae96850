"""What each address is asked about: things of the commune of Phan Điền, so that a neighbour's answer shows the wall.

The demonstration lacks a few things that a page needs (a hold, a list that waits, a role that waits for a second hand, a
poll in session): `prepare` adds them by the ORM or by the services.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from core import clock
from core.files import PDF, adopt, store_bytes
from core.handbook import CHAPTERS, PUBLIC_SLUGS
from core.models import Passkey, StoredFile, User
from councils.enums import MeetingOffice, PaperKind, RecordKind
from councils.models import AgendaItem, CouncilMember, Meeting, PaperBatch, Passing, PresenceEvent, Reopening
from councils.services import (
    ask_to_reopen,
    hand_out_ballot,
    open_meeting,
    open_poll,
    pass_office,
    put_in_urn,
    take_roll,
)
from criteria.examination import Examination
from criteria.models import PlanVersion
from nominations.enums import Status, WayPaperKind
from nominations.models import Decision, Dossier, FilingSet, Paper, PriorAward, Proposal, WayPaper
from nominations.models.decisions import ProposalStatus
from nominations.models.plans import PlanUpload, PlanUploadFile
from registry.enums import (
    DataCaseKind,
    ImportStatus,
    ReorganisationKind,
    Role,
    UnitForm,
    UnitKind,
)
from registry.models import (
    Account,
    CertificationCall,
    ClusterMembership,
    DataCase,
    DecidingPaper,
    Hold,
    Household,
    HouseholdMember,
    ImportFile,
    Individual,
    Reorganisation,
    RoleRequest,
    ToldMeaning,
    Unit,
    UnitRole,
)
from reports.models import IssuedDocument
from tests.factories.files import pdf_bytes
from tests.factories.registry import HouseholdFactory, IndividualFactory, UnitFactory
from tests.integration.councils.building import declare_all

MEETING_DAY = date(2025, 12, 18)
Values = Mapping[str, Any]


@dataclass
class Stage:
    """The things that addresses are asked about."""

    commune: Unit
    household: Household
    twin: Household
    individual: Individual
    twin_individual: Individual
    account: Account
    role: UnitRole
    paper: DecidingPaper
    request: RoleRequest
    waiting_file: ImportFile
    loaded_accounts: ImportFile
    told: ToldMeaning
    data_case: DataCase
    reorganisation: Reorganisation
    cluster: Unit
    membership: ClusterMembership
    holds: dict[str, Hold]
    meeting: Meeting
    passing: Passing
    reopening: Reopening
    planned: Meeting
    poll: Any
    waiting_item: AgendaItem
    passkey: Passkey
    plan_file: PlanUploadFile


def prepare() -> Stage:
    """The demonstration on the day of the last meeting, with what its story lacks."""
    people = {user.username: user for user in User.objects.all()}
    commune = Unit.objects.get(key="bt.bac-binh.phan-dien")
    province = Unit.objects.get(key="bt")
    User.objects.create_user("khong.vaitro", "sông dài cá lội biệt tăm", full_name="Người chưa có vai trò")
    household = HouseholdFactory(unit=commune, name="Hộ Thử")
    individual = IndividualFactory(unit=commune, name="Ông Thử")
    cluster = UnitFactory(
        key="bt.cum-thu",
        kind=UnitKind.AGENCY,
        form=UnitForm.EMULATION_CLUSTER,
        name="Cụm Thử",
        parent=province,
    )
    officer = people["xa.phandien"]
    paper = DecidingPaper.objects.create(
        number="1/QĐ", decided_on=date(2025, 1, 2), file=_file(people["quantri"])
    )
    role = UnitRole.objects.get(user=officer)
    UnitRole.objects.filter(pk=role.pk).update(paper=paper)
    meeting = Meeting.objects.get(held_on=MEETING_DAY)
    items = list(AgendaItem.objects.filter(meeting=meeting).order_by("position"))
    return Stage(
        commune=commune,
        household=household,
        twin=HouseholdFactory(unit=commune, name="Hộ Thử"),
        individual=individual,
        twin_individual=IndividualFactory(unit=commune, name="Ông Thử"),
        account=officer.account,
        role=role,
        paper=paper,
        request=RoleRequest.objects.create(
            user=officer,
            role=Role.REVIEWER,
            unit=province,
            starts_on=MEETING_DAY,
            paper=paper,
            asked_by=people["quantri"],
            asked_at=clock.now(),
        ),
        waiting_file=_import_file("households", officer, commune, ImportStatus.STAGED),
        loaded_accounts=_import_file("accounts", people["quantri"], province, ImportStatus.CONFIRMED),
        told=ToldMeaning.objects.create(
            unit=commune,
            kind="households",
            sort="heading",
            words="Tên",
            meaning="name",
            said_by=officer,
            said_at=clock.now(),
        ),
        data_case=DataCase.objects.create(
            kind=DataCaseKind.values[0],
            province=province,
            began_at=clock.now(),
            about="Hộ Thử",
            text="Xin sửa năm sinh",
            due_at=clock.now() + timedelta(days=3),
            recorded_by=people["quantri"],
            recorded_at=clock.now(),
        ),
        reorganisation=_reorganisation(people["so.lanhdao"]),
        cluster=cluster,
        membership=ClusterMembership.objects.create(
            cluster=cluster, member=Unit.objects.get(key="bt.nhcsxh"), starts_on=date(2025, 1, 1)
        ),
        holds={
            "unit": Hold.objects.create(unit=commune, starts_on=date(2025, 1, 1), reason="Khiếu nại"),
            "household": Hold.objects.create(household=household, starts_on=date(2025, 1, 1), reason="Thử"),
            "individual": Hold.objects.create(
                individual=individual, starts_on=date(2025, 1, 1), reason="Thử"
            ),
        },
        meeting=meeting,
        planned=Meeting.objects.create(
            council=meeting.council,
            title="Phiên sau",
            held_on=MEETING_DAY + timedelta(days=9),
            starts_at=meeting.starts_at,
            place="Hội trường",
            chair=meeting.chair,
            secretary=meeting.secretary,
            created_at=clock.now(),
        ),
        poll=_open_poll(meeting, items[0], people),
        passing=_request_to_lead(meeting, people),
        reopening=_request_to_reopen(people),
        waiting_item=items[-1],
        plan_file=_plan_file(province, people["so.lanhdao"]),
        passkey=Passkey.objects.create(
            user=officer,
            name="Khóa",
            host="khac.example",  # a key of another host asks nothing here
            credential_id="thu",
            public_half=b"",
            sign_count=0,
            added_at=clock.now(),
        ),
    )


def _file(actor: User) -> Any:
    stored = store_bytes(content=pdf_bytes("Thử"), name="quyet-dinh.pdf", content_type=PDF, actor=actor)
    adopt(stored)
    return stored


def _import_file(kind: str, actor: User, unit: Unit, status: ImportStatus) -> ImportFile:
    return ImportFile.objects.create(
        kind=kind,
        file_name="danh-sach.csv",
        sha256="0" * 64,
        unit=unit,
        status=status,
        stored_file=_file(actor),
        options={"given": {}, "findings": [], "sheets": []},
        created_by=actor,
        created_at=clock.now(),
    )


def _reorganisation(actor: User) -> Reorganisation:
    return Reorganisation.objects.create(
        kind=ReorganisationKind.RENAME,
        effective_on=date(2025, 3, 1),
        decision_number="1/NQ",
        decided_on=date(2025, 2, 1),
        issuer="Quốc hội",
        file=_file(actor),
        created_by=actor,
        created_at=clock.now(),
    )


def _plan_file(province: Unit, actor: User) -> PlanUploadFile:
    """A plan that waits for the second hand."""
    version = PlanVersion.objects.order_by("pk")[0]
    upload = PlanUpload.objects.create(
        unit=province,
        plan_id="binh-thuan-2021-2025",
        version=version,
        passes=True,
        report=Examination(None, 1, 1, ()).to_dict(),
        uploaded_by=actor,
        uploaded_at=clock.now(),
    )
    content = b"id: thu"
    return PlanUploadFile.objects.create(
        upload=upload, kind="plan", name="ke-hoach.yaml", sha256="0" * 64, content=content
    )


def _open_poll(meeting: Meeting, item: AgendaItem, people: Mapping[str, User]) -> Any:
    """The meeting in session with everybody there, and a poll on its first item in which all have voted."""
    opened = open_meeting(meeting=meeting, actor=people["hd.chutich"])
    present = list(CouncilMember.objects.filter(council=opened.council))
    take_roll(meeting=opened, present=present, actor=people["hd.thuky"])
    declare_all(opened)
    poll = open_poll(item=AgendaItem.objects.get(pk=item.pk), actor=people["hd.chutich"])
    for seat in present:
        put_in_urn(token=hand_out_ballot(poll=poll, actor=seat.user), choice="agree")
    # One leaves after that: what no poll rests on can be struck out.
    take_roll(meeting=opened, present=present[:-1], actor=people["hd.thuky"])
    return poll


def _request_to_lead(meeting: Meeting, people: Mapping[str, User]) -> Passing:
    """The secretary asks to lead, and the leadership has not answered."""
    opened = Meeting.objects.get(pk=meeting.pk)
    keeper = opened.council.members.exclude(pk__in=[opened.chair_id, opened.secretary_id])[0]
    return pass_office(
        meeting=opened,
        office=MeetingOffice.CHAIR,
        to_member=opened.secretary,
        next_secretary=keeper,
        reason="Chủ tọa bận đột xuất",
        actor=people["hd.thuky"],
    )


def _request_to_reopen(people: Mapping[str, User]) -> Reopening:
    """The secretary asks to reopen the signed minutes of the story's past meeting, and the chair has not answered."""
    signed = Meeting.objects.get(signatures__record=RecordKind.MINUTES, signatures__place=MeetingOffice.CHAIR)
    return ask_to_reopen(
        meeting=signed, record=RecordKind.MINUTES, reason="Ghi nhầm số hộ", actor=people["hd.thuky"]
    )


def _way_paper(proposal: Proposal, stage: Stage) -> WayPaper:
    """A paper on the way of a proposal, with its file."""
    return WayPaper.objects.create(
        proposal=proposal,
        kind=WayPaperKind.PROVINCE_LETTER,
        number="905/TTr-UBND",
        dated_on=clock.today(),
        file=StoredFile.objects.exclude(decisions=None)[0],
        recorded_by=stage.account.user,
        recorded_at=clock.now(),
    )


def _dossier(stage: Stage, *statuses: Status) -> str:
    """A dossier of the commune that stands at one of these; of its district where it has none."""
    found = Dossier.objects.filter(status__in=statuses).order_by("-code")
    own = found.filter(nominating_unit=stage.commune).first()
    return str((own or found.filter(nominating_unit__parent=stage.commune.parent)[0]).code)


def samples(stage: Stage) -> dict[str, Callable[[], Values]]:
    """For each address with parts, what stands in them."""
    household, individual, commune = stage.household.pk, stage.individual.pk, stage.commune.pk
    draft = {"code": _dossier(stage, Status.DRAFT)}
    at_district = {"code": _dossier(stage, Status.FILED_TO_DISTRICT)}
    filed = {"code": _dossier(stage, Status.FILED, Status.RECEIVED)}
    received = {"code": _dossier(stage, Status.RECEIVED)}
    supplement = {"code": _dossier(stage, Status.SUPPLEMENT)}
    judged = {"code": _dossier(stage, Status.DUPLICATE, Status.NOT_ELIGIBLE)}
    paper = Paper.objects.filter(dossier__nominating_unit=commune, file__isnull=False).order_by("pk")[0]
    open_paper = Paper.objects.filter(dossier__code=supplement["code"], file__isnull=False).order_by("pk")[0]
    drafted = Proposal.objects.filter(status=ProposalStatus.DRAFT).latest("pk")
    proposal = {"code": drafted.code}
    approved = {"code": Proposal.objects.filter(status=ProposalStatus.APPROVED).latest("pk").code}
    way_paper = _way_paper(Proposal.objects.get(code=approved["code"]), stage).pk
    award = PriorAward.objects.filter(dossier__nominating_unit=commune).latest("pk")
    round_pk = award.movement.rounds.latest("pk").pk
    sets = {"pk": FilingSet.objects.filter(unit=stage.commune.parent).latest("pk").pk}
    account, council = {"pk": stage.account.pk}, stage.meeting.council_id
    seat = {"pk": CouncilMember.objects.get(user__username="hd.tv03").pk}
    meeting, poll = {"pk": stage.meeting.pk}, {"pk": stage.poll.pk}
    item, waiting = {"pk": stage.waiting_item.pk}, {"pk": stage.waiting_file.pk}
    document = IssuedDocument.objects.latest("pk")
    member_pk = HouseholdMember.objects.create(household=stage.household, name="Người Thử").pk
    village = Unit.objects.filter(parent=stage.commune, kind=UnitKind.VILLAGE, valid_until=None).order_by(
        "pk"
    )[0]

    def of_people(kind: str, pk: int, other: int) -> dict[str, Values]:
        return {
            f"registry:{kind}_holds": {"pk": pk},
            f"registry:{kind}_hold_end": {"pk": pk, "hold": stage.holds[kind].pk},
            f"registry:{kind}_forget_apart": {"pk": pk, "other": other},
            f"registry:{kind}_merge": {"pk": pk, "other": other},
            f"registry:{kind}_unmerge": {"pk": pk},
            f"registry:{kind}_number": {"pk": pk},
            f"registry:{kind}_old_number": {"pk": pk},
            f"registry:{kind}_detail": {"pk": pk},
            f"registry:{kind}_edit": {"pk": pk},
            f"registry:{kind}_looks": {"pk": pk},
        }

    in_member = {"pk": household, "member": member_pk}
    values: dict[str, Values] = {
        "one_time_code_link": {"code": "7KQ2-M0RD-9XAB-T4WE"},
        "signing_in:reset": {"uidb64": "MQ", "token": "x-y"},
        "signing_in:passkey_remove": {"pk": stage.passkey.pk},
        "core:handbook_public": {"slug": PUBLIC_SLUGS[0]},
        "core:handbook_chapter": {"slug": next(one.slug for one in CHAPTERS if not one.is_public)},
        "criteria:rulebook_version": {"content_hash": stage.plan_file.upload.version.content_hash},
        **{
            f"nominations:plan_{verb}": {"pk": stage.plan_file.upload_id}
            for verb in ("upload", "put_in_force", "refuse")
        },
        "nominations:plan_file": {"pk": stage.plan_file.pk},
        "criteria:rulebook_plan": {"plan_id": "binh-thuan-2021-2025"},
        "registry:unit_detail": {"pk": commune},
        "registry:unit_create": {"slug": "thon"},
        **{f"registry:unit_{verb}": {"pk": commune} for verb in ("correct", "zone", "holds")},
        "registry:unit_end": {"pk": village.pk},
        "registry:unit_hold_end": {"pk": commune, "hold": stage.holds["unit"].pk},
        "registry:standing_office": {"pk": Unit.objects.get(key="bt").pk},
        "registry:cluster_members": {"pk": stage.cluster.pk},
        "registry:cluster_member_end": {"pk": stage.cluster.pk, "member": stage.membership.pk},
        "registry:reorganisation_create": {"slug": "sap-nhap"},
        "registry:reorganisation_detail": {"pk": stage.reorganisation.pk},
        "registry:reorganisation_file": {"pk": stage.reorganisation.pk},
        **{
            f"registry:import_{verb}": waiting
            for verb in ("file", "confirm", "answer", "meanings", "discard", "read_again", "refused")
        },
        **{
            f"registry:{name}": {"kind": "households"}
            for name in ("import_upload", "kind_meanings", "import_template")
        },
        "registry:import_meaning_take_back": {"kind": "households", "told": stage.told.pk},
        "registry:review_file": {
            "pk": ImportFile.objects.filter(kind="reviews", unit__key="bt").latest("pk").pk
        },
        "registry:review_roll_up_note": {"unit": stage.commune.parent_id, "year": 2024, "figure": "poor"},
        "registry:review_unit": {"pk": commune},
        "registry:review_restate": {"pk": commune},
        "registry:member_add": {"pk": household},
        **{f"registry:member_{verb}": in_member for verb in ("edit", "remove", "number", "old_number")},
        **of_people("household", household, stage.twin.pk),
        **of_people("individual", individual, stage.twin_individual.pk),
        "registry:data_case_record": {"kind": DataCaseKind.values[0]},
        "registry:data_case": {"pk": stage.data_case.pk},
        "registry:data_case_acknowledge": {"pk": stage.data_case.pk},
        "registry:role_settle": {"pk": stage.request.pk},
        "registry:certify": {"unit": stage.commune.parent_id},
        "registry:account_slips": {"pk": stage.loaded_accounts.pk},
        **{
            f"registry:account_{verb}": account
            for verb in ("detail", "correct", "block", "link", "slip", "hand_over", "merge")
        },
        "registry:role_give": account,
        "registry:role_end": {**account, "role": stage.role.pk},
        "registry:deciding_paper": {**account, "paper": stage.paper.pk},
        "registry:departure_settle": account,
        "nominations:finder_export": {"file_format": "csv"},
        "nominations:what_if": {"subject": "household", "pk": household},
        **{f"nominations:set_{verb}": sets for verb in ("detail", "choose", "paper", "file")},
        "nominations:paper_download": {"pk": paper.pk},
        **{f"nominations:paper_{verb}": {"pk": open_paper.pk} for verb in ("confirm", "remove")},
        "nominations:detail": filed,
        **{
            f"nominations:{verb}": draft
            for verb in (
                "edit",
                "autosave",
                "report_read",
                "paper_upload",
                "paper_excuse",
                "file",
                "withdraw",
            )
        },
        "nominations:return": at_district,
        "nominations:not_select": at_district,
        "nominations:desk_dossier": received,
        "nominations:desk_paper": {"code": paper.dossier.code, "pk": paper.pk},
        "nominations:receive": {"code": Dossier.objects.filter(status=Status.FILED).latest("code").code},
        **{
            f"nominations:{verb}": received
            for verb in (
                "judge",
                "request_supplement",
                "refresh",
                "mark_eligible",
                "mark_not_eligible",
                "mark_duplicate",
                "waive",
                "originals",
                "women",
            )
        },
        "nominations:reopen": judged,
        "nominations:answer_supplement": supplement,
        **{f"nominations:proposal_{verb}": proposal for verb in ("detail", "items", "approve", "cancel")},
        "nominations:way_record": {**approved, "kind": "province_letter"},
        "nominations:way_correct": {**approved, "pk": way_paper},
        "nominations:way_file": {"pk": way_paper},
        "nominations:decision_record": approved,
        "nominations:issuer_decision": {"code": _dossier(stage, Status.DECIDED_BY_ISSUER, Status.RECEIVED)},
        "nominations:decision_file": {"pk": Decision.objects.filter(file__isnull=False).latest("pk").pk},
        "nominations:history_record": {"kind": "household", "pk": household},
        "nominations:history_revoke": {"pk": award.pk},
        **{
            f"nominations:{verb}": {"pk": round_pk}
            for verb in ("round", "round_extend", "round_close", "round_reopen", "selection")
        },
        **{
            f"councils:{verb}": {"pk": council}
            for verb in ("council_detail", "member_add", "voting_rule_add", "meeting_create")
        },
        **{f"councils:{verb}": seat for verb in ("seat", "seat_end", "seat_office")},
        **{
            f"councils:{verb}": meeting
            for verb in (
                "meeting_detail",
                "roll",
                "meeting_open",
                "meeting_close",
                "offices",
                "hall",
            )
        },
        **{f"councils:{verb}": {"pk": stage.planned.pk} for verb in ("agenda", "meeting_edit")},
        **{
            f"councils:{verb}": {**parts, "member": seat["pk"]}
            for verb, parts in (("declare_for", meeting), ("interest_settle", item))
        },
        **{
            f"councils:{verb}": meeting
            for verb in (
                "declare",
                "interests",
                "invitation",
                "calendar",
                "case_pack",
                "notes",
                "counting_head",
            )
        },
        "councils:base_rule_add": {"pk": council},
        "councils:paper_seats": item,
        "councils:batches": poll,
        "councils:item_take_off": item,
        "councils:presence_strike": {
            "pk": PresenceEvent.objects.filter(attendance__meeting=stage.meeting).latest("pk").pk
        },
        "councils:office_consent": {"pk": stage.passing.pk},
        **{f"councils:{verb}": item for verb in ("poll_open", "result_stands")},
        **{f"councils:{verb}": meeting for verb in ("polls_open", "meeting_adjourn", "meeting_resume")},
        **{
            f"councils:{verb}": poll
            for verb in (
                "ballot",
                "paper",
                "poll_agree",
                "poll_annul",
                "poll_close",
                "poll_turnout",
            )
        },
        "reports:download": {"pk": document.pk},
        "reports:genuine": {"code": document.code},
        "reports:issue": {"kind": "minutes", "pk": stage.meeting.pk},
        "reports:preview": {"kind": "proposal", "pk": drafted.pk},
        "reports:achievement_report": draft,
        "reports:draft": {"kind": "proposal", "pk": drafted.pk},
        "reports:case_pack": meeting,
        **{
            f"reports:{verb}": {"kind": "minutes", "pk": stage.reopening.meeting_id}
            for verb in ("record_sign", "signature_take_back", "record_reopen")
        },
        "reports:reopening_settle": {"pk": stage.reopening.pk},
        "reports:meeting_recount": {"pk": stage.reopening.meeting_id},
        "councils:stand_in": {"pk": stage.reopening.meeting_id},
    }
    CertificationCall.objects.get_or_create(
        province=Unit.objects.get(key="bt"),
        called_on=MEETING_DAY,
        defaults={"due_on": MEETING_DAY + timedelta(days=30)},
    )
    return {
        **{name: (lambda found=found: found) for name, found in values.items()},
        **{
            f"councils:batch_{verb}": lambda: {"pk": _waiting_batch(stage)}
            for verb in ("confirm", "reject", "withdraw")
        },
        "councils:poll_close": lambda: _without_batches(poll),
    }


def _waiting_batch(stage: Stage) -> int:
    """A batch of papers that waits for a second person in the open poll."""
    batch, _made = PaperBatch.objects.get_or_create(
        poll=stage.poll,
        key="0" * 32,
        defaults={
            "kind": PaperKind.PAPER,
            "papers_count": 1,
            "entered_by": stage.meeting.secretary,
            "entered_at": clock.now(),
        },
    )
    return batch.pk


def _without_batches(poll: Values) -> Values:
    """No poll is closed while a batch waits."""
    PaperBatch.objects.all().delete()
    return poll
