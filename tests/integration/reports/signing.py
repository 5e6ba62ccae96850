"""Signing the records of a meeting, as tests do it."""

from councils.enums import RecordKind
from councils.models import Meeting
from councils.records import record_state
from reports.kinds import Subject, kinds
from reports.models import IssuedDocument
from reports.selectors import content_hash
from reports.signing import SignedOff, sign_off


def signed(meeting: Meeting, kind: str = "minutes") -> IssuedDocument:
    """The document of a record that everybody who signs it has signed, each with what it says."""
    subject = Subject(kinds()[kind], kinds()[kind].records().get(pk=meeting.pk))
    done: SignedOff | None = None
    for place in record_state(subject.record, RecordKind(kind)).places:
        assert place.member is not None
        done = sign_off(subject=subject, actor=place.member.user, read=content_hash(subject))
    assert done is not None
    assert done.document is not None
    return done.document
