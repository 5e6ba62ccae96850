"""Vietnamese text: one spelling, blind search, names that match, and an order that both databases share.

Databases differ in collation and in what they can do with diacritics, so nothing here asks them: search
columns hold ``fold(text)``, order columns hold ``sort_key(text)``, and both are compared byte by byte.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

# The Vietnamese order of tones: ngang, huyền, hỏi, ngã, sắc, nặng.
_TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}
_NO_TONE = "0"

# Letters that follow their base in the alphabet: a ă â, d đ, e ê, o ô ơ, u ư.
_LETTER_VARIANTS = {
    "ă": "a1",
    "â": "a2",
    "đ": "d1",
    "ê": "e1",
    "ô": "o1",
    "ơ": "o2",
    "ư": "u1",
}
_BASES_WITH_VARIANTS = frozenset("adeou")

# The Icelandic eth looks like đ in capitals and is often typed for it.
_D_STROKE = str.maketrans({"ð": "đ", "Ð": "đ", "Đ": "đ", "\u0189": "đ", "\u0256": "đ"})
_RUNS = re.compile(r"[0-9]+|.", re.DOTALL)
_SORT_KEY_LIMIT = 500
_BASE36 = "0123456789abcdefghijklmnopqrstuvwxyz"


def nfc(text: str) -> str:
    """The text with each letter and its marks as one character, as people see it."""
    return unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """The text for blind search: lower case, no diacritics, ``d`` for ``đ``, words parted by one space.

    Punctuation becomes a space, so that ``210/QĐ-UBND`` is found by ``210 qd ubnd``; a folded query holds no
    wildcard of ``LIKE``. Folding twice changes nothing.
    """
    plain = _decompose(text).replace("đ", "d")
    return _words(char for char in plain if not unicodedata.category(char).startswith("M"))


def match_key(text: str) -> str:
    """What two writings of one name have in common, diacritics kept.

    Blind to composed and decomposed letters, case, spaces, punctuation and to where a tone is set
    (``hòa`` and ``hoà``, ``thủy`` and ``thuỷ``); ``Phong Nẫm`` stays apart from ``Phong Nam``.
    """
    return " ".join(_tone_last(word) for word in _words(_decompose(text)).split())


@lru_cache(maxsize=4096)
def sort_key(text: str) -> str:
    """An ASCII key of ``0-9a-z`` that orders as a Vietnamese dictionary does.

    Letters decide first (a ă â b c d đ e ê …), tones only between words of equal letters, and numbers count
    by value: ``Thôn 2`` stands before ``Thôn 10``. The key is cut at 500 characters.
    """
    letters: list[str] = []
    tones: list[str] = []
    for word in _words(_decompose(text)).split():
        if letters:
            letters.append("1")
        bare, tone = _split_tone(word)
        tones.append(_TONES[tone[0]] if tone else _NO_TONE)
        letters.extend(_letter_code(run) for run in _RUNS.findall(unicodedata.normalize("NFC", bare)))
    # "0" ends the letters: lower than a space ("1"), a number ("2") and every letter, so a shorter name leads.
    return ("".join(letters) + "0" + "".join(tones))[:_SORT_KEY_LIMIT]


def _decompose(text: str) -> str:
    """Lower case, letters and marks apart, ``đ`` in its one form, invisible characters gone."""
    lowered = unicodedata.normalize("NFKD", text).translate(_D_STROKE).casefold().translate(_D_STROKE)
    marks_apart = unicodedata.normalize("NFKD", lowered)
    return "".join(char for char in marks_apart if unicodedata.category(char) != "Cf")


def _words(chars: Iterable[str]) -> str:
    """Letters, marks and digits kept; everything else parts words; one space between words."""
    kept = (char if char.isalnum() or unicodedata.category(char).startswith("M") else " " for char in chars)
    return " ".join("".join(kept).split())


def _split_tone(word: str) -> tuple[str, str]:
    """The decomposed word without its tones, and the tones in the order met."""
    bare = "".join(char for char in word if char not in _TONES)
    return bare, "".join(char for char in word if char in _TONES)


def _tone_last(word: str) -> str:
    bare, tone = _split_tone(word)
    return bare + tone


def _letter_code(run: str) -> str:
    """The code of a letter or number: prefix-free, so that joined codes compare as the letters do."""
    if run.isascii() and run.isdigit():
        digits = run.lstrip("0") or "0"
        # A number leads with its length (up to 35 digits), which orders it by value.
        return "2" + _BASE36[min(len(digits), 35)] + digits
    if run in _LETTER_VARIANTS:
        return _LETTER_VARIANTS[run]
    base = unicodedata.normalize("NFD", run)[:1]
    if base.isascii() and base.isalpha():
        return base + "0" if base in _BASES_WITH_VARIANTS else base
    if unicodedata.category(run).startswith("M"):
        return ""
    # Letters of other scripts follow z in the order of their code points.
    return f"zz{ord(run):06x}"
