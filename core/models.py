"""People who sign in and how they prove it, the audit chain, stored files, and the outbox."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from core.text import fold, nfc, sort_key


class UserManager(BaseUserManager["User"]):
    """Makes people; the services call it, never a view."""

    def create_user(self, username: str, password: str | None = None, **fields: object) -> "User":
        """A person with a usable password, or with none when it is left out."""
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str | None = None, **fields: object) -> "User":
        """Django's command line asks for this name; superusers exist for first set-up only."""
        return self.create_user(username, password, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in. What they may do follows from dated roles, not from this row."""

    username = models.CharField(_("account name"), max_length=60, unique=True)
    full_name = models.CharField(_("full name"), max_length=120)
    name_folded = models.CharField(max_length=120, editable=False, db_index=True)
    name_sort = models.CharField(max_length=400, editable=False)
    position = models.CharField(_("position"), max_length=120, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    is_active = models.BooleanField(_("may sign in"), default=True)
    is_demo = models.BooleanField(_("demonstration account"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = UserManager()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        ordering = ["name_sort", "pk"]
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self) -> str:
        return self.full_name or self.username

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.full_name = nfc(self.full_name)
        self.name_folded = fold(self.full_name)
        self.name_sort = sort_key(self.full_name)
        super().save(*args, **kwargs)

    def get_full_name(self) -> str:
        return self.full_name


class BrowserSession(AbstractBaseSession):
    """A browser's session with whose it is, so that a person sees theirs and ends the others.

    It says when the person signed in and never when they last did something: what is written right after a
    ballot would stand beside it in the database's own order.
    """

    user = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="browser_sessions")
    signed_in_at = models.DateTimeField(null=True)
    address = models.CharField(max_length=45, blank=True)
    device = models.CharField(max_length=80, blank=True)

    @classmethod
    def get_session_store_class(cls) -> Any:
        return import_string(f"{settings.SESSION_ENGINE}.SessionStore")


class Throttle(models.Model):
    """How many attempts of a kind were made since a moment; who made them stands here as a keyed digest."""

    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=64)
    attempts = models.PositiveIntegerField(default=0)
    began_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="core_throttle_one_per_key")]

    def __str__(self) -> str:
        return f"{self.kind} {self.attempts}"


class CodeApp(models.Model):
    """A person's authenticator app: the secret that it shares with us, sealed, and the last code it gave."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="code_app")
    sealed_secret = models.CharField(max_length=200)
    last_step = models.PositiveBigIntegerField(default=0, help_text="a code is good once")
    added_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"code app of {self.user_id}"


class RecoveryCode(models.Model):
    """One of the codes kept on paper for the day when the phone is gone, as a keyed digest; good once."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "digest"], name="core_recoverycode_once")]

    def __str__(self) -> str:
        return f"recovery code of {self.user_id}"


class Passkey(models.Model):
    """A device or security key that signs for the person; only its public half is here."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="passkeys")
    name = models.CharField(_("name"), max_length=60)
    host = models.CharField(max_length=253, help_text="the address it was made for, and works at")
    credential_id = models.CharField(max_length=1400, unique=True)
    public_half = models.BinaryField()
    sign_count = models.PositiveBigIntegerField(default=0)
    added_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class AuditHead(models.Model):
    """The newest entry's number and hash; one row, locked while the chain grows."""

    seq = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.seq} {self.hash[:12]}"


class AuditEntry(models.Model):
    """One link of the chain. Database triggers refuse any change."""

    seq = models.PositiveBigIntegerField(primary_key=True)
    event = models.CharField(max_length=80, db_index=True)
    subject = models.CharField(max_length=120, db_index=True)
    actor = models.CharField(max_length=60, db_index=True)
    recorded_at = models.CharField(max_length=40, help_text="the exact UTC text that was hashed")
    payload_hash = models.CharField(max_length=64)
    prev_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ["seq"]
        verbose_name = _("log")

    def __str__(self) -> str:
        return f"{self.seq} {self.event}"


