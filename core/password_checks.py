"""Which passwords are refused beyond Django's own list: those that anybody who knows the office would try."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.text import fold

MAX_LENGTH = 128
# So many letters must be left when the known words are taken out.
LETTERS_LEFT = 6
_SHORTEST_WORD = 3

# Words of this work and of passwords as such, without diacritics.
_KNOWN = """
    khen thuong|thi dua|phong trao|vi nguoi ngheo|nguoi ngheo|khong ai bi bo lai phia sau|giam ngheo|ho ngheo|can ngheo
    xoa doi|bang khen|giay khen|danh hieu|hoi dong|uy ban|nhan dan|ubnd|mttq|mat tran|to quoc|so lao dong|ldtbxh
    viet nam|vietnam|tinh|huyen|thi xa|thanh pho|phuong|thi tran|xa|can bo|cong chuc|lanh dao|thu ky|chu tich
    quan tri|admin|administrator|root|mat khau|matkhau|password|passwort|qwerty|qwertyuiop|asdfgh|abc|abcdef
    welcome|letmein|login|dang nhap|user|test|demo|thu nghiem|secret|bi mat|hello|xin chao|anh yeu em|em yeu anh|iloveyou
    award|poor|nobody left behind|emulation
"""
_SIGNS = str.maketrans(
    {"@": "a", "0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "$": "s", "!": "i"}
)

_word_sources: list[Callable[[Any], Iterable[str]]] = []


def register_words(source: Callable[[Any], Iterable[str]]) -> None:
    """Let an app say names that somebody guessing a person's password would try: of movements, of their units."""
    _word_sources.append(source)


class LengthLimitValidator:
    """Refuses what is longer than anybody types: hashing it would only cost time."""

    def validate(self, password: str, user: Any = None) -> None:
        if len(password) > MAX_LENGTH:
            raise ValidationError(
                _("The password is longer than %(limit)s characters. Choose a shorter one.")
                % {"limit": MAX_LENGTH},
                code="password_too_long",
            )

    def get_help_text(self) -> str:
        return ""


class ContextWordsValidator:
    """Refuses passwords that are made of known words and digits: `khenthuong2025`, a unit with a year, one's name."""

    def validate(self, password: str, user: Any = None) -> None:
        CommonPasswordValidator().validate(_letters(password) or password)
        for reading in {_letters(password), _letters(password.lower().translate(_SIGNS))}:
            left = _without_words(reading, user)
            if left != reading and len(left) < LETTERS_LEFT:
                raise ValidationError(
                    _(
                        "The password is made of words that somebody who knows you or this work would try first, with or "
                        "without digits. Choose several words that have nothing to do with each other."
                    ),
                    code="password_context_words",
                )

    def get_help_text(self) -> str:
        return _(
            "Names of the movement, of your province or unit and your own name do not count, with or without digits."
        )


def _letters(text: str) -> str:
    return re.sub(r"[^a-z]", "", fold(text))


def _without_words(letters: str, user: Any) -> str:
    for word in sorted({_letters(word) for word in _words(user)}, key=len, reverse=True):
        if len(word) >= _SHORTEST_WORD:
            letters = letters.replace(word, "")
    return letters


def _words(user: Any) -> Iterator[str]:
    yield from _KNOWN.replace("\n", "|").split("|")
    if user is None:
        return
    names = (user.full_name, user.username, user.email.partition("@")[0], user.position)
    # A person who is not saved yet holds no role; the names of movements wait for the first change, too.
    sources = _word_sources if user.pk else []
    for name in (*names, *(name for source in sources for name in source(user))):
        yield name
        yield from fold(name).split()
