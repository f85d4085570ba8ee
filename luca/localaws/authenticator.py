"""An authenticator app (RFC 6238), for tests and for who has no phone at hand.

`python -m luca.localaws.authenticator SECRET` prints the code of this half minute.
"""

import base64
import hmac
import struct
import sys
import time

STEP = 30  # seconds


def code(secret: str, *, steps: int = 0) -> str:
    """The six digits of this half minute, or of one some steps away."""
    counter = int(time.time() // STEP) + steps
    padded = secret + "=" * (-len(secret) % 8)
    digest = hmac.digest(base64.b32decode(padded), struct.pack(">Q", counter), "sha1")
    at = digest[-1] & 0x0F
    number = struct.unpack(">I", digest[at : at + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**6:06d}"


if __name__ == "__main__":
    print(code(*sys.argv[1:2]))  # noqa: T201 -- a command
