"""Signed minutes of a unit's council: their head and number, and how they become the paper of what the unit files."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import translation

from core.exceptions import InvalidRequest, NotAllowed
from core.files import PDF, store_bytes
from core.models import User
from councils.enums import Serves
from councils.models import Council, Meeting
from councils.services import close_meeting, settle_reopening
from nominations.enums import Status
from nominations.models import Dossier, FilingSet, Paper
from nominations.proofs.papers import papers_that_differ
from nominations.selectors.papers import set_slots
from nominations.services.filing import choose_dossiers, file_set, open_filing_set
from nominations.services.papers import PaperDetails, attach_paper
from registry.models import Unit
from reports import services
from reports.documents.imprint import Imprint
from reports.documents.issuing_bodies import body_of_council
from reports.documents.minutes.context import context_of
from reports.kinds import Subject, kinds
from reports.models import IssuedDocument
from reports.selectors import content_hash
from reports.signing import reopen, sign_off
from tests.factories.files import pdf_bytes
from tests.integration.councils.building import House
from tests.integration.councils.unit_building import (
    DAY,
    UnitHouse,
    build_unit_house,
    unit_dossier,
    unit_meeting,
    vote,
)


@pytest.fixture(autouse=True)
def _in_english(frozen_day: Callable[[date], None]) -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def rendered(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What was drawn; the bytes name kind, number and head."""
    contexts: list[dict[str, Any]] = []

    def render(kind: str, context: dict[str, Any], imprint: object) -> bytes:
        contexts.append(context)
        return f"%PDF- {kind} {imprint} {context['office']}".encode()

    monkeypatch.setattr(services, "render_pdf", render)
    return contexts


@pytest.fixture
def units(db: None) -> UnitHouse:
    return build_unit_house()


def closed(units: UnitHouse, dossiers: list[Dossier], agree: int | None = None) -> Meeting:
    """A meeting of the district's council that voted on these dossiers and is over."""
    meeting = unit_meeting(units, dossiers)
    for position in range(1, len(dossiers) + 1):
        vote(units, meeting, position, agree)
    return close_meeting(meeting=meeting, conclusion="Nhất trí", actor=units.house.chair)


def subject_of(meeting: Meeting) -> Subject:
    return Subject(kinds()["minutes"], kinds()["minutes"].records().get(pk=meeting.pk))


def sign_both(meeting: Meeting, house: House) -> IssuedDocument:
    """Secretary and chair sign the minutes."""
    for actor in (house.secretary, house.chair):
        subject = subject_of(meeting)
        document = sign_off(subject=subject, actor=actor, read=content_hash(subject)).document
    assert document is not None
    return document


def set_with(units: UnitHouse, dossiers: list[Dossier]) -> FilingSet:
    """The district's open set with these dossiers."""
    filing_set = open_filing_set(
        unit=units.district, award_round=dossiers[0].award_round, actor=units.officer
    )
    choose_dossiers(filing_set=filing_set, dossiers=dossiers, actor=units.officer)
    return filing_set


def minutes_of(owner: FilingSet | Dossier, kind: str = "council_minutes") -> Paper | None:
    return owner.papers.filter(kind=kind, is_current=True).first()


def upload(owner: Any, actor: User, kind: str = "council_minutes", **details: Any) -> Paper:
    stored = store_bytes(content=pdf_bytes(f"{kind} {details}"), name="a.pdf", content_type=PDF, actor=actor)
    return attach_paper(owner=owner, kind=kind, stored=stored, actor=actor, details=PaperDetails(**details))


def test_the_minutes_bear_the_districts_head_and_the_number_of_its_council(units: UnitHouse) -> None:
    mine = sign_both(closed(units, [unit_dossier(units)]), units.house)

    context = context_of(subject_of(Meeting.objects.get()).record, Imprint("BB-HĐTĐKT", DAY, 1))
    office = context["office"]
    assert (office.superior, office.issuer) == (
        "UBND huyện Bắc Bình",
        "Hội đồng Thi đua - Khen thưởng huyện Bắc Bình",
    )
    assert (str(mine), mine.holder) == ("01/BB-HĐTĐKT", f"council-{units.house.council.pk}")


