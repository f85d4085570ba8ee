"""The decisions about events, as pure functions: the same message, the same answer."""

from behavior.rules.batches import Sorted, once_each
from behavior.rules.messages import Parcel, arguments, instant_of, opened
from behavior.rules.reading import (
    BODY_LIMIT,
    KEPT,
    METADATA_LIMIT,
    MOST_EVENTS,
    OLDEST,
    SKEW,
    is_single,
    read,
    to_milliseconds,
)

__all__ = [
    "BODY_LIMIT",
    "KEPT",
    "METADATA_LIMIT",
    "MOST_EVENTS",
    "OLDEST",
    "SKEW",
    "Parcel",
    "Sorted",
    "arguments",
    "instant_of",
    "is_single",
    "once_each",
    "opened",
    "read",
    "to_milliseconds",
]
