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
_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
_TONES_OF_STOPS = frozenset("\u0301\u0323")


@lru_cache(maxsize=16384)
def is_syllable(word: str) -> bool:
    """Whether a word, in any case and either normal form, can be one Vietnamese syllable."""
    apart = unicodedata.normalize("NFD", word.lower())
    tones = [char for char in apart if char in _TONES]
    bare = unicodedata.normalize("NFC", "".join(char for char in apart if char not in _TONES))
    if len(tones) > 1 or (tones and bare.endswith(("c", "ch", "p", "t")) and tones[0] not in _TONES_OF_STOPS):
        return False
    return any(bare.startswith(onset) and bare[len(onset) :] in _RHYMES for onset in _ONSETS)
