from typing import Any

from django.db import migrations, models
import django.db.models.deletion

FIRST_NAME = "councils_poll_agenda_item_id_key"


def keep(apps: Any, schema_editor: Any) -> None:
    """On the way forward the constraint goes."""


def give_back_its_first_name(apps: Any, schema_editor: Any) -> None:
    """On the way back PostgreSQL's constraint of one poll an item is made under another name than the first time."""
    if schema_editor.connection.vendor != "postgresql":
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE conrelid = 'councils_poll'::regclass AND contype = 'u'"
        )
        (name,) = cursor.fetchone()
    schema_editor.execute(f"ALTER TABLE councils_poll RENAME CONSTRAINT {name} TO {FIRST_NAME}")


class Migration(migrations.Migration):

    dependencies = [
        ('councils', '0004_decisions_of_seats'),
    ]

    operations = [
        migrations.RunPython(keep, give_back_its_first_name),
        migrations.AlterField(
            model_name='poll',
            name='agenda_item',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='polls', to='councils.agendaitem'),
        ),
        migrations.AlterField(
            model_name='poll',
            name='status',
            field=models.CharField(choices=[('open', 'Open'), ('closed', 'Closed'), ('void', 'Void')], default='open', max_length=8),
        ),
        migrations.AddField(
            model_name='poll',
            name='papers_required',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='poll',
            name='urn_key',
            field=models.CharField(blank=True, max_length=32),
        ),
        migrations.AddField(
            model_name='poll',
            name='urn_epoch',
            field=models.CharField(blank=True, max_length=32),
        ),
        migrations.AddField(
            model_name='poll',
            name='rest_agreed_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='councils.councilmember'),
        ),
        migrations.AddField(
            model_name='poll',
            name='void_cause',
            field=models.CharField(blank=True, choices=[('annulled', 'Annulled by the chair'), ('too_few', 'Fewer ballots than a valid vote needs'), ('urn_lost', 'The urn was lost before the poll was closed')], max_length=8),
        ),
        migrations.AddField(
            model_name='poll',
            name='void_reason',
            field=models.CharField(blank=True, max_length=300, verbose_name='why the poll was annulled'),
        ),
        migrations.RemoveConstraint(
            model_name='poll',
            name='councils_poll_closed_destroys_key',
        ),
    ]
