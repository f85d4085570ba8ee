"""Where events live in the table. The only place that spells their keys.

=================  ========================  =========================
Item               Partition key             Sort key
=================  ========================  =========================
``event``          TENANT#<t>#STUDENT#<s>    EVENT#<time>#<event id>
``event_type``     TENANT#<t>#CONFIG         EVENT_TYPE#<type>
``refused_event``  TENANT#<t>#REFUSED        <time of receipt>~<hash>
=================  ========================  =========================

The time is the one inside the event's id, so the id alone decides the key.
A student's events share a partition with everything else of the student; all
students of a school together spread the load of 5,000 events a second.
"""

from __future__ import annotations

from luca.aws.table import SEPARATOR, key, prefix, tenant_key

EVENTS = prefix("EVENT")
TYPES = prefix("EVENT_TYPE")
FIRST = "0"  # before every time of receipt


def student(student: str) -> str:
    return tenant_key("STUDENT", student)


def event(at: str, event_id: str) -> str:
    return key("EVENT", at, event_id)


def config() -> str:
    return tenant_key("CONFIG")


def event_type(name: str) -> str:
    return key("EVENT_TYPE", name)


def refused() -> str:
    return tenant_key("REFUSED")


def refusal(place: str) -> str:
    return key(place)


def moment(at: str) -> str:
    """A place between all events before an instant and those at it or later."""
    return key("EVENT", at)


def last_moment() -> str:
    """A place after all events, whenever they were: no time begins like it."""
    return key("EVENT", "~")


def student_of(pk: str) -> str:
    """Return the student whose partition this is."""
    return pk.rpartition(SEPARATOR)[2]


def parts_of(sk: str) -> tuple[str, str]:
    """Return the time and the id that an event's sort key holds."""
    _, at, event_id = sk.split(SEPARATOR)
    return at, event_id
