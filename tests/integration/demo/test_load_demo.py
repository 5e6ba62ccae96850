"""The demonstration: whole, believable, and refused where it has no place.

Loading it walks four years through the real services, which takes half a minute: it is done once, in one
test, whose parts are the functions above it.
"""

import re
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from core.models import User
from core.proving import flaws
from councils.enums import MeetingStatus, PollResult, PollStatus
from councils.models import Ballot, Meeting, Tally
from criteria.engine import Outcome
from demo.cast import COUNCIL, PEOPLE
from demo.state import demo_is_loaded
from nominations.enums import ProposalStatus, RoundStatus, Status
from nominations.models import AwardRound, Dossier, FilingSet, Paper, PriorAward, Proposal
from nominations.selectors.checks import current_evaluation, result_of
from nominations.selectors.waiting import awaiting_waiver
from registry.models import Household, Individual, PovertyReview, ZoneAssignment
from reports.models import IssuedDocument

PASSWORD = "thu-nghiem-2025"
TODAY = date(2025, 12, 15)
README = Path(__file__).resolve().parents[3] / "README.md"


def check_the_period_is_whole() -> None:
    assert set(Dossier.objects.values_list("status", flat=True)) == set(Status.values)
    assert set(PovertyReview.objects.values_list("year", flat=True)) >= set(range(2021, 2026))
    assert PovertyReview.objects.filter(unit__key="bt").count() == 5
    assert PovertyReview.objects.filter(unit__key="bt", recognised_on=date(2025, 12, 12), year=2025).exists()
    assert Household.objects.count() >= 25
    assert Individual.objects.count() >= 20
    decisions = {zone.decision for zone in ZoneAssignment.objects.all()}
    assert decisions
    assert all("giả định" in decision for decision in decisions)
    assert set(PriorAward.objects.values_list("round_year", flat=True)) >= {2022, 2023, 2024}
    assert not Dossier.objects.filter(updated_at__date__gt=TODAY).exists()


def check_rounds_meetings_and_proposals() -> None:
    own = AwardRound.objects.filter(movement__is_invented=False)
    assert [award_round.year for award_round in own.filter(status=RoundStatus.OPEN)] == [2025]
    assert own.filter(status=RoundStatus.CLOSED).count() == 3
    assert AwardRound.objects.filter(movement__is_invented=True, status=RoundStatus.OPEN).count() == 1
    upcoming = Meeting.objects.get(status=MeetingStatus.PLANNED)
    assert upcoming.held_on == date(2025, 12, 18)
    assert upcoming.items.count() == 5
    past = Meeting.objects.get(held_on=date(2025, 12, 10))
    results = set(Tally.objects.filter(poll__agenda_item__meeting=past).values_list("result", flat=True))
    assert results == {PollResult.RECOMMENDED, PollResult.NOT_RECOMMENDED}
    assert not Ballot.objects.exclude(poll__status=PollStatus.CLOSED).exists()
    statuses = set(Proposal.objects.values_list("status", flat=True))
    assert statuses == {ProposalStatus.DRAFT, ProposalStatus.APPROVED, ProposalStatus.DECIDED}
    assert set(IssuedDocument.objects.values_list("kind", flat=True)) == {"counting", "minutes", "proposal"}


def outcome_of(nominee_key: str) -> tuple[str, dict[str, str]]:
    """The newest outcome of a unit's dossier in the final round, and its findings by criterion."""
    dossier = Dossier.objects.get(nominee_unit__key=nominee_key, award_round__kind="final")
    evaluation = current_evaluation(dossier)
    assert evaluation is not None
    findings = {one.criterion: one.status.value for one in result_of(evaluation).findings}
    return evaluation.outcome, findings


