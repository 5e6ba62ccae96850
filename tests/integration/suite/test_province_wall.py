"""A province is a wall: two of them in one database, and nobody reads a word, a number or a file of the other.

Whatever the other province's people reach is asked for by this one's, address by address.
"""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import resolve

from core import audit, clock
from core import log as reading
from core.models import User
from core.services import service
from councils.enums import Office
from councils.models import AgendaItem, Council, CouncilMember, Meeting
from nominations.enums import EvaluationPurpose, RoundKind, Status
from nominations.models import AwardRound, Dossier, Movement, PriorAward, Proposal, ProposalItem
from nominations.services.evaluations import freeze_evaluation
from registry.enums import AdminType, ImportStatus, Role, UnitForm, UnitKind
from registry.log_walls import models_with_place
from registry.models import Hold, ImportFile, Unit
from tests.factories.files import stored_in
from tests.factories.registry import (
    HouseholdFactory,
    HouseholdStatusFactory,
    IndividualFactory,
    PovertyReviewFactory,
    UnitFactory,
    UnitRoleFactory,
    officer,
)
from tests.integration.suite.test_every_page import Page
from tests.thoroughness import IS_LONG

pytestmark = [
    pytest.mark.slow,  # It fills two provinces and opens every page of each.
    pytest.mark.django_db,
]

PLANS = {"Bắc Kia": "binh-thuan-2021-2025", "Nam Nọ": "mau-khong-cap-huyen"}
NORTH, SOUTH = PLANS
PAGES_PER_VIEW = 2
ROLES = {
    "reviewer": Role.REVIEWER,
    "lead": Role.LEAD,
    "standing": Role.STANDING_BODY,
    "auditor": Role.AUDITOR,
    "overseer": Role.OVERSEER,
    "administrator": Role.ADMINISTRATOR,
}


@service
def note_everything() -> None:
    """An entry of the log about every row that lies somewhere, and about every account."""
    for model in sorted(models_with_place() | {"core.user"}):
        for row in apps.get_model(model)._base_manager.all():
            audit.record("test.noted", actor=None, subject=row)


@dataclass
class Land:
    """One province with something of everything; each name bears its mark."""

    mark: str
    province: Unit
    commune: Unit
    people: dict[str, User]


def build(mark: str) -> Land:
    """A province whose units, people, figures, nominations, council, proposal and awards all bear the mark."""
    key = mark.split()[0]
    since = {"valid_from": date(2021, 1, 1)}
    province = UnitFactory(
        key=key, kind=UnitKind.PROVINCE, admin_type=AdminType.TINH, name=f"Tỉnh {mark}", **since
    )
    district = UnitFactory(
        key=f"{key}.h",
        kind=UnitKind.DISTRICT,
        admin_type=AdminType.HUYEN,
        name=f"Huyện {mark}",
        parent=province,
    )
    commune = UnitFactory(key=f"{key}.x", admin_type=AdminType.XA, name=f"Xã {mark}", parent=district)
    UnitFactory(
        key=f"{key}.c",
        kind=UnitKind.AGENCY,
        form=UnitForm.DEPARTMENT,
        name=f"Sở {mark}",
        parent=province,
    )
    people = {name: officer(role, province, username=f"{key}.{name}") for name, role in ROLES.items()}
    people["commune"] = officer(Role.COMMUNE_OFFICER, commune, username=f"{key}.commune")
    land = Land(mark, province, commune, people)
    _fill(land)
    return land


def _fill(land: Land) -> None:
    mark, commune, people = land.mark, land.commune, land.people
    for unit in (land.province, commune):
        PovertyReviewFactory(unit=unit, year=2024)
        PovertyReviewFactory(unit=unit, year=2025, poor=50)
    household = HouseholdFactory(unit=commune, name=f"Hộ {mark}")
    HouseholdStatusFactory(household=household, year=2024, status="poor")
    individual = IndividualFactory(unit=commune, name=f"Ông {mark}")
    Hold.objects.create(household=household, starts_on=date(2025, 1, 1), reason=f"Khiếu nại {mark}")
    for kind in ("households", "reviews"):
        ImportFile.objects.create(
            kind=kind,
            file_name=f"{mark}.xlsx",
            sha256="0" * 64,
            unit=commune,
            status=ImportStatus.DISCARDED,
            created_by=people["commune"],
            created_at=clock.now(),
        )
    movement = Movement.objects.create(
        plan_id=PLANS[mark], unit=land.province, name=f"Phong trào {mark}", starts_in=2021, ends_in=2025
    )
    award_round = AwardRound.objects.create(
        movement=movement, kind=RoundKind.ANNUAL, year=2025, opens_on=date(2025, 10, 1)
    )
    award = next(one.id for one in movement.plan.awards.values() if not one.decided_by_issuer)
    dossier = _dossier(land, award_round, award, individual)
    _council(land, movement, dossier)
    proposal = Proposal.objects.create(
        code=f"DX-2025-{movement.pk:04d}",
        award_round=award_round,
        award=award,
        created_by=people["reviewer"],
        created_at=clock.now(),
    )
    evaluation = dossier.evaluations.get()
    ProposalItem.objects.create(proposal=proposal, dossier=dossier, evaluation=evaluation, position=1)
    PriorAward.objects.create(
        award=award,
        movement=movement,
        household=household,
        round_year=2024,
        decided_on=date(2024, 12, 20),
        decision_number=f"9/QĐ {mark}",
        issuer=f"Chủ tịch UBND tỉnh {mark}",
    )


