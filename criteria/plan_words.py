"""What is wrong with a plan or its cases, in the reader's language, and what the parts of a plan file are called.

The engine knows no language but the plan's own: its messages are templates. `MESSAGES` marks each for translation, and a
test holds the list against the engine.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

MESSAGES = (
    gettext_noop("A council needs at least one member; {members} were given."),
    gettext_noop("Counts cannot be negative: {names}."),
    gettext_noop("{present} members are present and the council has {members}."),
    gettext_noop("{papers} papers were counted and the council has {members} members."),
    gettext_noop("{papers} papers were counted and only {voters} of {members} members take part."),
    gettext_noop("{recused} members take no part and the council has {members}, so nobody is left to vote."),
    gettext_noop("The plan {plan} gives no voting threshold for the award {award}."),
    gettext_noop("expected a file of at most {most} KB, found {found} KB"),
    gettext_noop("expected at most {most} levels; line {line} goes deeper"),
    gettext_noop("expected a text in UTF-8; byte {place} is not"),
    gettext_noop("expected a YAML document near line {line}: {problem}"),
    gettext_noop("expected no value that holds itself; line {line} has one"),
    gettext_noop("expected at most {most} values with aliases written out; line {line} goes over it"),
    gettext_noop("expected one document; another begins at line {line}"),
    gettext_noop("expected no {label} here: the sentence serves every criterion"),
    gettext_noop("expected at least one scope; write [{}] for everywhere"),
    gettext_noop("expected at least one criterion"),
    gettext_noop("expected a sentence in both languages for: {names}"),
    gettext_noop("expected {name} not to be a part of itself"),
    gettext_noop("expected the name of a check: {names}"),
    gettext_noop("expected no such key for the kind {kind}"),
    gettext_noop("expected no options: the check takes none"),
    gettext_noop("expected no parameters: the check takes none"),
    gettext_noop("expected {name} to hold numbers from {least} to {most}; found {found}"),
    gettext_noop("expected an award of this plan as the key: {names}"),
    gettext_noop("expected {name} to list only {names}; found {found}"),
    gettext_noop("expected a subject of this plan as the key: {names}"),
    gettext_noop("expected ids of criteria of this plan, found {found}"),
    gettext_noop("expected {found} once; {owner} already holds it"),
    gettext_noop("expected texts, whole numbers, dates, lists and mappings; found {found}"),
    gettext_noop("expected a day not before the period's first day"),
    gettext_noop("expected a year not before the first one, {first}"),
    gettext_noop("expected a year from {first} to {last}"),
    gettext_noop("expected a minimum of at most the maximum {most}, found {found}"),
    gettext_noop("expected every {what} of this plan; {names} is not there"),
    gettext_noop("expected a parameter whose values are over 0"),
    gettext_noop("expected a parameter whose values are over 0 and at most 100 percent"),
    gettext_noop("expected a part for {where}"),
    gettext_noop("expected its word in both languages"),
    gettext_noop("expected a parameter for {where}"),
    gettext_noop('expected a quoted month and day that every year has, such as "12-30"'),
    gettext_noop('expected a share of one such as "2/3", found {found}'),
    gettext_noop("expected at least one name"),
    gettext_noop("expected at least one name with its number"),
    gettext_noop('expected two quoted decimals, the lower first, such as ["0.4", "0.6"]'),
    gettext_noop("expected at least one dated value"),
    gettext_noop("expected start dates in order, each once"),
    gettext_noop("expected at least one provision"),
    gettext_noop("expected each step once"),
    gettext_noop("expected women_share when, and only when, women is one of the steps"),
    gettext_noop("expected the id of a parameter of this plan, found {found}"),
    gettext_noop("expected a parameter of type {kind}; {name} is of type {actual}"),
    gettext_noop("expected an id that no other item of the list has, found {found} again"),
    gettext_noop("The plan {plan} gives no prize for {award} and {nominee}."),
    gettext_noop("The plan {plan} knows no {found}; it knows {names}."),
    gettext_noop('expected a whole number or a quoted decimal such as "1.5", found {found}'),
    gettext_noop("expected a date such as 2024-12-29, found {found}"),
    gettext_noop("expected a mapping of keys to values, found {found}"),
    gettext_noop("expected a value, and the key is absent or empty"),
    gettext_noop("expected a list, found {found}"),
    gettext_noop("expected a text, found {found}"),
    gettext_noop("expected a whole number, found {found}"),
    gettext_noop("expected a whole number of at least {minimum}, found {found}"),
    gettext_noop("expected true or false, found {found}"),
    gettext_noop("expected a year of at most {last}, found {found}"),
    gettext_noop("expected one of: {names}; found {found}"),
    gettext_noop("expected the key once; line {line} repeats it"),
    gettext_noop("expected a YAML document: {problem}"),
    gettext_noop("unknown key; expected one of: {names}"),
    gettext_noop("expected a year such as 2024 as the key, found {found}"),
    gettext_noop("The plan {plan} knows no {what} {found}; it knows {names}."),
    gettext_noop("expected one of the formats {names}, term.GROUP; found {found}"),
    gettext_noop("expected only fields that the check gives ({names}); found {found}"),
    gettext_noop("expected fields written as {{name}} or {{name:format}} in {found}"),
    gettext_noop("expected a group of terms after 'term.', one of: {names}; found {found}"),
    gettext_noop("expected exactly one of the keys {names}; found {found}"),
    gettext_noop("expected the key plan, because no plan is marked as the default one"),
    gettext_noop("the case cannot be run: {problem}"),
    gettext_noop("expected small letters, digits and single hyphens, at most {most} in all"),
    gettext_noop("expected a name of at most {most} letters"),
    gettext_noop("no case expects the criterion {name} to be met"),
    gettext_noop("no case expects the criterion {name} not to be met"),
    gettext_noop("expected at most {most} cases in all"),
    gettext_noop("expected an id of at most {most} letters"),
    gettext_noop("no case expects a dossier for {name} to be eligible"),
    gettext_noop("no case expects a dossier for {name} not to be eligible"),
    gettext_noop("no case tells the prize of {name}"),
    gettext_noop("no case expects a ballot to recommend {name}"),
    gettext_noop("no case expects a ballot not to recommend {name}"),
    gettext_noop("no case keeps within the quota {name}"),
    gettext_noop("no case goes over the quota {name}"),
    gettext_noop("no case names the criterion {name}"),
    gettext_noop("The plan gives no value of {parameter} on {day}; the first one starts on {first}."),
    gettext_noop("expected steps of {names} in this order, each once, and the decision last"),
    gettext_noop("expected sent_by at the step sending, and at no other"),
    gettext_noop("expected no way, because the award is decided by its issuer"),
)

SECTIONS: dict[str, str | Promise] = {
    "id": _("The plan's name in the house"),
    "title": _("Title"),
    "movement": _("Movement"),
    "invented": _("Invented, to try things out"),
    "default": _("The house's first plan"),
    "period": _("Period"),
    "round_years": _("Years of rounds"),
    "standard": _("Poverty standard"),
    "instruments": _("Legal texts"),
    "provisions": _("Provisions"),
    "terms": _("Words"),
    "parameters": _("Figures over time"),
    "authorities": _("Who may accept an exception"),
    "awards": _("Awards"),
    "subjects": _("Who can be nominated"),
    "round_kinds": _("Kinds of rounds"),
    "sentences": _("Sentences of findings"),
    "criteria": _("Criteria"),
    "quotas": _("Quotas"),
    "voting": _("Voting"),
    "ties": _("Equal votes"),
    "prizes": _("Prizes"),
    "papers": _("Papers"),
    "readings": _("How unclear clauses are read"),
    "statements": _("Steps, reports and targets"),
    "filing_path": _("Way of the dossiers"),
}
"""The parts of a plan file by their keys, in its order."""

WAY_STEPS: dict[str, str | Promise] = {
    "movement_minutes": _("Minutes of the movement's council"),
    "department_letter": _("Letter of the standing office"),
    "provincial_council": _("Vote and minutes of the provincial council"),
    "province_letter": _("Letter of the provincial People's Committee"),
    "sending": _("Sent to the centre"),
    "decision": _("Decision"),
}
"""The steps of a proposal's way, as `criteria.engine.way` names them."""


@dataclass(frozen=True)
class FaultRow:
    """One fault as the report shows it: where, and what is the matter; a failed case also what it expected and got."""

    kind: str
    file: str
    line: int | None
    where: str
    case: str
    sentence: str
    what: str
    expected: str
    got: str


def in_words(template: str, found: Mapping[str, str]) -> str:
    """A message of the engine in the reader's language."""
    words = gettext(template)
    said = {name: _said(value) for name, value in found.items()}
    return words.format(**said) if found else words


def _said(value: str) -> str:
    """A value as the engine shows it; its one word of its own stands for an empty place."""
    return gettext("nothing") if value == "nothing" else value


def fault_rows(faults: Iterable[Mapping[str, Any]]) -> list[FaultRow]:
    """Faults as `criteria.examination` keeps them, in the reader's language, none left out."""
    return [
        FaultRow(
            kind=fault["kind"],
            file=fault["file"],
            line=fault["line"],
            where=fault["where"],
            case=fault["case"],
            sentence=in_words(fault["template"], fault["found"]) if fault["template"] else fault["sentence"],
            what=fault["what"],
            expected=_said(fault["expected"]),
            got=_said(fault["got"]),
        )
        for fault in faults
    ]
