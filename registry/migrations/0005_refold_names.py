"""Names with odd apostrophes or invisible marks are found by what people type."""

from django.db import migrations

from core.refolding import refold
from core.text import fold, sort_key
from registry.models.units import TITLE_WORDS


def _name(row):
    return row.name


def _of_person(person):
    words = person.name.split(" ")
    return {"name_folded": fold(person.name), "name_sort": sort_key(" ".join([words[-1], *words[:-1]]))}


def _of_member(member):
    return {"name_folded": fold(member.name)}


def _of_unit(unit):
    bare = " ".join(unit.name.split(" ")[TITLE_WORDS.get(unit.admin_type, 0) :]) or unit.name
    return {"name_folded": fold(unit.name), "name_sort": sort_key(bare)}


def refold_names(apps, schema_editor):
    for model, columns in (
        ("Unit", _of_unit),
        ("Household", _of_person),
        ("Individual", _of_person),
        ("HouseholdMember", _of_member),
    ):
        rows = apps.get_model("registry", model)._base_manager.using(schema_editor.connection.alias)
        refold(rows.all(), _name, columns)


class Migration(migrations.Migration):
    dependencies = [("registry", "0004_reviews_flows_and_staging")]
    operations = [migrations.RunPython(refold_names, migrations.RunPython.noop)]
