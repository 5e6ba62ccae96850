"""The one write of this app: keep a plan as it was when something was decided by it."""

from django.db import IntegrityError, transaction

from core.clock import now
from core.services import service
from criteria.engine import ENGINE_VERSION, Plan
from criteria.models import PlanVersion


@service(unaudited="The same content is stored once; what is decided by it is audited with its hash.")
def record_plan_version(plan: Plan) -> PlanVersion:
    """The stored version of a plan's content, written where it is new. Called from inside other services.

    Two hands that store it at once get the same row.
    """
    found = PlanVersion.objects.filter(plan_id=plan.id, content_hash=plan.content_hash).first()
    if found is not None:
        return found
    try:
        with transaction.atomic():
            return PlanVersion.objects.create(
                plan_id=plan.id,
                content_hash=plan.content_hash,
                content=plan.content,
                engine_version=ENGINE_VERSION,
                created_at=now(),
            )
    except IntegrityError:
        return PlanVersion.objects.get(plan_id=plan.id, content_hash=plan.content_hash)
