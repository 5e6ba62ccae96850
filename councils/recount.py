"""A meeting counted again from its rows, and held against what was stored, what the log says and what was signed.

Nothing is written. Each check compares one thing told twice; where the two differ, both values are in it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Prefetch
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from councils.enums import (
    BatchStatus,
    Choice,
    ItemStanding,
    MeetingOffice,
    MeetingStatus,
    PaperKind,
    PollResult,
    PollStatus,
    PresenceKind,
    RecordKind,
    VoidCause,
)
from councils.events import Event
from councils.meeting_log import Entry, MeetingLog, Presence, Told, polls_gone, presence_of, read_log
from councils.models import Meeting, PaperBatch, Participation, Poll, Signature, Tally
from councils.records import note_slots
from councils.selectors.voting import required_by
from criteria.engine import decide_ballot
from nominations.enums import Status
from nominations.models import StatusChange
from nominations.statuses import lying_at

_COUNCIL_VERBS = ("recommend", "not_recommend")


@dataclass(frozen=True)
class Check:
    """One thing that is told twice: what it is, what one place says of it, and what another does."""

    what: str
    first_place: str
    first: str
    second_place: str
    second: str

    @property
    def holds(self) -> bool:
        return self.first == self.second

    def __str__(self) -> str:
        if self.holds:
            return f"{self.what}: {self.first}"
        return f"{self.what}: {self.first_place} = {self.first}, {self.second_place} = {self.second}"


def recount(meeting: Meeting, *, with_the_log: bool = True) -> list[Check]:
    """Every check of a meeting's own rows: roll, presence, polls, dossiers, notes and signatures.

    Who reads the whole log besides leaves out `with_the_log` whether its entries hold and what polls are gone: it knows.
    """
    polls = _polls(meeting)
    log = read_log(meeting, polls)
    presence = presence_of(meeting, log)
    names = dict(meeting.attendances.values_list("member_id", "member__user__full_name"))
    checks = [*_of_log(log), *_of_gone_polls(meeting)] if with_the_log else []
    checks += [*_of_meeting(meeting, log), *_of_presence(presence, names)]
    for poll in polls:
        checks += _of_poll(poll, log, presence, names)
    for poll in _deciding(polls):
        checks += _of_dossier(poll, is_last=poll.pk == _last_on(poll.agenda_item_id, polls))
    return [*checks, *_of_notes(meeting, log), *_of_signatures(meeting, log)]


def _polls(meeting: Meeting) -> list[Poll]:
    rows = Poll.objects.filter(agenda_item__meeting=meeting).select_related(
        "tally", "agenda_item__dossier__award_round__movement", "agenda_item__meeting__council__movement"
    )
    confirmed = PaperBatch.objects.filter(status=BatchStatus.CONFIRMED)
    return list(
        rows.prefetch_related(
            "participations", "ballots", Prefetch("batches", confirmed, to_attr="confirmed_batches")
        ).order_by("pk")
    )


def _log_name() -> str:
    return _("the log")


def _of_log(log: MeetingLog) -> Iterator[Check]:
    total = len(log.entries) + len(log.broken)
    found = _names_or_count(log.broken, total)
    yield Check(
        _("Entries of the log about this meeting"), _("written"), str(total), _("changed since"), found
    )


def _names_or_count(wrong: Iterable[Any], total: int) -> str:
    """The count where nothing is wrong, else what is."""
    return ", ".join(str(one) for one in wrong) or str(total)


def _of_meeting(meeting: Meeting, log: MeetingLog) -> Iterator[Check]:
    opened = log.first(Event.MEETING_OPENED)
    lines = meeting.attendances.count()
    if opened or meeting.status != MeetingStatus.PLANNED:
        joined = sum(len(entry.payload.get("joined", ())) for entry in log.of(Event.MEETING_RESUMED))
        told = str(opened.payload.get("members", 0) + joined) if opened else _told_of(opened, "members")
        yield Check(_("Members on the roll"), _log_name(), told, _("the roll"), str(lines))
    closed = log.first(Event.MEETING_CLOSED)
    if closed or meeting.status == MeetingStatus.CLOSED:
        yield Check(
            _("Items at the closing"),
            _log_name(),
            _told_of(closed, "items"),
            _("the agenda"),
            str(meeting.items.count()),
        )


def _told_of(entry: Entry | None, name: str) -> str:
    return _("no entry") if entry is None else str(entry.payload.get(name))


def _of_presence(presence: Presence, names: dict[int, str]) -> Iterator[Check]:
    if not presence.is_told:
        return
    told = len(presence.lines)
    yield Check(
        _("Presence, event by event"),
        _log_name(),
        _tellings(presence.only_in_log, names) or str(told - len(presence.only_in_rows)),
        _("the roll"),
        _tellings(presence.only_in_rows, names) or str(told),
    )


def _tellings(told: list[Told], names: dict[int, str]) -> str:
    return "; ".join(
        f"{_person(member, names)} {PresenceKind(kind).label} {_hour(at)}" for member, kind, at in told
    )


def _person(member: int, names: dict[int, str]) -> str:
    """A member's name with the number of the seat: two members may share a name."""
    return f"{names.get(member, '?')} [{member}]"


