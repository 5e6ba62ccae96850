"""Polls that are open while the way of keeping papers changes end void: their sealed papers go, unopened."""

from typing import Any

from django.db import migrations
from django.utils import timezone


def void_open_polls(apps: Any, schema_editor: Any) -> None:
    polls = apps.get_model("councils", "Poll").objects.filter(status="open")
    apps.get_model("councils", "Ballot").objects.filter(poll__status="open").delete()
    apps.get_model("councils", "Participation").objects.filter(poll__status="open").update(has_voted=False)
    polls.update(status="void", void_cause="urn_lost", closed_at=timezone.now(), wrapped_private_key="")


def forget_void_polls(apps: Any, schema_editor: Any) -> None:
    """Going back there is no room for them beside another poll on the same item."""
    void = apps.get_model("councils", "Poll").objects.filter(status="void")
    apps.get_model("councils", "Participation").objects.filter(poll__status="void").delete()
    void.delete()


class Migration(migrations.Migration):
    dependencies = [("councils", "0005_polls_can_be_void")]
    operations = [migrations.RunPython(void_open_polls, forget_void_polls)]
