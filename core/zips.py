"""What can go wrong in a zip package that somebody hands in, and packages of ours that say nothing of when they were made."""

import io
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator

# All that the standard library raises on a package that is damaged, locked or made to mislead: which of
# them depends on where the damage lies.
BROKEN_ZIP = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    KeyError,
    ValueError,
    OverflowError,
)

_PIECE_BYTES = 1 << 18
# The first moment that an entry can have.
_NO_TIME = (1980, 1, 1, 0, 0, 0)
_PROPERTIES = "docProps/core.xml"
_STAMPS = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*")


def pieces(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """An entry's bytes to their true end; the size that a package states about itself may lie. Raises of `BROKEN_ZIP`."""
    entry.file_size = 1 << 40
    with package.open(entry) as stream:
        while piece := stream.read(_PIECE_BYTES):
            yield piece


def without_times(package: bytes, *, stamps: bytes | None = b"2000-01-01T00:00:00Z") -> bytes:
    """An office package of ours without the times at which it was written, so that the same content is the same bytes.

    `stamps` stands in its properties as when it was made and changed; None leaves there what is said.
    """
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as source, zipfile.ZipFile(target, "w") as packed:
        for name in source.namelist():
            content = source.read(name)
            if name == _PROPERTIES and stamps is not None:
                content = _STAMPS.sub(rb"\g<1>" + stamps, content)
            entry = zipfile.ZipInfo(name, date_time=_NO_TIME)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            packed.writestr(entry, content)
    return target.getvalue()