def _hour(words: str) -> str:
    return f"{localtime(datetime.fromisoformat(words)):%H:%M:%S}"


def _of_gone_polls(meeting: Meeting) -> Iterator[Check]:
    gone = polls_gone(set(meeting.items.values_list("dossier__code", flat=True)))
    yield Check(
        _("Polls that the log tells of and that are gone"),
        _log_name(),
        ", ".join(map(str, gone)) or "0",
        _("the meeting"),
        "0",
    )


def _of_poll(poll: Poll, log: MeetingLog, presence: Presence, names: dict[int, str]) -> Iterator[Check]:
    name = _("Item %(position)s, %(code)s, poll %(number)s") % {
        "position": poll.agenda_item.position,
        "code": poll.agenda_item.dossier.code,
        "number": poll.pk,
    }
    subject = f"councils.poll:{poll.pk}"
    checks = _PollChecks(poll, name, names)
    opened = log.first(Event.POLL_OPENED, subject)
    yield from checks.of_opening(opened)
    yield from checks.of_rights()
    if presence.is_told:
        there = presence.present_at(opened.seq if opened else None, poll.opened_at)
        yield from checks.of_presence(there)
    if poll.status == PollStatus.VOID:
        yield from checks.of_void(log.first(Event.POLL_VOID, subject))
    elif poll.status == PollStatus.CLOSED:
        closed = log.first(Event.POLL_CLOSED, subject)
        yield from checks.of_count(closed)
        if presence.is_told and poll.closed_at is not None:
            at_close = presence.present_at(closed.seq if closed else None, poll.closed_at)
            yield checks.of_presence_at_close(at_close)
    else:
        yield checks.check(
            _("papers in the database while it is open"), _("stored"), len(checks.ballots), "", 0
        )


