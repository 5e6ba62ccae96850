"""A district with its own council and a dossier of a commune before it, beside another district."""

from dataclasses import dataclass
from typing import Any

from core import clock
from core.files import PDF, adopt, store_bytes
from core.models import User
from councils.enums import Office, Serves
from councils.models import Council, CouncilMember, Meeting
from councils.services import open_meeting, take_roll
from nominations.enums import RoundKind, RoundStatus, Status
from nominations.models import AwardRound, Dossier, Paper
from registry.enums import AdminType, Role, UnitKind
from registry.models import Household, Unit
from tests.factories.files import pdf_bytes
from tests.integration.councils.building import (
    DAY,
    LONG_AGO,
    House,
    build_house,
    cast_all,
    close,
    declare_all,
    person,
    planned_meeting,
    poll_in,
)


@dataclass
class UnitHouse:
    """The district's council as a house of its own, and the people of the units around it."""

    house: House
    province: House
    district: Unit
    other_district: Unit
    officer: User
    commune_officer: User
    other_officer: User
    other_commune_officer: User
    agency_officer: User
    standing_body: User
    overseer: User


def build_unit_house(members: int = 5) -> UnitHouse:
    """A council of so many members at one district; the movement's council of the province stands beside it."""
    province = build_house(members=3)
    top = province.council.unit
    district = _district("bt.bac-binh", "Huyện Bắc Bình", top)
    other_district = _district("bt.tuy-phong", "Huyện Tuy Phong", top)
    commune = _commune("bt.bac-binh.phan-hoa", "Xã Phan Hòa", district)
    other_commune = _commune("bt.tuy-phong.phu-lac", "Xã Phú Lạc", other_district)
    agency = Unit.objects.create(
        key="bt.so", kind=UnitKind.AGENCY, name="Sở Y tế", parent=top, valid_from=LONG_AGO
    )
    council = Council.objects.create(
        name="Hội đồng Thi đua - Khen thưởng huyện Bắc Bình",
        unit=district,
        movement=province.council.movement,
        serves=Serves.UNIT,
    )
    offices = [Office.CHAIR, Office.SECRETARY] + [Office.MEMBER] * (members - 2)
    seats = [
        CouncilMember.objects.create(
            council=council, user=person(f"huyen{number}"), office=office, starts_on=LONG_AGO
        )
        for number, office in enumerate(offices)
    ]
    house = House(
        council=council,
        members=seats,
        reviewer=province.reviewer,
        lead=province.lead,
        auditor=province.auditor,
        outsider=province.outsider,
        commune=commune,
    )
    return UnitHouse(
        house=house,
        province=province,
        district=district,
        other_district=other_district,
        officer=person("canbohuyen", Role.DISTRICT_OFFICER, district),
        commune_officer=person("canboxa", Role.COMMUNE_OFFICER, commune),
        other_officer=person("huyenkhac", Role.DISTRICT_OFFICER, other_district),
        other_commune_officer=person("xakhac", Role.COMMUNE_OFFICER, other_commune),
        agency_officer=person("canboso", Role.AGENCY_OFFICER, agency),
        standing_body=person("bantdkt", Role.STANDING_BODY, top),
        overseer=person("mttqhuyen", Role.OVERSEER, district),
    )


def _district(key: str, name: str, parent: Unit) -> Unit:
    return Unit.objects.create(
        key=key,
        kind=UnitKind.DISTRICT,
        admin_type=AdminType.HUYEN,
        name=name,
        parent=parent,
        valid_from=LONG_AGO,
    )


def _commune(key: str, name: str, parent: Unit) -> Unit:
    return Unit.objects.create(
        key=key,
        kind=UnitKind.COMMUNE,
        admin_type=AdminType.XA,
        name=name,
        parent=parent,
        valid_from=LONG_AGO,
    )


def unit_dossier(
    units: UnitHouse, number: int = 1, status: Status = Status.FILED_TO_DISTRICT, **changes: Any
) -> Dossier:
    """A household's dossier of the district's commune, with its report, filed to the district or as told."""
    award_round, _made = AwardRound.objects.get_or_create(
        movement=units.house.council.movement,
        kind=RoundKind.ANNUAL,
        year=2025,
        defaults={"opens_on": LONG_AGO, "status": RoundStatus.OPEN},
    )
    household = Household.objects.create(
        code=f"HH-{number}", name=f"Trần Thị {number}", unit=changes.pop("home", units.house.commune)
    )
    dossier = Dossier.objects.create(
        code=f"HS-2025-9{number:03d}",
        award_round=award_round,
        award="province_certificate",
        subject="household",
        nominee_household=household,
        nominee_folded=household.name_folded,
        nominee_sort=household.name_sort,
        nominating_unit=changes.pop("nominating_unit", units.house.commune),
        status=status,
        created_by=units.commune_officer,
        created_at=clock.now(),
        updated_at=clock.now(),
        **changes,
    )
    report(dossier, units.commune_officer)
    return dossier


def report(dossier: Dossier, actor: User) -> Paper:
    """The achievement report, attached."""
    stored = store_bytes(
        content=pdf_bytes(dossier.code), name=f"{dossier.code}.pdf", content_type=PDF, actor=actor
    )
    adopt(stored)
    return Paper.objects.create(
        dossier=dossier,
        kind="achievement_report",
        file=stored,
        uploaded_by=actor,
        uploaded_at=clock.now(),
    )


def unit_meeting(units: UnitHouse, dossiers: list[Dossier]) -> Meeting:
    """The district's council in session today on these dossiers, everybody there and declared."""
    house = units.house
    meeting = open_meeting(meeting=planned_meeting(house, dossiers), actor=house.chair)
    take_roll(meeting=meeting, present=house.members, actor=house.secretary)
    declare_all(meeting)
    return meeting


def vote(units: UnitHouse, meeting: Meeting, position: int = 1, agree: int | None = None) -> None:
    """The members vote on an item, so many of them for it, all of them unless told otherwise."""
    house = units.house
    poll = poll_in(house, meeting, position)
    agree = len(house.members) if agree is None else agree
    cast_all(house, poll, ["agree"] * agree + ["disagree"] * (len(house.members) - agree))
    close(house, poll)


__all__ = ["DAY", "UnitHouse", "build_unit_house", "report", "unit_dossier", "unit_meeting", "vote"]
