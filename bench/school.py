"""A school as large as one is: made up, and written by the batch, not recorded one by one.

People, enrolments and rules go through the services, which know what belongs to them. Results,
their grades and events are written as the repositories spell them, 25 in a call: recording
400,000 of them as people do would take an hour.
"""

from __future__ import annotations

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import md5
from typing import TYPE_CHECKING, Any

from luca.kernel.iterate import chunks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from behavior.domain import Event
    from grades.domain import Assessment, Evaluation
    from tenants.domain import Course

    Tell = Callable[[str], None]

GIVEN = [
    "Ana",
    "Luis",
    "José",
    "María",
    "Iván",
    "Sofía",
    "Diego",
    "Ximena",
    "Raúl",
    "Lucía",
    "Ángel",
    "Elena",
    "Hugo",
    "Noemí",
    "Óscar",
    "Paz",
]
FAMILY = [
    "Hernández",
    "García",
    "Martínez",
    "López",
    "González",
    "Pérez",
    "Rodríguez",
    "Sánchez",
    "Ramírez",
    "Cruz",
]
SUBJECTS = ["maths", "spanish", "science", "history", "english", "art", "biology", "physics"]
KINDS = ["quiz_completed", "video_watched", "page_viewed", "assignment_submitted"]
PERIOD, BEFORE = "2026-1", "2025-2"
WEEKS = 12  # over which results and events are spread
PART = 500  # items that a thread writes at a time
WIDTH = 8


@dataclass(frozen=True, slots=True)
class Size:
    students: int
    teachers: int
    groups: int
    subjects: int
    assessments: int  # of each subject
    events: int  # of each student
    sent: int  # students with a grade of the period before, which is closed

    @property
    def evaluations(self) -> int:
        return self.students * self.subjects * self.assessments


BIG = Size(3000, 100, groups=100, subjects=6, assessments=5, events=100, sent=120)
USUAL = Size(130, 12, groups=4, subjects=3, assessments=4, events=3, sent=12)


def quiet(_what: str) -> None:
    """Tell nobody."""


def load(school: str, size: Size, tell: Tell = quiet) -> None:
    """Fill a school that is not there yet; the context's own actor has done it."""
    from luca.kernel import context
    from luca.kernel.ids import SchoolId
    from luca.office import counting
    from tenants import services as tenants
    from tenants.domain import School

    tenants.create_school(School(SchoolId(school), "Escuela grande", cct="09DPR1234X"))
    with context.entered(school=school):
        for step in (_people, _studies, _results, _before, _happenings, _invitations):
            tell(step.__name__.strip("_"))
            step(size)
        counting.count(charts=True)


def student(number: int) -> str:
    return f"s{number:04d}"


def group(size: Size, number: int) -> str:
    """In which group a student is."""
    return f"g{number * size.groups // size.students:03d}"


def _people(size: Size) -> None:
    from luca.kernel.ids import GuardianId, StudentId, TeacherId
    from tenants import services as tenants
    from tenants.domain import Guardian, Student, Teacher

    tenants.add_students(
        Student(StudentId(student(n)), *_name(n), external_id=f"X-{n}")
        for n in range(size.students)
    )
    tenants.add_teachers(
        Teacher(TeacherId(f"t{n:03d}"), *_name(n + 7), email=f"t{n:03d}@escuela.example")
        for n in range(size.teachers)
    )
    tenants.add_guardians(
        Guardian(GuardianId(f"p{n:04d}"), *_name(n + 3), children=(StudentId(student(n)),))
        for n in range(0, size.students, 3)
    )


