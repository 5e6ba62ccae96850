"""Two web machines with no folder in common: what is begun on one goes on on the other."""

import hashlib
import time
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest

from core import factors
from core.models import CodeApp, StoredFile, User
from core.services.throttle import ACCOUNT
from nominations.enums import Status
from nominations.models import Paper
from registry.models import Unit
from reports.models import IssuedDocument
from tests.factories import Cast, dossier_at, pdf
from tests.integration.registry.import_files import workbook
from tests.machines.conftest import StartMachine, let_sign_in
from tests.machines.web import Browser, WebMachine, number_in
from tests.object_server import ObjectServer

pytestmark = pytest.mark.slow  # web servers are started, documents drawn

Machines = tuple[WebMachine, WebMachine]
BrowserOf = Callable[[User], Browser]


def test_a_sign_in_goes_on_on_the_other_machine(machines: Machines, cast: Cast) -> None:
    one, two = machines
    person, secret = cast["commune"], factors.new_secret()
    CodeApp.objects.create(user=person, sealed_secret=factors.seal_secret(secret), added_at=_now())
    browser = Browser()

    asked = browser.sign_in(person, one, two)
    assert "/dang-nhap/buoc-hai/" in asked.url
    browser.post(one, "/dang-nhap/buoc-hai/", {"code": factors.code_at(secret, time.time())})

    assert person.full_name in browser.get(two, "/").text
    browser.post(one, "/dang-xuat/")
    # The control: a sign-out on one holds on the other.
    assert "/dang-nhap/" in browser.get(two, "/").url


def _now() -> Any:
    from django.utils import timezone  # noqa: PLC0415 -- only here

    return timezone.now()


def test_attempts_are_counted_over_both_machines(machines: Machines, cast: Cast) -> None:
    person = cast["commune"]

    statuses = []
    for number in range(ACCOUNT.attempts + 2):
        machine, browser = machines[number % 2], Browser()
        browser.get(machine, "/dang-nhap/")
        answer = browser.post(machine, "/dang-nhap/", {"username": person.username, "password": "sai"})
        statuses.append(answer.status_code)

    assert statuses == [422] * ACCOUNT.attempts + [429, 429]


def test_a_file_staged_on_one_is_confirmed_on_the_other(
    machines: Machines, cast: Cast, browser_of: BrowserOf
) -> None:
    one, two = machines
    browser = browser_of(cast["district"])
    content = workbook([["STT", "Tên thôn", "Xã"], [1, "Thôn Phú Sơn", "Xã Phan Điền"]])

    browser.get(one, "/danh-ba/nhap/villages/")
    staged = browser.post(one, "/danh-ba/nhap/villages/", files={"file": ("thon.xlsx", BytesIO(content))})
    number = number_in(r"/nhap/tep/(\d+)/", staged.url)
    shown = browser.get(two, f"/danh-ba/nhap/tep/{number}/")
    assert "Phú Sơn" in shown.text
    assert not Unit.objects.filter(name__contains="Phú Sơn").exists()
    confirmed = browser.post(two, f"/danh-ba/nhap/tep/{number}/xac-nhan/")

    assert confirmed.status_code == 200, confirmed.text[-3000:]
    assert Unit.objects.get(name__contains="Phú Sơn").parent == cast.commune


def test_a_paper_handed_in_on_one_is_read_on_the_other(
    machines: Machines, cast: Cast, browser_of: BrowserOf, start_machine: StartMachine
) -> None:
    one, two = machines
    browser = browser_of(cast["commune"])
    dossier = dossier_at(Status.DRAFT, cast)
    upload = pdf()

    answer = browser.post(
        one,
        f"/ho-so/{dossier.code}/giay-to/",
        {"kind": "achievement_report"},
        files={"achievement_report-upload": (upload.name, upload)},
    )
    assert answer.status_code == 200, answer.text[-3000:]
    paper = Paper.objects.select_related("file").get(dossier=dossier, kind="achievement_report")
    read = browser.get(two, f"/ho-so/giay-to/{paper.pk}/")

    assert (read.status_code, hashlib.sha256(read.content).hexdigest()) == (200, paper.file.sha256)
    # The control: a machine that keeps files on a disk of its own has it not, says so, and is shown to monitors.
    apart = start_machine("apart", FILES_STORAGE="disk")
    apart.wait()
    assert browser.get(apart, f"/ho-so/giay-to/{paper.pk}/").status_code == 410
    shown = apart.ready()
    assert (shown["status"], shown["checks"]["files"]["ok"]) == ("degraded", False)
    assert two.ready()["checks"]["files"]["ok"]


def test_a_document_issued_on_one_is_downloaded_from_the_other(
    machines: Machines,
    proposal: Any,
    people: dict[str, User],
    browser_of: BrowserOf,
    object_server: ObjectServer,
) -> None:
    one, two = machines
    let_sign_in(people["reviewer"])
    browser = browser_of(people["reviewer"])

    issued = browser.post(one, f"/van-ban/proposal/{proposal.pk}/")
    assert issued.status_code == 200, issued.text[-3000:]
    document = IssuedDocument.objects.select_related("file").get()
    read = browser.get(two, f"/van-ban/{document.pk}/tai-ve/")

    assert read.content.startswith(b"%PDF-")
    assert hashlib.sha256(read.content).hexdigest() == document.sha256
    assert document.file.storage_name in [found.key for found in object_server.bucket.objects.all()]


def test_nothing_stays_in_a_folder_of_a_machine(
    machines: Machines, proposal: Any, people: dict[str, User], browser_of: BrowserOf
) -> None:
    one, two = machines
    let_sign_in(people["reviewer"])
    browser = browser_of(people["reviewer"])
    browser.post(one, f"/van-ban/proposal/{proposal.pk}/")
    browser.get(one, "/danh-ba/ho-gia-dinh/?xuat=xlsx")
    assert StoredFile.objects.count() == 1

    assert [machine.left_behind() for machine in (one, two)] == [[], []]