def _dossier(land: Land, award_round: AwardRound, award: str, individual: Any) -> Dossier:
    dossier = Dossier.objects.create(
        code=f"HS-2025-{individual.pk:04d}",
        award_round=award_round,
        award=award,
        subject="individual",
        nominee_individual=individual,
        nominee_folded=individual.name_folded,
        nominee_sort=individual.name_sort,
        nominating_unit=land.commune,
        status=Status.RECEIVED,
        filed_on=clock.today(),
        created_by=land.people["commune"],
        created_at=clock.now(),
        updated_at=clock.now(),
    )
    freeze_evaluation(dossier=dossier, purpose=EvaluationPurpose.FILING, actor=land.people["reviewer"])
    return dossier


def _council(land: Land, movement: Movement, dossier: Dossier) -> None:
    council = Council.objects.create(name=f"Hội đồng {land.mark}", unit=land.province, movement=movement)
    chair, secretary = (
        CouncilMember.objects.create(
            council=council, user=land.people[name], office=office, starts_on=date(2022, 1, 1)
        )
        for name, office in (("overseer", Office.CHAIR), ("commune", Office.SECRETARY))
    )
    meeting = Meeting.objects.create(
        council=council,
        title=f"Phiên họp {land.mark}",
        held_on=clock.today(),
        starts_at=time(8),
        place=f"Hội trường {land.mark}",
        chair=chair,
        secretary=secretary,
        created_at=clock.now(),
    )
    AgendaItem.objects.create(
        meeting=meeting, dossier=dossier, evaluation=dossier.evaluations.get(), position=1
    )


def told(response: Any) -> str:
    """Everything that an answer says, an exported workbook's cells included."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as package:
            body = b" ".join(package.read(name) for name in package.namelist())
    return body.decode("utf-8", "replace")


def reached(client: Client) -> Iterator[tuple[str, str]]:
    """Every address that links lead to from the home page, some a view, and what each says."""
    waiting, seen, per_view = ["/"], {"/"}, Counter[str]()
    while waiting:
        address = waiting.pop(0)
        name = resolve(address.split("?")[0]).view_name
        shape = f"{name} {'export' if 'xuat=' in address else ''}"
        per_view[shape] += 1
        if per_view[shape] > PAGES_PER_VIEW:
            continue
        response = client.get(address)
        text = told(response)
        yield address, text
        if not response.headers.get("Content-Type", "").startswith("text/html"):
            continue
        for link in Page(text).links:
            target = link.split("#")[0]
            target = address.split("?")[0] + target if target.startswith("?") else target
            if target.startswith("/") and not target.startswith("/static/") and target not in seen:
                seen.add(target)
                waiting.append(target)


@pytest.fixture
def lands(
    db: None, frozen_day: Any, settings: Any, tmp_path: Any, undrawn_documents: None
) -> dict[str, Land]:
    frozen_day(date(2025, 12, 15))
    settings.STORAGES = stored_in(tmp_path)
    lands = {mark: build(mark) for mark in PLANS}
    note_everything()
    return lands


@pytest.mark.walk
@pytest.mark.parametrize("role", ROLES if IS_LONG else ("lead", "auditor", "administrator"))
def test_nobody_of_one_province_reads_a_word_of_the_other(lands: dict[str, Land], role: str) -> None:
    ours, theirs = Client(), Client()
    ours.force_login(lands[NORTH].people[role])
    theirs.force_login(lands[SOUTH].people[role])

    own = dict(reached(ours))
    others = dict(reached(theirs))

    # The control: both marks are found by those whose they are.
    assert [address for address, text in own.items() if NORTH in text]
    assert [address for address, text in others.items() if SOUTH in text]
    assert [address for address, text in own.items() if SOUTH in text] == []
    leaks = [address for address in others if SOUTH in told(ours.get(address))]
    assert leaks == [], f"{role} of one province reads the other's pages"


@pytest.mark.walk
def test_a_role_in_each_province_opens_both(lands: dict[str, Land]) -> None:
    both = lands[NORTH].people["auditor"]

    UnitRoleFactory(user=both, role=Role.AUDITOR, unit=lands[SOUTH].province)
    client = Client()
    client.force_login(both)

    said = " ".join(text for _address, text in reached(client))

    assert NORTH in said
    assert SOUTH in said


def test_control_without_its_wall_the_log_tells_of_the_other_province(
    lands: dict[str, Land], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Client()
    client.force_login(lands[NORTH].people["auditor"])
    walled = told(client.get("/nhat-ky/?xuat=csv"))
    monkeypatch.setattr(reading, "_walls", [])
    open_to_all = told(client.get("/nhat-ky/?xuat=csv"))

    assert NORTH in walled
    assert SOUTH not in walled
    assert SOUTH in open_to_all
