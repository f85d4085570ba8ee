"""Files of a school in S3, under `tenants/<school>/`, with the school's own credentials."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings
from django.core.files.base import ContentFile
from storages.backends.s3 import S3Storage

from luca.aws import scoped
from luca.kernel import context

SESSIONS = 64  # how many schools' storages one process keeps at hand


def read(name: str) -> bytes | None:
    """Return the contents of a file of the school, or None."""
    storage = _storage()
    try:
        with storage.open(name, "rb") as file:
            return bytes(file.read())
    except FileNotFoundError:
        return None


def write(name: str, data: bytes) -> None:
    """Write a file of the school, replacing what was there."""
    _storage().save(name, ContentFile(data))


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
    )
