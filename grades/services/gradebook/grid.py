"""The gradebook as a grid: a page is one Query of the index, and what is remembered."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from grades.domain import (
    Assessment,
    Evaluation,
    Grade,
    Gradebook,
    GradebookRow,
)
from grades.repository import evaluations, grades
from grades.services import assessments, standing
from grades.services.moment import this_moment
from grades.services.pool import at_once, both
from luca.aws import audit
from luca.aws.audit import Action
from luca.aws.store import Key
from luca.kernel.ids import AssessmentId, GroupId, StudentId
from tenants import services as tenants
from tenants.domain import ClassList, Course, Student

LARGEST_CLASS = 100  # by name; more than that is no class, and comes in the order of the index
NEVER = datetime.max.replace(tzinfo=UTC)
Results = dict[StudentId, dict[AssessmentId, Evaluation]]


def gradebook(
    course: Course, group: GroupId, *, limit: int, start: Key | None, official: bool = False
) -> tuple[Gradebook, Key | None]:
    """A page of the students of a group with their results, to those who teach it there.

    The index that it is read from may be a moment behind: a version in it is good as a
    precondition of a change, and for nothing else.
    """
    seated = tenants.visible_class(course, group, "gradebook")
    everybody, begin = in_order(seated), begin_of(seated, start)
    page = everybody[begin : begin + limit]
    found, known = both(
        lambda: results_of(course, group, page, seated),
        lambda: grades.several([one.id for one in page], course) if official and page else {},
    )
    book = Gradebook(course, group, this_moment(), tuple(columns_of(course, group, found)), ())
    rows = tuple(row_of(book, one, found[one.id], known.get(one.id)) for one in page)
    return replace(book, rows=rows), following_of(everybody, begin + limit)


def whole_gradebook(course: Course, group: GroupId, form: str) -> Gradebook:
    """All of it for a file, read anew; that it was handed out is recorded."""
    seated = tenants.class_now(course, group)
    found = results_of(course, group, seated.students, seated)
    columns = tuple(columns_of(course, group, found))
    rows = tuple(GradebookRow(one, found[one.id]) for one in seated.students)
    about = f"course:{course.subject}/{course.period}/{group}"
    audit.record(Action.GRADES_EXPORTED, about, rows=str(len(rows)), form=form)
    return Gradebook(course, group, this_moment(), columns, rows)


def results_of(
    course: Course, group: GroupId, students: Sequence[Student], seated: ClassList
) -> Results:
    """Read what the students have achieved: one range of the index, from the first id to the last.

    What somebody achieved in another group lies in that group's range; it is read for itself.
    """
    found: Results = {one.id: {} for one in students}
    if not students:
        return found
    first, last = min(found), max(found)
    elsewhere = [one for one in found if one in seated.moved]
    of_moved = at_once(lambda one: evaluations.of_course(one, course), elsewhere)
    for some in (evaluations.of_group(course, group, first, last), *of_moved):
        for one in some:
            if one.student in found:  # the range holds others too, and who has left
                found[one.student][one.assessment] = one
    return found


def columns_of(course: Course, group: GroupId, found: Results) -> list[Assessment]:
    """What is asked of the group, or was answered by one of it; by date, then by name."""
    recorded = [one for row in found.values() for one in row.values()]
    answered = {one.assessment for one in recorded}
    asked = assessments.definitions_of(course, recorded)
    shown = [one for one in asked if one.group in {"", group} or one.id in answered]
    return sorted(shown, key=lambda one: (one.due or NEVER, one.title, one.id))


def row_of(
    book: Gradebook,
    student: Student,
    own: Mapping[AssessmentId, Evaluation],
    official: Grade | None,
) -> GradebookRow:
    results = list(own.values())
    now = standing.of(student.id, book.course, official, results, group=book.group)
    return GradebookRow(student, own, now)


def in_order(seated: ClassList) -> Sequence[Student]:
    if len(seated.students) <= LARGEST_CLASS:
        return seated.students
    return sorted(seated.students, key=lambda one: one.id)


def begin_of(seated: ClassList, start: Key | None) -> int:
    """Where a page begins: behind the last student of the one before, wherever they are now."""
    if start is None:
        return 0
    places = {one.id: n for n, one in enumerate(in_order(seated), 1)}
    begin: int = places.get(start["after"]) or start["begin"]
    return begin


def following_of(everybody: Sequence[Student], begin: int) -> Key | None:
    if begin >= len(everybody):
        return None
    return {"after": everybody[begin - 1].id, "begin": begin}
