"""Dossiers of nominees whose names hold odd apostrophes or invisible marks are found by what people type."""

from typing import Any

from django.db import migrations

from core.refolding import refold
from core.text import fold


def _nominee(dossier: Any) -> Any:
    return dossier.nominee_unit or dossier.nominee_household or dossier.nominee_individual


def _words(dossier: Any) -> str:
    nominee = _nominee(dossier)
    home = nominee if dossier.nominee_unit_id else nominee.unit
    own = [nominee.name] if dossier.nominee_unit_id else [nominee.name, nominee.code, home.name]
    return " ".join([*own, home.parent.name] if home.parent_id and home.parent.parent_id else own)


def _columns(dossier: Any) -> Any:
    # The register was refolded before: what it holds now is what the dossier's list is ordered by.
    return {"nominee_folded": fold(_words(dossier))[:300], "nominee_sort": _nominee(dossier).name_sort}


def refold_names(apps: Any, schema_editor: Any) -> None:
    dossiers = apps.get_model("nominations", "Dossier")._base_manager.using(schema_editor.connection.alias)
    refold(
        dossiers.select_related(
            "nominee_unit__parent", "nominee_household__unit__parent", "nominee_individual__unit__parent"
        ),
        _words,
        _columns,
    )


class Migration(migrations.Migration):
    dependencies = [("nominations", "0001_initial"), ("registry", "0006_refold_names")]
    operations = [migrations.RunPython(refold_names, migrations.RunPython.noop)]
