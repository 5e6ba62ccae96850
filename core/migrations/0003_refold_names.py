"""Names with odd apostrophes or invisible marks are found by what people type."""

from typing import Any

from django.db import migrations

from core.refolding import refold
from core.text import fold, sort_key


def refold_names(apps: Any, schema_editor: Any) -> None:
    users = apps.get_model("core", "User")._base_manager.using(schema_editor.connection.alias)
    refold(
        users.all(),
        lambda user: user.full_name,
        lambda user: {"name_folded": fold(user.full_name), "name_sort": sort_key(user.full_name)},
    )


class Migration(migrations.Migration):
    dependencies = [("core", "0002_audit_append_only")]
    operations = [migrations.RunPython(refold_names, migrations.RunPython.noop)]
