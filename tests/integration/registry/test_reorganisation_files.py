"""A reorganisation from a file: the file of 2025-07-01 from end to end, layouts, refusals, the pages."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from datetime import date
from io import StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import translation
from openpyxl import Workbook

from core.exceptions import InvalidRequest, NotAllowed, StaleState
from core.models import AuditEntry, User
from registry.enums import Role, SuccessionKind, UnitKind
from registry.exceptions import ReorganisationRefused
from registry.models import Household, ImportFile, PovertyReview, Reorganisation, Unit, UnitSuccession
from registry.selectors import unit_trend
from registry.selectors.reorganisation_files import FilePlan, plan_reorganisation_file
from registry.selectors.reorganisation_words import ended_without_successor
from registry.selectors.reorganisations import Decision
from registry.services import create_household
from registry.services.register import DATA
from registry.services.reorganisation_files import confirm_reorganisation_file, load_reorganisation
from registry.services.units import create_unit
from tests.factories import PovertyReviewFactory

SignIn = Callable[..., Client]
JULY = DATA / "units-2025-07-01.csv"
DECISION = Decision("NQ-giả định", date(2025, 2, 10), "Uỷ ban Thường vụ Quốc hội")
WITH_DECISION = {
    "decision_number": DECISION.number,
    "decided_on": "2025-02-10",
    "issuer": DECISION.issuer,
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


def test_a_decision_after_its_day_is_said_before_loading(register: None) -> None:
    content = _csv(["k", "commune", "xa", "Xã K", "", "bt.bac-binh", "2025-03-01", "", ""])
    late = Decision("1/NQ", date(2025, 6, 16), "UBTVQH")

    plan = plan_reorganisation_file(content=content, filename="a.csv", decision=late)

    assert "in force" in plan.issues[0].sentence


def _load(content: bytes, **more: object) -> FilePlan:
    return load_reorganisation(content=content, filename="sap-xep.csv", decision=DECISION, **more)


def _plan(content: bytes) -> FilePlan:
    return plan_reorganisation_file(content=content, filename="sap-xep.csv", decision=DECISION)


@pytest.fixture
def july(register: None) -> FilePlan:
    """The project's file of 2025-07-01, loaded as it is."""
    return load_reorganisation(content=JULY.read_bytes(), filename=JULY.name, decision=DECISION)


def test_the_file_of_july_loads_and_leaves_open_what_it_does_not_say(july: FilePlan) -> None:
    assert july.counts == {"new": 45 + 1, "changed": 132, "unchanged": 0, "refused": 0}
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


def test_july_again_changes_nothing(july: FilePlan) -> None:
    before = Unit.objects.count(), AuditEntry.objects.count()

    again = load_reorganisation(content=JULY.read_bytes(), filename=JULY.name, decision=DECISION)

    assert again.counts["unchanged"] == len(again.rows) == 178
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
    load_reorganisation(content=JULY.read_bytes(), filename=JULY.name, decision=DECISION)
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

    plan = load_reorganisation(content=content, filename="a.csv")

    assert plan.counts["new"] == 3
    assert _unit("m").admin_type == "xa"
    assert set(_unit("m").successions_in.values_list("kind", flat=True)) == {SuccessionKind.MERGED}
    assert _unit("bt.tuy-phong.phu-lac").successions_out.count() == 2
    assert Reorganisation.objects.get().decision_number == "1/NQ"
    assert _unit("bt.tuy-phong.phu-lac").valid_until == date(2025, 2, 28)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (["k", "commune", "xa", "Xã K", "", "bt.bac-binh", "31/31/2025", "", ""], "cannot be read"),
        (["k", "", "", "Kê", "", "bt.bac-binh", "2025-03-01", "", ""], "level"),
        (["k", "commune", "huyen", "Xã K", "", "bt.bac-binh", "2025-03-01", "", ""], "title does not fit"),
        (["k", "commune", "ấp", "Xã K", "", "bt.bac-binh", "2025-03-01", "", ""], "title is none"),
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

    with pytest.raises(ReorganisationRefused) as refused:
        _load(_csv(row))

    assert any(says in issue.sentence for issue in refused.value.plan.issues), refused.value.plan.issues
    assert Unit.objects.count() == before


