"""Sample data of each document, so that a layout can be looked at without a database."""

from typing import Any

from core.yaml_files import read_yaml
from reports.documents.imprint import Imprint
from reports.kinds import kinds


def sample(kind: str) -> tuple[dict[str, Any], Imprint]:
    """The context and imprint of a document's invented sample."""
    context = read_yaml(kinds()[kind].folder / "sample.yaml")
    imprint = Imprint(**context.pop("imprint"))
    return {**context, "imprint": imprint}, imprint
