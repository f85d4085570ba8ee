"""Where a piece of work comes from: the trace that a header names, X-Ray's or the W3C's.

OpenTelemetry's own propagator for X-Ray reads nothing where no parent is named, and that is what
API Gateway and a load balancer send of their own accord: a root, and nothing else.
"""

from __future__ import annotations

import re
import secrets
import time
from dataclasses import dataclass

LASTS = 120  # seconds that a trace goes on from task to task
MONTH = 30 * 24 * 3600
LONGEST = 256  # characters; X-Ray's headers have about 75
_ROOT = re.compile(r"1-(?!0{8})([0-9a-f]{8})-([0-9a-f]{24})", re.ASCII)
_PARENT = re.compile(r"(?!0{16})[0-9a-f]{16}", re.ASCII)
_W3C = re.compile(r"00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}", re.ASCII)
_SAMPLED = {"0": False, "1": True}


@dataclass(frozen=True, slots=True)
class Origin:
    """A trace, the span in it that asked for this work, and whether it is recorded."""

    trace: str = ""  # 32 hexadecimal digits; none: it begins here
    parent: str = ""  # 16
    sampled: bool | None = None  # None: whoever comes first decides


NOWHERE = Origin()


def of_xray(header: str) -> Origin:
    """Read `Root=1-…-…;Parent=…;Sampled=1`, of which only the root must be there."""
    if len(header) > LONGEST:
        return NOWHERE
    parts = dict(one.strip().partition("=")[::2] for one in header.split(";"))
    root = _ROOT.fullmatch(parts.get("Root", ""))
    if root is None:
        return NOWHERE
    parent = parts.get("Parent", "")
    return Origin(
        trace=root[1] + root[2],
        parent=parent if _PARENT.fullmatch(parent) else "",
        sampled=_SAMPLED.get(parts.get("Sampled", "")),
    )


def of_w3c(header: str) -> Origin:
    """Read `traceparent`, but for its flag: strangers set it, and all would be recorded."""
    found = _W3C.fullmatch(header)
    return Origin(found[1], found[2]) if found else NOWHERE


def begun() -> Origin:
    """A trace that begins here. X-Ray wants the second in its first eight digits."""
    return Origin(f"{int(time.time()):08x}{secrets.token_hex(12)}")


def outlived(origin: Origin) -> bool:
    """Whether its next piece of work begins a trace of its own, linked to this one.

    A run of the sync is hours of tasks that send each other on their way, and X-Ray drops a
    trace of more than 500 KB. An id that is not X-Ray's has no time in it, and hardly ever
    looks like one.
    """
    if not origin.trace:
        return False
    return LASTS < time.time() - int(origin.trace[:8], 16) < MONTH


def spelled(trace: str, parent: str, *, sampled: bool) -> str:
    """The header that X-Ray, SQS and our own workers read."""
    return f"Root=1-{trace[:8]}-{trace[8:]};Parent={parent};Sampled={int(sampled)}"
