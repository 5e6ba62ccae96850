"""Criteria of a plan file, each with a complete set of sentences in both languages."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import TypeVar

from .checks import CHECKS, CheckSpec
from .plan import Criterion, Parameter, Scope
from .plan_reading import AWARD_KEY, SUBJECT_KEY, Draft, by_id, parameter_of, provisions_of, text_of
from .reading import LAST_YEAR, Lost, Node, ShapeError
from .statuses import Status
from .wording import Sentence, Text, compile_sentence

KINDS = ("computed", "judgement", "all_of", "any_of")
_PARTS = ("parts_met", "parts_not_met", "parts_missing", "parts_judgement")
_COMPOSITE = {
    f"{kind}.{status}": _PARTS
    for kind in ("all_of", "any_of")
    for status in ("met", "not_met", "missing", "judgement", "not_applicable")
}
COMMON: dict[str, tuple[str, ...]] = {
    "waived": ("authority",),
    "judged.met": (),
    "judged.not_met": (),
    "not_applicable.form": (),
    "missing.no_value": ("filed_on", "parameter"),
    "note.summed": ("summed_years",),
    "note.other_standard": ("other_standard_years",),
    **_COMPOSITE,
    "refused.unknown": ("criterion",),
    "refused.composite": ("criterion",),
    "refused.value": ("criterion",),
    "refused.no_judgement_asked": ("criterion",),
    "refused.nothing_failed": ("criterion",),
    "refused.not_waivable": ("criterion",),
}
"""Sentences that every plan needs, with the fields that each may use."""

_BOUNDS = {
    "baseline_year": (1900, LAST_YEAR),
    "length": (1, 100),
    "least_years": (1, 100),
    "years_back": (0, 100),
}
"""Least and most of the figures that checks count years by."""

Texts = dict[str, tuple[Node, Text]]
T = TypeVar("T")


def read_common(node: Node, draft: Draft) -> dict[str, Sentence]:
    """The plan-wide sentences, complete."""
    node.only(*COMMON)
    return _all_read(
        node,
        {name: partial(_read_sentence, node, name, fields, draft) for name, fields in COMMON.items()},
    )


def _read_sentence(node: Node, name: str, fields: tuple[str, ...], draft: Draft) -> Sentence:
    entry = node.need(name)
    return _compile(entry, text_of(entry), None, fields, draft)


def _all_read(node: Node, reads: Mapping[str, Callable[[], T]]) -> dict[str, T]:
    """What each gives; where mistakes are gathered, the one that cannot be read hides no other."""
    values = {name: node.guarded(read) for name, read in reads.items()}
    return {name: value for name, value in values.items() if value is not None}


def _compile(node: Node, text: Text, label: Text | None, fields: tuple[str, ...], draft: Draft) -> Sentence:
    if label is None and "{label}" in text.vi + text.en:
        raise node.fail("expected no {label} here: the sentence serves every criterion")
    try:
        return compile_sentence(text, draft.terms, label or text, fields)
    except ShapeError as error:
        raise node.fail(error.template, **error.found) from error


def read_scopes(node: Node, draft: Draft) -> tuple[Scope, ...]:
    """Where something applies; a list left out means "all", and an unknown name is an error."""
    scopes = []
    for item in node.items():
        item.only("awards", "subjects", "rounds")
        awards, subjects, rounds = item.get("awards"), item.get("subjects"), item.get("rounds")
        scopes.append(
            Scope(
                awards=tuple(name.choice(draft.awards) for name in awards.items()) if awards else (),
                subjects=tuple(name.choice(draft.subjects) for name in subjects.items()) if subjects else (),
                rounds=tuple(name.choice(draft.round_kinds) for name in rounds.items()) if rounds else (),
            )
        )
    if not scopes:
        raise node.fail("expected at least one scope; write [{}] for everywhere")
    return tuple(scopes)


def read_criteria(node: Node, checks: Node, draft: Draft) -> dict[str, Criterion]:
    """All criteria by id, in the file's order, with parts that exist and belong to one composite only."""
    shared = _shared_sentences(checks)
    criteria = by_id(node, lambda item: _read_criterion(item, shared, draft))
    owner: dict[str, str] = {}
    for item in node.items():
        criterion = criteria.get(item.need("id").text())
        for part in criterion.parts if criterion else ():
            if part not in criteria:
                _tell_part(item, "expected ids of criteria of this plan, found {found}", part)
            elif part in owner:
                _tell_part(item, "expected {found} once; {owner} already holds it", part, owner=owner[part])
            else:
                owner[part] = criterion.id if criterion else ""
    if node.faults is None or not node.faults.found:
        for name in criteria:
            _check_no_circle(name, criteria, node)
    return criteria


