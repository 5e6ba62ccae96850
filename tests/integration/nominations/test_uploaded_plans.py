"""Plans that the lead uploads: examined, kept as they came, and put in force by a second person."""

import hashlib
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.conf import LazySettings, settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import translation

from core import append_only
from core.exceptions import InvalidRequest, NotAllowed, StaleState
from core.models import AuditEntry, User
from core.proving import flaws
from core.services import protect_log
from criteria.examination import HandedFile
from criteria.models import PlanVersion
from nominations.enums import EvaluationPurpose, RoundKind, Status
from nominations.models import AwardRound, Movement, PlanRuling, PlanUpload, PlanUploadFile
from nominations.proofs.plans import plans_that_differ
from nominations.selectors.plans import compared
from nominations.services import plans as services
from nominations.services.evaluations import freeze_evaluation
from nominations.services.plans import put_in_force, refuse_plan, upload_plan
from nominations.services.rounds import open_round, start_movement
from registry.enums import Role, UnitKind
from registry.models import Account
from tests.factories import Cast, dossier_at, make_cast
from tests.factories.registry import UnitFactory, UserFactory, officer
from tests.integration.nominations.uploading import SAMPLE, case_files, plan_file, uploaded
from tests.races import at_once, one_success

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.slow,  # Each upload reads a plan and runs its cases, and so does putting it in force.
]

PAPER = "Quyết định số 99/QĐ-UBND ngày 01/12/2025"
TODAY = date(2025, 12, 15)
ClientOf = Callable[[str], Client]
EVERYBODY = (
    *("commune", "district", "agency", "outsider", "overseer", "reviewer", "lead", "standing_body"),
    *("auditor", "administrator"),
)
READERS = {"reviewer", "lead", "standing_body", "auditor"}


@pytest.fixture(autouse=True)
def _sentences_in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def second(cast: Cast) -> User:
    """Another member of the leadership."""
    return officer(Role.LEAD, cast.province)


def _url(name: str, *args: Any) -> str:
    return reverse(f"nominations:{name}", args=args)


def _english(client: Client) -> Client:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client


def in_force(upload: PlanUpload, actor: User, day: date = TODAY, before: str = "") -> PlanRuling:
    return put_in_force(upload=upload, compared_with=before, effective_on=day, paper=PAPER, actor=actor)


def sent(plan: HandedFile, cases: list[HandedFile], cast: Cast) -> dict[str, Any]:
    return {
        "province": cast.province.pk,
        "plan": SimpleUploadedFile(plan.name, plan.content),
        "cases": [SimpleUploadedFile(one.name, one.content) for one in cases],
        "note": "Thêm bộ hồ sơ gốc.",
    }


def test_from_upload_to_force_by_two_people_on_pages(cast: Cast, client_of: ClientOf, second: User) -> None:
    lead, other = _english(client_of("lead")), Client()
    other.force_login(second)
    _english(other)

    answer = lead.post(
        _url("plan_upload_new"),
        sent(plan_file(plan_id="moi-2026", originals=4), case_files("moi-2026"), cast),
    )
    upload = PlanUpload.objects.get()
    own = lead.get(upload.get_absolute_url()).content.decode()
    home = other.get("/").content.decode()
    read = other.get(upload.get_absolute_url()).content.decode()
    done = other.post(
        _url("plan_put_in_force", upload.pk),
        {"effective_on": "2025-12-15", "paper": PAPER, "has_read": "on", "compared_with": ""},
    )
    started = lead.post(_url("movements"), {"plan": "moi-2026", "province": cast.province.pk})

    assert (answer.status_code, answer.url) == (302, upload.get_absolute_url())
    assert "all 58 cases pass" in own
    assert "You uploaded it, so somebody else puts it in force" in own
    assert "Put it in force" not in own.split("<main")[1].split("second-person")[0]
    assert "Read the plan that" in home
    assert "read it whole" in read
    assert (done.status_code, done.url) == (302, upload.get_absolute_url())
    assert started.status_code == 302
    movement = Movement.objects.get(plan_id="moi-2026")
    assert movement.plan.content_hash == upload.version.content_hash
    assert movement.plan_days == [{"from": "2025-12-15", "hash": upload.version.content_hash}]
    events = AuditEntry.objects.filter(event__startswith="plan.").order_by("seq")
    assert list(events.values_list("event", "actor")) == [
        ("plan.uploaded", f"user:{cast['lead'].pk}"),
        ("plan.in_force", f"user:{second.pk}"),
    ]
    shown = lead.get(_url("movements")).content.decode()
    assert "version in force from" in shown
    rulebook = lead.get(reverse("criteria:rulebook_version", args=[upload.version.content_hash]))
    assert rulebook.status_code == 200


