"""Vietnamese typed for fonts of the time before Unicode: recognised, read, and told from proper text.

Such a file holds letters of Western Europe that only look Vietnamese in their own fonts. TCVN3 (fonts called .VnTime,
.VnArial …) has one code for each small letter; capitals with a tone exist only in fonts whose name ends in H, which
draw the small letters' codes as capitals. VNI (VNI-Times …) writes the bare letter first and then one mark that
holds hat and tone together: ``ấ`` is ``aá``, ``ớ`` is ``ôù``; the letters ơ ư đ and i with a tone have codes of
their own. Recognising must look at text as it stands in the file: ``ư`` of TCVN3 is a soft hyphen.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import chain, repeat

from core.syllables import is_syllable
from core.text import nfc


class Encoding(StrEnum):
    """How the letters of a text are coded."""

    TCVN3 = "tcvn3"
    VNI = "vni"


class Reading(StrEnum):
    """What a text says of itself: written for an old font, proper, or possible both ways."""

    LEGACY = "legacy"
    PROPER = "proper"
    EITHER = "either"


@dataclass(frozen=True, slots=True)
class Recognised:
    """An encoding with its evidence: a font, if one says so, and one text as it stands and as it reads."""

    encoding: Encoding
    font: str
    example: str
    converted: str
    texts: int


_TCVN3_LETTERS = "àảãáạăằẳẵắặâầẩẫấậđèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵĂÂĐÊÔƠƯ"
_TCVN3_CODES = bytes.fromhex(
    "b5b6b7b8b9 a8bbbcbdbec6 a9c7c8c9cacb ae  cccecfd0d1 aad2d3d4d5d6 d7d8dcddde"
    "dfe1e2e3e4 abe5e6e7e8e9 aceaebecedee  eff1f2f3f4 adf5f6f7f8f9 fafbfcfdfe  a1a2a7a3a4a5a6"
).decode("latin-1")
TCVN3 = dict(zip(_TCVN3_CODES, _TCVN3_LETTERS, strict=True))

_VNI_TONES = dict(zip("ùøûõï", "\u0301\u0300\u0309\u0303\u0323", strict=True))
_VNI_HATS = dict(
    zip(
        "âáàåãä",
        ("\u0302" + tone for tone in ("", "\u0301", "\u0300", "\u0309", "\u0303", "\u0323")),
        strict=True,
    )
)
_VNI_BREVES = dict(
    zip(
        "êéèúüë",
        ("\u0306" + tone for tone in ("", "\u0301", "\u0300", "\u0309", "\u0303", "\u0323")),
        strict=True,
    )
)
_VNI_ALONE = {"ñ": "đ", "ô": "ơ", "ö": "ư", "í": "í", "ì": "ì", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}
_VNI_MARKS = {
    "a": _VNI_TONES | _VNI_HATS | _VNI_BREVES,
    **dict.fromkeys("eo", _VNI_TONES | _VNI_HATS),
    **dict.fromkeys("uôö", _VNI_TONES),
    "y": {mark: tone for mark, tone in _VNI_TONES.items() if mark != "ï"},
}


def _vni_table() -> dict[str, str]:
    """Every writing of a letter, small and capital; the mark of a capital may be small."""
    small = dict(_VNI_ALONE)
    for base, marks in _VNI_MARKS.items():
        for mark, sign in marks.items():
            small[base + mark] = nfc(_VNI_ALONE.get(base, base) + sign)
    capitals = {code.upper(): letter.upper() for code, letter in small.items()}
    mixed = {code[0].upper() + code[1:]: letter.upper() for code, letter in small.items() if len(code) > 1}
    return small | capitals | mixed


VNI = _vni_table()

_REPERTOIRE = {
    Encoding.TCVN3: frozenset(TCVN3),
    Encoding.VNI: frozenset(char for code in VNI for char in code if not char.isascii()),
}
_WORDS = {
    Encoding.TCVN3: re.compile(f"[A-Za-z{re.escape(''.join(TCVN3))}]+"),
    Encoding.VNI: re.compile(r"[^\W\d_]+"),
}
_VNI_CODE = re.compile("|".join(sorted(map(re.escape, VNI), key=len, reverse=True)))
_TCVN3_TABLE = str.maketrans(TCVN3)
# The micro sign, which is à, becomes a Greek letter in some programs.
_MICRO = str.maketrans({"\u03bc": "\u00b5"})
_CODE = re.compile("[\u00a1-\u00ff\u03bc]")
# Letters that neither encoding has; typographic signs and invisible marks say nothing.
_BEYOND = re.compile("[^\x00-\u00ff\u03bc\u2000-\u206f\u20ab\ufeff]")
# Signs that stand in the place of letters.
_SIGN_IN_WORD = re.compile("[A-Za-z][\u00a1-\u00bf\u00d7\u00f7]|[\u00a1-\u00bf\u00d7\u00f7][A-Za-z]")
_TCVN3_FONT = re.compile(r"\.vn\w", re.IGNORECASE)
_CAPITALS_FONT = re.compile(r"\.vn.*[a-z]H\s*\Z", re.IGNORECASE)
_VNI_FONT = re.compile(r"vni[-_\s]", re.IGNORECASE)
_LETTER_WITHOUT_CAPITAL = frozenset(_TCVN3_LETTERS) - frozenset("ăâđêôơưĂÂĐÊÔƠƯ")
_BASE_AND_TONE = re.compile("[AEIOUYĂÂÊÔƠƯ][" + "".join(sorted(_LETTER_WITHOUT_CAPITAL)) + "]")

_LEAST_WORDS = 2
_LEAST_SHARE = 0.75


def encoding_of_font(font: str | None) -> Encoding | None:
    """The encoding that a font's name stands for."""
    name = (font or "").strip()
    if _TCVN3_FONT.match(name):
        return Encoding.TCVN3
    return Encoding.VNI if _VNI_FONT.match(name) else None


