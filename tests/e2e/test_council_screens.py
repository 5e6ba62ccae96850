"""A poll in two browsers: the chair's console, the member's phone, the hall; axe on each state."""

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, ViewportSize, expect

from councils.interests import interests_of
from councils.models import Council, Meeting, Poll
from councils.selectors.papers import place_of
from councils.services import open_polls
from councils.urn.client import papers_in
from registry.models import Unit
from tests.e2e.browsing import NARROW, check_axe, check_no_sideways_scroll, wait_for_htmx
from tests.integration.councils.building import (
    House,
    build_house,
    cast_all,
    close,
    counts,
    declare_all,
    eligible_dossier,
    meeting_in_session,
    planned_meeting,
    poll_in,
)

pytestmark = pytest.mark.django_db(transaction=True)

# Screens ask every two to three seconds; the limit leaves room for a busy machine, since tests do not time.
SOON_MS = 10_000


@pytest.fixture
def house(transactional_db: None) -> House:
    """A council of nine with its people."""
    return build_house()


def _look(page: Page) -> None:
    wait_for_htmx(page)
    check_axe(page, schemes=("light",))
    check_no_sideways_scroll(page)


def _vote_with_keys(page: Page) -> None:
    """From the first radio button to the cast ballot without a pointer."""
    page.get_by_role("radio").first.focus()
    page.keyboard.press("Space")
    for _option in range(4):
        if page.evaluate("document.activeElement.matches('main form button')"):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")


def test_a_poll_from_opening_to_result_on_three_screens(
    house: House, sign_in: Any, viewport: ViewportSize
) -> None:
    meeting = meeting_in_session(house)
    chair, member = sign_in(house.chair, viewport=viewport), sign_in(house.member, viewport=viewport)
    hall = sign_in(house.secretary, viewport=viewport)
    for page in (chair, member):
        page.goto(meeting.get_absolute_url())
        _look(page)
    hall.goto(f"/hoi-dong/phien-hop/{meeting.pk}/man-hinh/")
    _look(hall)

    chair.locator(f"form[action$='/noi-dung/{meeting.items.get().pk}/bo-phieu/'] button").click()
    chair.wait_for_load_state()
    _look(chair)
    to_ballot = member.locator("#to-ballot")
    expect(to_ballot).to_be_visible(timeout=SOON_MS)
    to_ballot.click()
    expect(member.get_by_role("radio")).to_have_count(3)
    _look(member)
    member.locator("main form button").click()
    _look(member)
    _vote_with_keys(member)
    expect(member.get_by_role("radio")).to_have_count(0)
    _look(member)
    poll = Poll.objects.get()
    assert counts(poll) == (1, 1)
    expect(hall.locator(".hall__figure")).to_have_text("1 / 9", timeout=SOON_MS)
    _look(hall)
    cast_all(house, poll, ["agree"] * 9)
    chair.locator(f"form[action$='/bo-phieu/{poll.pk}/dong/'] button").click()
    expect(member.locator("#turnout")).to_contain_text("9 / 9 (100", timeout=SOON_MS)
    expect(hall.locator(".hall__figure")).to_have_text("9 / 9", timeout=SOON_MS)
    for page in (member, hall, chair):
        _look(page)


def test_pages_around_a_meeting(house: House, sign_in: Any, viewport: ViewportSize) -> None:
    meeting = planned_meeting(house, [eligible_dossier(house, 1)])
    eligible_dossier(house, 2)
    secretary, lead = sign_in(house.secretary, viewport=viewport), sign_in(house.lead, viewport=viewport)

    for address in (
        "/hoi-dong/",
        f"/hoi-dong/{house.council.pk}/phien-hop/moi/",
        meeting.get_absolute_url(),
        f"/hoi-dong/phien-hop/{meeting.pk}/noi-dung/",
        f"/hoi-dong/phien-hop/{meeting.pk}/man-hinh/",
    ):
        secretary.goto(address)
        _look(secretary)
    for address in ("/hoi-dong/moi/", house.council.get_absolute_url()):
        lead.goto(address)
        _look(lead)
    assert Meeting.objects.count() == 1


