"""From a document's context to PDF bytes, in a process of its own with limits of time and memory."""

import logging
import os
import re
import signal
import tempfile
from base64 import b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, time
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template import Context, Engine
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.audit.recording import current_batch
from reports.documents.imprint import Imprint
from reports.exceptions import RenderingFailed
from reports.kinds import homes
from reports.render_child import OUT_OF_MEMORY
from reports.renderer import run_job
from reports.worksheets import workbook_of

logger = logging.getLogger(__name__)

# What the renderer may see of our environment: never a secret, never the database's address.
RENDERER_ENVIRONMENT = (
    "PATH",
    "HOME",
    "LD_LIBRARY_PATH",
    "XDG_CACHE_HOME",
    "FONTCONFIG_FILE",
    "FONTCONFIG_PATH",
)
LONGEST_REPORT = 4000
_BLANK_AT_END = re.compile(r"\s+(</(?:p|td|th|li|h[1-6]|div)>|<br>)")


@dataclass(frozen=True)
class Limits:
    """What one rendering may take before it is stopped."""

    seconds: int = 60
    memory_bytes: int = 1536 * 1024 * 1024


USUAL_LIMITS = Limits()


@lru_cache(maxsize=4)
def _engine(folders: tuple[Path, ...]) -> Engine:
    """Templates of documents: their own folders, no request, no page's context."""
    return Engine(
        dirs=[str(folder) for folder in folders],
        autoescape=True,
        libraries={"ui": "core.templatetags.ui", "official": "reports.documents.official"},
        builtins=["core.templatetags.ui", "reports.documents.official"],
    )


def render_html(kind: str, context: dict[str, Any]) -> str:
    """The document as HTML. Official texts are Vietnamese whatever the reader's language."""
    with translation.override("vi"):
        html = _engine(homes()).get_template(f"{kind}/template.html").render(Context(context, use_l10n=False))
    # A blank at the end of a paragraph counts for the renderer when it breaks lines, and the last but one is cut short.
    return _BLANK_AT_END.sub(r"\1", html)


def _place_of(name: str) -> tuple[Path, Path]:
    """The folder of a kind or of a sheet, and the home in which it lies: no more than that is read."""
    home = next(home for home in homes() if (home / name / "template.html").is_file())
    return home / name, home


def render_pdf(kind: str, context: dict[str, Any], imprint: Imprint, limits: Limits = USUAL_LIMITS) -> bytes:
    """The document as PDF bytes; the same context gives the same bytes.

    Raises what `_render` raises.
    """
    return _render(kind, context, imprint, limits, "pdf")


def render_word(kind: str, context: dict[str, Any], imprint: Imprint, limits: Limits = USUAL_LIMITS) -> bytes:
    """The same document as the bytes of a DOCX, of the same page; the same context gives the same bytes.

    Raises what `_render` raises.
    """
    return _render(kind, context, imprint, limits, "docx")


def _render(kind: str, context: dict[str, Any], imprint: Imprint, limits: Limits, form: str) -> bytes:
    """The document as a file of a form, made in a process of its own.

    Raises RenderingFailed with a sentence when the renderer takes too long, too much, or
    fails; RuntimeError inside a service, whose transaction must not wait for seconds.
    """
    if current_batch.get() is not None:
        raise RuntimeError(
            "A document was rendered inside a service's transaction; render first, then write."
        )
    html = render_html(kind, context)
    own, root = _place_of(kind)
    with tempfile.TemporaryDirectory(prefix="document-") as folder:
        target = Path(folder) / f"document.{form}"
        job = {
            "form": form,
            "workbook": _workbook(html) if form == "pdf" else None,
            "html": html,
            "folder": str(own),
            "root": str(root),
            "target": str(target),
            "report": str(Path(folder) / "report.txt"),
            "memory_bytes": limits.memory_bytes,
            "cpu_seconds": limits.seconds,
            "environment": {"TMPDIR": folder, "SOURCE_DATE_EPOCH": str(_epoch_of(imprint))},
        }
        _run(job, limits)
        return target.read_bytes()


def _epoch_of(imprint: Imprint) -> int:
    """The beginning of the document's day, which its file names as the time when it was made."""
    return int(datetime.combine(imprint.day, time.min, tzinfo=UTC).timestamp())


def _workbook(html: str) -> str | None:
    """The document's lists as a workbook that goes along, in letters that JSON can hold."""
    book = workbook_of(html)
    return None if book is None else b64encode(book).decode("ascii")


def renderer_environment() -> dict[str, str]:
    """What the renderer may see of our environment."""
    seen = {name: os.environ[name] for name in RENDERER_ENVIRONMENT if name in os.environ}
    return seen | {"LANG": "C.UTF-8", "PYTHONPATH": str(settings.BASE_DIR), "PYTHONDONTWRITEBYTECODE": "1"}


def _run(job: dict[str, Any], limits: Limits) -> None:
    try:
        ended = run_job(job, renderer_environment(), limits.seconds)
    except TimeoutError:
        raise _took_too_long(limits) from None
    except OSError as error:
        logger.exception("The renderer cannot be reached.")
        raise _failed() from error
    if ended.status == 0:
        return
    if ended.status in {-signal.SIGXCPU, -signal.SIGKILL}:
        raise _took_too_long(limits)
    report = ended.report[-LONGEST_REPORT:]
    logger.error("Rendering ended with status %s: %s", ended.status, report)
    if ended.status == OUT_OF_MEMORY or ended.status < 0 or "MemoryError" in report:
        raise RenderingFailed(
            _(
                "The document needed more memory than one document may take, and was stopped. Nothing was issued."
            ),
            _("Try it with fewer nominees, or tell the administrator."),
        )
    raise _failed()


def _failed() -> RenderingFailed:
    return RenderingFailed(
        _("The renderer could not make the document. Nothing was issued."),
        _("Try again; if it happens again, give support the reference below."),
    )


def _took_too_long(limits: Limits) -> RenderingFailed:
    return RenderingFailed(
        ngettext(
            "The document was not ready after %(count)s second and was stopped. Nothing was issued.",
            "The document was not ready after %(count)s seconds and was stopped. Nothing was issued.",
            limits.seconds,
        )
        % {"count": limits.seconds},
        _("Try again in a few minutes, when the machine has less to do."),
    )
