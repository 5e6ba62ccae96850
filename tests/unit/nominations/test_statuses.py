"""Each status is told once: a row, a place in the table of verbs, a tone, a place in the diagram; nothing beside."""

import re
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils.translation import override

from core.templatetags.ui import TONE_ICONS
from nominations.enums import Status
from nominations.management.pages import PAGES, dossier_statuses
from nominations.statuses import ENDED, ON_DESK, ROWS, WAITING, Step, Turn, row_of, statuses_that
from nominations.transitions import TRANSITIONS, VERB_TITLES, sources_of

pytestmark = pytest.mark.unit

PRODUCT = (
    "config",
    "core",
    "registry",
    "criteria",
    "nominations",
    "councils",
    "reports",
    "templates",
    "static",
)
# Where a status may be named; the catalogue names its label, and the service the verb that leads to it.
HOMES = {
    "nominations/enums.py",
    "nominations/statuses.py",
    "nominations/transitions.py",
    "nominations/migrations/",
    "locale/vi/LC_MESSAGES/django.po",
    "docs/dossier-statuses.md",
}
# Statuses at which a verb of its own begins, or that is the beginning: code may ask for these by name.
WORKED_AT = {
    Status.DRAFT,
    Status.FILED_TO_DISTRICT,
    Status.RETURNED,
    Status.FILED,
    Status.RECEIVED,
    Status.SUPPLEMENT,
    Status.ON_AGENDA,
    Status.DECLINED,
    Status.WITHDRAWN,
}
QUIET = [status for status in Status if status not in WORKED_AT]


def test_every_status_has_exactly_one_row_in_the_order_of_the_enum() -> None:
    assert [row.status for row in ROWS] == list(Status)


@pytest.mark.parametrize("status", list(Status))
def test_every_status_stands_in_the_table_of_verbs_and_can_be_reached(status: Status) -> None:
    reached = {step.target for steps in TRANSITIONS.values() for step in steps} | {ROWS[0].status}

    assert status in TRANSITIONS
    assert status in reached


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.status.value)
def test_a_tone_is_one_that_the_design_system_draws(row) -> None:
    css = (Path(settings.BASE_DIR) / "static/css/components/status.css").read_text("utf-8")

    assert row.tone in TONE_ICONS
    assert row.tone == "neutral" or f".chip--{row.tone} " in css


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.status.value)
def test_whoever_has_the_turn_has_a_verb_and_where_the_way_ended_only_a_step_back_is_left(row) -> None:
    verbs = {step.verb for step in TRANSITIONS[row.status]}

    assert bool(verbs - {"withdraw"}) if row.turn else verbs <= {"reopen", "revoke", "reconsider"}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.status.value)
def test_every_status_and_each_of_its_verbs_has_a_place_in_the_diagram(row) -> None:
    page = (Path(settings.BASE_DIR) / "docs/dossier-statuses.md").read_text("utf-8")
    diagram = page.partition("```mermaid")[2].partition("```")[0]

    with override("en"):
        assert f'state "{row.label}" as {row.status.value}\n' in diagram
    for step in TRANSITIONS[row.status]:
        assert f"    {row.status.value} --> {step.target.value}: {step.verb}\n" in diagram


def test_every_verb_has_the_words_that_the_history_says() -> None:
    assert set(VERB_TITLES) == {step.verb for steps in TRANSITIONS.values() for step in steps}


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (
            ENDED,
            "not_selected not_eligible duplicate not_recommended declined revoked withdrawn",
        ),
        (WAITING, "filed received"),
        (ON_DESK, "filed received supplement eligible not_eligible duplicate"),
        (statuses_that(lambda row: row.is_editable), "draft returned supplement"),
        (statuses_that(lambda row: row.is_with_filing_side), "draft filed_to_district returned supplement"),
        (statuses_that(lambda row: row.is_before_province), "draft filed_to_district returned not_selected"),
        (statuses_that(lambda row: row.is_honoured), "awarded decided_by_issuer"),
        (sources_of("file"), "draft filed_to_district"),
        (sources_of("propose"), "recommended"),
    ],
)
def test_the_sets_that_follow_from_the_rows(found: tuple[Status, ...], expected: str) -> None:
    assert found == tuple(expected.split())


def test_only_a_dossier_that_was_taken_back_is_off_the_line() -> None:
    assert [row.status for row in ROWS if row.step is None] == [Status.WITHDRAWN]
    assert {row.step for row in ROWS} - {None} == set(Step)
    assert {row.turn for row in ROWS} - {None} == set(Turn)


