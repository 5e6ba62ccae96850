"""Have the database refuse any change of an uploaded plan, its files, and what was decided of it."""

from typing import Any

from django.db import migrations

from core.append_only import protect, unprotect

TABLES = ("nominations_planupload", "nominations_planuploadfile", "nominations_planruling")


def install(apps: Any, schema_editor: Any) -> None:
    for table in TABLES:
        protect(schema_editor.connection, table)


def remove(apps: Any, schema_editor: Any) -> None:
    for table in TABLES:
        unprotect(schema_editor.connection, table)


class Migration(migrations.Migration):
    dependencies = [("nominations", "0005_uploaded_plans")]
    operations = [migrations.RunPython(install, remove)]
