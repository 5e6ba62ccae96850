"""A plan file is refused with file, key and what is expected there."""

import copy
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from criteria.engine import NoValue, PlanError, load_plan, load_plans, plan_from_data, plan_from_json
from criteria.engine.reading import parse_yaml

FOLDER = Path(__file__).resolve().parents[3] / "criteria" / "plans"
SAMPLE = (FOLDER / "mau-khong-cap-huyen.yaml").read_text(encoding="utf-8")
DATA = parse_yaml(SAMPLE)


def changed(path: str, value: object) -> dict:
    """The sample plan with the value at a path replaced; None removes the key."""
    data = copy.deepcopy(DATA)
    *way, last = path.split("/")
    place = data
    for step in way:
        place = _step(place, step)
    if isinstance(place, list):
        place[_index(place, last)] = value
    elif value is None:
        del place[last]
    else:
        place[last] = value
    return data


def _index(place: list, step: str) -> int:
    return next(index for index, item in enumerate(place) if str(index) == step or _id(item) == step)


def _id(item: object) -> object:
    return item.get("id") if isinstance(item, dict) else item


def _step(place: object, step: str) -> object:
    return place[_index(place, step)] if isinstance(place, list) else place[step]


VI_EN = {"vi": "chữ", "en": "text"}


@pytest.mark.parametrize(
    ("path", "value", "key", "expected"),
    [
        ("title", None, "title", "absent or empty"),
        ("title", "only one text", "title", "expected a mapping"),
        ("title", {"vi": "chữ"}, "title.en", "absent or empty"),
        ("surprise", 1, "surprise", "unknown key"),
        ("period/from", "soon", "period.from", "expected a date"),
        ("terms/word/or", None, "terms.word.or", "both languages"),
        ("terms/household_status/well_off", None, "terms.household_status.well_off", "both languages"),
        ("terms/outcome/eligible", None, "terms.outcome.eligible", "both languages"),
        ("period/to", date(2024, 12, 31), "period.to", "not before the period's first day"),
        ("round_years/final", 2020, "round_years.final", "not before the first one"),
        ("round_years/midterm", 2031, "round_years.midterm", "expected a year from"),
        ("parameters/threshold-flag/values/0/value", 101, "voting.thresholds.provincial_flag", "at most 100"),
        ("parameters/threshold-flag/values/0/value", 0, "voting.thresholds.provincial_flag", "over 0"),
        ("voting/thresholds/provincial_flag", None, "voting.thresholds", "provincial_flag is not there"),
        ("prizes/coefficients/provincial_flag", None, "prizes.coefficients", "provincial_flag is not there"),
        ("prizes/factors/household", None, "prizes.factors", "household is not there"),
        ("provisions/s-1/instrument", "nothing", "provisions[0].instrument", "expected one of: sample-plan"),
        ("provisions/s-2/id", "s-1", "provisions[1]", "expected an id that no other"),
        ("parameters/quorum/type", "number", "type", "expected one of: integer"),
        ("parameters/quorum/values", [], "parameters[15]", "at least one dated value"),
        ("parameters/quorum/values/0/value", "three quarters", "value", "expected a share of one"),
        ("parameters/quorum/values/0/value", "5/4", "value", "expected a share of one"),
        ("parameters/quorum/values/0/provisions", [], "provisions", "at least one provision"),
        ("parameters/quorum/values/0/verified_on", None, "verified_on", "absent or empty"),
        ("parameters/filing-deadline/values/0/value", "02-29", "value", "that every year has"),
        ("parameters/filing-deadline/values/0/value", "11-31", "value", "that every year has"),
        ("parameters/filing-deadline/values/1/from", date(2025, 1, 1), "values", "start dates in order"),
        ("parameters/household-fall-share/values/0/value", 40.5, "value", 'quoted decimal such as "1.5"'),
        ("parameters/household-fall-share/values/0/value", "many", "value", "quoted decimal"),
        ("parameters/zones/values/0/value", [], "value", "at least one name"),
        ("parameters/zones/values/0/value", ["IV"], "parameters.zones", "to list only I, II, III"),
        ("parameters/flag-prior-awards/values/0/value", {}, "value", "at least one name with its number"),
        ("parameters/flag-prior-awards/values/0/value", {"praise_letter": 0}, "value.praise_letter", "at least 1"),
        ("parameters/flag-prior-awards/values/0/value", {"medal": 1}, "parameters.required", "to list only"),
        ("parameters/flag-rounds/values/0/value", ["weekly"], "parameters.kinds", "to list only annual, final"),
        ("awards/praise_letter/rounds", ["weekly"], "awards[0].rounds[0]", "expected one of: annual, final"),
        ("subjects/commune/collective", "yes", "collective", "true or false"),
        ("sentences/common/waived", None, "sentences.common.waived", "absent or empty"),
        ("sentences/common/waived", {"vi": "{label}", "en": "x"}, "sentences.common.waived", "no {label}"),
        ("sentences/common/waived", {"vi": "{nobody}", "en": "x"}, "sentences.common.waived", "found nobody"),
        ("sentences/common/waived", {"vi": "{authority", "en": "x"}, "sentences.common.waived", "fields written"),
        ("sentences/common/waived", {"vi": "x", "en": "{authority:loud}"}, "sentences.common.waived", "formats"),
        ("sentences/common/waived", {"vi": "x", "en": "{authority:term.x}"}, "sentences.common.waived", "group"),
        ("sentences/checks/no_such_check", {}, "sentences.checks.no_such_check", "name of a check"),
        ("sentences/checks/no_hold/met", None, "sentences", "a sentence in both languages for: met"),
        ("sentences/checks/no_hold/maybe", VI_EN, "sentences.checks.no_hold.maybe", "unknown key"),
        ("criteria/initiative/kind", "vote", "kind", "expected one of: computed"),
        ("criteria/initiative/sentences", None, "sentences", "for: judgement"),
        ("criteria/initiative/check", "no_hold", "check", "no such key for the kind judgement"),
        ("criteria/initiative/applies", [], "applies", "at least one scope"),
        ("criteria/initiative/applies", [{"subjects": ["club"]}], "applies[0].subjects[0]", "expected one of"),
        ("criteria/initiative/except_forms", {"club": []}, "except_forms.club", "expected a subject"),
        ("criteria/initiative/except_forms", {"agency": ["shop"]}, "except_forms.agency[0]", "expected one of"),
        ("criteria/commune-fall/check", "household_rise", "check", "expected one of: household_fall"),
        ("criteria/commune-fall/options", None, "options", "absent or empty"),
        ("criteria/commune-fall/options/comparison", "about", "options.comparison", "over, at_least"),
        ("criteria/commune-fall/parameters/share", "shaer", "parameters.share", "id of a parameter"),
        ("criteria/commune-fall/parameters/share", "zones", "parameters.share", "of type decimal; zones"),
        ("criteria/commune-fall/parameters/share", {"medal": "zones"}, "share.medal", "expected an award"),
        (
            "criteria/commune-fall/parameters/share",
            {"praise_letter": "household-fall-share"},
            "criteria.commune-fall.parameters.share",
            "a parameter for provincial_flag",
        ),
        ("criteria/commune-fall/waiver", "anyone", "waiver", "expected one of: steering-office"),
        ("criteria/clean/options", {"a": "b"}, "options", "no options"),
        ("criteria/clean/parameters", {"a": "b"}, "parameters", "no parameters"),
        ("criteria/commune-progress/parts", [], "parts", "at least one criterion"),
        ("criteria/commune-progress/parts", ["nothing"], "parts", "ids of criteria"),
        ("criteria/commune-progress/parts", ["commune-rate", "household-escape"], "parts", "expected 'household-escape' once"),
        ("criteria/household-out/parts", ["household-way"], "criteria", "not to be a part of itself"),
        ("criteria/commune-progress/applies", [{}], "criteria.commune-progress.parts", "expected a part for"),
        ("quotas/letters/limits/0/max", -1, "max", "at least 0"),
        ("quotas/letters/limits/0/min", 99, "limits[0]", "at most the maximum"),
        ("voting/quorum", "threshold-flag", "voting.quorum", "of type ratio"),
        ("voting/base", "members_present", "voting.base", "all_members"),
        ("voting/thresholds/medal", "threshold-flag", "voting.thresholds.medal", "expected an award"),
        ("ties", {"order": ["lot"], "provisions": ["s-1"], "text": VI_EN}, "ties.order[0]", "women, area"),
        ("ties", {"order": ["area", "area"], "provisions": ["s-1"], "text": VI_EN}, "ties.order", "each step once"),
        ("ties", {"order": ["women"], "provisions": ["s-1"], "text": VI_EN}, "ties", "expected women_share when"),
        (
            "ties",
            {"order": ["area"], "women_share": "quorum", "provisions": ["s-1"], "text": VI_EN},
            "ties",
            "expected women_share when",
        ),
        (
            "ties",
            {"order": ["women"], "women_share": "quorum", "provisions": ["s-1"], "text": VI_EN},
            "ties.women_share",
            "of type integer",
        ),
        (
            "ties",
            {"order": ["women"], "women_share": "baseline-year", "provisions": ["s-1"], "text": VI_EN},
            "ties",
            "at most 100",
        ),
        ("ties", {"order": ["area"], "provisions": [], "text": VI_EN}, "ties.provisions", "at least one provision"),
        ("prizes/coefficients/medal", {"default": "factor-one"}, "prizes.coefficients.medal", "expected an award"),
        ("prizes/coefficients/praise_letter", {"commune": "factor-one"}, "praise_letter.default", "absent"),
        ("prizes/factors/club", "factor-one", "prizes.factors.club", "expected a subject"),
        ("papers/waiver_paper/attached_by", "anyone", "attached_by", "expected one of: nominee"),
        ("filing_path/levels", ["village"], "filing_path.levels[0]", "commune, district, province"),
        ("filing_path/steps/club", VI_EN, "filing_path.steps.club", "expected a subject"),
        ("statements/two-levels/parameters", ["nothing"], "parameters[0]", "id of a parameter"),
    ],
)  # fmt: skip
def test_a_mistake_names_key_and_expectation(path, value, key, expected):
    with pytest.raises(PlanError) as refused:
        plan_from_data(changed(path, value), "plan.yaml")

    assert refused.value.file == "plan.yaml"
    assert key in refused.value.key
    assert expected in refused.value.expected
    assert str(refused.value) == f"plan.yaml: {refused.value.key}: {refused.value.expected}"


