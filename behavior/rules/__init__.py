"""The decisions about events, as pure functions: the same message, the same answer."""

from behavior.rules import letters
from behavior.rules.activity import Activity, Count, Stretches, together
from behavior.rules.batches import Sorted, once_each
from behavior.rules.catalogue import BUILT_IN
from behavior.rules.identity import UUID
from behavior.rules.messages import Parcel, arguments, instant_of, opened, school_of, trace_of
from behavior.rules.reading import (
    BODY_LIMIT,
    DEEPEST,
    KEPT,
    METADATA_LIMIT,
    MOST_EVENTS,
    OLDEST,
    SKEW,
    is_single,
    read,
    to_milliseconds,
    too_deep,
)
from behavior.rules.schemas import SCHEMA_LIMIT, faults_of, spelled
from behavior.rules.statements import statement, statements
from behavior.rules.types import LONGEST_LABEL, MOST_OWN, faults_of_type, judged, merged

__all__ = [
    "BODY_LIMIT",
    "BUILT_IN",
    "DEEPEST",
    "KEPT",
    "LONGEST_LABEL",
    "METADATA_LIMIT",
    "MOST_EVENTS",
    "MOST_OWN",
    "OLDEST",
    "SCHEMA_LIMIT",
    "SKEW",
    "UUID",
    "Activity",
    "Count",
    "Parcel",
    "Sorted",
    "Stretches",
    "arguments",
    "faults_of",
    "faults_of_type",
    "instant_of",
    "is_single",
    "judged",
    "letters",
    "merged",
    "once_each",
    "opened",
    "read",
    "school_of",
    "spelled",
    "statement",
    "statements",
    "to_milliseconds",
    "together",
    "too_deep",
    "trace_of",
]
