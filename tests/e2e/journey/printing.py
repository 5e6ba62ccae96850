"""Papers that a browser can show."""

import io

import pikepdf
from playwright.sync_api import FilePayload


def one_page_pdf(line: str) -> bytes:
    """A page with one line of plain letters on it."""
    document = pikepdf.new()
    page = document.add_blank_page(page_size=(595, 842))
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
    )
    page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=document.make_indirect(font)))
    page.Contents = document.make_stream(f"BT /F1 16 Tf 70 740 Td ({line}) Tj ET".encode("ascii"))
    kept = io.BytesIO()
    document.save(kept)
    return kept.getvalue()


def paper(name: str, line: str) -> FilePayload:
    """The same as a file that a person chooses in a form."""
    return FilePayload(name=name, mimeType="application/pdf", buffer=one_page_pdf(line))
