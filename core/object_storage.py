"""Stored files in object storage that speaks S3: reached by the application alone, never by a link of its own.

Faults of the storage are told as those of a disk are, so that people read a sentence and nothing else has to know
where files lie.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, NoReturn, ParamSpec, TypeVar

from boto3.exceptions import Boto3Error
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.base import File
from storages.backends.s3 import S3File, S3Storage

from core.outages import StorageAway

CONNECT_S, ANSWER_S, ATTEMPTS = 5, 20, 2
IN_MEMORY_BYTES = 1024 * 1024
_GONE = frozenset({"404", "NoSuchKey"})

P = ParamSpec("P")
R = TypeVar("R")


@contextmanager
def _told_as_faults_of_a_disk() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        if code in _GONE:
            raise FileNotFoundError(f"The object storage holds no such file ({code}).") from error
        raise StorageAway(f"The object storage refused ({code}).") from error
    except (BotoCoreError, Boto3Error) as error:
        raise StorageAway(f"The object storage cannot be reached ({type(error).__name__}).") from error


def _told(method: Callable[P, R]) -> Callable[P, R]:
    @wraps(method)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        with _told_as_faults_of_a_disk():
            return method(*args, **kwargs)

    return run


class _ObjectFile(S3File):
    """A file that is fetched when it is first read, into memory while it is small and else into a temporary file."""

    file = property(_told(S3File._get_file), S3File._set_file)


class ObjectStorage(S3Storage):
    """The bucket of the settings; raises `FileNotFoundError` and `StorageAway`."""

    def __init__(self, *, addressing_style: str, **options: Any) -> None:
        super().__init__(
            # With an end to waiting, and without the checksums that only Amazon's own storage takes.
            client_config=Config(
                connect_timeout=CONNECT_S,
                read_timeout=ANSWER_S,
                retries={"total_max_attempts": ATTEMPTS, "mode": "standard"},
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
                s3={"addressing_style": addressing_style},
            ),
            max_memory_size=IN_MEMORY_BYTES,
            **options,
        )

    def _open(self, name: str, mode: str = "rb") -> File:
        with _told_as_faults_of_a_disk():
            try:
                found: File = super()._open(name, mode)
            except FileNotFoundError:
                # One answer for a file and for a whole bucket that is not there; only the first says anything of files.
                self._check_bucket()
                raise
        found.__class__ = _ObjectFile
        return found

    def _check_bucket(self) -> None:
        try:
            self.connection.meta.client.head_bucket(Bucket=self.bucket_name)
        except ClientError as error:
            raise StorageAway(f"The bucket {self.bucket_name} is not there or not ours.") from error

    _save = _told(S3Storage._save)
    delete = _told(S3Storage.delete)
    exists = _told(S3Storage.exists)
    listdir = _told(S3Storage.listdir)
    size = _told(S3Storage.size)
    get_modified_time = _told(S3Storage.get_modified_time)

    def url(self, name: Any, *args: Any, **kwargs: Any) -> NoReturn:
        """No link leads past the application's permission checks."""
        raise NotImplementedError("Stored files are served by the application alone: use core.files.serve.")
