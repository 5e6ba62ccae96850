"""Starting a nomination for somebody new first looks whether they are in the register already."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from nominations.models import Dossier
from registry.models import Household, Individual
from tests.factories import Cast, HouseholdFactory, IndividualFactory, running_round

ClientOf = Callable[[str], Client]


@pytest.mark.parametrize("subject", ["household", "individual"])
def test_somebody_who_is_recorded_already_is_not_entered_twice(
    cast: Cast, client_of: ClientOf, subject: str
) -> None:
    factory = HouseholdFactory if subject == "household" else IndividualFactory
    recorded = factory(unit=cast.commune, name="Mang Thị Xuân", birth_year=1979)
    chosen = {
        "unit": cast.commune.pk,
        "award_round": running_round().pk,
        "award": "province_certificate",
        "subject": subject,
    }
    typed = {"new-name": "MANG THI XUAN", "new-birth_year": "1979", "new-home": cast.commune.pk}

    response = client_of("commune").post(
        reverse("nominations:start"), {**chosen, **typed, "new-role": "cadre"}
    )

    assert response.status_code == 422
    assert recorded.code in response.content.decode()
    assert not Dossier.objects.exists()
    assert (Household if subject == "household" else Individual).objects.count() == 1
