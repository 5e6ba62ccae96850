"""An urn of this process's own, beside the one that the settings name: for what plays whole polls by itself."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from councils.urn.client import asking_at
from councils.urn.holder import Holder, serving
from councils.urn.wire import Address


@contextmanager
def urn_apart() -> Iterator[Holder]:
    """Polls of the block have their papers here; whatever is still open when it ends is lost."""
    with tempfile.TemporaryDirectory(prefix="urn-") as folder:
        place = Address(path=f"{folder}/urn.sock")
        with serving(place) as holder, asking_at(place):
            yield holder
