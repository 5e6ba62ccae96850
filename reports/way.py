"""How far a proposal is by the papers that are issued here: minutes, the letter, and the provincial council's counts."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from councils.enums import ItemStanding, PollResult, RecordKind, Serves
from councils.models import Meeting, Tally
from nominations.models import Dossier, Proposal
from nominations.selectors.way import Reference, Standing, register_step
from reports.documents.nominees import latest_items
from reports.models import IssuedDocument

LETTER = "proposal"
"""The kind of document that carries a proposal up, by the name of its folder."""


def install() -> None:
    """Tell the way of proposals where these papers lie."""
    register_step("movement_minutes", movement_minutes)
    register_step("department_letter", letter_of_office)
    register_step("provincial_council", provincial_council)


def letter_of_office(proposal: Proposal) -> Standing:
    """The letter under its number, in its newest version."""
    letter = IssuedDocument.objects.of(LETTER, proposal.pk).select_related("issued_by").first()
    if letter is None:
        return Standing(
            lacking=_("The letter of the standing office on proposal %(code)s is not issued.")
            % {"code": proposal.code},
            what_to_do=_("The standing office issues it under its number."),
        )
    return Standing(
        day=letter.issued_on, papers=(_reference(letter),), by=str(letter.issued_by), at=letter.issued_at
    )


def movement_minutes(proposal: Proposal) -> Standing:
    """The signed minutes of each meeting of the movement's council on whose votes the list rests."""
    dossiers = _dossiers(proposal)
    items = latest_items(dossiers)
    unvoted = [dossier.code for dossier in dossiers if dossier.pk not in items]
    if unvoted or not dossiers:
        return Standing(
            lacking=_("Minutes are missing: the movement's council has not voted on %(dossiers)s.")
            % {"dossiers": ", ".join(unvoted) or proposal.code},
            what_to_do=_("Put it before the council first."),
        )
    return _minutes({item.meeting for item in items.values()})


def provincial_council(proposal: Proposal) -> Standing:
    """The provincial council's vote on each dossier of the list since its approval, and the signed minutes of it."""
    dossiers = _dossiers(proposal)
    tallies = _tallies_of_province(proposal)
    unvoted = [dossier.code for dossier in dossiers if dossier.pk not in tallies]
    if unvoted or not dossiers:
        return Standing(
            lacking=_("Minutes are missing: the provincial council has not voted on %(dossiers)s.")
            % {"dossiers": ", ".join(unvoted) or proposal.code},
            what_to_do=_("Its secretary or the standing body puts them on the agenda of a meeting."),
        )
    not_agreed = frozenset(
        dossier for dossier, tally in tallies.items() if tally.result != PollResult.RECOMMENDED
    )
    if len(not_agreed) == len(dossiers):
        return Standing(
            lacking=_("The provincial council agreed to no dossier of proposal %(code)s.")
            % {"code": proposal.code},
            what_to_do=_("The leadership of the standing office can cancel the proposal."),
            not_agreed=not_agreed,
        )
    standing = _minutes({tally.poll.agenda_item.meeting for tally in tallies.values()})
    return Standing(
        lacking=standing.lacking,
        what_to_do=standing.what_to_do,
        day=standing.day,
        papers=standing.papers,
        not_agreed=not_agreed,
        by=standing.by,
        at=standing.at,
        counts={
            dossier: (tally.agree, tally.poll.members_count, tally.required)
            for dossier, tally in tallies.items()
        },
    )


def _dossiers(proposal: Proposal) -> list[Dossier]:
    return list(
        Dossier.objects.filter(proposal_items__proposal=proposal).order_by("proposal_items__position")
    )


def _tallies_of_province(proposal: Proposal) -> dict[int, Tally]:
    """The newest count of each dossier since the list was approved; none before that, or while another round is owed."""
    if proposal.approved_at is None:
        return {}
    tallies = Tally.objects.filter(
        poll__agenda_item__dossier__proposal_items__proposal=proposal,
        poll__agenda_item__meeting__council__serves=Serves.PROVINCE,
        poll__closed_at__gte=proposal.approved_at,
    )
    tallies = tallies.exclude(poll__agenda_item__standing=ItemStanding.WAITING)
    rows = tallies.select_related("poll__agenda_item__meeting").order_by("poll__closed_at", "poll_id")
    return {tally.poll.agenda_item.dossier_id: tally for tally in rows}


def _minutes(meetings: Iterable[Meeting]) -> Standing:
    """The issued minutes of these meetings; the first meeting without them is named."""
    in_order = sorted(meetings, key=lambda meeting: (meeting.held_on, meeting.pk))
    documents = IssuedDocument.objects.filter(
        kind=RecordKind.MINUTES, object_id__in=[meeting.pk for meeting in in_order]
    )
    issued = {one.object_id: one for one in documents.select_related("issued_by").order_by("version")}
    for meeting in in_order:
        if meeting.pk not in issued:
            return Standing(
                lacking=_("The minutes of the meeting “%(meeting)s” of %(day)s are not signed.")
                % {"meeting": meeting, "day": date_format(meeting.held_on, "d/m/Y")},
                what_to_do=_(
                    "Its secretary and its chair sign them off; the last signature gives the number."
                ),
            )
    last = issued[in_order[-1].pk]
    return Standing(
        day=max(meeting.sits_on for meeting in in_order),
        papers=tuple(_reference(issued[meeting.pk]) for meeting in in_order),
        by=str(last.issued_by),
        at=last.issued_at,
    )


def _reference(document: IssuedDocument) -> Reference:
    return Reference(str(document), reverse("reports:download", args=[document.pk]))
