"""However a name was typed, in the register or in the search box, it is found."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from registry.enums import Role
from registry.models import Household, Unit
from registry.services import create_household, create_individual

VARIANTS = {
    "K' Brêl": [
        "K' Brêl",
        "K’ Brêl",
        "K‘ Brêl",
        "Kʼ Brêl",
        "K` Brêl",
        "K'Brêl",
        "K´Brêl",
        "K′ Brêl",
        "k brel",
        "K＇BRÊL",
    ],
    "Đặng Văn Đức": [
        "Đặng Văn Đức",
        "Ðặng Văn Ðức",
        "Ɖặng văn ɖức",
        "dang van duc",
        "ÐẶNG VĂN ÐỨC",
        "Đặng\u00a0Văn  Đức",
    ],
    "Nguyễn Thị Hồng": [
        *("Nguyễn Thị Hồng", "NGUYỄN THỊ HỒNG", "nguyen thi hong", "Nguyễn\xadThị\u200bHồng"),
        unicodedata.normalize("NFD", "Nguyễn Thị Hồng"),
    ],
}


@pytest.mark.slow  # each written form is looked for by each other
@pytest.mark.parametrize("name", VARIANTS)
def test_search_boxes_find_every_variant(signed_in: Callable[..., Client], name: str) -> None:
    client = signed_in(Role.DISTRICT_OFFICER)
    home = Unit.objects.get(key="bt.bac-binh.phan-dien")
    forms = VARIANTS[name]
    for number, form in enumerate(forms):
        create_household(
            facts={"unit": home, "name": form, "birth_year": 1950 + number}, statuses={2024: "poor"}
        )
        create_individual(facts={"unit": home, "name": form, "birth_year": 1950 + number})
    first = Household.objects.order_by("name_sort", "pk")[0]
    create_household(facts={"unit": home, "name": "Mang Thị Sen"}, statuses={2024: "poor"})
    create_individual(facts={"unit": home, "name": "Mang Thị Sen"})

    for asked in forms:
        for address in ("registry:households", "registry:individuals"):
            page = client.get(reverse(address), {"q": asked})

            assert page.context["paginator"].count == len(forms), (asked, address)
            assert "Mang Thị Sen" not in page.content.decode()
        found = client.get(reverse("core:search"), {"q": asked}).content.decode()
        assert reverse("registry:household_detail", args=[first.pk]) in found
        assert "Mang Thị Sen" not in found
