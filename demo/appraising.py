"""The reviewer's desk: each dossier received, judged, asked about and concluded as its line says."""

from demo import paper_orders
from demo.cast import DESKS
from demo.data_files import DossierLine, RoundFile, read_yaml
from demo.diary import working_day
from demo.papers.printing import Order
from demo.stage import Stage
from nominations.enums import Verdict
from nominations.selectors.checks import current_evaluation, result_of
from nominations.services.appraisal import (
    answer_supplement,
    mark_duplicate,
    mark_eligible,
    mark_not_eligible,
    receive,
    record_judgement,
    record_originals,
    request_supplement,
)
from nominations.services.papers import PaperDetails, receive_paper
from nominations.services.waivers import WaiverGrounds, waive

_NOTES = read_yaml("judgements.yaml")


def plan_appraisal(stage: Stage, story: RoundFile, line: DossierLine, place: int) -> None:
    """Everything that the department does with a dossier before the council."""
    filed_on = story.sets[line.set].filed_on if line.set else None
    last_day = line.received or line.concluded
    if filed_on is None or last_day is None:
        return
    received = line.received or min(working_day(filed_on, 1), last_day)
    desk = DESKS[story.round["plan"]]
    reviewer = desk.reviewers[place % len(desk.reviewers)]
    stage.diary.on(received, lambda: receive(dossier=stage.dossier(line.id), actor=stage.people[reviewer]))
    stage.diary.on(received, lambda: _record_originals(stage, line, reviewer))
    if line.supplement:
        _plan_supplement(stage, story, line, reviewer)
    if line.waiver:
        paper = paper_orders.order_waiver(stage, line)
        stage.diary.on(line.waiver["day"], lambda: _waive(stage, line, paper, desk.lead))
    if line.eligible:
        stage.diary.on(line.eligible, lambda: _judge(stage, line, reviewer))
        stage.diary.on(
            line.eligible, lambda: mark_eligible(dossier=stage.dossier(line.id), actor=stage.people[reviewer])
        )
    if refused := line.not_eligible:
        stage.diary.on(
            refused["day"],
            lambda: mark_not_eligible(
                dossier=stage.dossier(line.id),
                reason=refused["reason"],
                actor=stage.people[reviewer],
            ),
        )
    if line.duplicate:
        stage.diary.on(line.duplicate["day"], lambda: _mark_duplicate(stage, line, reviewer))


def _record_originals(stage: Stage, line: DossierLine, reviewer: str) -> None:
    if line.originals:
        record_originals(dossier=stage.dossier(line.id), sets=line.originals, actor=stage.people[reviewer])


def _judge(stage: Stage, line: DossierLine, reviewer: str) -> None:
    """Judge what the check leaves to a person: as the line says, else with the usual note."""
    evaluation = current_evaluation(stage.dossiers[line.id])
    if evaluation is None:
        return
    for finding in result_of(evaluation).findings:
        if not finding.can_be_judged or finding.is_composite:
            continue
        verdict, note = line.judged.get(finding.criterion) or [Verdict.MET, _NOTES[finding.criterion]]
        record_judgement(
            dossier=stage.dossier(line.id),
            criterion=finding.criterion,
            verdict=verdict,
            note=note,
            actor=stage.people[reviewer],
        )


def _mark_duplicate(stage: Stage, line: DossierLine, reviewer: str) -> None:
    given = line.duplicate or {}
    mark_duplicate(
        dossier=stage.dossier(line.id),
        of=stage.dossier(given["of"]),
        reason=given["reason"],
        actor=stage.people[reviewer],
    )


def _waive(stage: Stage, line: DossierLine, paper: Order, lead: str) -> None:
    given = line.waiver or {}
    waive(
        dossier=stage.dossier(line.id),
        criterion=given["criterion"],
        grounds=WaiverGrounds(given["reason"], given["number"], given["dated_on"], paper()),
        actor=stage.people[lead],
    )


def _plan_supplement(stage: Stage, story: RoundFile, line: DossierLine, reviewer: str) -> None:
    given = line.supplement or {}
    stage.diary.on(
        given["day"],
        lambda: request_supplement(
            dossier=stage.dossier(line.id),
            reason=given["reason"],
            due_on=given["due_on"],
            actor=stage.people[reviewer],
        ),
    )
    if "answered_on" not in given:
        return
    report = paper_orders.order_report(stage, story, line, given["answered_on"], version=2)
    details = PaperDetails(dated_on=given["answered_on"], confirmed_by=line.confirmed_by)
    stage.diary.on(
        given["answered_on"],
        lambda: receive_paper(
            owner=stage.dossier(line.id),
            kind="achievement_report",
            uploads=[report()],
            actor=stage.people[line.by],
            details=details,
        ),
    )
    stage.diary.on(
        given["answered_on"],
        lambda: answer_supplement(
            dossier=stage.dossier(line.id), answer=given["answer"], actor=stage.people[line.by]
        ),
    )
