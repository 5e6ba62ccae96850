from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('councils', '0009_presence_becomes_events'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='attendance',
            name='is_present',
        ),
    ]
