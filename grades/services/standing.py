"""How a student stands in a course today, and whether the official grade knows it all."""

from collections.abc import Sequence

from grades import rules
from grades.domain import CourseResult, Evaluation, Grade, GradingRules, Publish
from grades.services import assessments, courses
from grades.services.moment import this_moment
from luca.kernel.ids import PeriodId, StudentId
from tenants import services as tenants
from tenants.domain import Course, PeriodState
from tenants.services.cached import LINKS, Remembered

_periods: Remembered[PeriodState] = Remembered(LINKS)


def remember(period: PeriodId, state: PeriodState, until: float) -> None:
    """Keep how a period stands, which was read beside something else."""
    _periods.put(period, state, until)


def of(
    student: StudentId,
    course: Course,
    official: Grade | None,
    results: Sequence[Evaluation],
    *,
    group: str | None = None,
) -> CourseResult:
    """Compute what a consolidation now would, of what is stored and remembered.

    Who knows the student's group already says so, and nothing is read for it.

    The official grade is up to date if it is the very same computation: its hash
    covers results, assessments and rules. So no marker of a course has to be read,
    and what is remembered (rules, assessments) is half a minute old at most. After a
    period was closed only a result can change, which is then pending.
    """
    state = _periods.fetch(course.period, lambda: tenants.period(course.period).state)
    is_open = state is PeriodState.OPEN
    asked = assessments.definitions_of(course, results)
    items = rules.items_of(
        asked,
        results,
        at=this_moment() if is_open else None,
        group=group or assessments.groups_of(course, asked, [student]).get(student),
    )
    by = _rules(course, official if state is PeriodState.CLOSED else None)
    provisional = rules.grade(by, items, None if is_open else Publish.FINAL)
    published = {one.id for one in asked if one.published}
    pending = sum(not one.consolidated and one.assessment in published for one in results)
    known = official is not None and (
        state is PeriodState.CLOSED or official.trace_hash == provisional.hash
    )
    return CourseResult(
        subject=course.subject,
        period=course.period,
        official=official,
        provisional=provisional,
        pending=pending,
        up_to_date=known and not pending,
    )


def _rules(course: Course, frozen: Grade | None) -> GradingRules:
    """The rules in force; of a closed period's grade those that it was made with."""
    if frozen is None:
        return courses.remembered_rules(course.subject, course.period)
    return courses.remembered_version(course.subject, frozen.rules_version)
