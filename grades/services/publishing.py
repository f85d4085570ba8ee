"""Rules get their dates: published, listed, withdrawn."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from itertools import groupby
from typing import Any

from grades import rules
from grades.domain import (
    EARLIEST,
    Concern,
    Misfit,
    Publication,
    RulesVersion,
    Standing,
)
from grades.repository import assessments
from grades.repository import courses as repository
from grades.services.access import check_admin
from grades.services.courses import checked_id, forget_rules
from grades.services.moment import this_moment, today
from luca.aws.store import Key
from luca.kernel import context
from luca.kernel.errors import Conflict, FieldError, Invalid, NotFound
from luca.kernel.ids import SubjectId
from tenants import services as tenants
from tenants.domain import Course, Period

LATEST = date(2100, 12, 31)


def publish_rules(
    subject: SubjectId,
    given: Mapping[str, Any],
    *,
    valid_from: date | None = None,
    dry_run: bool = False,
    reason: str = "",
) -> Publication:
    """Make these the school's rules for a subject from a day on.

    Everybody in its open courses is recomputed, at once or when the day comes. Without
    a day the rules are for all that is open: they begin today, or on the last day of an
    open period that is over. Publishing the rules that are the last already changes nothing.
    """
    plan = planned_rules(subject, given, valid_from=valid_from)
    if not plan.fresh:
        return plan
    asked = {str(one.period): assessments.of_course(one) for one in plan.courses}
    concerns = (*rules.misfits(plan.version.rules, asked), *plan.concerns)
    plan = replace(plan, concerns=concerns)
    if dry_run:
        return plan
    waits = plan.standing is Standing.FUTURE
    repository.add_rules(plan.version, () if waits else plan.courses, waits=waits, reason=reason)
    forget_rules(subject)
    return replace(plan, stored=True)


def planned_rules(
    subject: SubjectId,
    given: Mapping[str, Any],
    *,
    valid_from: date | None = None,
    day: date | None = None,
) -> Publication:
    """What publishing would do, in two reads: no course's assessments are looked at.

    Whether they fit is `misfits_of` each course. Who knows the school's `day` saves a read.
    """
    check_admin()
    checked_id(subject, "subject")
    wanted = rules.parse(given, version=0)
    day = day or today()
    every = list(repository.versions(subject))
    last = next((one for one in every if one.withdrawn_at is None), None)
    offer = tenants.catalogue()
    periods = [one for one in offer.periods if one.is_open]
    begins = _checked_day(valid_from, last) if valid_from else _usual_day(periods, last, day)
    if last is not None and replace(wanted, version=last.number) == last.rules:
        present = rules.standing(last, rules.in_force(every, day), day)
        return Publication(last, present, (), (), fresh=False, stored=False)
    number = every[0].number + 1 if every else 1
    fresh = RulesVersion(
        subject, replace(wanted, version=number), begins, this_moment(), context.actor()
    )
    taught = {course.period for course in offer.courses if course.subject == subject}
    return _plan(fresh, [one for one in periods if one.id in taught], day)


def misfits_of(course: Course, given: Mapping[str, Any]) -> tuple[Concern, ...]:
    """Where rules and the assessments of one course do not fit."""
    check_admin()
    checked_id(course.subject, "subject")
    checked_id(course.period, "period")
    wanted = rules.parse(given, version=0)
    return rules.misfits(wanted, {str(course.period): assessments.of_course(course)})


def withdraw_rules(
    subject: SubjectId, number: int, *, dry_run: bool = False, reason: str = ""
) -> RulesVersion:
    """Take a version back whose day has not come."""
    check_admin()
    found = rules_version(subject, number)[0]
    day = today()
    if found.withdrawn_at is not None or found.valid_from <= day:
        raise Conflict(
            "These rules are in force already, or are withdrawn.",
            code="rules_in_force",
            errors=(FieldError("version", f"Version {number} can no longer be withdrawn."),),
        )
    if not dry_run:
        repository.withdraw_rules(found, day, reason)
        forget_rules(subject)
    return found


def check_subject(subject: SubjectId) -> None:
    """NotFound for what nobody is taught and nobody has rules for."""
    taught = any(course.subject == subject for course in tenants.courses())
    if not taught and next(repository.versions(subject), None) is None:
        raise NotFound("There is no such subject.", code="subject_not_found")


def rules_version(subject: SubjectId, number: int) -> tuple[RulesVersion, Standing]:
    """One version, and where it stands today."""
    found = repository.version(subject, number)
    if found is None:
        raise NotFound("There is no such version of these rules.", code="rules_not_found")
    return found, _standing(found)


def every_rules() -> list[tuple[RulesVersion, Standing]]:
    """Every version of every subject, the newest first within each: hundreds at most."""
    check_admin()
    day = today()
    found = []
    by_subject = groupby(repository.every_version(), key=lambda one: one.subject)
    for versions in sorted((list(some) for _subject, some in by_subject), key=_subject_of):
        present = rules.in_force(versions, day)
        found += [(one, rules.standing(one, present, day)) for one in versions]
    return found


def _subject_of(versions: list[RulesVersion]) -> SubjectId:
    return versions[0].subject


def latest_rules(subject: SubjectId) -> RulesVersion | None:
    """The version that the next one follows, if there is any."""
    check_admin()
    return next((one for one in repository.versions(subject) if one.withdrawn_at is None), None)


def rules_page(
    subject: SubjectId, limit: int, start: Key | None
) -> tuple[list[tuple[RulesVersion, Standing]], Key | None]:
    """A page of a subject's versions, the newest first."""
    check_subject(subject)
    found, following = repository.versions_page(subject, limit, start)
    day = today()
    present = repository.version_on(subject, day)
    return [(one, rules.standing(one, present, day)) for one in found], following


def _standing(version: RulesVersion) -> Standing:
    day = today()
    return rules.standing(version, repository.version_on(version.subject, day), day)


def _usual_day(periods: list[Period], last: RulesVersion | None, present: date) -> date:
    day = min([present, *(one.ends for one in periods)])
    if last is None:
        return day
    return max(day, last.valid_from) if last.valid_from <= present else _checked_day(day, last)


def _checked_day(day: date, last: RulesVersion | None) -> date:
    """The order of versions is the order of dates: refuse what would turn it round."""
    if not EARLIEST <= day <= LATEST:
        fault = f"valid_from is a date from {EARLIEST} to {LATEST}."
        raise Invalid(fault, errors=(FieldError("valid_from", fault),))
    if last is not None and day < last.valid_from:
        fault = (
            f"valid_from is before {last.valid_from}, when version {last.number} begins; "
            "withdraw that version first, or choose a later day."
        )
        raise Conflict(fault, code="rules_order", errors=(FieldError("valid_from", fault),))
    return day


def _plan(fresh: RulesVersion, periods: list[Period], day: date) -> Publication:
    concerned = [one for one in periods if fresh.valid_from <= one.ends]
    over = [one for one in periods if one not in concerned]
    return Publication(
        version=fresh,
        standing=Standing.FUTURE if fresh.valid_from > day else Standing.IN_FORCE,
        courses=tuple(Course(fresh.subject, one.id) for one in concerned),
        concerns=tuple(Concern(Misfit.OVER, "valid_from", one.id, one.id) for one in over),
        fresh=True,
        stored=False,
    )
