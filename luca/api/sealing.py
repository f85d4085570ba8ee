"""What clients carry for us and must neither read, forge nor use elsewhere: cursors, sign-ins.

It is encrypted and not just signed, for it may hold a name, and bound to what it is for.
"""

import base64
import hashlib
import json
import secrets
from functools import cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from luca.kernel import clock

NONCE = 12  # bytes


class NotOurs(ValueError):
    """It was not sealed here, not for this, or too long ago."""


def seal(content: Any, purpose: str) -> str:
    """Seal JSON. `purpose` names all that must be the same when it is opened."""
    nonce = secrets.token_bytes(NONCE)
    at = int(clock.now().timestamp())
    plain = json.dumps([at, content], separators=(",", ":")).encode()
    sealed = nonce + _cipher().encrypt(nonce, plain, purpose.encode())
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def unseal(text: str, purpose: str, *, lifetime: int) -> Any:
    """What was sealed; NotOurs when it was not, or more than `lifetime` seconds ago."""
    try:
        sealed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        plain = _cipher().decrypt(sealed[:NONCE], sealed[NONCE:], purpose.encode())
        at, content = json.loads(plain)
    except (ValueError, InvalidTag):
        raise NotOurs("not sealed here, or not for this") from None
    if clock.now().timestamp() - at > lifetime:
        raise NotOurs("too old")
    return content


def _cipher() -> AESGCM:
    return _made(settings.SECRET_KEY)


@cache
def _made(secret: str) -> AESGCM:
    return AESGCM(hashlib.sha256(b"luca.cursor\0" + secret.encode()).digest())
