"""The type checker judges every module of the product, and by the same rules."""

import copy
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from tests.unit.gates.product import ROOT, modules, packages, settings_of

STRICT = (
    "check_untyped_defs",
    "disallow_untyped_defs",
    "disallow_incomplete_defs",
    "disallow_untyped_calls",
    "disallow_untyped_decorators",
    "no_implicit_reexport",
    "strict_equality",
    "extra_checks",
    "warn_return_any",
    "warn_unused_ignores",
    "warn_unreachable",
)


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def faults(checker: dict[str, Any], product: list[str]) -> list[str]:
    """Where the type checker looks away, a sentence each."""
    found = [f"The rule {rule} is off." for rule in STRICT if checker.get(rule) is not True]
    found += [f"It may not say {word}." for word in ("ignore_errors", "exclude") if word in checker]
    found += [f"{name} is not judged." for name in product if name.partition(".")[0] not in checker["files"]]
    for override in checker["overrides"]:
        named = [override["module"]] if isinstance(override["module"], str) else override["module"]
        for pattern in named:
            # A pattern such as `registry.imports.*` means the package itself too.
            met = [name for name in product if name == pattern.removesuffix(".*") or fnmatch(name, pattern)]
            found += [f"An override speaks of {name}." for name in met]
    return found


def test_every_module_is_judged_by_the_same_rules() -> None:
    product = [name_of(path) for path in modules()]

    assert faults(settings_of("mypy"), product) == []
    assert set(settings_of("mypy")["files"]) == packages() | {
        "scripts",
        "manage.py",
        "deploy/gunicorn.conf.py",
    }


def test_a_rule_switched_off_is_found() -> None:
    checker = settings_of("mypy") | {"disallow_untyped_defs": False, "ignore_errors": True}

    assert faults(checker, []) == ["The rule disallow_untyped_defs is off.", "It may not say ignore_errors."]


def test_a_module_outside_is_found() -> None:
    assert faults(settings_of("mypy"), ["core.models", "invented.models"]) == [
        "invented.models is not judged."
    ]


def test_an_override_for_a_module_is_found() -> None:
    checker = copy.deepcopy(settings_of("mypy"))
    checker["overrides"].append({"module": "core.*", "ignore_errors": True})

    assert faults(checker, ["core", "core.models", "registry.models"]) == [
        "An override speaks of core.",
        "An override speaks of core.models.",
    ]