class AuditPayload(models.Model):
    """What an entry says, kept apart so that a lawful erasure can blank it."""

    entry = models.OneToOneField(
        AuditEntry, primary_key=True, on_delete=models.PROTECT, related_name="payload"
    )
    content = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.content


class SignedHead(models.Model):
    """The chain's head on one day, signed, as it left the house; none while nothing was signed."""

    day = models.DateField(unique=True)
    seq = models.PositiveBigIntegerField()
    statement = models.TextField(help_text="the line that was written and mailed, with its signature")
    signed_at = models.DateTimeField()
    written_at = models.DateTimeField(null=True, help_text="when the file outside took the line")

    class Meta:
        ordering = ["-day"]
        verbose_name = _("signed head")

    def __str__(self) -> str:
        return f"{self.day} {self.seq}"


class Look(models.Model):
    """That a signed-in person was shown somebody's data: who, when, whose, at which address; nothing of what stood there.

    `subject` is written as the log calls things, without a key for a list. Kept for as long as
    `data/personal_data.yaml` says.
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=120)
    page = models.CharField(max_length=80, help_text="the name of the address")
    shown = models.CharField(max_length=8, help_text="core.looks.Shown")
    at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("look at somebody's data")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["subject", "at"], name="core_look_subject")]

    def __str__(self) -> str:
        return f"{self.subject} {self.page}"


class KeyFingerprint(models.Model):
    """What a key of the environment shows of itself, so that another key in its place is noticed."""

    name = models.CharField(max_length=40, primary_key=True)
    fingerprint = models.CharField(max_length=64)
    since = models.DateTimeField()

    class Meta:
        verbose_name = _("key of this server")

    def __str__(self) -> str:
        return self.name


class StoredFile(models.Model):
    """Bytes that somebody uploaded or that we issued, outside the web root under a random name.

    A row begins unadopted; the transaction that refers to it adopts it on commit, and
    unadopted rows are swept. Serve only through a permission check on what refers to it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    storage_name = models.CharField(max_length=200, unique=True)
    original_name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64, db_index=True)
    created_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    adopted_at = models.DateTimeField(null=True, db_index=True)
    checked_at = models.DateTimeField(null=True, db_index=True, help_text="when its bytes were last compared")
    differs_since = models.DateTimeField(null=True, help_text="when its bytes were found changed or gone")

    class Meta:
        verbose_name = _("stored file")

    def __str__(self) -> str:
        return self.original_name


class OutboxMessage(models.Model):
    """One mail that leaves after commit, once per key; never findings or household data.

    It waits while it is neither sent nor stuck; `core.outbox` says when it may be tried.
    """

    key = models.CharField(max_length=160, unique=True)
    recipient = models.EmailField()
    subject = models.CharField(max_length=200)
    body = models.TextField()
    created_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    leased_until = models.DateTimeField(null=True, help_text="so long it is in a sender's hand")
    next_try_at = models.DateTimeField(null=True, help_text="the end of the pause after a failure")
    sent_at = models.DateTimeField(null=True, db_index=True, help_text="when the server said that it took it")
    stuck_at = models.DateTimeField(null=True, help_text="when it was given up until somebody looks")
    failure = models.TextField(blank=True)
    # The body opens a door, such as a one-time link: it is forgotten once the mail has left.
    has_secret = models.BooleanField(default=False)
    calendar = models.TextField(blank=True, help_text="the calendar file that goes with it")

    class Meta:
        verbose_name = _("mail")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(sent_at=None) | models.Q(stuck_at=None),
                name="core_outboxmessage_sent_or_stuck",
            )
        ]

    def __str__(self) -> str:
        return self.key


class ChoreRun(models.Model):
    """When work that comes round by the day was last tried and last done."""

    name = models.CharField(max_length=60, primary_key=True)
    tried_at = models.DateTimeField(null=True)
    done_on = models.DateField(null=True)
    failure = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.name


class WorkerHeartbeat(models.Model):
    """When the background worker was last alive; without one, work runs in the request."""

    name = models.CharField(max_length=60, primary_key=True)
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
