"""Identifiers: what they may look like, and how new ones are made."""

import re
import secrets
import zlib
from datetime import UTC, datetime
from typing import NewType
from uuid import UUID

from luca.kernel import clock

SchoolId = NewType("SchoolId", str)
PersonId = NewType("PersonId", str)
StudentId = NewType("StudentId", str)
TeacherId = NewType("TeacherId", str)
GuardianId = NewType("GuardianId", str)
GroupId = NewType("GroupId", str)
SubjectId = NewType("SubjectId", str)
PeriodId = NewType("PeriodId", str)
AssessmentId = NewType("AssessmentId", str)
RunId = NewType("RunId", str)

SCHOOL = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
ID = re.compile(r"[A-Za-z0-9._~-]{1,64}")
CURP_LIKE = re.compile(r"[A-Z]{4}\d{6}[HMX][A-Z]{5}", re.ASCII | re.IGNORECASE)
SHARDS = 32
_CROCKFORD = {letter: n for n, letter in enumerate("0123456789ABCDEFGHJKMNPQRSTVWXYZ")}
_ULID = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}", re.IGNORECASE)
_MILLISECONDS = 1000
_TIME_ORDERED = 7


def check_school(text: str) -> SchoolId:
    """Return the text as a school's id, or raise ValueError."""
    if not SCHOOL.fullmatch(text):
        raise ValueError(
            "A school's id is 1 to 63 of a-z, 0-9, _ and -, and starts with a-z or 0-9."
        )
    return SchoolId(text)


def check_id(text: str, what: str = "id") -> str:
    """Return the text if it may stand inside a key, or raise ValueError."""
    if not ID.fullmatch(text):
        raise ValueError(f"The {what} must be 1 to 64 letters, digits or . _ ~ -")
    return text


def uuid7(at: datetime | None = None, tail: bytes | None = None) -> str:
    """Return a UUID of version 7 (RFC 9562, section 5.7).

    `at` is the embedded time, `tail` at least 10 bytes for the rest: the same
    two make the same id, which is how a backfilled event keeps its identity.
    """
    moment = clock.now() if at is None else at
    milliseconds = round(moment.timestamp() * _MILLISECONDS)
    if milliseconds < 0:
        raise ValueError("A UUIDv7 cannot carry a time before 1970.")
    rest = int.from_bytes((tail or secrets.token_bytes(10))[:10])
    high, low = (rest >> 68) & 0xFFF, rest & ((1 << 62) - 1)
    number = (milliseconds & ((1 << 48) - 1)) << 80 | 0x7 << 76 | high << 64 | 0b10 << 62 | low
    return str(UUID(int=number))


def event_time(event_id: str) -> datetime | None:
    """Return the time inside a UUIDv7 or ULID; None for any other id."""
    if _ULID.fullmatch(event_id):
        milliseconds = 0
        for letter in event_id[:10].upper():
            milliseconds = milliseconds * 32 + _CROCKFORD[letter]
    else:
        try:
            parsed = UUID(event_id)
        except ValueError:
            return None
        if parsed.version != _TIME_ORDERED or str(parsed) != event_id.lower():
            return None
        milliseconds = parsed.int >> 80
    try:
        return datetime.fromtimestamp(milliseconds / _MILLISECONDS, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def shard(text: str) -> str:
    """Spread ids evenly over the work queues' partitions; stable across processes.

    >>> shard("ada") == shard("ada")
    True
    """
    return f"{zlib.crc32(text.encode()) % SHARDS:02d}"
