"""A council of fifteen through ten items on two days, off every smooth path, in browsers, to its two signed records."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, ViewportSize, expect

from councils.enums import Office, RecordKind
from councils.interests import interests_of
from councils.models import AgendaItem, CouncilMember, Meeting, Poll
from councils.records import record_state
from nominations.enums import Status
from reports.models import IssuedDocument
from reports.verifying import checks_of
from tests.e2e.browsing import NARROW, WIDE, form_to, look, send, unfold
from tests.integration.councils.building import (
    House,
    build_house,
    cast,
    declare_all,
    eligible_dossier,
    invite,
    planned_meeting,
)

pytestmark = pytest.mark.django_db(transaction=True)

FIRST_DAY, SECOND_DAY = date(2025, 12, 15), date(2025, 12, 17)
MEMBERS, ITEMS = 15, 10
HALL = ViewportSize(width=1280, height=720)
# Screens ask every two to three seconds; the limit leaves room for a busy machine, since tests do not time.
SOON_MS = 10_000


@pytest.fixture
def house(transactional_db: None) -> House:
    """Fifteen seats: chair, secretary, a deputy chair, and twelve more."""
    house = build_house(MEMBERS)
    CouncilMember.objects.filter(pk=house.members[2].pk).update(office=Office.DEPUTY)
    house.members[2].refresh_from_db()
    return house


class Day:
    """The people of the story at their screens, and what each does there."""

    def __init__(self, house: House, meeting: Meeting, sign_in: Callable[..., Page]) -> None:
        self.house, self.meeting = house, meeting
        self.secretary = sign_in(house.secretary, viewport=WIDE)
        self.chair = sign_in(house.chair, viewport=WIDE)
        self.deputy = sign_in(house.members[2].user, viewport=NARROW)
        self.phone = sign_in(house.members[3].user, viewport=NARROW)
        self.hall = sign_in(house.secretary, viewport=HALL)

    def item(self, position: int) -> AgendaItem:
        return AgendaItem.objects.get(meeting=self.meeting, position=position)

    def standing(self, position: int) -> str:
        return self.item(position).dossier.status

    def go(self, page: Page) -> None:
        page.goto(self.meeting.get_absolute_url())

    def open_one(self, leader: Page, position: int) -> Poll:
        """The leader opens the poll on one item; the member's phone hears of it by itself and votes first."""
        self.go(leader)
        address = reverse("councils:poll_open", args=[self.item(position).pk])
        send(leader, form_to(leader, address).locator("button"))
        return Poll.objects.latest("pk")

    def vote_by_phone(self, papers: int = 1) -> None:
        self.phone.locator("#to-ballot").click(timeout=SOON_MS)
        expect(self.phone.get_by_role("radio")).to_have_count(3 * papers)
        for box in self.phone.locator("input[type=radio][value=a]").all():
            box.check()
        send(self.phone, self.phone.locator("main form button"))
        expect(self.phone.get_by_role("radio")).to_have_count(0)
        self.go(self.phone)

    def vote_all(self, poll: Poll, disagree: int = 0) -> None:
        """Whoever has a ballot and no paper in the urn casts one; the first of them against."""
        for seat in poll.participations.filter(is_present=True, is_recused=False).select_related(
            "member__user"
        ):
            if seat.member != self.house.members[3]:
                cast(poll, seat.member.user, "disagree" if disagree > 0 else "agree")
                disagree -= 1

    def close(self, leader: Page) -> None:
        """What is open now, all that stand on one paper together."""
        self.go(leader)
        closing = leader.locator("form[action*='/bo-phieu/'][action*='/dong/']")
        assert send(leader, closing.locator("button[type=submit]")) == 200

    def take_roll(self, absent: int) -> None:
        """The secretary ticks who is there; the last ones are not, with leave."""
        page = self.secretary
        page.goto(reverse("councils:roll", args=[self.meeting.pk]))
        present = {seat.pk for seat in self.house.members[: MEMBERS - absent]}
        for box in page.locator("input[name=present]").all():
            box.set_checked(int(box.get_attribute("value") or 0) in present)
        for box in page.locator("input[name=excused]").all():
            box.set_checked(int(box.get_attribute("value") or 0) not in present)
        look(page)
        send(page, page.locator("main form .btn-primary"))


@pytest.mark.whole_journey
def test_fifteen_members_ten_items_and_everything_that_goes_wrong(
    house: House, sign_in: Any, frozen_day: Callable[[date], None]
) -> None:
    meeting = planned_meeting(house, [eligible_dossier(house, number) for number in range(1, ITEMS + 1)])
    invite(house, meeting)
    day = Day(house, meeting, sign_in)

    _one_has_an_interest(day)
    _opens_with_two_absent(day)
    _first_item_with_two_written_opinions(day)
    _the_chair_is_lost_in_the_middle_of_a_poll(day)
    _the_recused_member_has_no_ballot(day)
    _a_poll_is_annulled_and_held_again(day)
    _two_on_a_paper_and_a_second_round(day)
    _adjourned_to_another_day(day, frozen_day)
    _the_rest_on_one_paper(day)
    _closed_and_signed(day)


