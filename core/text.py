"""Vietnamese text: one spelling, blind search, names that match, and an order that both databases share.

Databases differ in collation and in what they can do with diacritics, so nothing here asks them: search
columns hold ``fold(text)``, order columns hold ``sort_key(text)``, and both are compared byte by byte.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from core.syllables import is_syllable

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
# What is typed for the apostrophe of K' and H' names; some of these are letters or hide a mark, so none may be
# left to the general rules.
_APOSTROPHES = re.compile(
    "[`\u00b4\u02b9\u02bb-\u02bf\u02c8\u02ca\u02cb\u0384\u055a\u05f3\u1fbd\u1fbf\u1fef\u1ffd\u1ffe"
    "\u2018-\u201b\u2032\u2035\u275b\u275c\ua78b\ua78c\uff07\uff40]"
)
# Soft hyphens, joiners, directions, byte order marks, fillers, variation selectors: nothing that anyone sees.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]+"
)
_LAST_WORD = re.compile(r"[^\W\d_]+\Z")
_FIRST_WORD = re.compile(r"\A[^\W\d_]+")
_RUNS = re.compile(r"[0-9]+|.", re.DOTALL)
_SORT_KEY_LIMIT = 500
_BASE36 = "0123456789abcdefghijklmnopqrstuvwxyz"


def nfc(text: str) -> str:
    """The text with each letter and its marks as one character, as people see it."""
    return unicodedata.normalize("NFC", text)


def tidy(text: str) -> str:
    """The text with one space between words, and each letter as people see it."""
    return unicodedata.normalize("NFC", " ".join(text.split()))


def one_apostrophe(text: str) -> str:
    """The text with ``'`` for every sign that is typed for an apostrophe."""
    return _APOSTROPHES.sub("'", text)


def without_invisible(text: str) -> str:
    """The text without the marks that nobody sees; a space where one stood in place of a space.

    Files from the web part words with soft hyphens and zero-width spaces. A mark stood for a space where a capital
    follows a small letter (``Nguyễn|Thị``), or where both sides are syllables and together are none.
    """
    if not _INVISIBLE.search(text):
        return text
    seen = ""
    for piece in _INVISIBLE.split(nfc(text)):
        seen += f" {piece}" if _are_two_words(seen, piece) else piece
    return nfc(seen)


def fold(text: str) -> str:
    """The text for blind search: lower case, no diacritics, ``d`` for ``đ``, words parted by one space.

    Punctuation becomes a space, so that ``210/QĐ-UBND`` is found by ``210 qd ubnd``; a folded query holds no
    wildcard of ``LIKE``. Folding twice changes nothing.
    """
    return " ".join(filter(None, map(_fold_word, text.split())))


def match_key(text: str) -> str:
    """What two writings of one name have in common, diacritics kept.

    Blind to composed and decomposed letters, case, spaces, punctuation, invisible marks, the sign used for an
    apostrophe, and to where a tone is set (``hòa`` and ``hoà``, ``thủy`` and ``thuỷ``); ``Phong Nẫm`` stays
    apart from ``Phong Nam``.
    """
    return " ".join(filter(None, map(_key_of_word, text.split())))


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


# Names repeat their words, and files have fifty thousand of them: each word is worked out once.
@lru_cache(maxsize=16384)
def _fold_word(word: str) -> str:
    plain = _decompose(word).replace("đ", "d")
    return _words(char for char in plain if not unicodedata.category(char).startswith("M"))


@lru_cache(maxsize=16384)
def _key_of_word(word: str) -> str:
    return " ".join(_tone_last(part) for part in _words(_decompose(word)).split())


def _are_two_words(left: str, right: str) -> bool:
    """Whether an invisible mark between the two stood in place of a space."""
    last, first = _LAST_WORD.search(left), _FIRST_WORD.search(right)
    if last is None or first is None:
        return False
    before, after = last.group(), first.group()
    if before[-1].islower() and after[0].isupper():
        return True
    return is_syllable(before) and is_syllable(after) and not is_syllable(before + after)


def _decompose(text: str) -> str:
    """Lower case, letters and marks apart, ``đ`` and the apostrophe in their one form, invisible marks gone."""
    seen = one_apostrophe(without_invisible(text))
    lowered = unicodedata.normalize("NFKD", seen).translate(_D_STROKE).casefold().translate(_D_STROKE)
    marks_apart = _INVISIBLE.sub("", unicodedata.normalize("NFKD", lowered))
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