def _tell_part(item: Node, template: str, part: str, **found: object) -> None:
    """A part that cannot be one; one that could not be read was told already."""
    parts = item.need("parts")
    if not parts.is_lost(part):
        parts.tell(parts.fail(template, found=repr(part), **found), None)


def _check_no_circle(name: str, criteria: Mapping[str, Criterion], node: Node) -> None:
    # Every part has one owner, so a way down that does not come back to its start ends.
    waiting = list(criteria[name].parts)
    while waiting:
        part = waiting.pop()
        if part == name:
            raise node.fail("expected {name} not to be a part of itself", name=name)
        waiting.extend(criteria[part].parts)


def _shared_sentences(node: Node) -> dict[str, Texts]:
    shared: dict[str, Texts] = {}
    for check, sentences in node.entries():
        if check not in CHECKS:
            error = sentences.fail("expected the name of a check: {names}", names=", ".join(CHECKS))
            sentences.tell(error, None)
            continue
        texts = sentences.guarded(partial(_texts, sentences, CHECKS[check].reasons))
        if texts is None:
            sentences.lose(f"sentences of {check}")
        else:
            shared[check] = texts
    return shared


def _texts(node: Node, reasons: Mapping[str, tuple[str, ...]]) -> Texts:
    node.only(*reasons)
    return {reason: (entry, text_of(entry)) for reason, entry in node.entries() if reason in reasons}


def _read_criterion(node: Node, shared: Mapping[str, Texts], draft: Draft) -> Criterion:
    node.only(
        "id", "kind", "provisions", "label", "note", "applies", "check", "options", "parameters",
        "forms", "except_forms", "parts", "waiver", "sentences",
    )  # fmt: skip
    kind = node.need("kind").choice(KINDS, decides=True)
    name = node.need("id").text()
    label = text_of(node.need("label"))
    note, waiver = node.get("note"), node.get("waiver")
    spec = _spec(node, kind)
    parts = node.need("parts").texts() if kind in ("all_of", "any_of") else ()
    if kind in ("all_of", "any_of") and not parts:
        raise node.need("parts").fail("expected at least one criterion")
    _refuse_what_the_kind_has_not(node, kind)
    return Criterion(
        id=name,
        kind=kind,
        provisions=provisions_of(node.need("provisions"), draft),
        label=label,
        note=text_of(note) if note else None,
        scopes=read_scopes(node.need("applies"), draft),
        check=spec.name if spec else None,
        options=_options(node, spec),
        parameters=_parameters(node, spec, draft),
        forms=_forms(node.get("forms"), draft),
        except_forms=_forms(node.get("except_forms"), draft),
        parts=parts,
        waiver=draft.authorities[waiver.choice(draft.authorities)] if waiver else None,
        sentences=_sentences(node, kind, spec, shared, label, draft),
    )


def _refuse_what_the_kind_has_not(node: Node, kind: str) -> None:
    own = {
        "computed": ("check", "options", "parameters", "forms", "except_forms", "sentences"),
        "judgement": ("forms", "except_forms", "sentences"),
        "all_of": ("parts",),
        "any_of": ("parts",),
    }
    for key in ("check", "options", "parameters", "forms", "except_forms", "parts", "sentences"):
        extra = node.get(key)
        if extra is not None and key not in own[kind]:
            raise extra.fail("expected no such key for the kind {kind}", kind=kind)


def _spec(node: Node, kind: str) -> CheckSpec | None:
    return CHECKS[node.need("check").choice(CHECKS, decides=True)] if kind == "computed" else None