def test_an_interest_is_settled_and_the_recused_member_has_no_ballot(
    house: House, sign_in: Any, viewport: ViewportSize
) -> None:
    meeting = meeting_in_session(house, declared=False)
    house.member.full_name = str(meeting.items.get().dossier.nominee)
    house.member.save()
    declared_before = interests_of(meeting).pending
    secretary, member = sign_in(house.secretary, viewport=viewport), sign_in(house.member, viewport=NARROW)
    member.goto(f"/hoi-dong/phien-hop/{meeting.pk}/khai-bao/")
    _look(member)
    member.locator("main form .btn-primary").click()
    secretary.goto(f"/hoi-dong/phien-hop/{meeting.pk}/quyen-loi/")
    _look(secretary)

    form = secretary.locator("form[action*='/noi-dung/']")
    form.locator("button").click()
    expect(secretary.locator("form[action*='/noi-dung/'] .invalid-feedback").first).to_be_visible()
    _look(secretary)
    form.locator("input[type=radio][value=out]").check()
    form.locator("input[type=text]").fill("Chính là đối tượng được đề nghị")
    form.locator("button").click()
    expect(form.locator("button")).to_have_class("btn btn-outline-primary")
    _look(secretary)
    secretary.goto(f"/hoi-dong/phien-hop/{meeting.pk}/khai-bao/{house.members[3].pk}/")
    _look(secretary)
    secretary.goto(meeting.get_absolute_url())
    _look(secretary)

    declare_all(meeting)
    poll = poll_in(house, meeting)
    member.goto(meeting.get_absolute_url())
    expect(member.locator("#to-ballot")).to_have_count(0)
    _look(member)
    member.goto(f"/hoi-dong/bo-phieu/{poll.pk}/")
    expect(member.get_by_role("radio")).to_have_count(0)
    _look(member)
    assert [one.member for one in declared_before] == [house.members[2]]
    assert (poll.ballots_count, poll.recused_count) == (8, 1)


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_ballot_is_small_and_needs_no_script(house: House, sign_in: Any, script: bool) -> None:
    poll = poll_in(house, meeting_in_session(house))
    page = sign_in(house.member, viewport=NARROW, java_script_enabled=script)
    sent: list[str] = []
    page.on(
        "request", lambda request: sent.append(request.post_data or "") if request.method == "POST" else None
    )
    page.goto(f"/hoi-dong/bo-phieu/{poll.pk}/")

    page.get_by_role("radio").nth(1).check()
    page.locator("main form button").click()

    expect(page.get_by_role("radio")).to_have_count(0)
    assert counts(poll) == (1, 1)
    assert [len(body) < 2048 for body in sent] == [True]


def _type_totals(page: Page, totals: tuple[str, ...]) -> None:
    """Four totals from the first field to the button without a pointer."""
    page.locator("[name=agree]").focus()
    for number in totals:
        page.keyboard.type(number)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")


