"""The audit chain: canonical text, hashes, and the check that names the first broken entry."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

GENESIS = "0" * 64


def canonical(value: Any) -> str:
    """The one JSON text of a value: sorted keys, no spaces, Unicode kept, floats refused."""
    _refuse_floats(value)
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def _refuse_floats(value: Any) -> None:
    if isinstance(value, float):
        raise TypeError("An audit entry holds no floats: write the number as text or as an integer.")
    if isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str):
                raise TypeError(f"An audit entry's keys are text; {key!r} is not.")
            _refuse_floats(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _refuse_floats(item)


def sha256(text: str) -> str:
    """Hex SHA-256 of a text in UTF-8."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def entry_hash(
    *, seq: int, event: str, subject: str, actor: str, recorded_at: str, payload_hash: str, prev_hash: str
) -> str:
    """What binds an entry to its place, its content and all that came before it."""
    return sha256(
        canonical(
            {
                "seq": seq,
                "event": event,
                "subject": subject,
                "actor": actor,
                "recorded_at": recorded_at,
                "payload_hash": payload_hash,
                "prev_hash": prev_hash,
            }
        )
    )


@dataclass(frozen=True)
class Break:
    """The first entry at which the chain does not hold, and why."""

    seq: int
    reason: str
