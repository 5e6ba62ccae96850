"""What the council of the unit where a dossier lies said of it, and what that allows the unit to do with the dossier.

The councils hand in what they know (`register_words`). A unit without a council, and a dossier that stood on no agenda of
it, go on with papers alone: nothing here holds them up.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.exceptions import NotAllowed
from core.models import StoredFile
from nominations.enums import Status
from nominations.models import Dossier
from nominations.permissions import NOMINATORS, district_of, filing_unit_of, present_form
from nominations.statuses import WITH_FILING_SIDE
from registry.enums import Role
from registry.models import Unit
from registry.scopes import acts_within, scope_of


@dataclass(frozen=True)
class CouncilWord:
    """What a unit's council made of a dossier in its newest meeting: recommended, not, or not voted on yet (None)."""

    unit_id: int
    unit: str
    meeting: str
    held_on: date
    is_recommended: bool | None
    agree: int = 0
    members: int = 0
    required: int = 0

    @property
    def is_waiting(self) -> bool:
        return self.is_recommended is None

    @property
    def tone(self) -> str:
        """Of the chip, as the design system names tones."""
        return {None: "now", True: "good", False: "bad"}[self.is_recommended]

    @property
    def label(self) -> str:
        """The word in short."""
        if self.is_waiting:
            return _("on the agenda of the unit's council")
        if self.is_recommended:
            return _("recommended by the unit's council")
        return _("not recommended by the unit's council")

    @property
    def sentence(self) -> str:
        """What the council did, with the count."""
        told = {
            "unit": self.unit,
            "meeting": self.meeting,
            "day": date_format(self.held_on, "d/m/Y"),
            "agree": self.agree,
            "members": self.members,
            "required": self.required,
        }
        if self.is_waiting:
            return _("On the agenda of “%(meeting)s”, %(day)s.") % told
        if self.is_recommended:
            return (
                _(
                    "The council of %(unit)s recommended it on %(day)s: %(agree)s of %(members)s members agreed; "
                    "%(required)s were needed."
                )
                % told
            )
        return (
            _(
                "The council of %(unit)s did not recommend it on %(day)s: %(agree)s of %(members)s members agreed; "
                "%(required)s were needed."
            )
            % told
        )


Words = dict[int, list[CouncilWord]]
"""By dossier, the newest word of each unit's council."""
_sources: list[Callable[[Collection[int]], Words]] = []


def register_words(source: Callable[[Collection[int]], Words]) -> None:
    """Let the councils say what became of dossiers on agendas of units' councils, by dossier."""
    _sources.append(source)


def words_on(dossiers: Collection[int]) -> Words:
    """What units' councils said of these dossiers, in a constant number of queries."""
    found: Words = {}
    for source in _sources:
        for dossier, words in source(dossiers).items():
            found.setdefault(dossier, []).extend(words)
    return found


@dataclass(frozen=True)
class SignedMinutes:
    """The newest signed minutes of a meeting of a unit's council: the frozen file, with what it says of itself."""

    unit_id: int
    meeting: str
    held_on: date
    number: str
    file: StoredFile


_minutes_sources: list[Callable[[Collection[int]], list[SignedMinutes]]] = []


def register_minutes(source: Callable[[Collection[int]], list[SignedMinutes]]) -> None:
    """Let whoever issues documents say which signed minutes tell of some of these dossiers, the newest meeting first."""
    _minutes_sources.append(source)


def minutes_about(dossiers: Collection[int], unit: Unit) -> SignedMinutes | None:
    """The newest signed minutes of the unit's council that tell of any of these dossiers."""
    found = (one for source in _minutes_sources for one in source(dossiers))
    return next((one for one in found if one.unit_id == unit.pk), None)


def word_of(dossier: Dossier) -> CouncilWord | None:
    """What the council of the unit that has the dossier now said of it; None once it is with the province."""
    if dossier.status not in WITH_FILING_SIDE or dossier.filed_on is not None:
        return None
    return _of_unit(words_on([dossier.pk]).get(dossier.pk, []), holder_of(dossier))


def may_read_word(user: Any, dossier: Dossier, word: CouncilWord) -> bool:
    """The unit's own officers and those who inspect; for others the step that follows from the vote says enough."""
    is_own = word.unit_id in scope_of(user).unit_ids(*NOMINATORS)
    return is_own or acts_within(user, dossier.nominating_unit.path, Role.AUDITOR)


def holder_of(dossier: Dossier) -> Unit:
    """The unit before which a dossier lies: the district once it was filed there, before that its nominator."""
    if dossier.status == Status.FILED_TO_DISTRICT:
        return filing_unit_of(dossier)
    return present_form(dossier.nominating_unit)


def _of_unit(words: list[CouncilWord], unit: Unit) -> CouncilWord | None:
    return next((word for word in words if word.unit_id == unit.pk), None)


def check_council_lets_file(dossiers: Collection[Dossier]) -> None:
    """What the holder's council has not voted on yet, or did not recommend, goes to no further level.

    Call with the dossiers held (`select_for_update`): a vote waits for them, too.
    """
    words = words_on([dossier.pk for dossier in dossiers])
    for dossier in dossiers:
        word = _of_unit(words.get(dossier.pk, []), holder_of(dossier)) if dossier.pk in words else None
        if word is None or word.is_recommended:
            continue
        _check_was_voted_on(dossier, word)
        raise NotAllowed(
            _("Dossier %(code)s cannot be filed. %(vote)s") % {"code": dossier.code, "vote": word.sentence},
            _("Record that it was not selected, or withdraw it.")
            if district_of(dossier.nominating_unit) and dossier.status == Status.FILED_TO_DISTRICT
            else _("Withdraw it, or put it before the council once more."),
        )


def check_council_lets_drop(dossier: Dossier) -> CouncilWord | None:
    """What the council said where a dossier is recorded as not selected: that follows from its vote, where it voted."""
    word = word_of(dossier)
    if word is not None:
        _check_was_voted_on(dossier, word)
    if word is not None and word.is_recommended:
        raise NotAllowed(
            _("Dossier %(code)s cannot be recorded as not selected. %(vote)s")
            % {"code": dossier.code, "vote": word.sentence},
            _("File it with the set; for another result the council votes on it once more."),
        )
    return word


def check_is_on_no_agenda(dossier: Dossier) -> None:
    """A dossier that waits for the vote of its holder's council stays until then, or leaves the agenda first."""
    word = word_of(dossier)
    if word is not None:
        _check_was_voted_on(dossier, word)


def _check_was_voted_on(dossier: Dossier, word: CouncilWord) -> None:
    if word.is_waiting:
        raise NotAllowed(
            _("Dossier %(code)s stands on the agenda of “%(meeting)s”, %(day)s, and was not voted on yet.")
            % {
                "code": dossier.code,
                "meeting": word.meeting,
                "day": date_format(word.held_on, "d/m/Y"),
            },
            _("Wait for the vote, or have it taken off the agenda."),
        )
