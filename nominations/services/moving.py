"""The one way in which a dossier changes its status."""

from collections.abc import Callable
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, clock
from core.exceptions import InvalidRequest, NotAllowed, StaleState
from core.models import User
from nominations.events import Event
from nominations.fingerprints import of_text
from nominations.models import Dossier, StatusChange
from nominations.transitions import step_for

_told: list[Callable[[int], None]] = []


def register_told(tell: Callable[[int], None]) -> None:
    """Have the key of each dossier that moved told to whoever shows it elsewhere, once the move stands for good."""
    _told.append(tell)


def move(*, dossier: Dossier, verb: str, actor: User, note: str = "", **payload: object) -> None:
    """Take one step of the table, write it down, and set `dossier.status`.

    Call inside a `@service`, after the permission check. Raises NotAllowed when the table
    has no such step, and StaleState when another hand changed the status first.
    """
    step = step_for(dossier.status, verb)
    if step is None:
        raise NotAllowed(
            _("Dossier %(code)s is “%(status)s”, from where this step is not possible.")
            % {"code": dossier.code, "status": dossier.standing.label},
            _("Open the dossier again to see which steps its status allows."),
        )
    old = dossier.status
    if dossier.standing.is_editable:
        # From here on nobody changes the text; pauses in typing left no entries.
        text = Dossier.objects.values_list("achievement", "award_citation").get(pk=dossier.pk)
        payload = {**payload, "text": of_text(*text)}
    changed = Dossier.objects.filter(pk=dossier.pk, status=old).update(
        status=step.target, updated_at=clock.now()
    )
    if changed != 1:
        raise StaleState(
            _("Somebody else has just changed dossier %(code)s.") % {"code": dossier.code},
            _("Open the dossier again; nothing of yours was saved twice."),
        )
    dossier.status = step.target
    StatusChange.objects.create(
        dossier=dossier,
        verb=verb,
        old_status=old,
        new_status=step.target,
        note=note,
        actor=actor,
        at=clock.now(),
    )
    audit.record(
        Event.DOSSIER_MOVED,
        actor=actor,
        subject=dossier,
        verb=verb,
        old=str(old),
        new=str(step.target),
        **payload,
    )
    for tell in _told:
        transaction.on_commit(partial(tell, dossier.pk))


def check_no_live_twin(dossier: Dossier) -> None:
    """The constraint allows one live dossier per round, award and nominee; say so before it does."""
    twin = (
        Dossier.objects.live()
        .filter(
            award_round=dossier.award_round_id,
            award=dossier.award,
            nominee_unit=dossier.nominee_unit_id,
            nominee_household=dossier.nominee_household_id,
            nominee_individual=dossier.nominee_individual_id,
        )
        .exclude(pk=dossier.pk)
        .first()
    )
    if twin is not None:
        raise InvalidRequest(
            _("Dossier %(code)s already puts the same nominee forward in this round.") % {"code": twin.code},
            _("Only one of the two can go on: conclude the other one first."),
        )