def check_desk_holds_the_telling_cases() -> None:
    exactly_half, findings = outcome_of("bt.bac-binh.phan-hiep")
    assert (exactly_half, findings["commune-household-fall"]) == (Outcome.NOT_ELIGIBLE, "not_met")
    _merged, findings = outcome_of("bt.phan-thiet.lac-dao-2024")
    assert (findings["commune-household-fall"], findings["commune-zone"]) == ("met", "not_met")
    assert outcome_of("bt.bac-binh.phan-son")[1]["commune-household-fall"] == "missing"
    assert outcome_of("bt.nhcsxh")[0] == Outcome.NEEDS_JUDGEMENT
    lead = User.objects.get(username="so.lanhdao")
    waiting = {str(dossier.nominee) for dossier, _labels in awaiting_waiver(lead, 5)}
    assert waiting == {"Huyện Hàm Thuận Bắc", "Phường Lạc Đạo", "Ngô Văn Giáo"}


def check_each_account_has_its_work() -> None:
    client = Client()
    for username in [*(person.username for person in PEOPLE), *(member[0] for member in COUNCIL)]:
        assert client.post(reverse("login"), {"username": username, "password": PASSWORD}).status_code == 302
        assert client.get(reverse("core:home")).status_code == 200, username
        client.logout()
    officer = User.objects.get(username="xa.phandien")
    mine = Dossier.objects.visible_to(officer)
    asked = mine.get(status=Status.SUPPLEMENT)
    assert asked.supplements.get(answered_at=None).due_on == date(2025, 12, 18)
    assert mine.filter(status=Status.DRAFT, created_by=officer).count() == 1
    assert FilingSet.objects.get(filed_on=None).unit.key == "bt.bac-binh"
    sample = Dossier.objects.visible_to(User.objects.get(username="mau.xa"))
    assert set(sample.values_list("award_round__movement__plan_id", flat=True)) == {"mau-khong-cap-huyen"}
    assert sample.filter(filing_set__unit__key="mau.an-binh", filed_on__isnull=False).count() == 2


def check_history_links_only_to_what_one_may_open() -> None:
    client = Client()
    linked = {}
    for username in ("quantri", "so.chuyenvien", "huyen.tanhlinh"):
        user = User.objects.get(username=username)
        client.force_login(user)
        page = client.get(reverse("nominations:history")).content.decode()
        linked[username] = set(re.findall(r"/ho-so/(HS-[0-9]+-[0-9]+)/", page))
        assert linked[username] <= set(Dossier.objects.visible_to(user).values_list("code", flat=True))
    assert linked["so.chuyenvien"]


def check_papers_are_real() -> None:
    papers = Paper.objects.filter(file__isnull=False).select_related("file")
    assert papers.count() > 150
    assert {paper.file.content_type for paper in papers} == {"application/pdf"}
    reports = papers.filter(kind="achievement_report")
    assert reports.count() == len({paper.file.sha256 for paper in reports})


@pytest.mark.walk
@pytest.mark.slow  # It loads the demonstration.
@pytest.mark.django_db
def test_the_demonstration_is_whole(settings: LazySettings) -> None:
    settings.DEMO_PASSWORD = PASSWORD
    settings.FIXED_TODAY = TODAY
    out = StringIO()
    call_command("load_demo", stdout=out)
    assert "78 dossiers" in out.getvalue()
    assert demo_is_loaded()
    assert flaws() == []
    check_the_period_is_whole()
    check_rounds_meetings_and_proposals()
    check_desk_holds_the_telling_cases()
    check_each_account_has_its_work()
    check_history_links_only_to_what_one_may_open()
    check_papers_are_real()


@pytest.mark.django_db
def test_production_takes_no_demonstration(settings: LazySettings) -> None:
    settings.APP_ENV = "production"
    with pytest.raises(CommandError, match="Production takes no demonstration"):
        call_command("load_demo")
    assert not User.objects.exists()


@pytest.mark.django_db
def test_database_with_accounts_takes_no_demonstration() -> None:
    User.objects.create_user("somebody")
    with pytest.raises(CommandError, match="already has accounts"):
        call_command("load_demo")
    assert User.objects.count() == 1


def test_readme_names_every_account() -> None:
    text = README.read_text(encoding="utf-8")
    for person in PEOPLE:
        assert f"`{person.username}`" in text
