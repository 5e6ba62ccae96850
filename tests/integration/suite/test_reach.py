"""Everybody gets at every address the answer that was reviewed, and every address of the resolver stands in the table.

`make reach` writes the table anew (`reach.csv` here, `docs/reach.md` for readers); what changed in it is reviewed like code.
"""

from __future__ import annotations

import os
from datetime import date
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from core.models import User
from tests.factories.files import stored_in
from tests.integration.suite import reach, reach_stage

WRITES = os.environ.get("WRITE_REACH") == "1"
NO_ROLE_HERE = {"stranger", "no role", "commune elsewhere", "reviewer elsewhere", "lead elsewhere"}
# Answers that mean: heard, or let in.
REACHED = {"200", "204", "302", "409", "422"}


@pytest.mark.skipif(WRITES, reason="the table is being written")
def test_table_and_resolver_name_the_same_addresses() -> None:
    in_resolver = {(entry.name, verb.upper()) for entry in reach.entries() for verb in reach.VERBS}

    in_table = set(reach.kept())

    assert in_resolver - in_table == set(), "make reach gives a new address its rows; review them"
    assert in_table - in_resolver == set(), "make reach takes the rows of an address that is gone"


def test_an_address_has_one_name() -> None:
    names = [entry.name for entry in reach.entries()]

    assert len(names) > 150
    assert len(names) == len(set(names))


@pytest.mark.skipif(WRITES, reason="the table is being written")
def test_the_page_for_readers_is_the_table() -> None:
    assert reach.PAGE.read_text(encoding="utf-8") == reach.as_page(list(reach.kept().values()))


@pytest.mark.skipif(WRITES, reason="the table is being written")
def test_nobody_without_a_role_and_nobody_elsewhere_changes_anything_of_ours() -> None:
    """What the table itself must never say, whoever reviewed it."""
    own = ("login", "logout", "password_change", "set_language", "one_time_code", "signing_in:")
    allowed = {name for name, _verb in reach.kept() if name.startswith(own) or name in OPEN_TO_ALL}

    heard = {
        (name, who)
        for (name, verb), row in reach.kept().items()
        for who in NO_ROLE_HERE
        if verb == "POST" and name not in allowed and row[who] in REACHED
    }

    assert heard == OF_ONES_OWN


# Signs of life of the machine, which name nobody, what the handbook says of signing in, the address that takes papers
# with a token from nobody in particular, and what whoever holds a document may ask.
OPEN_TO_ALL = {
    *("core:alive", "core:healthy", "core:ready", "core:handbook_public", "councils:paper"),
    # Whether a copy of a document is genuine: asked by the code that it bears.
    *("reports:genuine", "reports:genuine_search"),
}
# What is asked about one's own province, or of all: each creates there, or asks for what is theirs.
_OF_ALL = (
    *("core:handbook", "core:handbook_chapter", "nominations:history"),
    *("criteria:rulebook", "criteria:rulebook_plan", "criteria:rulebook_version"),
)
OF_ONES_OWN = {
    *((name, who) for name in _OF_ALL for who in NO_ROLE_HERE - {"stranger"}),
    *(
        (f"registry:{name}", f"{role} elsewhere")
        for role in ("commune", "reviewer", "lead")
        for name in (
            *("household_create", "household_duplicates", "household_merge_choice", "household_tell_apart"),
            *(
                "individual_create",
                "individual_duplicates",
                "individual_merge_choice",
                "individual_tell_apart",
            ),
            *("import_upload", "number_search", "unit_create"),
        )
    ),
    *(
        (name, f"{role} elsewhere")
        for role in ("reviewer", "lead")
        for name in (
            *("councils:council_create", "nominations:desk", "nominations:proposal_start"),
            *("nominations:proposals", "nominations:plan_uploads", "registry:data_case_record"),
        )
    ),
    ("nominations:start", "commune elsewhere"),
    ("councils:council_create", "commune elsewhere"),
    ("nominations:history_add", "reviewer elsewhere"),
    ("nominations:movements", "lead elsewhere"),
    ("nominations:plan_upload_new", "lead elsewhere"),
    ("nominations:rounds", "lead elsewhere"),
    ("registry:certification", "lead elsewhere"),
}
# Addresses that lead nowhere on the demonstration's data, and why.
NOTHING_THERE = {
    ("nominations:set_open", "POST"): "without naming a unit",
    ("registry:import_refused", "GET"): "the list that waits has no refused rows",
    ("registry:review_export", "GET"): "without naming a year",
    **dict.fromkeys(
        ((f"signing_in:{name}", verb) for name in ("oidc", "oidc_done") for verb in ("GET", "POST")),
        "no single sign-on is set",
    ),
    ("signing_in:as_demo", "POST"): "only in a demonstration",
    ("core:figures", "GET"): "only where the setting opens it",
}


