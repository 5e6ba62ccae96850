"""What can go wrong in a zip package that somebody hands in."""

import lzma
import struct
import zipfile
import zlib

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
