"""What is typed around councils and votes. Forms parse; services decide."""

from councils.forms.councils import (
    BaseRuleForm,
    CouncilForm,
    MemberForm,
    OfficeForm,
    SeatEndForm,
    VotingRuleForm,
)
from councils.forms.meetings import (
    AdjournForm,
    AnotherRoundForm,
    ClosePollForm,
    ConclusionForm,
    DeclarationForm,
    EqualsForm,
    PassingForm,
    PollsForm,
    ReasonForm,
    RollForm,
    RulingForm,
)
from councils.forms.papers import BatchForm, PaperForm, PaperSeatsForm, TotalsForm
from councils.forms.preparing import (
    BY_PLAN_NOW,
    MOVED,
    NOT_TICKED,
    AgendaForm,
    MeetingForm,
    Rearranged,
)
from councils.forms.records import CountingHeadForm, NotesForm, StandInForm

__all__ = [
    "BY_PLAN_NOW",
    "MOVED",
    "NOT_TICKED",
    "AdjournForm",
    "AgendaForm",
    "AnotherRoundForm",
    "BaseRuleForm",
    "BatchForm",
    "ClosePollForm",
    "ConclusionForm",
    "CouncilForm",
    "CountingHeadForm",
    "DeclarationForm",
    "EqualsForm",
    "MeetingForm",
    "MemberForm",
    "NotesForm",
    "OfficeForm",
    "PaperForm",
    "PaperSeatsForm",
    "PassingForm",
    "PollsForm",
    "Rearranged",
    "ReasonForm",
    "RollForm",
    "RulingForm",
    "SeatEndForm",
    "StandInForm",
    "TotalsForm",
    "VotingRuleForm",
]
