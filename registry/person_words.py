"""What is said of a person's name or number once it was cleaned, completed or set aside: one room for files and forms."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy

from core.person_names import CleanedName, Cleaning, NameProblem, Note, clean_name
from core.personal_numbers import NumberReason

_NUMBERED = re.compile(r"(.*\D)\s+(?!(?:19|20)[0-9]{2}\s*$)([0-9]{1,4})\s*", re.DOTALL)
_NUMBER_KEPT = "number_kept"

# What was beside the name stays with the person as a note.
NOTED = frozenset({Cleaning.REMARK, Cleaning.SECOND_PERSON})

CLEANINGS: Mapping[str, Any] = {
    _NUMBER_KEPT: gettext_lazy(
        "the number %(text)s after the name was kept: it may tell namesakes apart. Certificates would print it."
    ),
    Cleaning.RECOMPOSED: gettext_lazy("letters and their marks stood apart and were joined."),
    Cleaning.INVISIBLE: gettext_lazy("marks that nobody sees were taken out."),
    Cleaning.SPACES: gettext_lazy("needless spaces were taken out."),
    Cleaning.APOSTROPHE: gettext_lazy("the apostrophe is written in the one usual way."),
    Cleaning.D_STROKE: gettext_lazy("a foreign letter that looks like Đ was replaced by Đ."),
    Cleaning.LIST_NUMBER: gettext_lazy("the list number “%(text)s” was taken off."),
    Cleaning.TITLE: gettext_lazy("the title “%(text)s” was taken off."),
    Cleaning.TITLE_KEPT: gettext_lazy(
        "“%(text)s” looks like a title and was kept, since too little would remain."
    ),
    Cleaning.REMARK: gettext_lazy("“%(text)s” is no part of the name and was moved to the note."),
    Cleaning.SECOND_PERSON: gettext_lazy("“%(text)s” is about another person and was moved to the note."),
    Cleaning.STRAY_SIGNS: gettext_lazy("signs around the name were taken off."),
    Cleaning.CASE_PROPOSED: gettext_lazy(
        "“%(text)s” does not tell capitals; “%(name)s” is proposed. Certificates print the name so: correct it if it is"
        " wrong."
    ),
}
NAME_PROBLEMS: Mapping[str, Any] = {
    NameProblem.EMPTY: gettext_lazy("there is no name. Write the person's full name."),
    NameProblem.PLACEHOLDER: gettext_lazy("“%(value)s” is no name. Write the person's full name."),
    NameProblem.NO_NAME: gettext_lazy("“%(value)s” holds no name. Write the person's full name."),
    NameProblem.TOO_SHORT: gettext_lazy("“%(value)s” is too short for a name. Write the person's full name."),
    NameProblem.TOO_LONG: gettext_lazy(
        "the text is too long for a name (%(length)s characters). Write the name alone, at most 120 characters."
    ),
    NameProblem.NUMBER: gettext_lazy(
        "“%(value)s” is a number and no name. Look whether the columns are shifted."
    ),
    NameProblem.DIGITS: gettext_lazy("there are digits in “%(value)s”. Write the name without them."),
    NameProblem.FORMULA: gettext_lazy("“%(value)s” is a formula and no name. Type the name."),
    NameProblem.ERROR_CELL: gettext_lazy("the cell shows the error %(value)s. Type the name."),
    NameProblem.CONTROL: gettext_lazy(
        "“%(value)s” holds characters that cannot be printed. Type the name anew."
    ),
    NameProblem.SIGNS: gettext_lazy(
        "there are signs in “%(value)s” that no name has. Write the name without them."
    ),
    NameProblem.RELATIVE: gettext_lazy(
        "“%(value)s” says whose relative somebody is and not who. Write the person's own full name."
    ),
    NameProblem.OTHER_LETTERS: gettext_lazy(
        "there are letters in “%(value)s” that are not Vietnamese. Type the name anew."
    ),
}
# Why a number was set aside; its row is kept.
NUMBER_REASONS: Mapping[str, Any] = {
    NumberReason.TYPED_ELEVEN: gettext_lazy(
        "%(shown)s has eleven digits typed as text, so nobody knows which one is missing. It was set aside."
    ),
    NumberReason.NO_BIRTH_YEAR: gettext_lazy(
        "%(shown)s lacks a digit, and without the year of birth nothing shows that it is the first zero. It was set"
        " aside."
    ),
    NumberReason.YEAR_DIFFERS: gettext_lazy(
        "%(shown)s lacks a digit; with a zero before it, it would be of somebody born in another year. It was set aside."
    ),
    NumberReason.SEX_DIFFERS: gettext_lazy(
        "%(shown)s lacks a digit; with a zero before it, it would be of somebody of the other sex. It was set aside."
    ),
    NumberReason.PLACE_UNKNOWN: gettext_lazy(
        "%(shown)s lacks a digit; with a zero before it, it would name no place of birth registration. It was set"
        " aside."
    ),
    NumberReason.TEN_DIGITS: gettext_lazy("%(shown)s has ten digits, two too few. It was set aside."),
    NumberReason.LENGTH: gettext_lazy(
        "a citizen number has 12 digits, an old one 9; this has %(digits)s. It was set aside."
    ),
    NumberReason.SCIENTIFIC: gettext_lazy(
        "the number was shortened by the spreadsheet (like 6.0E+10) and its digits are lost. It was set aside."
    ),
    NumberReason.NOT_WHOLE: gettext_lazy("the cell holds no whole number. It was set aside."),
    NumberReason.TWO_NUMBERS: gettext_lazy("the cell holds more than one number. They were set aside."),
    NumberReason.WORDS: gettext_lazy("the cell holds words and no number; they were moved to the note."),
}
NUMBER_NOTES: Mapping[str, Any] = {
    "citizen_completed": gettext_lazy(
        "the zero that the numeric cell had dropped was put back (%(shown)s): place, century and year of birth agree."
    ),
    "citizen_old": gettext_lazy(
        "nine digits are the number of an old identity card (%(shown)s); it was kept as the old number."
    ),
    "citizen_remark": gettext_lazy("“%(text)s” stood beside the number and was moved to the note."),
    "citizen_left_out": gettext_lazy("the number was left out, as you answered."),
}


def clean_person(text: str) -> CleanedName:
    """A person's name as offices write it: cleaned, or why it is none.

    Offices number namesakes ("Lê Văn Tám 2"): such a number is kept and said. A year after the name is none.
    """
    cleaned = clean_name(text)
    if cleaned.problem is None or cleaned.problem.code != NameProblem.DIGITS:
        return cleaned
    found = _NUMBERED.fullmatch(text)
    bare = clean_name(found[1]) if found else cleaned
    if found is None or bare.problem is not None or " " not in bare.name:
        return cleaned
    kept = Note(Cleaning.LIST_NUMBER, found[2])
    return replace(bare, name=f"{bare.name} {found[2]}", notes=(*bare.notes, kept))


def word_of(note: Note, cleaned: CleanedName) -> str:
    """The code of a note's sentence: a number that was kept after the name is no number taken off."""
    is_kept = note.code == Cleaning.LIST_NUMBER and cleaned.name.endswith(f" {note.text}")
    return _NUMBER_KEPT if is_kept else note.code


def cleaning_sentences(cleaned: CleanedName) -> list[str]:
    """What was done to a name, as sentences in the reader's language."""
    found = []
    for note in cleaned.notes:
        sentence = str(CLEANINGS[word_of(note, cleaned)]) % {"text": note.text, "name": cleaned.name}
        found.append(sentence[:1].upper() + sentence[1:])
    return found


def problem_sentence(cleaned: CleanedName) -> str:
    """Why a text is no name, as a sentence in the reader's language."""
    if cleaned.problem is None:
        return ""
    problem = cleaned.problem
    sentence = str(NAME_PROBLEMS[problem.code]) % {"value": problem.shown, "length": problem.length}
    return sentence[:1].upper() + sentence[1:]
