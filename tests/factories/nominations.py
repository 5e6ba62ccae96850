"""A standing cast, an open round, and dossiers brought to a status by the services that bring real ones there."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from core.models import User
from nominations.enums import RoundKind, Status
from nominations.models import AwardRound, Dossier, FilingSet, Movement, Paper
from nominations.selectors.checks import current_evaluation, result_of
from nominations.services import appraisal
from nominations.services.dossiers import Nomination, start_dossier, withdraw_dossier
from nominations.services.filing import (
    choose_dossiers,
    file_set,
    file_to_district,
    not_select,
    open_filing_set,
    return_to_commune,
)
from nominations.services.papers import PaperDetails, receive_paper
from nominations.services.rounds import open_round, start_movement
from registry.enums import AdminType, Role, UnitForm, UnitKind
from registry.models import Unit
from tests.factories.files import pdf_bytes
from tests.factories.registry import PovertyReviewFactory, UnitFactory, UserFactory, ZoneFactory, officer

PLAN = "binh-thuan-2021-2025"


@dataclass
class Cast:
    """The province, a district with a commune, an agency, and a person for every chair."""

    province: Unit
    district: Unit
    commune: Unit
    other_commune: Unit
    agency: Unit
    people: dict[str, User] = field(default_factory=dict)

    def __getitem__(self, name: str) -> User:
        return self.people[name]


def make_cast() -> Cast:
    """Units of Bắc Bình and its neighbours, and one person for each role; `outsider` serves another commune."""
    province = UnitFactory(
        key="bt", kind=UnitKind.PROVINCE, admin_type=AdminType.TINH, name="Tỉnh Bình Thuận"
    )
    district = UnitFactory(
        key="bac-binh",
        kind=UnitKind.DISTRICT,
        admin_type=AdminType.HUYEN,
        name="Huyện Bắc Bình",
        parent=province,
    )
    other_district = UnitFactory(
        key="tuy-phong",
        kind=UnitKind.DISTRICT,
        admin_type=AdminType.HUYEN,
        name="Huyện Tuy Phong",
        parent=province,
    )
    commune = UnitFactory(key="phan-dien", admin_type=AdminType.XA, name="Xã Phan Điền", parent=district)
    other = UnitFactory(key="phu-lac", admin_type=AdminType.XA, name="Xã Phú Lạc", parent=other_district)
    agency = UnitFactory(
        key="hoi-nong-dan",
        kind=UnitKind.AGENCY,
        form=UnitForm.MASS_ORGANISATION,
        name="Hội Nông dân tỉnh",
        parent=province,
    )
    cast = Cast(province, district, commune, other, agency)
    for name, role, unit in (
        ("commune", Role.COMMUNE_OFFICER, commune),
        ("district", Role.DISTRICT_OFFICER, district),
        ("agency", Role.AGENCY_OFFICER, agency),
        ("outsider", Role.COMMUNE_OFFICER, other),
        ("other_district", Role.DISTRICT_OFFICER, other_district),
        ("overseer", Role.OVERSEER, district),
        ("reviewer", Role.REVIEWER, province),
        ("lead", Role.LEAD, province),
        ("standing_body", Role.STANDING_BODY, province),
        ("auditor", Role.AUDITOR, province),
        ("administrator", Role.ADMINISTRATOR, province),
    ):
        cast.people[name] = officer(role, unit, username=name)
    cast.people["nobody"] = UserFactory(username="nobody")
    return cast


def running_round(kind: RoundKind = RoundKind.ANNUAL, year: int = 2025) -> AwardRound:
    """An open round, opened by its service once; annual unless asked otherwise."""
    movement: Movement = start_movement(plan_id=PLAN)
    existing = AwardRound.objects.filter(movement=movement, kind=kind, year=year).first()
    return existing or open_round(movement=movement, kind=kind, year=year, opens_on=date(year, 10, 1))


def pdf(name: str = "bao-cao.pdf", text: str = "Báo cáo thành tích") -> SimpleUploadedFile:
    """A small upload that is a PDF of one page; the text makes its bytes its own."""
    return SimpleUploadedFile(name, pdf_bytes(text), content_type="application/pdf")


def attach(owner: Dossier | FilingSet, kind: str, actor: User, **details: Any) -> Paper:
    """Attach a paper by the service."""
    return receive_paper(
        owner=owner,
        kind=kind,
        uploads=[pdf(f"{kind}.pdf", kind)],
        actor=actor,
        details=PaperDetails(**details),
    )


def fallen_reviews(unit: Unit) -> None:
    """Reviews in which poor and near-poor households fall from 400 to 150."""
    PovertyReviewFactory(unit=unit, year=2021, households=1800, poor=210, near_poor=190)
    PovertyReviewFactory(unit=unit, year=2025, households=1900, poor=70, near_poor=80)


def dossier_at(
    status: Status,
    cast: Cast,
    *,
    award: str = "province_certificate",
    nominee: Any = None,
    subject: str = "commune",
    award_round: AwardRound | None = None,
) -> Dossier:
    """A dossier of the cast's commune at a status, brought there by the services of each step.

    Statuses from the council on are reached by the councils' and decisions' own factories.
    """
    if nominee is None and subject == "commune":
        nominee = cast.commune
        if not nominee.reviews.exists():
            fallen_reviews(nominee)
            ZoneFactory(unit=nominee)
    dossier = start_dossier(
        nomination=Nomination(award_round or running_round(), award, subject, nominee, cast.commune),
        actor=cast["commune"],
        achievement="Hộ nghèo và cận nghèo giảm nhanh.",
        award_citation="Đã có thành tích xuất sắc trong Phong trào thi đua",
    )
    for step in _WAYS[status]:
        step(dossier, cast)
    dossier.refresh_from_db()
    return Dossier.objects.for_list().select_related("nominating_unit__parent").get(pk=dossier.pk)


def _file_to_district(dossier: Dossier, cast: Cast) -> None:
    attach(dossier, "achievement_report", cast["commune"], confirmed_by="Đảng ủy xã")
    file_to_district(dossier=dossier, actor=cast["commune"])


def _file(dossier: Dossier, cast: Cast) -> None:
    filing_set = filed_set(cast, [dossier])
    dossier.filing_set = filing_set


def filed_set(cast: Cast, dossiers: list[Dossier], *, send: bool = True) -> FilingSet:
    """The district's set with letter and minutes and these dossiers, filed unless `send` is off."""
    filing_set = open_filing_set(
        unit=cast.district, award_round=dossiers[0].award_round, actor=cast["district"]
    )
    for kind in ("submission_letter", "council_minutes"):
        attach(filing_set, kind, cast["district"])
    choose_dossiers(filing_set=filing_set, dossiers=dossiers, actor=cast["district"])
    if send:
        file_set(filing_set=filing_set, actor=cast["district"])
        for dossier in dossiers:
            dossier.refresh_from_db()
    return filing_set


