"""Who was marked present came when the meeting opened; of absent members nobody wrote whether they had leave.

Of polls held before, each member present was handed a ballot.
"""

from typing import Any

from django.db import migrations
from django.db.models import F

HERE = ("came", "back")


def write_events(apps: Any, schema_editor: Any) -> None:
    event = apps.get_model("councils", "PresenceEvent")
    present = apps.get_model("councils", "Attendance").objects.filter(
        is_present=True, meeting__opened_at__isnull=False
    )
    event.objects.bulk_create(
        event(
            attendance=row,
            kind="came",
            at=row.meeting.opened_at,
            recorded_by_id=row.meeting.secretary.user_id,
            recorded_at=row.meeting.opened_at,
        )
        for row in present.select_related("meeting__secretary")
    )
    apps.get_model("councils", "Poll").objects.update(ballots_count=F("present_count"))


def mark_present(apps: Any, schema_editor: Any) -> None:
    events = apps.get_model("councils", "PresenceEvent").objects
    last = dict(events.filter(struck_at=None).order_by("at", "pk").values_list("attendance", "kind"))
    here = [pk for pk, kind in last.items() if kind in HERE]
    apps.get_model("councils", "Attendance").objects.filter(pk__in=here).update(is_present=True)
    events.all().delete()


class Migration(migrations.Migration):
    dependencies = [("councils", "0008_presence_and_offices")]
    operations = [migrations.RunPython(write_events, mark_present)]
