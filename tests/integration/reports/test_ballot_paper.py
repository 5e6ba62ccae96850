"""The ballot paper: the cases and choices of the screen, printed for who votes on paper, by who prepares the meeting."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from core import clock
from core.exceptions import NotAllowed
from core.files import read_bytes
from councils.enums import CASTABLE, MOST_ON_A_PAPER, MeetingStatus
from councils.models import Declaration, Meeting
from reports.kinds import Subject, kinds
from reports.services import issue_document, render_preview
from tests.integration.councils.building import (
    House,
    build_house,
    cast_all,
    close,
    eligible_dossier,
    meeting_in_session,
    planned_meeting,
    poll_in,
)

KIND = kinds()["ballot_paper"]


@pytest.fixture
def house(db: None, frozen_day: Any, settings: Any, tmp_path: Any) -> House:
    return build_house()


def paper_of(meeting: Meeting) -> Subject:
    return Subject(KIND, KIND.records().get(pk=meeting.pk))


def sheets_of(meeting: Meeting) -> list[list[int]]:
    """Which items stand on which paper."""
    subject = paper_of(meeting)
    context = KIND.context_of(subject.record, None)  # type: ignore[arg-type]
    return [
        [row["number"] for group in sheet["awards"] for row in group["rows"]] for sheet in context["sheets"]
    ]


def test_the_paper_has_the_cases_and_the_choices_of_the_screen(undrawn_documents: None, house: House) -> None:
    meeting = planned_meeting(house, [eligible_dossier(house, 1), eligible_dossier(house, 2)])

    with translation.override("en"):
        document = issue_document(subject=paper_of(meeting), actor=house.secretary)

    html = read_bytes(document.file).decode()
    text = " ".join(html.split())
    assert str(document) == "01/PBQ-HĐXKT"
    with translation.override("vi"):
        for choice in CASTABLE:
            assert f'<th scope="col">{choice.label}</th>' in text
    assert html.count('class="box"') == 2 * len(CASTABLE)
    for expected in (
        "Nguyễn Văn 1",
        "Nguyễn Văn 2",
        "Dấu của Hội đồng",
        "Phiếu không hợp lệ:",
        "Không ghi tên",
    ):
        assert expected in text
    for member in house.members:
        assert member.user.full_name not in text


def test_what_others_look_at_is_marked_as_no_paper(undrawn_documents: None, house: House) -> None:
    meeting = planned_meeting(house, [eligible_dossier(house)])

    text = render_preview(subject=paper_of(meeting)).decode()
    issued = read_bytes(issue_document(subject=paper_of(meeting), actor=house.reviewer).file).decode()

    assert "KHÔNG DÙNG ĐỂ BỎ PHIẾU" in text
    assert "KHÔNG DÙNG ĐỂ BỎ PHIẾU" not in issued
    assert "01/PBQ-HĐXKT" in issued


@pytest.mark.parametrize("who", ["lead", "member", "auditor", "outsider"])
def test_only_who_prepares_the_meeting_has_it_printed(house: House, who: str) -> None:
    meeting = planned_meeting(house, [eligible_dossier(house)])

    with pytest.raises(NotAllowed, match=r"secretary|thư ký"):
        issue_document(subject=paper_of(meeting), actor=getattr(house, who))


def test_there_is_no_paper_of_an_empty_agenda_or_a_closed_meeting(house: House) -> None:
    empty = planned_meeting(house, [])
    with pytest.raises(NotAllowed, match=r"waits for a poll|chờ bỏ phiếu"):
        KIND.check_can_preview(empty)

    over = planned_meeting(house, [eligible_dossier(house)])
    over.status = MeetingStatus.CLOSED
    with pytest.raises(NotAllowed, match=r"closed|kết thúc"):
        KIND.check_can_preview(over)


def test_while_a_poll_is_open_the_paper_is_that_of_the_poll(house: House) -> None:
    meeting = meeting_in_session(house, items=3)
    assert sheets_of(meeting) == [[1, 2, 3]]

    poll = poll_in(house, meeting, 2)
    assert sheets_of(meeting) == [[2]]

    cast_all(house, poll, ["agree"] * 9)
    close(house, poll)
    assert sheets_of(meeting) == [[1, 3]]


def test_a_case_in_which_a_member_takes_no_part_stands_on_a_paper_of_its_own(house: House) -> None:
    meeting = planned_meeting(house, [eligible_dossier(house, number) for number in (1, 2, 3)])
    Declaration.objects.create(
        item=meeting.items.get(position=2),
        member=house.members[2],
        has_interest=True,
        reason="Người thân",
        recorded_by=house.member,
        declared_at=clock.now(),
    )

    assert sheets_of(meeting) == [[1, 3], [2]]


def test_a_paper_holds_as_many_cases_as_a_poll(house: House) -> None:
    meeting = planned_meeting(
        house, [eligible_dossier(house, number) for number in range(1, MOST_ON_A_PAPER + 2)]
    )

    assert [len(sheet) for sheet in sheets_of(meeting)] == [MOST_ON_A_PAPER, 1]


def test_the_button_stands_on_the_page_of_the_meeting(house: House) -> None:
    meeting = planned_meeting(house, [eligible_dossier(house)])
    address = reverse("reports:issue", args=["ballot_paper", meeting.pk])
    client = Client()
    client.force_login(house.secretary)

    assert address in client.get(meeting.get_absolute_url()).content.decode()
    assert client.get(address).status_code == 200

    stranger = Client()
    stranger.force_login(house.outsider)
    assert stranger.get(address).status_code == 404
