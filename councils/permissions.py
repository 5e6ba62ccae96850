"""Who may do what in a council. Each check raises NotAllowed with a sentence that says whom to ask."""

from django.utils.translation import gettext as _

from core import clock
from core.exceptions import NotAllowed
from core.models import User
from core.permissions import allowed
from councils.enums import MeetingOffice, MeetingStatus, Office, PaperKind, Serves
from councils.exceptions import BallotOnPaper
from councils.models import Council, CouncilMember, Meeting, PaperBatch, Participation
from councils.offices import counting_office, offices_in
from councils.querysets import keeps_unit, own_units
from registry.enums import Role
from registry.models import Unit
from registry.scopes import acts_within, scope_of


def check_can_set_up_council(actor: User, unit: Unit | None = None, serves: str = Serves.SELECTION) -> None:
    """The standing office sets up councils of the movement in its province; a commune, district or body its own, and
    nobody above it does so for it; the standing body that of the province. Without a unit: one of any place.
    """
    if serves == Serves.UNIT:
        _check_is_of_unit(actor, unit)
    elif serves == Serves.PROVINCE:
        _check_is_standing_body(actor, unit)
    elif not _holds(actor, unit, Role.REVIEWER, Role.LEAD):
        raise NotAllowed(
            _("Councils are set up by the standing office."),
            _("Ask its reviewer or its leadership to do it."),
        )


def _check_is_of_unit(actor: User, unit: Unit | None) -> None:
    if not (keeps_unit(actor, unit.pk) if unit else own_units(actor)):
        raise NotAllowed(
            _("A unit's council is set up, and its members are named, by the unit's own officers."),
            _("Ask an officer of the unit to do it."),
        )


def _check_is_standing_body(actor: User, unit: Unit | None) -> None:
    if not _holds(actor, unit, Role.STANDING_BODY):
        raise NotAllowed(
            _("The province's emulation and commendation council is kept by its standing body."),
            _("Ask the standing body to do it."),
        )


def check_can_set_up_any(actor: User) -> None:
    """Whoever may set up a council of some kind: of an own unit, of the province, or of the movement."""
    if not any(
        allowed(check_can_set_up_council, actor, None, kind) for kind in (Serves.UNIT, Serves.PROVINCE)
    ):
        check_can_set_up_council(actor)


def check_can_keep_council(actor: User, council: Council) -> None:
    """Members of a council are named by who sets it up."""
    check_can_set_up_council(actor, council.unit, council.serves)


def check_can_set_voting_rule(actor: User, council: Council) -> None:
    """A council's own threshold is recorded, with its legal basis, by the leadership; of a unit's or the province's council
    by who keeps it.
    """
    if council.serves != Serves.SELECTION:
        check_can_keep_council(actor, council)
    elif not _holds(actor, council.unit, Role.LEAD):
        raise NotAllowed(
            _("A council's threshold is recorded by the leadership of the standing office."),
            _("Send the regulation to the leadership, who enters it."),
        )


def check_can_set_base_rule(actor: User, council: Council) -> None:
    """Whether recused members leave the base of votes is recorded as a threshold is, with its legal basis."""
    if council.serves != Serves.SELECTION:
        check_can_keep_council(actor, council)
    elif not _holds(actor, council.unit, Role.LEAD):
        raise NotAllowed(
            _("The base of a council's votes is recorded by the leadership of the standing office."),
            _("Send the regulation to the leadership, who enters it."),
        )


def _holds(actor: User, unit: Unit | None, *roles: Role) -> bool:
    """Whether one of the roles is held; where a council's unit is given, in its province."""
    return acts_within(actor, unit.path, *roles) if unit else scope_of(actor).has(*roles)


def holds_office(actor: User, council: Council, *offices: str) -> bool:
    """Whether the person sits on the council today in one of the offices."""
    seats = CouncilMember.objects.filter(council=council, user=actor).on(clock.today())
    return seats.filter(office__in=offices).exists()


