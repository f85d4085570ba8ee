"""A page of the gradebook for the school's office: each partition is read once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from grades.domain import Gradebook
from grades.repository import evaluations
from grades.repository.surroundings import AT_ONCE, GUESSED, Found, Wanted
from grades.services import surroundings
from grades.services.access import check_admin
from grades.services.gradebook.grid import (
    Results,
    begin_of,
    columns_of,
    following_of,
    in_order,
    row_of,
)
from grades.services.moment import this_moment
from luca.aws import audit
from luca.aws.store import Key
from luca.kernel.ids import GroupId, StudentId
from tenants import services as tenants
from tenants.domain import ClassList, Course, Enrolment, Student

FEW = 2  # versions of a subject's rules that are worth asking for


@dataclass(frozen=True, slots=True)
class OfficeBook:
    """A page, what its subject is called, and where the next page starts."""

    book: Gradebook
    subject: str
    following: Key | None


def look_at_gradebook(course: Course, group: GroupId) -> None:
    """Note that somebody of the office opens it: what they then read is not noted again."""
    check_admin()
    audit.seen("gradebook", f"course:{course.subject}/{course.period}/{group}")


def office_gradebook(
    course: Course, group: GroupId, *, limit: int, start: Key | None
) -> OfficeBook | None:
    """The same page as `gradebook` makes, in three reads; None when nobody attends it there."""
    check_admin()
    around = surroundings.course(course)
    own = {one.student: one for one in around.enrolments if one.group == group}
    if not own:
        return None
    wanted, is_small = _wanted(course, own, [one.id for one in around.assessments])
    found = surroundings.read(wanted)
    seated = _seated(own, found.students)
    everybody, begin = in_order(seated), begin_of(seated, start)
    page = everybody[begin : begin + limit]
    if not is_small:
        found += surroundings.read_grades(course, [one.id for one in page])
    results = _results(course, group, page, found)
    book = Gradebook(course, group, this_moment(), tuple(columns_of(course, group, results)), ())
    known = found.grades
    rows = tuple(row_of(book, one, results[one.id], known.get(one.id)) for one in page)
    following = following_of(everybody, begin + limit)
    return OfficeBook(replace(book, rows=rows), found.subject(course), following)


def _wanted(
    course: Course, own: Mapping[StudentId, Enrolment], asked: Sequence[str]
) -> tuple[Wanted, bool]:
    """What to read of the class; False: too many to read their grades in the same go."""
    wanted = Wanted(course)
    wanted.names()
    for one in own.values():
        wanted.student(one.student)
        if one.moved:  # what they did before lies with another group
            wanted.results(one.student, asked)
    room = AT_ONCE - 1 - len(wanted.places) - len(own)
    is_small = room >= FEW  # or the grades are read when it is known who is on the page
    wanted.rules(min(room, GUESSED) if is_small else GUESSED)
    for student in own if is_small else ():
        wanted.grade(student)
    return wanted, is_small


def _seated(own: Mapping[StudentId, Enrolment], known: Mapping[StudentId, Student]) -> ClassList:
    moved = frozenset(one.student for one in own.values() if one.moved)
    return ClassList(tuple(tenants.as_listed(known.values())), moved)


def _results(course: Course, group: GroupId, page: Sequence[Student], found: Found) -> Results:
    """One range of the index, and of who came from another group what was read for them."""
    results: Results = {one.id: {} for one in page}
    if not page:
        return results
    of_group = evaluations.of_group(course, group, min(results), max(results))
    for one in (*of_group, *found.results):
        if one.student in results:  # the range holds others too, and who has left
            results[one.student][one.assessment] = one
    return results
