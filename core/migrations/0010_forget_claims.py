from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0009_keep_lost_mail'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='outboxmessage',
            name='claimed_at',
        ),
    ]
