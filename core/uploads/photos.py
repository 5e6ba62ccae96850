"""Photographed pages put together as one PDF."""

from __future__ import annotations

import io
from collections.abc import Sequence

from django.utils.translation import gettext as _

from core.exceptions import InvalidRequest


def photos_as_pdf(photos: Sequence[bytes]) -> bytes:
    """One PDF with a page for each photo, in their order, each picture as it is. Raises InvalidRequest."""
    import img2pdf  # noqa: PLC0415 -- slow import
    from PIL import UnidentifiedImageError  # noqa: PLC0415 -- slow import

    try:
        pages = [_without_transparency(photo) for photo in photos]
        return bytes(img2pdf.convert(pages, rotation=img2pdf.Rotation.ifvalid))
    except (img2pdf.ImageOpenError, UnidentifiedImageError, OSError, ValueError) as error:
        raise InvalidRequest(
            _("One of the photos cannot be read."), _("Take or save it again, then attach all of them.")
        ) from error


def _without_transparency(photo: bytes) -> bytes:
    """The picture as it is; a screenshot that lets the paper shine through, on white."""
    from PIL import Image  # noqa: PLC0415 -- slow import

    with Image.open(io.BytesIO(photo)) as picture:
        if not picture.has_transparency_data:
            return photo
        white = Image.new("RGBA", picture.size, "white")
        white.alpha_composite(picture.convert("RGBA"))
        target = io.BytesIO()
        white.convert("RGB").save(target, "PNG")
    return target.getvalue()
