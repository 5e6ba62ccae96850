"""`python -m reports.render_server FD`: the renderer, loaded once, that makes each document in a process of its own.

`FD` is one end of a pair of sockets. Over it come sockets, one a job; over each of these a job, as `render_child` takes
it, with its length in eight bytes before it. The document is made in a fork of this process, so that what one does to
memory, limits and files never reaches the next. When it has ended, its exit status goes back as a line of JSON. A socket
that is closed before ends its job; the end of the first socket, or of a quarter of an hour without a job, ends us.
"""

import contextlib
import json
import os
import selectors
import signal
import socket
import sys
import tempfile
from typing import Any

from reports.render_child import warm_up, work

LENGTH_BYTES = 8
IDLE_SECONDS = 15 * 60
_READ_SECONDS = 10


class Server:
    """Forks for each job and tells how each ended; needs a process without other threads."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._jobs: dict[int, socket.socket] = {}
        self._selector = selectors.DefaultSelector()
        self._ended, told = os.pipe()
        os.set_blocking(self._ended, False)
        os.set_blocking(told, False)
        signal.set_wakeup_fd(told)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        self._selector.register(control, selectors.EVENT_READ)
        self._selector.register(self._ended, selectors.EVENT_READ)

    def serve(self) -> None:
        """Take jobs until nobody is there to send any."""
        while True:
            ready = self._selector.select(IDLE_SECONDS)
            if not ready and not self._jobs:
                return
            for key, _events in ready:
                if key.fileobj is self._control:
                    if not self._take():
                        self._end_all()
                        return
                elif key.fileobj == self._ended:
                    with contextlib.suppress(BlockingIOError):
                        os.read(self._ended, 512)
                else:
                    self._give_up(key.data)
            self._reap()

    def _take(self) -> bool:
        """Start the next job; False when the other side is gone."""
        said, sockets, _flags, _address = socket.recv_fds(self._control, 1, 1)
        if not said:
            return False
        job_socket = socket.socket(fileno=sockets[0])
        try:
            job = _read(job_socket)
        except (OSError, ValueError):
            job_socket.close()
            return True
        process = os.fork()
        if process == 0:
            self._work(job, job_socket)
        self._jobs[process] = job_socket
        self._selector.register(job_socket, selectors.EVENT_READ, process)
        return True

    def _work(self, job: dict[str, Any], job_socket: socket.socket) -> None:
        """Make the document and end this process."""
        status = 1
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            for one in (self._control, job_socket, *self._jobs.values()):
                one.close()
            os.environ.update(job["environment"])
            tempfile.tempdir = job["environment"]["TMPDIR"]
            report = os.open(job["report"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            os.dup2(report, sys.stderr.fileno())
            status = work(job)
            sys.stderr.flush()
        finally:
            os._exit(status)

    def _give_up(self, process: int) -> None:
        """Whoever asked has gone: nobody waits for the document."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
        self._selector.unregister(self._jobs[process])

    def _reap(self) -> None:
        while self._jobs:
            process, status = os.waitpid(-1, os.WNOHANG)
            if process == 0:
                return
            job_socket = self._jobs.pop(process)
            with contextlib.suppress(KeyError):
                self._selector.unregister(job_socket)
            with contextlib.suppress(OSError):
                job_socket.sendall(json.dumps({"status": os.waitstatus_to_exitcode(status)}).encode())
            job_socket.close()

    def _end_all(self) -> None:
        for process in self._jobs:
            os.kill(process, signal.SIGKILL)


def _read(job_socket: socket.socket) -> dict[str, Any]:
    job_socket.settimeout(_READ_SECONDS)
    length = int.from_bytes(_exactly(job_socket, LENGTH_BYTES))
    job: dict[str, Any] = json.loads(_exactly(job_socket, length))
    return job


def _exactly(job_socket: socket.socket, length: int) -> bytes:
    found = bytearray()
    while len(found) < length:
        part = job_socket.recv(min(length - len(found), 1 << 20))
        if not part:
            raise OSError("the job ended early")
        found += part
    return bytes(found)


if __name__ == "__main__":
    warm_up()
    Server(socket.socket(fileno=int(sys.argv[1]))).serve()
