"""The project's own data files in YAML, read by the parser in C where there is one: a tenth of the time."""

from pathlib import Path
from typing import Any

import yaml

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(path: Path) -> Any:
    """What the file holds, plain values only; raises ``yaml.YAMLError`` and ``OSError``."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 -- a safe loader, both
