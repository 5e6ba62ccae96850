"""The import contracts know the whole tree: no module without a layer, no layer without a module.

The linter itself says who imports whom. What is judged here is that nothing stands outside of its view.
"""

import copy
import re
from pathlib import Path
from typing import Any

from tests.unit.gates.product import packages, rooms, settings_of

Contract = dict[str, Any]

# The heights that every package shares, from the top. What else it has stands between them as it needs.
HEIGHTS = (
    ("urls",),
    ("views", "admin", "management"),
    ("forms", "tables", "resources"),
    ("services",),
    ("selectors",),
    ("permissions",),
    ("models",),
    ("querysets", "transitions"),
    ("enums", "exceptions"),
)

# Imports that a contract looks away from, and why. One that is gone fails the linter, so none outlives its reason.
STATED = {
    "registry.reorganisation_sheet -> registry.imports.sentences": "until reorganisations have an Importer",
}


def layers_of(contract: Contract) -> list[list[str]]:
    return [re.split(r"\s*[|:]\s*", layer) for layer in contract["layers"]]


def names_of(contract: Contract) -> list[str]:
    return [name for layer in layers_of(contract) for name in layer]


def faults(linter: dict[str, Any], tree: dict[str, set[str]]) -> list[str]:
    """What the contracts and the tree do not agree on, a sentence each."""
    found = []
    of_packages = [one for one in linter["contracts"] if one["type"] == "layers"]
    across = [one for one in of_packages if "containers" not in one]
    if set(linter["root_packages"]) != set(tree):
        found.append(f"The linter reads {sorted(linter['root_packages'])}, the tree has {sorted(tree)}.")
    if [sorted(names_of(one)) for one in across] != [sorted(tree)]:
        found.append("One contract must order all packages, and no others.")
    for package, present in sorted(tree.items()):
        mine = [one for one in of_packages if one.get("containers") == [package]]
        if len(mine) != 1:
            found.append(f"{package} has {len(mine)} contracts of layers; it needs one of its own.")
            continue
        [contract] = mine
        if contract.get("exhaustive") is not True or "exhaustive_ignores" in contract:
            found.append(f"The contract of {package} is not exhaustive.")
        silent = set(contract.get("ignore_imports", ())) - set(STATED)
        found += [f"The contract of {package} looks away from {one}." for one in sorted(silent)]
        named = names_of(contract)
        found += [f"{package}.{name} stands in no layer." for name in sorted(present - set(named))]
        found += [
            f"{package} names a layer {name} that is not there." for name in named if name not in present
        ]
        heights = [
            height
            for layer in layers_of(contract)
            for height, standard in enumerate(HEIGHTS)
            if set(layer) & set(standard)
        ]
        if heights != sorted(heights):
            found.append(f"{package} turns the order of the shared layers round.")
    return found


def test_contracts_and_tree_name_the_same_modules() -> None:
    assert faults(settings_of("importlinter"), the_tree()) == []


def test_the_engine_may_import_no_package_but_its_own() -> None:
    [engine] = [one for one in settings_of("importlinter")["contracts"] if one["type"] == "forbidden"]

    assert engine["source_modules"] == ["criteria.engine"]
    # Above it in its own package, the layers of criteria forbid what is left.
    assert set(engine["forbidden_modules"]) == {"django"} | (packages() - {"criteria"})


def test_an_invented_module_is_found() -> None:
    tree = the_tree()
    tree["core"].add("invented")

    assert told_anew(settings_of("importlinter"), tree) == ["core.invented stands in no layer."]


def test_an_invented_package_is_found() -> None:
    assert "invented has 0 contracts of layers; it needs one of its own." in faults(
        settings_of("importlinter"), the_tree() | {"invented": {"models"}}
    )


def test_an_invented_layer_is_found() -> None:
    def invent(contract: Contract) -> None:
        contract["layers"].insert(0, "invented")

    assert changed("core", invent) == ["core names a layer invented that is not there."]


def test_a_layer_in_brackets_is_found() -> None:
    def bracket(contract: Contract) -> None:
        contract["layers"] = [layer.replace("views", "(views)") for layer in contract["layers"]]

    assert changed("core", bracket) == [
        "core.views stands in no layer.",
        "core names a layer (views) that is not there.",
    ]


def test_a_contract_that_looks_away_is_found() -> None:
    def look_away(contract: Contract) -> None:
        contract["exhaustive"] = False
        contract["ignore_imports"] = ["core.models -> core.views"]

    assert changed("core", look_away) == [
        "The contract of core is not exhaustive.",
        "The contract of core looks away from core.models -> core.views.",
    ]


def test_layers_turned_round_are_found() -> None:
    def turn_round(contract: Contract) -> None:
        contract["layers"].reverse()

    assert changed("core", turn_round) == ["core turns the order of the shared layers round."]


def test_rooms_are_read_from_the_tree(tmp_path: Path) -> None:
    for name in (
        "shop/__init__.py",
        "shop/models.py",
        "shop/views/__init__.py",
        "shop/plans/a.yaml",
        "tests/__init__.py",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()

    assert packages(tmp_path) == {"shop"}
    assert rooms("shop", tmp_path) == {"models", "views"}


def the_tree() -> dict[str, set[str]]:
    return {package: rooms(package) for package in packages()}


def changed(package: str, change: Any) -> list[str]:
    """The faults that come of changing the contract of a package."""
    linter = copy.deepcopy(settings_of("importlinter"))
    [contract] = [one for one in linter["contracts"] if one.get("containers") == [package]]
    change(contract)
    return told_anew(linter, the_tree())


def told_anew(linter: dict[str, Any], tree: dict[str, set[str]]) -> list[str]:
    """Faults beyond those that stand there now, so that a control speaks of its own change only."""
    present = faults(settings_of("importlinter"), the_tree())
    return [one for one in faults(linter, tree) if one not in present]
