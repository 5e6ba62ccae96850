"""Freezing what the check found, so that a later change of figures never rewrites what was decided on."""

from collections.abc import Sequence
from datetime import date

from core import audit, clock
from core.models import User
from core.services import service
from criteria.engine import ENGINE_VERSION, Facts, evaluate
from criteria.services import record_plan_version
from nominations import fingerprints
from nominations.enums import EvaluationPurpose
from nominations.events import Event
from nominations.facts import collect_facts
from nominations.models import Dossier, Evaluation
from nominations.selectors.checks import current_judgements, granted_waivers


@service
def freeze_evaluation(
    *, dossier: Dossier, purpose: EvaluationPurpose, actor: User, as_of: date | None = None
) -> Evaluation:
    """Run the engine on the facts of a day (default today) and keep facts, findings and law used.

    Called inside the services that file, judge or conclude; they have checked the permission.
    """
    day = as_of or clock.today()
    facts = collect_facts([dossier], day)[dossier.pk]
    return _keep(dossier=dossier, purpose=purpose, actor=actor, as_of=day, facts=facts)


@service
def freeze_evaluations(
    *, dossiers: Sequence[Dossier], purpose: EvaluationPurpose, actor: User, as_of: date | None = None
) -> list[Evaluation]:
    """As `freeze_evaluation` for many dossiers, whose facts are collected at once."""
    day = as_of or clock.today()
    facts = collect_facts(dossiers, day)
    return [
        _keep(dossier=dossier, purpose=purpose, actor=actor, as_of=day, facts=facts[dossier.pk])
        for dossier in dossiers
    ]


@service
def rerun_evaluation(
    *, base: Evaluation, dossier: Dossier, actor: User, purpose: EvaluationPurpose
) -> Evaluation:
    """Run the engine again on frozen facts, with the judgements and waivers recorded since."""
    return _keep(
        dossier=dossier, purpose=purpose, actor=actor, as_of=base.as_of, facts=Facts.from_dict(base.facts)
    )


def _keep(
    *, dossier: Dossier, purpose: EvaluationPurpose, actor: User, as_of: date, facts: Facts
) -> Evaluation:
    plan = dossier.plan
    result = evaluate(plan, facts, current_judgements(dossier), granted_waivers(dossier))
    evaluation = Evaluation.objects.create(
        dossier=dossier,
        purpose=purpose,
        plan_version=record_plan_version(plan=plan),
        engine_version=ENGINE_VERSION,
        as_of=as_of,
        facts=facts.to_dict(),
        result=result.to_dict(),
        outcome=result.outcome.value,
        created_by=actor,
        created_at=clock.now(),
    )
    audit.record(
        Event.EVALUATION_FROZEN,
        actor=actor,
        subject=dossier,
        evaluation=evaluation.pk,
        purpose=str(purpose),
        outcome=evaluation.outcome,
        as_of=as_of.isoformat(),
        plan_hash=result.plan_hash,
        engine=ENGINE_VERSION,
        digest=fingerprints.of_evaluation(evaluation),
    )
    return evaluation
