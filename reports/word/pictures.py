"""Drawings as pictures: drawn by the renderer of the PDF, so that both show the same."""

from collections.abc import Callable

from reports.word.model import Picture

DOTS_PER_INCH = 300
_POINTS_PER_INCH = 72

Draw = Callable[[Picture], bytes]


def draw_png(picture: Picture) -> bytes:
    """A drawing as a PNG picture of its size in the text, on white."""
    import io  # noqa: PLC0415 -- with its neighbours

    import pypdfium2  # noqa: PLC0415 -- slow import
    from weasyprint import HTML  # noqa: PLC0415 -- slow import

    page = (
        "<html><head><style>"
        f"@page{{size:{picture.width}pt {picture.height}pt;margin:0}}html,body{{margin:0}}"
        f"svg{{display:block;width:{picture.width}pt;height:{picture.height}pt}}"
        f"</style></head><body>{picture.svg}</body></html>"
    )
    drawn = pypdfium2.PdfDocument(HTML(string=page, url_fetcher=_refuse).write_pdf())
    image = drawn[0].render(scale=DOTS_PER_INCH / _POINTS_PER_INCH, grayscale=True).to_pil()
    target = io.BytesIO()
    image.save(target, format="PNG", optimize=True, dpi=(DOTS_PER_INCH, DOTS_PER_INCH))
    drawn.close()
    return target.getvalue()


def _refuse(url: str) -> None:
    raise ValueError(f"a drawing asked for {url[:200]}")
