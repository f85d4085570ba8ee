"""Optimistic locking over HTTP: `ETag` carries the version, `If-Match` brings it back."""

import re

from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from luca.kernel.errors import FieldError, Invalid, Malformed, PreconditionFailed

SEEN = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, description="the version that was seen; else 412"
)

_TAG = re.compile(r'"(\d{1,10})"', re.ASCII)
_LIST = re.compile(r'(?:W/)?"[\x21\x23-\x7e]*"(?:\s*,\s*(?:W/)?"[\x21\x23-\x7e]*")*', re.ASCII)


def etag(version: int) -> str:
    """Return the tag of a version.

    >>> etag(7)
    '"7"'
    """
    return f'"{version}"'


def if_match(request: Request) -> int | None:
    """Return the version that the caller saw; None when any will do.

    A well-formed tag that is none of ours cannot match: PreconditionFailed.
    """
    given = request.headers.get("If-Match", "").strip()
    if given in {"", "*"}:
        return None
    found = _TAG.fullmatch(given)
    if found is not None:
        return int(found[1])
    if _LIST.fullmatch(given):
        raise PreconditionFailed("It has another version than the one you saw.")
    raise Malformed("If-Match is not a list of entity tags.")


def seen(request: Request) -> int:
    """Return the version that the caller must say to have seen."""
    version = if_match(request)
    if version is None:
        message = "Say which version you saw, in If-Match."
        raise Invalid(message, code="version_missing", errors=(FieldError("If-Match", message),))
    return version
