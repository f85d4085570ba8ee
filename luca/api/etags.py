"""Optimistic locking over HTTP: `ETag` carries the version, `If-Match` brings it back."""

import re

from rest_framework.request import Request

from luca.kernel.errors import Malformed, PreconditionFailed

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
