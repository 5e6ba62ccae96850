"""Every address asks for sign-in, but for the few that are public on purpose; and what else each asks for.

Each table names its addresses one by one, so that a new view takes its place knowingly.
"""

import re
from collections.abc import Iterator

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve

from core.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.walk]

PUBLIC = {
    *("login", "set_language", "core:alive", "core:healthy", "core:ready", "core:figures"),
    *("one_time_code", "one_time_code_link", "core:handbook_public"),
    *("signing_in:second_step", "signing_in:as_demo", "signing_in:oidc", "signing_in:oidc_done"),
    *("signing_in:reset_asked", "signing_in:reset_sent", "signing_in:reset", "signing_in:reset_done"),
    *("councils:paper", "reports:genuine", "reports:genuine_search"),
}
SAMPLES = {"int": "1", "slug": "HS-2025-0001", "str": "x", "uuid": "00000000-0000-0000-0000-000000000000"}


def addresses(resolver: URLResolver, prefix: str = "/", space: str = "") -> Iterator[tuple[str, str]]:
    """Each view's name with an address that reaches it."""
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from addresses(entry, route, inner)
        elif isinstance(entry, URLPattern):
            yield f"{space}{entry.name}", re.sub(r"<(?:(\w+):)?\w+>", _sample, route)


def _sample(match: re.Match) -> str:
    return SAMPLES.get(match.group(1) or "str", "HS-2025-0001")


ALL = sorted(set(addresses(get_resolver())))


def test_there_are_addresses_to_check() -> None:
    assert len(ALL) > 60


@pytest.mark.parametrize(("name", "address"), ALL, ids=[name for name, _address in ALL])
@pytest.mark.parametrize("method", ["get", "post"])
def test_strangers_are_sent_to_sign_in(client: Client, name: str, address: str, method: str) -> None:
    if name in PUBLIC:
        return

    response = getattr(client, method)(address)

    assert response.status_code == 302, f"{name} at {address} answers a stranger {response.status_code}"
    assert response.url.startswith("/dang-nhap/")


# Verbs that cannot simply be taken back: they ask for a fresh proof of who sits there.
NEEDS_FRESH_PROOF = {
    *("nominations:waive", "nominations:proposal_approve", "councils:poll_open", "councils:poll_close"),
    "councils:polls_open",
    *("councils:poll_agree", "councils:poll_annul", "councils:office_consent"),
    *("councils:batches", "councils:batch_confirm", "councils:stand_in"),
    *("reports:record_sign", "reports:record_reopen", "reports:reopening_settle"),
    *("nominations:movements", "nominations:plan_put_in_force"),
    *("signing_in:app_add", "signing_in:app_remove", "signing_in:recovery_codes"),
    *("signing_in:passkey_add", "signing_in:passkey_remove"),
    *("registry:account_open", "registry:account_correct", "registry:account_block", "registry:account_link"),
    *("registry:account_slip", "registry:account_slips", "registry:role_give", "registry:role_end"),
    *("registry:role_settle", "registry:first_lead", "registry:departure_settle", "registry:certify"),
    *("registry:account_hand_over", "registry:account_merge"),
}
# Answers after a pause that is too long, so that one can prove oneself, sign out, or be told.
OPEN_WHILE_IDLE = {"logout", "signing_in:proof", "signing_in:proven", "signing_in:time_left"}
# Answers before a second proof is set up, so that it can be.
OPEN_BEFORE_SECOND_FACTOR = OPEN_WHILE_IDLE | {
    *("signing_in:security", "signing_in:app_add", "signing_in:passkey_add", "signing_in:recovery_codes"),
    *("signing_in:elsewhere", "signing_in:stay", "password_change"),
    *("core:handbook", "core:handbook_chapter"),
}
# Shows what was, and neither judges nor writes: read from a replica where there is one, perhaps a moment late.
READS_MAY_LAG = {
    *("core:home", "core:search", "reports:documents", "councils:list"),
    *("registry:units", "registry:reorganisations", "registry:households", "registry:individuals"),
    *("registry:reviews", "registry:review_export", "registry:review_coverage"),
    *("registry:review_comparison", "registry:review_roll_up"),
    *("nominations:list", "nominations:sets", "nominations:finder", "nominations:finder_export"),
    *("nominations:desk", "nominations:history", "nominations:proposals"),
}
PERSONAL = sorted({(name, address) for name, address in ALL if name not in PUBLIC})


@pytest.fixture
def administrator(client: Client) -> User:
    user = User.objects.create_user("goc", "sông dài cá lội", full_name="Người quản trị", is_superuser=True)
    client.force_login(user)
    return user


def let_pass(client: Client, minutes: int) -> None:
    """Put the sign-in of a client so many minutes into the past."""
    session = client.session
    for mark in ("signed_in_at", "proven_at"):
        session[mark] -= minutes * 60
    session.save()


def test_exactly_these_verbs_need_a_fresh_proof(client: Client, administrator: User) -> None:
    let_pass(client, 16)

    asked = set()
    for name, address in PERSONAL:
        if name in {"logout", "signing_in:proof"}:  # the one ends the session, the other asks whoever comes
            continue
        answer = client.post(address)
        if answer.status_code == 403 and answer.templates[0].name == "core/proof.html":
            asked.add(name)

    assert asked == NEEDS_FRESH_PROOF


def test_exactly_these_pages_answer_after_a_long_pause(client: Client, administrator: User) -> None:
    let_pass(client, 31)

    reached = {
        name
        for name, address in PERSONAL
        if not getattr(client.get(address), "url", "").startswith("/xac-nhan/?next=")
    }

    assert reached == OPEN_WHILE_IDLE


def test_exactly_these_pages_answer_before_a_second_proof_is_set_up(
    client: Client, administrator: User, settings: LazySettings
) -> None:
    settings.SECOND_FACTOR_REQUIRED = True

    for method in ("get", "post"):
        reached = set()
        for name, address in PERSONAL:
            if (name, method) == ("logout", "post"):
                continue
            answer = getattr(client, method)(address)
            is_led_away = answer.status_code == 302 and answer.url == "/bao-mat/"
            if not is_led_away or name in OPEN_BEFORE_SECOND_FACTOR:
                reached.add(name)
        assert reached - {"logout"} == OPEN_BEFORE_SECOND_FACTOR - {"logout"}


def test_exactly_these_pages_may_be_read_from_a_replica() -> None:
    marked = {name for name, address in ALL if getattr(resolve(address).func, "reads_may_lag", False)}

    assert marked == READS_MAY_LAG
