"""Empties a database after a test whose rows were committed, where Django's flush would empty every table of it.

Of some 150 tables such a test fills twenty or thirty: finding out which takes one question, while truncating them all, and
writing content types and permissions anew, takes most of a second.
"""

from typing import Any

from django.apps import apps
from django.db import transaction

# What the migrations wrote of the schema itself, and of the key that it was made with: the same for every test.
_OF_THE_SCHEMA = {"django_migrations", "django_content_type", "auth_permission", "core_keyfingerprint"}


def empty(connection: Any) -> None:
    """Remove all rows but those that tell of the schema; whatever refuses that has to be lifted before."""
    tables = _filled(connection)
    # Foreign keys of both databases are looked at when the transaction ends, so the order is of no consequence.
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")  # noqa: S608 -- a model's own table


def _filled(connection: Any) -> list[str]:
    models = apps.get_models(include_auto_created=True)
    tables = {model._meta.db_table for model in models if model._meta.managed} - _OF_THE_SCHEMA
    asked = " UNION ALL ".join(
        f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {connection.ops.quote_name(table)})"  # noqa: S608 -- likewise
        for table in sorted(tables)
    )
    with connection.cursor() as cursor:
        cursor.execute(asked)
        return [table for (table,) in cursor.fetchall()]
