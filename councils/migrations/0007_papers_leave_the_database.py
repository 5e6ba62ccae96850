from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):

    dependencies = [
        ('councils', '0006_open_polls_become_void'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='ballot',
            name='councils_ballot_sealed_or_opened',
        ),
        migrations.RemoveField(
            model_name='ballot',
            name='sealed',
        ),
        migrations.AlterField(
            model_name='ballot',
            name='choice',
            field=models.CharField(choices=[('agree', 'Agree'), ('disagree', 'Disagree'), ('blank', 'Blank ballot')], max_length=8),
        ),
        # On the way back rows of before have no key, which the field takes only when it may be blank.
        migrations.AlterField(
            model_name='poll',
            name='public_key',
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.RemoveField(
            model_name='poll',
            name='public_key',
        ),
        migrations.RemoveField(
            model_name='poll',
            name='wrapped_private_key',
        ),
        migrations.AddConstraint(
            model_name='poll',
            constraint=models.UniqueConstraint(condition=~Q(status='void'), fields=('agenda_item',), name='councils_poll_one_live'),
        ),
        migrations.AddConstraint(
            model_name='poll',
            constraint=models.CheckConstraint(condition=Q(('closed_at', None), ('status', 'open'), ('void_cause', '')) | Q(('closed_at__isnull', False), ('status', 'closed'), ('void_cause', '')) | (Q(('closed_at__isnull', False), ('status', 'void')) & ~Q(('void_cause', ''))), name='councils_poll_ends_in_one_way'),
        ),
    ]