def check_can_prepare(actor: User, council: Council) -> None:
    """Meetings and agendas are prepared by the council's secretary or a provincial reviewer; of a unit's council by its
    secretary or an officer of the unit, of the province's by its secretary or its standing body.
    """
    if council.is_of_unit:
        is_at_home = keeps_unit(actor, council.unit_id)
    else:
        role = Role.STANDING_BODY if council.is_of_province else Role.REVIEWER
        is_at_home = _holds(actor, council.unit, role)
    if is_at_home or holds_office(actor, council, Office.SECRETARY):
        return
    if council.is_of_province:
        _check_is_standing_body(actor, council.unit)
    if council.is_of_unit:
        raise NotAllowed(
            _("Meetings are prepared by the council's secretary or an officer of its unit."),
            _("Ask the secretary to change the meeting or its agenda."),
        )
    raise NotAllowed(
        _("Meetings are prepared by the council's secretary or a reviewer of the standing office."),
        _("Ask the secretary to change the meeting or its agenda."),
    )


def check_is_chair(actor: User, meeting: Meeting) -> None:
    """The chair opens the meeting and its polls."""
    if meeting.chair.user_id != actor.pk:
        raise NotAllowed(
            _("Only the chair of this meeting, %(chair)s, may do this.") % {"chair": meeting.chair},
            _("Ask the chair. When the chair is lost, a vice-chair takes over on the page “Offices”."),
        )


def check_can_end(actor: User, meeting: Meeting) -> None:
    """Whoever holds an office of the meeting may end what another of them began."""
    if not offices_in(meeting, actor.pk):
        raise NotAllowed(
            _("Only those who hold an office of this meeting may end what was begun in it."),
            _("Ask the chair, a vice-chair, the secretary or the counting team."),
        )


def check_can_take_roll(actor: User, meeting: Meeting) -> None:
    """Who is there is recorded by those who hold an office of the meeting."""
    if not offices_in(meeting, actor.pk):
        raise NotAllowed(
            _(
                "The roll is taken by the chair, a vice-chair, the secretary or the counting team of this meeting."
            ),
            _("Tell them who is present."),
        )


def check_can_take_off(actor: User, meeting: Meeting) -> None:
    """An item leaves the agenda of a meeting in session by its chair, a vice-chair or its secretary."""
    if not offices_in(meeting, actor.pk) - {MeetingOffice.TELLER}:
        raise NotAllowed(
            _("An item is taken off the agenda by the chair, a vice-chair or the secretary of this meeting."),
            _("Ask one of them."),
        )


def check_can_adjourn(actor: User, meeting: Meeting) -> None:
    """A meeting is adjourned, and taken up again, by its chair, a vice-chair or its secretary."""
    if not offices_in(meeting, actor.pk) - {MeetingOffice.TELLER}:
        raise NotAllowed(
            _("A meeting is adjourned and taken up again by its chair, a vice-chair or its secretary."),
            _("Ask one of them."),
        )


def check_can_pass_offices(actor: User, meeting: Meeting) -> None:
    """Offices of a meeting are passed on by its chair, a vice-chair or its secretary."""
    if not offices_in(meeting, actor.pk) - {MeetingOffice.TELLER}:
        raise NotAllowed(
            _("Offices of a meeting are passed on by its chair, a vice-chair or its secretary."),
            _("Ask one of them."),
        )


def check_can_consent(actor: User, meeting: Meeting) -> None:
    """The leadership of the standing office consents to a secretary who is to lead; of a unit's council its officers do, of
    the province's its standing body.
    """
    if meeting.council.is_of_unit:
        if not keeps_unit(actor, meeting.council.unit_id):
            raise NotAllowed(
                _(
                    "That the secretary leads the meeting needs the consent of an officer of the council's unit."
                ),
                _("Ask an officer of the unit."),
            )
    elif meeting.council.is_of_province:
        _check_is_standing_body(actor, meeting.council.unit)
    elif not _holds(actor, meeting.council.unit, Role.LEAD):
        raise NotAllowed(
            _(
                "That the secretary leads the meeting needs the consent of the leadership of the standing office."
            ),
            _("Ask the leadership."),
        )
    if meeting.secretary.user_id == actor.pk:
        raise NotAllowed(_("Nobody consents to their own request."), _("Ask another leader."))


