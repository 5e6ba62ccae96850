"""The rulebook page as a jurist reads it: whole at both widths, nothing for axe to find."""

import pytest
from django.urls import reverse

from core.models import User
from tests.e2e.browsing import check_axe, check_no_sideways_scroll

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_rulebook_reads_at_both_widths(sign_in, viewport):
    page = sign_in(User.objects.create_user(username="reader"), viewport=viewport)

    page.goto(reverse("criteria:rulebook"))
    check_no_sideways_scroll(page)
    # Before the jump: what then lies half under the bar at the top is judged as if it could not be pressed.
    check_axe(page)

    page.locator("main").locator("a[href='#quotas']").click()

    assert page.url.endswith("#quotas")
    heading = page.locator("#quotas h2").bounding_box()
    bar = page.locator(".top-bar").bounding_box()
    assert heading
    assert bar
    assert bar["height"] <= heading["y"] < viewport["height"] / 2