def test_papers_are_entered_and_confirmed_by_two_people(
    house: House, sign_in: Any, viewport: ViewportSize
) -> None:
    meeting = meeting_in_session(house, absent=1)
    secretary, chair = sign_in(house.secretary, viewport=viewport), sign_in(house.chair, viewport=viewport)
    secretary.goto(reverse("councils:paper_seats", args=[meeting.items.get().pk]))
    _look(secretary)
    for member in (house.members[6], house.members[7], house.members[8]):
        secretary.locator(f"input[value='{member.pk}']").check()
    secretary.locator("main form [type=submit]").click()
    secretary.wait_for_url(f"**{meeting.get_absolute_url()}")
    poll = poll_in(house, meeting)
    cast_all(house, poll, ["agree"] * 6)
    chair.goto(meeting.get_absolute_url())
    _look(chair)

    batches = reverse("councils:batches", args=[poll.pk])
    secretary.goto(batches)
    _look(secretary)
    secretary.locator("[name=kind][value=paper]").check()
    _type_totals(secretary, ("1", "1", "0", "0"))
    confirm = secretary.locator("main table form [type=submit]")
    expect(confirm).to_have_count(1)
    _look(secretary)

    # The chair's page learns of it by itself.
    expect(chair.locator(f"#to-batches-{poll.pk}.btn-primary")).to_be_visible(timeout=SOON_MS)
    chair.locator(f"#to-batches-{poll.pk}").click()
    _look(chair)
    chair.locator("main table a.btn-primary").click()
    _look(chair)
    _type_totals(chair, ("2", "0", "0", "0"))
    expect(chair.locator("[data-error-summary]")).to_be_visible()
    _look(chair)
    for name, number in (("agree", "1"), ("disagree", "1")):
        chair.locator(f"[name={name}]").fill(number)
    chair.locator("main form [type=submit]").first.click()
    chair.wait_for_url(f"**{batches}")
    _look(chair)

    assert papers_in(place_of(poll)) == 8


def test_one_paper_another_round_and_a_second_day_on_three_screens(
    house: House, sign_in: Any, viewport: ViewportSize
) -> None:
    meeting = meeting_in_session(house, items=2)
    chair, member = sign_in(house.chair, viewport=viewport), sign_in(house.member, viewport=viewport)
    hall = sign_in(house.secretary, viewport=viewport)
    chair.goto(meeting.get_absolute_url())
    member.goto(meeting.get_absolute_url())
    hall.goto(f"/hoi-dong/phien-hop/{meeting.pk}/man-hinh/")

    _open_on_both(chair)
    member.locator("#to-ballot").click(timeout=SOON_MS)
    expect(member.get_by_role("radio")).to_have_count(6)
    _look(member)
    member.locator("input[name=choice-1][value=a]").check()
    member.locator("main form button").click()
    expect(member.get_by_role("radio")).to_have_count(6)
    _look(member)
    expect(member.locator("input[name=choice-1][value=a]")).to_be_checked()
    member.locator("input[name=choice-2][value=d]").check()
    member.locator("main form button").click()
    expect(member.get_by_role("radio")).to_have_count(0)
    _look(member)
    expect(hall.locator(".hall__list")).to_contain_text("1 / 9", timeout=SOON_MS)
    _look(hall)

    polls = list(Poll.objects.order_by("pk"))
    for poll in polls:
        cast_all(house, poll, ["agree"] * 9)
    chair.locator(f"form[action$='/bo-phieu/{polls[0].pk}/dong/'] button").click()
    chair.wait_for_load_state()
    _look(chair)
    _hold_another_round(chair)
    poll = Poll.objects.latest("pk")
    assert (poll.turn, poll.turn_reason) == (2, "Bằng phiếu ở suất cuối")
    expect(member.locator("#turnout")).to_contain_text("9 / 9", timeout=SOON_MS)
    chair.locator("summary", has_text="Hủy cuộc bỏ phiếu").click()
    chair.locator(f"form[action$='/bo-phieu/{poll.pk}/huy/'] textarea").fill("Mất điện")
    chair.locator(f"form[action$='/bo-phieu/{poll.pk}/huy/'] button").click()
    chair.locator("form[action$='/giu-ket-qua/'] button").click()
    chair.wait_for_load_state()

    _adjourn(chair)
    _look(chair)
    expect(hall.locator("#now")).to_contain_text("tạm ngừng", timeout=SOON_MS)
    _look(hall)
    chair.locator("form[action$='/hop-tiep/'] button").click()
    chair.wait_for_load_state()
    expect(chair.locator("input[name=present]")).to_have_count(9)
    assert Meeting.objects.get().status == "open"


def _open_on_both(chair: Page) -> None:
    chair.locator("summary", has_text="Nhiều hồ sơ trên một phiếu").click()
    form = chair.locator("form[action$='/bo-phieu/']", has=chair.locator("input[name=minutes]"))
    for box in form.locator("input[name=items]").all():
        box.check()
    form.locator("input[name=minutes]").fill("5")
    _look(chair)
    form.locator("button[type=submit]").click()
    chair.wait_for_load_state()
    expect(chair.locator("[data-seconds-left] strong").first).to_contain_text(":")
    _look(chair)