def test_a_row_speaks_the_language_of_its_reader() -> None:
    with override("en"):
        assert row_of("received").label == "Under appraisal"


def files_that_ask_for(status: Status) -> set[str]:
    """Modules of the product that name the member."""
    root, member = Path(settings.BASE_DIR), re.compile(rf"(?<!\w)Status\.{status.name}\b")
    paths = [
        path for folder in ("nominations", "councils", "reports") for path in (root / folder).rglob("*.py")
    ]
    return {
        path.relative_to(root).as_posix()
        for path in paths
        if "nominations.enums import" in (text := path.read_text("utf-8")) and member.search(text)
    }


@pytest.mark.parametrize("status", QUIET)
def test_a_status_at_which_no_verb_works_by_name_is_named_by_its_row_alone(status: Status) -> None:
    assert files_that_ask_for(status) == {"nominations/statuses.py", "nominations/transitions.py"}


def files_that_name(status: Status) -> set[str]:
    """Files of the product that name the member, or its value or label as a word in quotes."""
    root = Path(settings.BASE_DIR)
    with override("en"):
        label = re.escape(str(status.label))
    by_member = re.compile(rf"(?<!\w)Status\.{status.name}\b")
    by_label = re.compile(rf'msgid "{label}"|_\("{label}"\)')
    paths = [path for folder in PRODUCT for path in (root / folder).rglob("*")]
    paths += [root / "locale/vi/LC_MESSAGES/django.po", root / "docs/dossier-statuses.md"]
    found = set()
    for path in paths:
        if path.suffix not in {".py", ".html", ".css", ".js", ".yaml", ".po", ".md"}:
            continue
        text, name = path.read_text("utf-8"), path.relative_to(root).as_posix()
        is_own = name.startswith(("nominations/", "docs/", "councils/")) and path.suffix in {".py", ".md"}
        value = rf"['\"`]{status.value}['\"`]"
        if by_member.search(text) or (is_own and re.search(value, text)) or by_label.search(text):
            found.add(re.sub(r"^(nominations/migrations/).*", r"\1", name))
    return found


@pytest.mark.parametrize("status", [Status.NOT_SELECTED, Status.DECIDED_BY_ISSUER, Status.REVOKED])
def test_adding_a_status_touches_at_most_seven_files(status: Status) -> None:
    """What a quiet status needs is what a new one needs; the service of its verb makes the seventh."""
    # "Not selected by the district" and its like are also what the history says of the verb, in the same files.
    assert files_that_name(status) == HOMES
    assert len(HOMES) + 1 <= 7


def test_the_count_of_files_sees_what_names_a_status_elsewhere() -> None:
    assert "nominations/selectors/work.py" in files_that_name(Status.RETURNED)


def test_no_list_of_statuses_stands_beside_the_rows() -> None:
    """Two or more in one bracket are a set that somebody would have to keep."""
    listed = re.compile(r"[\[({][^\[\](){}]*\bStatus\.[A-Z_]+,\s*(?:Status\.[A-Z_]+)")
    found = []
    for folder in ("nominations", "councils", "reports"):
        for path in (Path(settings.BASE_DIR) / folder).rglob("*.py"):
            text = path.read_text("utf-8")
            if path.name in {"statuses.py", "transitions.py"} or "nominations.enums import" not in text:
                continue
            names = {match.group(0).split("Status.")[-1] for match in listed.finditer(text)}
            if names & set(Status.__members__):
                found.append(path.name)
    assert listed.search("status in {Status.DRAFT, Status.RETURNED}")
    assert found == []


def test_the_generated_pages_are_fresh() -> None:
    call_command("generate_docs", check=True)


def test_a_stale_page_is_named_and_written_anew(tmp_path: Path) -> None:
    for name in PAGES:
        (tmp_path / name).write_text("by hand\n", "utf-8")

    with pytest.raises(CommandError, match=r"dossier-statuses\.md\. Run `manage\.py generate_docs`"):
        call_command("generate_docs", check=True, folder=tmp_path)
    call_command("generate_docs", folder=tmp_path, stdout=StringIO())

    call_command("generate_docs", check=True, folder=tmp_path)
    with override("en"):
        assert (tmp_path / "dossier-statuses.md").read_text("utf-8") == dossier_statuses()
