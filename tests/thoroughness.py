"""How far the walks go: `make test-long` goes everywhere, every verdict to the desks whose pages differ most."""

import os

IS_LONG = bool(os.environ.get("LONG_WALKS"))
