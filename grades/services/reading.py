"""What students, guardians, teachers and admins read."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from grades import rules
from grades.domain import (
    CourseResult,
    Evaluation,
    Explanation,
    Grade,
    GradeVersion,
    Profile,
    Publish,
)
from grades.repository import evaluations, grades
from grades.services import assessments, standing
from grades.services.access import check_admin
from grades.services.moment import this_moment
from grades.services.pool import both
from luca.aws import audit
from luca.aws.store import Key
from luca.kernel.errors import NotFound
from luca.kernel.ids import AssessmentId, GroupId, PeriodId, StudentId
from tenants import services as tenants
from tenants.domain import Course, Student
from tenants.services.cached import LINKS, Remembered

PROVISIONAL = 0  # the version of what nobody has consolidated yet
_presents: Remembered[PeriodId] = Remembered(LINKS)


def profile(student: StudentId, period: PeriodId | None = None) -> Profile:
    """A student's period at a glance: official grades, and how things stand today.

    Two Queries at once. A student who may not be seen answers as one who does
    not exist.
    """
    tenants.see_student(student)
    at = this_moment()
    asked = period or _presents.fetch("present", _present) or _present()
    (known, own), results = both(
        lambda: grades.with_profile(student), lambda: evaluations.of_period(student, asked)
    )
    if own is None:
        raise NotFound("There is no such student.", code="student_not_found")
    tenants.note_look(student, "profile")
    found = tuple(_results(student, asked, known, results))
    if not found:
        tenants.period(asked)
    return Profile(
        student=student,
        name=" ".join(
            filter(None, (getattr(own, "given_name", ""), getattr(own, "family_name", "")))
        ),
        period=asked,
        as_of=at,
        courses=found,
    )


def _present() -> PeriodId:
    """The period of today: the open one that began last, or simply the last."""
    today = this_moment().date()
    every = tenants.periods()
    begun = [period for period in every if period.starts <= today] or every
    if not begun:
        raise NotFound("The school has no period yet.", code="period_not_found")
    return max(begun, key=lambda period: (period.is_open, period.starts, period.id)).id


def _results(
    student: StudentId, period: PeriodId, known: list[Grade], results: list[Evaluation]
) -> Iterator[CourseResult]:
    official = {grade.course: grade for grade in known if grade.period == period}
    recorded: dict[Course, list[Evaluation]] = defaultdict(list)
    for one in results:
        recorded[one.course].append(one)
    for course in sorted({*official, *recorded}):
        yield standing.of(student, course, official.get(course), recorded[course])


def evaluations_page(
    student: StudentId, limit: int, start: Key | None
) -> tuple[list[Evaluation], Key | None]:
    """A page of a student's results, and where the next one starts."""
    _check(student, "evaluations")
    found, following = evaluations.page_of(student, limit, start)
    return assessments.visible_results(found), following


def group_evaluations_page(
    course: Course, group: GroupId, limit: int, start: Key | None
) -> tuple[list[Evaluation], Key | None]:
    """A page of what a group has in a course, by student; the index may be a moment behind."""
    check_admin()
    audit.seen("evaluations", f"course:{course.subject}/{course.period}/{group}")
    return evaluations.group_page(course, group, limit, start)


def course_grades_page(
    course: Course, limit: int, start: Key | None
) -> tuple[list[tuple[Student, Grade | None]], Key | None]:
    """A page of a course's roster with the official grades, by id."""
    check_admin()
    audit.seen("grades", f"course:{course.subject}/{course.period}")
    page, following = tenants.roster_page(course.subject, course.period, limit=limit, start=start)
    known, own = grades.of_people([one.student for one in page], course)
    rows = [
        (_called(one.student, own.get(one.student)), known.get(one.student))
        for one in page
        if one.student in own
    ]
    return rows, following


def evaluation_in_full(
    student: StudentId, course: Course, identity: AssessmentId
) -> tuple[Evaluation, Student, str]:
    """One result, whose it is and what the assessment is called; for the office."""
    check_admin()
    found, own, asked = evaluations.with_surroundings(student, course, identity)
    if found is None:
        raise NotFound("There is no such evaluation.", code="evaluation_not_found")
    tenants.note_look(student, "evaluation")
    return found, _called(student, own), getattr(asked, "name", None) or identity


