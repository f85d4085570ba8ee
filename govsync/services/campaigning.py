"""The hands of a campaign: the machine that maps over schools, on either engine.

On Celery a worker takes the campaign under a lease, does what can be done and rests. To wait for
a school's run is to look at its books: when a run has ended it wakes its campaign, and a
message that comes back every minute finds what a dead worker did not tell.
"""

import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.conf import settings

from govsync import definition, engine
from govsync.domain import CELERY, STEP_FUNCTIONS, Campaign, RunStatus
from govsync.engine import Call, Context, Effect, Event, Execution, Go, Phase, TaskFailed, errors
from govsync.repository import campaigns
from govsync.rules import turns
from govsync.services import answering, opening
from govsync.services.actions import perform_named
from govsync.services.answering import SOON, Asked
from govsync.services.beginning import wake_campaign
from govsync.services.visiting import asked_for, visited
from luca.aws import alerts, workflow
from luca.aws.store import Busy, ConditionFailed
from luca.kernel import clock, context
from luca.telemetry import log, metric

LEASE = timedelta(seconds=30)  # renewed by each transition; no task of a campaign takes as long
TURN = 20.0  # seconds that one message keeps a worker
LOOK = 60.0  # seconds between two looks at the runs that are waited for
OVERDUE = timedelta(seconds=10)
logger = log(__name__)


def advance(period: str, version: str) -> None:
    """Move a campaign on; with a version, unless somebody has moved it since."""
    found = campaigns.get(period)
    stale = found is None or (version and found.version != int(version))
    if found is None or stale or found.status is not RunStatus.RUNNING:
        logger.info("wake_up_dropped", period=period, version=version)
    elif found.engine != CELERY:
        with context.entered(correlation_id=found.correlation_id):
            _follow(found)
    elif not turns.alive(found, clock.now(), LEASE):
        with context.entered(correlation_id=found.correlation_id):
            _go_on(found)


def sweep() -> int:
    """Wake every campaign that should have moved and has not."""
    now = clock.now()
    late = [one for one in campaigns.last_of_each_period() if _forgotten(one, now - OVERDUE)]
    for one in late:
        wake_campaign(one.period, one.version)
        logger.info("campaign_woken", period=one.period, version=one.version)
    return len(late)


def answer(asked: Asked, arguments: Mapping[str, Any]) -> None:
    """Do a task of a campaign that Step Functions runs, and answer its token."""
    call = arguments.get("call", arguments)
    found = campaigns.get(str(call["period"]))
    present = found is not None and (found.id, found.engine) == (asked.execution, STEP_FUNCTIONS)
    if found is None or not present or found.status is not RunStatus.RUNNING:
        answering.refuse(asked)
    elif not workflow.beat(asked.token):
        logger.info("task_given_up", period=found.period, state=asked.place.state)
    else:
        answering.tell(asked.token, perform_named(asked.task, arguments, opening.ACTIONS))
        if asked.task == "govsync.campaign_done":
            wake_campaign(found.period, found.version, SOON)


def starting_input(campaign: Campaign) -> dict[str, Any]:
    return {
        "school_id": "",
        "correlation_id": campaign.correlation_id,
        "page": {"call": {"campaign": campaign.id, "period": campaign.period, "cursor": ""}},
        "embed": {},
    }


def _forgotten(campaign: Campaign, before: Any) -> bool:
    if campaign.status is not RunStatus.RUNNING:
        return False
    if campaign.engine != CELERY:
        return True  # Step Functions tells nobody how it ended
    due = campaign.leased_until or campaign.not_before or campaign.updated
    return due is None or not before < due < before + 2 * OVERDUE + timedelta(seconds=LOOK)


def _go_on(found: Campaign) -> None:
    machine = definition.parent(campaigns.definition(found.id))
    until = time.monotonic() + TURN
    campaign = found
    try:
        campaign = _stored(found, replace(found, leased_until=clock.now() + LEASE))
        while campaign.status is RunStatus.RUNNING:
            if time.monotonic() > until:
                return _rested(campaign, 0)
            effect = engine.pending(machine, campaign.execution, _context(campaign))
            turn = _next(campaign, effect)
            if turn is None:
                return _rested(campaign, _seconds(campaign, effect))
            campaign = _moved(machine, campaign, *turn)
    except ConditionFailed:
        logger.info("campaign_overtaken", period=found.period, version=campaign.version)
    except Busy:
        # Its lease ends, and the sweep finds it.
        logger.warning("campaign_waits", period=found.period, version=campaign.version)
    return None