# Addresses that answer everybody with a refusal, which the state of things explains.
CLOSED_TO_ALL = {
    "councils:poll_open": "another poll is open",
    "councils:result_stands": "no further round was void",
    "nominations:issuer_decision": "nothing waits for its issuer",
    "registry:first_lead": "there is a lead",
}


@pytest.mark.skipif(WRITES, reason="the table is being written")
def test_every_address_is_asked_about_something_that_is_there() -> None:
    """A row in which nobody gets anything proves nothing: each such address is named with its reason."""
    reached: dict[str, bool] = {}
    for (name, _verb), row in reach.kept().items():
        reached[name] = reached.get(name, False) or any(row[who] in REACHED for who in reach.PEOPLE)

    closed = {name for name, is_reached in reached.items() if not is_reached}

    assert closed == {name for name, _verb in NOTHING_THERE} | set(CLOSED_TO_ALL)


@pytest.mark.skipif(WRITES, reason="the table is being written")
def test_nobody_meets_a_fault_of_ours() -> None:
    assert [
        key for key, row in reach.kept().items() if any(row[who].startswith("5") for who in reach.PEOPLE)
    ] == []


@pytest.fixture
def demonstration(db: None, settings: Any, tmp_path: Any, undrawn_documents: None) -> reach_stage.Stage:
    settings.APP_ENV = "demo"
    settings.DEMO_PASSWORD = "mat-khau-chay-thu"
    settings.FIXED_TODAY = date(2025, 12, 15)
    settings.STORAGES = stored_in(tmp_path)
    call_command("load_register")
    call_command("load_demo")
    settings.FIXED_TODAY = reach_stage.MEETING_DAY
    # As in a province: the pages of a demonstration alone are not there.
    settings.APP_ENV = "test"
    # On a busy machine the walk lasts longer than a proof stays fresh.
    settings.FRESH_PROOF_MINUTES = 24 * 60
    return reach_stage.prepare()


@pytest.mark.walk
@pytest.mark.slow  # It loads the demonstration and asks at every address for everybody.
def test_everybody_gets_the_answer_that_was_reviewed(demonstration: reach_stage.Stage) -> None:
    rows = reach.ask_everybody(reach_stage.samples(demonstration))

    if WRITES:
        reach.TABLE.write_text(reach.as_csv(rows), encoding="utf-8")
        reach.PAGE.write_text(reach.as_page(rows), encoding="utf-8")
        return
    kept = reach.kept()
    changed = [
        f"{row['verb']} {row['address']}: {who} got {row[who]}, reviewed {kept[row['address'], row['verb']][who]}"
        for row in rows
        for who in reach.PEOPLE
        if (row["address"], row["verb"]) not in kept or row[who] != kept[row["address"], row["verb"]][who]
    ]
    assert changed == [], "\n".join(changed)


@pytest.mark.parametrize("verb", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
@pytest.mark.django_db
def test_only_a_browsers_verbs_are_answered(verb: str) -> None:
    """At every address, also for whoever may do all: a view that tells only POST from the rest hears no other verb."""
    client = Client()
    client.force_login(User.objects.create_user("goc", "sông dài cá lội", is_superuser=True))
    samples = dict.fromkeys(("int", "slug", "str", "uuid", "dossier", "public_chapter"), "1")

    answered = set()
    for entry in reach.entries():
        response = client.generic(verb, reach.filled(entry.route, samples))
        if response.status_code != 405:
            answered.add((entry.name, response.status_code))

    assert answered == set()
    # The control: the same client reads pages.
    assert client.get("/bao-mat/").status_code == 200
