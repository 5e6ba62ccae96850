"""The council's meeting: agenda, roll, secret ballot on three kinds of screen, result, conclusion."""

from django.urls import reverse
from playwright.sync_api import Page, expect

from councils.models import AgendaItem, Attendance, Meeting, Poll
from councils.selectors.papers import place_of
from councils.services import open_poll
from councils.urn.client import papers_in
from nominations.enums import Status
from tests.e2e.browsing import NARROW, form_to, send
from tests.e2e.journey.walk import Walk
from tests.factories.log import log_people
from tests.integration.councils.building import cast, declare_all

# A screen learns of news within three seconds; a busy machine gets more, since speed is measured elsewhere.
SOON_MS = 10_000
VOTERS = 12
BY_PHONE, BY_KEYBOARD, WITHOUT_SCRIPT = "hd.tv03", "hd.tv04", "hd.tv05"


def secretary_prepares(walk: Walk) -> None:
    """A meeting of today, with both eligible dossiers in order."""
    page = walk.page("hd.thuky")
    page.goto(walk.scene.council.get_absolute_url())
    walk.see(page, "50-council")
    send(page, page.locator(f"a[href='{reverse('councils:meeting_create', args=[walk.scene.council.pk])}']"))
    page.locator("input[name=title]").fill("Phiên họp tổng kết năm 2025")
    page.locator("input[name=held_on]").fill("2025-12-15")
    page.locator("input[name=starts_at]").fill("08:30")
    assert send(page, page.locator("main form .btn-primary")) == 422
    expect(page.locator("input[name=title]")).to_have_value("Phiên họp tổng kết năm 2025")
    walk.see(page, "51-meeting-refused")
    page.locator("input[name=place]").fill("Phòng họp số 2, Sở Lao động - Thương binh và Xã hội")
    send(page, page.locator("main form .btn-primary"))
    for place, which in enumerate(("commune", "individual"), start=1):
        dossier = walk.dossier(which)
        page.locator(f"input[name=on-{dossier.pk}]").check()
        page.locator(f"input[name=place-{dossier.pk}]").fill(str(place))
    walk.see(page, "52-agenda")
    send(page, page.locator("main form .btn-primary"))
    assert walk.dossier("commune").status == Status.ON_AGENDA
    walk.see(page, "53-meeting-planned")


def chair_opens_and_takes_the_roll(walk: Walk) -> None:
    """Twelve of fifteen are present, and the page says that this is a quorum."""
    meeting, page = Meeting.objects.get(), walk.page("hd.chutich")
    page.goto("/")
    walk.see(page, "54-home-chair")
    page.goto(meeting.get_absolute_url())
    send(page, form_to(page, reverse("councils:meeting_open", args=[meeting.pk])).locator("button"))
    walk.see(page, "55-roll")
    boxes = page.locator("input[name=present]")
    present = {seat.pk for seat in walk.scene.council.members.order_by("user__username")[:VOTERS]}
    for box in boxes.all():
        box.set_checked(int(box.get_attribute("value") or 0) in present)
    send(page, page.locator("main form .btn-primary"))
    assert Attendance.objects.present().count() == VOTERS
    expect(page.locator("#now")).to_contain_text(str(VOTERS))
    walk.see(page, "56-quorum")


def members_declare(walk: Walk) -> None:
    """One declares by phone before reading, after a refusal; the secretary sees who has not, and the rest follow."""
    meeting, item = Meeting.objects.get(), AgendaItem.objects.get(position=2)
    phone = walk.page(BY_PHONE, viewport=NARROW)
    dossier = walk.dossier("commune")
    assert phone.request.get(dossier.get_absolute_url()).status == 404
    phone.goto("/")
    walk.see(phone, "56a-home-undeclared")
    phone.goto(meeting.get_absolute_url())
    walk.see(phone, "56b-undeclared")
    send(phone, phone.locator("#to-declaration"))
    walk.see(phone, "56c-declaration")
    phone.locator(f"input[name=interest-{item.pk}]").check()
    assert send(phone, phone.locator("main form .btn-primary")) == 422
    walk.see(phone, "56d-declaration-refused")
    phone.locator(f"input[name=interest-{item.pk}]").uncheck()
    send(phone, phone.locator("main form .btn-primary"))
    expect(phone.locator("#to-declaration")).to_have_count(0)
    send(phone, phone.locator(f"a[href='{dossier.get_absolute_url()}']"))
    expect(phone.locator("h1")).to_be_visible()
    walk.leave(BY_PHONE)

    secretary = walk.page("hd.thuky")
    secretary.goto(reverse("councils:interests", args=[meeting.pk]))
    walk.see(secretary, "56e-interests")
    declare_all(meeting)
    log_people()