@pytest.mark.walk
@pytest.mark.parametrize("who", EVERYBODY)
def test_who_reads_uploads_and_who_may_do_what(cast: Cast, client_of: ClientOf, who: str) -> None:
    upload = uploaded(cast.province, cast["lead"])
    client = client_of(who)
    file = upload.files.first()
    assert file is not None

    reads = [client.get(upload.get_absolute_url()), client.get(_url("plan_file", file.pk))]
    listed = client.get(_url("plan_uploads"))
    new = client.get(_url("plan_upload_new"))
    refused = client.post(_url("plan_refuse", upload.pk), {"reason": "Sai số bộ hồ sơ."})

    assert {answer.status_code for answer in reads} == ({200} if who in READERS else {404})
    assert listed.status_code == (200 if who in READERS else 403)
    assert new.status_code == (200 if who == "lead" else 403)
    expected = 302 if who == "standing_body" else 403 if who in READERS else 404
    assert refused.status_code == expected
    assert PlanRuling.objects.exists() == (who == "standing_body")


def test_the_file_comes_back_byte_by_byte(cast: Cast, client_of: ClientOf) -> None:
    upload = uploaded(cast.province, cast["lead"])
    file = upload.files.get(kind="plan")

    answer = client_of("auditor").get(_url("plan_file", file.pk))

    content = b"".join(answer.streaming_content)
    assert content == plan_file().content
    assert hashlib.sha256(content).hexdigest() == file.sha256
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_nobody_puts_in_force_what_they_uploaded(cast: Cast) -> None:
    upload = uploaded(cast.province, cast["lead"])
    twin = officer(Role.STANDING_BODY, cast.province)
    Account.objects.update_or_create(user=cast["lead"], defaults={"merged_into": twin})

    for actor in (cast["lead"], User.objects.get(pk=twin.pk)):
        for act in (
            lambda who: in_force(upload, who),
            lambda who: refuse_plan(upload=upload, reason="x", actor=who),
        ):
            with pytest.raises(NotAllowed, match="You uploaded this plan yourself"):
                act(actor)
    assert not PlanRuling.objects.exists()


def test_a_plan_that_does_not_pass_is_kept_with_its_whole_report(
    cast: Cast, client_of: ClientOf, second: User
) -> None:
    bad_cases = [
        *case_files(),
        HandedFile(
            "sai.yaml",
            b"- {name: Tr\xc6\xb0\xe1\xbb\x9dng h\xe1\xbb\xa3p sai, prize: {award: praise_letter, nominee: individual, decided_on: 2025-05-01}, expect: {rounded: 1, raw: 2}}",
        ),
    ]
    lead = _english(client_of("lead"))

    answer = lead.post(_url("plan_upload_new"), sent(plan_file(), bad_cases, cast))

    upload = PlanUpload.objects.get()
    page = lead.get(upload.get_absolute_url()).content.decode()
    assert answer.status_code == 302
    assert not upload.passes
    assert "58 of 59 cases pass" in page
    assert "Trường hợp sai" in page
    assert page.count("sai.yaml") >= 3, "one line for each thing that differs, and the file"
    assert "expected 1, found 250000" in " ".join(page.split())
    with pytest.raises(InvalidRequest, match="does not pass"):
        in_force(upload, second)


