"""Stops with a sentence when this Python is outside the supported range; runs on any Python 3."""

import sys

OLDEST, NEWEST = (3, 11), (3, 13)

if not OLDEST <= sys.version_info[:2] <= NEWEST:
    sys.exit(
        "This application runs on Python 3.11 to 3.13, and %s is Python %d.%d. "
        "Install one of these versions and name it, for example: make PYTHON=python3.12 run"
        % (sys.executable, sys.version_info[0], sys.version_info[1])
    )
