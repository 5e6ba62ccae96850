"""The lock files name only public registries, so that any machine can install from them."""

import json
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def test_python_lock_names_public_addresses_only() -> None:
    text = (ROOT / "uv.lock").read_text(encoding="utf-8")

    hosts = set(re.findall(r"(?:https?|file)://([^/\"]*)", text))

    assert hosts == {"pypi.org", "files.pythonhosted.org"}


def test_node_lock_names_public_addresses_only() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]

    private = [
        name
        for name, package in packages.items()
        if not package.get("resolved", "https://registry.npmjs.org/").startswith(
            "https://registry.npmjs.org/"
        )
    ]

    assert private == []
    assert all("integrity" in package for name, package in packages.items() if name)