def test_a_file_that_cannot_be_read_is_kept_too(cast: Cast, client_of: ClientOf) -> None:
    lead = _english(client_of("lead"))

    lead.post(_url("plan_upload_new"), sent(HandedFile("hong.yaml", b"id: a\nname: b\n"), case_files(), cast))

    upload = PlanUpload.objects.get()
    page = lead.get(upload.get_absolute_url()).content.decode()
    assert (upload.version, upload.plan_id, upload.passes) == (None, "", False)
    assert "hong.yaml" in page
    assert "line 2" in " ".join(page.split())
    assert "unknown key" in page.lower()
    assert lead.get(_url("plan_uploads")).status_code == 200


@pytest.mark.parametrize(
    ("cases", "sentence"),
    [
        ([], "no file of cases was chosen"),
        ([HandedFile("a.yaml", b"[]")] * 2, "same name"),
        ([HandedFile(f"{n}.yaml", b"[]") for n in range(50)], "the limit is 40"),
        ([HandedFile("a.yaml", b"x" * (2 * 1024 * 1024 + 1))], "larger than 2048 KB"),
    ],
)
def test_files_that_are_too_few_too_many_or_too_large(
    cast: Cast, cases: list[HandedFile], sentence: str
) -> None:
    with pytest.raises(InvalidRequest, match=sentence):
        upload_plan(unit=cast.province, plan_file=plan_file(), case_files=cases, actor=cast["lead"])
    assert not PlanUpload.objects.exists()


def test_an_invented_plan_is_not_for_production(cast: Cast, settings: LazySettings) -> None:
    settings.IS_PRODUCTION = True

    with pytest.raises(InvalidRequest, match="invented"):
        uploaded(cast.province, cast["lead"])


def test_another_province_neither_sees_nor_settles(cast: Cast) -> None:
    upload = uploaded(cast.province, cast["lead"])
    north = UnitFactory(key="nt", kind=UnitKind.PROVINCE, name="Tỉnh Ninh Thuận")
    stranger = officer(Role.LEAD, north)
    client = Client()
    client.force_login(stranger)

    assert client.get(upload.get_absolute_url()).status_code == 404
    assert upload.get_absolute_url() not in client.get(_url("plan_uploads")).content.decode()
    assert "Read the plan that" not in _english(client).get("/").content.decode()
    with pytest.raises(NotAllowed):
        in_force(upload, stranger)
    with pytest.raises(NotAllowed):
        uploaded(cast.province, stranger)


def _round(movement: Movement, day: date, year: int = 2025) -> AwardRound:
    return open_round(movement=movement, kind=RoundKind.ANNUAL, year=year, opens_on=day)


def test_rounds_keep_the_version_with_which_they_began(
    cast: Cast, second: User, frozen_day: Callable[[date], None]
) -> None:
    movement = start_movement(plan_id=SAMPLE, unit=cast.province, actor=cast["lead"])
    begun = _round(movement, date(2025, 10, 1))
    planned = _round(movement, date(2026, 10, 1), 2026)
    first = uploaded(cast.province, cast["lead"], originals=4)
    in_force(first, second, date(2026, 1, 1))
    later = uploaded(cast.province, cast["lead"], originals=5)
    in_force(later, cast["standing_body"], date(2027, 1, 1), first.version.content_hash)
    frozen_day(date(2027, 2, 1))
    movement.refresh_from_db()
    newest = _round(movement, date(2027, 2, 1), 2027)

    def sets_in_2029(award_round: AwardRound) -> Any:
        fresh = AwardRound.objects.select_related("movement").get(pk=award_round.pk)
        return fresh.plan.parameters["originals-count"].on(date(2029, 1, 1)).value

    assert [sets_in_2029(one) for one in (begun, planned, newest)] == [3, 4, 5]
    assert [movement.plan_on(day).content_hash for day in (date(2026, 5, 1), date(2027, 1, 1))] == [
        first.version.content_hash,
        later.version.content_hash,
    ]
    assert movement.plan_hash_on(date(2025, 12, 31)) == ""


