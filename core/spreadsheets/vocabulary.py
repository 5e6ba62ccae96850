"""Words of offices and what they mean: read with their marks first, blind to marks only where no doubt is left."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Generic, TypeVar

from core.text import fold, match_key

M = TypeVar("M")


class Vocabulary(Generic[M]):
    """Finds what a cell's words mean.

    `written` are words as offices write them, with their marks: “Nam” is not “Năm”. `loose` are words without marks
    that stand for every way of marking them. `contested` words mean something else than any of these.
    """

    def __init__(
        self,
        written: Mapping[str, M],
        *,
        loose: Mapping[str, M] | None = None,
        contested: Iterable[str] = (),
    ) -> None:
        self._marked = {word_key(words): meaning for words, meaning in written.items()}
        self._loose = {fold(words): meaning for words, meaning in (loose or {}).items()}
        self._contested = {word_key(words) for words in contested}
        bare: dict[str, set[M]] = defaultdict(set)
        for words, meaning in written.items():
            bare[fold(words)].add(meaning)
        self._bare = {words: found.pop() for words, found in bare.items() if len(found) == 1}

    def __iter__(self) -> Iterator[M]:
        """Every meaning, once."""
        return iter(dict.fromkeys((*self._marked.values(), *self._loose.values())))

    def find(self, text: str, *, is_bare: bool = False) -> M | None:
        """What the words mean, or None; `is_bare` says that nothing around them bears marks either."""
        marked = word_key(text)
        found = self._marked.get(marked)
        if found is not None or not marked:
            return found
        if marked in self._contested and not is_bare:
            return None
        folded = fold(text)
        # One syllable says what it means by its marks alone: “Năm” is not “Nam” wrongly marked.
        if folded == marked or " " in folded:
            found = self._bare.get(folded)
        return found if found is not None else self._loose.get(folded)


def word_key(text: str) -> str:
    """By what words are found; a sign alone, such as a dash or a tick, is found by itself."""
    return match_key(text) or text.strip()
