"""Members of councils who hold no role get the unit that their account belongs to from their council."""

from typing import Any

from django.db import migrations


def give_homes(apps: Any, schema_editor: Any) -> None:
    """The body that set the newest of their councils up."""
    account = apps.get_model("registry", "Account").objects
    seats = apps.get_model("councils", "CouncilMember").objects.order_by("-starts_on", "-pk")
    for user, home in seats.values_list("user_id", "council__unit_id").iterator():
        account.get_or_create(user_id=user, defaults={"home_id": home})


class Migration(migrations.Migration):
    dependencies = [("councils", "0002_refold_names"), ("registry", "0013_accounts_of_people")]
    operations = [migrations.RunPython(give_homes, migrations.RunPython.noop)]
