"""Names with odd apostrophes or invisible marks are found by what people type."""

from typing import Any

from django.db import migrations

from core.refolding import refold
from core.text import fold, sort_key
from registry.models.units import TITLE_WORDS


def _name(row: Any) -> Any:
    return row.name


def _of_person(person: Any) -> Any:
    words = person.name.split(" ")
    return {"name_folded": fold(person.name), "name_sort": sort_key(" ".join([words[-1], *words[:-1]]))}


def _of_member(member: Any) -> Any:
    return {"name_folded": fold(member.name)}


def _of_unit(unit: Any) -> Any:
    bare = " ".join(unit.name.split(" ")[TITLE_WORDS.get(unit.admin_type, 0) :]) or unit.name
    return {"name_folded": fold(unit.name), "name_sort": sort_key(bare)}


def refold_names(apps: Any, schema_editor: Any) -> None:
    for model, columns in (
        ("Unit", _of_unit),
        ("Household", _of_person),
        ("Individual", _of_person),
        ("HouseholdMember", _of_member),
    ):
        rows = apps.get_model("registry", model)._base_manager.using(schema_editor.connection.alias)
        refold(rows.all(), _name, columns)


class Migration(migrations.Migration):
    dependencies = [("registry", "0005_answers_and_leases")]
    operations = [migrations.RunPython(refold_names, migrations.RunPython.noop)]