def _name(number: int) -> tuple[str, str]:
    first, second = FAMILY[number % 10], FAMILY[number // 10 % 10]
    return GIVEN[number * 7 % len(GIVEN)], f"{first} {second}"


def _studies(size: Size) -> None:
    from grades import services as grades
    from luca.kernel.ids import GroupId, PeriodId, StudentId, SubjectId, TeacherId
    from tenants import services as tenants
    from tenants.domain import Enrolment, Group, Period

    today = _now().date()
    begins = today - WEEKS * timedelta(days=7)
    period = PeriodId(PERIOD)
    tenants.save_period(Period(period, "Otoño", begins, today + timedelta(days=10)))
    members: dict[str, list[StudentId]] = {}
    for n in range(size.students):
        members.setdefault(group(size, n), []).append(StudentId(student(n)))
    for number, (name, some) in enumerate(members.items()):
        tenants.add_group(Group(GroupId(name), f"Grupo {number + 1}"))
        tenants.add_members(GroupId(name), some)
    for place, subject in enumerate(SUBJECTS[: size.subjects]):
        for number, name in enumerate(members):
            teacher = TeacherId(f"t{(number + place) % size.teachers:03d}")
            tenants.assign_teacher(GroupId(name), SubjectId(subject), teacher)
        grades.publish_rules(SubjectId(subject), {"weights": {"exam": 1}, "min_passing": 60})
        enrolments = [
            Enrolment(one, GroupId(name)) for name, some in members.items() for one in some
        ]
        tenants.enrol(SubjectId(subject), period, enrolments)
        grades.save_assessments(SubjectId(subject), period, _assessments(size))


def _assessments(size: Size) -> list[Assessment]:
    from grades.domain import Assessment
    from luca.kernel.ids import AssessmentId

    return [
        Assessment(AssessmentId(f"exam-{n}"), category="exam", type="exam", name=f"Examen {n + 1}")
        for n in range(size.assessments)
    ]


def _results(size: Size) -> None:
    """Each result with its grade, and the trace from which it can be told how it came about."""
    from grades.services.courses import rules_for
    from luca.kernel.ids import PeriodId, SubjectId
    from tenants.domain import Course

    for subject in SUBJECTS[: size.subjects]:
        course = Course(SubjectId(subject), PeriodId(PERIOD))
        by = rules_for(course.subject)
        _write(item for n in range(size.students) for item in _of_student(size, n, course, by))


def _before(size: Size) -> None:
    """A period that is closed, and on its way to the government."""
    from govsync import services as govsync
    from grades.services.courses import rules_for
    from luca.kernel.ids import GroupId, PeriodId, StudentId, SubjectId
    from tenants import services as tenants
    from tenants.domain import Course, Enrolment, Period, PeriodState
    from tenants.repository import schools

    ends = _now().date() - (WEEKS + 1) * timedelta(days=7)
    course = Course(SubjectId(SUBJECTS[0]), PeriodId(BEFORE))
    period = Period(course.period, "Primavera", ends - timedelta(days=120), ends)
    seen = tenants.save_period(period)
    enrolments = [
        Enrolment(StudentId(student(n)), GroupId(group(size, n))) for n in range(size.sent)
    ]
    tenants.enrol(course.subject, course.period, enrolments)
    by = rules_for(course.subject)
    _write(item for n in range(size.sent) for item in _of_student(size, n, course, by))
    # Closed without the wait for those who may still be writing: there is nobody.
    schools.save_period(replace(seen, state=PeriodState.CLOSED), seen=seen)
    govsync.start(course.period)


def _of_student(size: Size, number: int, course: Course, by: Any) -> Iterator[Any]:
    from grades import rules
    from grades.domain import Grade, Publish, SyncState
    from grades.repository import evaluations, grades
    from luca.kernel.ids import StudentId

    asked = _assessments(size)
    recorded = [_evaluation(size, number, course, n) for n in range(size.assessments)]
    result = rules.grade(by, rules.items_of(asked, recorded), None)
    made = Grade(
        student=StudentId(student(number)),
        subject=course.subject,
        period=course.period,
        score=result.published,
        current=result.current,
        final=result.final,
        verdict=result.verdict,
        published=Publish(result.trace["publish"]),
        evaluations_count=result.graded,
        last_calculated=_now(),
        version=1,
        rules_version=result.trace["rules"]["version"],
        places=result.trace["rules"]["places"],
        trace_hash=result.hash,
        sync_state=SyncState.PENDING if course.period == BEFORE else SyncState.NONE,
    )
    yield from map(evaluations._item, recorded)  # noqa: SLF001 -- as the repository spells it
    yield grades._grade_item(made)  # noqa: SLF001 -- the same
    yield grades._version_item(made, result)  # noqa: SLF001 -- the same


def _evaluation(size: Size, number: int, course: Course, place: int) -> Evaluation:
    from grades.domain import Evaluation, Status
    from luca.kernel.ids import AssessmentId, PersonId, StudentId

    drawn = _drawn(f"{number} {course.subject} {place}")
    is_over = course.period == BEFORE
    return Evaluation(
        student=StudentId(student(number)),
        subject=course.subject,
        period=course.period,
        assessment=AssessmentId(f"exam-{place}"),
        status=Status.GRADED,
        score=Decimal(40 + drawn % 61),
        max=Decimal(100),
        category="exam",
        recorded_at=_now() - timedelta(days=drawn % (7 * WEEKS) + 7 * WEEKS * is_over),
        recorded_by=PersonId("t000"),
        group=group(size, number),
        consolidated=is_over or bool(drawn % 50),
    )


def _happenings(size: Size) -> None:
    from behavior import repository

    everything = (_event(n, place) for n in range(size.students) for place in range(size.events))
    _at_once(repository.save, everything)


def _event(number: int, place: int) -> Event:
    from behavior.domain import Event, EventId
    from luca.kernel import clock
    from luca.kernel.ids import StudentId, uuid7

    drawn = _drawn(f"{number} {place}")
    at = _now() - timedelta(days=drawn % 29, seconds=drawn % 80_000, milliseconds=place)
    tail = md5(f"{number} {place}".encode()).digest()  # noqa: S324 -- spreads, hides nothing
    return Event(
        id=EventId(uuid7(at, tail)),
        student=StudentId(student(number)),
        type=KINDS[drawn % len(KINDS)],
        at=clock.stamp(at),
        time=clock.stamp(at),
        quantity=1 + drawn % 5,
        source="app",
        metadata='{"seconds":312}',
        received=clock.stamp(at),
        ttl=int((at + timedelta(days=30)).timestamp()),
        digest=tail.hex(),
    )


def _invitations(size: Size) -> None:
    from luca.kernel.ids import PersonId
    from tenants import services as tenants
    from tenants.domain.accounts import NewInvitation

    wanted = [
        NewInvitation(
            PersonId(f"t{n:03d}"), f"t{n:03d}-{_drawn('x')}@escuela.example", frozenset({"teacher"})
        )
        for n in range(min(20, size.teachers))
    ]
    tenants.invite_all(wanted)


def _write(items: Iterable[Any]) -> None:
    from luca.aws import store

    _at_once(store.batch_put, items)


def _at_once(write: Callable[[Sequence[Any]], None], items: Iterable[Any]) -> None:
    """Write in a few threads, each in this school, without holding everything in memory."""
    from luca.kernel import context

    carried = context.carried(write)
    with ThreadPoolExecutor(WIDTH) as pool:
        for some in chunks(chunks(items, PART), WIDTH):
            for _ in pool.map(carried, some):
                pass


def _now() -> datetime:
    from luca.kernel import clock

    return clock.parse(clock.stamp(clock.now()))


def _drawn(name: str) -> int:
    """A number that is always the same and looks like none."""
    return int.from_bytes(md5(name.encode()).digest()[:4])  # noqa: S324 -- spreads, hides nothing


def main() -> None:
    """Fill a school in the environment of the platform's operator, with somebody at its desk."""
    import django

    django.setup()

    from luca.kernel import context
    from tenants import services as tenants

    school, email, password, *more = sys.argv[1:]
    began = time.monotonic()
    with context.entered(school=school):
        load(school, USUAL if more else BIG, lambda what: print(f"{_since(began)} {what}"))
        tenants.create_login("direccion", email, password, frozenset({"school_admin"}))
    print(f"{_since(began)} written")


def _since(began: float) -> str:
    return f"{time.monotonic() - began:>6.0f} s"


if __name__ == "__main__":
    main()
