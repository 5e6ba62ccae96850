"""Loaded by pytest before Django: settings of APP_ENV=test, and a data folder of this run's own.

The folder keeps two runs apart, and the tests away from the demonstration's data.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

os.environ["APP_ENV"] = "test"

if "TESTS_DATA_DIR" not in os.environ:  # The workers of a parallel run inherit it and leave it to the first.
    _folder = tempfile.mkdtemp(prefix="khen-thuong-tests-")
    # The static files come from where they lie; the server only insists that its collected folder exists.
    (Path(_folder) / "static").mkdir()
    atexit.register(shutil.rmtree, _folder, ignore_errors=True)
    os.environ["TESTS_DATA_DIR"] = _folder
os.environ["DATA_DIR"] = os.environ["TESTS_DATA_DIR"]
# Each worker has an urn of its own (tests/conftest.py), which its processes find by this address.
_worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
os.environ["URN_ADDRESS"] = str(Path(os.environ["DATA_DIR"]) / f"urn-{_worker}.sock")
