"""Reorganisations from files: the file of 2025-07-01 from end to end, layouts, refusals, pages, two hands."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse, reverse_lazy
from django.utils import translation
from openpyxl import Workbook, load_workbook

from core.exceptions import InvalidRequest, NotAllowed
from core.models import AuditEntry, User
from registry.enums import Role, SuccessionKind, UnitKind
from registry.exceptions import FileRefused
from registry.imports import ImportOptions, ReorganisationImporter
from registry.imports.files import refusal_reasons
from registry.imports.sentences import finding_sentence
from registry.models import Household, ImportFile, PovertyReview, Reorganisation, Unit, UnitSuccession
from registry.selectors import unit_trend
from registry.selectors.reorganisation_words import ended_without_successor
from registry.services import create_household
from registry.services.imports import FilePreview, load_file
from registry.services.register import DATA
from registry.services.units import create_unit
from tests.factories import PovertyReviewFactory
from tests.factories.files import pdf_bytes
from tests.factories.registry import UnitFactory

SignIn = Callable[..., Client]
JULY = DATA / "units-2025-07-01.csv"
WITH_DECISION = {
    "decision_number": "NQ-giả định",
    "decided_on": "2025-02-10",
    "issuer": "Uỷ ban Thường vụ Quốc hội",
}
HEADER = [
    "Khóa",
    "Cấp",
    "Danh xưng",
    "Tên",
    "Mã ĐVHC",
    "Thuộc",
    "Từ ngày",
    "Đơn vị trước sắp xếp",
    "Hình thức",
]


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """Sentences are asserted in the language of the source."""
    with translation.override("en"):
        yield


def _unit(key: str) -> Unit:
    return Unit.objects.select_related("parent").get(key=key)


def _csv(*rows: list[str], header: list[str] | None = None) -> bytes:
    stream = io.StringIO()
    csv.writer(stream).writerows([header or HEADER, *rows])
    return stream.getvalue().encode()


def _load(content: bytes, name: str = "sap-xep.csv", trial: bool = False, **given: str) -> FilePreview:
    """The file loaded with the decision of the form, or with other answers."""
    options = ImportOptions(given=given or WITH_DECISION)
    return load_file(kind="reorganisations", content=content, filename=name, options=options, trial=trial)


def _plan(content: bytes, **given: str) -> FilePreview:
    return _load(content, trial=True, **given)


def _counts(preview: FilePreview) -> dict[str, int]:
    return {state: preview.counts[state] for state in ("new", "changed", "unchanged", "refused")}


def _said(preview: FilePreview) -> str:
    """Every reason and every finding, in sentences."""
    reasons = [refusal_reasons(ReorganisationImporter, row) for row in preview.refused]
    return " | ".join([*reasons, *(finding_sentence(one, names_sheet=False) for one in preview.findings)])


def test_a_decision_after_its_day_is_said_before_loading(register: None) -> None:
    content = _csv(["k", "commune", "xa", "Xã K", "", "bt.bac-binh", "2025-03-01", "", ""])

    with pytest.raises(InvalidRequest, match="in force"):
        _plan(content, decision_number="1/NQ", decided_on="2025-06-16", issuer="UBTVQH")


@pytest.fixture
def july(register: None) -> FilePreview:
    """The project's file of 2025-07-01, loaded as it is."""
    return _load(JULY.read_bytes(), JULY.name)


def test_the_file_of_july_loads_and_leaves_open_what_it_does_not_say(july: FilePreview) -> None:
    assert _counts(july) == {"new": 45 + 1, "changed": 132, "unchanged": 0, "refused": 0}
    assert Unit.objects.get(key="ld.mui-ne").parent.key == "ld"
    assert {unit.valid_until for unit in Unit.objects.filter(kind="district")} == {date(2025, 6, 30)}
    assert Unit.objects.filter(kind="commune").on(date(2025, 6, 30)).count() == 121
    assert set(
        Unit.objects.filter(kind="commune").on(date(2025, 7, 1)).values_list("parent__key", flat=True)
    ) == {"ld"}
    # The same GSO code is no succession: nothing follows anything until a file says so.
    assert not UnitSuccession.objects.filter(on=date(2025, 7, 1)).exists()
    orphans = ended_without_successor(date(2025, 7, 1))
    assert len(orphans) == 132
    assert AuditEntry.objects.filter(event="registry.units_reorganised").count() == 1


