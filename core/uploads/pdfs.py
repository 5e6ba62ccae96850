"""PDFs that act: scripts, programs and addresses that they start, files that they carry."""

from __future__ import annotations

import io
import time
from typing import TYPE_CHECKING, Any

from core.uploads.dangers import Danger, Dangerous

if TYPE_CHECKING:
    import pikepdf

# One stream of objects; a document of a thousand pages has streams of some hundred kilobytes.
_STREAM_BYTES = 64 * 1024 * 1024
_FILTERS = 6
_SECONDS = 20.0
# By the kind of an action (ISO 32000-2, 12.6.4).
_ACTIONS = {
    "/JavaScript": Danger.SCRIPT,
    **dict.fromkeys(("/Launch", "/ImportData", "/SubmitForm", "/GoToE", "/Rendition"), Danger.STARTS),
    **dict.fromkeys(("/Movie", "/Sound", "/RichMediaExecute"), Danger.ATTACHMENT),
}
# An address or another file opens after a click on a link, not by itself.
_ON_CLICK_ONLY = frozenset({"/URI", "/GoToR"})
_BY_ITSELF = ("/OpenAction", "/AA")
_ANNOTATIONS = frozenset({"/FileAttachment", "/RichMedia", "/Movie", "/Sound", "/Screen", "/3D"})


def check_pdf(content: bytes) -> None:
    """Raise ``Dangerous`` for a PDF that is locked, broken, or does anything by itself.

    A link to a page on the web, a form to fill in, a signature and a first page to show are no dangers.
    """
    import pikepdf  # noqa: PLC0415 -- slow import

    _set_limits(pikepdf)
    try:
        with pikepdf.open(io.BytesIO(content)) as document:
            _check_objects(pikepdf, document)
    except pikepdf.PasswordError as error:
        raise Dangerous(Danger.LOCKED) from error
    except (pikepdf.PdfError, ValueError, RuntimeError, RecursionError, MemoryError) as error:
        raise Dangerous(Danger.DAMAGED) from error


def _set_limits(library: Any) -> None:
    """Keep a small file from unpacking to all memory; the library holds them for the whole process."""
    library.settings.set_qpdf_limits(flate_max_memory=_STREAM_BYTES, max_stream_filters=_FILTERS)


def _check_objects(library: Any, document: pikepdf.Pdf) -> None:
    until = time.monotonic() + _SECONDS
    if "/Root" not in document.trailer:
        raise Dangerous(Danger.DAMAGED)
    for one in document.objects:
        if time.monotonic() > until:
            raise Dangerous(Danger.UNPACKS)
        _check_within(library, one)
    # Only streams of objects are unpacked here; what one of them kept back, another program may read.
    told = " ".join(document.get_warnings())
    if "limit exceeded" in told:
        raise Dangerous(Danger.UNPACKS)
    if "error decoding stream data" in told:
        raise Dangerous(Danger.DAMAGED)


def _check_within(library: Any, top: Any) -> None:
    """Look at an object and at what is written inside it; what it refers to comes in its own turn."""
    waiting = [top]
    while waiting:
        one = waiting.pop()
        if isinstance(one, library.Array):
            waiting += [part for part in one if _is_within(library, part)]
        elif isinstance(one, library.Dictionary | library.Stream):
            entries = dict(one.items())
            _check_entries(library, entries)
            waiting += [part for part in entries.values() if _is_within(library, part)]


def _is_within(library: Any, part: Any) -> bool:
    return isinstance(part, library.Array | library.Dictionary) and not part.is_indirect


def _check_entries(library: Any, entries: dict[str, Any]) -> None:
    kind = _name(entries.get("/S"))
    if "/JS" in entries:
        raise Dangerous(Danger.SCRIPT)
    if kind in _ACTIONS and ("/Type" not in entries or _name(entries["/Type"]) == "/Action"):
        raise Dangerous(_ACTIONS[kind])
    if "/EF" in entries or "/EmbeddedFiles" in entries or _name(entries.get("/Type")) == "/EmbeddedFile":
        raise Dangerous(Danger.ATTACHMENT)
    if _name(entries.get("/Subtype")) in _ANNOTATIONS and "/Rect" in entries:
        raise Dangerous(Danger.ATTACHMENT)
    if "/XFA" in entries:
        raise Dangerous(Danger.FORM)
    for key in _BY_ITSELF:
        if key in entries:
            _check_started(library, entries[key])


def _check_started(library: Any, started: Any) -> None:
    """What happens when the document or a page opens may show a place in it, and nothing else."""
    if not isinstance(started, library.Dictionary):
        return
    for action in (
        started,
        *(part for _key, part in started.items() if isinstance(part, library.Dictionary)),
    ):
        if _name(action.get("/S")) in _ON_CLICK_ONLY:
            raise Dangerous(Danger.STARTS)


def _name(value: Any) -> str:
    return "" if value is None else str(value)
