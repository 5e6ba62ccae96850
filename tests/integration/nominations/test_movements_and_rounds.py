"""Movements started from a plan, and rounds opened, extended, closed and opened again, from pages by the lead."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.conf import LazySettings, settings
from django.test import Client
from django.urls import reverse
from django.utils import translation

from core.exceptions import InvalidRequest, NotAllowed, StaleState
from core.models import AuditEntry, User
from criteria.engine import Status as FindingStatus
from criteria.models import PlanVersion
from nominations.enums import EvaluationPurpose, RoundKind, RoundStatus, RoundVerb, Status
from nominations.models import AwardRound, Movement, RoundChange
from nominations.selectors.checks import result_of
from nominations.selectors.dossiers import deadline_of
from nominations.selectors.movements import round_rows
from nominations.services.evaluations import freeze_evaluation
from nominations.services.rounds import close_round, extend_round, open_round, reopen_round, start_movement
from registry.enums import Role, UnitKind
from registry.models import Unit
from tests.factories import Cast, dossier_at, running_round
from tests.factories.nominations import PLAN, filed_set
from tests.factories.registry import UnitFactory, officer

pytestmark = pytest.mark.django_db

EVERYBODY = (
    *("commune", "district", "agency", "outsider", "overseer", "reviewer", "lead", "standing_body"),
    *("auditor", "administrator"),
)
PAPER = "Quyết định số 3456/QĐ-UBND ngày 20/12/2025"
NEW_DAY = date(2026, 1, 10)
ClientOf = Callable[[str], Client]


@pytest.fixture(autouse=True)
def _sentences_in_english() -> Any:
    with translation.override("en"):
        yield


def _url(name: str, *args: Any) -> str:
    return reverse(f"nominations:{name}", args=args)


def _english(client: Client) -> Client:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client


# What is sent to each address of a round, and what happened before.
VERBS: dict[str, tuple[dict[str, str], Callable[[AwardRound], None]]] = {
    "round_extend": ({"last_day": "2026-01-10", "paper": PAPER}, lambda award_round: None),
    "round_close": ({}, lambda award_round: None),
    "round_reopen": ({"reason": "Bão lũ."}, lambda award_round: close_round(award_round=award_round)),
}
EVENTS = {"round_extend": "round.extended", "round_close": "round.closed", "round_reopen": "round.reopened"}


@pytest.mark.walk
@pytest.mark.parametrize("who", EVERYBODY)
@pytest.mark.parametrize("page", ["movements", "rounds", "round"])
def test_pages_open_to_all_of_the_province_and_show_the_verbs_to_the_lead(
    cast: Cast, client_of: ClientOf, page: str, who: str
) -> None:
    award_round = running_round()
    args = [award_round.pk] if page == "round" else []

    answer = client_of(who).get(_url(page, *args))

    assert answer.status_code == 200
    assert ('method="post"' in answer.content.decode().split("<main")[1]) == (who == "lead")


@pytest.mark.walk
@pytest.mark.parametrize("who", EVERYBODY)
@pytest.mark.parametrize("verb", VERBS)
def test_only_the_lead_moves_a_round(cast: Cast, client_of: ClientOf, verb: str, who: str) -> None:
    award_round = running_round()
    typed, before = VERBS[verb]
    before(award_round)
    count, entries = RoundChange.objects.count(), AuditEntry.objects.count()

    answer = client_of(who).post(_url(verb, award_round.pk), typed)

    if who == "lead":
        assert (answer.status_code, answer.url) == (302, award_round.get_absolute_url())
        assert RoundChange.objects.count() == count + 1
        assert AuditEntry.objects.order_by("-seq").values_list("event", flat=True)[0] == EVENTS[verb]
    else:
        assert answer.status_code == 403
        assert (RoundChange.objects.count(), AuditEntry.objects.count()) == (count, entries)


@pytest.mark.parametrize("who", [one for one in EVERYBODY if one != "lead"])
@pytest.mark.parametrize("verb", ["movements", "rounds"])
def test_only_the_lead_starts_a_movement_or_opens_a_round(
    cast: Cast, client_of: ClientOf, verb: str, who: str
) -> None:
    assert client_of(who).post(_url(verb), {"plan": PLAN, "province": cast.province.pk}).status_code == 403
    assert not Movement.objects.exists()


def _extended(cast: Cast, award_round: AwardRound, day: date = NEW_DAY) -> AwardRound:
    extend_round(award_round=award_round, last_day=day, paper=PAPER, actor=cast["lead"])
    return award_round


@pytest.mark.parametrize(
    ("filed_on", "status", "figures"),
    [
        (date(2026, 1, 9), FindingStatus.MET, {"days_early": 1}),
        (date(2026, 1, 10), FindingStatus.MET, {}),
        (date(2026, 1, 12), FindingStatus.NOT_MET, {"days_late": 2}),
    ],
)
def test_a_late_dossier_is_judged_by_the_extended_day(
    cast: Cast,
    frozen_day: Callable[[date], None],
    filed_on: date,
    status: FindingStatus,
    figures: dict[str, int],
) -> None:
    dossier = dossier_at(Status.FILED_TO_DISTRICT, cast)
    _extended(cast, dossier.award_round)
    frozen_day(filed_on)

    filed_set(cast, [dossier])

    finding = result_of(dossier.evaluations.latest("pk")).finding("deadline")
    assert finding.status is status
    assert {name: finding.figures.get(name) for name in figures} == figures
    assert finding.figures["last_day"] == NEW_DAY.isoformat()
    assert [source.text for source in finding.sources] == [PAPER]


def test_an_extension_recorded_late_counts_at_the_next_check_and_leaves_the_frozen_one(
    cast: Cast, frozen_day: Callable[[date], None]
) -> None:
    dossier = dossier_at(Status.FILED_TO_DISTRICT, cast)
    frozen_day(date(2026, 1, 5))
    filed_set(cast, [dossier])
    frozen = dossier.evaluations.latest("pk")
    _extended(cast, dossier.award_round)
    dossier.refresh_from_db()

    fresh = freeze_evaluation(dossier=dossier, purpose=EvaluationPurpose.APPRAISAL, actor=cast["reviewer"])

    assert result_of(fresh).finding("deadline").status is FindingStatus.MET
    frozen.refresh_from_db()
    assert result_of(frozen).finding("deadline").status is FindingStatus.NOT_MET


def test_the_last_day_shown_is_the_one_that_judges(cast: Cast, client_of: ClientOf) -> None:
    award_round = running_round()
    planned = deadline_of(award_round)
    _extended(cast, award_round)

    pages = [client_of("commune").get(_url("round", award_round.pk)), client_of("lead").get(_url("rounds"))]

    assert (planned, deadline_of(award_round)) == (date(2025, 12, 29), NEW_DAY)
    for page in pages:
        assert "10/01/2026" in page.content.decode()
    assert PAPER in pages[0].content.decode()


@pytest.mark.parametrize(
    ("day", "paper", "sentence"),
    [
        (date(2025, 12, 29), PAPER, "29/12/2025 extends nothing: the last day is 29/12/2025"),
        (date(2025, 12, 1), PAPER, "extends nothing"),
        (date(2027, 1, 1), PAPER, "more than a year after the round"),
        (NEW_DAY, "  ", "needs the decision"),
    ],
)
def test_what_extends_nothing_is_refused_with_a_sentence(
    cast: Cast, day: date, paper: str, sentence: str
) -> None:
    award_round = running_round()

    with pytest.raises(InvalidRequest, match=sentence):
        extend_round(award_round=award_round, last_day=day, paper=paper, actor=cast["lead"])

    award_round.refresh_from_db()
    assert (award_round.extended_to, RoundChange.objects.count()) == (None, 0)


def test_a_round_is_extended_twice_and_never_back(cast: Cast) -> None:
    award_round = _extended(cast, running_round())

    with pytest.raises(InvalidRequest, match="extends nothing"):
        _extended(cast, award_round, date(2026, 1, 5))
    _extended(cast, award_round, date(2026, 1, 20))

    days = list(RoundChange.objects.values_list("last_day", flat=True))
    assert days == [NEW_DAY, date(2026, 1, 20)]


def test_the_second_hand_is_told_that_another_was_first(cast: Cast) -> None:
    award_round = running_round()
    stale = AwardRound.objects.get()
    _extended(cast, award_round)

    with pytest.raises(StaleState):
        _extended(cast, stale, date(2026, 1, 20))
    close_round(award_round=award_round, actor=cast["lead"])
    with pytest.raises(StaleState, match="closed or extended meanwhile"):
        _extended(cast, award_round, date(2026, 1, 20))
    with pytest.raises(StaleState, match="already closed"):
        close_round(award_round=award_round, actor=cast["lead"])
    reopen_round(award_round=award_round, reason="Bão lũ.", actor=cast["lead"])
    with pytest.raises(StaleState, match="already open"):
        reopen_round(award_round=award_round, reason="Bão lũ.", actor=cast["lead"])


def test_a_round_closes_and_opens_again_with_a_reason_and_the_page_tells_it(
    cast: Cast, client_of: ClientOf
) -> None:
    award_round = running_round()
    lead = _english(client_of("lead"))
    lead.post(_url("round_close", award_round.pk))

    bare = lead.post(_url("round_reopen", award_round.pk), {"reason": " "})
    closed = AwardRound.objects.get()
    lead.post(_url("round_reopen", award_round.pk), {"reason": "Bão số 13 làm ngập ba xã."})

    assert (bare.status_code, closed.status) == (422, RoundStatus.CLOSED)
    again = AwardRound.objects.get()
    assert (again.status, again.closed_on) == (RoundStatus.OPEN, None)
    page = lead.get(again.get_absolute_url()).content.decode()
    assert "Bão số 13 làm ngập ba xã." in page
    assert str(cast["lead"]) in page
    assert list(RoundChange.objects.values_list("verb", flat=True)) == [RoundVerb.CLOSED, RoundVerb.REOPENED]


def test_a_refused_extension_keeps_what_was_typed(cast: Cast, client_of: ClientOf) -> None:
    award_round = running_round()
    lead = _english(client_of("lead"))

    early = lead.post(_url("round_extend", award_round.pk), {"last_day": "2025-12-01", "paper": PAPER})
    close_round(award_round=award_round, actor=cast["lead"])
    closed = lead.post(_url("round_extend", award_round.pk), {"last_day": "2026-01-10", "paper": PAPER})

    assert (early.status_code, closed.status_code) == (422, 409)
    for answer in (early, closed):
        assert PAPER in answer.content.decode()
    assert "Nothing of it was saved" in closed.content.decode()


def _second_province() -> tuple[Unit, User]:
    province = UnitFactory(key="nt", kind=UnitKind.PROVINCE, name="Tỉnh Ninh Thuận")
    return province, officer(Role.LEAD, province)


def test_a_province_is_a_wall(cast: Cast) -> None:
    south, stranger = _second_province()
    movement = start_movement(plan_id=PLAN, unit=cast.province, actor=cast["lead"])
    award_round = open_round(
        movement=movement, kind="annual", year=2025, opens_on=date(2025, 10, 1), actor=cast["lead"]
    )
    client = Client()
    client.force_login(stranger)

    for name in ("round", "round_extend", "round_close", "round_reopen"):
        send = client.get if name == "round" else client.post
        assert send(_url(name, award_round.pk)).status_code == 404, name
    for page in ("movements", "rounds"):
        assert str(movement) not in client.get(_url(page)).content.decode().split("<main")[1]
    with pytest.raises(NotAllowed):
        extend_round(award_round=award_round, last_day=NEW_DAY, paper=PAPER, actor=stranger)
    with pytest.raises(NotAllowed):
        start_movement(plan_id="mau-khong-cap-huyen", unit=cast.province, actor=stranger)
    theirs = start_movement(plan_id=PLAN, unit=south, actor=stranger)
    assert list(Movement.objects.visible_to(stranger)) == [theirs]
    assert list(Movement.objects.visible_to(cast["lead"])) == [movement]
    with pytest.raises(StaleState, match="started already"):
        start_movement(plan_id=PLAN, unit=south, actor=stranger)


def test_the_lead_starts_a_movement_and_its_round_where_nothing_was(cast: Cast, client_of: ClientOf) -> None:
    lead = _english(client_of("lead"))

    empty = lead.get(_url("rounds"))
    started = lead.post(_url("movements"), {"plan": PLAN, "province": cast.province.pk})
    opened = lead.post(
        _url("rounds"),
        {"movement": Movement.objects.get().pk, "kind": "annual", "year": "2025", "opens_on": "2025-12-15"},
    )

    assert "No movement runs here yet" in empty.content.decode()
    assert (started.status_code, opened.status_code) == (302, 302)
    movement = Movement.objects.get()
    assert (movement.unit, movement.starts_in, movement.ends_in) == (cast.province, 2021, 2025)
    assert PlanVersion.objects.get().content_hash == movement.plan.content_hash
    assert AuditEntry.objects.get(event="movement.started").actor == f"user:{cast['lead'].pk}"
    assert AwardRound.objects.get().is_open
    again = lead.post(_url("movements"), {"plan": PLAN, "province": cast.province.pk})
    assert again.status_code == 422, "a plan with a movement is not offered"


def test_an_invented_plan_is_not_for_a_province(
    cast: Cast, client_of: ClientOf, settings: LazySettings
) -> None:
    lead = client_of("lead")
    shown = lead.get(_url("movements")).content.decode()
    settings.IS_PRODUCTION = True
    hidden = lead.get(_url("movements")).content.decode()

    assert "mau-khong-cap-huyen" in shown.split('name="plan"')[1]
    assert "mau-khong-cap-huyen" not in hidden.split('name="plan"')[1]
    with pytest.raises(InvalidRequest, match="invented"):
        start_movement(plan_id="mau-khong-cap-huyen", unit=cast.province, actor=cast["lead"])


def test_the_page_of_rounds_counts_what_its_reader_sees(cast: Cast) -> None:
    dossier_at(Status.DRAFT, cast)

    counts = {who: [row.dossier_count for row in round_rows(cast[who])] for who in ("commune", "outsider")}

    assert counts == {"commune": [1], "outsider": [0]}


def test_starting_a_movement_asks_for_a_fresh_proof(cast: Cast, client_of: ClientOf) -> None:
    lead = client_of("lead")
    session = lead.session
    session["proven_at"] = session.get("proven_at", 0) - 3600
    session.save()

    answer = lead.post(_url("movements"), {"plan": PLAN, "province": cast.province.pk})

    assert answer.status_code == 403
    assert PLAN in answer.content.decode(), "what was typed is kept on the page that asks"
    assert not Movement.objects.exists()


@pytest.mark.parametrize(("opens_on", "is_taken"), [(date(2099, 1, 1), False), (date(2026, 2, 1), True)])
def test_a_round_opens_near_its_year(cast: Cast, opens_on: date, is_taken: bool) -> None:
    movement = start_movement(plan_id=PLAN)

    def opened() -> AwardRound:
        return open_round(
            movement=movement, kind=RoundKind.ANNUAL, year=2025, opens_on=opens_on, actor=cast["lead"]
        )

    if is_taken:
        assert opened().opens_on == opens_on
        return
    with pytest.raises(InvalidRequest):
        opened()
