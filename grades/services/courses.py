"""By which rules a course is graded, and how they are remembered for a while."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from grades import rules
from grades.domain import GradingRules, RulesVersion
from grades.repository import courses as repository
from grades.services.moment import today
from luca.kernel.errors import FieldError, Invalid
from luca.kernel.ids import CURP_LIKE, PeriodId, SubjectId, check_id
from tenants import services as tenants
from tenants.domain import Course, Period
from tenants.services.cached import LINKS, Remembered

_versions: Remembered[list[RulesVersion]] = Remembered(LINKS)
_ends: Remembered[date] = Remembered(LINKS)


def day_of(period: Period) -> date:
    """The day whose rules count for a period that is not closed: today, until it ends."""
    return min(today(), period.ends)


def rules_for(subject: SubjectId, period: Period | None = None) -> GradingRules:
    """The rules in force; without any, every assessment carries its own weight."""
    day = today() if period is None else day_of(period)
    return repository.rules_on(subject, day) or GradingRules()


def rules_as_written(subject: SubjectId) -> dict[str, Any]:
    """The same in the form in which they are published."""
    return rules.as_mapping(rules_for(subject))


def remembered_rules(subject: SubjectId, period: PeriodId | None = None) -> GradingRules:
    """The same, up to half a minute old: for provisional results and for checks."""
    day = today()
    if period is not None:
        ends = _ends.fetch(period, lambda: tenants.period(period).ends)
        day = min(day, ends or day)
    found = rules.in_force(_known(subject), day)
    return GradingRules() if found is None else found.rules


def remembered_version(subject: SubjectId, number: int) -> GradingRules:
    """The rules that a closed period was graded by."""
    found = (one.rules for one in _known(subject) if one.number == number)
    return next(found, GradingRules())


def remembered_categories(subject: SubjectId, period: PeriodId) -> list[str] | None:
    """What the rules of a period weigh, or will weigh in it; None: whatever an assessment says."""
    known = _known(subject)
    ends = _ends.fetch(period, lambda: tenants.period(period).ends) or today()
    day = min(today(), ends)
    present = rules.in_force(known, day)
    if present is None:
        return None
    coming = [one for one in known if one.withdrawn_at is None and day < one.valid_from <= ends]
    return _categories([one.rules for one in (present, *coming)])


def categories_of(subject: SubjectId, number: int) -> list[str] | None:
    """The same of the version that a closed period was graded by."""
    return _categories([remembered_version(subject, number)])


def _categories(every: Sequence[GradingRules]) -> list[str] | None:
    if not all(by.weights for by in every):
        return None
    return sorted({name for by in every for name, _ in by.weights})


def remember(course: Course, versions: list[RulesVersion], ends: date, until: float) -> None:
    """Keep what was read beside something else; `until` was asked for before it was read."""
    _versions.put(course.subject, versions, until)
    _ends.put(course.period, ends, until)


def until() -> float:
    return _versions.expiry()


def forget_rules(subject: SubjectId) -> None:
    """Read them anew the next time: this process has changed them."""
    _versions.forget(subject)


def _known(subject: SubjectId) -> list[RulesVersion]:
    return _versions.fetch(subject, lambda: list(repository.versions(subject))) or []


def checked_id(text: str, field: str) -> None:
    """Refuse what no key, or no audit entry, may hold."""
    if CURP_LIKE.search(text):
        message = "An id is no CURP: it stands in addresses and in the audit log."
        raise Invalid("An id is malformed.", errors=(FieldError(field, message),))
    try:
        check_id(text, field)
    except ValueError as error:
        raise Invalid("An id is malformed.", errors=(FieldError(field, str(error)),)) from error
