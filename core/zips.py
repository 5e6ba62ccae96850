"""What can go wrong in a zip package that somebody hands in."""

import lzma
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


def pieces(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """An entry's bytes to their true end; the size that a package states about itself may lie. Raises of `BROKEN_ZIP`."""
    entry.file_size = 1 << 40
    with package.open(entry) as stream:
        while piece := stream.read(_PIECE_BYTES):
            yield piece
