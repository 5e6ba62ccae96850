"""The same page that becomes a PDF as a DOCX, for offices that edit in Word.

Plain Python without Django, because it runs in the process that renders. `reading` makes a `model.Document` of the page
and its style sheets, `writing` the file of it; `names` holds what is data: which part has which style.
"""

from pathlib import Path
from urllib.parse import urljoin

from reports.fetching import own_file
from reports.word.pictures import draw_png
from reports.word.reading import read_document
from reports.word.writing import write_document

__all__ = ["word_of"]


def word_of(html: str, folder: Path, root: Path) -> bytes:
    """The page as the bytes of a DOCX; its style sheets are looked for from `folder`, and only under `root`.

    Raises PermissionError when it asks for a sheet that is not ours.
    """

    def sheet(address: str) -> str:
        path = own_file(urljoin(f"{folder.as_uri()}/", address), root)
        if path is None:
            raise PermissionError(f"refused address: {address[:200]}")
        return path.read_text(encoding="utf-8")

    return write_document(read_document(html, sheet), draw_png)
