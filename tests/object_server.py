"""A small object storage that speaks S3, in a process of its own on a port of this machine."""

import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

BUCKET = "khen-thuong"
KEYS = {"S3_ACCESS_KEY": "khoa", "S3_SECRET_KEY": "bi-mat"}
STARTS_WITHIN_S = 40


def free_port() -> int:
    """A port of this machine that nobody uses at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class ObjectServer:
    """Where it listens, and its process."""

    url: str
    process: subprocess.Popen[bytes]

    @property
    def options(self) -> dict[str, Any]:
        """Options of `core.object_storage.ObjectStorage`."""
        return {
            "bucket_name": BUCKET,
            "endpoint_url": self.url,
            "region_name": "us-east-1",
            "access_key": KEYS["S3_ACCESS_KEY"],
            "secret_key": KEYS["S3_SECRET_KEY"],
            "default_acl": None,
            "file_overwrite": False,
            "addressing_style": "path",
        }

    @property
    def environment(self) -> dict[str, str]:
        """The same as settings of a process."""
        return {"FILES_STORAGE": "s3", "S3_BUCKET": BUCKET, "S3_ENDPOINT_URL": self.url, **KEYS}

    @property
    def bucket(self) -> Any:
        """The bucket as somebody sees it who has the keys and not the application."""
        import boto3  # noqa: PLC0415 -- slow import

        storage = boto3.resource(
            "s3",
            endpoint_url=self.url,
            region_name="us-east-1",
            aws_access_key_id=KEYS["S3_ACCESS_KEY"],
            aws_secret_access_key=KEYS["S3_SECRET_KEY"],
        )
        return storage.Bucket(BUCKET)


@contextmanager
def running_object_server() -> Iterator[ObjectServer]:
    """An empty storage with one bucket."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "--host", "127.0.0.1", "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(url, process)
        server = ObjectServer(url, process)
        server.bucket.create()
        yield server
    finally:
        process.kill()
        process.wait()


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + STARTS_WITHIN_S
    while process.poll() is None and time.monotonic() < deadline:
        try:
            urllib.request.urlopen(url, timeout=2).close()  # noqa: S310 -- our own address
        except urllib.error.HTTPError as answer:
            answer.close()
            return
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("The object storage of the tests did not start.")
