"""Every component as pages use it: nothing for axe to find, no sideways scroll, at both widths."""

import pytest
from django.urls import reverse

from core.models import User
from tests.e2e.browsing import look

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.gallery.urls")]


def test_every_component_holds_at_both_widths(sign_in, viewport):
    page = sign_in(User.objects.create_user(username="reader"), viewport=viewport)

    page.goto(reverse("gallery"))
    look(page, whole=True)

    page.get_by_text("Không đủ điều kiện…").click()
    # The bar with the reason covers what lies behind it; at the page's end nothing does.
    page.keyboard.press("End")
    look(page, whole=True)
