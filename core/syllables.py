"""What can be a written Vietnamese syllable: the sieve by which a wrong reading of letters is told from a right one.

Not a dictionary: a word passes when it is an onset, a rhyme and a tone as the language puts them together, so
``Trần`` and ``nghiêng`` pass, ``NguyÔn``, ``Nguyeãn`` and ``Franỗoise`` do not.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

# Longest first, so that "ngh" is not read as "ng" and an "h" too many.
_ONSETS = (
    *("ngh", "ch", "gh", "gi", "kh", "ng", "nh", "ph", "qu", "th", "tr"),
    *("b", "c", "d", "đ", "g", "h", "k", "l", "m", "n", "p", "r", "s", "t", "v", "x", ""),
)
_RHYME_LIST = """
    a ac ach ai am an ang anh ao ap at au ay   ăc ăm ăn ăng ăp ăt   âc âm ân âng âp ât âu ây
    e ec em en eng eo ep et   ê êch êm ên êng ênh êp êt êu   i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu
    o oc oi om on ong ooc oong op ot   oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oe oen oeo oet
    ô ôc ôi ôm ôn ông ôp ôt   ơ ơi ơm ơn ơp ơt   u ua uc ui um un ung up ut   uân uâng uât uây uê uêch uên uênh uơ
    uôc uôi uôm uôn uông uôt uy uya uych uynh uyn uyt uyp uyu uyên uyêt
    ư ưa ưc ưi ưm ưn ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu   y yêm yên yêng yêt yêu ynh yt
"""
_RHYMES = frozenset(_RHYME_LIST.split())
_HATTED = "ăâêôơư"
_VOWELS = frozenset("aeiouy" + _HATTED)
_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
_TONES_OF_STOPS = frozenset("\u0301\u0323")
# Old and new spelling set the tone of these on the first letter or the second: hòa, hoà.
_EITHER = frozenset(("oa", "oe", "uy", "oong", "ooc"))
_RISING = ("oa", "oe", "uy")


@lru_cache(maxsize=16384)
def is_syllable(word: str) -> bool:
    """Whether a word, in any case and either normal form, can be one Vietnamese syllable."""
    letters, tones = [], []
    for place, char in enumerate(unicodedata.normalize("NFC", word.lower())):
        apart = unicodedata.normalize("NFD", char)
        tones += [(place, mark) for mark in apart if mark in _TONES]
        letters.append(unicodedata.normalize("NFC", "".join(mark for mark in apart if mark not in _TONES)))
    bare = "".join(letters)
    if len(tones) > 1 or len(bare) != len(letters):
        return False
    return any(
        bare.startswith(onset)
        and bare[len(onset) :] in _RHYMES
        and _bears(bare[len(onset) :], len(onset), tones)
        for onset in _ONSETS
    )


def _bears(rhyme: str, start: int, tones: list[tuple[int, str]]) -> bool:
    """Whether the rhyme can have the tone, on the letter where it stands."""
    if not tones:
        return True
    place, tone = tones[0][0] - start, tones[0][1]
    if rhyme.endswith(("c", "ch", "p", "t")) and tone not in _TONES_OF_STOPS:
        return False
    hatted = [number for number, letter in enumerate(rhyme) if letter in _HATTED]
    if hatted:
        return place == hatted[-1]
    vowels = sum(letter in _VOWELS for letter in rhyme)
    if rhyme in _EITHER:
        return place in (0, 1)
    return place == (1 if vowels == 3 or (vowels == 2 and rhyme.startswith(_RISING)) else 0)