def test_a_finding_cites_the_version_of_its_round(cast: Cast, client_of: ClientOf) -> None:
    dossier = dossier_at(Status.RECEIVED, cast)
    version = uploaded(cast.province, cast["lead"], plan_id="moi-2026").version
    # As if the dossier's round had begun with a version of its own plan that was uploaded.
    text = dossier.plan.content.replace('"vi":"', '"vi":"Bản mới. ', 1)
    own = PlanVersion.objects.create(
        plan_id=dossier.plan.id,
        content_hash=hashlib.sha256(text.encode()).hexdigest(),
        content=text,
        engine_version="1",
        created_at=version.created_at,
    )
    AwardRound.objects.filter(pk=dossier.award_round_id).update(plan_version=own)
    fresh = type(dossier).objects.for_list().get(pk=dossier.pk)

    evaluation = freeze_evaluation(dossier=fresh, purpose=EvaluationPurpose.APPRAISAL, actor=cast["reviewer"])

    assert evaluation.plan_version == own
    assert evaluation.result["plan_hash"] == own.content_hash
    for page in (_url("desk_dossier", dossier.code), dossier.get_absolute_url()):
        assert (
            reverse("criteria:rulebook_version", args=[own.content_hash])
            in client_of("reviewer").get(page).content.decode()
        )


def test_the_difference_is_to_the_version_in_force(cast: Cast, client_of: ClientOf, second: User) -> None:
    first = uploaded(cast.province, cast["lead"], originals=4)
    to_the_house = compared(first)
    in_force(first, second)
    later = uploaded(cast.province, cast["lead"], originals=5)

    page = _english(client_of("standing_body")).get(later.get_absolute_url()).content.decode()

    assert to_the_house is not None
    assert to_the_house.is_house_file
    assert to_the_house.count == 1
    text = " ".join(page.split())
    assert f"Compared with the version in force from 15/12/2025 by {PAPER}" in text
    assert "values[2029-01-01].value" in text
    assert ">4<" in text.replace(" ", "")
    assert ">5<" in text.replace(" ", "")
    settled = compared(PlanUpload.objects.get(pk=first.pk))
    assert settled is not None
    assert settled.is_house_file, "a settled upload still shows what it changed"


@pytest.mark.parametrize("before", ["", "f" * 64])
def test_who_read_another_difference_is_told(cast: Cast, second: User, before: str) -> None:
    in_force(uploaded(cast.province, cast["lead"], originals=4), second)
    later = uploaded(cast.province, cast["lead"], originals=5)

    with pytest.raises(StaleState, match="put in force meanwhile"):
        in_force(later, second, before=before)
    assert PlanRuling.objects.count() == 1


def test_days_and_papers_and_reasons_are_asked_for(cast: Cast, second: User) -> None:
    first = uploaded(cast.province, cast["lead"], originals=4)
    with pytest.raises(InvalidRequest, match="by a paper"):
        put_in_force(upload=first, compared_with="", effective_on=TODAY, paper=" ", actor=second)
    with pytest.raises(InvalidRequest, match="for a reason"):
        refuse_plan(upload=first, reason=" ", actor=second)
    in_force(first, second)
    with pytest.raises(StaleState, match="settled meanwhile"):
        refuse_plan(upload=first, reason="Sai.", actor=second)
    later = uploaded(cast.province, cast["lead"], originals=5)
    with pytest.raises(InvalidRequest, match="from which the version in force holds"):
        in_force(later, second, date(2025, 12, 1), first.version.content_hash)
    refuse_plan(upload=later, reason="Chưa có quyết định.", actor=second)
    with pytest.raises(StaleState):
        in_force(later, second, before=first.version.content_hash)


def test_a_refused_form_keeps_what_was_typed(cast: Cast, client_of: ClientOf) -> None:
    upload = uploaded(cast.province, cast["lead"])
    client = _english(client_of("standing_body"))
    typed = {"effective_on": "2025-12-15", "paper": PAPER, "has_read": "on", "compared_with": "f" * 64}

    stale = client.post(_url("plan_put_in_force", upload.pk), typed)
    unread = client.post(_url("plan_put_in_force", upload.pk), {**typed, "has_read": ""})

    assert (stale.status_code, unread.status_code) == (409, 422)
    assert PAPER in stale.content.decode()
    assert PAPER in unread.content.decode()
    assert client.get(_url("plan_put_in_force", upload.pk)).url == upload.get_absolute_url()
    assert client.get(_url("plan_refuse", upload.pk)).url == upload.get_absolute_url()


