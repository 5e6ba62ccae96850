"""Runs a command with DATABASE_URL naming a new, empty PostgreSQL that ends with the command.

Use: with_postgres.py COMMAND [ARGUMENT...]. The server comes from the system's packages, listens on a free
port of this machine with a password of its own, keeps its files in a temporary folder and, because nothing
of it is meant to last, does not wait for the disk. PostgreSQL refuses to run as root; then it runs as the
user `postgres`. Exits with the command's status.
"""

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

SERVER_USER = "postgres"
DATABASE = "khen_thuong"
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    # Tests roll back, so statistics gathered meanwhile say that tables are empty, and plans made by them take minutes.
    "autovacuum": "off",
    # A query that runs away, or waits for a lock for ever, fails its test instead of holding up the suite.
    "statement_timeout": "60s",
    "max_connections": "60",
    "shared_buffers": "128MB",
}


def _binaries() -> Path:
    """The folder of the newest installed server's programs."""
    found = [folder.parent for folder in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if not found:
        sys.exit(
            "No PostgreSQL server is installed. Install Debian's package postgresql, or run: make setup-test"
        )
    return max(found, key=lambda folder: int(folder.parent.name))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """A PostgreSQL that lives in one temporary folder."""

    def __init__(self, folder: Path) -> None:
        self.bin, self.folder, self.port = _binaries(), folder, _free_port()
        self.password = secrets.token_urlsafe(16)
        self.prefix: list[str] = []
        if os.geteuid() == 0:
            self.prefix = ["runuser", "-u", SERVER_USER, "--"]
            owner = pwd.getpwnam(SERVER_USER)
            os.chown(folder, owner.pw_uid, owner.pw_gid)

    def _call(self, program: str, *arguments: str) -> None:
        log = self.folder / "setup.log"
        with log.open("ab") as output:
            done = subprocess.run(
                [*self.prefix, str(self.bin / program), *arguments],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, "PGPASSWORD": self.password, "LC_ALL": "C.UTF-8"},
                check=False,
            )
        if done.returncode:
            server_log = self.folder / "server.log"
            told = log.read_text() + (server_log.read_text() if server_log.exists() else "")
            sys.exit(
                f"{told}\nPostgreSQL's {program} failed with status {done.returncode}; its words stand above."
            )

    def start(self) -> None:
        password_file = self.folder / "password"
        password_file.write_text(self.password)
        if self.prefix:
            shutil.chown(password_file, SERVER_USER)
        self._call(
            *("initdb", "--no-sync", "--auth=scram-sha-256", f"--username={SERVER_USER}"),
            *(
                f"--pwfile={password_file}",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
                f"--pgdata={self.folder / 'data'}",
            ),
        )
        password_file.unlink()
        self.launch()
        self._call(
            "createdb", "--host=127.0.0.1", f"--port={self.port}", f"--username={SERVER_USER}", DATABASE
        )

    def follow(self, primary: str) -> None:
        """Become a streaming replica of the server at an address with a password, and start."""
        parts = urlsplit(primary)
        self.password = parts.password or ""
        self._call(
            *(
                "pg_basebackup",
                "--write-recovery-conf",
                "--wal-method=stream",
                "--checkpoint=fast",
                "--no-sync",
            ),
            *(f"--host={parts.hostname}", f"--port={parts.port}", f"--username={parts.username}"),
            f"--pgdata={self.folder / 'data'}",
        )
        self.launch()

    def launch(self) -> None:
        """Start the server of a folder that is prepared, the first time or after `stop`."""
        options = {**SETTINGS, "port": str(self.port), "unix_socket_directories": str(self.folder)}
        words = " ".join(f"-c {name}={value}" for name, value in options.items())
        log = str(self.folder / "server.log")
        self._call(
            "pg_ctl",
            "start",
            "--wait",
            f"--pgdata={self.folder / 'data'}",
            f"--log={log}",
            f"--options={words}",
        )

    def stop(self) -> None:
        if (self.folder / "data" / "postmaster.pid").exists():
            self._call("pg_ctl", "stop", "--wait", "--mode=immediate", f"--pgdata={self.folder / 'data'}")

    @property
    def url(self) -> str:
        return f"postgres://{SERVER_USER}:{self.password}@127.0.0.1:{self.port}/{DATABASE}"


def main() -> int:
    command = sys.argv[1:]
    if not command:
        sys.exit("Name the command to run: with_postgres.py COMMAND [ARGUMENT...]")
    # SIGTERM ends this process by way of `finally`, so that no server stays behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    folder = Path(tempfile.mkdtemp(prefix="khen-thuong-postgresql-"))
    server = Server(folder)
    try:
        server.start()
        with subprocess.Popen(command, env={**os.environ, "DATABASE_URL": server.url}) as child:
            try:
                return child.wait()
            except BaseException:
                child.terminate()
                raise
    except KeyboardInterrupt:
        return 130
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
