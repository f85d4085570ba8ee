"""Cursors: where a list goes on, sealed so that nobody reads, forges or moves one.

They are encrypted and not just signed: the key of the last row may hold a name,
and a cursor travels in URLs.
"""

import base64
import hashlib
import json
import secrets
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from luca.aws.store import Key
from luca.kernel import clock, context
from luca.kernel.errors import Malformed

LIFETIME = 24 * 3600  # seconds
NONCE = 12  # bytes
LONGEST = 4096  # characters


def seal(start: Key | None, query: str) -> str | None:
    """Return the cursor of the next page of a query; None when there is none.

    `query` names the list with everything that chooses its rows. The cursor opens
    for the same query, in the same school, and for nothing else.
    """
    if start is None:
        return None
    nonce = secrets.token_bytes(NONCE)
    at = int(clock.now().timestamp())
    plain = json.dumps([at, dict(start)], separators=(",", ":")).encode()
    sealed = nonce + _cipher().encrypt(nonce, plain, _bound(query))
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def unseal(cursor: str | None, query: str) -> Key | None:
    """Return where to go on; Malformed for a cursor that is not ours, not here or too old."""
    if not cursor:
        return None
    try:
        at, start = json.loads(_plain(cursor, query))
    except (ValueError, InvalidTag):
        raise Malformed("This cursor does not belong to this list.", code="bad_cursor") from None
    if clock.now().timestamp() - at > LIFETIME:
        raise Malformed("This cursor is too old: start the list again.", code="bad_cursor")
    found: Key = start
    return found


def _plain(cursor: str, query: str) -> bytes:
    if len(cursor) > LONGEST:
        raise ValueError("too long")
    sealed = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    return _cipher().decrypt(sealed[:NONCE], sealed[NONCE:], _bound(query))


def _bound(query: str) -> bytes:
    return f"{context.school()}\0{query}".encode()


def _cipher() -> AESGCM:
    return _made(settings.SECRET_KEY)


@cache
def _made(secret: str) -> AESGCM:
    return AESGCM(hashlib.sha256(b"luca.cursor\0" + secret.encode()).digest())
