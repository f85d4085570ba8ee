"""Files of a school in S3, under `tenants/<school>/`, with the school's own credentials."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

from boto3.s3.transfer import TransferConfig
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.core.files.base import ContentFile, File
from storages.backends.s3 import S3Storage

from luca.aws import refusals, scoped
from luca.kernel import context
from luca.kernel.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from botocore.response import StreamingBody

R = TypeVar("R")
STALE = {"ExpiredToken", "InvalidAccessKeyId", "InvalidToken"}  # S3's own names for it
BUSY = {"InternalError", "RequestTimeout", "ServiceUnavailable", "SlowDown"}
BUSY |= {"500", "502", "503", "504"}  # without a name: of something in between
ABSENT = {"404", "NoSuchKey"}
# What S3 answers instead to a role that may not list the whole bucket, which ours may not.
DENIED = {"403", "AccessDenied"}
LOOKS = {"GetObject", "HeadObject"}  # that such an answer may be meant for
PART = 1 << 20  # bytes at a time
LARGEST = 5 << 30  # of one PUT
SESSIONS = 64  # how many schools' storages one process keeps at hand
# One PUT for each file: no school's session may do anything with uploads in several parts.
WHOLE = TransferConfig(multipart_threshold=LARGEST, use_threads=False)


@dataclass(frozen=True, slots=True)
class Stream:
    """A file that is read while it is passed on."""

    size: int
    parts: Parts


@dataclass(frozen=True, slots=True)
class Parts:
    """What is still on its way: a connection, which whoever does not read it to its end closes."""

    body: StreamingBody

    def __iter__(self) -> Iterator[bytes]:
        return self.body.iter_chunks(PART)

    def close(self) -> None:
        self.body.close()


def read(name: str) -> bytes | None:
    """Return the contents of a file of the school, or None."""

    def act(storage: S3Storage) -> bytes:
        with storage.open(name, "rb") as file:
            return bytes(file.read())

    try:
        return _with_fresh_session(act)
    except FileNotFoundError:
        return None
    except ClientError as error:
        if not _is_absent(error, name):
            raise
        return None


def write(name: str, data: bytes) -> None:
    """Write a file of the school, replacing what was there."""
    _with_fresh_session(lambda storage: storage.save(name, ContentFile(data)))


def write_file(name: str, path: Path) -> None:
    """The same from a file on disk, a part at a time, in one PUT (of at most 5 GB)."""

    def act(storage: S3Storage) -> None:
        with path.open("rb") as file:
            storage.save(name, File(file))

    _with_fresh_session(act)


def stream(name: str) -> Stream | None:
    """A file of the school a part at a time, or None: for what is too large for memory."""

    def act(storage: S3Storage) -> Stream:
        found = storage.bucket.Object(f"{storage.location}/{name}").get()
        return Stream(found["ContentLength"], Parts(found["Body"]))

    try:
        return _with_fresh_session(act)
    except ClientError as error:
        if not _is_absent(error, name):
            raise
        return None


def _is_absent(error: ClientError, name: str) -> bool:
    """Whether a refused read means that there is no such file: the listing, which is ours, knows.

    A file that is there and may not be read is no absent one: whoever asks would go on without it.
    """
    if code(error) in DENIED:
        return not refused(error, there=name in sizes(name))
    return code(error) in ABSENT


def refused(error: ClientError, *, there: bool) -> bool:
    """Count it as a refusal if the file is there; answer whether it is one."""
    if there:
        refusals.note("s3", error.operation_name, "AccessDenied")
    return there


def _with_fresh_session(act: Callable[[S3Storage], R]) -> R:
    return with_fresh_session(context.school(), lambda: act(_storage()))


def with_fresh_session(scope: str, act: Callable[[], R]) -> R:
    """Do it, and once more with a new session if AWS no longer knows the old one."""
    used = scoped.SESSIONS.known(scope)
    try:
        return _translated(act)
    except ClientError as error:
        if code(error) not in STALE:
            raise
        scoped.SESSIONS.forget(scope, failed=used)
        return _translated(act)


def _translated(act: Callable[[], R]) -> R:
    """S3 that is busy, or does not answer, is `Unavailable`: the same may pass later."""
    try:
        return act()
    except (BotoCoreError, ClientError) as error:
        if isinstance(error, ClientError):
            if error.operation_name not in LOOKS or code(error) in BUSY:
                refusals.note("s3", error.operation_name, code(error))
            if code(error) not in BUSY:
                raise
        message = "Files cannot be reached; try again in a moment."
        raise Unavailable(message, code="storage_unreachable") from error


def code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code"))


def names(folder: str = "") -> list[str]:
    """Return the name of every file of the school, or of a folder of it."""
    return list(sizes(folder))


def sizes(folder: str = "") -> dict[str, int]:
    """The same, with each file's size in bytes."""

    def act(storage: S3Storage) -> dict[str, int]:
        beginning = f"{storage.location}/"
        found = storage.bucket.objects.filter(Prefix=beginning + folder)
        return {str(one.key).removeprefix(beginning): int(one.size) for one in found}

    return _with_fresh_session(act)


def delete(name: str) -> None:
    """Delete a file of the school; one that is not there is deleted already."""
    _with_fresh_session(lambda storage: storage.delete(name))


def _storage() -> S3Storage:
    found = scoped.credentials()
    return _made(context.school(), found.access_key, found.secret_key, found.token or "")


@lru_cache(maxsize=SESSIONS)
def _made(school: str, access: str, secret: str, token: str) -> S3Storage:
    # One for each session of a school: a renewed session has another access key.
    return S3Storage(
        access_key=access,
        secret_key=secret,
        security_token=token,
        bucket_name=settings.BUCKET,
        region_name=settings.AWS_REGION,
        location=f"tenants/{school}",
        default_acl=None,
        file_overwrite=True,
        querystring_auth=False,
        transfer_config=WHOLE,
    )