def check_can_name_stand_in(actor: User, meeting: Meeting) -> None:
    """Who signs the records in another's place is decided by the leadership, of a unit's council by the unit's officers, of
    the province's by its standing body.
    """
    if meeting.council.is_of_unit:
        if not keeps_unit(actor, meeting.council.unit_id):
            raise NotAllowed(
                _("Who signs the records in another's place is decided by an officer of the council's unit."),
                _("Tell the unit's officer who cannot sign, and why."),
            )
    elif meeting.council.is_of_province:
        _check_is_standing_body(actor, meeting.council.unit)
    elif not _holds(actor, meeting.council.unit, Role.LEAD):
        raise NotAllowed(
            _(
                "Who signs the records of a meeting in another's place is decided by the leadership of the standing office."
            ),
            _("Tell the leadership who cannot sign, and why."),
        )


def check_can_see_interests(actor: User, meeting: Meeting) -> None:
    """Who declared, and what the records suggest, is seen by the secretary and the chair of the meeting."""
    if not offices_in(meeting, actor.pk) & {MeetingOffice.SECRETARY, MeetingOffice.CHAIR}:
        raise NotAllowed(
            _("Interests of members are put before the secretary and the chair of this meeting."),
            _("Declare your own on the page of the meeting."),
        )


def check_can_settle_interest(actor: User, meeting: Meeting, member: CouncilMember) -> None:
    """Interests are settled and recorded by the secretary; the secretary's own by the chair."""
    if member.user_id == actor.pk:
        raise NotAllowed(
            _("Nobody settles an own interest."),
            _("The secretary settles the members', and the chair the secretary's."),
        )
    keeper = meeting.chair if member.user_id == meeting.secretary.user_id else meeting.secretary
    if keeper.user_id != actor.pk:
        raise NotAllowed(
            _("What %(person)s says of an interest is recorded and settled by %(keeper)s.")
            % {"person": member, "keeper": keeper}
        )


def check_can_declare(actor: User, meeting: Meeting, member: CouncilMember) -> None:
    """A member declares, or says it aloud to who keeps the record."""
    if member.user_id != actor.pk:
        check_can_settle_interest(actor, meeting, member)


def check_can_keep_notes(actor: User, meeting: Meeting) -> None:
    """What was discussed and concluded is written by the secretary, after the meeting by who signs in that place."""
    keeper = meeting.secretary
    if meeting.status == MeetingStatus.CLOSED:
        named = meeting.stand_ins.filter(place=MeetingOffice.SECRETARY).select_related("member__user").last()
        keeper = named.member if named else keeper
    if keeper.user_id != actor.pk:
        raise NotAllowed(
            _("Notes for the minutes are kept by the secretary of this meeting, %(secretary)s.")
            % {"secretary": keeper},
            _("Tell the secretary what is to stand in them."),
        )


def check_can_name_counting_head(actor: User, meeting: Meeting) -> None:
    """Who heads the counting team is named by the chair or the secretary of the meeting."""
    if not offices_in(meeting, actor.pk) & {MeetingOffice.CHAIR, MeetingOffice.SECRETARY}:
        raise NotAllowed(
            _("The head of the counting team is named by the chair or the secretary of this meeting."),
            _("Ask one of them."),
        )


def check_can_cast(actor: User, participation: Participation | None) -> None:
    """Members who were present when the poll opened and have no interest in the item have a ballot in it."""
    if participation is None:
        raise NotAllowed(_("You are not a member of this council, so you have no ballot in this poll."))
    if participation.is_recused:
        raise NotAllowed(
            _(
                "You take no part in this item because of an interest in the nominee, so you have no ballot in this poll."
            )
        )
    if participation.on_paper == PaperKind.WRITTEN:
        raise NotAllowed(
            _(
                "Your written opinion on this item came, so it is your vote and you have no ballot in this poll."
            )
        )
    if participation.on_paper:
        raise BallotOnPaper
    if not participation.is_present:
        raise NotAllowed(
            _("You were marked absent when this poll opened, so you have no ballot in it."),
            _("Tell the chair that you are here; you can vote on the items that follow."),
        )