def test_july_again_changes_nothing(july: FilePreview) -> None:
    before = Unit.objects.count(), AuditEntry.objects.count()

    again = _load(JULY.read_bytes(), JULY.name)

    assert _counts(again) == {"new": 0, "changed": 0, "unchanged": 178, "refused": 0}
    assert (Unit.objects.count(), AuditEntry.objects.count()) == before


def test_predecessors_come_later_and_nothing_is_lost(register: None, person: Callable[..., User]) -> None:
    commune = _unit("bt.bac-binh.phan-dien")
    household = create_household(facts={"unit": commune, "name": "Nguyễn Thị Lũy"})
    village = create_unit(
        kind=UnitKind.VILLAGE,
        facts={"name": "1", "admin_type": "thon", "parent": commune, "valid_from": date(2021, 1, 1)},
    )
    PovertyReviewFactory(unit=commune, year=2024, households=900, poor=20, near_poor=30)
    PovertyReviewFactory(unit=_unit("bt.bac-binh.phan-hiep"), year=2024, households=800, poor=10, near_poor=5)
    _load(JULY.read_bytes(), JULY.name)
    officer = person(Role.COMMUNE_OFFICER, "ld.hai-ninh")
    assert household not in Household.objects.visible_to(officer)

    # An invented mapping, for the test alone.
    later = _csv(
        [
            "ld.hai-ninh",
            "",
            "",
            "",
            "",
            "",
            "01/07/2025",
            "Xã Phan Điền, Huyện Bắc Bình; bt.bac-binh.phan-hiep",
            "",
        ]
    )
    plan = _load(later)

    assert plan.counts["changed"] == 1
    officer = User.objects.get(pk=officer.pk)
    assert household in Household.objects.visible_to(officer)
    assert PovertyReview.objects.visible_to(officer).count() == 2
    assert [(point.year, point.poor_and_near_poor) for point in unit_trend(_unit("ld.hai-ninh"))] == [
        (2024, 65)
    ]
    village.refresh_from_db()
    assert village.valid_until == date(2025, 6, 30)
    assert village.successions_out.get().successor.parent.key == "ld.hai-ninh"
    assert _load(later).counts["unchanged"] == 1


