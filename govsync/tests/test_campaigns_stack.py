"""All schools of a period with real workers, one of which is killed, on either engine."""

import secrets
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import settings as ours
from pytest_django.fixtures import Settings

from govsync import services
from govsync.domain import CELERY, ENGINES, STEP_FUNCTIONS, Campaign, Opened, RunStatus, State
from govsync.repository import runs
from govsync.tests.cast import school_year
from govsync.tests.outside import TOKEN, Outside
from govsync.tests.test_kill import until
from govsync.tests.workers import kill, worker
from luca.aws import queue, workflow
from luca.aws.tests import redelivery
from luca.kernel import context
from luca.kernel.ids import PeriodId

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from subprocess import Popen

    from mypy_boto3_sqs import SQSClient

    from luca.localaws.embedded import Embedded

    Hire = Callable[[], AbstractContextManager[Popen[bytes]]]

pytestmark = pytest.mark.slow
SCHOOLS, RECORDS = 3, 120
HIDDEN = 35  # seconds; longer than a campaign's lease


@pytest.fixture
def seen_again_at_once(every_queue: "SQSClient") -> "Iterator[None]":
    """Let queues show again what the killed worker has had as soon as its lease is over."""
    with redelivery.soon(every_queue, HIDDEN):
        yield


@pytest.fixture
def period(school: str, no_grace: None, settings: Settings) -> PeriodId:  # noqa: ARG001 -- periods must close
    """A period that three schools have closed, and that no other test's school knows."""
    found = PeriodId(f"p-{secrets.token_hex(4)}")
    for number in range(SCHOOLS):
        school_year(f"{school}-{number}", RECORDS, period=found)
    return found


@pytest.fixture
def hire(aws: "Embedded", authority: Outside, tmp_path: Path) -> "Hire":
    def hire() -> "AbstractContextManager[Popen[bytes]]":
        return worker(
            aws,
            tmp_path / "worker.log",
            LUCA_AUTHORITY_URL=authority.url,
            LUCA_AUTHORITY_TOKEN=TOKEN,
            GOVSYNC_TIME_SCALE="0.01",
        )

    return hire


def over(period: str) -> Campaign | None:
    """Let the scheduler tick; return the campaign when it and its runs have ended in the books."""
    queue.enqueue("govsync.sweep", queue="sync")
    time.sleep(1)
    found = services.campaign(period)
    if found is None or found.status is RunStatus.RUNNING:
        return None
    return None if any(_runs(one) for one in services.opened(found).values()) else found


def _runs(one: Opened) -> bool:
    if not one.run:
        return False
    with context.entered(school=one.school):
        return services.run(one.run).status is RunStatus.RUNNING


def some_are_at_work(period: str) -> bool:
    found = services.campaign(period)
    return found is not None and any(one.run for one in services.opened(found).values())


@pytest.mark.usefixtures("seen_again_at_once")
@pytest.mark.parametrize("engine", ENGINES)
def test_all_schools_are_synced_although_a_worker_is_killed_in_the_middle(
    school: str,
    period: PeriodId,
    authority: Outside,
    hire: "Hire",
    settings: Settings,
    engine: str,
) -> None:
    authority.chaos(slow_share=1, slow_seconds=0.3)
    settings.GOVSYNC_ENGINE = engine
    begun, _ = services.start_all(period)
    with hire() as victim:
        until(lambda: some_are_at_work(period))
        kill(victim)
    authority.chaos()
    with hire(), hire():
        ended = until(lambda: over(period))

    assert (ended.id, ended.status, ended.engine) == (begun.id, RunStatus.DONE, engine)
    opened = services.opened(ended)
    for number in range(SCHOOLS):
        check(f"{school}-{number}", opened[f"{school}-{number}"].run, ended, authority)  # type: ignore[index]


def check(school: str, run: str, campaign: Campaign, authority: Outside) -> None:
    """One run of this campaign, on its engine; each record is with the authority once."""
    with context.entered(school=school):
        assert runs.listed(campaign.period) == [run]
        found = services.status(run)
    assert (found.run.status, found.run.engine) == (RunStatus.DONE, campaign.engine)
    assert found.run.campaign == campaign.id
    assert found.run.executions == 1
    assert found.records == {State.VERIFIED: RECORDS}
    report = authority.report(school_id=school)
    assert report["records_distinct"] == report["records_accepted"] == RECORDS
    assert (report["records_counted_twice"], report["most_keys_of_a_body"]) == (0, 1)


def test_a_campaign_that_is_stopped_at_step_functions_fails_and_leaves_runs_to_redrive(
    school: str,
    period: PeriodId,
    hire: "Hire",
    settings: Settings,
    acting_as: "Callable[[str], AbstractContextManager[None]]",
) -> None:
    settings.GOVSYNC_ENGINE = STEP_FUNCTIONS
    begun, _ = services.start_all(period)
    with hire():
        until(lambda: some_are_at_work(period))
        with acting_as("worker"):
            arn = f"{ours.SYNC_MACHINE_ARN}-parent"
            until(lambda: workflow.stop(arn, begun.id, "Ops.Stopped", "by hand"))
        ended = until(lambda: over(period))

    assert (ended.status, ended.execution.error) == (RunStatus.FAILED, "Ops.Stopped")
    settings.GOVSYNC_ENGINE = CELERY
    again, fresh = services.start_all(period)
    with hire():
        ended = until(lambda: over(period))
    assert (fresh, ended.id, ended.status) == (True, again.id, RunStatus.DONE)
    for number in range(SCHOOLS):
        with context.entered(school=f"{school}-{number}"):
            assert len(runs.listed(period)) == 1, "who had a run kept it"
