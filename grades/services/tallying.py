"""How a school's courses stand, counted from what is stored: for a night, not for a request."""

from collections import Counter
from datetime import date, timedelta
from fractions import Fraction

from grades import rules
from grades.domain import CourseTally, Verdict
from grades.repository import grades, tallying
from grades.services.courses import rules_for
from grades.services.pool import at_once
from tenants import services as tenants
from tenants.domain import Course


def tally(course: Course) -> CourseTally:
    """Read every grade of a course once, and of each result when it was recorded."""
    roster = tenants.roster(course.subject, course.period)
    found = list(grades.several([one.student for one in roster], course).values())
    scale = rules_for(course.subject, tenants.period(course.period)).scale
    numbers = [Fraction(one.score) for one in found if one.score is not None]
    spread = rules.distribution(numbers, scale)
    return CourseTally(
        course=course,
        students=len(roster),
        undefined=len(roster) - len(numbers),
        failed=sum(one.verdict is Verdict.FAILED for one in found),
        mean=spread.mean,
        tenths=spread.tenths,
        lowest=scale.lowest,
        highest=scale.highest,
        weeks=_weeks(course, {one.group for one in roster}),
    )


def waiting() -> int:
    """How many results of the school wait for the night."""
    return sum(at_once(tallying.waiting, tallying.SHARDS))


def _weeks(course: Course, groups: set[str]) -> Counter[date]:
    zone = tenants.school_zone()

    def of(group: str) -> Counter[date]:
        days = (at.astimezone(zone).date() for at in tallying.recorded(course, group))
        return Counter(day - timedelta(days=day.weekday()) for day in days)

    return sum(at_once(of, sorted(groups)), Counter[date]())