def test_one_file_with_predecessors_merges_splits_and_transfers(register: None) -> None:
    decided = [*HEADER, "Số quyết định", "Ngày ban hành", "Cơ quan ban hành"]
    paper = ["1/NQ", "10/02/2025", "UBTVQH"]
    content = _csv(
        [
            "m",
            "Cấp xã",
            "Xã",
            "Xã Gộp",
            "",
            "Huyện Bắc Bình",
            "01/03/2025",
            "Xã Phan Điền; Xã Phan Hiệp, Huyện Bắc Bình",
            "",
            *paper,
        ],
        ["", "", "", "Xã Nửa Đông", "", "bt.tuy-phong", "01/03/2025", "Xã Phú Lạc", "chia tách", *paper],
        ["", "", "", "Xã Nửa Tây", "", "bt.tuy-phong", "01/03/2025", "Xã Phú Lạc", "chia tách", *paper],
        header=decided,
    )

    plan = _load(content, issuer="")

    assert plan.counts["new"] == 3
    assert _unit("m").admin_type == "xa"
    assert set(_unit("m").successions_in.values_list("kind", flat=True)) == {SuccessionKind.MERGED}
    assert _unit("bt.tuy-phong.phu-lac").successions_out.count() == 2
    assert Reorganisation.objects.get().decision_number == "1/NQ"
    assert _unit("bt.tuy-phong.phu-lac").valid_until == date(2025, 2, 28)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (["k", "commune", "xa", "Xã K", "", "bt.bac-binh", "31/31/2025", "", ""], "no day of the calendar"),
        (["k", "", "", "Kê", "", "bt.bac-binh", "2025-03-01", "", ""], "level"),
        (["k", "commune", "huyen", "Xã K", "", "bt.bac-binh", "2025-03-01", "", ""], "title does not fit"),
        (["k", "commune", "ấp", "Xã K", "", "bt.bac-binh", "2025-03-01", "", ""], "no title"),
        (["k", "commune", "xa", "Xã K", "", "Huyện Không Có", "2025-03-01", "", ""], "no unit"),
        (["k", "commune", "xa", "Xã K", "", "", "2025-03-01", "", ""], "lie under"),
        (["k", "commune", "xa", "Xã K", "", "bt.bac-binh", "2025-03-01", "Xã Không Có", "merged"], "no unit"),
        (
            ["k", "commune", "xa", "Xã K", "", "bt.bac-binh", "2025-03-01", "Xã Phan Điền", ""],
            "one predecessor",
        ),
        (["k", "commune", "xa", "Xã K", "", "bt.bac-binh", "2025-03-01", "Xã Phan Điền", "bay"], "no way"),
        (
            [
                "k",
                "commune",
                "xa",
                "Xã K",
                "",
                "bt.bac-binh",
                "2025-03-01",
                "bt.phan-thiet.lac-dao",
                "merged",
            ],
            "already",
        ),
        (["bt.bac-binh.phan-dien", "", "", "Xã K", "", "", "2025-03-01", "", ""], "key of its own"),
        (["bt.bac-binh.phan-dien", "", "", "", "", "", "2025-03-01", "", ""], "another day"),
        (["k", "commune", "xa", "Xã Phan Hiệp", "", "bt.bac-binh", "2025-03-01", "", ""], "same place"),
    ],
)
def test_a_faulty_row_is_named_and_nothing_is_written(register: None, row: list[str], says: str) -> None:
    before = Unit.objects.count()

    with pytest.raises(InvalidRequest) as refused:
        _load(_csv(row))

    preview = getattr(refused.value, "preview", None)
    assert says in (_said(preview) if preview else refused.value.sentence)
    assert Unit.objects.count() == before


def test_an_order_that_cannot_be_carried_out_refuses_its_rows(register: None) -> None:
    sound = ["", "Cấp xã", "Xã", "Xã Sông Lũy Mới", "", "Huyện Bắc Bình", "01/07/2025"]
    taken = ["", "Cấp xã", "Xã", "Xã Hồng Thái", "", "Huyện Bắc Bình", "01/07/2025", "", ""]
    twice = ["", "Cấp xã", "Xã", "Xã Mới", "", "Huyện Bắc Bình", "01/07/2025"]
    content = _csv(
        [*sound, "Xã Phan Tiến, xã Bình Tân và xã Sông Bình, Huyện Bắc Bình", "Sáp nhập"],
        taken,
        [*twice, "", ""],
        [*twice, "", ""],
    )

    with pytest.raises(FileRefused) as refused:
        _load(content)

    preview = refused.value.preview
    assert _counts(preview) == {"new": 1, "changed": 0, "unchanged": 0, "refused": 3}
    said = {row.number: [one.params["sentence"] for one in row.problems] for row in preview.refused}
    assert said[3] == [
        "There is a Xã Hồng Thái in the same place already. Choose another name, or enter the change of"
        " that unit first."
    ]
    assert said[4] == said[5] == ["Two of the new units would bear one name. Give each a name of its own."]
    assert not Unit.objects.filter(name="Xã Sông Lũy Mới").exists()
    # The control: without the rows that are refused the file is loaded.
    _load(_csv([*sound, "Xã Phan Tiến, xã Bình Tân và xã Sông Bình, Huyện Bắc Bình", "Sáp nhập"]))
    new = Unit.objects.get(name="Xã Sông Lũy Mới")
    assert UnitSuccession.objects.filter(successor=new).count() == 3


def test_an_order_about_a_unit_of_the_register_refuses_the_row_that_names_it(register: None) -> None:
    head = ["Tên", "Thuộc", "Từ ngày", "Đơn vị trước sắp xếp", "Hình thức"]
    giver = "Xã Phan Tiến, Huyện Bắc Bình"
    content = _csv(
        ["Xã Phan Tiến Mới", "Huyện Bắc Bình", "01/07/2025", f"{giver}; {giver}", "Sáp nhập"],
        ["Xã Bình Tân Mới", "Huyện Bắc Bình", "01/07/2025", "Xã Bình Tân, Huyện Bắc Bình", "Đổi tên"],
        header=head,
    )

    with pytest.raises(FileRefused) as refused:
        _load(content)

    assert [row.number for row in refused.value.preview.refused] == [2]


