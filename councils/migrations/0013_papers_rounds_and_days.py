"""Polls that stand on one paper, further rounds, and meetings of several days."""

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import CharField, F
from django.db.models.functions import Cast

import councils.models


def fill(apps: Any, schema_editor: Any) -> None:
    """A meeting so far sat on the day it was called for, and each poll had a paper of its own."""
    apps.get_model("councils", "Meeting").objects.update(sits_on=F("held_on"))
    apps.get_model("councils", "Poll").objects.update(sheet=Cast("pk", CharField(max_length=32)))


class Migration(migrations.Migration):
    dependencies = [
        ("councils", "0012_stored_state"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="meeting",
            name="status",
            field=models.CharField(
                choices=[
                    ("planned", "In preparation"),
                    ("open", "In session"),
                    ("adjourned", "Adjourned"),
                    ("closed", "Closed"),
                ],
                default="planned",
                max_length=9,
            ),
        ),
        migrations.AddField(
            model_name="meeting", name="sits_on", field=models.DateField(editable=False, null=True)
        ),
        migrations.AddField(
            model_name="poll", name="sheet", field=models.CharField(default="", max_length=32)
        ),
        migrations.AddField(
            model_name="poll", name="turn", field=models.PositiveSmallIntegerField(default=1)
        ),
        migrations.AddField(
            model_name="poll",
            name="turn_reason",
            field=models.CharField(
                blank=True, default="", max_length=300, verbose_name="why another round is held"
            ),
        ),
        migrations.AddField(model_name="poll", name="closes_by", field=models.DateTimeField(null=True)),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AlterField(model_name="meeting", name="sits_on", field=models.DateField(editable=False)),
        migrations.AlterField(
            model_name="poll",
            name="sheet",
            field=models.CharField(default=councils.models.own_sheet, editable=False, max_length=32),
        ),
        migrations.AlterField(
            model_name="poll",
            name="turn_reason",
            field=models.CharField(blank=True, max_length=300, verbose_name="why another round is held"),
        ),
        migrations.CreateModel(
            name='Adjournment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=300, verbose_name='reason')),
                ('adjourned_at', models.DateTimeField()),
                ('resumes_on', models.DateField(verbose_name='goes on on')),
                ('resumes_at', models.TimeField(verbose_name='at')),
                ('resumed_at', models.DateTimeField(null=True)),
            ],
            options={
                'verbose_name': 'adjournment',
                'ordering': ['adjourned_at', 'pk'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='poll',
            name='councils_poll_one_live',
        ),
        migrations.AddConstraint(
            model_name='poll',
            constraint=models.UniqueConstraint(condition=models.Q(('status', 'void'), _negated=True), fields=('agenda_item', 'turn'), name='councils_poll_one_live'),
        ),
        migrations.AddConstraint(
            model_name='poll',
            constraint=models.UniqueConstraint(condition=models.Q(('status', 'open')), fields=('agenda_item',), name='councils_poll_one_open'),
        ),
        migrations.AddConstraint(
            model_name='poll',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('turn', 1), ('turn_reason', '')), models.Q(('turn__gt', 1), models.Q(('turn_reason', ''), _negated=True)), _connector='OR'), name='councils_poll_turn_has_a_reason'),
        ),
        migrations.AddField(
            model_name='adjournment',
            name='adjourned_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='adjournment',
            name='meeting',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='adjournments', to='councils.meeting'),
        ),
        migrations.AddConstraint(
            model_name='adjournment',
            constraint=models.UniqueConstraint(condition=models.Q(('resumed_at', None)), fields=('meeting',), name='councils_adjournment_one_stands'),
        ),
    ]