def _hold_another_round(chair: Page) -> None:
    chair.locator("summary", has_text="Bỏ phiếu vòng nữa").click()
    form = chair.locator("form[action$='/bo-phieu/']", has=chair.locator("textarea[name=again_because]"))
    form.locator("input[name=items]").first.check()
    form.locator("textarea").fill("Bằng phiếu ở suất cuối")
    _look(chair)
    form.locator("button[type=submit]").click()
    chair.wait_for_load_state()
    _look(chair)


def _adjourn(chair: Page) -> None:
    chair.locator("summary", has_text="Tạm ngừng phiên họp").click()
    form = chair.locator("form[action$='/tam-ngung/']")
    form.locator("textarea").fill("Hết giờ làm việc")
    form.locator("input[name=resumes_on]").fill("2025-12-15")
    form.locator("input[name=resumes_at]").fill("14:00")
    _look(chair)
    form.locator("button[type=submit]").click()
    chair.wait_for_load_state()


HALLS = [(1280, 720), (1920, 1080), (3840, 2160)]
LONG = "Hội đồng xét khen thưởng Phong trào thi đua Vì người nghèo - Không để ai bị bỏ lại phía sau "


PIXELS_BELOW = "document.documentElement.scrollHeight - document.documentElement.clientHeight"
# In one question: the page mends at once what is made too high.
PIXELS_BELOW_IF_LARGER = f"""() => {{
    const style = document.body.style, scale = Number(style.getPropertyValue("--hall-scale"));
    style.setProperty("--hall-scale", scale + 0.04);
    const below = {PIXELS_BELOW};
    style.setProperty("--hall-scale", scale);
    return scale === 1 ? null : below;
}}"""


def _look_in_the_hall(hall: Page, meeting: Meeting, state: str) -> None:
    """On no screen of a hall does anything lie below its edge, where nobody can scroll, nor is anything needlessly small."""
    for width, height in HALLS:
        hall.set_viewport_size(ViewportSize(width=width, height=height))
        hall.goto(reverse("councils:hall", args=[meeting.pk]))
        _look(hall)
        hall.evaluate("document.fonts.ready.then(() => new Promise(requestAnimationFrame))")
        low, low_if_larger = hall.evaluate(PIXELS_BELOW), hall.evaluate(PIXELS_BELOW_IF_LARGER)
        assert low <= 0, f"{state} at {width} x {height}: {low} px lie below the screen"
        assert low_if_larger is None or low_if_larger > 0, (
            f"{state} at {width} x {height} is needlessly small"
        )


def test_the_longest_words_fit_on_every_screen_of_a_hall(house: House, sign_in: Any) -> None:
    meeting = meeting_in_session(house, items=10)
    hall = sign_in(house.secretary)
    _look_in_the_hall(hall, meeting, "short words")
    assert hall.evaluate("document.body.style.getPropertyValue('--hall-scale')") == "1"
    Meeting.objects.update(title=(LONG * 3)[:200])
    Council.objects.update(name=(LONG * 3)[:200])
    Unit.objects.filter(pk=house.commune.pk).update(name=("Xã " + "Hàm Thuận Bắc " * 12)[:160].strip())
    _look_in_the_hall(hall, meeting, "waiting")
    polls = open_polls(items=list(meeting.items.order_by("position")), minutes=5, actor=house.chair)
    _look_in_the_hall(hall, meeting, "ten on a paper")
    for poll in polls:
        cast_all(house, poll, ["agree"] * 9)
    close(house, polls[0])
    _look_in_the_hall(hall, meeting, "result")
    one = meeting.items.order_by("position").last()
    open_polls(items=[one], again_because="Bằng phiếu ở suất cuối", actor=house.chair)
    _look_in_the_hall(hall, meeting, "one on a paper")
