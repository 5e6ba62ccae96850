"""Offices say once what their words mean; a household may be recorded as not poor and no more."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0007_identity"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="householdstatus",
            name="status",
            field=models.CharField(
                choices=[
                    ("poor", "poor"),
                    ("near_poor", "near-poor"),
                    ("newly_escaped", "newly escaped from poverty"),
                    ("not_poor", "not poor"),
                    ("average", "average"),
                    ("well_off", "well off"),
                ],
                max_length=14,
                verbose_name="status",
            ),
        ),
        migrations.CreateModel(
            name="ToldMeaning",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=20)),
                ("sort", models.CharField(max_length=20)),
                ("words", models.CharField(max_length=200, verbose_name="words")),
                ("key", models.CharField(editable=False, max_length=200)),
                ("meaning", models.CharField(max_length=40, verbose_name="meaning")),
                ("said_at", models.DateTimeField(verbose_name="said at")),
                ("taken_back_at", models.DateTimeField(null=True)),
                (
                    "said_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="told",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="said by",
                    ),
                ),
                (
                    "taken_back_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="taken_back",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="told",
                        to="registry.unit",
                        verbose_name="office",
                    ),
                ),
            ],
            options={
                "verbose_name": "meaning told by an office",
                "verbose_name_plural": "meanings told by offices",
                "ordering": ["sort", "words", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("taken_back_at", None)),
                        fields=("unit", "kind", "sort", "key"),
                        name="registry_told_once",
                    )
                ],
            },
        ),
    ]
