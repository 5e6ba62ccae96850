"""Writing down what the papers of a collective say of its women, by which equal votes may be parted."""

from django.utils.translation import gettext as _

from core import audit, clock
from core.exceptions import InvalidRequest
from core.models import User
from core.services import service
from nominations.events import Event
from nominations.models import Dossier
from nominations.permissions_province import check_can_record_women
from nominations.services.appraisal import lock_dossier


@service
def record_women(*, dossier: Dossier, people: int, women: int, actor: User) -> None:
    """Note how many people the collective has and how many of them are women, as its papers say."""
    check_can_record_women(actor, dossier)
    lock_dossier(dossier)
    if not 0 <= women <= people or people < 1:
        raise InvalidRequest(
            _("%(women)s women among %(people)s people: the numbers do not fit.")
            % {"women": women, "people": people},
            _("Type all people of the collective, and how many of them are women."),
        )
    Dossier.objects.filter(pk=dossier.pk).update(
        people_count=people, women_count=women, updated_at=clock.now()
    )
    dossier.people_count, dossier.women_count = people, women
    audit.record(Event.WOMEN_RECORDED, actor=actor, subject=dossier, people=people, women=women)
