"""A person's name in forms: cleaned as in files, and said what was done to it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from registry.person_words import NOTED, clean_person, cleaning_sentences, problem_sentence


class NameField:
    """The field `name` of a form: what is no part of a name goes to the note, where the form has one.

    A name that stands recorded already is left as it is, so that a correction of other facts changes nothing of it.
    """

    cleaned_data: dict[str, Any]
    _cleanings: tuple[str, ...] = ()
    _remarks: tuple[str, ...] = ()
    recorded_name = ""
    has_note = True

    def clean_name(self) -> str:
        """The name alone."""
        typed: str = self.cleaned_data["name"]
        if typed == self.recorded_name:
            return typed
        cleaned = clean_person(typed)
        if cleaned.problem is not None:
            raise forms.ValidationError(problem_sentence(cleaned))
        self._cleanings = tuple(cleaning_sentences(cleaned))
        self._remarks = tuple(note.text for note in cleaned.notes if note.code in NOTED)
        if self._remarks and not self.has_note:
            raise forms.ValidationError(
                _("“%(text)s” is no part of the name. Write the name alone.") % {"text": self._remarks[0]}
            )
        return cleaned.name

    @property
    def said(self) -> str:
        """That it was saved, and how the name was cleaned: what is recorded is not always what was typed."""
        return " ".join([_("Saved."), *self._cleanings])

    def with_remarks(self, note: str) -> str:
        """The note with what was taken off the name."""
        added = [remark for remark in self._remarks if remark.casefold() not in note.casefold()]
        return "; ".join([note, *added] if note else added)[:300]
