"""A dossier as its makers write it: started, kept as typed, withdrawn."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models.functions import Length
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from core import audit, clock
from core.exceptions import InvalidRequest, StaleState
from core.models import User
from core.services import service
from core.text import fold, nfc, sort_key
from nominations.enums import Status
from nominations.events import Event
from nominations.fingerprints import of_text
from nominations.models import AwardRound, Dossier
from nominations.permissions import check_can_edit, check_can_start, check_can_withdraw
from nominations.selectors.nominees import Nominee, nominee_field, nominees_of, records_named
from nominations.services.moving import move
from registry.models import Unit
from registry.services import create_household, create_individual

_ATTEMPTS = 20
CITATION_LENGTH = 500
ACHIEVEMENT_LENGTH = 20_000


@dataclass(frozen=True)
class Nomination:
    """Who puts whom forward, for what."""

    award_round: AwardRound
    award: str
    subject: str
    nominee: Nominee
    nominating_unit: Unit


@service
def start_dossier(
    *, nomination: Nomination, actor: User, achievement: str = "", award_citation: str = ""
) -> Dossier:
    """A new draft with the next reference of the round's year.

    Raises NotAllowed outside the actor's area or the round's time, InvalidRequest when the plan
    knows no such award or subject, the nominee is outside the nominating unit's area, or another
    live dossier puts the same nominee forward.
    """
    check_can_start(actor, nomination.nominating_unit, nomination.award_round)
    _check_nomination(nomination)
    _check_lengths(achievement, award_citation)
    now = clock.now()
    dossier = Dossier(
        award_round=nomination.award_round,
        award=nomination.award,
        subject=nomination.subject,
        nominating_unit=nomination.nominating_unit,
        achievement=nfc(achievement),
        award_citation=nfc(award_citation),
        nominee_folded=_search_text(nomination.nominee),
        nominee_sort=_sort_text(nomination.nominee),
        created_by=actor,
        created_at=now,
        updated_at=now,
    )
    setattr(dossier, nominee_field(nomination.subject), nomination.nominee)
    _save_with_code(dossier)
    audit.record(
        Event.DOSSIER_STARTED,
        actor=actor,
        subject=dossier,
        code=dossier.code,
        award=dossier.award,
        nominee_subject=dossier.subject,
        nominee=nomination.nominee.pk,
        nominated_by=nomination.nominating_unit.key,
    )
    return dossier


def _check_nomination(nomination: Nomination) -> None:
    award_round = nomination.award_round
    plan = award_round.plan
    if nomination.award not in {award.id for award in plan.awards_in(award_round.kind)}:
        raise InvalidRequest(
            _("This award is not given in “%(round)s”.") % {"round": award_round},
            _("Choose one of the awards offered."),
        )
    if nomination.subject not in plan.subjects:
        raise InvalidRequest(_("The plan knows no such subject."), _("Choose one of the subjects offered."))
    fitting = nominees_of(nomination.nominating_unit, nomination.subject)
    if type(nomination.nominee) is not fitting.model or not fitting.filter(pk=nomination.nominee.pk).exists():
        raise InvalidRequest(
            _("%(nominee)s is not one whom %(unit)s may put forward.")
            % {"nominee": nomination.nominee.name, "unit": nomination.nominating_unit.name},
            _("Choose a nominee of your own area."),
        )
    _check_no_twin(nomination)


def _check_no_twin(nomination: Nomination) -> None:
    twin = (
        Dossier.objects.live()
        .filter(
            award_round=nomination.award_round,
            award=nomination.award,
            **{f"{nominee_field(nomination.subject)}__in": records_named(nomination.nominee)},
        )
        .first()
    )
    if twin is not None:
        raise InvalidRequest(
            _("Dossier %(code)s already puts %(nominee)s forward for this award in this round.")
            % {"code": twin.code, "nominee": nomination.nominee.name},
            _("Go on with that dossier, or choose another nominee."),
        )


def _search_text(nominee: Nominee) -> str:
    home = nominee if isinstance(nominee, Unit) else nominee.unit
    names = [nominee.name, *([] if isinstance(nominee, Unit) else [nominee.code, home.name])]
    if home.parent is not None and home.parent.parent_id:
        names.append(home.parent.name)
    return fold(" ".join(names))[:300]


def _sort_text(nominee: Nominee) -> str:
    return nominee.name_sort if not isinstance(nominee, Unit) else sort_key(nominee.name_without_title)


def _save_with_code(dossier: Dossier) -> None:
    """Save under the next reference of the year. Numbers leave no gap: what is not committed is not counted.

    Two hands at once want the same number; the second one finds it taken and takes the next.
    """
    for _attempt in range(_ATTEMPTS):
        dossier.code = _next_code(dossier.award_round.year)
        try:
            with transaction.atomic():
                dossier.save(force_insert=True)
        except IntegrityError:
            _check_no_twin(_nomination_of(dossier))
            continue
        return
    raise StaleState(_("Many dossiers are being started just now."), _("Send it again in a moment."))


def _next_code(year: int) -> str:
    prefix = f"HS-{year}-"
    newest = (
        Dossier.objects.filter(code__startswith=prefix)
        .order_by(Length("code").desc(), "-code")
        .values_list("code", flat=True)
        .first()
    )
    number = int(newest.removeprefix(prefix)) if newest else 0
    return f"{prefix}{number + 1:04d}"


def _nomination_of(dossier: Dossier) -> Nomination:
    return Nomination(
        dossier.award_round, dossier.award, dossier.subject, dossier.nominee, dossier.nominating_unit
    )


@service
def save_draft(
    *, dossier: Dossier, achievement: str, award_citation: str, actor: User, seen: Collection[str] = ()
) -> Dossier:
    """Keep what was typed, complete or not.

    `seen` holds digests of the texts that the writer had before them; when somebody else wrote
    something different since, StaleState says so and nothing is overwritten.
    """
    if not _keep_text(dossier, achievement, award_citation, actor, seen):
        audit.nothing_changed()
    return dossier


@service(unaudited="autosave keeps what is being typed; the save that ends the step is audited")
def autosave_draft(
    *, dossier: Dossier, achievement: str, award_citation: str, actor: User, seen: Collection[str] = ()
) -> Dossier:
    """Keep what is being typed, without an entry for each pause in typing."""
    _keep_text(dossier, achievement, award_citation, actor, seen, audited=False)
    return dossier


def _check_lengths(achievement: str, award_citation: str) -> None:
    """Refuse a text that is longer than its place, instead of cutting what somebody wrote."""
    for name, text, limit in (
        (_("Achievement"), achievement, ACHIEVEMENT_LENGTH),
        (_("Words on the award"), award_citation, CITATION_LENGTH),
    ):
        if len(text) > limit:
            raise InvalidRequest(
                _("“%(name)s” has %(count)s characters, and at most %(limit)s are kept.")
                % {"name": name, "count": number_format(len(text)), "limit": number_format(limit)},
                _("Shorten it; the report among the papers may say it at length."),
            )


def _keep_text(
    dossier: Dossier,
    achievement: str,
    award_citation: str,
    actor: User,
    seen: Collection[str],
    *,
    audited: bool = True,
) -> bool:
    check_can_edit(actor, dossier)
    stored = Dossier.objects.select_for_update().get(pk=dossier.pk)
    if stored.status != dossier.status:
        raise StaleState(
            _("Dossier %(code)s is “%(status)s” by now.")
            % {"code": dossier.code, "status": Status(stored.status).label},
            _("Your text is still in the form: copy it, then open the dossier again."),
        )
    typed = {
        "achievement": _tidy(achievement),
        "award_citation": _tidy(award_citation).replace("\n", " "),
    }
    _check_lengths(**typed)
    now_there = of_text(stored.achievement, stored.award_citation)
    if seen and now_there not in seen and now_there != of_text(**typed):
        raise StaleState(
            _("Somebody else has changed the text of dossier %(code)s since you opened it.")
            % {"code": dossier.code},
            _(
                "Your text is still in the form. Open the dossier in another window and bring the two together."
            ),
        )
    changed = [name for name, value in typed.items() if getattr(stored, name) != value]
    if not changed:
        return False
    Dossier.objects.filter(pk=dossier.pk).update(**typed, updated_at=clock.now())
    for name, value in typed.items():
        setattr(dossier, name, value)
    if audited:
        audit.record(
            Event.DOSSIER_EDITED, actor=actor, subject=dossier, fields=changed, digest=of_text(**typed)
        )
    return True


def _tidy(text: str) -> str:
    """One spelling and one kind of line end, so that a text sent again is the same text."""
    return nfc(text).replace("\r\n", "\n").rstrip()


@service
def withdraw_dossier(*, dossier: Dossier, actor: User, reason: str = "") -> None:
    """Take a dossier back, until the vote. Once filed, it needs a reason that others can read."""
    check_can_withdraw(actor, dossier)
    written = nfc(reason).strip()
    if not written and dossier.status != Status.DRAFT:
        raise InvalidRequest(
            _("Withdrawing a dossier that was filed needs a reason."),
            _("Write why it is withdrawn, then send again."),
        )
    was_filed = dossier.filed_on is not None
    move(dossier=dossier, verb="withdraw", actor=actor, note=written)
    if not was_filed:
        Dossier.objects.filter(pk=dossier.pk).update(filing_set=None)
        dossier.filing_set = None


@dataclass(frozen=True)
class NewPerson:
    """A household or an individual who is not in the register yet: the few facts to begin with."""

    subject: str
    facts: dict[str, Any]


@service
def start_for_new_person(
    *, award_round: AwardRound, award: str, nominating_unit: Unit, person: NewPerson, actor: User
) -> Dossier:
    """Enter a household or an individual and start its dossier, both or neither."""
    create = create_household if person.subject == "household" else create_individual
    nominee = create(facts=person.facts, actor=actor)
    return start_dossier(
        nomination=Nomination(award_round, award, person.subject, nominee, nominating_unit), actor=actor
    )