def recognise(texts: Iterable[str], fonts: Iterable[str | None] = ()) -> Recognised | None:
    """The old encoding in which texts are written, or None. Give the texts of a column, a sheet or one cell.

    `fonts` are those of the texts, in their order; None where unknown. A font decides when its texts can be read in
    its encoding: many cells wear an old font and hold proper text. Without one, at least two different words must be
    Vietnamese when read so and not as they stand, and they must be three quarters of the words that are not
    Vietnamese as they stand, so that French and Nordic names never pass.
    """
    tallies = {encoding: _Tally(encoding) for encoding in Encoding}
    for text, font in zip(texts, chain(fonts, repeat(None)), strict=False):
        if _may_be_legacy(nfc(text)):
            for tally in tallies.values():
                tally.add(text, font)
    by_font = max(tallies.values(), key=lambda tally: len(tally.in_font))
    if by_font.in_font:
        text, font = by_font.in_font[0]
        return Recognised(
            by_font.encoding, font, text, convert(text, by_font.encoding, font), len(by_font.in_font)
        )
    best, other = sorted(tallies.values(), key=lambda tally: tally.telling, reverse=True)
    if not best.is_convincing or best.telling == other.telling:
        return None
    text = best.texts[0]
    return Recognised(best.encoding, "", text, convert(text, best.encoding), len(best.texts))


def reading_of(text: str, encoding: Encoding) -> Reading:
    """Whether a text is written in an encoding. EITHER where its words are Vietnamese, or foreign, both ways."""
    return _weigh(text, encoding).reading


def convert(text: str, encoding: Encoding, font: str | None = None) -> str:
    """A text of an encoding in Unicode, letters composed. Proper text comes back untouched.

    Of a text that could be both, the caller has decided that it is written in the encoding; `convert_all` decides by
    its neighbours. A font that draws capitals gives capitals.
    """
    if reading_of(text, encoding) is Reading.PROPER:
        return text
    composed = nfc(text).translate(_MICRO)
    if encoding is Encoding.VNI:
        return nfc(_vni_letters(composed))
    letters = _tcvn3_letters(composed)
    if font and _CAPITALS_FONT.match(font.strip()):
        return letters.upper()
    return _with_capitals(letters)


def convert_all(texts: Sequence[str], encoding: Encoding, fonts: Sequence[str | None] = ()) -> list[str]:
    """The texts of one column in Unicode, where only some may be written in the encoding.

    A text that could be both goes by its font, where that is known, and else by most of the others.
    """
    readings = [reading_of(text, encoding) for text in texts]
    mostly = readings.count(Reading.LEGACY) > readings.count(Reading.PROPER)
    converted = []
    for text, reading, font in zip(texts, readings, chain(fonts, repeat(None)), strict=False):
        known = encoding_of_font(font) is encoding if font else mostly
        is_legacy = reading is Reading.LEGACY or (reading is Reading.EITHER and known)
        converted.append(convert(text, encoding, font) if is_legacy else text)
    return converted


