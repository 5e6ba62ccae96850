"""What must hold before the application starts."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError

from core.audit.heads import can_sign, check_signing_key
from core.backups.envelope import check_public_key
from core.models import KeyFingerprint
from core.personal_numbers import check_person_key, key_fingerprint
from core.services import PERSON_KEY


def person_key_is_usable(app_configs: Any, **options: Any) -> list[CheckMessage]:
    """`core.E001` when citizen numbers could not be sealed with the configured key."""
    try:
        check_person_key()
    except ImproperlyConfigured as error:
        return [Error(str(error), id="core.E001")]
    return []


def person_key_is_the_same(app_configs: Any, **options: Any) -> list[CheckMessage]:
    """`core.E002` when the key is another than the one that this database's numbers were sealed with.

    Says nothing while there is no database to ask: settings are checked on machines without one, too.
    """
    try:
        kept = KeyFingerprint.objects.filter(name=PERSON_KEY).first()
        is_same = kept is None or kept.fingerprint == key_fingerprint()
    except (DatabaseError, ImproperlyConfigured):
        return []
    if kept is None or is_same:
        return []
    return [
        Error(
            "PERSON_KEY is not the key that this database knows since "
            f"{kept.since:%d/%m/%Y}: recorded citizen numbers can be neither shown nor found.",
            hint="Put the earlier key back. If it is lost for good, see “The person key” in docs/operations.md.",
            id="core.E002",
        )
    ]


def heads_can_be_signed(app_configs: Any, **options: Any) -> list[CheckMessage]:
    """`core.E003` when the signing key cannot be used, or production has none."""
    try:
        check_signing_key()
    except ImproperlyConfigured as error:
        return [Error(str(error), id="core.E003")]
    if can_sign() or settings.APP_ENV != "production":
        return []
    return [
        Error(
            "AUDIT_SIGNING_KEY is missing: heads of the log are not signed, so whoever owns the database could "
            "write the whole log anew and nobody could show it.",
            hint="Set AUDIT_SIGNING_KEY or AUDIT_SIGNING_KEY_FILE to 32 random bytes in base64 "
            "(openssl rand -base64 32).",
            id="core.E003",
        )
    ]


def heads_leave_the_data(app_configs: Any, **options: Any) -> list[CheckMessage]:
    """`core.W001` in production when signed heads are written beside the data that they are to prove."""
    inside = Path(settings.AUDIT_HEADS_FILE).resolve().is_relative_to(Path(settings.DATA_DIR).resolve())
    if settings.APP_ENV != "production" or not inside:
        return []
    return [
        Warning(
            "Signed heads of the log are written below DATA_DIR: whoever can change the data can remove them too.",
            hint="Set AUDIT_HEADS_FILE to a file on another machine's share.",
            id="core.W001",
        )
    ]


def backups_can_be_sealed(app_configs: Any, **options: Any) -> list[CheckMessage]:
    """`core.E004` when a public key for backups is set and is none: the first night would show it otherwise."""
    if not settings.BACKUP_PUBLIC_KEY:
        return []
    try:
        check_public_key(settings.BACKUP_PUBLIC_KEY)
    except ImproperlyConfigured as error:
        return [Error(str(error), id="core.E004")]
    return []


REGISTERED = (
    person_key_is_usable,
    person_key_is_the_same,
    heads_can_be_signed,
    heads_leave_the_data,
    backups_can_be_sealed,
)