def _one_has_an_interest(day: Day) -> None:
    """A member declares an interest in the fourth item by phone; all others have none."""
    phone, item = day.phone, day.item(4)
    phone.goto(reverse("councils:declare", args=[day.meeting.pk]))
    phone.locator(f"input[name=interest-{item.pk}]").check()
    phone.locator(f"[name=reason-{item.pk}]").fill("Chủ hộ là cháu ruột")
    look(phone)
    send(phone, phone.locator("main form .btn-primary"))
    declare_all(day.meeting)
    assert interests_of(day.meeting).pending == []


def _opens_with_two_absent(day: Day) -> None:
    """The chair opens, thirteen of fifteen come, and the two absent ones sent their opinions for the first item."""
    day.go(day.chair)
    send(
        day.chair,
        form_to(day.chair, reverse("councils:meeting_open", args=[day.meeting.pk])).locator("button"),
    )
    day.go(day.chair)
    day.take_roll(absent=2)
    expect(day.chair.locator("#now")).to_contain_text("13", timeout=SOON_MS)
    page = day.secretary
    page.goto(reverse("councils:paper_seats", args=[day.item(1).pk]))
    for seat in day.house.members[13:]:
        page.locator(f"input[name=written][value='{seat.pk}']").check()
    look(page)
    send(page, page.locator("main form [type=submit]"))
    day.hall.goto(reverse("councils:hall", args=[day.meeting.pk]))
    look(day.hall)
    day.go(day.phone)


def _first_item_with_two_written_opinions(day: Day) -> None:
    """Thirteen vote on their devices, two by letter: fifteen of fifteen."""
    poll = day.open_one(day.chair, 1)
    day.vote_by_phone()
    day.vote_all(poll)
    batches = reverse("councils:batches", args=[poll.pk])
    for page, button in ((day.secretary, None), (day.chair, "main table a.btn-primary")):
        page.goto(batches)
        if button:
            send(page, page.locator(button))
        for name, number in (("agree", "1"), ("disagree", "1"), ("blank", "0"), ("invalid", "0")):
            page.locator(f"[name={name}]").fill(number)
        look(page)
        send(page, page.locator("main form [type=submit]").first)
    expect(day.hall.locator(".hall__figure")).to_have_text("15 / 15", timeout=SOON_MS)
    day.close(day.chair)
    poll.refresh_from_db()
    assert (poll.members_count, poll.tally.agree, poll.tally.disagree) == (MEMBERS, 14, 1)
    assert day.standing(1) == Status.RECOMMENDED


def _the_chair_is_lost_in_the_middle_of_a_poll(day: Day) -> None:
    """With six papers in the urn the deputy chair takes the chair over by phone, and closes what the chair began."""
    poll = day.open_one(day.chair, 2)
    day.vote_by_phone()
    for seat in day.house.members[4:9]:
        cast(poll, seat.user, "agree")
    page = day.deputy
    page.goto(reverse("councils:offices", args=[day.meeting.pk]))
    page.locator("[name=office]").select_option("chair")
    page.locator("[name=to_member]").select_option(str(day.house.members[2].pk))
    page.locator("[name=reason]").fill("Chủ tọa bị ốm đột xuất")
    look(page)
    send(page, page.locator("main form .btn-primary"))
    day.vote_all(poll)
    day.close(page)
    look(page)
    assert Meeting.objects.get().chair == day.house.members[2]
    assert day.standing(2) == Status.RECOMMENDED
    day.go(day.chair)
    expect(day.chair.locator("#console")).to_have_count(0)


def _the_recused_member_has_no_ballot(day: Day) -> None:
    """Twelve have ballots; the base stays fifteen, of whom twelve must agree."""
    third = day.open_one(day.deputy, 3)
    day.vote_by_phone()
    day.vote_all(third)
    day.close(day.deputy)
    poll = day.open_one(day.deputy, 4)
    expect(day.hall.locator(".hall__figure")).to_have_text("0 / 12", timeout=SOON_MS)
    day.go(day.phone)
    expect(day.phone.locator("#to-ballot")).to_have_count(0)
    day.vote_all(poll, disagree=1)
    day.close(day.deputy)
    poll.refresh_from_db()
    assert (poll.members_count, poll.recused_count, poll.tally.agree) == (MEMBERS, 1, 11)
    assert day.standing(4) == Status.NOT_RECOMMENDED


def _a_poll_is_annulled_and_held_again(day: Day) -> None:
    """Its papers are seen by nobody; the item is voted on again and gets its result."""
    poll = day.open_one(day.deputy, 5)
    day.vote_by_phone()
    day.go(day.deputy)
    annul = unfold(form_to(day.deputy, reverse("councils:poll_annul", args=[poll.pk])))
    annul.locator("textarea").fill("Mất điện trong khi bỏ phiếu")
    send(day.deputy, annul.locator("button"))
    poll.refresh_from_db()
    assert poll.void_cause
    assert not hasattr(poll, "tally")
    again = day.open_one(day.deputy, 5)
    day.vote_by_phone()
    day.vote_all(again)
    day.close(day.deputy)
    assert day.standing(5) == Status.RECOMMENDED


