"""Who attends which course, in which group, and how that came about.

An enrolment is three items in one transaction: the roster's, the student's, and a
line of the student's history that is never changed again.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from luca.aws import store
from luca.aws.table import TenantItem
from luca.kernel import clock, context
from luca.kernel.ids import (
    GroupId,
    GuardianId,
    PeriodId,
    PersonId,
    StudentId,
    SubjectId,
    uuid7,
)
from luca.kernel.iterate import chunks
from tenants import keys
from tenants.domain import Course, CourseOfStudent, Enrolment, EnrolmentChange, Move
from tenants.models import ContactItem, CourseOfStudentItem, EnrolledItem, EnrolmentChangeItem
from tenants.repository import saving
from tenants.repository.saving import Join

PARTS = 3  # items of one change
ROOM = (store.LIMIT - 1) // PARTS  # changes of a transaction that something may join


@dataclass(frozen=True, slots=True)
class Moving:
    """A student's change in a course: to a group or out of it, from what was read."""

    student: StudentId
    before: GroupId | None
    after: GroupId | None

    @property
    def move(self) -> Move:
        if self.after is None:
            return Move.WITHDRAWN
        return Move.ENROLLED if self.before is None else Move.MOVED


Noted = Callable[[Sequence[Moving]], Join]  # what joins the transaction of some changes


def write(course: Course, changes: Sequence[Moving], noted: Noted | None = None) -> None:
    """Write the changes; ConditionFailed when one was not as it had been read."""
    for some in chunks(changes, ROOM):
        work = store.Transaction()
        for one in some:
            _join(work, course, one)
        saving.commit(work, noted(some) if noted else None)


def _join(work: store.Transaction, course: Course, one: Moving) -> None:
    roster = keys.course(course.subject, course.period)
    enrolled = EnrolledItem(
        roster,
        keys.enrolled(one.student),
        student=one.student,
        group=one.after or one.before,
        moved=one.move is Move.MOVED or None,
    )
    own = CourseOfStudentItem(
        keys.student(one.student),
        keys.course_of_student(course.subject, course.period),
        subject=course.subject,
        period=course.period,
        group=one.after or one.before,
        withdrawn=None if one.after else clock.now().date().isoformat(),
    )
    unchanged = (
        EnrolledItem.pk.does_not_exist() if one.before is None else EnrolledItem.group == one.before
    )
    (work.put if one.after else work.delete)(enrolled, unchanged)
    work.put(own)  # of who withdrew too: their teacher may still read what was graded
    work.put(_line(course, one))


def _line(course: Course, one: Moving) -> EnrolmentChangeItem:
    now = clock.now()
    return EnrolmentChangeItem(
        keys.student(one.student),
        keys.enrolment_change(now, uuid7(now)),
        at=now,
        move=one.move.value,
        subject=course.subject,
        period=course.period,
        group=one.after,
        before=one.before,
        by=context.actor(),
    )


def history(
    student: StudentId, limit: int, start: store.Key | None
) -> tuple[list[EnrolmentChange], store.Key | None]:
    """A page of what happened to a student's enrolments, the newest first."""
    page = store.query(
        EnrolmentChangeItem,
        keys.student(student),
        TenantItem.sk.startswith(keys.ENROLMENTS),
        consistent=True,
        newest_first=True,
        limit=limit,
        start=start,
    )
    return [_change(item) for item in page.items], page.next


def _change(item: EnrolmentChangeItem) -> EnrolmentChange:
    return EnrolmentChange(
        item.at,
        Move(item.move),
        SubjectId(item.subject),
        PeriodId(item.period),
        GroupId(item.group) if item.group else None,
        GroupId(item.before) if item.before else None,
        PersonId(item.by) if item.by else None,
    )


def roster(course: Course) -> list[Enrolment]:
    place = keys.course(course.subject, course.period)
    sk = TenantItem.sk.startswith(keys.ENROLLED)
    links = store.every(EnrolledItem, place, sk, consistent=True)
    return [enrolment_of(x) for x in links]


def roster_page(
    course: Course, limit: int, start: store.Key | None
) -> tuple[list[Enrolment], store.Key | None]:
    place = keys.course(course.subject, course.period)
    sk = TenantItem.sk.startswith(keys.ENROLLED)
    page = store.query(EnrolledItem, place, sk, consistent=True, limit=limit, start=start)
    return [enrolment_of(x) for x in page.items], page.next


def enrolments(course: Course, students: Iterable[StudentId]) -> dict[StudentId, Enrolment]:
    """Return those of the students who are in the course."""
    place = keys.course(course.subject, course.period)
    places = [(place, keys.enrolled(one)) for one in students]
    if len(places) == 1:
        alone = store.get(EnrolledItem, *places[0], consistent=True)
        found = [] if alone is None else [alone]
    else:
        found = store.batch_get(EnrolledItem, places, consistent=True)
    return {StudentId(x.student): enrolment_of(x) for x in found}


def enrolment_of(item: EnrolledItem) -> Enrolment:
    return Enrolment(StudentId(item.student), GroupId(item.group), bool(item.moved))


def around(student: StudentId) -> tuple[list[GuardianId], list[CourseOfStudent]]:
    """A student's guardians and courses: they lie side by side, and are read in one go."""
    sk = TenantItem.sk.between(keys.CONTACTS, f"{keys.COURSES}\uffff")
    found = list(store.every(TenantItem, keys.student(student), sk, consistent=True))
    guardians = [GuardianId(one.guardian) for one in found if isinstance(one, ContactItem)]
    return guardians, [_course(one) for one in found if isinstance(one, CourseOfStudentItem)]


def courses_of(student: StudentId) -> list[CourseOfStudent]:
    """The courses that a student attends or has attended."""
    sk = TenantItem.sk.startswith(keys.COURSES)
    links = store.every(CourseOfStudentItem, keys.student(student), sk, consistent=True)
    return [_course(x) for x in links]


def _course(x: CourseOfStudentItem) -> CourseOfStudent:
    return CourseOfStudent(
        SubjectId(x.subject), PeriodId(x.period), GroupId(x.group), bool(x.withdrawn)
    )