def test_a_range_is_two_decimals_in_order():
    data = copy.deepcopy(DATA)
    target = {"id": "target", "label": VI_EN, "unit": "x", "type": "range"}
    for value in (["0.6", "0.4"], ["0.4"]):
        dated = {
            "from": date(2025, 1, 1),
            "value": value,
            "provisions": ["s-1"],
            "verified_on": date(2026, 1, 1),
        }
        data["parameters"] = [*DATA["parameters"], {**target, "values": [dated]}]
        with pytest.raises(PlanError, match="the lower first"):
            plan_from_data(data, "plan.yaml")


def test_a_value_that_no_plan_can_hold_is_refused():
    with pytest.raises(PlanError, match="expected texts, whole numbers, dates"):
        plan_from_data({**DATA, "title": {1, 2}}, "plan.yaml")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: [1", "expected a YAML document near line"),
        ("a: 1\na: 2\n", "line 2 repeats it"),
        ("? [1]\n: 2\n", "cannot be a key"),
        ("- 1", "expected a mapping"),
        ("a: 2024-13-45", "expected a YAML document"),
        ("", "expected a mapping of keys to values, found nothing"),
    ],
)
def test_a_broken_file_is_refused(tmp_path, text, expected):
    file = tmp_path / "broken.yaml"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(PlanError) as refused:
        load_plan(file)

    assert refused.value.file == str(file)
    assert expected in refused.value.expected