class _PollChecks:
    """The checks of one poll."""

    def __init__(self, poll: Poll, name: str, names: dict[int, str]) -> None:
        self.poll, self.name, self.names = poll, name, names
        self.rows: list[Participation] = list(poll.participations.all())
        self.ballots = list(poll.ballots.all())

    def check(self, what: str, first_place: str, first: Any, second_place: str, second: Any) -> Check:
        """A check that bears the poll's name."""
        return Check(f"{self.name}: {what}", first_place, str(first), second_place, str(second))

    def people(self, members: Iterable[int]) -> str:
        """Members by name and number of their seat, in an order of their own."""
        return ", ".join(sorted(_person(member, self.names) for member in members)) or "0"

    def of_opening(self, opened: Entry | None) -> Iterator[Check]:
        """What was frozen when it opened, against the entry that was written then."""
        poll = self.poll
        said = {
            "dossier": poll.agenda_item.dossier.code,
            "members": poll.members_count,
            "present": poll.present_count,
            "recused": sorted(row.member_id for row in self.rows if row.is_recused),
            "threshold": poll.threshold,
            "basis": poll.threshold_basis,
        }
        yield self._against(_("what it opened with"), opened, said)

    def _against(self, what: str, entry: Entry | None, said: dict[str, Any]) -> Check:
        if entry is None:
            return self.check(what, _log_name(), _("no entry"), _("the poll"), _("an entry is due"))
        told = {name: entry.payload[name] for name in said if name in entry.payload}
        ours = {name: said[name] for name in told}
        for figures in (told, ours):
            if "recused" in figures:
                figures["recused"] = self.people(figures["recused"])
        return self.check(what, _log_name(), _in_words(told), _("the poll"), _in_words(ours))

    def of_rights(self) -> Iterator[Check]:
        """What was frozen of rights, against the rows of who had which."""
        poll, rows = self.poll, self.rows
        present = {row.member_id for row in rows if row.is_present}
        recused = [row for row in rows if row.is_recused]
        opinions = [row for row in rows if row.on_paper == PaperKind.WRITTEN]
        handed_out = [row for row in rows if row.is_present and not row.is_recused]
        rights, stored = _("rights in the poll"), _("the poll")
        yield self.check(_("present with a right"), stored, poll.present_count, rights, len(present))
        yield self.check(_("taking no part"), stored, poll.recused_count, rights, len(recused))
        yield self.check(_("written opinions"), stored, poll.opinions_count, rights, len(opinions))
        yield self.check(
            _("ballots handed out"), stored, poll.ballots_count, rights, len(handed_out) + len(opinions)
        )
        yield self.check(
            _("members in the base"),
            stored,
            poll.members_count,
            rights,
            len(rows) - (len(recused) if poll.base_basis else 0),
        )

    def of_presence(self, there: set[int]) -> Iterator[Check]:
        """Who had a right as a member present, against who was there by the roll when it opened."""
        present = {row.member_id for row in self.rows if row.is_present}
        yield self.check(
            _("who was there when it opened"),
            _("rights in the poll"),
            self.people(present - there) if present - there else len(present & there),
            _("presence"),
            self.people(there - present) if there - present else len(present & there),
        )
        yield self.check(
            _("present when it opened"),
            _("the poll"),
            self.poll.present_count,
            _("counted from presence"),
            len(there),
        )

    def of_presence_at_close(self, there: set[int]) -> Check:
        """How many the poll kept as present at its closing, against who was there by the roll."""
        return self.check(
            _("present when it closed"),
            _("the poll"),
            self.poll.present_at_close,
            _("counted from presence"),
            len(there),
        )

    def of_void(self, entry: Entry | None) -> Iterator[Check]:
        """A void poll has no papers and no count."""
        yield self._against(
            _("why it is void"), entry, {"cause": self.poll.void_cause, "reason": self.poll.void_reason}
        )
        yield self.check(_("papers kept of a void poll"), _("stored"), len(self.ballots), _("allowed"), 0)
        has_tally = hasattr(self.poll, "tally")
        yield self.check(_("count kept of a void poll"), _("stored"), int(has_tally), _("allowed"), 0)

    def of_count(self, closed: Entry | None) -> Iterator[Check]:
        """The tally, against papers, marks of having voted, the rule, and the entry of the closing."""
        poll = self.poll
        if not hasattr(poll, "tally"):
            yield self.check(_("count"), _("the poll"), _("closed"), _("the tally"), _("gone"))
            return
        tally: Tally = poll.tally
        papers = Counter(ballot.choice for ballot in self.ballots)
        counted, stored = _("counted again"), _("the tally")
        yield self.check(
            _("papers"),
            stored,
            _in_words({choice.value: getattr(tally, choice.value) for choice in Choice}),
            _("papers from the urn"),
            _in_words({choice.value: papers[choice] for choice in Choice}),
        )
        yield self.check(_("members who voted"), stored, tally.cast, _("rights in the poll"), self._voted())
        if any(row.on_paper for row in self.rows):
            yield self._on_paper()
        yield self.check(
            _("not returned"), stored, tally.unreturned, counted, poll.ballots_count - len(self.ballots)
        )
        yield self.check(_("votes needed"), stored, tally.required, counted, required_by(poll))
        yield self.check(
            _("result"),
            stored,
            _in_words({"quorum": "met" if tally.has_quorum else "not_met", "result": tally.result}),
            counted,
            self._result(papers),
        )
        yield self._against(
            _("what it closed with"),
            closed,
            {
                "present": poll.present_count,
                "present_at_close": poll.present_at_close,
                "ballots": poll.ballots_count,
                "agree": tally.agree,
                "disagree": tally.disagree,
                "blank": tally.blank,
                "invalid": tally.invalid,
                "unreturned": tally.unreturned,
                "required": tally.required,
                "result": str(tally.result),
            },
        )

    def _on_paper(self) -> Check:
        """Marks of those on paper: set for a kind of which every paper came, and for no other."""
        came: Counter[str] = Counter()
        for batch in self.poll.confirmed_batches:  # type: ignore[attr-defined]
            came[batch.kind] += batch.papers_count
        seats = Counter(row.on_paper for row in self.rows if row.on_paper)
        return self.check(
            _("members who voted on paper"),
            _("rights in the poll"),
            sum(row.has_voted for row in self.rows if row.on_paper),
            _("the batches"),
            sum(number for kind, number in seats.items() if came[kind] == number),
        )

    def _voted(self) -> int:
        """Who has voted, by their marks; of those on paper, the papers of the batches that came."""
        on_devices = sum(row.has_voted for row in self.rows if not row.on_paper)
        return on_devices + sum(batch.papers_count for batch in self.poll.confirmed_batches)  # type: ignore[attr-defined]

    def _result(self, papers: Counter[str]) -> str:
        poll = self.poll
        meeting = poll.agenda_item.meeting
        # Of a meeting of several days, the day on which this poll was held.
        day = localtime(poll.opened_at).date()
        result = decide_ballot(
            meeting.council.movement.plan_on(day),
            poll.agenda_item.dossier.award,
            day,
            poll.all_members,
            poll.present_count,
            papers[Choice.AGREE],
            papers[Choice.DISAGREE],
            papers[Choice.BLANK],
            papers[Choice.INVALID],
            threshold=poll.threshold,
            recused=poll.recused_count,
            recused_leave_base=bool(poll.base_basis),
        )
        orders = poll.breaks_tie and result.quorum == "met"
        return _in_words(
            {"quorum": result.quorum, "result": str(PollResult.RANKED) if orders else result.result}
        )


