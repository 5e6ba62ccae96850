"""Members of councils whose names hold odd apostrophes or invisible marks stand in their place of the list."""

from typing import Any

from django.db import migrations

from core.refolding import refold
from core.text import nfc, sort_key


def _of_member(member: Any) -> Any:
    words = nfc(member.user.full_name).split(" ")
    return {"name_sort": sort_key(" ".join([words[-1], *words[:-1]]))}


def refold_names(apps: Any, schema_editor: Any) -> None:
    members = apps.get_model("councils", "CouncilMember")._base_manager.using(schema_editor.connection.alias)
    refold(members.select_related("user"), lambda member: member.user.full_name, _of_member)


class Migration(migrations.Migration):
    dependencies = [("councils", "0001_initial"), ("core", "0002_audit_append_only")]
    operations = [migrations.RunPython(refold_names, migrations.RunPython.noop)]