def _called(student: StudentId, own: object) -> Student:
    """A student as a list names them, of the item that was read beside something else."""
    given, family = (getattr(own, name, None) for name in ("given_name", "family_name"))
    return Student(student, given or ("" if family else student), family or "")


def official_grades_page(
    student: StudentId, limit: int, start: Key | None
) -> tuple[list[Grade], Key | None]:
    """A page of what is consolidated of a student, for staff who look through it."""
    tenants.see_student(student)
    tenants.note_look(student, "grades")
    return grades.page_of(student, limit, start)


def grades_page(
    student: StudentId, limit: int, start: Key | None
) -> tuple[list[CourseResult], Key | None]:
    """A page of a student's grades; one that does not know everything yet says so."""
    _check(student, "grades")
    (found, following), results = both(
        lambda: grades.page_of(student, limit, start), lambda: evaluations.of_student(student)
    )
    recorded: dict[Course, list[Evaluation]] = defaultdict(list)
    for one in results:
        recorded[one.course].append(one)
    return [
        standing.of(student, grade.course, grade, recorded[grade.course]) for grade in found
    ], following


def history(student: StudentId, course: Course) -> list[GradeVersion]:
    """Every version of a grade, oldest first, each with its explanation."""
    _check(student, "versions")
    return [_shown(student, one) for one in grades.history(student, course)]


def explanation(
    student: StudentId, course: Course, *, language: str, version: int | None = None
) -> Explanation:
    """Tell how a grade came about: the present one, an earlier version, or (0) how things stand."""
    _check(student, "explanation")
    stands = version == PROVISIONAL
    at = this_moment()
    found = _standing(student, course) if stands else _version(student, course, version)
    spoken = rules.Language.EN if language.startswith("en") else rules.Language.ES
    names = {str(one.id): one.title for one in assessments.remembered_assessments(course)}
    told = rules.sentences(found.trace, spoken, names)
    if stands or version is not None:
        return Explanation(_shown(student, found), tuple(told), at)
    now = standing.of(
        student, course, grades.get(student, course), evaluations.of_course(student, course)
    )
    if now.up_to_date:
        return Explanation(_shown(student, found), tuple(told), at)
    told.append(rules.outdated(now.provisional.published, spoken))
    return Explanation(
        _shown(student, found), tuple(told), at, up_to_date=False, provisional=now.provisional
    )


def _shown(student: StudentId, one: GradeVersion) -> GradeVersion:
    """Families read of a curve that there is one: the rest tells how classmates did."""
    if not assessments.is_family(student):
        return one
    return replace(one, trace=rules.without_curves(one.trace))


def _version(student: StudentId, course: Course, number: int | None) -> GradeVersion:
    if number is None:
        present = grades.get(student, course)
        number = None if present is None else present.version
    found = None if number is None else grades.version(student, course, number)
    if found is None:
        raise NotFound("There is no such grade, or not yet.", code="grade_not_found")
    return found


def _standing(student: StudentId, course: Course) -> GradeVersion:
    """The provisional result, of what is recorded now."""
    recorded = evaluations.of_course(student, course)
    official = grades.get(student, course)
    if not recorded and official is None:
        raise NotFound("There is no such grade, or not yet.", code="grade_not_found")
    now = standing.of(student, course, official, recorded).provisional
    return GradeVersion(
        version=PROVISIONAL,
        score=now.published,
        current=now.current,
        final=now.final,
        published=Publish(now.trace["publish"]),
        calculated=this_moment(),
        trace=now.trace,
        trace_hash=now.hash,
    )


def _check(student: StudentId, what: str) -> None:
    tenants.see_student(student)
    tenants.student(student)
    tenants.note_look(student, what)


def grades_of_period(period: PeriodId) -> Iterator[tuple[StudentId, Course, Grade | None]]:
    """Everybody enrolled in any course of a period, by student and subject, with the grade."""
    tenants.period(period)
    rows: list[tuple[StudentId, Course, Grade | None]] = []
    for course in tenants.courses(period):
        students = [one.student for one in tenants.roster(course.subject, course.period)]
        found = grades.several(students, course)
        rows += [(student, course, found.get(student)) for student in students]
    yield from sorted(rows, key=lambda row: (row[0], row[1].subject))
