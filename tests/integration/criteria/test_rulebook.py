"""The Django side: plans by id, stored versions, the start check, the command and the page."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import translation

from core.models import User
from criteria import selectors
from criteria.checks import check_plans
from criteria.engine import PlanError, plan_from_data
from criteria.engine.reading import parse_yaml
from criteria.exceptions import UnknownPlan
from criteria.models import PlanVersion
from criteria.selectors import default_plan, get_plan, plan_of, read_plans
from criteria.services import record_plan_version
from criteria.templatetags.plan_text import in_language, plan_unit, plan_value

SAMPLE = "mau-khong-cap-huyen"


@pytest.fixture
def signed_in(client, db):
    client.force_login(User.objects.create_user(username="reader"))
    return client


def folder_with(tmp_path: Path, settings, text: str, name: str = SAMPLE) -> None:
    (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    settings.CRITERIA_PLANS_DIRS = [tmp_path]


def sample_text() -> str:
    return (Path("criteria/plans") / f"{SAMPLE}.yaml").read_text(encoding="utf-8")


def test_plans_are_found_by_id():
    assert default_plan().id == "binh-thuan-2021-2025"
    assert get_plan(SAMPLE).invented
    with pytest.raises(UnknownPlan, match="No plan file has the id 'none'"):
        get_plan("none")


def test_a_version_is_stored_once_and_gives_the_plan_back(db, django_assert_num_queries):
    first = record_plan_version(plan=default_plan())

    again = record_plan_version(default_plan())

    assert again == first
    assert PlanVersion.objects.count() == 1
    with django_assert_num_queries(0):
        assert plan_of(first) is default_plan()


def test_a_stored_version_outlives_a_change_of_the_file(db):
    changed = sample_text().replace("value: 3, provisions: [s-5]", "value: 4, provisions: [s-5]")
    old = plan_from_data(parse_yaml(changed), "old.yaml")

    version = record_plan_version(plan=old)

    plan = plan_of(version)
    assert plan.content_hash == old.content_hash != get_plan(SAMPLE).content_hash
    assert plan.parameters["originals-count"].values[0].value == 4
    assert str(version) == f"{SAMPLE} {old.content_hash[:12]}"


def test_two_hands_that_store_a_version_at_once_get_one_row(db, monkeypatch):
    version = record_plan_version(plan=default_plan())
    manager = PlanVersion.objects
    monkeypatch.setattr(manager, "filter", lambda **kwargs: manager.none())

    assert record_plan_version(plan=default_plan()) == version


def test_the_start_check_accepts_the_projects_plans():
    assert check_plans() == []


def test_the_start_check_names_file_key_and_expectation(tmp_path, settings):
    folder_with(tmp_path, settings, sample_text().replace("base: all_members", "base: those_present"))

    [error] = check_plans()

    assert error.id == "criteria.E001"
    assert f"{tmp_path}/{SAMPLE}.yaml" in error.msg
    assert "voting.base: expected one of: all_members" in error.msg


def test_the_start_check_asks_for_a_default_plan(tmp_path, settings):
    folder_with(tmp_path, settings, sample_text())

    assert [error.id for error in check_plans()] == ["criteria.E002"]
    with pytest.raises(UnknownPlan, match="default"):
        default_plan()


def test_two_folders_may_not_hold_the_same_plan_or_two_defaults(tmp_path, settings):
    own = settings.CRITERIA_PLANS_DIRS[0]
    folder_with(tmp_path, settings, sample_text())
    settings.CRITERIA_PLANS_DIRS = [own, tmp_path]
    with pytest.raises(PlanError, match="no other plan file"):
        read_plans()

    other = tmp_path / "other"
    other.mkdir()
    text = sample_text().replace(f"id: {SAMPLE}", "id: other\ndefault: true", 1)
    folder_with(other, settings, text, "other")
    settings.CRITERIA_PLANS_DIRS = [own, other]
    selectors._read.cache_clear()
    with pytest.raises(PlanError, match="one default plan"):
        read_plans()


def run(*paths: object) -> tuple[int, str, str]:
    out, err = StringIO(), StringIO()
    status = 0
    try:
        call_command("run_cases", *map(str, paths), stdout=out, stderr=err)
    except SystemExit as stop:
        status = int(stop.code or 0)
    return status, out.getvalue(), err.getvalue()


PASSING = "- name: p\n  prize: {award: province_certificate, nominee: individual, decided_on: 2025-08-10}\n  expect: {raw: 3510000}\n"


def test_cases_that_pass_end_with_status_0(tmp_path):
    (tmp_path / "a.yaml").write_text(PASSING, encoding="utf-8")

    assert run(tmp_path) == (0, "1 passed, 0 failed\n", "")


def test_a_failed_case_ends_with_status_1_and_says_why(tmp_path):
    (tmp_path / "a.yaml").write_text(PASSING + PASSING.replace("3510000", "1"), encoding="utf-8")

    status, out, _ = run(tmp_path / "a.yaml")

    assert status == 1
    assert "p: raw: expected 1, got 3510000" in out
    assert out.splitlines()[-1] == "1 passed, 1 failed"


def test_a_file_that_cannot_be_read_ends_with_status_2_and_the_others_run(tmp_path):
    (tmp_path / "a.yaml").write_text(PASSING, encoding="utf-8")
    (tmp_path / "b.yaml").write_text(PASSING.replace("nominee", "nominees"), encoding="utf-8")

    status, out, err = run(tmp_path, tmp_path / "none")

    assert status == 2
    assert out == "1 passed, 0 failed\n"
    assert "b.yaml" in err
    assert "prize.nominees: unknown key" in err
    assert "none: the file cannot be read" in err


def test_an_empty_folder_ends_with_status_2(tmp_path):
    assert run(tmp_path)[0] == 2


def test_a_malformed_plan_ends_with_status_2(tmp_path, settings):
    folder_with(tmp_path, settings, sample_text().replace("invented: true", "invented: perhaps", 1))

    status, _, err = run(tmp_path)

    assert status == 2
    assert "invented: expected true or false" in err


def test_the_rulebook_needs_sign_in(client, db):
    assert client.get(reverse("criteria:rulebook")).status_code == 302


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("plan_id", ["binh-thuan-2021-2025", SAMPLE])
def test_the_rulebook_shows_the_whole_plan(signed_in, settings, lang, plan_id):
    plan = get_plan(plan_id)
    signed_in.cookies[settings.LANGUAGE_COOKIE_NAME] = lang

    page = signed_in.get(reverse("criteria:rulebook_plan", args=[plan_id])).content.decode()

    texts = [plan.title, plan.voting.text, plan.filing_path.deadline]
    texts += [criterion.label for criterion in plan.criteria.values()]
    texts += [parameter.label for parameter in plan.parameters.values()]
    texts += [provision.text for provision in plan.provisions.values()]
    texts += [quota.label for quota in plan.quotas]
    texts += [reading.reason for reading in plan.readings]
    texts += [dated.assumption for p in plan.parameters.values() for dated in p.values if dated.assumption]
    absent = [text(lang) for text in texts if text(lang).split("'")[0] not in page]
    assert absent == []
    assert page.count("<h1>") == 1


def test_the_address_without_an_id_shows_the_default_plan(signed_in):
    page = signed_in.get(reverse("criteria:rulebook")).content.decode()

    assert default_plan().content_hash[:12] in page


def test_an_unknown_plan_is_not_found(signed_in):
    assert signed_in.get(reverse("criteria:rulebook_plan", args=["none"])).status_code == 404


@pytest.mark.parametrize(
    ("value", "vi", "en"),
    [
        (2021, "2021", "2021"),
        (2340000, "2.340.000", "2,340,000"),
        ("66.7", "66,7", "66.7"),
        ("12-30", "30/12", "30/12"),
        (["I", "II"], "I, II", "I, II"),
        (["0.4", "0.6"], "0,4, 0,6", "0.4, 0.6"),
        ({"commendation": 2}, "Giấy khen: 2", "commendation(s): 2"),
    ],
)
def test_values_are_shown_in_the_readers_language(value, vi, en):
    for lang, text in (("vi", vi), ("en", en)):
        with translation.override(lang):
            assert plan_value(value, default_plan()) == text


def test_no_text_is_nothing():
    assert in_language(None) == ""


def test_a_figure_says_what_it_counts():
    with translation.override("en"):
        assert plan_unit("percent") == plan_unit("percent_of_all_members") == "%"
        assert plan_unit("percentage_point") == " percentage points"
        assert plan_unit("month_day") == ""
