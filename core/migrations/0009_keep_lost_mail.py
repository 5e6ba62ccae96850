from typing import Any

from django.db import migrations
from django.db.models import F


def keep_lost_mail(apps: Any, schema_editor: Any) -> None:
    """Mail that failed once was lost: it is stuck now, and somebody may have it tried again."""
    messages = apps.get_model("core", "OutboxMessage").objects.using(schema_editor.connection.alias)
    messages.filter(sent_at=None).exclude(claimed_at=None).update(stuck_at=F("claimed_at"), attempts=1)


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0008_mail_is_tried_again'),
    ]

    # Back again, what was claimed once stays claimed: earlier code never tries it.
    operations = [migrations.RunPython(keep_lost_mail, migrations.RunPython.noop)]
