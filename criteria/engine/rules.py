"""A plan's criteria compiled for one kind of dossier: award, subject and kind of round."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial

from .checks import CHECKS, CheckSpec
from .explain import explain
from .findings import About, Explain, Finding
from .plan import Criterion, Parameter, Plan
from .reading import WordedError
from .statuses import Status, all_of, any_of
from .wording import Text

COMBINE: dict[str, Callable[[Iterable[Status]], Status]] = {"all_of": all_of, "any_of": any_of}


class UnknownScope(WordedError):
    """The plan does not know such an award, subject or kind of round."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One criterion, ready to run."""

    criterion: Criterion
    about: About
    explain: Explain
    spec: CheckSpec | None
    parameters: tuple[Parameter, ...]
    parts: tuple[str, ...]
    forms: frozenset[str] | None
    """The nominee's forms that the criterion concerns; None for every form."""
    except_forms: frozenset[str]
    combined: dict[tuple[Status, ...], Finding] = field(default_factory=dict, compare=False)
    """A composite's findings by its parts' statuses; nothing else changes them."""

    def concerns(self, form: str | None) -> bool:
        if form in self.except_forms:
            return False
        return self.forms is None or form in self.forms


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Rules in two orders: parts before their composite to run, composite first to read."""

    to_run: tuple[Rule, ...]
    to_read: tuple[str, ...]
    top_level: tuple[str, ...]
    by_id: dict[str, Rule] = field(default_factory=dict)


def rules_for(plan: Plan, award: str, subject: str, round_kind: str) -> RuleSet:
    """The compiled rules, kept with the plan; raises ``UnknownScope``."""
    key = ("rules", award, subject, round_kind)
    found = plan.cache.get(key)
    if found is None:
        found = plan.cache[key] = compile_rules(plan, award, subject, round_kind)
    assert isinstance(found, RuleSet)  # noqa: S101 -- narrows the shared cache's type
    return found


def compile_rules(plan: Plan, award: str, subject: str, round_kind: str) -> RuleSet:
    """Rules of one kind of dossier; raises ``UnknownScope`` naming what the plan does not know."""
    for name, value, known in (
        ("award", award, plan.awards),
        ("subject", subject, plan.subjects),
        ("kind of round", round_kind, plan.round_kinds),
    ):
        if value not in known:
            raise UnknownScope(
                "The plan {plan} knows no {what} {found}; it knows {names}.",
                plan=plan.id,
                what=name,
                found=repr(value),
                names=", ".join(known),
            )
    criteria = {criterion.id: criterion for criterion in plan.criteria_for(award, subject, round_kind)}
    parent_of = {
        part: criterion.id for criterion in criteria.values() for part in criterion.parts if part in criteria
    }
    rules = {
        criterion.id: _compile(criterion, award, subject, plan, criteria, parent_of.get(criterion.id))
        for criterion in criteria.values()
    }
    top_level = tuple(name for name in criteria if name not in parent_of)
    to_read = tuple(name for top in top_level for name in _depth_first(top, rules))
    return RuleSet(
        to_run=tuple(rules[name] for name in reversed(to_read)),
        to_read=to_read,
        top_level=top_level,
        by_id=rules,
    )


def _depth_first(name: str, rules: dict[str, Rule]) -> list[str]:
    found = [name]
    for part in rules[name].parts:
        found.extend(_depth_first(part, rules))
    return found


def _compile(
    criterion: Criterion,
    award: str,
    subject: str,
    plan: Plan,
    criteria: dict[str, Criterion],
    parent: str | None,
) -> Rule:
    parts = tuple(part for part in criterion.parts if part in criteria)
    spec = CHECKS[criterion.check] if criterion.check else None
    forms = criterion.forms.get(subject)
    about = About(
        criterion=criterion.id,
        kind=criterion.kind,
        clause=criterion.clause,
        cite=Text(
            vi="; ".join(provision.cite.vi for provision in criterion.provisions),
            en="; ".join(provision.cite.en for provision in criterion.provisions),
        ),
        provisions=tuple(provision.id for provision in criterion.provisions),
        label=criterion.label,
        waivable=criterion.waiver is not None,
        waiver_authority=criterion.waiver.id if criterion.waiver else None,
        parent=parent,
        children=parts,
    )
    return Rule(
        criterion=criterion,
        about=about,
        explain=partial(explain, plan, criterion),
        spec=spec,
        parameters=tuple(criterion.parameter(name, award) for name in spec.parameters) if spec else (),
        parts=parts,
        forms=frozenset(forms) if forms is not None else None,
        except_forms=frozenset(criterion.except_forms.get(subject, ())),
    )