def test_days_and_decisions_must_be_told(register: None) -> None:
    two_days = _csv(
        ["a", "commune", "xa", "Xã A", "", "bt.bac-binh", "2025-03-01", "", ""],
        ["b", "commune", "xa", "Xã B", "", "bt.bac-binh", "2025-04-01", "", ""],
    )
    one = _csv(["a", "commune", "xa", "Xã A", "", "bt.bac-binh", "2025-03-01", "", ""])

    assert "different days" in _plan(two_days).issues[0].sentence
    plan = plan_reorganisation_file(content=one, filename="a.csv", decision=None)
    assert "no decision" in plan.issues[0].sentence


def test_a_name_borne_twice_needs_its_district(register: None) -> None:
    twice = next(
        name
        for name in Unit.objects.filter(kind="commune", valid_until=None).values_list("name", flat=True)
        if Unit.objects.filter(kind="commune", valid_until=None, name=name).count() > 1
    )

    plan = _plan(_csv(["k", "commune", "xa", "Xã K", "", "bt.bac-binh", "2025-03-01", twice, "merged"]))

    assert "several units" in plan.issues[0].sentence


def _upload(content: bytes, name: str = "sap-xep.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_the_pages_load_the_file_of_july(signed_in: SignIn) -> None:
    client = signed_in(Role.REVIEWER)

    answer = client.post(
        reverse("registry:reorganisation_load"),
        {**WITH_DECISION, "file": _upload(JULY.read_bytes(), JULY.name)},
    )
    staged = ImportFile.objects.get()
    preview = client.get(answer["Location"])
    assert not Reorganisation.objects.exists()
    done = client.post(reverse("registry:reorganisation_load_confirm", args=[staged.pk]), follow=True)

    text = preview.content.decode()
    assert "Phường Lạc Đạo" in text or "Phường Đức Long" in text
    assert len(preview.context["unknown_after"]) == 132
    assert len(preview.context["unknown_before"]) == 46
    assert "Huyện Bắc Bình" in done.content.decode()
    assert len(done.context["orphans"]) == 132
    again = client.post(reverse("registry:reorganisation_load_confirm", args=[staged.pk]))
    assert again.status_code == 409


def test_a_staged_file_may_be_set_aside_and_is_then_closed(signed_in: SignIn) -> None:
    client = signed_in(Role.LEAD)
    one = _csv(["a", "commune", "xa", "Xã A", "", "bt.bac-binh", "2025-03-01", "", ""])
    client.post(reverse("registry:reorganisation_load"), {**WITH_DECISION, "file": _upload(one)})
    staged = ImportFile.objects.get()

    client.post(reverse("registry:reorganisation_load_discard", args=[staged.pk]))

    page = client.get(reverse("registry:reorganisation_load_preview", args=[staged.pk]))
    assert page.status_code == 200
    assert not page.context["is_open"]
    with pytest.raises(StaleState):
        confirm_reorganisation_file(staged=staged, actor=None)


def test_a_file_with_faults_shows_them_and_cannot_be_loaded(signed_in: SignIn) -> None:
    client = signed_in(Role.LEAD)
    faulty = _csv(["a", "commune", "xa", "Xã A", "", "Huyện Không Có", "2025-03-01", "", ""])
    client.post(reverse("registry:reorganisation_load"), {**WITH_DECISION, "file": _upload(faulty)})
    staged = ImportFile.objects.get()

    page = client.get(reverse("registry:reorganisation_load_preview", args=[staged.pk]))
    answer = client.post(reverse("registry:reorganisation_load_confirm", args=[staged.pk]))

    assert "Huyện Không Có" in page.content.decode()
    assert answer.status_code == 422
    staged.refresh_from_db()
    assert staged.status == "staged"


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", b"a,b\n1,2\n", b"\xff\xfe\x00"])
def test_a_file_that_is_no_sheet_gets_a_sentence(signed_in: SignIn, content: bytes) -> None:
    answer = signed_in(Role.LEAD).post(
        reverse("registry:reorganisation_load"), {"file": _upload(content, "x.csv")}
    )

    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert not ImportFile.objects.exists()


def test_half_a_decision_gets_a_sentence(signed_in: SignIn) -> None:
    answer = signed_in(Role.LEAD).post(
        reverse("registry:reorganisation_load"), {"file": _upload(b"x"), "decision_number": "1/NQ"}
    )

    assert set(answer.context["form"].errors) == {"decided_on", "issuer"}


def test_a_workbook_with_real_dates_is_read_as_well(register: None) -> None:
    book = Workbook()
    book.active.append(["SẮP XẾP ĐƠN VỊ"])
    book.active.append(HEADER)
    book.active.append(["w", "Cấp xã", "Xã", "Xã W", 99123, "Huyện Bắc Bình", date(2025, 3, 1), None, None])
    stream = io.BytesIO()
    book.save(stream)

    plan = load_reorganisation(content=stream.getvalue(), filename="a.xlsx", decision=DECISION)

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
    client = signed_in(role)

    assert client.get(reverse("registry:reorganisation_load")).status_code == 403
    for name in ("preview", "confirm", "discard"):
        method = client.get if name == "preview" else client.post
        assert method(reverse(f"registry:reorganisation_load_{name}", args=[1])).status_code == 403
    with pytest.raises(NotAllowed):
        load_reorganisation(content=b"x", filename="a.csv", actor=person(role, "bt.bac-binh.phan-son"))


def test_rows_that_end_units_may_name_them(register: None) -> None:
    header = ["Tên", "Thuộc", "Đến hết ngày"]
    rows = [["Xã Phan Điền", "Huyện Bắc Bình", "28/02/2025"]]
    content = _csv(*rows, header=header)

    assert _load(content).counts["changed"] == 1
    assert _unit("bt.bac-binh.phan-dien").valid_until == date(2025, 2, 28)
    other_day = _plan(_csv(["bt.bac-binh.phan-dien", "27/02/2025"], header=["key", "valid_until"]))
    assert "already" in other_day.issues[0].sentence
    joined = ["bt.bac-binh.phan-hiep", "28/02/2025", "Xã Phan Sơn"]
    with_predecessor = _plan(_csv(joined, header=["key", "valid_until", "predecessors"]))
    assert "names no predecessors" in with_predecessor.issues[0].sentence


def test_a_unit_that_only_gives_land_to_a_new_one_lives_on(register: None) -> None:
    rows = [
        ["k", "commune", "xa", "Xã K", "", "bt.bac-binh", "2025-03-01", "Xã Phan Điền; Xã Phan Hiệp", ""],
        ["k", "", "", "", "", "", "2025-03-01", "Xã Phan Sơn, Huyện Bắc Bình", "chuyển một phần"],
    ]

    plan = _plan(_csv(*rows))

    assert not plan.issues
    assert [unit.key for unit in plan.plan.ends] == ["bt.bac-binh.phan-dien", "bt.bac-binh.phan-hiep"]
    assert [link.kind for link in plan.plan.links] == ["merged", "merged", "transferred"]


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

    plan = plan_reorganisation_file(
        content=_csv([*row, *cells], header=header), filename="a.csv", decision=None
    )

    assert says in plan.issues[0].sentence


def test_a_file_without_days_or_rows_says_so(register: None) -> None:
    assert "No row says" in _plan(_csv(["k"], header=["key", "valid_from"])).issues[0].sentence
    with pytest.raises(InvalidRequest, match="no row of units"):
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


def test_a_staged_decision_that_was_swept_is_asked_for_again(signed_in: SignIn) -> None:
    client = signed_in(Role.LEAD)
    one = _csv(["a", "commune", "xa", "Xã A", "", "bt.bac-binh", "2025-03-01", "", ""])
    paper = SimpleUploadedFile("nq.pdf", b"%PDF-1.4\n%%EOF")
    client.post(
        reverse("registry:reorganisation_load"),
        {**WITH_DECISION, "file": _upload(one), "decision_file": paper},
    )
    staged = ImportFile.objects.get()
    assert client.get(reverse("registry:reorganisation_load_preview", args=[staged.pk])).context["found"]
    ImportFile.objects.update(options={**staged.options, "file": "00000000-0000-0000-0000-000000000000"})

    page = client.get(reverse("registry:reorganisation_load_preview", args=[staged.pk]))

    assert page.context["refusal"]
    assert "found" not in page.context
