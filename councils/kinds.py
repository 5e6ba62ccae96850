"""What the rooms of a meeting say where councils of different kinds do the same for different reasons."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from councils.enums import Serves


@dataclass(frozen=True)
class KindWords:
    """The sentences of one kind of council."""

    left_out: Promise
    """What becomes of a dossier that is not put on the agenda."""
    table: Promise
    """Which dossiers the page of the agenda lists."""
    none_title: Promise
    none_waits: Promise
    """When dossiers appear there."""
    empty_agenda: Promise
    """What the secretary puts on an empty agenda."""
    consents: Promise
    """Who consents to a secretary that asks to lead."""


KIND_WORDS: dict[str, KindWords] = {
    Serves.SELECTION: KindWords(
        left_out=_("What you leave out stays eligible."),
        table=_("Dossiers on the agenda, then the eligible ones"),
        none_title=_("Dossiers found eligible"),
        none_waits=_("None waits for the council now. They appear here when their appraisal concludes."),
        empty_agenda=_("Ask the secretary to put eligible dossiers on the agenda."),
        consents=_("The secretary can ask to lead, which the leadership of the standing office consents to."),
    ),
    Serves.UNIT: KindWords(
        left_out=_("What you leave out stays where it is, and can be filed without a vote."),
        table=_("Dossiers on the agenda, then those that lie at the unit"),
        none_title=_("Dossiers that lie at the unit"),
        none_waits=_(
            "None waits for the council now. Drafts appear here when their achievement report is attached, and others "
            "when they are filed to the unit."
        ),
        empty_agenda=_("Ask the secretary to put dossiers that lie at the unit on the agenda."),
        consents=_("The secretary can ask to lead, which an officer of the council's unit consents to."),
    ),
    Serves.PROVINCE: KindWords(
        left_out=_("What you leave out stays on its proposal, and another meeting can take it up."),
        table=_("Dossiers on the agenda, then those on approved proposals to the centre"),
        none_title=_("Dossiers on approved proposals to the centre"),
        none_waits=_(
            "None waits for the council now. They appear here when the list that they stand on is approved."
        ),
        empty_agenda=_("Ask the secretary to put dossiers of an approved proposal on the agenda."),
        consents=_("The secretary can ask to lead, which the standing body of the province consents to."),
    ),
}
