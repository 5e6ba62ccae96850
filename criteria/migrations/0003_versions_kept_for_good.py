"""Have the database refuse any change of a stored version of a plan."""

from typing import Any

from django.db import migrations

from core.append_only import protect, unprotect

TABLES = ("criteria_planversion",)


def install(apps: Any, schema_editor: Any) -> None:
    for table in TABLES:
        protect(schema_editor.connection, table)


def remove(apps: Any, schema_editor: Any) -> None:
    for table in TABLES:
        unprotect(schema_editor.connection, table)


class Migration(migrations.Migration):
    dependencies = [("criteria", "0002_versions_by_hash")]
    operations = [migrations.RunPython(install, remove)]