def test_days_and_decisions_must_be_told(register: None) -> None:
    two_days = _csv(
        ["a", "commune", "xa", "Xã A", "", "bt.bac-binh", "2025-03-01", "", ""],
        ["b", "commune", "xa", "Xã B", "", "bt.bac-binh", "2025-04-01", "", ""],
    )
    one = _csv(["a", "commune", "xa", "Xã A", "", "bt.bac-binh", "2025-03-01", "", ""])

    with pytest.raises(InvalidRequest, match=r"different days: 01/03/2025, 01/04/2025"):
        _plan(two_days)
    with pytest.raises(InvalidRequest, match="no decision"):
        _plan(one, issuer="")


def test_a_name_borne_twice_needs_its_district(register: None) -> None:
    twice = next(
        name
        for name in Unit.objects.filter(kind="commune", valid_until=None).values_list("name", flat=True)
        if Unit.objects.filter(kind="commune", valid_until=None, name=name).count() > 1
    )

    plan = _plan(_csv(["k", "commune", "xa", "Xã K", "", "bt.bac-binh", "2025-03-01", twice, "merged"]))

    assert "several units" in _said(plan)


def _upload(content: bytes, name: str = "sap-xep.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


LOAD = reverse_lazy("registry:import_upload", args=["reorganisations"])


def _handed_in(client: Client, content: bytes, name: str = "sap-xep.csv", **more: object) -> ImportFile:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.post(LOAD, {**WITH_DECISION, "file": _upload(content, name), **more})
    return ImportFile.objects.get()


@pytest.fixture(autouse=True)
def _run_tasks_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Inside a test's transaction nothing commits: what would run after commit runs at once."""
    monkeypatch.setattr("django.db.transaction.on_commit", lambda call, *args, **kwargs: call())


def test_the_pages_load_the_file_of_july(signed_in: SignIn, django_assert_max_num_queries: Any) -> None:
    client = signed_in(Role.REVIEWER)
    staged = _handed_in(client, JULY.read_bytes(), JULY.name)
    address = reverse("registry:import_file", args=[staged.pk])

    with django_assert_max_num_queries(14):
        changed = client.get(address).content.decode()
    begun = client.get(address, {"rows": "new"}).content.decode()
    assert not Reorganisation.objects.exists()
    client.post(reverse("registry:import_confirm", args=[staged.pk]))

    assert "Units that end without a successor: 132 (" in changed
    assert "New units without predecessors: 46 (" in changed
    assert "NQ-giả định" in changed
    assert "Phường Hàm Tiến" in changed
    assert "What follows it is not recorded" in changed
    assert "Phường Mũi Né" in begun
    done = client.get(reverse("registry:reorganisations"))
    assert "NQ-giả định" in done.content.decode()
    assert len(done.context["orphans"]) == 132
    assert client.post(reverse("registry:import_confirm", args=[staged.pk])).status_code == 409
    events = AuditEntry.objects.order_by("-seq").values_list("event", flat=True)[:2]
    assert set(events) == {"registry.file_imported", "registry.units_reorganised"}


def test_what_follows_from_a_row_stands_beside_it(signed_in: SignIn, person: Callable[..., User]) -> None:
    old = _unit("bt.bac-binh.phan-dien")
    officer = person(Role.COMMUNE_OFFICER, old.key)
    create_unit(
        kind=UnitKind.VILLAGE,
        facts={"name": "1", "admin_type": "thon", "parent": old, "valid_from": date(2021, 1, 1)},
    )
    merged = ["k", "commune", "xa", "Xã K", "", "bt.bac-binh", "2025-03-01", "Xã Phan Điền; Xã Phan Hiệp", ""]

    client = signed_in(Role.LEAD)
    staged = _handed_in(client, _csv(merged))
    page = client.get(reverse("registry:import_file", args=[staged.pk])).content.decode()

    assert "Thôn 1 below it goes on under Xã K" in page
    assert f"{officer.full_name} loses this unit" in page
    assert "Officers who lose their unit: 1" in page
    assert _unit("bt.bac-binh.phan-hiep").full_name in page


def test_a_staged_file_may_be_set_aside_and_is_then_closed(signed_in: SignIn) -> None:
    client = signed_in(Role.LEAD)
    one = _csv(["a", "commune", "xa", "Xã A", "", "bt.bac-binh", "2025-03-01", "", ""])
    staged = _handed_in(client, one)

    client.post(reverse("registry:import_discard", args=[staged.pk]))

    assert client.post(reverse("registry:import_confirm", args=[staged.pk])).status_code == 409
    assert not Unit.objects.filter(key="a").exists()


def test_a_file_with_faults_shows_them_and_cannot_be_loaded(signed_in: SignIn) -> None:
    client = signed_in(Role.LEAD)
    faulty = ["a", "commune", "xa", "Xã A", "", "Huyện Không Có", "2025-03-01", "", ""]
    sound = ["b", "commune", "xa", "Xã B", "", "bt.bac-binh", "2025-03-01", "", ""]
    staged = _handed_in(client, _csv(faulty, sound))

    page = client.get(reverse("registry:import_file", args=[staged.pk]))
    answer = client.post(reverse("registry:import_confirm", args=[staged.pk]), {"skip_refused": "1"})
    refused = client.get(reverse("registry:import_refused", args=[staged.pk]))

    assert "Huyện Không Có" in page.content.decode()
    assert reverse("registry:import_confirm", args=[staged.pk]) not in page.content.decode()
    assert answer.status_code == 422
    staged.refresh_from_db()
    assert staged.status == "staged"
    assert "Huyện Không Có" in str(
        [[cell.value for cell in row] for row in load_workbook(io.BytesIO(b"".join(refused))).active.rows]
    )


def test_the_decision_file_is_kept_with_the_reorganisation(signed_in: SignIn) -> None:
    client = signed_in(Role.LEAD)
    one = _csv(["a", "commune", "xa", "Xã A", "", "bt.bac-binh", "2025-03-01", "", ""])
    paper = SimpleUploadedFile("nq.pdf", pdf_bytes("NQ"))

    staged = _handed_in(client, one, decision_file=paper)
    client.post(reverse("registry:import_confirm", args=[staged.pk]))

    assert Reorganisation.objects.get().file.original_name == "nq.pdf"


@pytest.mark.parametrize("change", ["ended", "renamed", "followed", "begun", "below"])
def test_units_changed_since_the_preview_stop_the_file(signed_in: SignIn, change: str) -> None:
    client = signed_in(Role.LEAD)
    merged = ["k", "commune", "xa", "Xã K", "", "bt.bac-binh", "2025-03-01", "Xã Phan Điền; Xã Phan Hiệp", ""]
    staged = _handed_in(client, _csv(merged))
    old = _unit("bt.bac-binh.phan-dien")
    if change == "ended":
        Unit.objects.filter(pk=old.pk).update(valid_until=date(2025, 1, 31))
    elif change == "renamed":
        Unit.objects.filter(pk=old.pk).update(name="Xã Phan Điền Mới")
    elif change == "followed":
        other = _unit("bt.bac-binh.phan-son")
        UnitSuccession.objects.create(
            predecessor=old, successor=other, kind="transferred", on=date(2024, 1, 1)
        )
    elif change == "begun":
        UnitFactory(key="khac", kind="commune", admin_type="xa", name="Xã K", parent=old.parent)
    else:
        UnitFactory(key="khac", kind="village", admin_type="thon", name="Thôn 1", parent=old)
    before = Unit.objects.count()

    answer = client.post(reverse("registry:import_confirm", args=[staged.pk]))

    assert answer.status_code == 409
    assert (Unit.objects.count(), Reorganisation.objects.count()) == (before, 0)
    staged.refresh_from_db()
    assert staged.status == "staged"


def test_what_others_changed_elsewhere_does_not_stop_the_file(signed_in: SignIn) -> None:
    client = signed_in(Role.LEAD)
    merged = ["k", "commune", "xa", "Xã K", "", "bt.bac-binh", "2025-03-01", "Xã Phan Điền; Xã Phan Hiệp", ""]
    staged = _handed_in(client, _csv(merged))
    Unit.objects.filter(key="bt.bac-binh.phan-son").update(name="Xã Phan Sơn Mới")

    client.post(reverse("registry:import_confirm", args=[staged.pk]))

    assert _unit("k").successions_in.count() == 2


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", b"a,b\n1,2\n", b"\xff\xfe\x00"])
def test_a_file_that_is_no_sheet_gets_a_sentence(signed_in: SignIn, content: bytes) -> None:
    answer = signed_in(Role.LEAD).post(LOAD, {"file": _upload(content, "x.csv")}, follow=True)

    kept = ImportFile.objects.first()
    assert answer.context["problem"] if kept else answer.context["form"].errors
    assert kept is None or kept.status == "failed"


def test_half_a_decision_gets_a_sentence(signed_in: SignIn) -> None:
    client = signed_in(Role.LEAD)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"

    answer = client.post(LOAD, {"file": _upload(b"x"), "decision_number": "1/NQ"})

    assert "needs its number" in str(answer.context["form"].errors)
    assert not ImportFile.objects.exists()


def test_a_workbook_with_real_dates_is_read_as_well(register: None) -> None:
    book = Workbook()
    book.active.append(["SẮP XẾP ĐƠN VỊ"])
    book.active.append(HEADER)
    book.active.append(["w", "Cấp xã", "Xã", "Xã W", 99123, "Huyện Bắc Bình", date(2025, 3, 1), None, None])
    stream = io.BytesIO()
    book.save(stream)

    plan = _load(stream.getvalue(), "a.xlsx")

    assert plan.counts["new"] == 1
    assert (_unit("w").gso_code, _unit("w").valid_from) == ("99123", date(2025, 3, 1))


def test_the_command_says_what_it_would_do_and_does_it(register: None, tmp_path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(_csv(["a", "commune", "xa", "Xã A", "", "bt.bac-binh", "2025-03-01", "", ""]))
    paper = {"decision_number": "1/NQ", "decided_on": date(2025, 2, 1), "issuer": "UBTVQH"}
    trial, real = StringIO(), StringIO()

    call_command("load_reorganisation", str(path), dry_run=True, stdout=trial, **paper)
    assert not Unit.objects.filter(key="a").exists()
    call_command("load_reorganisation", str(path), stdout=real, **paper)

    assert "1" in trial.getvalue()
    assert Unit.objects.filter(key="a").exists()
    with pytest.raises(CommandError):
        call_command("load_reorganisation", str(path), stderr=StringIO(), decision_number="1/NQ")
    with pytest.raises(CommandError):
        call_command("load_reorganisation", str(tmp_path / "none.csv"))


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.REVIEWER, Role.LEAD}])
def test_others_do_not_load(signed_in: SignIn, person: Callable[..., User], role: str) -> None:
    content = _csv(["a", "commune", "xa", "Xã A", "", "bt.bac-binh", "2025-03-01", "", ""])
    staged = _handed_in(signed_in(Role.LEAD), content)
    client = signed_in(role)

    assert client.get(LOAD).status_code == 403
    assert client.get(reverse("registry:import_template", args=["reorganisations"])).status_code == 403
    # What others handed in is not shown to exist.
    assert client.get(reverse("registry:import_file", args=[staged.pk])).status_code == 404
    for verb in ("confirm", "discard", "read_again", "answer"):
        assert client.post(reverse(f"registry:import_{verb}", args=[staged.pk])).status_code == 404
    with pytest.raises(NotAllowed):
        load_file(
            kind="reorganisations",
            content=content,
            filename="a.csv",
            options=ImportOptions(given=WITH_DECISION),
            actor=person(role, "bt.bac-binh.phan-son"),
        )
    staged.refresh_from_db()
    assert staged.status == "staged"


