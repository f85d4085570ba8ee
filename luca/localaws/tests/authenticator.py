"""An authenticator app, as RFC 6238 describes it."""

import base64
import hmac
import struct
import time

STEP = 30  # seconds


def code(secret: str, *, steps: int = 0) -> str:
    """The six digits of this half minute, or of one some steps away."""
    counter = int(time.time() // STEP) + steps
    digest = hmac.digest(base64.b32decode(secret), struct.pack(">Q", counter), "sha1")
    at = digest[-1] & 0x0F
    number = struct.unpack(">I", digest[at : at + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**6:06d}"
