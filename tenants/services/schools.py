"""Schools, their periods and groups."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from luca.aws.audit import Action
from luca.kernel import clock, context
from luca.kernel.errors import Conflict, FieldError, Invalid, NotFound
from luca.kernel.ids import GroupId, PeriodId, check_school
from luca.telemetry import log
from tenants import rules
from tenants.domain import Group, Period, PeriodState, School
from tenants.repository import schools as repository
from tenants.repository.saving import Join
from tenants.services import cached
from tenants.services.checks import checked_id, well_formed

# Longer than a period is remembered, plus the time that a write under way may take.
GRACE = timedelta(seconds=8)
ATTEMPTS = 8  # before it is said that others change the same thing all the time
_periods: cached.Remembered[Period] = cached.Remembered(cached.PERIOD)
logger = log(__name__)


def create_school(school: School, *, dry_run: bool = False) -> School:
    """Add a school to the platform; repeating it changes nothing.

    The profile is written first: a school that the directory lists can be entered.
    """
    school = _valid(school)
    with context.entered(school=school.id, actor=context.actor(), groups=context.groups()):
        added = not dry_run and repository.add_profile(school)
        present = None if added else repository.profile()
        if present not in {None, school}:
            raise Conflict(
                f"There is another school with the id {school.id}.", code="school_exists"
            )
        if not dry_run:
            repository.list_school(school)
            logger.info("school_created", tenant_id=school.id)
    return school


def doubts(school: School) -> list[str]:
    """What is odd about a school's data and no reason to refuse it."""
    warning = rules.cct_warning(rules.normal_code(school.cct))
    return [warning] if warning else []


def schools() -> list[School]:
    """Every school, as the directory lists it: id, name and time zone, no CCT."""
    return repository.listed()


def school_profile() -> School:
    found = repository.profile()
    if found is None:
        raise NotFound("There is no such school.", code="school_not_found")
    return found


def school_zone() -> ZoneInfo:
    """The clocks of the context's school."""
    return ZoneInfo(school_profile().time_zone)


def save_school_profile(school: School) -> School:
    """Replace the profile of the context's school, here and in the directory."""
    if school.id != context.school():
        raise NotFound("There is no such school.", code="school_not_found")
    return change_school_profile(lambda _: school)


def change_school_profile(change: Callable[[School], School]) -> School:
    """Change what the profile is at this moment: of two who change it at once nobody loses."""
    for _ in range(ATTEMPTS):
        before = school_profile()
        after = _valid(change(before))
        try:
            if after != before:
                repository.save_profile(after, seen=before)
        except Conflict:
            continue
        repository.list_school(after)
        return after
    raise Conflict("Somebody keeps changing the school's data.", code="changed_meanwhile")


def _valid(school: School) -> School:
    school = replace(school, cct=rules.normal_code(school.cct), name=school.name.strip())
    faults = {
        "id": _id_fault(school.id),
        "name": "" if school.name and rules.printable(school.name) else "A school needs a name.",
        "cct": rules.cct_fault(school.cct) if school.cct else "",
        "time_zone": rules.time_zone_fault(school.time_zone),
        "language": "" if school.language in rules.LANGUAGES else "It is es-mx or en.",
    }
    errors = tuple(FieldError(field, message) for field, message in faults.items() if message)
    if errors:
        raise Invalid("The school's data has faults.", errors=errors)
    return school


def _id_fault(identity: str) -> str:
    try:
        check_school(identity)
    except ValueError as error:
        return str(error)
    return ""


def save_period(
    period: Period,
    *,
    dry_run: bool = False,
    seen: Period | None = None,
    act: Action | None = None,
    **details: str,
) -> Period:
    """Add a period, or change its name and dates; Conflict if it is not the one that was seen.

    Its state is not changed here: an open period given for a closed one leaves
    it closed, so an import may be repeated after the period was closed.
    """
    checked_id(period.id, "id")
    if period.ends < period.starts:
        fault = FieldError("ends", "A period cannot end before it starts.")
        raise Invalid("The period's dates are the wrong way round.", errors=(fault,))
    before = seen or repository.period(period.id)
    if before is None:
        period = replace(period, state=PeriodState.OPEN, closing_since=None)
    else:
        period = replace(period, state=before.state, closing_since=before.closing_since)
    if period != before and not dry_run:
        repository.save_period(period, seen=before, act=act, **details)
        _periods.forget(period.id)
    return period


def periods() -> list[Period]:
    return sorted(repository.periods(), key=lambda period: (period.starts, period.id))


def period(identity: PeriodId) -> Period:
    """The period as it is stored now."""
    return _found(None if not well_formed(identity) else repository.period(identity))


def open_period(identity: PeriodId) -> Period:
    """The period, if results may still be recorded in it; remembered for some seconds."""
    known = _periods.fetch(
        identity,
        lambda: repository.period(identity) if well_formed(identity) else None,
    )
    found = _found(known)
    if not found.is_open:
        raise Conflict("The period is closed.", code="period_closed")
    return found


def _found(period: Period | None) -> Period:
    if period is None:
        raise NotFound("There is no such period.", code="period_not_found")
    return period


def begin_closing(identity: PeriodId) -> Period:
    """Refuse new results from now on; repeating it keeps the first time."""
    before = period(identity)
    if not before.is_open:
        return before
    after = replace(before, state=PeriodState.CLOSING, closing_since=clock.now())
    try:
        repository.save_period(after, seen=before, act=Action.PERIOD_CLOSING)
    except Conflict:
        return begin_closing(identity)  # somebody else began a moment ago
    finally:
        _periods.forget(identity)
    return period(identity)


def wait_for_writers(period: Period) -> None:
    """Sleep until no process can still take a closing period for an open one.

    What is read of the period's results afterwards is all there will ever be.
    """
    if period.closing_since is None:
        return
    left = (period.closing_since + GRACE - clock.now()).total_seconds()
    if left > 0:
        time.sleep(min(left, GRACE.total_seconds()))


def close_period(identity: PeriodId) -> Period:
    """Close a period for good, after whoever was writing into it has finished."""
    before = begin_closing(identity)
    if before.state is PeriodState.CLOSED:
        return before
    wait_for_writers(before)
    after = replace(before, state=PeriodState.CLOSED)
    repository.save_period(after, seen=before, act=Action.PERIOD_CLOSED)
    _periods.forget(identity)
    return after


def add_group(group: Group, join: Join | None = None, *, seen: Group | None = None) -> Group:
    """Write a group; Conflict if it is not the one that was seen (None: whatever it was)."""
    checked_id(group.id, "id")
    if not group.name.strip() or not rules.printable(group.name):
        fault = FieldError("name", "A group needs a name.")
        raise Invalid("The group has no name.", errors=(fault,))
    repository.save_group(group, join, seen=seen)
    return group


def groups() -> list[Group]:
    return repository.groups()


def group(identity: GroupId) -> Group:
    found = repository.group(identity) if well_formed(identity) else None
    if found is None:
        raise NotFound("There is no such group.", code="group_not_found")
    return found
