"""Attempts to reach the other school. Each has a positive control beside it.

An attempt counts as denied only with the exact answer: over HTTP the one that an
id nobody has gets too, word for word; on the wire `AccessDeniedException`. The
control is the same call on what is one's own: it must work, or the denial
would prove nothing.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from luca.kernel import clock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from luca.demo.driver.client import Answer, User
    from luca.demo.driver.scenario import Side

SENDS = "a student sends events"  # its control is an event of one's own, which is stored
NOBODY = "nobody-0000"  # an id that no school has


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt, what it got, and what its control got."""

    what: str
    way: str  # api or wire
    got: str
    denied: bool
    control: bool


@dataclass(frozen=True, slots=True)
class Door:
    """One call that names a student: how to make it, and what one's own must answer."""

    what: str
    method: str
    path: str
    own: frozenset[int]  # statuses that the control may have
    shut: int = 404  # the status of what does not exist
    body: Any = None
    headers: tuple[tuple[str, str], ...] = ()


def over_http(mine: Side, theirs: Side, user: Callable[[str], User]) -> Iterator[Attempt]:
    """People of one school ask for a student of the other."""
    for email, doors in (
        (mine.student_login, _student_doors()),
        (mine.teacher, _teacher_doors(mine)),
        (mine.admin, _admin_doors(theirs)),
    ):
        own = mine.student if email == mine.student_login else mine.group_student
        for door in doors:
            yield _try(user(email), door, own=own, foreign=theirs.student)


def _student_doors() -> list[Door]:
    return [
        Door("a student reads a profile", "GET", "/profile/{student}", OK),
        Door("a student reads events", "GET", "/students/{student}/events", OK),
        Door(SENDS, "POST", "/behavior", ACCEPTED, 403, _event()),
    ]


def _teacher_doors(mine: Side) -> list[Door]:
    doors = [
        Door("a teacher reads a profile", "GET", "/profile/{student}", OK),
        Door("a teacher reads events", "GET", "/students/{student}/events", OK),
    ]
    if mine.recorded:  # the control repeats a result that is there: it must add nothing
        result = {**mine.recorded, "student": "{student}"}
        record = "a teacher records a result"
        doors.append(Door(record, "POST", "/evaluations", OK, 404, result))
    return doors


def _admin_doors(theirs: Side) -> list[Door]:
    header = (("X-School-Id", theirs.school), ("X-Tenant-Id", theirs.school))
    return [
        Door("an admin reads a profile", "GET", "/profile/{student}", OK),
        Door(
            "an admin names the school in headers",
            "GET",
            "/profile/{student}",
            OK,
            404,
            None,
            header,
        ),
        Door(
            "an admin names the school in the query",
            "GET",
            f"/profile/{{student}}?school_id={theirs.school}&school={theirs.school}",
            OK,
        ),
    ]


OK = frozenset({200})
ACCEPTED = frozenset({202})


def _event() -> dict[str, Any]:
    return {"type": "login", "student": "{student}", "time": "{now}", "quantity": 1}


def _try(user: User, door: Door, *, own: str, foreign: str) -> Attempt:
    control = _call(user, door, own)
    unknown = _call(user, door, NOBODY)
    answer = _call(user, door, foreign)
    same = _without(answer, foreign) == _without(unknown, NOBODY)
    refused = answer.status == door.shut and same
    return Attempt(
        what=door.what,
        way="api",
        got=f"{answer.status} {answer.code}",
        denied=refused,
        control=control.status in door.own,
    )


def _call(user: User, door: Door, student: str) -> Answer:
    body = None
    if door.body:
        text = json.dumps(door.body).replace("{student}", student)
        body = json.loads(text.replace("{now}", clock.stamp(clock.now())))
    return user.call(
        door.method, door.path.format(student=student), body, headers=dict(door.headers)
    )


def _without(answer: Answer, student: str) -> tuple[int, str]:
    """The answer with the id and what differs between any two requests taken out."""
    body = {
        name: value
        for name, value in (answer.body or {}).items()
        if name not in {"instance", "correlation_id"}
    }
    return answer.status, json.dumps(body, sort_keys=True).replace(student, "*")
