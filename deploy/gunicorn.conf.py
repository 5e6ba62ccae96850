"""gunicorn for a province: synchronous workers behind a proxy on the same machine."""

import multiprocessing
import os
import shutil
import tempfile
from typing import Any

bind = "unix:/run/khen-thuong/web.sock"
workers = multiprocessing.cpu_count() * 2 + 1
worker_class = "sync"
timeout = 120
graceful_timeout = 30
# Workers are renewed now and then, not all at once, so that memory does not creep. Screens of a meeting ask every two
# seconds: with a small number a worker would be starting, and answer nobody, several times a minute.
max_requests = 50_000
max_requests_jitter = 5_000
# The service user has no home folder for a control socket.
control_socket_disable = True
accesslog = None
errorlog = "-"

# Where workers count for Prometheus (docs/scale.md); kept when the settings are read again, and never shared with
# the master before, which may still run.
_FOLDER, _MASTER = "PROMETHEUS_MULTIPROC_DIR", "METRICS_MASTER"
if os.environ.get(_MASTER) != str(os.getpid()):
    os.environ[_MASTER] = str(os.getpid())
    os.environ[_FOLDER] = tempfile.mkdtemp(prefix="khen-thuong-metrics-")


def pre_fork(server: Any, worker: Any) -> None:
    """Give the worker the first free place: it goes on in the file of the one who had it before."""
    taken = {other.place for other in server.WORKERS.values()}
    worker.place = next(place for place in range(len(taken) + 1) if place not in taken)


def post_fork(server: Any, worker: Any) -> None:
    """Tell the worker its place (core/metrics.py)."""
    os.environ["METRICS_PLACE"] = str(worker.place)


def on_exit(server: Any) -> None:
    """Leave no folder behind."""
    shutil.rmtree(os.environ[_FOLDER], ignore_errors=True)
