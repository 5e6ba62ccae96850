"""Files that waited when the form of staged rows changed are read again and can be looked at."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from django.urls import reverse
from msgspec import ValidationError

from registry.enums import ImportStatus, Role, RowState
from registry.imports.staged import read_rows
from registry.models import ImportFile, StagedBatch
from registry.services.imports import read_into_staging
from tests.integration.registry.import_steps import load

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _run_tasks_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.db.transaction.on_commit", lambda call, *args, **kwargs: call())


def test_a_file_staged_in_the_earlier_form_is_read_again(person: Callable[..., Any], client: Client) -> None:
    officer = person(Role.COMMUNE_OFFICER)
    staged = load("households", [["Chủ hộ", "Năm sinh", "2023"], ["Lê Văn Tám", 1960, "HN"]], officer)
    earlier = [2, "n2", "Lê Văn Tám", "Xã Phan Điền", {"name": [None, "Lê Văn Tám"]}, None]
    StagedBatch.objects.filter(import_file=staged).update(rows=zlib.compress(json.dumps([earlier]).encode()))
    client.force_login(officer)
    with pytest.raises(ValidationError):
        client.get(reverse("registry:import_file", args=[staged.pk]))

    import_module("registry.migrations.0009_read_waiting_files_again").read_again(apps, None)
    read_into_staging.call(import_id=staged.pk)

    again = ImportFile.objects.get(pk=staged.pk)
    assert (again.status, again.counts[RowState.NEW]) == (ImportStatus.STAGED, 1)
    assert client.get(reverse("registry:import_file", args=[staged.pk])).status_code == 200


def test_a_waiting_sheet_of_units_keeps_the_decision_of_its_form(person: Callable[..., Any]) -> None:
    staged = load("households", [["Chủ hộ", "2023"], ["Lê Văn Tám", "HN"]], person(Role.COMMUNE_OFFICER))
    said = {"number": "12/NQ", "decided_on": "2025-06-16", "issuer": "HĐND tỉnh", "note": "", "file": ""}
    ImportFile.objects.filter(pk=staged.pk).update(kind="reorganisation", options=said)

    import_module("registry.migrations.0009_read_waiting_files_again").read_again(apps, None)

    again = ImportFile.objects.get(pk=staged.pk)
    assert (again.kind, again.status) == ("reorganisations", ImportStatus.READING)
    assert again.options["given"]["decision_number"] == "12/NQ"


@pytest.mark.django_db(transaction=True)
def test_staged_rows_are_the_same_after_packing(person: Callable[..., Any]) -> None:
    staged = load("households", [["Chủ hộ", "2023"], ["Lê Văn Tám", "HN"]], person(Role.COMMUNE_OFFICER))
    batch = StagedBatch.objects.get(import_file=staged)
    shown = read_rows(batch.state, batch.rows)
    try:
        MigrationExecutor(connection).migrate([("registry", "0013_accounts_of_people")])
        with connection.cursor() as cursor:
            cursor.execute("SELECT rows FROM registry_stagedbatch")
            assert "Lê Văn Tám" in cursor.fetchone()[0]
        MigrationExecutor(connection).migrate([("registry", "0014_pack_staged_rows")])
        again = StagedBatch.objects.get(pk=batch.pk)
        assert read_rows(again.state, again.rows) == shown
    finally:
        executor = MigrationExecutor(connection)
        executor.migrate(executor.loader.graph.leaf_nodes())

    # The next step has files read again whose previews do not say whom they mean.
    staged.refresh_from_db()
    assert staged.status == ImportStatus.READING
    read_into_staging.call(import_id=staged.pk)
    staged.refresh_from_db()
    assert staged.counts[RowState.NEW] == 1