def test_putting_in_force_asks_for_a_fresh_proof(cast: Cast, client_of: ClientOf) -> None:
    upload = uploaded(cast.province, cast["lead"])
    client = client_of("standing_body")
    session = client.session
    session["proven_at"] = session.get("proven_at", 0) - 3600
    session.save()

    answer = client.post(
        _url("plan_put_in_force", upload.pk), {"effective_on": "2025-12-15", "paper": PAPER, "has_read": "on"}
    )

    assert answer.status_code == 403
    assert PAPER in answer.content.decode()
    assert not PlanRuling.objects.exists()


KEPT = (PlanUpload, PlanUploadFile, PlanRuling, PlanVersion)


@pytest.mark.parametrize("model", KEPT)
def test_the_database_refuses_to_change_what_is_kept(cast: Cast, second: User, model: Any) -> None:
    in_force(uploaded(cast.province, cast["lead"]), second)
    row = model.objects.first()

    for act in (
        lambda: (
            model.objects.filter(pk=row.pk).update(plan_id="x")
            if hasattr(row, "plan_id")
            else model.objects.filter(pk=row.pk).update(name="x")
        ),
        lambda: model.objects.filter(pk=row.pk)._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError, match="kept as they are"), transaction.atomic():
            act()
    assert append_only.weakened(connection) == {}


def test_a_trigger_that_is_gone_is_named_and_put_back(cast: Cast) -> None:
    append_only.unprotect(connection, "nominations_planupload")

    named = append_only.weakened(connection)
    told = [str(flaw) for flaw in flaws(in_full=False)]
    mended = protect_log(actor=None)

    assert set(named.values()) == {"missing"}
    assert any("nominations_planupload_no_update" in one for one in told)
    assert mended == named
    assert append_only.weakened(connection) == {}
    assert protect_log(actor=None) == {}


def test_an_altered_trigger_is_named(cast: Cast) -> None:
    append_only.unprotect(connection, "criteria_planversion")
    harmless = (
        "BEGIN SELECT 1; END"
        if connection.vendor == "sqlite"
        else "FOR EACH ROW EXECUTE FUNCTION append_only_refuse('x')"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TRIGGER criteria_planversion_no_update BEFORE UPDATE ON criteria_planversion {harmless}"
        )

    named = append_only.weakened(connection)
    append_only.mend(connection)

    assert named["criteria_planversion_no_update"] == "altered"
    assert append_only.weakened(connection) == {}


def _forged(upload: PlanUpload, act: Callable[[], Any]) -> list[str]:
    """What the proof says when somebody who owns the database changed a row."""
    with append_only.lifted(connection):
        act()
    return [str(flaw) for flaw in plans_that_differ()]


def test_an_altered_file_is_refused_and_named(cast: Cast, second: User) -> None:
    upload = uploaded(cast.province, cast["lead"])
    assert list(plans_that_differ()) == []
    file = upload.files.get(kind="plan")

    told = _forged(
        upload,
        lambda: PlanUploadFile.objects.filter(pk=file.pk).update(content=plan_file(originals=9).content),
    )

    assert any("its files are not those" in one for one in told)
    with pytest.raises(InvalidRequest, match="not the plan that was examined"):
        in_force(upload, second)
    assert not PlanRuling.objects.exists()


def test_a_forged_version_or_ruling_is_named(cast: Cast, second: User) -> None:
    upload = uploaded(cast.province, cast["lead"])
    in_force(upload, second)

    version = _forged(upload, lambda: PlanVersion.objects.filter(pk=upload.version_id).update(content="{}"))
    day = _forged(upload, lambda: PlanRuling.objects.update(effective_on=date(2025, 1, 1)))
    PlanUpload.objects.create(
        unit=cast.province, passes=False, report={}, uploaded_by=second, uploaded_at=upload.uploaded_at
    )

    assert any("its version is not the one" in one for one in version)
    assert any("does not say that it was put in force so" in one for one in day)
    assert any("no entry says that it was uploaded" in str(one) for one in plans_that_differ())


