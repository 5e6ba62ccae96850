"""Files that were staged in an earlier form are read again; what was refused of loaded ones is forgotten."""

from typing import Any

from django.db import migrations


def read_again(apps: Any, schema_editor: Any) -> None:
    """Rows staged before have other places, so a page that showed them would fail."""
    files = apps.get_model("registry", "ImportFile").objects
    apps.get_model("registry", "StagedBatch").objects.all().delete()
    for file in files.filter(kind="reorganisation").iterator():
        said = file.options
        file.kind = "reorganisations"
        file.options = {
            "given": {
                "decision_number": said.get("number", ""),
                "decided_on": said.get("decided_on", ""),
                "issuer": said.get("issuer", ""),
                "decision_file": said.get("file", ""),
            }
        }
        file.save(update_fields=["kind", "options"])
    files.filter(status="staged").update(status="reading", rows_read=0, leased_until=None, counts={})
    for file in files.filter(status="confirmed").exclude(counts={}).iterator():
        file.counts = {**file.counts, "refused": 0, "forgotten": file.counts.get("refused", 0)}
        file.save(update_fields=["counts"])


class Migration(migrations.Migration):
    dependencies = [("registry", "0008_told_meanings")]
    operations = [migrations.RunPython(read_again, migrations.RunPython.noop)]
