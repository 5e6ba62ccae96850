"""Give the log's triggers the same four names on both databases, and keep what the person key shows of itself."""

from typing import Any

from django.db import migrations
from django.utils import timezone

from core.audit import triggers
from core.personal_numbers import key_fingerprint


def install(apps: Any, schema_editor: Any) -> None:
    triggers.install(schema_editor.connection)
    apps.get_model("core", "KeyFingerprint").objects.get_or_create(
        name="person", defaults={"fingerprint": key_fingerprint(), "since": timezone.now()}
    )


class Migration(migrations.Migration):
    dependencies = [("core", "0004_signed_heads")]
    # Backwards nothing: the table of fingerprints goes with 0004, and the triggers protect under either name.
    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