def members_vote(walk: Walk) -> None:
    """One on a phone, one by keyboard alone, one without script; the chair sees the turnout, no direction."""
    meeting, chair = Meeting.objects.get(), walk.page("hd.chutich")
    hall = walk.page("hd.thuky")
    hall.goto(reverse("councils:hall", args=[meeting.pk]))
    walk.see(hall, "57-hall-waiting")
    phone = walk.page(BY_PHONE, viewport=NARROW)
    phone.goto(meeting.get_absolute_url())
    item = AgendaItem.objects.get(position=1)
    send(chair, form_to(chair, reverse("councils:poll_open", args=[item.pk])).locator("button"))
    poll = Poll.objects.get()
    walk.see(chair, "58-poll-open")

    # The member's page learns of the poll by itself.
    to_ballot = phone.locator("#to-ballot")
    expect(to_ballot).to_be_visible(timeout=SOON_MS)
    walk.see(phone, "59-member-called")
    send(phone, to_ballot)
    expect(phone.locator("input[type=radio]:checked")).to_have_count(0)
    walk.see(phone, "60-ballot")
    assert send(phone, phone.locator("main form button")) == 422
    walk.see(phone, "61-ballot-empty")
    phone.locator("input[type=radio][value=a]").check()
    send(phone, phone.locator("main form button"))
    expect(phone.locator("input[type=radio]")).to_have_count(0)
    walk.see(phone, "62-ballot-cast")

    _vote_by_keyboard(walk.page(BY_KEYBOARD), reverse("councils:ballot", args=[poll.pk]))
    plain = walk.page(WITHOUT_SCRIPT, java_script_enabled=False)
    plain.goto(reverse("councils:ballot", args=[poll.pk]))
    plain.locator("input[type=radio][value=a]").check()
    send(plain, plain.locator("main form button"))
    expect(plain.locator("input[type=radio]")).to_have_count(0)
    assert papers_in(place_of(poll)) == 3
    expect(hall.locator(".hall__figure")).to_have_text("3 / 12", timeout=SOON_MS)
    expect(chair.locator("#now")).to_contain_text("3 / 12", timeout=SOON_MS)
    walk.see(hall, "63-hall-turnout")
    walk.see(chair, "64-chair-turnout")

    for seat in poll.participations.filter(is_present=True).select_related("member__user"):
        cast(poll, seat.member.user, "agree")
    walk.leave(BY_KEYBOARD, WITHOUT_SCRIPT)


def _vote_by_keyboard(page: Page, address: str) -> None:
    """From the top of the page to the cast ballot with keys alone."""
    page.goto(address)
    for _stop in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('input[type=radio]')"):
            break
    page.keyboard.press("Space")
    assert page.evaluate("document.activeElement.value") == "a"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('main form button')")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("input[type=radio]")).to_have_count(0)


def chair_closes_the_poll(walk: Walk) -> None:
    """Twelve of fifteen agreed, exactly as many as the plan asks for: the result stands on every screen."""
    poll, chair = Poll.objects.get(), walk.page("hd.chutich")
    hall, phone = walk.page("hd.thuky"), walk.page(BY_PHONE)
    send(chair, form_to(chair, reverse("councils:poll_close", args=[poll.pk])).locator("button"))
    assert walk.dossier("commune").status == Status.RECOMMENDED
    walk.see(chair, "65-result")
    expect(hall.locator(".hall__figure")).to_have_text("12 / 15", timeout=SOON_MS)
    walk.see(hall, "66-hall-result")
    expect(phone.locator("#turnout")).to_contain_text("12 / 15", timeout=SOON_MS)
    walk.see(phone, "67-member-result")
    walk.leave(BY_PHONE)


def second_item_and_conclusion(walk: Walk) -> None:
    """The second dossier finds too few who agree; the chair concludes and closes the meeting."""
    meeting, chair = Meeting.objects.get(), walk.page("hd.chutich")
    poll = open_poll(item=AgendaItem.objects.get(position=2), actor=walk.scene.people["hd.chutich"])
    for place, seat in enumerate(poll.participations.filter(is_present=True).select_related("member__user")):
        cast(poll, seat.member.user, "agree" if place < 8 else "blank")
    chair.goto(meeting.get_absolute_url())
    send(chair, form_to(chair, reverse("councils:poll_close", args=[poll.pk])).locator("button"))
    assert walk.dossier("individual").status == Status.NOT_RECOMMENDED
    walk.see(chair, "68-all-settled")
    closing = form_to(chair, reverse("councils:meeting_close", args=[meeting.pk]))
    closing.locator("textarea").fill("Hội đồng thống nhất đề nghị khen thưởng xã Phan Điền.")
    send(chair, closing.locator("button"))
    expect(chair.locator("#now")).to_contain_text("Hội đồng thống nhất")
    walk.see(chair, "69-meeting-closed")
