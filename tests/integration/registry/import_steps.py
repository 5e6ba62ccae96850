"""The steps that tests of imports share: hand a file in, look at its staged rows."""

from __future__ import annotations

import io
import zlib
from typing import Any

from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from registry.enums import ImportStatus, RowState
from registry.imports import ImportOptions
from registry.imports.staged import Finding, read_rows
from registry.models import ImportFile, StagedBatch
from registry.services.imports import FilePreview, confirm_file, load_file, receive_file
from tests.integration.registry.import_files import workbook


def load(
    kind: str, content: bytes | list[list[Any]], actor: Any, name: str = "tep.xlsx", **options: Any
) -> ImportFile:
    """A file of the kind, read into staged rows; rows stand for a workbook of them."""
    data = content if isinstance(content, bytes) else workbook(content)
    staged = receive_file(
        kind=kind, upload=ContentFile(data, name), options=ImportOptions(**options), actor=actor
    )
    staged.refresh_from_db()
    assert staged.status == ImportStatus.STAGED, staged.problem
    return staged


def load_reviews(
    content: bytes, year: int = 2023, *, name: str = "ra-soat.xlsx", actor: Any = None, **how: bool
) -> FilePreview:
    """A review workbook loaded in one go."""
    return load_file(
        kind="reviews", content=content, filename=name, options=ImportOptions(year=year), actor=actor, **how
    )


def refusal_codes(preview: FilePreview) -> list[str]:
    """What is wrong with the refused rows of a file that was not loaded."""
    return [one.code for row in preview.refused for one in row.problems]


def finding_codes(preview: FilePreview) -> set[str]:
    """What was found in a file, by code."""
    return {one.code for one in preview.findings}


def confirmed(staged: ImportFile, actor: Any) -> ImportFile:
    """The file loaded, refused rows left out."""
    return confirm_file(import_file=staged, actor=actor, skip_refused=True)


def staged_text() -> str:
    """All that staged rows hold, unpacked: what must stand nowhere in it can be looked for."""
    return "".join(
        zlib.decompress(rows).decode() for rows in StagedBatch.objects.values_list("rows", flat=True)
    )


def rows_of(staged: ImportFile, state: str) -> list[Any]:
    """The staged rows of a state."""
    batches = StagedBatch.objects.filter(import_file=staged, state=state).order_by("position")
    return [row for batch in batches for row in read_rows(state, batch.rows)]


def reasons(staged: ImportFile) -> dict[int, list[str]]:
    """Number of each refused row -> the codes of what is wrong with it."""
    return {row.number: [one.code for one in row.problems] for row in rows_of(staged, RowState.REFUSED)}


def questions(staged: ImportFile) -> dict[int, str]:
    """Number of each row that waits for an answer -> what is asked."""
    return {row.number: row.code for row in rows_of(staged, RowState.ASKED)}


def found(staged: ImportFile, code: str) -> list[tuple[int | None, Any]]:
    """Row and what is named of each finding of the code."""
    findings = [Finding(*one) for one in staged.options["findings"]]
    return [(one.number, *one.params.values()) for one in findings if one.code == code]


def counts(staged: ImportFile) -> tuple[int, int, int, int]:
    """New, changed, unchanged and refused rows."""
    states = (RowState.NEW, RowState.CHANGED, RowState.UNCHANGED, RowState.REFUSED)
    return tuple(staged.counts[state] for state in states)  # type: ignore[return-value]


def upload(client: Client, kind: str, content: bytes, name: str = "tep.xlsx", **fields: Any) -> Any:
    """The answer of the upload page, followed to the file's own."""
    file = io.BytesIO(content)
    file.name = name
    return client.post(reverse("registry:import_upload", args=[kind]), {"file": file, **fields}, follow=True)


def named(staged: ImportFile, code: str) -> list[tuple[int | None, Any]]:
    """The same with what is named in the order of the alphabet: databases keep names in orders of their own."""
    return [(number, *sorted(params)) for number, *params in found(staged, code)]