class _Tally:
    """What speaks for one encoding."""

    def __init__(self, encoding: Encoding) -> None:
        self.encoding = encoding
        self.in_font: list[tuple[str, str]] = []
        self.texts: list[str] = []
        self.telling = 0
        self._words: set[str] = set()
        self._foreign = 0

    def add(self, text: str, font: str | None) -> None:
        weighed = _weigh(text, self.encoding)
        if weighed.reading is Reading.PROPER:
            return
        if font and encoding_of_font(font) is self.encoding:
            self.in_font.append((text, font))
        if weighed.reading is Reading.LEGACY:
            self.texts.append(text)
        self._words.update(weighed.legacy)
        self.telling += len(weighed.legacy)
        self._foreign += weighed.foreign

    @property
    def is_convincing(self) -> bool:
        enough = len(self._words) >= _LEAST_WORDS and bool(self.texts)
        return enough and self.telling >= _LEAST_SHARE * (self.telling + self._foreign)


@dataclass(frozen=True, slots=True)
class _Weighed:
    """A reading, the words that make a text a legacy one, and the number of words that are Vietnamese neither way."""

    reading: Reading
    legacy: tuple[str, ...] = ()
    foreign: int = 0


def _may_be_legacy(composed: str) -> bool:
    return _CODE.search(composed) is not None and _BEYOND.search(composed) is None


# Columns repeat their words: the village, the standing.
@lru_cache(maxsize=16384)
def _weigh(text: str, encoding: Encoding) -> _Weighed:
    composed = nfc(text)
    if not _may_be_legacy(composed):
        return _Weighed(Reading.PROPER)
    composed = composed.translate(_MICRO)
    strange = [
        char for char in composed if char > "\u00a0" and char.isalpha() and char not in _REPERTOIRE[encoding]
    ]
    if any(char <= "\u00ff" for char in strange):
        return _Weighed(Reading.PROPER)
    words = [word for word in _WORDS[encoding].findall(composed) if not word.isascii() and _has_letters(word)]
    if not words:
        return _Weighed(Reading.PROPER)
    legacy, proper, foreign = [], 0, 0
    for word in words:
        stands = _is_sane(word) and is_syllable(word)
        reads = is_syllable(_read_word(word, encoding))
        if reads and not stands:
            legacy.append(word)
        elif stands and not reads:
            proper += 1
        elif not stands:
            foreign += 1
    if proper and proper >= len(legacy):
        reading = Reading.PROPER if proper > len(legacy) else Reading.EITHER
    elif legacy or (encoding is Encoding.TCVN3 and _SIGN_IN_WORD.search(composed)):
        reading = Reading.LEGACY
    else:
        reading = Reading.EITHER
    return _Weighed(reading, tuple(legacy), foreign)


def _read_word(word: str, encoding: Encoding) -> str:
    """A word as the encoding reads it; empty where a mark follows no letter that could bear it."""
    if encoding is Encoding.VNI:
        return _vni_letters(word) if _VNI_CODE.sub("", word).isascii() else ""
    return _tcvn3_letters(word)


def _vni_letters(text: str) -> str:
    return _VNI_CODE.sub(lambda found: VNI[found[0]], text)


def _tcvn3_letters(text: str) -> str:
    return _BASE_AND_TONE.sub(_joined_capital, text.translate(_TCVN3_TABLE))


def _has_letters(word: str) -> bool:
    """Whether a word is more than signs such as § or ©, which stand alone in proper text."""
    return any(map(str.isalpha, word))


def _is_sane(word: str) -> bool:
    """Whether capitals stand where people set them."""
    return word in (word.lower(), word.upper(), word[:1].upper() + word[1:].lower())


def _joined_capital(found: re.Match[str]) -> str:
    """A capital and the same letter with a tone are one capital: some typed A and à for À."""
    capital, toned = found[0][0], found[0][1]
    bare = "".join(char for char in unicodedata.normalize("NFD", toned) if char not in _VNI_TONES.values())
    return toned.upper() if nfc(bare) == capital.lower() else found[0]


def _with_capitals(text: str) -> str:
    """TCVN3 has no capitals with a tone: what stands among capitals was meant as one."""
    words = text.split(" ")
    in_capitals = [_among_capitals(word) for word in words]
    small = any(char.islower() and char not in _LETTER_WITHOUT_CAPITAL for char in text)
    if any(in_capitals) and not small:
        return text.upper()
    return " ".join(
        word.upper() if capital else word for word, capital in zip(words, in_capitals, strict=True)
    )


def _among_capitals(word: str) -> bool:
    small = any(char.islower() and char not in _LETTER_WITHOUT_CAPITAL for char in word)
    return not small and any(char.isupper() for char in word[1:])