# What the names of figures, in tallies and in the log alike, are in a reader's words.
_WORDS: dict[str, str | Promise] = {
    **{choice.value: choice.label for choice in Choice},
    "dossier": gettext_lazy("dossier"),
    "members": gettext_lazy("members in the base"),
    "present": gettext_lazy("present when it opened"),
    "present_at_close": gettext_lazy("present when it closed"),
    "recused": gettext_lazy("taking no part"),
    "threshold": gettext_lazy("threshold in percent"),
    "basis": gettext_lazy("legal basis"),
    "ballots": gettext_lazy("ballots handed out"),
    "unreturned": gettext_lazy("not returned"),
    "required": gettext_lazy("votes needed"),
    "result": gettext_lazy("result"),
    "quorum": gettext_lazy("quorum"),
    "cause": gettext_lazy("cause"),
    "reason": gettext_lazy("reason"),
}
_VALUES: dict[str, str | Promise] = {
    **{result.value: result.label for result in PollResult},
    **{cause.value: cause.label for cause in VoidCause},
    "met": gettext_lazy("there is one"),
    "not_met": gettext_lazy("there is none"),
}


def _in_words(said: dict[str, Any]) -> str:
    """Figures with their names; a value of a list of choices by its label."""
    return ", ".join(
        f"{_WORDS[name]} {_VALUES.get(value, value) if isinstance(value, str) else value}"
        for name, value in said.items()
    )


def _deciding(polls: list[Poll]) -> list[Poll]:
    """Of each item the poll that was counted last: its result went down to the dossier. One among equals changes none."""
    last = {poll.agenda_item_id: poll for poll in polls if hasattr(poll, "tally") and not poll.breaks_tie}
    return list(last.values())


def _last_on(item: int, polls: list[Poll]) -> int:
    return max(poll.pk for poll in polls if poll.agenda_item_id == item and not poll.breaks_tie)


