"""Writing the members of households that a file's rows tell of, each change only where it still is as shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from registry.imports.marks import mark_of_member
from registry.imports.records_writing import MadeSince, changed_meanwhile
from registry.imports.staged import MemberChange
from registry.models import HouseholdMember, ImportFile

# What a sealed number was cannot be compared; its digest says what is needed.
_NOT_COMPARED = frozenset({"citizen_number_sealed", "old_number_sealed"})


class MemberWriting:
    """Writes one file's members batch by batch."""

    def __init__(self, staged: ImportFile) -> None:
        newest = staged.options.get("newest_member")
        self._since = MadeSince(HouseholdMember, newest, ("household_id", "name_folded"), is_person=True)

    def write(self, changes: Iterable[tuple[int, MemberChange]]) -> None:
        """Enter and change members, each beside its household's key; raises ``StaleState``."""
        new: list[HouseholdMember] = []
        known: dict[int, MemberChange] = {}
        for household, change in changes:
            if change.target is None:
                values = {name: one.new for name, one in change.facts.items() if one.new is not None}
                member = HouseholdMember(household_id=household, **values)
                member.fill_stored_columns()
                new.append(member)
            else:
                known[change.target] = change
        self._since.check(new)
        HouseholdMember.objects.bulk_create(new)
        self._change(known)

    def _change(self, changes: dict[int, MemberChange]) -> None:
        members = HouseholdMember.objects.select_for_update().in_bulk(changes)
        by_facts: dict[tuple[str, ...], list[HouseholdMember]] = defaultdict(list)
        for key, change in changes.items():
            member = members.get(key)
            if member is None or mark_of_member(member) != change.mark or not _still(member, change):
                raise changed_meanwhile()
            for name, one in change.facts.items():
                setattr(member, name, one.new if one.new is not None else "")
            member.fill_stored_columns()
            by_facts[tuple(sorted({*change.facts, "name_folded"}))].append(member)
        for names, changed in by_facts.items():
            HouseholdMember.objects.bulk_update(changed, names, batch_size=200)


def _still(member: HouseholdMember, change: MemberChange) -> bool:
    compared = ((name, one.old) for name, one in change.facts.items() if name not in _NOT_COMPARED)
    return all(
        old is getattr(member, name)
        if isinstance(old, bool)
        else (getattr(member, name) or None) == (old or None)
        for name, old in compared
    )
