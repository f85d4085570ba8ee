"""The lake in S3, through the session of one school."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar, cast

from botocore.exceptions import ClientError
from django.conf import settings
from storages.backends.s3 import S3Storage

from luca.aws import scoped, storage
from luca.aws.lake.parts import Fetched, changed_meanwhile
from luca.kernel import context

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from botocore.credentials import ReadOnlyCredentials

R = TypeVar("R")
MISMATCH = {"PreconditionFailed", "ConditionalRequestConflict", "409", "412"}
READ_AHEAD = 1 << 16  # bytes: Parquet's readers ask for many small ranges one behind the other


@dataclass(frozen=True, slots=True)
class Bucket:
    """``scope``: whose session signs; None is the process's own role."""

    scope: str | None
    school: str = ""

    def files(self, within: str) -> dict[str, int]:
        def act(lake: S3Storage) -> dict[str, int]:
            return {str(o.key): int(o.size) for o in lake.bucket.objects.filter(Prefix=within)}

        return self._done(act)

    def folders(self, within: str) -> list[str]:
        def act(lake: S3Storage) -> list[str]:
            pages = lake.bucket.meta.client.get_paginator("list_objects_v2").paginate(
                Bucket=lake.bucket_name, Prefix=within, Delimiter="/"
            )
            return [str(o["Prefix"]) for page in pages for o in page.get("CommonPrefixes", ())]

        return self._done(act)

    def fetch(self, name: str) -> Fetched | None:
        def act(lake: S3Storage) -> Fetched:
            found = lake.bucket.Object(name).get()
            return Fetched(found["Body"].read(), found["ETag"])

        return self._unless_absent(name, act)

    def download(self, name: str, path: Path) -> bool:
        def act(lake: S3Storage) -> bool:
            body = lake.bucket.Object(name).get()["Body"]
            with path.open("wb") as file:
                file.writelines(body.iter_chunks(storage.PART))
            return True

        return self._unless_absent(name, act) is not None

    def opened(self, name: str) -> BinaryIO:
        size = self.files(name).get(name)
        if size is None:
            raise FileNotFoundError(name)
        return cast("BinaryIO", io.BufferedReader(_Ranges(self, name, size), READ_AHEAD))

    def part(self, name: str, begin: int, end: int) -> bytes | None:
        """Bytes from ``begin`` up to, without, ``end``."""

        def act(lake: S3Storage) -> bytes:
            found = lake.bucket.Object(name).get(Range=f"bytes={begin}-{end - 1}")
            return bytes(found["Body"].read())

        return self._unless_absent(name, act)

    def write(self, name: str, data: bytes, *, if_match: str | None, if_absent: bool) -> str:
        condition: dict[str, Any] = {"IfMatch": if_match} if if_match is not None else {}
        condition |= {"IfNoneMatch": "*"} if if_absent else {}

        def act(lake: S3Storage) -> str:
            return str(lake.bucket.Object(name).put(Body=data, **condition)["ETag"])

        try:
            return self._done(act)
        except ClientError as error:
            gone = if_match is not None and storage.code(error) in storage.ABSENT
            if gone or storage.code(error) in MISMATCH:
                raise changed_meanwhile() from error
            raise

    def delete(self, name: str) -> None:
        self._done(lambda lake: lake.bucket.Object(name).delete())

    def _unless_absent(self, name: str, act: Callable[[S3Storage], R]) -> R | None:
        try:
            return self._done(act)
        except ClientError as error:
            if storage.code(error) in storage.ABSENT:
                return None
            # Who may not list the whole bucket is refused what is not there; the listing knows.
            if storage.code(error) not in storage.DENIED:
                raise
            if storage.refused(error, there=self._listed(name)):
                raise
            return None

    def _listed(self, name: str) -> bool:
        return name in self.files(name)

    def _done(self, act: Callable[[S3Storage], R]) -> R:
        return storage.with_fresh_session(self.scope or "", lambda: act(self._storage()))

    def _storage(self) -> S3Storage:
        if self.scope is None:  # renewed by the SDK, and used too seldom to be kept
            return _made.__wrapped__(None)
        return _made(scoped.SESSIONS.of(self.scope).get_frozen_credentials())


class _Ranges(io.RawIOBase):
    """A file of which each read is a request of its own."""

    def __init__(self, bucket: Bucket, name: str, size: int) -> None:
        super().__init__()
        self._bucket, self._name, self._size, self._at = bucket, name, size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def readinto(self, buffer: Any) -> int:
        end = min(self._at + len(buffer), self._size)
        if end <= self._at:
            return 0
        found = self._bucket.part(self._name, self._at, end)
        if found is None:
            raise FileNotFoundError(self._name)
        buffer[: len(found)] = found
        self._at += len(found)
        return len(found)


def of_the_context(*, keeper: bool) -> Bucket:
    school = context.school()
    return Bucket(scoped.ARCHIVE + school if keeper else school, school)


@lru_cache(maxsize=storage.SESSIONS)
def _made(signer: ReadOnlyCredentials | None) -> S3Storage:
    # One for each session of a school: a renewed session has another access key.
    keys = signer and {
        "access_key": signer.access_key,
        "secret_key": signer.secret_key,
        "security_token": signer.token,
    }
    return S3Storage(
        **(keys or {}),
        bucket_name=settings.LAKE_BUCKET,
        region_name=settings.AWS_REGION,
        default_acl=None,
        file_overwrite=True,
        querystring_auth=False,
        transfer_config=storage.WHOLE,
    )
