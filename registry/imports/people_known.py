"""People that the register holds already, as a file's rows are held against them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any, ClassVar

from core.spreadsheets.problems import CellProblem
from core.spreadsheets.tables import Lists
from core.text import fold
from registry.imports.identity import (
    ANOTHER,
    NEW_HEAD,
    SAME,
    WRONG_CODE,
    WRONG_NUMBER,
    Meant,
    Question,
    Signs,
    are_two_names,
    differ,
)
from registry.imports.known_person import KnownPerson
from registry.imports.places import Places, village_written
from registry.imports.rivals import Rivals, Trace, contradict, may_be_several
from registry.models import DistinctHouseholds, DistinctIndividuals, Household, Individual

# By these a person is found; they lead the facts of every kind of people.
FOUND_BY = ("code", "name", "birth_year", "citizen_number_digest", "old_number_digest", "note")

_ASKED_AT_ONCE = 500

Fits = Callable[[KnownPerson], bool]


class KnownPeople:
    """Looks a row's record up: by code, by citizen number, by name, year of birth and village, in this order.

    What is missing contradicts nothing. A contradiction in a stronger sign means another person, or raises a
    ``Question`` that only the office can answer; nothing is merged or overwritten on a weaker one.
    """

    model: ClassVar[type[Household] | type[Individual]]
    pairs: ClassVar[type[DistinctHouseholds] | type[DistinctIndividuals]]
    facts: ClassVar[tuple[str, ...]]
    # How the register's own codes begin.
    letter: ClassVar[str]

    def __init__(self, unit_ids: set[int] | None, places: Places, lists: Lists) -> None:
        """`lists` are the rows of the file, which are looked through for namesakes where a name alone would decide."""
        self._places = places
        self._rivals = Rivals(lists, places, self.is_own)
        self._unit_ids = unit_ids
        rows = self.model.objects.filter(merged_into=None)
        if unit_ids is not None:
            rows = rows.filter(unit__in=unit_ids)
        values = rows.order_by("pk").values_list("pk", "unit_id", *self.facts)
        self._at = {name: at for at, name in enumerate(self.facts)}
        self._known = [
            KnownPerson(row[0], row[1], self._at, row[2:]) for row in values.iterator(chunk_size=5000)
        ]
        self._by_code: dict[str, KnownPerson] = {one.code: one for one in self._known}
        self._made: list[KnownPerson] = []
        self._asked_of = 0

    def coded(self, code: str) -> KnownPerson | None:
        """The record of the register's own code, or None when the code is nobody's.

        Raises ``CellProblem`` for a code that is taken outside the person's area or was merged away.
        """
        known = self._by_code.get(code)
        if known is not None:
            return known
        taken = self.model.objects.filter(code=code).values_list("merged_into__code", flat=True)
        for kept in taken:
            if kept:
                raise CellProblem("code_merged", value=code, kept=kept, column="code")
            raise CellProblem("code_elsewhere", value=code, column="code")
        return None

    def is_own(self, code: str) -> bool:
        """Whether a code is of the register's own making, or one that a record of the register bears as its own."""
        return code.startswith(self.letter) or (code in self._by_code and not code.isdecimal())

    def meant(self, signs: Signs, answer: str, fits: Fits) -> Meant:
        """The one record that the row can only mean, or that the office says it means; a new one where it means none.

        `fits` says of a record whether the row would change nothing of it and tells it for the first time. Raises ``Question`` without an answer, and
        ``CellProblem`` for a code that cannot be used.
        """
        try:
            return self._meant(signs, fits)
        except Question as question:
            given = answer.partition(":")[0].removesuffix("_in_file")
            if given in question.answers:
                return self._answered(question, given, answer, signs, fits)
            # A record that was chosen when the row was asked about again, after its code or number was called wrong.
            if given == SAME and question.wrong:
                return self._without(question.wrong, signs, answer, fits)
            raise

    def _answered(self, question: Question, given: str, answer: str, signs: Signs, fits: Fits) -> Meant:
        is_of_row = question.is_of_row
        if given == ANOTHER:
            left_out = frozenset({question.wrong}) if question.wrong == "code" else frozenset()
            others = tuple(one.ref for one in question.others)
            return Meant(None, others, left_out=left_out, is_of_row=is_of_row)
        if given in {WRONG_CODE, WRONG_NUMBER}:
            return self._without(question.wrong, signs, "", fits)
        known = question.meant(answer)
        if known is None and given == SAME and question.wrong:
            # A record that was chosen when the row was asked about again, after its code or number was called wrong.
            return self._without(question.wrong, signs, answer, fits)
        if known is None:
            raise question
        return Meant(known, is_new_head=given == NEW_HEAD, is_by_name=is_of_row, is_of_row=is_of_row)

    def _without(self, column: str, signs: Signs, answer: str, fits: Fits) -> Meant:
        """Whom the row means by its other signs: its code or its number is wrong."""
        weaker = signs.without_code() if column == "code" else signs.without_number()
        found = self.meant(weaker, answer, fits)
        return found._replace(left_out=found.left_out | {column})

    def _meant(self, signs: Signs, fits: Fits) -> Meant:
        known = self.coded(signs.code) if signs.code else None
        if known is None and signs.office is not None:
            known = self.office_coded(signs)
        if known is not None:
            return self._of_code(known, signs, fits)
        if signs.number:
            found = self._of_number(signs)
            if found is not None:
                return Meant(found) if not signs.code else _refuse_code(signs.code, found)
        return self._of_name(signs, fits)

    def _of_code(self, known: KnownPerson, signs: Signs, fits: Fits) -> Meant:
        """The record of the row's code, unless the head is another person: that is always asked."""
        if known.number and known.number == signs.number:
            self._check_bearer(known, signs)
            return Meant(known)
        answers: tuple[str, ...] = (SAME, NEW_HEAD, WRONG_CODE, ANOTHER)
        if differ(known.number, signs.number):
            code, answers = "code_of_other_head", (NEW_HEAD, WRONG_CODE, ANOTHER)
        elif are_two_names(known.name, signs.name):
            code = "code_of_other_name"
        # By the register's own code an office corrects a year of birth; its own code may have been mistyped.
        elif signs.office is not None and not signs.code and differ(known.birth_year, signs.birth_year):
            code, answers = "code_of_other_year", (SAME, WRONG_CODE, ANOTHER)
        else:
            return Meant(known)
        # Somebody may have answered this before: then another record stands apart from this one and fits the rest.
        try:
            other = self._meant(signs.without_code(), fits).known
        except Question as question:
            other = next((one for one in question.others if self.are_apart(known, one)), None)
        if other is not None and self.are_apart(known, other):
            return Meant(other, left_out=frozenset({"code"}))
        raise Question(
            code,
            [known],
            answers,
            value=signs.office.code if signs.office else signs.code,
            known=known.name,
            year=known.birth_year,
        )

    def _of_number(self, signs: Signs) -> KnownPerson | None:
        """The record of the row's citizen number, None when nobody bears it."""
        bearers = self._by_digest.get(signs.number, [])
        if len(bearers) > 1:
            bearers = [one for one in bearers if not self._is_other(one, signs)] or bearers
        if len(bearers) > 1:
            raise Question("number_of_several", bearers, (SAME, ANOTHER))
        if not bearers:
            member = self.bearer_of_member(signs.number)
            if member is not None:
                raise Question("number_of_member", [member], (NEW_HEAD, ANOTHER), known=member.name)
            return None
        (known,) = bearers
        if self.has_other_code(known, signs):
            raise Question("number_under_other_code", [known], (SAME, ANOTHER), known=known.name)
        self._check_bearer(known, signs)
        return known

    def _check_bearer(self, known: KnownPerson, signs: Signs) -> None:
        """Ask where the bearer of the row's number has another name or another year of birth."""
        if not self._is_other(known, signs):
            return
        other_name = are_two_names(known.name, signs.name)
        raise Question(
            "number_of_other_name" if other_name else "number_of_other_year",
            [known],
            (SAME, WRONG_NUMBER, ANOTHER),
            known=known.name,
            year=known.birth_year,
        )

    def _of_name(self, signs: Signs, fits: Fits) -> Meant:
        """The one record of the name, year of birth and village that no stronger sign speaks against."""
        same = [one for one in self._namesakes(signs) if not self._contradicts(one, signs)]
        year = signs.birth_year
        sure = [one for one in same if one.birth_year == year and year is not None]
        unsure = [one for one in same if one.birth_year is None or year is None]
        if not sure and not unsure:
            return Meant(None, is_of_row=not signs.are_strong and self._is_contested(None, signs))
        likely = sure or unsure
        if signs.code:
            _refuse_code(signs.code, likely[0])
        # A list without years of birth tells one household in several rows, a year each.
        is_list_of_years = (
            len(same) == 1 and isinstance(same[0].ref, str) and same[0].birth_year is None and year is None
        )
        is_contested = (len(sure) == 1 or is_list_of_years) and self._is_contested(likely[0], signs)
        if (len(sure) == 1 or is_list_of_years) and not is_contested:
            return Meant(likely[0], is_by_name=True)
        untold = self.untold(signs, fits)
        if untold is not None:
            return Meant(untold, is_by_name=True, is_of_row=True)
        if is_contested:
            raise Question("several_rows_may_be", likely, (SAME, ANOTHER), known=likely[0].name)
        code = "may_be_several" if len(likely) > 1 else "may_be_same"
        raise Question(code, likely, (SAME, ANOTHER), known=likely[0].name)

    def _is_contested(self, known: KnownPerson | None, signs: Signs) -> bool:
        """Whether the row could be either of two namesakes, or the record either of two rows'."""
        commune = self._places.commune_of(signs.unit_id)
        year = signs.office.year if signs.office else None
        traces = self._rivals.of(signs.name, commune, year)
        # A name that stands once in the file is contested by records only, and those were compared.
        if not traces:
            return False
        # Whose number is another record's is settled: no such row claims this one.
        traces = {one for one in traces if not self._is_settled(one, known)}
        records = {self._trace(one, commune) for one in self._namesakes(signs)}
        of_office = {(signs.office.year, signs.office.code)} if signs.office else ()
        seen = Trace(
            signs.name,
            signs.birth_year,
            signs.number,
            signs.code,
            frozenset(of_office),
            self._village(signs.unit_id, signs.village),
        )
        if may_be_several(seen, traces | records):
            return True
        if known is None:
            return False
        recorded = self._trace(known, commune)
        if may_be_several(recorded, traces | {seen}):
            return True
        # Of a record, two rows may claim one year: neither goes to it for standing above the other.
        alike = {
            one
            for one in traces
            if one.birth_year == signs.birth_year
            and not contradict(one, seen)
            and not contradict(one, recorded)
        }
        return known.is_of_register and self._rivals.claim_it_both(signs.name, commune, year, alike)

    def _is_settled(self, trace: Trace, known: KnownPerson | None) -> bool:
        bearers = self._by_digest.get(trace.number, ()) if trace.number else ()
        return any(isinstance(one.ref, int) and one is not known for one in bearers)

    def _trace(self, known: KnownPerson, commune: int) -> Trace:
        """What a record shows of its person."""
        return Trace(
            known.name,
            known.birth_year,
            known.number,
            known.code,
            frozenset(self.codes_in(known, commune)),
            self._village(known.unit_id, known.address),
        )

    def untold(self, signs: Signs, fits: Fits) -> KnownPerson | None:
        """A record that nothing speaks against, of which the row changes nothing and no row has told the same."""
        same = (one for one in self._namesakes(signs) if not self._contradicts(one, signs))
        return next((one for one in same if fits(one)), None)

    def _is_other(self, known: KnownPerson, signs: Signs) -> bool:
        """Whether name or year of birth say that the record is of somebody else."""
        return are_two_names(known.name, signs.name) or differ(known.birth_year, signs.birth_year)

    def _contradicts(self, known: KnownPerson, signs: Signs) -> bool:
        """Whether a namesake is another person: by name, number, code, year of birth, or village."""
        return (
            are_two_names(known.name, signs.name)
            or differ(known.number, signs.number)
            or self.has_other_code(known, signs)
            or differ(known.birth_year, signs.birth_year)
            or differ(
                self._village(known.unit_id, known.address), self._village(signs.unit_id, signs.village)
            )
        )

    def _village(self, unit_id: int, text: str) -> str:
        """The village as two writings of it have it in common; empty where nothing says it."""
        place = self._places.by_id.get(unit_id)
        if place is not None and place.kind == "village":
            return place.bare
        return village_written(text)

    def _namesakes(self, signs: Signs) -> list[KnownPerson]:
        """Records of the name in the commune, marks apart: one that was typed without them may be of either."""
        return self._by_name.get((fold(signs.name), self._places.commune_of(signs.unit_id)), [])

    def add(self, signs: Signs, ref: str, number: int) -> KnownPerson:
        """Let later rows of the file find the record that this row makes."""
        found = {
            "code": signs.code,
            "name": signs.name,
            "birth_year": signs.birth_year,
            "citizen_number_digest": signs.number,
            "old_number_digest": signs.old_number,
            "address": signs.village,
        }
        new = KnownPerson(ref, signs.unit_id, self._at, tuple([found.get(name) for name in self.facts]))
        new.row = number
        self._made.append(new)
        self.index(new, signs)
        return new

    def borne_elsewhere(self) -> list[int]:
        """Rows, since this was last asked, of new records whose number somebody outside the person's area bears."""
        new, self._asked_of = self._made[self._asked_of :], len(self._made)
        rows = {one.number: one.row for one in new if one.number}
        if self._unit_ids is None or not rows:
            return []
        borne: set[str] = set()
        digests = sorted(rows)
        for first in range(0, len(digests), _ASKED_AT_ONCE):
            some = digests[first : first + _ASKED_AT_ONCE]
            others = self.model.objects.filter(merged_into=None, citizen_number_digest__in=some)
            borne |= set(others.values_list("citizen_number_digest", flat=True))
        return sorted(rows[number] for number in borne)

    def index(self, known: KnownPerson, signs: Signs) -> None:
        """Let later rows find a record by what a row says of it."""
        if signs.code:
            self._by_code.setdefault(signs.code, known)
        if "_by_name" in self.__dict__:
            same = self._by_name.setdefault((fold(signs.name), self._places.commune_of(signs.unit_id)), [])
            if known not in same:
                same.append(known)
        if signs.number and known not in self._by_digest.setdefault(signs.number, []):
            self._by_digest[signs.number].append(known)

    def office_coded(self, signs: Signs) -> KnownPerson | None:
        """The record of an office's code in its commune and year; only households have such codes."""
        return None

    def codes_of(self, known: KnownPerson, unit_id: int, year: int) -> set[str]:
        """A record's codes in a commune for a year; only households have such codes."""
        return set()

    def codes_in(self, known: KnownPerson, unit_id: int) -> Iterable[tuple[int, str]]:
        """A record's codes in a commune, each with its year; only households have such codes."""
        return ()

    def has_other_code(self, known: KnownPerson, signs: Signs) -> bool:
        """Whether the record bears another code than the row's in the same commune and year."""
        if signs.office is None:
            return False
        codes = self.codes_of(known, signs.office.unit_id, signs.office.year)
        return bool(codes) and signs.office.code not in codes

    def bearer_of_member(self, number: str) -> KnownPerson | None:
        """The household one of whose members bears the number; individuals have no members."""
        return None

    def are_apart(self, first: KnownPerson, second: KnownPerson) -> bool:
        """Whether somebody compared the two and said that they are two people."""
        return first is not second and frozenset((first.ref, second.ref)) in self._pairs

    @cached_property
    def _pairs(self) -> set[frozenset[int | str]]:
        return {frozenset(pair) for pair in self.pairs.objects.values_list("first_id", "second_id")}

    @cached_property
    def by_ref(self) -> dict[int | str, KnownPerson]:
        """The register's records by their keys."""
        return {one.ref: one for one in self._known}

    @cached_property
    def _by_name(self) -> dict[tuple[str, int], list[KnownPerson]]:
        return _grouped(
            [*self._known, *self._made],
            lambda one: (fold(one.name), self._places.commune_of(one.unit_id)),
        )

    @cached_property
    def _by_digest(self) -> dict[str, list[KnownPerson]]:
        people = [one for one in [*self._known, *self._made] if one.number]
        return _grouped(people, lambda one: one.number)


def _grouped(
    people: Iterable[KnownPerson], key: Callable[[KnownPerson], Any]
) -> dict[Any, list[KnownPerson]]:
    found: dict[Any, list[KnownPerson]] = defaultdict(list)
    for one in people:
        found[key(one)].append(one)
    return dict(found)


def _refuse_code(code: str, known: KnownPerson) -> Meant:
    raise CellProblem("code_of_another", value=code, other=known.code or known.name, column="code")
