"""For whom an actor may record events.

The actor, the groups and the school come from verified claims: of the request,
or of the message that a request became. Who may read is `tenants.see_student`.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from luca.kernel import context
from luca.kernel.ids import StudentId, TeacherId
from tenants import services as tenants

if TYPE_CHECKING:
    from collections.abc import Iterable

    from behavior.domain import Event

EVERY_STUDENT = {"school_admin", "integrator"}  # groups that record for anyone of the school
BY_STAFF = {"attendance", "conduct"}  # types that students record of nobody, themselves included
REMEMBERED = 60.0  # seconds
LARGEST = 100_000  # permissions remembered, some 20 MB
_allowed: dict[tuple[str, str | None, frozenset[str], StudentId], float] = {}


def foreign(students: Iterable[StudentId]) -> set[StudentId]:
    """Return those for whom the actor may not record.

    A student who does not exist, or is another school's, is among them: the
    answer must not tell the two apart. What is allowed is remembered for a
    minute, because the same people send all through a lesson.
    """
    groups = context.groups()
    asked = set(students)
    if "student" in groups:
        asked.discard(StudentId(context.actor() or ""))
    if not asked:
        return asked
    who = (context.school(), context.actor(), groups)
    now = time.monotonic()
    asked = {one for one in asked if _allowed.get((*who, one), 0) < now}
    found = _found(asked, groups) if asked else set()
    if len(_allowed) > LARGEST:
        _allowed.clear()
    _allowed.update(((*who, one), now + REMEMBERED) for one in found)
    return asked - found


def is_left_to_staff(event: Event) -> bool:
    """Tell whether it is a student's own word for what only staff may say of a student."""
    groups = context.groups()
    return (
        event.type in BY_STAFF
        and "student" in groups
        and not groups & (EVERY_STUDENT | {"teacher"})
    )


def _found(asked: set[StudentId], groups: frozenset[str]) -> set[StudentId]:
    """Those among whom the actor's groups let it record for."""
    if groups & EVERY_STUDENT:
        return set(tenants.students(asked))
    if "teacher" in groups:
        return _taught(asked)
    return set()


def _taught(students: set[StudentId]) -> set[StudentId]:
    own = {one.group for one in tenants.teaching_of(TeacherId(context.actor() or ""))}
    return {
        student
        for student in students
        if any(course.group in own for course in tenants.courses_of(student))
    }
