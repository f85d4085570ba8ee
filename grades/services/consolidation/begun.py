"""Rules whose day has come: everybody in the open courses of their subject is recomputed."""

from collections.abc import Sequence

from grades.repository import courses as repository
from grades.services.moment import today
from luca.aws import store
from tenants import services as tenants
from tenants.domain import Course, Period


def begun_rules(periods: Sequence[Period], *, dry_run: bool) -> set[Course]:
    """Mark the courses and return them: the index that names marked courses may lag."""
    found: set[Course] = set()
    begun = store.insistently(lambda: repository.beginning(today()))
    every = store.insistently(tenants.courses) if begun else []
    for subject, number, day in begun:
        concerned = {one.id for one in periods if one.is_open and one.ends >= day}
        courses = [one for one in every if one.subject == subject and one.period in concerned]
        if not dry_run:
            repository.begin(subject, number, courses)
        found.update(courses)
    return found