def check_can_agree_to_close(actor: User, meeting: Meeting) -> None:
    """That those left will not vote is said by the chair, and by a second person who counts: never by the chair alone."""
    offices = offices_in(meeting, actor.pk)
    if MeetingOffice.CHAIR in offices:
        raise NotAllowed(
            _("The chair cannot be the second person too."),
            _("Ask the secretary or the counting team to agree."),
        )
    if not offices & {MeetingOffice.SECRETARY, MeetingOffice.TELLER}:
        raise NotAllowed(
            _("That those left will not vote is agreed by the secretary or the counting team."),
            _("Ask one of them."),
        )


def check_can_record_papers(actor: User, meeting: Meeting) -> None:
    """Whose envelopes came, and who votes on paper, is recorded by the secretary or the counting team."""
    if not offices_in(meeting, actor.pk) & {MeetingOffice.SECRETARY, MeetingOffice.TELLER}:
        raise NotAllowed(
            _("Who votes on paper is recorded by the secretary or the counting team of this meeting."),
            _("Tell one of them."),
        )


def check_can_see_batches(actor: User, meeting: Meeting) -> None:
    """How many papers were typed in, and by whom, is shown to those who hold an office of the meeting."""
    if not offices_in(meeting, actor.pk):
        raise NotAllowed(
            _("Batches of papers are shown to those who hold an office of this meeting."),
            _("Ask the secretary or the counting team."),
        )


def check_can_enter_batch(actor: User, meeting: Meeting) -> None:
    """Papers are typed in by the counting team; where there is none, by the secretary."""
    counts = counting_office(meeting)
    if counts not in offices_in(meeting, actor.pk):
        raise NotAllowed(
            _("Papers are typed in by the counting team.")
            if counts == MeetingOffice.TELLER
            else _("This meeting has no counting team, so its secretary types the papers in."),
            _("Hand the papers to them."),
        )


def check_can_confirm_batch(actor: User, meeting: Meeting, batch: PaperBatch) -> None:
    """A second person with an office of the meeting confirms or rejects a batch, never who entered it."""
    check_can_see_batches(actor, meeting)
    if batch.entered_by.user_id == actor.pk:
        raise NotAllowed(
            _("You entered this batch, so somebody else has to confirm it."),
            _("Ask another member of the counting team, the secretary or the chair."),
        )


def check_is_planned(meeting: Meeting) -> None:
    """The agenda and the meeting's particulars change only before it opens."""
    if meeting.status != MeetingStatus.PLANNED:
        raise NotAllowed(
            _("The meeting has been opened, so its agenda and particulars can no longer be changed."),
            _("During the meeting the chair can take an item off the agenda with a reason."),
        )


def check_is_running(meeting: Meeting) -> None:
    """The meeting has been opened and is not closed; it may stand adjourned."""
    if meeting.status == MeetingStatus.PLANNED:
        raise NotAllowed(_("The meeting has not been opened."), _("The chair opens it first."))
    check_is_not_over(meeting)


def check_is_open(meeting: Meeting) -> None:
    """Roll, polls and conclusion belong to a meeting in session."""
    check_is_running(meeting)
    if meeting.status == MeetingStatus.ADJOURNED:
        raise NotAllowed(
            _("The meeting is adjourned."),
            _("The chair, a vice-chair or the secretary resumes it on its day."),
        )


def check_is_not_over(meeting: Meeting) -> None:
    """Interests are declared and settled before and during a meeting."""
    if meeting.status == MeetingStatus.CLOSED:
        raise NotAllowed(_("The meeting is closed, and its record stands."))
