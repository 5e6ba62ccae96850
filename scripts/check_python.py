"""Stops with a sentence when this Python is outside the supported range; runs on any Python 3."""

import sys

OLDEST, NEWEST = (3, 11), (3, 13)

if not OLDEST <= sys.version_info[:2] <= NEWEST:
    sys.exit(
        f"This application runs on Python 3.11 to 3.13, and {sys.executable} is {sys.version.split()[0]}. "
        "Install one of these versions and name it, for example: make PYTHON=python3.12 run"
    )
