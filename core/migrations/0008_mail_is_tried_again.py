from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0007_outbox_secrets'),
    ]

    operations = [
        migrations.AddField(
            model_name='outboxmessage',
            name='attempts',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='outboxmessage',
            name='leased_until',
            field=models.DateTimeField(help_text="so long it is in a sender's hand", null=True),
        ),
        migrations.AddField(
            model_name='outboxmessage',
            name='next_try_at',
            field=models.DateTimeField(help_text='the end of the pause after a failure', null=True),
        ),
        migrations.AddField(
            model_name='outboxmessage',
            name='stuck_at',
            field=models.DateTimeField(help_text='when it was given up until somebody looks', null=True),
        ),
        migrations.AlterField(
            model_name='outboxmessage',
            name='sent_at',
            field=models.DateTimeField(db_index=True, help_text='when the server said that it took it', null=True),
        ),
        migrations.AddConstraint(
            model_name='outboxmessage',
            constraint=models.CheckConstraint(condition=models.Q(('sent_at', None), ('stuck_at', None), _connector='OR'), name='core_outboxmessage_sent_or_stuck'),
        ),
    ]
