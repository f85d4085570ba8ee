"""Who attends which course in which group."""

from collections.abc import Mapping

from luca.kernel.ids import GroupId, PeriodId, StudentId, SubjectId
from luca.kernel.tables import Row, Table
from tenants.domain import Course, Enrolment
from tenants.domain.imports import Step
from tenants.repository import enrolling as repository
from tenants.repository import schools, studies
from tenants.rules import sheets, wording
from tenants.services import enrolling, people
from tenants.services.checks import MALFORMED, well_formed
from tenants.services.imports.prepared import Judge, Prepared, Tick

Enrolled = Mapping[Course, Mapping[StudentId, Enrolment]]


def enrolments(table: Table) -> Prepared:
    judge = Judge(table)
    _judge_references(judge)
    places = (
        (row, "/".join((row["student"], row["subject"], row["period"]))) for row in table.rows
    )
    judge.once("student", places)
    courses: dict[Course, list[Row]] = {}
    for row in table.rows:
        if judge.is_good(row):
            courses.setdefault(_course(row), []).append(row)
    stored = {
        course: repository.enrolments(course, [StudentId(row["student"]) for row in rows])
        for course, rows in courses.items()
    }
    _judge_closed(judge, courses, stored)
    return _compared(judge, courses, stored)


def _compared(judge: Judge, courses: Mapping[Course, list[Row]], stored: Enrolled) -> Prepared:
    new = changed = unchanged = 0
    own: dict[Course, list[Enrolment]] = {}
    steps: list[Step] = []
    for course, rows in courses.items():
        for row in rows:
            if not judge.is_good(row):
                continue
            wanted = Enrolment(StudentId(row["student"]), GroupId(row["group"]))
            before = stored[course].get(wanted.student)
            was = None if before is None else {"group": str(before.group)}
            name = f"{wanted.student}/{course.subject}/{course.period}"
            steps.append(Step(row.line, name, was, {"group": str(wanted.group)}))
            if before == wanted:
                unchanged += 1
                continue
            new, changed = new + (before is None), changed + (before is not None)
            own.setdefault(course, []).append(wanted)

    def write(tick: Tick) -> None:
        for course, some in own.items():
            enrolling.enrol(course.subject, course.period, some)
            tick(len(some))

    return Prepared(new, changed, unchanged, judge.faults, write, steps)


def _course(row: Row) -> Course:
    return Course(SubjectId(row["subject"]), PeriodId(row["period"]))


def _judge_references(judge: Judge) -> None:
    """Refuse what a row names and the school does not have."""
    rows = judge.table.rows
    known = people.students({StudentId(row["student"]) for row in rows})
    groups = {str(group.id) for group in schools.groups()}
    periods = {str(period.id) for period in schools.periods()}
    subjects = _Subjects()
    for row in rows:
        if row["student"] not in known:
            judge.refuse(row, "student", sheets.NO_STUDENT)
        if row["group"] not in groups:
            judge.refuse(row, "group", sheets.NO_GROUP)
        elif not well_formed(row["subject"]):
            judge.refuse(row, "subject", wording.text(MALFORMED))
        elif not subjects.has(row["subject"], row["group"]):
            judge.refuse(row, "subject", sheets.NO_SUBJECT)
        if row["period"] not in periods:
            judge.refuse(row, "period", sheets.NO_PERIOD)


class _Subjects:
    """A subject is no thing of its own: it exists where it is taught or has a course."""

    def __init__(self) -> None:
        self._courses = {str(course.subject) for course in schools.courses(None)}
        self._taught: dict[str, set[str]] = {}

    def has(self, subject: str, group: str) -> bool:
        if subject in self._courses:
            return True
        if group not in self._taught:
            self._taught[group] = {str(one.subject) for one in studies.taught(GroupId(group))}
        return subject in self._taught[group]


def _judge_closed(judge: Judge, courses: Mapping[Course, list[Row]], stored: Enrolled) -> None:
    """Whoever is on the roster of a closed period may be named again; nobody else."""
    closed = {period.id for period in schools.periods() if not period.is_open}
    for course, rows in courses.items():
        for row in rows if course.period in closed else []:
            before = stored[course].get(StudentId(row["student"]))
            if before is None or before.group != row["group"]:
                judge.refuse(row, "period", sheets.CLOSED)