def _next(campaign: Campaign, effect: Effect) -> tuple[str, Event] | None:
    """What can happen now: first what is free, then a task, then a run that has ended."""
    leaves = list(turns.leaves(effect))
    now = clock.now()
    for path, leaf in leaves:
        if not isinstance(leaf, Call) and turns.turn_of(campaign, path, leaf, now).wait == 0:
            return path, Go()
    calls = [(path, leaf) for path, leaf in leaves if isinstance(leaf, Call)]
    for path, call in calls:
        if call.resource == definition.SEND:
            return path, asked_for(call, campaign.time_scale)
    for path, call in calls:
        event = visited(call) if call.resource == definition.SYNC else None
        if event is not None:
            return path, event
    return None


def _moved(machine: engine.Machine, campaign: Campaign, path: str, event: Event) -> Campaign:
    """One transition, stored before it is returned."""
    if machine.seconds is not None and _elapsed(campaign) > machine.seconds * campaign.time_scale:
        ended = engine.fail(campaign.execution, errors.TIMEOUT, "It took longer than it may.")
        return _ended(campaign, ended)
    here = _context(campaign)
    after = engine.step(machine, campaign.execution, turns.addressed(path, event), here)
    if isinstance(event, TaskFailed):
        logger.warning("campaign_task_failed", period=campaign.period, error=event.error)
    if after.ended:
        return _ended(campaign, after)
    now = clock.now()
    effect = engine.pending(machine, after, here)
    times = turns.times_after(campaign, effect, path, now)
    fresh = replace(campaign, execution=after, times=times, leased_until=now + LEASE)
    return _stored(campaign, fresh)


def _rested(campaign: Campaign, seconds: float) -> None:
    """Let go of it until a run ends, or a look is due."""
    due = clock.now() + timedelta(seconds=seconds)
    after = _stored(campaign, replace(campaign, leased_until=None, not_before=due))
    wake_campaign(after.period, after.version, seconds)


def _seconds(campaign: Campaign, effect: Effect) -> float:
    now = clock.now()
    waits = [
        turns.turn_of(campaign, path, leaf, now).wait
        for path, leaf in turns.leaves(effect)
        if not isinstance(leaf, Call)
    ]
    return min([LOOK * campaign.time_scale, *waits])


def _stored(before: Campaign, after: Campaign) -> Campaign:
    after = replace(after, version=before.version + 1, updated=clock.now())
    campaigns.move(after, before.version)
    return after


def _ended(campaign: Campaign, execution: Execution) -> Campaign:
    """Write down its end, and tell people of one that is none."""
    after = replace(
        campaign,
        execution=execution,
        finished=clock.now(),
        leased_until=None,
        not_before=None,
        times={},
    )
    after = _stored(campaign, after)
    metric("SyncCampaignsEnded", outcome=after.status.value)
    logger.info("campaign_ended", period=after.period, outcome=after.status.value)
    if after.status is RunStatus.FAILED:
        alerts.publish(
            "alerts",
            "Luca: a government sync of all schools has failed",
            {"kind": "govsync.campaign", "period": after.period, "error": execution.error},
        )
    return after


def _follow(campaign: Campaign) -> None:
    """Begin the execution at Step Functions, or write down that it has ended; safe to repeat."""
    arn = f"{settings.SYNC_MACHINE_ARN}-parent"
    seen = workflow.describe(arn, campaign.id)
    if seen is None:
        workflow.start(arn, campaign.id, starting_input(campaign))
        logger.info("campaign_execution_started", period=campaign.period)
    elif not seen.running:
        try:
            _ended(campaign, _outcome(campaign, seen))
        except ConditionFailed:
            logger.info("campaign_overtaken", period=campaign.period, version=campaign.version)


def _outcome(campaign: Campaign, seen: workflow.Seen) -> Execution:
    if seen.status == workflow.SUCCEEDED:
        return replace(campaign.execution, phase=Phase.SUCCEEDED)
    return engine.fail(campaign.execution, seen.error or f"Gov.{seen.status.title()}", seen.cause)


def _context(campaign: Campaign) -> Context:
    given = starting_input(campaign)
    execution = {"Id": campaign.id, "Name": campaign.id, "Input": given}
    return Context({"Execution": execution, "Task": {"Token": f"{campaign.id}.{campaign.version}"}})


def _elapsed(campaign: Campaign) -> float:
    return (clock.now() - campaign.began).total_seconds()
