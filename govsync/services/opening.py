"""The tasks of the machine that maps over schools.

Each is safe to repeat. A school's run in a campaign has an identity that follows from both: who
opens it a second time finds it.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from govsync.domain import CELERY, Campaign, Opened, Run, RunStatus
from govsync.repository import campaigns, runs
from govsync.services import failures, running
from govsync.services.actions import Action, Arguments
from govsync.services.beginning import name_of, starting_input
from govsync.services.failures import Failed
from luca.aws.store import ConditionFailed
from luca.kernel import clock, context
from luca.kernel.errors import LucaError, NotFound, Unavailable
from luca.kernel.ids import PeriodId, uuid7
from luca.telemetry import log, metric
from tenants import services as tenants

PAGE = 200  # schools; their ids are a small part of what an execution's state may hold
NOTHING, FAILED, OVER = "nothing_to_send", "run_failed", "run_has_ended"
BEGINNING = timedelta(seconds=20)  # in which Step Functions begins what it has opened
logger = log(__name__)


def page(given: Arguments) -> Mapping[str, Any]:
    """The next schools after a cursor, in the order of their ids."""
    campaign = _campaign(given)
    after = str(given["cursor"])
    left = sorted(school.id for school in tenants.schools() if school.id > after)
    some = left[:PAGE]
    call = {"campaign": campaign.id, "period": campaign.period, "cursor": ([after, *some])[-1]}
    return {"schools": some, "more": len(left) > PAGE, "call": call}


def open_run(given: Arguments) -> Mapping[str, Any]:
    """The run of the context's school, at its beginning; or why it gets none."""
    campaign = _campaign(given)
    found = runs.get(identity_of(campaign))
    if found is None:
        why_not = ""
        try:
            why_not = why_none(campaign.period)
            found = None if why_not else _begun(campaign)
        except (ConditionFailed, Unavailable):
            raise
        except LucaError as problem:
            why_not = problem.code
        if found is None:
            return _passed_over(campaign, why_not)
    campaigns.note(campaign.id, Opened(context.school(), run=found.id))
    if found.status is not RunStatus.RUNNING or found.executions > 1:
        return _answer(OVER)
    return {"skip": "", "name": name_of(found), "input": starting_input(found)}


def note_school(given: Arguments) -> None:
    """Write down that a school could not be served, or how its execution ended.

    One that ended because its history was full has a next: the run goes on.
    """
    campaign = _campaign(given["call"])
    error = str(given["error"].get("Error", failures.BROKEN))
    known = campaigns.noted(campaign.id, context.school())
    run = known.run if known else ""
    present = runs.get(run) if run else None
    if present is not None and present.status is RunStatus.RUNNING:
        return
    campaigns.note(campaign.id, Opened(context.school(), run=run, why_not=error))
    logger.warning("campaign_school_failed", period=campaign.period, error=error)


def done(given: Arguments) -> None:
    """Say how many schools got a run, and why others got none."""
    campaign = _campaign(given)
    became = Counter(one.why_not or "opened" for one in campaigns.opened(campaign.id))
    for outcome, number in became.items():
        logger.info("campaign_schools", period=campaign.period, outcome=outcome, count=number)
    metric("SyncCampaignsDone")


ACTIONS: dict[str, Action] = {
    "govsync.campaign_done": done,
    "govsync.campaign_page": page,
    "govsync.note_school": note_school,
    "govsync.open_run": open_run,
}


def identity_of(campaign: Campaign) -> str:
    """The run's id in a campaign: one for each school, the same whenever it is asked."""
    text = f"{campaign.id}/{context.school()}"
    return uuid7(campaign.began, hashlib.sha256(text.encode()).digest())


def why_none(period: PeriodId) -> str:
    """Why another run would be for nothing after the last one; empty when it would not."""
    try:
        last = running.latest(period)
    except NotFound:
        return ""
    if last.status not in {RunStatus.DONE, RunStatus.FAILED} or running.preview(period)["records"]:
        return ""
    return NOTHING if last.status is RunStatus.DONE else FAILED


def _begun(campaign: Campaign) -> Run:
    waited_for = campaign.engine != CELERY
    return running.begin(
        campaign.period,
        identity_of(campaign),
        engine=campaign.engine,
        campaign=campaign.id,
        time_scale=campaign.time_scale,
        # Until then no sweep begins the execution that the campaign is about to begin.
        leased_until=clock.now() + BEGINNING if waited_for else None,
    )


def _passed_over(campaign: Campaign, why_not: str) -> Mapping[str, Any]:
    campaigns.note(campaign.id, Opened(context.school(), why_not=why_not))
    return _answer(why_not)


def _answer(skip: str) -> Mapping[str, Any]:
    return {"skip": skip, "name": "", "input": {}}


def _campaign(given: Arguments) -> Campaign:
    found = campaigns.get(given["period"])
    if found is None or found.id != given["campaign"] or found.status is not RunStatus.RUNNING:
        raise Failed(failures.STALE, "The campaign is over.")
    return found
