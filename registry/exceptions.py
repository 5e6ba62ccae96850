"""Refusals of the registry that carry more than a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.exceptions import InvalidRequest


class FileRefused(InvalidRequest):
    """A file has rows that cannot be loaded, so nothing was written; `preview` names each of them."""

    def __init__(self, message: object, what_to_do: object, preview: Any) -> None:
        super().__init__(message, what_to_do)
        self.preview = preview


class OrderRefused(InvalidRequest):
    """A part of a reorganisation cannot be carried out; `about` are the units of which this is said."""

    def __init__(self, message: object, what_to_do: object = "", about: Sequence[Any] = ()) -> None:
        super().__init__(message, what_to_do)
        self.about = about
