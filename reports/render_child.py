"""What a process does that makes one document and then ends.

A job has `form` (pdf or docx), `workbook` (in base 64, or nothing), `html`, `folder` (for relative addresses), `root` (what
may be read), `target`, `memory_bytes`, `cpu_seconds`; for `render_server` also `environment` and `report` (where its errors go). Exit status: 0
written, 3 out of memory, 4 the document asked for something that is not ours, 1 anything else.
"""

import os
import resource
import traceback
from base64 import b64decode
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from reports.fetching import SERVED_SUFFIXES, own_file

OUT_OF_MEMORY = 3
REFUSED_ADDRESS = 4
WORKBOOK_NAME = "danh-sach.xlsx"
WORKBOOK_WORDS = "Các danh sách, bảng trong phụ lục của văn bản"


def limit(memory_bytes: int, cpu_seconds: int) -> None:
    """Let the system end this process when it takes more than its share."""
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def make_fetcher(root: Path) -> Any:
    """A fetcher that serves the document folders and stops the rendering at any other address."""
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse  # noqa: PLC0415 -- slow import

    class OwnFilesFetcher(URLFetcher):
        def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
            path = own_file(url, root)
            if path is None:
                raise FatalURLFetchingError(f"refused address: {url[:200]}")
            return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": SERVED_SUFFIXES[path.suffix]})

    return OwnFilesFetcher(allowed_protocols=["file"], allow_redirects=False, fail_on_errors=True)


def write_pdf(job: dict[str, Any]) -> None:
    """Write the document as a tagged PDF that declares PDF/A-3a, with its lists as a workbook inside."""
    from weasyprint import HTML  # noqa: PLC0415 -- slow import

    base, fetcher = f"{Path(job['folder']).as_uri()}/", make_fetcher(Path(job["root"]))
    document = HTML(string=job["html"], base_url=base, url_fetcher=fetcher)
    document.write_pdf(
        job["target"],
        pdf_variant="pdf/a-3a",
        attachments=_attachments(job["workbook"]),
        finisher=_name_files_once,
    )


def _name_files_once(_document: Any, pdf: Any) -> None:
    """The renderer names each file that belongs to the document twice (WeasyPrint 70); once is right."""
    if files := pdf.catalog.get("AF"):
        files[:] = list(dict.fromkeys(files))


def _attachments(workbook: str | None) -> list[Any]:
    """The workbook as a file that belongs to the document: the data behind its lists."""
    from weasyprint import Attachment  # noqa: PLC0415 -- slow import

    if workbook is None:
        return []
    day = datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), tz=UTC)
    return [
        Attachment(
            string=b64decode(workbook),
            name=WORKBOOK_NAME,
            description=WORKBOOK_WORDS,
            created=day,
            modified=day,
            relationship="Data",
        )
    ]


def write_docx(job: dict[str, Any]) -> None:
    """Write the document as a DOCX."""
    from reports.word import word_of  # noqa: PLC0415 -- slow import

    Path(job["target"]).write_bytes(word_of(job["html"], Path(job["folder"]), Path(job["root"])))


WRITERS = {"pdf": write_pdf, "docx": write_docx}


def warm_up() -> None:
    """Load the renderer and the fonts of official documents, which takes longer than a page."""
    from weasyprint import HTML  # noqa: PLC0415 -- slow import

    letters = "<p>Độc lập <b>Tự do <i>Hạnh phúc</i></b> <i>kính gửi</i></p>"
    page = f"<body style='font-family: Liberation Serif'>{letters}<table><tr><td>1</td></tr></table></body>"
    HTML(string=f"<html lang='vi'><title>-</title>{page}</html>").write_pdf(pdf_variant="pdf/a-3a")


def work(job: dict[str, Any]) -> int:
    """Make one document within its limits, which hold for the rest of this process; its exit status."""
    limit(job["memory_bytes"], job["cpu_seconds"])
    write = WRITERS[job["form"]]
    try:
        write(job)
    except MemoryError:
        return OUT_OF_MEMORY
    except BaseException as error:  # noqa: BLE001 -- the fetcher's refusal derives from BaseException
        traceback.print_exc()
        return REFUSED_ADDRESS if type(error).__name__ == "FatalURLFetchingError" else 1
    return 0
