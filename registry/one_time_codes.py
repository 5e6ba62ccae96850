"""Codes that a person types from a slip: readable aloud, 80 bits, kept only as a digest."""

import hashlib
import secrets

# Without I, L, O and U, which are read as 1, 1, 0 and V; a reader who writes them is understood.
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})
_LENGTH, _GROUP = 16, 4


def new_code() -> str:
    """A code nobody can guess, in four groups of four: `7KQ2-M0RD-9XAB-T4WE`."""
    letters = "".join(secrets.choice(_LETTERS) for _place in range(_LENGTH))
    return "-".join(letters[at : at + _GROUP] for at in range(0, _LENGTH, _GROUP))


def digest_of(typed: str) -> str:
    """What is kept of a code, however its groups and letters were typed."""
    letters = "".join(letter for letter in typed.upper().translate(_MISREAD) if letter.isalnum())
    return hashlib.sha256(letters.encode()).hexdigest()


def looks_like_code(typed: str) -> bool:
    """Whether the text has as many letters as a code."""
    return sum(letter.isalnum() for letter in typed) == _LENGTH
