"""Files that wait are read again: their previews do not say yet by what the people of their rows are known."""

from typing import Any

from django.db import migrations


def read_again(apps: Any, schema_editor: Any) -> None:
    """Answers are kept with the file, so nobody is asked twice."""
    files = apps.get_model("registry", "ImportFile").objects.filter(status="staged")
    apps.get_model("registry", "StagedBatch").objects.filter(import_file__in=files).delete()
    files.update(status="reading", rows_read=0, leased_until=None, counts={})


class Migration(migrations.Migration):
    dependencies = [("registry", "0014_pack_staged_rows")]
    operations = [migrations.RunPython(read_again, migrations.RunPython.noop)]
