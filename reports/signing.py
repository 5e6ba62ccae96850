"""Signing a record of a meeting off: the last signature freezes it as an issued document, in one transaction."""

from dataclasses import dataclass
from functools import partial

from django.utils.translation import gettext as _

from core.exceptions import NotAllowed, StaleState
from core.models import User
from core.services import service
from councils.enums import RecordKind
from councils.models import Reopening
from councils.records import RecordState, check_can_sign
from councils.services import ask_to_reopen, sign_record, take_signature_back
from nominations.services.unit_minutes import take_up_signed_minutes
from reports.documents.imprint import Imprint
from reports.kinds import Subject
from reports.models import IssuedDocument
from reports.selectors import content_hash, signing_of, versions_of
from reports.services import Issue, number_and_keep, record_issue


@dataclass(frozen=True)
class SignedOff:
    """What one signature did: with the last one of a version there is a document."""

    state: RecordState
    document: IssuedDocument | None


def sign_off(*, subject: Subject, actor: User, read: str) -> SignedOff:
    """The actor's signature under a record; the last one issues it with a number, and its bytes are kept for good.

    `read` is the hash of what the record said when the signer was shown it (`content_hash`). Rendering happens before the
    transaction that signs. Raises NotAllowed for who does not sign or has signed, and StaleState when the record says
    something else by now or another hand was at it; then nothing was signed.
    """
    state = _signing(subject)
    check_can_sign(actor, state)
    said = content_hash(subject)
    if said != read:
        raise StaleState(
            _("The record says something else than when this page was shown, so it was not signed."),
            _("Look at the draft again, then sign it."),
        )
    if len(state.still_signing) > 1:
        sign_record(
            meeting=state.meeting, record=state.record, content_hash=said, completes=False, actor=actor
        )
        return SignedOff(_signing(subject), None)
    document = number_and_keep(
        subject=subject,
        why=_why_again(subject, state),
        actor=actor,
        record=partial(record_last_signature, said=said),
    )
    return SignedOff(_signing(subject), document)


@service
def record_last_signature(
    *, subject: Subject, imprint: Imprint, issue: Issue, actor: User, said: str
) -> IssuedDocument:
    """The last signature and the document that it makes, or neither. Raises what either of the two raises."""
    state = _signing(subject)
    sign_record(meeting=state.meeting, record=state.record, content_hash=said, completes=True, actor=actor)
    document = record_issue(subject=subject, imprint=imprint, issue=issue, actor=actor)
    meeting = state.meeting
    if state.record == RecordKind.MINUTES and meeting.council.is_of_unit:
        dossiers = list(meeting.items.values_list("dossier_id", flat=True))
        take_up_signed_minutes(unit=meeting.council.unit, dossiers=dossiers, actor=actor)
    return document


def take_back(*, subject: Subject, actor: User) -> None:
    """The actor's signature under a subject's document counts no more. Raises what `take_signature_back` raises."""
    state = _signing(subject)
    take_signature_back(meeting=state.meeting, record=state.record, actor=actor)


def reopen(*, subject: Subject, reason: str, actor: User) -> Reopening:
    """The other signer is asked to let a subject's document be replaced. Raises what `ask_to_reopen` raises."""
    state = _signing(subject)
    return ask_to_reopen(meeting=state.meeting, record=state.record, reason=reason, actor=actor)


def _signing(subject: Subject) -> RecordState:
    state = signing_of(subject)
    if state is None:
        raise NotAllowed(_("This document needs no signatures in the house."), _("Issue it with a number."))
    return state


def _why_again(subject: Subject, state: RecordState) -> str:
    """Why a version replaces an earlier one: what reopened it; of documents before there were signatures, that."""
    if state.reopened is not None:
        return state.reopened.reason
    return _("The earlier one was issued without both signatures.") if versions_of(subject) else ""
