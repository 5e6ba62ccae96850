"""Where a link in a document leads: to the reader's own disk, or to another machine."""

from __future__ import annotations

import re
from urllib.parse import unquote

_SCHEME = re.compile(r"[a-z][a-z0-9+.\-]+:", re.IGNORECASE)  # two letters at least: “C:” is a disk
_HOST = re.compile(r"(?:\\\\|//)[^/\\]")
_FILE_OF_A_HOST = re.compile(r"file:(?://|\\\\)(?![/\\]|localhost[/\\])|file:[/\\]{4,}", re.IGNORECASE)
# What a hyperlink may open after a click: pages, mail, a telephone, files.
_CLICKED = ("http:", "https:", "mailto:", "tel:", "ftp:", "file:")


def is_remote(target: str) -> bool:
    """Whether reading the target asks another machine, such as a web page, a share or a host named in ``file:``."""
    address = unquote(target).strip()
    if _HOST.match(address):
        return True
    if not _SCHEME.match(address):
        return False
    if address.lower().startswith("file:"):
        return bool(_FILE_OF_A_HOST.match(address))
    return not address.lower().startswith("cid:")


def may_be_clicked(target: str) -> bool:
    """Whether a hyperlink leads where people go, and not to a program by its scheme (``ms-msdt:``, ``javascript:``)."""
    address = unquote(target).strip()
    return not _SCHEME.match(address) or address.lower().startswith(_CLICKED)