def test_a_file_that_is_not_text_or_not_there_is_refused(tmp_path):
    (tmp_path / "binary.yaml").write_bytes(b"\xff\xfe\xff")

    for name in ("binary.yaml", "none.yaml"):
        with pytest.raises(PlanError, match="readable UTF-8"):
            load_plan(tmp_path / name)


def test_the_file_carries_the_plans_id(tmp_path):
    (tmp_path / "other.yaml").write_text(SAMPLE, encoding="utf-8")

    with pytest.raises(PlanError, match="the file's own name, 'other'"):
        load_plan(tmp_path / "other.yaml")


def test_a_folder_holds_one_default_plan(tmp_path):
    for name in ("a", "b"):
        text = SAMPLE.replace("id: mau-khong-cap-huyen", f"id: {name}\ndefault: true", 1)
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")

    with pytest.raises(PlanError, match="one default plan"):
        load_plans(tmp_path)


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(PlanError, match="expected a folder"):
        load_plans(tmp_path / "none")


@pytest.fixture(scope="module")
def plans():
    return load_plans(FOLDER)


def test_the_stored_content_gives_the_same_plan_back(plans):
    for plan in plans.values():
        again = plan_from_json(plan.content)

        assert again.content_hash == plan.content_hash
        assert again.title == plan.title
        assert list(again.criteria) == list(plan.criteria)
        assert hash(again) == hash(plan)