@pytest.mark.parametrize(
    ("kind", "name", "superior"),
    [
        ("agency", "Sở Y tế", "Sở Y tế"),
        ("commune", "Xã Phan Hòa", "UBND xã Phan Hòa"),
    ],
)
def test_heads_of_other_units(units: UnitHouse, kind: str, name: str, superior: str) -> None:
    council = Council(name="Hội đồng", unit=Unit.objects.get(kind=kind, name=name), serves=Serves.UNIT)

    body = body_of_council(council, DAY)

    assert (body.superior, body.issuer, body.abbreviation) == (superior, "Hội đồng", "HĐTĐKT")


def test_signed_minutes_become_the_paper_of_an_open_set(units: UnitHouse) -> None:
    dossier = unit_dossier(units)
    meeting = closed(units, [dossier])
    filing_set = set_with(units, [dossier])
    assert minutes_of(filing_set) is None

    document = sign_both(meeting, units.house)

    paper = minutes_of(filing_set)
    assert paper is not None
    assert paper.file_id == document.file_id
    assert (paper.number, paper.dated_on) == ("01/BB-HĐTĐKT", DAY)
    slot = next(slot for slot in set_slots(filing_set) if slot.kind == "council_minutes")
    assert slot.source == f"Signed in the meeting “{meeting.title}”."
    assert [flaw for flaw in papers_that_differ() if "council_minutes" in flaw.where] == []
    # The control: another file in its place is found.
    other = store_bytes(content=pdf_bytes("khác"), name="b.pdf", content_type=PDF, actor=units.officer)
    Paper.objects.filter(pk=paper.pk).update(file=other)
    assert [flaw for flaw in papers_that_differ() if "council_minutes" in flaw.where] != []


def test_a_set_begun_later_takes_them_up(units: UnitHouse) -> None:
    dossier = unit_dossier(units)
    document = sign_both(closed(units, [dossier]), units.house)

    filing_set = set_with(units, [dossier])

    paper = minutes_of(filing_set)
    assert paper is not None
    assert paper.file_id == document.file_id


def test_a_set_of_dossiers_that_it_did_not_vote_on_takes_nothing(units: UnitHouse) -> None:
    sign_both(closed(units, [unit_dossier(units)]), units.house)

    filing_set = set_with(units, [unit_dossier(units, 2)])

    assert minutes_of(filing_set) is None


def test_the_set_is_filed_with_them(units: UnitHouse) -> None:
    dossier = unit_dossier(units)
    sign_both(closed(units, [dossier]), units.house)
    filing_set = set_with(units, [dossier])
    upload(filing_set, units.officer, "submission_letter")

    (evaluation,) = file_set(filing_set=filing_set, actor=units.officer)

    dossier.refresh_from_db()
    findings = {finding["criterion"]: finding["status"] for finding in evaluation.result["findings"]}
    assert dossier.status == Status.FILED
    assert findings["council-minutes"] == "met"


def test_what_the_council_did_not_recommend_is_not_filed(units: UnitHouse) -> None:
    chosen, left = unit_dossier(units, 1), unit_dossier(units, 2)
    meeting = unit_meeting(units, [chosen, left])
    vote(units, meeting, 1)
    vote(units, meeting, 2, agree=3)
    sign_both(close_meeting(meeting=meeting, conclusion="Chọn một", actor=units.house.chair), units.house)
    filing_set = set_with(units, [chosen, left])
    upload(filing_set, units.officer, "submission_letter")

    with pytest.raises(NotAllowed, match=r"HS-2025-9002 cannot be filed\. The council of Huyện Bắc Bình"):
        file_set(filing_set=filing_set, actor=units.officer)
    choose_dossiers(filing_set=filing_set, dossiers=[chosen], actor=units.officer)
    file_set(filing_set=filing_set, actor=units.officer)

    assert set(Dossier.objects.filter(status=Status.FILED)) == {chosen}


def test_what_waits_for_the_vote_is_not_filed(units: UnitHouse) -> None:
    dossier = unit_dossier(units)
    filing_set = set_with(units, [dossier])
    upload(filing_set, units.officer, "submission_letter")
    upload(filing_set, units.officer)
    unit_meeting(units, [dossier])

    with pytest.raises(NotAllowed, match="was not voted on yet"):
        file_set(filing_set=filing_set, actor=units.officer)


