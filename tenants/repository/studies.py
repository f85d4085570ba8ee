"""Who studies what with whom: members, teaching, enrolments, guardians' children.

Each link is stored once for each end, so that both are found without an index.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from luca.aws import store
from luca.aws.table import TenantItem
from luca.kernel.ids import GroupId, GuardianId, PeriodId, StudentId, SubjectId, TeacherId
from tenants import keys
from tenants.domain import Course, CourseOfStudent, Enrolment, Teaching
from tenants.models import (
    ChildItem,
    ContactItem,
    CourseOfStudentItem,
    EnrolledItem,
    LinkItem,
    MemberItem,
    TaughtItem,
    TeachesItem,
)


def add_members(group: GroupId, students: Iterable[StudentId]) -> None:
    place = keys.group(group)
    store.batch_put(MemberItem(place, keys.member(one), student=one) for one in students)


def members(group: GroupId) -> list[StudentId]:
    return [StudentId(item.student) for item in _links(MemberItem, keys.group(group), keys.MEMBERS)]


def add_teaching(one: Teaching) -> None:
    known: Any = {"group": one.group, "subject": one.subject, "teacher": one.teacher}
    taught = keys.taught(one.subject, one.teacher)
    teaches = keys.teaches(one.group, one.subject)
    work = store.Transaction()
    work.put(TaughtItem(keys.group(one.group), taught, **known))
    work.put(TeachesItem(keys.teacher(one.teacher), teaches, **known))
    store.patiently(work)


def remove_teaching(one: Teaching) -> None:
    work = store.Transaction()
    work.delete(TaughtItem(keys.group(one.group), keys.taught(one.subject, one.teacher)))
    work.delete(TeachesItem(keys.teacher(one.teacher), keys.teaches(one.group, one.subject)))
    store.patiently(work)


def teaching_of(teacher: TeacherId) -> list[Teaching]:
    links = _links(TeachesItem, keys.teacher(teacher), keys.TEACHES)
    return [Teaching(GroupId(x.group), SubjectId(x.subject), teacher) for x in links]


def taught(group: GroupId) -> list[Teaching]:
    links = _links(TaughtItem, keys.group(group), keys.TAUGHT)
    return [Teaching(group, SubjectId(x.subject), TeacherId(x.teacher)) for x in links]


def enrol(course: Course, enrolments: Sequence[Enrolment]) -> None:
    """Write both ends. The roster goes last: who is on it has a course to find."""
    listed = keys.course_of_student(course.subject, course.period)
    place = keys.course(course.subject, course.period)
    store.batch_put(
        CourseOfStudentItem(
            keys.student(one.student),
            listed,
            subject=course.subject,
            period=course.period,
            group=one.group,
        )
        for one in enrolments
    )
    store.batch_put(
        EnrolledItem(place, keys.enrolled(one.student), student=one.student, group=one.group)
        for one in enrolments
    )


def roster(course: Course) -> list[Enrolment]:
    links = _links(EnrolledItem, keys.course(course.subject, course.period), keys.ENROLLED)
    return [Enrolment(StudentId(x.student), GroupId(x.group)) for x in links]


def roster_page(
    course: Course, limit: int, start: store.Key | None
) -> tuple[list[Enrolment], store.Key | None]:
    place = keys.course(course.subject, course.period)
    sk = TenantItem.sk.startswith(keys.ENROLLED)
    page = store.query(EnrolledItem, place, sk, consistent=True, limit=limit, start=start)
    return [Enrolment(StudentId(x.student), GroupId(x.group)) for x in page.items], page.next


def enrolments(course: Course, students: Iterable[StudentId]) -> dict[StudentId, Enrolment]:
    """Return those of the students who are in the course."""
    place = keys.course(course.subject, course.period)
    places = [(place, keys.enrolled(one)) for one in students]
    if len(places) == 1:
        alone = store.get(EnrolledItem, *places[0], consistent=True)
        found = [] if alone is None else [alone]
    else:
        found = store.batch_get(EnrolledItem, places, consistent=True)
    return {StudentId(x.student): Enrolment(StudentId(x.student), GroupId(x.group)) for x in found}


def courses_of(student: StudentId) -> list[CourseOfStudent]:
    links = _links(CourseOfStudentItem, keys.student(student), keys.COURSES)
    return [
        CourseOfStudent(SubjectId(x.subject), PeriodId(x.period), GroupId(x.group)) for x in links
    ]


def add_children(families: Iterable[tuple[GuardianId, StudentId]]) -> None:
    links: list[LinkItem] = []
    for guardian, child in families:
        known: Any = {"guardian": guardian, "student": child}
        links.append(ChildItem(keys.guardian(guardian), keys.child(child), **known))
        links.append(ContactItem(keys.student(child), keys.contact(guardian), **known))
    store.batch_put(links)


def children_of(guardian: GuardianId) -> list[StudentId]:
    links = _links(ChildItem, keys.guardian(guardian), keys.CHILDREN)
    return [StudentId(item.student) for item in links]


def _links(model: type[LinkItem], place: str, beginning: str) -> Iterator[LinkItem]:
    sk = TenantItem.sk.startswith(beginning)
    return store.every(model, place, sk, consistent=True)
