"""The door to Step Functions: executions begin, are looked at and end; a worker answers a token."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError, ConnectionError, HTTPClientError  # noqa: A004 -- botocore's name for it

from luca.aws import clients
from luca.kernel.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST_CAUSE = 1000
SERVER_FAULT = 500  # HTTP
RUNNING = frozenset({"RUNNING", "PENDING_REDRIVE"})
SUCCEEDED = "SUCCEEDED"
# Nobody waits for the answer any more: the task was given up, or the execution has ended.
GONE = frozenset({"TaskDoesNotExist", "TaskTimedOut", "InvalidToken"})


@dataclass(frozen=True, slots=True)
class Seen:
    """An execution as Step Functions describes it."""

    status: str
    error: str = ""
    cause: str = ""

    @property
    def running(self) -> bool:
        return self.status in RUNNING


def start(machine: str, name: str, given: Any) -> bool:
    """Begin an execution of a machine (by its ARN); False when there was one of this name."""
    try:
        with _reachable():
            clients.step_functions().start_execution(
                stateMachineArn=machine, name=name, input=json.dumps(given)
            )
    except ClientError as error:
        if _code(error) != "ExecutionAlreadyExists":
            raise
        return False
    return True


def describe(machine: str, name: str) -> Seen | None:
    """How an execution stands; None when there is none of this name (or not yet, to be seen)."""
    try:
        with _reachable():
            found = clients.step_functions().describe_execution(executionArn=_arn(machine, name))
    except ClientError as error:
        if _code(error) != "ExecutionDoesNotExist":
            raise
        return None
    return Seen(found["status"], found.get("error", ""), found.get("cause", ""))


def stop(machine: str, name: str, error: str, cause: str) -> bool:
    """End an execution from outside; False when there is none that could be ended."""
    try:
        with _reachable():
            clients.step_functions().stop_execution(
                executionArn=_arn(machine, name), error=error, cause=cause[:LONGEST_CAUSE]
            )
    except ClientError as problem:
        if _code(problem) not in {"ExecutionDoesNotExist", "ValidationException"}:
            raise
        return False
    return True


def succeed(token: str, output: Any) -> bool:
    """Answer a task; False when nobody waits for it any more."""
    return _told("send_task_success", taskToken=token, output=json.dumps(output))


def fail(token: str, error: str, cause: str) -> bool:
    cause = cause[:LONGEST_CAUSE]
    return _told("send_task_failure", taskToken=token, error=error, cause=cause)


def beat(token: str) -> bool:
    """Say that a task is still worked on; False when nobody waits for it any more."""
    return _told("send_task_heartbeat", taskToken=token)


def _told(call: str, **arguments: str) -> bool:
    try:
        with _reachable():
            getattr(clients.step_functions(), call)(**arguments)
    except ClientError as error:
        if _code(error) not in GONE:
            raise
        return False
    return True


def _arn(machine: str, name: str) -> str:
    return f"{machine.replace(':stateMachine:', ':execution:')}:{name}"


def _code(error: ClientError) -> str:
    return str(error.response["Error"]["Code"])


@contextmanager
def _reachable() -> Iterator[None]:
    """Silence and throttling become Unavailable; what is refused stays what it is."""
    try:
        yield
    except (ConnectionError, HTTPClientError) as error:
        raise Unavailable("Step Functions does not answer; try again in a moment.") from error
    except ClientError as error:
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        if status < SERVER_FAULT and "Throttl" not in _code(error):
            raise
        raise Unavailable("Step Functions is busy; try again in a moment.") from error