def _of_dossier(poll: Poll, *, is_last: bool) -> Iterator[Check]:
    """The step that the dossier took by the count, and that it has stood since where its last step led.

    Of a unit's council and of the province's the item keeps the result, and the dossier takes no step. Where another
    round was opened since, and until it is counted or the result stands after all, the item waits.
    """
    dossier = poll.agenda_item.dossier
    steps = list(StatusChange.objects.filter(dossier=dossier).order_by("at", "pk"))
    if poll.agenda_item.standing:
        item = poll.agenda_item
        may_wait = not is_last or _had_left(poll, steps)
        waits = may_wait and item.standing == ItemStanding.WAITING
        yield Check(
            _("Dossier %(code)s: result kept") % {"code": dossier.code},
            _("the tally"),
            str(ItemStanding.WAITING.label if waits else poll.tally.get_result_display()),
            _("the item"),
            str(item.get_standing_display()),
        )
        return
    after = [step for step in steps if poll.closed_at is None or step.at >= poll.closed_at]
    taken = next((step.new_status for step in after if step.verb in _COUNCIL_VERBS), None)
    before = steps[: len(steps) - len(after)]
    # A dossier that its nominator withdrew while the poll was open takes no step by the count.
    was_withdrawn = bool(before) and before[-1].new_status == Status.WITHDRAWN
    what = _("Dossier %(code)s") % {"code": dossier.code}
    yield Check(
        _("%(what)s: step by the count") % {"what": what},
        _("the tally"),
        _("no step") if was_withdrawn else str(Status(poll.tally.result).label),
        _("its history"),
        _("no step") if taken is None else str(Status(taken).label),
    )
    yield Check(
        _("%(what)s: status") % {"what": what},
        _("the dossier"),
        str(Status(dossier.status).label),
        _("its history"),
        str(Status(steps[-1].new_status).label) if steps else _("no step"),
    )


def _had_left(poll: Poll, steps: list[StatusChange]) -> bool:
    """Whether the dossier lay no more where the council votes on it when the poll was closed, so that no result is kept."""
    before = [step.new_status for step in steps if poll.closed_at is not None and step.at < poll.closed_at]
    return bool(before) and before[-1] not in lying_at(poll.agenda_item.came_at)


def _of_notes(meeting: Meeting, log: MeetingLog) -> Iterator[Check]:
    """The texts of the notes, by their marks, and the conclusion with which the meeting was closed."""
    told: dict[str, str] = {}
    for entry in (*log.of(Event.MEETING_CLOSED), *log.of(Event.NOTES_KEPT)):
        told.update(entry.payload.get("marks", {}))
    stored = {slot.key: slot.mark for slot in note_slots(meeting) if slot.key in told or slot.changed_at}
    wrong = sorted(key for key in told.keys() | stored.keys() if told.get(key) != stored.get(key))
    yield Check(
        _("Notes for the minutes"),
        _log_name(),
        ", ".join(f"{key} {told.get(key, '-')}" for key in wrong) or str(len(told)),
        _("the notes"),
        ", ".join(f"{key} {stored.get(key, '-')}" for key in wrong) or str(len(stored)),
    )


def _of_signatures(meeting: Meeting, log: MeetingLog) -> Iterator[Check]:
    """Who signed what, each signature by its record, version, place, member and what the record said."""
    stored = Counter(_signature(one) for one in meeting.signatures.all())
    told = Counter(
        (
            entry.payload["record"],
            entry.payload["version"],
            entry.payload["place"],
            entry.payload["member"],
            entry.payload["content"],
        )
        for entry in log.of(Event.RECORD_SIGNED)
    )
    back = len(log.of(Event.SIGNATURE_TAKEN_BACK))
    taken_back = meeting.signatures.exclude(taken_back_at=None).count()
    yield Check(
        _("Signatures"),
        _log_name(),
        _signed(told - stored) or str(told.total()),
        _("the signatures"),
        _signed(stored - told) or str(stored.total()),
    )
    yield Check(_("Signatures taken back"), _log_name(), str(back), _("the signatures"), str(taken_back))
    named = [(one.place, one.absent_id, one.member_id, one.reason) for one in meeting.stand_ins.all()]
    noted = [
        tuple(entry.payload[part] for part in ("place", "absent", "member", "reason"))
        for entry in log.of(Event.STAND_IN_NAMED)
    ]
    yield Check(
        _("Who signs in another's place"), _log_name(), str(noted), _("the signers named"), str(named)
    )


def _signature(one: Signature) -> tuple[str, int, str, int, str]:
    return one.record, one.version, one.place, one.member_id, one.content_hash


def _signed(found: Counter[tuple[str, int, str, int, str]]) -> str:
    return "; ".join(
        f"{RecordKind(record).label} {version}, {MeetingOffice(place).label} {member}, {content[:16]}"
        for record, version, place, member, content in found.elements()
    )