def test_rows_that_end_units_may_name_them(register: None) -> None:
    header = ["Tên", "Thuộc", "Đến hết ngày"]
    rows = [["Xã Phan Điền", "Huyện Bắc Bình", "28/02/2025"]]
    content = _csv(*rows, header=header)

    assert _load(content).counts["changed"] == 1
    assert _unit("bt.bac-binh.phan-dien").valid_until == date(2025, 2, 28)
    other_day = _plan(_csv(["bt.bac-binh.phan-dien", "27/02/2025"], header=["key", "valid_until"]))
    assert "already" in _said(other_day)
    joined = ["bt.bac-binh.phan-hiep", "28/02/2025", "Xã Phan Sơn"]
    with_predecessor = _plan(_csv(joined, header=["key", "valid_until", "predecessors"]))
    assert "names no predecessors" in _said(with_predecessor)


def test_a_unit_that_only_gives_land_to_a_new_one_lives_on(register: None) -> None:
    rows = [
        ["k", "commune", "xa", "Xã K", "", "bt.bac-binh", "2025-03-01", "Xã Phan Điền; Xã Phan Hiệp", ""],
        ["k", "", "", "", "", "", "2025-03-01", "Xã Phan Sơn, Huyện Bắc Bình", "chuyển một phần"],
    ]

    _load(_csv(*rows))

    last = {unit.key: unit.valid_until for unit in Unit.objects.filter(valid_until=date(2025, 2, 28))}
    assert set(last) == {"bt.bac-binh.phan-dien", "bt.bac-binh.phan-hiep"}
    kinds = _unit("k").successions_in.order_by("predecessor__key").values_list("kind", flat=True)
    assert list(kinds) == ["merged", "merged", "transferred"]


