"""A period of all schools: begun as one campaign, and seen school by school."""

from collections.abc import Iterator
from dataclasses import replace

from django.conf import settings

from govsync import definition, engine
from govsync.domain import Campaign, Opened, RunStatus
from govsync.repository import campaigns
from govsync.services import campaigning, opening, running
from govsync.services.beginning import time_scale, wake_campaign
from govsync.services.running import Status
from luca.aws.store import ConditionFailed
from luca.kernel import clock, context
from luca.kernel.errors import Conflict, LucaError, NotFound
from luca.kernel.ids import PeriodId, SchoolId, check_id, uuid7
from luca.telemetry import log
from tenants import services as tenants

logger = log(__name__)


def start_all(period: PeriodId) -> tuple[Campaign, bool]:
    """Begin a campaign, or wake the one that is under way; say whether it was begun.

    It may be repeated when it has ended: a school whose run is under way, was paused or has
    failed is left alone, and so is one that has nothing to send since its last run.
    """
    check_id(period, "period")
    seen = campaigns.get(period)
    if seen is None or seen.status is not RunStatus.RUNNING:
        return _begun(period, seen), True
    wake_campaign(seen.period, seen.version)
    return seen, False


def campaign(period: str) -> Campaign | None:
    """The present or the last campaign of a period."""
    return campaigns.get(period)


def opened(found: Campaign) -> dict[SchoolId, Opened]:
    """What the campaign has made of each school that it has come to."""
    return {one.school: one for one in campaigns.opened(found.id)}


def preview_all(period: PeriodId) -> Iterator[Opened]:
    """What a campaign would do; `why_not` is empty where a run would begin."""
    for school in tenants.schools():
        with context.entered(school=school.id):
            yield Opened(school.id, why_not=_why_not(period))


def status_all(period: PeriodId | None = None) -> Iterator[tuple[SchoolId, Status | None]]:
    """The last run of each school, or None where there was none."""
    for school in tenants.schools():
        with context.entered(school=school.id):
            try:
                found = running.status(running.latest(period).id)
            except NotFound:
                found = None
        yield school.id, found


def _begun(period: PeriodId, seen: Campaign | None) -> Campaign:
    now = clock.now()
    text = definition.current_parent()
    identity = uuid7(now)
    blank = Campaign(
        id=identity,
        period=period,
        execution=engine.begin(definition.parent(text), {}),
        machine=definition.digest(text),
        began=now,
        correlation_id=context.correlation_id() or identity,
        engine=settings.GOVSYNC_ENGINE,
        time_scale=time_scale(),
    )
    begun = replace(blank.execution, data=campaigning.starting_input(blank))
    fresh = replace(blank, execution=begun)
    try:
        campaigns.add(fresh, text, seen)
    except ConditionFailed as problem:
        sentence = "Somebody has begun a campaign of this period at this moment."
        raise Conflict(sentence, code="campaign_under_way") from problem
    logger.info("campaign_started", period=period, time_scale=fresh.time_scale)
    wake_campaign(period, fresh.version)
    return fresh


def _why_not(period: PeriodId) -> str:
    try:
        why_not = opening.why_none(period)
        if not why_not:
            running.preview(period)
    except LucaError as problem:
        return problem.code
    except Exception as error:
        # A school that cannot be looked at hides no other.
        logger.exception("campaign_visit_failed")
        return type(error).__name__
    return why_not