def _two_on_a_paper_and_a_second_round(day: Day) -> None:
    """Both reach the threshold with as many votes; a second round among the two decides between them."""
    polls = _open_together(day, (6, 7))
    day.vote_by_phone(papers=2)
    for poll in polls:
        day.vote_all(poll, disagree=1)
    day.close(day.deputy)
    day.go(day.deputy)
    form = _panel(day.deputy, "Bỏ phiếu vòng nữa")
    for position in (6, 7):
        form.locator(f"input[name=items][value='{day.item(position).pk}']").check()
    form.locator("textarea").fill("Bằng phiếu, còn một suất")
    look(day.deputy)
    assert _ids_given_twice(day.deputy) == []
    send(day.deputy, form.locator("button[type=submit]"))
    second = list(Poll.objects.order_by("-pk")[:2])
    assert [poll.turn for poll in second] == [2, 2]
    day.vote_by_phone(papers=2)
    for poll, against in zip(second, (0, 6), strict=True):
        day.vote_all(poll, disagree=against)
    day.close(day.deputy)
    assert {day.standing(6), day.standing(7)} == {Status.RECOMMENDED, Status.NOT_RECOMMENDED}


def _ids_given_twice(page: Page) -> list[str]:
    ids: list[str] = page.locator("[id]").evaluate_all("all => all.map(one => one.id)")
    return sorted({one for one in ids if ids.count(one) > 1})


def _panel(page: Page, title: str) -> Locator:
    """The form behind a summary of the console, unfolded."""
    page.locator("summary", has_text=title).click()
    return page.locator("details", has=page.locator("summary", has_text=title)).locator("form")


def _open_together(day: Day, positions: tuple[int, ...]) -> list[Poll]:
    page = day.deputy
    day.go(page)
    form = _panel(page, "Nhiều hồ sơ trên một phiếu")
    for position in positions:
        form.locator(f"input[name=items][value='{day.item(position).pk}']").check()
    look(page)
    send(page, form.locator("button[type=submit]"))
    polls = list(Poll.objects.order_by("-pk")[: len(positions)])
    expect(day.hall.locator(".hall__list li")).to_have_count(len(positions), timeout=SOON_MS)
    look(day.hall)
    return polls


def _adjourned_to_another_day(day: Day, frozen_day: Callable[[date], None]) -> None:
    """Three items are left for the second day, on which one more member is absent."""
    page = day.deputy
    form = unfold(form_to(page, reverse("councils:meeting_adjourn", args=[day.meeting.pk])))
    form.locator("textarea").fill("Hết giờ làm việc")
    form.locator("input[name=resumes_on]").fill(SECOND_DAY.isoformat())
    form.locator("input[name=resumes_at]").fill("08:00")
    send(page, form.locator("button[type=submit]"))
    expect(day.hall.locator("#now")).to_contain_text("tạm ngừng", timeout=SOON_MS)
    frozen_day(SECOND_DAY)
    day.go(page)
    send(page, form_to(page, reverse("councils:meeting_resume", args=[day.meeting.pk])).locator("button"))
    day.take_roll(absent=3)
    day.go(day.phone)


def _the_rest_on_one_paper(day: Day) -> None:
    """The last three items with twelve present: every one of them must agree."""
    polls = _open_together(day, (8, 9, 10))
    day.vote_by_phone(papers=3)
    for poll, against in zip(reversed(polls), (0, 0, 1), strict=True):
        day.vote_all(poll, disagree=against)
    day.close(day.deputy)
    assert [day.standing(position) for position in (8, 9, 10)] == [
        *(Status.RECOMMENDED, Status.RECOMMENDED),
        Status.NOT_RECOMMENDED,
    ]


def _closed_and_signed(day: Day) -> None:
    """Conclusion, both records signed by two people in their browsers, and every row of the meeting recounted."""
    page = day.deputy
    day.go(page)
    form = form_to(page, reverse("councils:meeting_close", args=[day.meeting.pk]))
    form.locator("textarea").fill("Hội đồng thống nhất đề nghị khen thưởng bảy trường hợp.")
    send(page, form.locator("button"))
    for kind in ("minutes", "counting"):
        for signer in (day.secretary, day.deputy):
            signer.goto(reverse("reports:issue", args=[kind, day.meeting.pk]))
            look(signer)
            sign = reverse("reports:record_sign", args=[kind, day.meeting.pk])
            assert send(signer, form_to(signer, sign).locator("button")) == 200
        assert record_state(day.meeting, RecordKind(kind)).is_frozen
    assert IssuedDocument.objects.count() == 2
    as_it_ran = Meeting.objects.get(pk=day.meeting.pk)
    assert [str(check) for check in checks_of(as_it_ran) if not check.holds] == []
