"""Dossiers from the first draft to the province, as their officers write and send them."""

from datetime import date

from demo import paper_orders
from demo.data_files import DossierLine, RoundFile, SetLine
from demo.diary import working_day
from demo.papers.printing import Order
from demo.stage import Stage
from nominations.models import FilingSet
from nominations.services.commendations import record_issuer_decision
from nominations.services.decisions import DecisionText
from nominations.services.dossiers import Nomination, start_dossier, withdraw_dossier
from nominations.services.filing import (
    choose_dossiers,
    file_set,
    file_to_district,
    not_select,
    open_filing_set,
    return_to_commune,
)
from nominations.services.papers import PaperDetails, receive_paper

WRITTEN_BEFORE, TO_DISTRICT_BEFORE, CHOSEN_BEFORE = -14, -7, -1


def plan_nomination(stage: Stage, story: RoundFile, line: DossierLine) -> None:
    """Draft, papers, and the way to the district where there is one."""
    filed_on = story.sets[line.set].filed_on if line.set else None
    started = line.started or _before(filed_on, WRITTEN_BEFORE, of=line.id)
    report = None if line.no_report else paper_orders.order_report(stage, story, line, started)
    others = {kind: paper_orders.order_other(stage, line, kind, started) for kind in _other_kinds(line)}
    stage.diary.on(started, lambda: _start(stage, story, line))
    stage.diary.on(started, lambda: _attach(stage, line, started, report, others))
    to_district = line.to_district
    if (
        to_district is None
        and filed_on
        and stage.home_of(line.by).kind == "commune"
        and _has_district(stage, line)
    ):
        to_district = working_day(filed_on, TO_DISTRICT_BEFORE)
    if to_district:
        stage.diary.on(
            to_district,
            lambda: file_to_district(dossier=stage.dossier(line.id), actor=stage.people[line.by]),
        )
    _plan_turns(stage, story, line)


def _before(filed_on: date | None, days: int, *, of: str) -> date:
    if filed_on is None:
        raise ValueError(
            f"The story's {of!r} names neither a day of its own nor the one on which it was filed."
        )
    return working_day(filed_on, days)


def _has_district(stage: Stage, line: DossierLine) -> bool:
    parent = stage.home_of(line.by).parent
    return parent is not None and parent.kind == "district"


def _other_kinds(line: DossierLine) -> tuple[str, ...]:
    own = ("commune_letter", "commune_minutes") if line.commune_papers else ()
    return (*own, *line.papers)


def _start(stage: Stage, story: RoundFile, line: DossierLine) -> None:
    stage.dossiers[line.id] = start_dossier(
        nomination=Nomination(
            award_round=stage.rounds[round_key(story)],
            award=line.award,
            subject=line.subject,
            nominee=stage.nominee(line.subject, line.nominee),
            nominating_unit=stage.home_of(line.by),
        ),
        actor=stage.people[line.by],
        achievement="\n\n".join(line.text),
        award_citation=line.award_citation,
    )


def round_key(story: RoundFile) -> str:
    """The round's name on the stage."""
    return f"{story.round['plan']} {story.round['kind']} {story.round['year']}"


def _attach(
    stage: Stage, line: DossierLine, day: date, report: Order | None, others: dict[str, Order]
) -> None:
    dossier, actor = stage.dossier(line.id), stage.people[line.by]
    if report is not None:
        details = PaperDetails(dated_on=day, confirmed_by=line.confirmed_by)
        receive_paper(
            owner=dossier, kind="achievement_report", uploads=[report()], actor=actor, details=details
        )
    for kind, order in others.items():
        receive_paper(
            owner=dossier, kind=kind, uploads=[order()], actor=actor, details=PaperDetails(dated_on=day)
        )


def _plan_turns(stage: Stage, story: RoundFile, line: DossierLine) -> None:
    """What the district or the makers decide before, or instead of, the province."""
    district = stage.people["huyen.bacbinh"]
    if returned := line.returned:
        stage.diary.on(
            returned["day"],
            lambda: return_to_commune(
                dossier=stage.dossier(line.id), reason=returned["reason"], actor=district
            ),
        )
    if passed_over := line.not_selected:
        stage.diary.on(
            passed_over["day"],
            lambda: not_select(dossier=stage.dossier(line.id), reason=passed_over["reason"], actor=district),
        )
    if withdrawn := line.withdrawn:
        stage.diary.on(
            withdrawn["day"],
            lambda: withdraw_dossier(
                dossier=stage.dossier(line.id), actor=stage.people[line.by], reason=withdrawn["reason"]
            ),
        )
    if line.issued:
        given = line.issued
        unit = stage.home_of(given["by"]).key
        own = SetLine(unit=unit, by=given["by"], letter=given["letter"], minutes=given["minutes"])
        papers = {
            "submission_letter": paper_orders.order_letter(stage, story, own, [line], given["day"]),
            "council_minutes": paper_orders.order_minutes(stage, story, own, [line], given["day"]),
        }
        stage.diary.on(given["day"], lambda: _issue(stage, line, papers))


def _issue(stage: Stage, line: DossierLine, papers: dict[str, Order]) -> None:
    given = line.issued or {}
    record_issuer_decision(
        dossier=stage.dossier(line.id),
        text=DecisionText(given["number"], given["day"], given["issuer"]),
        guidance_note=given["note"],
        papers={kind: order() for kind, order in papers.items()},
        actor=stage.people[given["by"]],
    )


def plan_set(stage: Stage, story: RoundFile, key: str, line: SetLine) -> None:
    """The body's letter and minutes, its choice of dossiers, and the day it files them."""
    rows = [row for row in story.dossiers if row.set == key or row.id in line.holds]
    day = line.prepared_on or _before(line.filed_on, CHOSEN_BEFORE, of=key)
    if line.filed_on and day >= line.filed_on:
        day = line.filed_on
    papers = {"submission_letter": (paper_orders.order_letter(stage, story, line, rows, day), line.letter)}
    if line.minutes:
        papers["council_minutes"] = (paper_orders.order_minutes(stage, story, line, rows, day), line.minutes)
    stage.diary.on(day, lambda: _prepare_set(stage, story, key, line, papers, day))
    stage.diary.on(day, lambda: _choose(stage, key, line, rows))
    if line.filed_on:
        stage.diary.on(line.filed_on, lambda: _file(stage, key, line, rows))


def _prepare_set(
    stage: Stage, story: RoundFile, key: str, line: SetLine, papers: dict[str, tuple[Order, str]], day: date
) -> None:
    actor = stage.people[line.by]
    stage.sets[key] = open_filing_set(
        unit=stage.units[line.unit], award_round=stage.rounds[round_key(story)], actor=actor
    )
    for kind, (order, number) in papers.items():
        receive_paper(
            owner=stage.sets[key],
            kind=kind,
            uploads=[order()],
            actor=actor,
            details=PaperDetails(number=number, dated_on=day),
        )


def _choose(stage: Stage, key: str, line: SetLine, rows: list[DossierLine]) -> None:
    choose_dossiers(
        filing_set=stage.sets[key],
        dossiers=[stage.dossier(row.id) for row in rows],
        actor=stage.people[line.by],
    )


def _file(stage: Stage, key: str, line: SetLine, rows: list[DossierLine]) -> None:
    filing_set = FilingSet.objects.select_related("award_round__movement", "unit__parent").get(
        pk=stage.sets[key].pk
    )
    file_set(
        filing_set=filing_set,
        actor=stage.people[line.by],
        expected=[stage.dossiers[row.id].pk for row in rows],
    )
