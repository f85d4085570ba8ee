"""The fingerprint of an explanation."""

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

import msgspec

_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True)
_PLAIN = msgspec.json.Encoder(order="sorted")
_BEYOND = re.compile(r"[^\x00-\x7e]")  # what only the canonical form escapes


def digest(trace: Mapping[str, Any]) -> str:
    """Return the fingerprint of a trace, the same however its keys are ordered."""
    return hashlib.sha256(canonical(trace)).hexdigest()


def canonical(trace: Mapping[str, Any]) -> bytes:
    """Return a trace as the bytes that are hashed: JSON with sorted keys, in ASCII.

    A trace holds texts, whole numbers and truths; for these the quicker of two encoders
    writes the same, but for letters beyond ASCII and halves of such letters.
    """
    try:
        written = _PLAIN.encode(trace).decode()
    except UnicodeEncodeError:
        return _CANONICAL.encode(trace).encode()
    if not written.isascii() or "\x7f" in written:
        written = _BEYOND.sub(lambda found: _CANONICAL.encode(found[0])[1:-1], written)
    return written.encode()
