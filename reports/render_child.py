"""What a process does that makes one document and then ends.

A job has `form` (pdf or docx), `html`, `folder` (for relative addresses), `root` (what may be read), `target`,
`memory_bytes`, `cpu_seconds`; for `render_server` also `environment` and `report` (where its errors go). Exit status: 0
written, 3 out of memory, 4 the document asked for something that is not ours, 1 anything else.
"""

import resource
import traceback
from pathlib import Path
from typing import Any

from reports.fetching import SERVED_SUFFIXES, own_file

OUT_OF_MEMORY = 3
REFUSED_ADDRESS = 4


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


def write_pdf(html: str, folder: str, root: str, target: str) -> None:
    """Write the document as a tagged PDF that declares PDF/A-3a."""
    from weasyprint import HTML  # noqa: PLC0415 -- slow import

    document = HTML(string=html, base_url=f"{Path(folder).as_uri()}/", url_fetcher=make_fetcher(Path(root)))
    document.write_pdf(target, pdf_variant="pdf/a-3a")


def write_docx(html: str, folder: str, root: str, target: str) -> None:
    """Write the document as a DOCX."""
    from reports.word import word_of  # noqa: PLC0415 -- slow import

    Path(target).write_bytes(word_of(html, Path(folder), Path(root)))


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
        write(job["html"], job["folder"], job["root"], job["target"])
    except MemoryError:
        return OUT_OF_MEMORY
    except BaseException as error:  # noqa: BLE001 -- the fetcher's refusal derives from BaseException
        traceback.print_exc()
        return REFUSED_ADDRESS if type(error).__name__ == "FatalURLFetchingError" else 1
    return 0
