"""Who issues a document is a matter of the day, and each body numbers its own."""

import re
from datetime import date
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse
from django.utils import translation

from core.exceptions import InvalidRequest
from core.files import read_bytes
from core.models import User
from councils.models import Council, Meeting
from registry.enums import AdminType, Duty, SuccessionKind, UnitKind
from registry.models import OfficeDuty, Unit, UnitSuccession
from reports.kinds import Subject, kinds
from reports.models import IssuedDocument, NumberSeries
from reports.selectors import next_imprint
from reports.services import issue_document
from tests.integration.reports.signing import signed

LABOUR = ("UBND tỉnh Bình Thuận", "Sở Lao động - Thương binh và Xã hội", "TTr-SLĐTBXH", "Bình Thuận")
FARMING = ("UBND tỉnh Bình Thuận", "Sở Nông nghiệp và Môi trường", "TTr-SNNMT", "Bình Thuận")
FARMING_OF_LAM_DONG = ("UBND tỉnh Lâm Đồng", "Sở Nông nghiệp và Môi trường", "TTr-SNNMT", "Lâm Đồng")


def _department(key: str, name: str, province: Unit, since: date, until: date | None = None) -> Unit:
    return Unit.objects.create(
        key=key,
        kind=UnitKind.AGENCY,
        form="department",
        name=name,
        parent=province,
        valid_from=since,
        valid_until=until,
    )


def _duty(province: Unit, unit: Unit, since: date, until: date | None = None) -> None:
    OfficeDuty.objects.create(
        duty=Duty.STANDING_OFFICE,
        province=province,
        unit=unit,
        starts_on=since,
        ends_on=until,
        decision="QĐ (giả định)",
    )


@pytest.fixture
def year_2025(units: dict[str, Unit], people: dict[str, User], proposal: Any) -> None:
    """The department's tasks pass on 1 March, the province goes up in another on 1 July, and people go with both."""
    province, labour = units["province"], units["department"]
    Unit.objects.filter(pk=labour.pk).update(valid_until=date(2025, 2, 28))
    OfficeDuty.objects.filter(unit=labour).update(ends_on=date(2025, 2, 28))
    farming = _department("bt.so-nnmt", FARMING[1], province, since=date(2025, 3, 1), until=date(2025, 6, 30))
    _duty(province, farming, date(2025, 3, 1), date(2025, 6, 30))
    merged = Unit.objects.create(
        key="ld",
        kind=UnitKind.PROVINCE,
        admin_type=AdminType.TINH,
        name="Tỉnh Lâm Đồng",
        valid_from=date(2025, 7, 1),
    )
    Unit.objects.filter(pk=province.pk).update(valid_until=date(2025, 6, 30))
    UnitSuccession.objects.create(
        predecessor=province, successor=merged, kind=SuccessionKind.MERGED, on=date(2025, 7, 1)
    )
    _duty(merged, _department("ld.so-nnmt", FARMING[1], merged, since=date(2025, 7, 1)), date(2025, 7, 1))


def _head_of(document: IssuedDocument) -> tuple[str, str, str, str]:
    """The body above, the issuing body, the symbol and the place, as they were printed."""
    page = read_bytes(document.file).decode()

    def words(pattern: str) -> str:
        found = re.search(pattern, page, re.DOTALL)
        assert found is not None, pattern
        return " ".join(found[1].split())

    return (
        words(r'class="superior">(.*?)</p>'),
        words(r'class="issuer">(.*?)</p>'),
        words(r"Số:\s*\d+/([^\s<]+)"),
        words(r'class="place">(.*?),'),
    )


