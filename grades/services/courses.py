"""By which rules a subject is graded, and how they are remembered for a while."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from grades import rules
from grades.domain import GradingRules
from grades.repository import courses as repository
from grades.services.access import check_admin
from luca.kernel.errors import FieldError, Invalid
from luca.kernel.ids import CURP_LIKE, SubjectId, check_id
from tenants import services as tenants
from tenants.services.cached import LINKS, Remembered

_rules: Remembered[GradingRules] = Remembered(LINKS)


def publish_rules(subject: SubjectId, given: Mapping[str, Any]) -> GradingRules:
    """Make these the school's rules for a subject from now on.

    Everybody in its open courses is recomputed. Publishing the rules that are
    in force already changes nothing.
    """
    check_admin()
    checked_id(subject, "subject")
    wanted = rules.parse(given, version=0)
    latest = repository.latest_rules(subject)
    number = latest.version if latest else 0
    if latest is not None and replace(wanted, version=number) == latest:
        return latest
    fresh = replace(wanted, version=number + 1)
    open_periods = {period.id for period in tenants.periods() if period.is_open}
    concerned = [
        course
        for course in tenants.courses()
        if course.subject == subject and course.period in open_periods
    ]
    repository.add_rules(subject, fresh, concerned)
    _rules.forget(subject)
    return fresh


def rules_for(subject: SubjectId) -> GradingRules:
    """The rules in force; without any, every assessment carries its own weight."""
    return repository.latest_rules(subject) or GradingRules()


def rules_as_written(subject: SubjectId) -> dict[str, Any]:
    """The same in the form in which they are published."""
    return rules.as_mapping(rules_for(subject))


def remembered_rules(subject: SubjectId) -> GradingRules:
    """The same, up to half a minute old: for provisional results and for checks."""
    return _rules.fetch(subject, lambda: rules_for(subject)) or GradingRules()


def checked_id(text: str, field: str) -> None:
    """Refuse what no key, or no audit entry, may hold."""
    if CURP_LIKE.search(text):
        message = "An id is no CURP: it stands in addresses and in the audit log."
        raise Invalid("An id is malformed.", errors=(FieldError(field, message),))
    try:
        check_id(text, field)
    except ValueError as error:
        raise Invalid("An id is malformed.", errors=(FieldError(field, str(error)),)) from error
