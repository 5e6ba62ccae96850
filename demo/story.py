"""The whole story: from an empty register to the morning of 15 December 2025."""

from dataclasses import dataclass
from datetime import date
from functools import partial

from core import audit, clock
from core.events import Event
from core.models import AuditEntry
from core.services import service
from councils.models import Meeting
from councils.urn.apart import urn_apart
from demo.appraising import plan_appraisal
from demo.cast import DESKS, open_accounts
from demo.council_days import plan_council, plan_meeting, plan_province_council
from demo.data_files import RoundFile, read_round
from demo.deciding import plan_history, plan_proposal, plan_revocation
from demo.documents import plan_documents
from demo.filing import plan_nomination, plan_set, round_key
from demo.papers.printing import Press
from demo.people import plan_people
from demo.places import load_places, plan_duties, plan_reviews, plan_zones
from demo.stage import PLAN, Stage
from nominations.enums import RoundKind
from nominations.models import Dossier, PriorAward, Proposal
from nominations.services.rounds import close_round, open_round, start_movement
from registry.models import Household, Individual, PovertyReview, Unit
from reports.models import IssuedDocument

BEGINS_ON = date(2021, 1, 4)
ROUNDS = ("2022", "2023", "2024", "2025", "mau")
# Which province runs which plan, by the register's own keys.
PROVINCES = {PLAN: "bt", "mau-khong-cap-huyen": "mau"}
MOVEMENTS = {PLAN: date(2022, 8, 15), "mau-khong-cap-huyen": date(2025, 8, 18)}


@dataclass(frozen=True)
class Counts:
    """What stands once the story has been told."""

    units: int
    reviews: int
    households: int
    individuals: int
    dossiers: int
    meetings: int
    proposals: int
    awards: int
    documents: int
    audit_entries: int


def tell_story() -> Counts:
    """Live through four years of the movement by its own services; the last act says that all is there."""
    # Its polls are over when it ends: they need no urn that stays.
    with Press() as press, urn_apart():
        with clock.playing(BEGINS_ON):
            units = load_places()
            stage = Stage(people=open_accounts(), press=press, units=units)
        plan_duties(stage)
        plan_zones(stage)
        plan_people(stage)
        plan_reviews(stage)
        for plan_id, day in MOVEMENTS.items():
            stage.diary.on(day, partial(_start_movement, stage, plan_id))
        plan_council(stage)
        plan_province_council(stage)
        plan_history(stage)
        for name in ROUNDS:
            _plan_round(stage, read_round(name))
        plan_documents(stage)
        stage.diary.live_through()
    counts = _count()
    mark_loaded(counts=counts)
    return counts


def _start_movement(stage: Stage, plan_id: str) -> None:
    province = Unit.objects.get(key=PROVINCES[plan_id])
    stage.movements[plan_id] = start_movement(
        plan_id=plan_id, unit=province, actor=stage.people[DESKS[plan_id].lead]
    )


def _plan_round(stage: Stage, story: RoundFile) -> None:
    """One round: opened, filled, appraised, voted and decided on, closed."""
    stage.diary.on(story.round["opens_on"], lambda: _open_round(stage, story))
    for place, line in enumerate(story.dossiers):
        plan_nomination(stage, story, line)
        plan_revocation(stage, line)
        plan_appraisal(stage, story, line, place)
    for key, filing_set in story.sets.items():
        plan_set(stage, story, key, filing_set)
    for key, meeting in story.meetings.items():
        plan_meeting(stage, key, meeting)
    for key, proposal in story.proposals.items():
        plan_proposal(stage, story, key, proposal)
    if "closes_on" in story.round:
        stage.diary.on(
            story.round["closes_on"],
            lambda: close_round(
                award_round=stage.rounds[round_key(story)],
                actor=stage.people[DESKS[story.round["plan"]].lead],
            ),
        )


def _open_round(stage: Stage, story: RoundFile) -> None:
    stage.rounds[round_key(story)] = open_round(
        movement=stage.movements[story.round["plan"]],
        kind=RoundKind(story.round["kind"]),
        year=story.round["year"],
        opens_on=story.round["opens_on"],
        actor=stage.people[DESKS[story.round["plan"]].lead],
    )


def _count() -> Counts:
    return Counts(
        units=Unit.objects.count(),
        reviews=PovertyReview.objects.count(),
        households=Household.objects.count(),
        individuals=Individual.objects.count(),
        dossiers=Dossier.objects.count(),
        meetings=Meeting.objects.count(),
        proposals=Proposal.objects.count(),
        awards=PriorAward.objects.count(),
        documents=IssuedDocument.objects.count(),
        audit_entries=AuditEntry.objects.count(),
    )


@service
def mark_loaded(*, counts: Counts) -> None:
    """Say in the log that the demonstration stands whole; a database without this entry was cut off."""
    audit.record(Event.DEMO_LOADED, actor=None, subject="demo", dossiers=counts.dossiers, units=counts.units)