def test_a_unit_that_votes_on_paper_files_with_its_upload(units: UnitHouse) -> None:
    dossier = unit_dossier(units)
    filing_set = set_with(units, [dossier])
    upload(filing_set, units.officer, "submission_letter")
    upload(filing_set, units.officer)

    file_set(filing_set=filing_set, actor=units.officer)

    dossier.refresh_from_db()
    assert dossier.status == Status.FILED


def test_an_upload_is_left_alone(units: UnitHouse) -> None:
    dossier = unit_dossier(units)
    meeting = closed(units, [dossier])
    filing_set = set_with(units, [dossier])
    uploaded = upload(filing_set, units.officer)

    sign_both(meeting, units.house)

    assert minutes_of(filing_set) == uploaded


def test_signed_minutes_give_way_for_a_reason_alone(units: UnitHouse) -> None:
    dossier = unit_dossier(units)
    sign_both(closed(units, [dossier]), units.house)
    filing_set = set_with(units, [dossier])

    with pytest.raises(InvalidRequest, match="so replacing it needs a reason"):
        upload(filing_set, units.officer)
    upload(filing_set, units.officer, reason="Bản có dấu của huyện")

    slot = next(slot for slot in set_slots(filing_set) if slot.kind == "council_minutes")
    assert slot.source == "Stands for the minutes signed in the meeting: Bản có dấu của huyện"
    assert filing_set.papers.filter(kind="council_minutes").count() == 2


def test_minutes_signed_again_are_the_next_version(units: UnitHouse) -> None:
    dossier = unit_dossier(units)
    meeting = closed(units, [dossier])
    first = sign_both(meeting, units.house)
    filing_set = set_with(units, [dossier])
    asked = reopen(subject=subject_of(meeting), reason="Sai tên", actor=units.house.secretary)
    settle_reopening(reopening=asked, agrees=True, actor=units.house.chair)

    second = sign_both(meeting, units.house)

    paper = minutes_of(filing_set)
    assert paper is not None
    assert (paper.version, paper.file_id) == (2, second.file_id)
    assert first.file_id != second.file_id


def test_what_was_filed_keeps_its_paper(units: UnitHouse) -> None:
    dossier = unit_dossier(units)
    meeting = closed(units, [dossier])
    first = sign_both(meeting, units.house)
    filing_set = set_with(units, [dossier])
    upload(filing_set, units.officer, "submission_letter")
    file_set(filing_set=filing_set, actor=units.officer)
    asked = reopen(subject=subject_of(meeting), reason="Sai tên", actor=units.house.secretary)
    settle_reopening(reopening=asked, agrees=True, actor=units.house.chair)

    sign_both(meeting, units.house)

    paper = minutes_of(filing_set)
    assert paper is not None
    assert paper.file_id == first.file_id


def test_a_communes_minutes_become_a_paper_of_its_dossier(units: UnitHouse) -> None:
    Council.objects.filter(pk=units.house.council.pk).update(unit=units.house.commune)
    units.house.council.refresh_from_db()
    dossier = unit_dossier(units, 1, Status.DRAFT)

    document = sign_both(closed(units, [dossier]), units.house)

    paper = minutes_of(dossier, "commune_minutes")
    assert paper is not None
    assert paper.file_id == document.file_id
    assert not Paper.objects.filter(kind="council_minutes").exists()


@pytest.mark.parametrize(
    ("who", "status"),
    [("officer", 200), ("auditor", 200), ("member", 200), ("lead", 404), ("other_officer", 404)],
)
def test_who_reads_the_document(units: UnitHouse, client: Client, who: str, status: int) -> None:
    meeting = closed(units, [unit_dossier(units)])
    sign_both(meeting, units.house)
    client.force_login(getattr(units, who) if hasattr(units, who) else getattr(units.house, who))

    assert client.get(reverse("reports:issue", args=["minutes", meeting.pk])).status_code == status


def test_the_set_shows_where_its_minutes_come_from_and_asks_why(units: UnitHouse, client: Client) -> None:
    dossier = unit_dossier(units)
    meeting = closed(units, [dossier])
    sign_both(meeting, units.house)
    filing_set = set_with(units, [dossier])
    client.force_login(units.officer)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"

    page = client.get(reverse("nominations:set_detail", args=[filing_set.pk])).content.decode()

    assert f"Signed in the meeting “{meeting.title}”." in page
    assert "Why it replaces the signed minutes" in page
    assert "Recommended by the unit" in page
