"""What the log says of councils, their seats, meetings and polls, held against their rows."""

from django.utils.translation import gettext_lazy

from core.proving import Proof, register_proof
from councils.models import Council, CouncilMember, Declaration, Meeting, Poll
from councils.proofs.councils import councils_that_differ, thresholds_that_differ
from councils.proofs.interests import interests_that_differ
from councils.proofs.meetings import meetings_that_differ
from councils.proofs.polls import openings_that_differ, tallies_that_differ
from councils.proofs.recounts import meetings_counted_otherwise
from councils.proofs.seats import seats_that_differ

__all__ = ["install"]


def install() -> None:
    """Register with the foundations."""
    register_proof(Proof(gettext_lazy("councils"), Council.objects.count, councils_that_differ))
    register_proof(Proof(gettext_lazy("voting rules"), Council.objects.count, thresholds_that_differ))
    register_proof(Proof(gettext_lazy("seats on councils"), CouncilMember.objects.count, seats_that_differ))
    register_proof(Proof(gettext_lazy("meetings"), Meeting.objects.count, meetings_that_differ))
    register_proof(Proof(gettext_lazy("interests"), Declaration.objects.count, interests_that_differ))
    register_proof(Proof(gettext_lazy("polls"), Poll.objects.count, tallies_that_differ))
    register_proof(Proof(gettext_lazy("polls"), Poll.objects.count, openings_that_differ))
    register_proof(
        Proof(
            gettext_lazy("meetings counted again"),
            Meeting.objects.count,
            meetings_counted_otherwise,
            is_long=True,
        )
    )
