"""Who is in a school of the made-up year, and what its students do in the app."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from typing import TYPE_CHECKING

from luca.demo import mexico
from luca.demo.year.domain import Happening, Person, Role
from luca.kernel.ids import uuid7

if TYPE_CHECKING:
    from datetime import datetime
    from random import Random

    from luca.demo.names import Name, Names
    from luca.demo.year.domain import School

GROUPS = "ABC"
GROUP_SIZE = 20
STATES = ("DF", "MC", "PL", "JC", "VZ", "OC")
SIBLINGS = 7  # every seventh guardian has two children here
EVENTS = (60, 100)  # per student, at least and at most
DAYS = 20  # how far back they go: well inside the 30 days that events are kept
TYPES = ("login", "page_view", "video_played", "quiz_completed", "resource_viewed")
SHARES = (10, 50, 15, 15, 10)


def fill(school: School, grade: int, dice: Random, names: Names) -> None:
    """Bring in students with their groups and guardians, teachers and the office."""
    used: dict[str, int] = {}
    for letter in GROUPS:
        # Students' ids differ between the schools, so that a trespass can be told
        # from a misunderstanding; everybody else's are the same on purpose.
        group = f"{grade}{letter}"
        members = [
            _student(school, f"{group.lower()}-{n + 1:02d}", dice, names, used)
            for n in range(GROUP_SIZE)
        ]
        school.groups[group] = tuple(member.id for member in members)
    for n, subject in enumerate(school.subjects):
        teacher = _adult(school, f"prof-{n + 1}", Role.TEACHER, dice, names)
        school.teaching[subject] = teacher.id
    _adult(school, "direccion", Role.SCHOOL_ADMIN, dice, names)
    _adult(school, "enlace-sep", Role.GOV_OPERATOR, dice, names)
    _guardians(school, dice, names)


def let_live(school: School, dice: Random, now: datetime) -> None:
    """Let each student do something in the app on most of the last days."""
    for student in school.students:
        count = dice.randint(*EVENTS)
        seconds = sorted(dice.uniform(120, DAYS * 86_400) for _ in range(count))
        school.happenings[student.id] = tuple(
            _happening(school.id, student.id, n, now - timedelta(seconds=ago), dice)
            for n, ago in enumerate(reversed(seconds))
        )


def _happening(school: str, student: str, n: int, at: datetime, dice: Random) -> Happening:
    moment = at.replace(microsecond=at.microsecond // 1000 * 1000)
    tail = hashlib.sha256(f"{school}/{student}/{n}".encode()).digest()
    kind = dice.choices(TYPES, SHARES)[0]
    return Happening(uuid7(moment, tail), kind, moment, dice.randint(1, 12))


def _student(
    school: School, identity: str, dice: Random, names: Names, used: dict[str, int]
) -> Person:
    sex = dice.choice("FM")
    name = names.of(f"{school.id}/{identity}", sex)
    born = date(2013, 1, 1) + timedelta(days=dice.randrange(365))
    state = dice.choice(STATES)
    curp = mexico.curp(name, born, sex, state)
    twins = used.get(curp[:16], 0)
    used[curp[:16]] = twins + 1
    return _add(school, identity, Role.STUDENT, name, mexico.curp(name, born, sex, state, twins))


def _guardians(school: School, dice: Random, names: Names) -> None:
    students = school.students
    n = 0
    while students:
        children = [students.pop() for _ in range(2 if n % SIBLINGS == 0 else 1) if students]
        n += 1
        identity = f"tutor-{n:02d}"
        name = names.of(f"{school.id}/{identity}", dice.choice("FM"))
        _add(school, identity, Role.GUARDIAN, name, children=tuple(child.id for child in children))


def _adult(school: School, identity: str, role: Role, dice: Random, names: Names) -> Person:
    return _add(school, identity, role, names.of(f"{school.id}/{identity}", dice.choice("FM")))


def _add(
    school: School,
    identity: str,
    role: Role,
    name: Name,
    curp: str = "",
    children: tuple[str, ...] = (),
) -> Person:
    # .example can belong to nobody (RFC 2606).
    email = f"{identity}@{school.id}.example"
    person = Person(identity, role, name, email, curp, children)
    school.people[identity] = person
    return person