def _options(node: Node, spec: CheckSpec | None) -> dict[str, str]:
    if spec is None or not spec.options:
        extra = node.get("options")
        if extra is not None:
            raise extra.fail("expected no options: the check takes none")
        return {}
    options = node.need("options").only(*spec.options)
    return {name: options.need(name).choice(allowed) for name, allowed in spec.options.items()}


def _parameters(node: Node, spec: CheckSpec | None, draft: Draft) -> dict[str, dict[str, Parameter]]:
    if spec is None or not spec.parameters:
        extra = node.get("parameters")
        if extra is not None:
            raise extra.fail("expected no parameters: the check takes none")
        return {}
    given = node.need("parameters").only(*spec.parameters)
    found = {name: _by_award(given.need(name), kind, draft) for name, kind in spec.parameters.items()}
    for name, allowed in spec.names.items():
        words = (
            {"awards": draft.awards, "rounds": draft.round_kinds}[allowed]
            if isinstance(allowed, str)
            else allowed
        )
        for parameter in found[name].values():
            _check_names(given.need(name), parameter, words)
    for name in set(found) & set(_BOUNDS):
        for parameter in found[name].values():
            _check_bounds(given.need(name), parameter, *_BOUNDS[name])
    return found


def _check_bounds(node: Node, parameter: Parameter, least: int, most: int) -> None:
    for dated in parameter.values:
        if not isinstance(dated.value, int) or not least <= dated.value <= most:
            node.lose(parameter.id)  # the figure is the mistake, and not each criterion that uses it
            raise node.fail(
                "expected {name} to hold numbers from {least} to {most}; found {found}",
                name=parameter.id,
                least=least,
                most=most,
                found=dated.shown,
            )


def _by_award(node: Node, kind: str, draft: Draft) -> dict[str, Parameter]:
    """One parameter for all awards, or a mapping with one for each."""
    if not isinstance(node.value, dict):
        return {"": parameter_of(node, draft, kind)}
    found: dict[str, Parameter] = {}
    for award, entry in node.entries_among(draft.awards, AWARD_KEY):
        found[award] = parameter_of(entry, draft, kind)
    return found


def _check_names(node: Node, parameter: Parameter, words: Collection[str]) -> None:
    for dated in parameter.values:
        unknown = [word for word in dated.shown if word not in words and not node.is_lost(word)]
        if unknown:
            node.lose(parameter.id)
            raise node.fail(
                "expected {name} to list only {names}; found {found}",
                name=parameter.id,
                names=", ".join(words),
                found=", ".join(unknown),
            )


def _forms(node: Node | None, draft: Draft) -> dict[str, tuple[str, ...]]:
    if node is None:
        return {}
    forms: dict[str, tuple[str, ...]] = {}
    for subject, entry in node.entries_among(draft.subjects, SUBJECT_KEY):
        known = draft.subjects[subject].forms
        forms[subject] = tuple(item.choice(known) for item in entry.items())
    return forms


def _sentences(
    node: Node, kind: str, spec: CheckSpec | None, shared: Mapping[str, Texts], label: Text, draft: Draft
) -> dict[str, Sentence]:
    """One sentence per reason: the criterion's own, else the one that its check's criteria share."""
    if kind in ("all_of", "any_of"):
        return {}
    reasons: Mapping[str, tuple[str, ...]] = spec.reasons if spec else {Status.JUDGEMENT.value: ()}
    own = node.get("sentences")
    texts: Texts = dict(shared.get(spec.name, {})) if spec else {}
    if own is not None:
        texts.update(_texts(own, reasons))
    absent = [reason for reason in reasons if reason not in texts]
    if absent and spec and node.is_lost(f"sentences of {spec.name}"):
        raise Lost(node.path, "expected what could be read")
    if absent:
        raise Node(None, f"{node.path}.sentences").fail(
            "expected a sentence in both languages for: {names}", names=", ".join(absent)
        )
    return {
        reason: _compile(texts[reason][0], texts[reason][1], label, fields, draft)
        for reason, fields in reasons.items()
    }
