"""What stands before the journey begins: the register, four years of reviews, the council, earlier awards."""

from dataclasses import dataclass, field
from datetime import date

from django.core.files.uploadedfile import SimpleUploadedFile

from core.models import User
from councils.enums import Office
from councils.models import Council
from councils.services import add_member, set_up_council
from demo.cast import COUNCIL, open_accounts
from demo.places import load_places
from nominations.enums import RoundKind
from nominations.models import AwardRound
from nominations.services.decisions import EarlierAward, record_prior_award
from nominations.services.dossiers import NewPerson, start_for_new_person
from nominations.services.filing import file_to_district
from nominations.services.papers import PaperDetails, receive_paper
from nominations.services.rounds import open_round, start_movement
from registry.enums import IndividualRole
from registry.imports import ImportOptions
from registry.models import Individual, Unit
from registry.services import load_file, set_zone
from registry.services.duties import assign_standing_office
from registry.services.register import DATA
from tests.e2e.journey.printing import one_page_pdf

PLAN = "binh-thuan-2021-2025"
REVIEWS = DATA / "reviews"
EARLIER_YEARS = (2021, 2022, 2023, 2024)
SINCE = date(2025, 1, 2)


@dataclass
class Scene:
    """People by account name, and the things that the journey is about."""

    people: dict[str, User]
    units: dict[str, Unit]
    award_round: AwardRound
    council: Council
    # References that the steps leave for those that follow.
    codes: dict[str, str] = field(default_factory=dict)


def build_scene() -> Scene:
    """Set the scene by the services that set it in life."""
    units = load_places()
    # Read again: the accounts' password was set in the table, and their sessions depend on it.
    people = {user.username: user for user in User.objects.filter(username__in=open_accounts())}
    for year in EARLIER_YEARS:
        name = f"ra-soat-{year}.xlsx"
        load_file(
            kind="reviews",
            content=(REVIEWS / name).read_bytes(),
            filename=name,
            options=ImportOptions(year=year),
        )
    assign_standing_office(
        province=units["bt"],
        unit=units["bt.so-nnmt"],
        starts_on=date(2025, 3, 1),
        decision="QĐ 402/QĐ-UBND",
        actor=people["so.lanhdao"],
    )
    movement = start_movement(plan_id=PLAN, unit=units["bt"])
    award_round = open_round(
        movement=movement,
        kind=RoundKind.FINAL,
        year=2025,
        opens_on=date(2025, 10, 1),
        actor=people["so.lanhdao"],
    )
    scene = Scene(people, units, award_round, _council(units["bt.so-ldtbxh"], award_round, people))
    commune = units["bt.bac-binh.phan-dien"]
    set_zone(
        unit=commune,
        zone="II",
        starts_on=date(2021, 6, 4),
        decision="QĐ 861/QĐ-TTg",
        actor=people["so.chuyenvien"],
    )
    _commend(scene, commune)
    _second_dossier(scene, commune)
    return scene


def _council(unit: Unit, award_round: AwardRound, people: dict[str, User]) -> Council:
    lead = people["so.lanhdao"]
    council = set_up_council(
        name="Hội đồng xét khen thưởng Phong trào thi đua",
        unit=unit,
        movement=award_round.movement,
        actor=lead,
    )
    offices = [Office.CHAIR, Office.SECRETARY, *[Office.MEMBER] * (len(COUNCIL) - 2)]
    for (username, _name, position), office in zip(COUNCIL, offices, strict=True):
        add_member(
            council=council,
            user=people[username],
            office=office,
            position=position,
            starts_on=SINCE,
            actor=lead,
        )
    return council


def _commend(scene: Scene, nominee: Unit | Individual) -> None:
    """Two commendations of earlier years, which the final review asks for."""
    for year in (2023, 2024):
        earlier = EarlierAward(
            award="commendation",
            round_year=year,
            number=f"{4000 + year}/QĐ-UBND",
            decided_on=date(year, 11, 20),
            issuer="Chủ tịch UBND huyện Bắc Bình",
            movement=scene.award_round.movement,
        )
        record_prior_award(earlier=earlier, nominee=nominee, actor=scene.people["noivu.thuongtruc"])


def _second_dossier(scene: Scene, commune: Unit) -> None:
    """An individual's dossier, already with the district: it needs a person's judgement."""
    officer = scene.people["xa.phandien"]
    facts = {
        "unit": commune,
        "name": "Mang Thị Diễm",
        "birth_year": 1988,
        "position": "Chủ tịch Hội Liên hiệp Phụ nữ xã",
        "role": IndividualRole.CADRE,
    }
    dossier = start_for_new_person(
        award_round=scene.award_round,
        award="province_certificate",
        nominating_unit=commune,
        person=NewPerson("individual", facts),
        actor=officer,
    )
    _commend(scene, dossier.nominee)
    receive_paper(
        owner=dossier,
        kind="achievement_report",
        uploads=[SimpleUploadedFile("bao-cao.pdf", one_page_pdf("Bao cao thanh tich ca nhan"))],
        actor=officer,
        details=PaperDetails(confirmed_by="Đảng ủy xã Phan Điền"),
    )
    file_to_district(dossier=dossier, actor=officer)
    scene.codes["individual"] = dossier.code
