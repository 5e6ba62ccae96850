"""The agenda's order: by award and kind of nominee as the plan lists them, or one's own, with and without a script."""

import re
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from councils.models import Meeting
from councils.selectors.meetings import state_of
from nominations.models import Dossier
from tests.integration.councils.building import House, eligible_dossier, planned_meeting

pytestmark = pytest.mark.django_db

# In the plan: village before household before individual; the province's certificate before the Prime Minister's.
AWARDS = ("pm_certificate", "province_certificate", "pm_certificate", "province_certificate")
SUBJECTS = ("household", "household", "village", "village")


@pytest.fixture
def dossiers(house: House) -> list[Dossier]:
    """Four dossiers whose own order is not the plan's."""
    made = [eligible_dossier(house, number) for number in range(1, 5)]
    for dossier, award, subject in zip(made, AWARDS, SUBJECTS, strict=True):
        Dossier.objects.filter(pk=dossier.pk).update(award=award, subject=subject)
        dossier.refresh_from_db()
    return made


BY_PLAN = [3, 1, 2, 0]
"""Which of them comes first, second, third and fourth in the plan's order."""


@pytest.fixture
def meeting(house: House, dossiers: list[Dossier]) -> Meeting:
    return planned_meeting(house, dossiers)


def _as(user: Any) -> Client:
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(user)
    return client


def _text(answer: HttpResponse) -> str:
    return " ".join(answer.content.decode().split())


def _typed(dossiers: list[Dossier], **more: str) -> dict[str, str]:
    typed = {f"on-{dossier.pk}": "on" for dossier in dossiers}
    typed |= {f"place-{dossier.pk}": str(place) for place, dossier in enumerate(dossiers, 1)}
    return typed | more


def _listed(answer: HttpResponse) -> list[int]:
    """Keys of the dossiers in the order of the page's rows."""
    return [int(pk) for pk in re.findall(r'name="on-(\d+)"', answer.content.decode())]


def _agenda(meeting: Meeting) -> str:
    return reverse("councils:agenda", args=[meeting.pk])


def _pressed(house: House, meeting: Meeting, dossiers: list[Dossier], button: str) -> HttpResponse:
    return _as(house.secretary).post(_agenda(meeting), _typed(dossiers, move=button))


def test_the_plans_order_is_one_press_and_is_kept_by_saving(
    house: House, meeting: Meeting, dossiers: list[Dossier]
) -> None:
    answer = _pressed(house, meeting, dossiers, "plan")

    wanted = [dossiers[number].pk for number in BY_PLAN]
    assert answer.status_code == 200
    assert _listed(answer) == wanted
    assert "now follows the plan&#x27;s order" in _text(answer)
    assert list(meeting.items.values_list("dossier", flat=True)) == [dossier.pk for dossier in dossiers], (
        "nothing is saved by the press"
    )

    _as(house.secretary).post(_agenda(meeting), _typed([dossiers[number] for number in BY_PLAN]))

    assert list(meeting.items.values_list("dossier", flat=True)) == wanted


@pytest.mark.parametrize(
    ("moved", "way", "order", "place"),
    [
        (1, "up", [1, 0, 2, 3], 1),
        (1, "down", [0, 2, 1, 3], 3),
        (0, "up", [0, 1, 2, 3], 1),
        (3, "down", [0, 1, 2, 3], 4),
    ],
)
def test_arrows_move_an_item_without_a_script_and_keep_the_focus(
    house: House,
    meeting: Meeting,
    dossiers: list[Dossier],
    moved: int,
    way: str,
    order: list[int],
    place: int,
) -> None:
    button = f"{way}-{dossiers[moved].pk}"

    answer = _pressed(house, meeting, dossiers, button)

    text = _text(answer)
    assert _listed(answer) == [dossiers[number].pk for number in order]
    assert f"is now item {place} of 4. Save the agenda to keep it." in text
    focused = re.findall(r"<button[^>]*\bautofocus\b[^>]*>", text)
    assert len(focused) == 1
    assert f'value="{button}"' in focused[0]


def test_what_was_typed_beside_a_press_is_kept(
    house: House, meeting: Meeting, dossiers: list[Dossier]
) -> None:
    """A removed tick and other numbers stay as they were typed."""
    typed = _typed([dossiers[2], dossiers[0], dossiers[1]], move=f"up-{dossiers[1].pk}")

    answer = _as(house.secretary).post(_agenda(meeting), typed)

    listed = _listed(answer)
    assert listed == [dossiers[number].pk for number in (2, 1, 0, 3)]
    ticked = re.findall(r'name="on-(\d+)"[^>]*\bchecked\b', answer.content.decode())
    assert [int(pk) for pk in ticked] == listed[:3]


@pytest.mark.parametrize("button", ["up-999999", "sideways-1", "up", "''"])
def test_a_press_that_means_nothing_moves_nothing(
    house: House, meeting: Meeting, dossiers: list[Dossier], button: str
) -> None:
    answer = _pressed(house, meeting, dossiers, button)

    assert answer.status_code == 200
    assert _listed(answer) == [dossier.pk for dossier in dossiers]


def test_the_enter_key_saves_and_presses_no_arrow(house: House, meeting: Meeting) -> None:
    """A browser presses the first button of a form; that one has no name, so that the agenda is saved."""
    page = _text(_as(house.secretary).get(_agenda(meeting)))
    form = next(one for one in page.split("<form")[1:] if 'name="move"' in one)

    first = re.search(r"<button[^>]*>", form)

    assert first is not None
    assert "name=" not in first[0]
    assert 'type="submit"' in first[0]


def test_eligible_dossiers_are_offered_in_the_plans_order(house: House, dossiers: list[Dossier]) -> None:
    meeting = planned_meeting(house, [])

    answer = _as(house.secretary).get(_agenda(meeting))

    assert _listed(answer) == [dossiers[number].pk for number in BY_PLAN]
    assert _text(answer).count("agenda-order__group") == 4


def test_the_meetings_page_shows_groups_as_headings_in_the_agendas_order(
    house: House, meeting: Meeting, dossiers: list[Dossier]
) -> None:
    own = state_of(meeting).groups
    assert [len(group.rows) for group in own] == [1, 1, 1, 1]

    Dossier.objects.filter(pk=dossiers[1].pk).update(award="pm_certificate")
    groups = state_of(meeting).groups

    assert [len(group.rows) for group in groups] == [2, 1, 1]
    page = _text(_as(house.member).get(meeting.get_absolute_url()))
    for group in groups:
        assert f'<h3 class="agenda-group">{group.label}</h3>' in page