def test_two_provinces_run_the_same_plan_each_by_its_own_version(cast: Cast, second: User) -> None:
    north = UnitFactory(key="nt", kind=UnitKind.PROVINCE, name="Tỉnh Ninh Thuận")
    their_lead, their_body = officer(Role.LEAD, north), officer(Role.STANDING_BODY, north)
    ours = start_movement(plan_id=SAMPLE, unit=cast.province, actor=cast["lead"])
    theirs = start_movement(plan_id=SAMPLE, unit=north, actor=their_lead)
    upload = uploaded(north, their_lead, originals=4)

    in_force(upload, their_body)

    ours.refresh_from_db()
    theirs.refresh_from_db()
    assert theirs.plan_hash_on(TODAY) == upload.version.content_hash
    assert ours.plan_hash_on(TODAY) == ""
    with pytest.raises(StaleState, match="started already"):
        start_movement(plan_id=SAMPLE, unit=cast.province, actor=cast["lead"])


def test_a_movement_without_a_province_follows_only_where_there_is_one(cast: Cast, second: User) -> None:
    shared = start_movement(plan_id=SAMPLE)
    first = uploaded(cast.province, cast["lead"], originals=4)
    in_force(first, second)
    shared.refresh_from_db()
    assert shared.plan_hash_on(TODAY) == first.version.content_hash

    UnitFactory(key="nt", kind=UnitKind.PROVINCE, name="Tỉnh Ninh Thuận")
    later = uploaded(cast.province, cast["lead"], originals=5)
    with pytest.raises(InvalidRequest, match="names no province"):
        in_force(later, second, before=first.version.content_hash)


def _racing() -> tuple[Cast, User, User]:
    cast = make_cast()
    return cast, officer(Role.LEAD, cast.province), UserFactory()


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("has_movement", [True, False])
def test_two_versions_at_once_give_one_in_force(
    frozen_day: Callable[[date], None], has_movement: bool
) -> None:
    cast, second, _nobody = _racing()
    if has_movement:
        start_movement(plan_id=SAMPLE, unit=cast.province)
    one = uploaded(cast.province, cast["lead"], originals=4)
    two = uploaded(cast.province, cast["lead"], originals=5)

    answers = at_once(lambda: in_force(one, second), lambda: in_force(two, cast["standing_body"]))

    one_success(answers)
    assert PlanRuling.objects.filter(verb="in_force").count() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_force_and_refusal_at_once_give_one_word(frozen_day: Callable[[date], None]) -> None:
    cast, second, _nobody = _racing()
    upload = uploaded(cast.province, cast["lead"])

    answers = at_once(
        lambda: in_force(upload, second),
        lambda: refuse_plan(upload=upload, reason="Chưa đủ.", actor=cast["standing_body"]),
    )

    one_success(answers)
    assert PlanRuling.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_control_without_number_and_comparison_both_would_hold(
    frozen_day: Callable[[date], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = iter((1, 2))
    settle = services._settle

    def settle_without_number(upload: PlanUpload, verb: Any, actor: Any, **grounds: Any) -> PlanRuling:
        return settle(upload, verb, actor, **{**grounds, "number": next(numbers)})

    cast, second, _nobody = _racing()
    one = uploaded(cast.province, cast["lead"], originals=4)
    two = uploaded(cast.province, cast["lead"], originals=5)
    monkeypatch.setattr(services, "rulings_in_force", lambda *args: [])
    monkeypatch.setattr(services, "_settle", settle_without_number)

    answers = at_once(lambda: in_force(one, second), lambda: in_force(two, cast["standing_body"]))

    assert all(isinstance(answer, PlanRuling) for answer in answers), answers
    assert PlanRuling.objects.filter(verb="in_force").count() == 2
