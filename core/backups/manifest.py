"""What a backup says of itself, and what the database it came from looked like: the proof of a restore."""

import json
from dataclasses import asdict, dataclass
from hashlib import blake2b

from django.conf import settings
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder
from django.utils.translation import gettext as _

from core.exceptions import InvalidRequest
from core.models import AuditHead, BrowserSession

FORM = 1
# Whoever was signed in at the moment of a backup is not signed in again by a restore.
LEFT_OUT = BrowserSession._meta.db_table
KEYS = ("SECRET_KEY", "PERSON_KEY", "AUDIT_SIGNING_KEY")


@dataclass(frozen=True)
class Content:
    """A database as counts and heads; two databases with the same content hold the same rows of the log."""

    vendor: str
    migrations: list[str]
    counts: dict[str, int]
    """Rows by table, without sessions."""
    head_seq: int
    head_hash: str


@dataclass(frozen=True)
class FilePart:
    """A stored file: its hash as the database has it, and its size in bytes."""

    sha256: str
    size: int


@dataclass(frozen=True)
class Manifest:
    """The last part of a backup."""

    form: int
    made_at: str
    site: str
    content: Content
    keys: dict[str, str]
    """A fingerprint of each key of the environment, which is of no use without the key."""
    plans: dict[str, str]
    """SHA-256 of each plan file, by its name in the backup."""
    files: dict[str, FilePart]
    """By name in the storage."""
    damaged: list[str]
    """Names of stored files that were gone or differed from their hash when the backup was made."""
    database_sha256: str

    def as_json(self) -> bytes:
        """The manifest as it is written."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1).encode()


def read_manifest(text: bytes) -> Manifest:
    """The manifest of a backup. Raises InvalidRequest when another version of this program wrote it."""
    try:
        fields = json.loads(text)
        if fields["form"] != FORM:
            raise ValueError
        fields["content"] = Content(**fields["content"])
        fields["files"] = {name: FilePart(**part) for name, part in fields["files"].items()}
        return Manifest(**fields)
    except (KeyError, TypeError, ValueError):
        raise InvalidRequest(
            _("The backup was written by another version of this program."),
            _("Restore it with that version, then update."),
        ) from None


def fingerprints() -> dict[str, str]:
    """What each key of the environment shows of itself."""
    return {
        name: blake2b(getattr(settings, name).encode(), person=name.encode()[:16], digest_size=16).hexdigest()
        for name in KEYS
    }


def content_of(using: str) -> Content:
    """What the database behind the alias holds."""
    connection = connections[using]
    quote = connection.ops.quote_name
    counts = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            if table != LEFT_OUT:
                cursor.execute(f"SELECT COUNT(*) FROM {quote(table)}")  # noqa: S608 -- the database's own names
                counts[table] = cursor.fetchone()[0]
    head = AuditHead.objects.using(using).first()
    applied = MigrationRecorder(connection).applied_migrations()
    return Content(
        vendor=connection.vendor,
        migrations=sorted(f"{app}.{name}" for app, name in applied),
        counts=counts,
        head_seq=head.seq if head else 0,
        head_hash=head.hash if head else "",
    )