def test_a_new_unit_without_a_key_is_known_again(register: None) -> None:
    content = _csv(["", "commune", "xa", "Xã K", "", "Huyện Bắc Bình", "2025-03-01", "", ""])
    _load(content)

    assert _unit("bt.bac-binh.xa-k").name == "Xã K"
    assert _load(content).counts["unchanged"] == 1


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        (["1/NQ", "", "UBTVQH"], "needs its number"),
        (["1/NQ", "hôm qua", "UBTVQH"], "needs its number"),
        (["1/NQ", "01/02/2025", ""], "needs its number"),
        (["", "", ""], "no decision"),
    ],
)
def test_a_rows_decision_is_whole(register: None, cells: list[str], says: str) -> None:
    header = [*HEADER, "Số quyết định", "Ngày ban hành", "Cơ quan ban hành"]
    row = ["k", "commune", "xa", "Xã K", "", "bt.bac-binh", "2025-03-01", "Xã Phan Điền; Xã Phan Hiệp", ""]

    plan = _plan(_csv([*row, *cells], header=header), issuer="")

    assert says in _said(plan)


def test_a_file_without_days_or_rows_says_so(register: None) -> None:
    with pytest.raises(InvalidRequest, match="No row says"):
        _plan(_csv(["k"], header=["key", "valid_from"]))
    with pytest.raises(InvalidRequest, match="no rows"):
        _plan(_csv(header=HEADER))


def test_the_command_names_the_rows_that_it_refuses(register: None, tmp_path) -> None:
    path, said = tmp_path / "a.csv", StringIO()
    path.write_bytes(_csv(["a", "commune", "xa", "Xã A", "", "Huyện Không Có", "2025-03-01", "", ""]))
    paper = {"decision_number": "1/NQ", "decided_on": date(2025, 2, 1), "issuer": "UBTVQH"}

    for dry_run in (True, False):
        with pytest.raises(CommandError):
            call_command(
                "load_reorganisation", str(path), dry_run=dry_run, stdout=StringIO(), stderr=said, **paper
            )
    assert "Huyện Không Có" in said.getvalue()
    path.write_bytes(b"")
    with pytest.raises(CommandError):
        call_command("load_reorganisation", str(path), **paper)
    path.write_bytes(_csv(["bt.phu-qui", "2025-02-28"], header=["key", "valid_until"]))
    listed = StringIO()
    call_command("load_reorganisation", str(path), stdout=listed, **paper)
    assert "Huyện Phú Quí" in listed.getvalue()
