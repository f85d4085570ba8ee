"""Runs of Step Functions in the middle of a deploy, a restart of AWS, a pause."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import boto3
import pytest
from django.conf import settings as ours
from pytest_django.fixtures import Settings

from govsync import definition, services
from govsync.domain import STEP_FUNCTIONS, RunStatus
from govsync.repository import batches
from govsync.services.beginning import name_of
from govsync.tests.archives import findings, packed
from govsync.tests.conftest import SCALE
from govsync.tests.faults import staff
from govsync.tests.faults.conftest import Begin, Gather
from govsync.tests.faults.staff import INTERVAL, LEASE, Campaign
from govsync.tests.test_edited import edited
from luca.localaws import embedded
from luca.localaws.deployment import Deployment
from luca.localaws.home import Home

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

    from luca.localaws.embedded import Embedded

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _by_step_functions(authority: object, settings: Settings) -> None:  # noqa: ARG001 -- it must run
    settings.GOVSYNC_ENGINE = STEP_FUNCTIONS


def test_each_run_ends_on_the_machine_it_began_with_although_another_is_deployed(
    aws: "Embedded",
    begin: Begin,
    gather: Gather,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    old, new = Path(definition.FILE), edited(tmp_path)
    before = begin(1, 10)
    with gather() as crew:
        crew.hire(lease=LEASE, definition=str(old))
        crew.hire(lease=LEASE, definition=str(new))
        staff.until(lambda: _answered(before) > 1)
        with _deployed(aws, new):
            assert not before.ended(), "it was in the middle"
            monkeypatch.setattr(definition, "FILE", new)
            after = begin(1, 6)
            staff.until(lambda: before.ended() and after.ended(), pause=0.5)

    staff.check(before, INTERVAL * SCALE)
    staff.check(after, INTERVAL * SCALE)
    assert "SendBatch" in _entered(before)
    assert "Deliver" not in _entered(before)
    assert "SendBatch" not in _entered(after)


def test_executions_that_aws_has_lost_are_noticed_and_go_on_from_the_ledger(
    aws: "Embedded", begin: Begin, gather: Gather
) -> None:
    """The embedded AWS fails what runs when it is stopped; on AWS nothing does."""
    work = begin(2, 12)
    with gather() as crew:
        for _ in range(2):
            crew.hire(lease=LEASE)
        staff.until(lambda: any(3 < some < 9 for some in _of_each(work)))
        _restarted(aws)
        staff.until(work.ended, pause=0.5)
        lost = []
        for _, run in work.each():
            found = services.run(run.id)
            if found.status is RunStatus.FAILED:
                lost.append(found.execution.error)
                services.redrive(run.id)
        staff.until(work.ended, pause=0.5)

    assert set(lost) == {"States.ServiceRestart"}, "one at least was in the middle"
    staff.check(work, INTERVAL * SCALE)
    assert sum(services.run(run.id).executions for _, run in work.each()) == 2 + len(lost)


def test_a_run_is_foreseen_paused_resumed_and_proved(
    aws: "Embedded", begin: Begin, gather: Gather, tmp_path: Path
) -> None:
    work = begin(1, 14)
    (run,) = work.runs.values()
    with gather() as crew:
        for _ in range(2):
            crew.hire(lease=LEASE)
        staff.until(lambda: _answered(work) > 7)
        for _ in work.each():
            expected = services.forecast(services.status(run.id))
            services.pause()
        # Stopped from outside, or failed by a task that found its run paused already.
        staff.until(lambda: _status(aws, f"{run.id}-1") in {"ABORTED", "FAILED"}, pause=0.5)
        for _ in work.each():
            assert services.run(run.id).status is RunStatus.PAUSED
            services.resume()
        staff.until(work.ended, pause=0.5)

    assert expected.earliest is not None
    assert expected.likely is not None
    assert not expected.at_risk
    staff.check(work, INTERVAL * SCALE)
    for _ in work.each():
        found = services.run(run.id)
        assert (found.engine, name_of(found)) == (STEP_FUNCTIONS, f"{run.id}-2")
        _, content = packed(run.id)
    assert findings(content, tmp_path) == []


def _answered(work: Campaign) -> int:
    return sum(_of_each(work))


def _of_each(work: Campaign) -> list[int]:
    return [sum(not line.open for line in batches.book(run.id)) for _, run in work.each()]


def _entered(work: Campaign) -> set[str]:
    return {one.state for _, run in work.each() for one in services.steps(run.id)}


def _restarted(aws: "Embedded") -> None:
    """Stop it as an operator does and start it with its state, where everybody looks for it."""
    aws.stop()
    port = urlsplit(aws.endpoint).port or 0
    again = embedded.start(aws.home, port, time_scale=str(SCALE))
    aws.process, aws.lifeline = again.process, again.lifeline


@contextmanager
def _deployed(aws: "Embedded", file: Path) -> Iterator[None]:
    """Another machine in the place of the deployed one, for executions that begin meanwhile."""
    machine, arn = _operator(aws), ours.SYNC_MACHINE_ARN
    before = Deployment.text(Path(definition.FILE))
    machine.update_state_machine(stateMachineArn=arn, definition=Deployment.text(file))
    try:
        yield
    finally:
        machine.update_state_machine(stateMachineArn=arn, definition=before)


def _status(aws: "Embedded", name: str) -> str:
    arn = ours.SYNC_MACHINE_ARN.replace(":stateMachine:", ":execution:")
    return str(_operator(aws).describe_execution(executionArn=f"{arn}:{name}")["status"])


def _operator(aws: "Embedded") -> "SFNClient":
    keys = Home(aws.home).keys
    return boto3.client(
        "stepfunctions",
        endpoint_url=aws.endpoint,
        region_name="us-east-1",
        aws_access_key_id=keys["bootstrap_key"],
        aws_secret_access_key=keys["bootstrap_secret"],
    )