def _receive(dossier: Dossier, cast: Cast) -> None:
    appraisal.receive(dossier=dossier, actor=cast["reviewer"])


def _mark_eligible(dossier: Dossier, cast: Cast) -> None:
    appraisal.record_originals(dossier=dossier, sets=1, actor=cast["reviewer"])
    evaluation = current_evaluation(dossier)
    for finding in result_of(evaluation).findings if evaluation else ():
        if finding.can_be_judged:
            appraisal.record_judgement(
                dossier=dossier,
                criterion=finding.criterion,
                verdict="met",
                note="Đã xem.",
                actor=cast["reviewer"],
            )
    appraisal.mark_eligible(dossier=dossier, actor=cast["reviewer"])


Step = Callable[[Dossier, Cast], None]
_TO_PROVINCE: tuple[Step, ...] = (_file_to_district, _file)
_APPRAISED: tuple[Step, ...] = (*_TO_PROVINCE, _receive)
_WAYS: dict[Status, tuple[Step, ...]] = {
    Status.DRAFT: (),
    Status.FILED_TO_DISTRICT: (_file_to_district,),
    Status.RETURNED: (
        _file_to_district,
        lambda dossier, cast: return_to_commune(
            dossier=dossier, reason="Bổ sung số liệu.", actor=cast["district"]
        ),
    ),
    Status.NOT_SELECTED: (
        _file_to_district,
        lambda dossier, cast: not_select(
            dossier=dossier, reason="Hội đồng không chọn.", actor=cast["district"]
        ),
    ),
    Status.FILED: _TO_PROVINCE,
    Status.RECEIVED: _APPRAISED,
    Status.SUPPLEMENT: (
        *_APPRAISED,
        lambda dossier, cast: appraisal.request_supplement(
            dossier=dossier, reason="Bổ sung xác nhận.", due_on=date(2025, 12, 22), actor=cast["reviewer"]
        ),
    ),
    Status.ELIGIBLE: (*_APPRAISED, _mark_eligible),
    Status.NOT_ELIGIBLE: (
        *_APPRAISED,
        lambda dossier, cast: appraisal.mark_not_eligible(
            dossier=dossier, reason="Chưa đạt.", actor=cast["reviewer"]
        ),
    ),
    Status.WITHDRAWN: (
        lambda dossier, cast: withdraw_dossier(dossier=dossier, actor=cast["commune"], reason="Rút hồ sơ."),
    ),
}