def test_the_hash_follows_content_and_not_layout(plans):
    plan = plans["mau-khong-cap-huyen"]
    reordered = plan_from_data(dict(reversed(list(DATA.items()))), "plan.yaml")
    other = plan_from_data(changed("parameters/originals-count/values/0/value", 4), "plan.yaml")

    assert reordered.content_hash == plan.content_hash
    assert other.content_hash != plan.content_hash


def test_dated_values_hold_from_their_day(plans):
    parameters = plans["binh-thuan-2021-2025"].parameters

    assert parameters["originals-pm"].on(date(2025, 6, 30)).value == 2
    assert parameters["originals-pm"].on(date(2025, 7, 1)).value == 1
    assert parameters["coefficient-province"].on(date(2024, 1, 1)).value == Decimal("1.5")
    with pytest.raises(NoValue, match="the first one starts on 2019-07-01"):
        parameters["base-salary"].on(date(2019, 6, 30))


def test_every_dated_value_has_a_reference_and_a_day_of_checking(plans):
    for plan in plans.values():
        for parameter in plan.parameters.values():
            for dated in parameter.values:
                assert dated.provisions
                assert dated.reference.vi
                assert dated.verified_on


def test_plans_differ_in_levels_papers_and_quotas(plans):
    district, sample = plans["binh-thuan-2021-2025"], plans["mau-khong-cap-huyen"]

    assert (district.filing_path.has_district_level, sample.filing_path.has_district_level) == (True, False)
    assert (district.invented, sample.invented) == (False, True)
    assert [paper.id for paper in sample.papers_for("praise_letter", "household", "annual")] == [
        "submission_letter", "council_minutes", "achievement_report", "waiver_paper", "supporting_paper",
    ]  # fmt: skip
    report = sample.papers["achievement_report"]
    assert report.is_compulsory("provincial_flag", "household", "annual")
    assert not report.is_compulsory("praise_letter", "household", "annual")
    assert [quota.id for quota in district.quotas_for("province_certificate")] == [
        "province-collective", "province-individual",
    ]  # fmt: skip
    assert district.term("zone", "none", "vi") == "ngoài ba khu vực"
    assert district.term("zone", "IX", "vi") == "IX"
    assert "district" not in sample.subjects


def test_criteria_name_each_parameter_once(plans):
    originals = plans["binh-thuan-2021-2025"].criteria["originals"]

    assert [parameter.id for parameter in originals.all_parameters()] == [
        "originals-province",
        "originals-pm",
    ]


@pytest.mark.parametrize(
    ("award", "subject", "round_kind", "count"),
    [
        ("commendation", "household", "annual", 5),
        ("commendation", "commune", "final", 6),
        ("province_certificate", "commune", "annual", 10),
        ("province_certificate", "household", "final", 15),
        ("pm_certificate", "household", "final", 16),
        ("pm_certificate", "enterprise", "final", 15),
    ],
)
def test_each_kind_of_dossier_has_its_criteria(plans, award, subject, round_kind, count):
    assert len(plans["binh-thuan-2021-2025"].criteria_for(award, subject, round_kind)) == count
