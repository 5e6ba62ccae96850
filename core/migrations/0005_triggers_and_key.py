"""Give the log's triggers the same four names on both databases, and keep what the person key shows of itself."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db import migrations
from django.utils import timezone

from core.audit import triggers
from core.personal_numbers import NumberUnreadable, key_fingerprint, open_sealed

_SEALED = "_number_sealed"


def install(apps: Any, schema_editor: Any) -> None:
    triggers.install(schema_editor.connection)
    kept = apps.get_model("core", "KeyFingerprint").objects
    if kept.filter(name="person").exists():
        return
    _check_opens(schema_editor.connection)
    kept.create(name="person", fingerprint=key_fingerprint(), since=timezone.now())


def _check_opens(connection: Any) -> None:
    """Whether the key opens what lies there: a wrong one must not become the one that is known from now on."""
    sealed = _a_sealed_number(connection)
    try:
        if sealed:
            open_sealed(sealed)
    except NumberUnreadable:
        raise ImproperlyConfigured(
            "PERSON_KEY is not the key that this database's citizen numbers were sealed with. Put that key back, then run "
            "migrate again. Only when it is lost for good: manage.py accept_person_key --earlier-key-is-lost, then migrate."
        ) from None


def _a_sealed_number(connection: Any) -> str:
    """One of whatever table of an app above has them; empty where none is recorded."""
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            for column in connection.introspection.get_table_description(cursor, table):
                if not column.name.endswith(_SEALED):
                    continue
                name = quote(column.name)
                cursor.execute(f"SELECT {name} FROM {quote(table)} WHERE {name} <> '' LIMIT 1")  # noqa: S608 -- the database's own names
                if found := cursor.fetchone():
                    return str(found[0])
    return ""


class Migration(migrations.Migration):
    dependencies = [("core", "0004_signed_heads")]
    # Backwards nothing: the table of fingerprints goes with 0004, and the triggers protect under either name.
    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
