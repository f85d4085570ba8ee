"""Celery's doors to the sync."""

from typing import Any

from celery import current_task

from govsync import services
from govsync.services import Place
from luca.aws import jobs
from luca.aws.tasks import kept_hidden, platform_task, school_task
from luca.telemetry import log

logger = log(__name__)


@school_task(name="govsync.advance")
def advance(run: str, version: str) -> None:
    """Move a run on; safe to repeat, for a message about another version is dropped."""
    services.advance(run, int(version))


@school_task(name="govsync.clear_letters")
def clear_letters(run: str, before: str) -> None:
    """Take a run's dead letters out that a redrive has settled."""
    services.clear_letters(run, int(before))


@platform_task(name="govsync.sweep")
def sweep() -> None:
    """Wake what a dead worker has left."""
    services.sweep_campaigns()
    services.sweep()


@platform_task(name="govsync.check_periods")
def check_periods() -> None:
    """Let every period be looked at whose day has come."""
    services.check_periods()


@platform_task(name="govsync.quarter")
def quarter() -> None:
    """Begin the sync of every period that ended lately, in all schools that have closed it."""
    services.begin_quarter()


@school_task(name="govsync.check_period")
def check_period(period: str, version: str) -> None:
    """Compare a period with the authority, a part at a time; a stale message is dropped."""
    services.check_period(period, int(version))


@school_task(name="govsync.evidence", bind=True)
def evidence(self: Any, *, job: str) -> None:
    """Pack the evidence of a run into one file."""
    jobs.run(job, services.evidence_for_job, kept_hidden(self))


@school_task(name="govsync.preflight", bind=True)
def preflight(self: Any, *, job: str) -> None:
    """Find out what a run of a period would send and hold back."""
    jobs.run(job, services.preflight_for_job, kept_hidden(self))


@school_task(name="govsync.causes", bind=True)
def causes(self: Any, *, job: str) -> None:
    """Add up why records of a run did not get through."""
    jobs.run(job, services.causes_for_job, kept_hidden(self))


@school_task(name="govsync.whole", bind=True)
def whole(self: Any, *, job: str) -> None:
    """Add a period up over all of its runs."""
    jobs.run(job, services.whole_for_job, kept_hidden(self))


@platform_task(name="govsync.foresee")
def foresee() -> None:
    """See which runs will miss their deadline."""
    services.foresee()


def _step(name: str) -> Any:
    """A task of the machine as Step Functions asks for it: the answer goes back by its token."""

    @school_task(name=name)
    def step(**arguments: Any) -> None:
        asked = _asked(name)
        if asked is not None:
            services.answer(asked, arguments, kept_hidden(current_task, "sync"))

    return step


def _asked(name: str) -> services.Asked | None:
    """What the message's headers say; None where Step Functions did not send it."""
    header = current_task.request.get
    token = header("luca_task_token")
    if not token:
        logger.error("no_task_token", task=name)
        return None
    place = Place(str(header("luca_state") or ""), int(header("luca_retry") or 0))
    return services.Asked(name, str(header("root_id") or ""), place, str(token))


STEPS = [_step(name) for name in services.ACTIONS]


@platform_task(name="govsync.campaign")
def campaign(period: str, version: str = "") -> None:
    """Move a period's campaign on; a message about another version is dropped."""
    services.advance_campaign(period, version)


def _campaign_step(name: str) -> Any:
    """The same for the machine that maps over schools; the message may name a school."""

    @platform_task(name=name)
    def step(**arguments: Any) -> None:
        asked = _asked(name)
        if asked is not None:
            services.answer_campaign(asked, arguments)

    return step


CAMPAIGN_STEPS = [_campaign_step(name) for name in services.CAMPAIGN_ACTIONS]
