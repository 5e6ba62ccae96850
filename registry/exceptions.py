"""Refusals of the registry that carry more than a sentence."""

from __future__ import annotations

from typing import Any

from core.exceptions import InvalidRequest


class FileRefused(InvalidRequest):
    """A file has rows that cannot be loaded, so nothing was written; `preview` names each of them."""

    def __init__(self, message: object, what_to_do: object, preview: Any) -> None:
        super().__init__(message, what_to_do)
        self.preview = preview


class ReorganisationRefused(InvalidRequest):
    """A file of a reorganisation has rows that cannot be loaded, so nothing was written; `plan` names each."""

    def __init__(self, message: object, plan: Any, what_to_do: object = "") -> None:
        super().__init__(message, what_to_do)
        self.plan = plan
