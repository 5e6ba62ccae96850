"""Everybody who has an account gets the unit that it belongs to, from their roles."""

from typing import Any

from django.db import migrations


def give_homes(apps: Any, schema_editor: Any) -> None:
    """The unit of the newest role; without a role the province, where the register has only one.

    A council's member beside two provinces gets theirs from the council's own migration.
    """
    account = apps.get_model("registry", "Account").objects
    provinces = list(
        apps.get_model("registry", "Unit").objects.filter(kind="province").values_list("pk", flat=True)[:2]
    )
    newest = dict(
        apps.get_model("registry", "UnitRole")
        .objects.order_by("starts_on", "pk")
        .values_list("user_id", "unit_id")
    )
    only = provinces[0] if len(provinces) == 1 else None
    for key in apps.get_model("core", "User").objects.values_list("pk", flat=True).iterator():
        home = newest.get(key, only)
        if home is not None:
            account.get_or_create(user_id=key, defaults={"home_id": home})


class Migration(migrations.Migration):
    dependencies = [("registry", "0012_accounts_and_roles")]
    operations = [migrations.RunPython(give_homes, migrations.RunPython.noop)]