@pytest.mark.parametrize(
    ("day", "head", "decree"),
    [
        (date(2025, 2, 28), LABOUR, "98/2023"),
        (date(2025, 3, 1), FARMING, "98/2023"),
        (date(2025, 6, 30), FARMING, "98/2023"),
        (date(2025, 12, 15), FARMING_OF_LAM_DONG, "152/2025"),
    ],
)
def test_the_head_of_a_letter_is_that_of_the_issuing_day(
    year_2025, undrawn_documents, letter, people, settings, day, head, decree
) -> None:
    settings.FIXED_TODAY = day

    document = issue_document(subject=letter, actor=people["reviewer"])

    assert _head_of(document) == head
    assert str(document) == f"01/{head[2]}"
    page = read_bytes(document.file).decode()
    assert [one for one in ("98/2023", "152/2025") if f"Căn cứ Nghị định số {one}" in page] == [decree]


def test_without_a_recorded_successor_nothing_is_issued(
    year_2025, undrawn_documents, letter, people, settings
) -> None:
    OfficeDuty.objects.filter(starts_on__gt=date(2025, 1, 1)).delete()
    OfficeDuty.objects.update(ends_on=None)
    settings.FIXED_TODAY = date(2025, 3, 1)
    client = Client()
    client.force_login(people["reviewer"])
    client.cookies[django_settings.LANGUAGE_COOKIE_NAME] = "en"
    address = reverse("reports:issue", args=["proposal", letter.record.pk])

    page, preview = (
        client.get(address),
        client.get(reverse("reports:preview", args=["proposal", letter.record.pk])),
    )
    posted = client.post(address)

    # The office that is recorded was dissolved the day before: it is nobody's guess who took over.
    said = "It is not recorded which body is the standing office of Tỉnh Bình Thuận on 01/03/2025."
    assert said in page.content.decode()
    assert "Record the standing office" in page.content.decode()
    assert (preview.status_code, posted.status_code) == (422, 422)
    assert said in posted.content.decode()
    with translation.override("en"), pytest.raises(InvalidRequest, match="It is not recorded"):
        issue_document(subject=letter, actor=people["reviewer"])
    assert not IssuedDocument.objects.exists()


def test_councils_of_one_office_number_their_minutes_apart(
    undrawn_documents, meeting: Meeting, council: Council, units
) -> None:
    first = signed(meeting)
    another = Council.objects.create(name="Hội đồng khác", unit=council.unit, movement=council.movement)
    theirs = Meeting.objects.get(pk=meeting.pk)
    theirs.council = another

    own_next = next_imprint(Subject(kinds()["minutes"], meeting))
    their_first = next_imprint(Subject(kinds()["minutes"], theirs))

    assert (first.symbol, first.number) == (own_next.symbol, 1) == (their_first.symbol, 1)
    assert (own_next.number, their_first.number) == (2, 1)
    assert own_next.holder != their_first.holder


def test_offices_of_two_provinces_with_one_abbreviation_number_apart(year_2025, letter, settings) -> None:
    settings.FIXED_TODAY = date(2025, 3, 1)
    before = next_imprint(letter)
    settings.FIXED_TODAY = date(2025, 12, 15)
    after = next_imprint(letter)

    assert before.symbol == after.symbol == "TTr-SNNMT"
    assert (before.holder, after.holder) == ("bt.so-nnmt", "ld.so-nnmt")


def test_documents_of_before_are_told_whose_they_are(undrawn_documents, letter, meeting, people) -> None:
    issued = issue_document(subject=letter, actor=people["reviewer"])
    minutes = signed(meeting)
    IssuedDocument.objects.update(holder="")
    NumberSeries.objects.update(holder="")

    import_module("reports.migrations.0005_series_of_issuing_bodies").name_issuers(apps, None)

    holders = {document.kind: document.holder for document in IssuedDocument.objects.all()}
    assert holders == {"proposal": "bt.so-ldtbxh", "minutes": f"council-{meeting.council_id}"}
    series = {(one.holder, one.symbol): one.last_number for one in NumberSeries.objects.all()}
    assert series == {
        ("bt.so-ldtbxh", issued.symbol): issued.number,
        (f"council-{meeting.council_id}", minutes.symbol): minutes.number,
    }
