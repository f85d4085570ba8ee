"""The two engines, each telling what became of a script in the same words."""

import itertools
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from govsync import definition, engine, services
from govsync.domain import RunStatus
from govsync.engine import Call, Sleep, TaskDone, TaskFailed
from govsync.services import performing
from govsync.services.beginning import starting_input
from govsync.tests.cast import AUTUMN, work
from govsync.tests.conformance.answering import (
    ENDPOINT,
    JOURNAL,
    KEY,
    PLAYS,
    SECRET,
    Answering,
    asked,
    written,
)
from govsync.tests.conformance.scripts import Answers
from govsync.tests.playing import played
from govsync.tests.workers import worker
from luca.kernel import context
from luca.localaws.deployment import REGION, role_arn
from luca.localaws.home import Home

if TYPE_CHECKING:
    from luca.localaws.embedded import Embedded

Definition = dict[str, Any]
RESTS = ("WAITING", "BACKING_OFF")
GUARD = 45


@dataclass
class Told:
    """What an engine did: compared by equality, but for how long its waits really took."""

    succeeded: bool
    output: Any
    error: str
    cause: str
    entered: list[str]
    asked: dict[str, list[Any]]
    rested: list[float] = field(compare=False)


@dataclass(frozen=True)
class Play:
    """A script that our engine has played, to be played again by the other from the same input."""

    name: str  # of the execution, on both
    school: str
    input: dict[str, Any]
    told: Told
    foreseen: list[float]  # seconds that each wait lasts by the definition
    scale: float


def ours(raw: Definition, answers: Answers, folder: Path) -> Play:
    """Play on Celery's engine: through its shell, stored and read back at every step."""
    file, journal = folder / "machine.asl.json", folder / "ours.jsonl"
    file.write_text(json.dumps(raw))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(definition, "FILE", file)
        run = services.start(AUTUMN)
        name = f"{run.id}-1"
        answering = Answering({name: written(answers)}, journal)
        patch.setattr(performing, "perform", lambda call: _answered(answering, call))
        found = work(run.id, GUARD).run
    given, ended = starting_input(run), found.execution
    steps = [one for one in services.steps(run.id) if not one.note.startswith("[")]
    failed = found.status is not RunStatus.DONE
    told = Told(
        succeeded=not failed,
        output=None if failed else ended.data,
        error=ended.error,
        cause=ended.cause,
        entered=[raw["StartAt"], *(one.state for one in steps if one.phase == "ENTERING")],
        asked=asked(journal, name),
        rested=[
            (after.at - before.at).total_seconds()
            for before, after in itertools.pairwise(steps)
            if before.phase in RESTS
        ],
    )
    foreseen = _foreseen(raw, answers, given, name, folder)
    return Play(name, context.school(), given, told, foreseen, found.time_scale)


def _answered(answering: Answering, call: Call) -> TaskDone | TaskFailed:
    headers = call.parameters["MessageBody"]["headers"]
    return answering(headers["root_id"], headers["luca_key"], headers["luca_data"])


def _foreseen(
    raw: Definition, answers: Answers, given: dict[str, Any], name: str, folder: Path
) -> list[float]:
    """The waits of the machine itself, from the pure engine."""
    answering = Answering({name: written(answers)}, folder / "pure.jsonl")
    here = engine.Context(
        {"Execution": {"Id": name, "Name": name, "Input": given}, "Task": {"Token": ""}}
    )
    _, seen = played(
        engine.load(json.dumps(raw)),
        given,
        lambda parameters: _answered(answering, Call("", parameters)),
        context=here,
    )
    return [leaf.seconds for where, leaf in seen if not where and isinstance(leaf, Sleep)]


class StepFunctions:
    """The embedded Step Functions, with a real worker of ours answering its tasks."""

    def __init__(self, aws: "Embedded") -> None:
        keys = Home(aws.home).keys
        self._aws = aws
        self._settings = {
            ENDPOINT: aws.endpoint,
            KEY: keys["bootstrap_key"],
            SECRET: keys["bootstrap_secret"],
        }
        self._client = boto3.client(
            "stepfunctions",
            endpoint_url=aws.endpoint,
            region_name=REGION,
            aws_access_key_id=keys["bootstrap_key"],
            aws_secret_access_key=keys["bootstrap_secret"],
        )

    @contextmanager
    def worker(self, plays: dict[str, Answers], folder: Path) -> Iterator[Path]:
        """Let a worker answer by these plays; yields its journal."""
        file, journal = folder / "plays.json", folder / "theirs.jsonl"
        file.write_text(json.dumps({name: written(answers) for name, answers in plays.items()}))
        options = ("-I", "govsync.tests.conformance.worker_tasks")
        settings = {**self._settings, PLAYS: str(file), JOURNAL: str(journal)}
        with worker(self._aws, folder / "worker.log", *options, **settings):
            yield journal

    def start(self, raw: Definition, play: Play) -> str:
        made = self._client.create_state_machine(
            name=f"conformance-{play.name}", definition=json.dumps(raw), roleArn=role_arn("machine")
        )
        begun = self._client.start_execution(
            stateMachineArn=made["stateMachineArn"], name=play.name, input=json.dumps(play.input)
        )
        return begun["executionArn"]

    def told(self, execution: str, play: str, journal: Path) -> Told:
        """Wait for the end, and read the history."""
        until = time.monotonic() + GUARD
        while (found := self._client.describe_execution(executionArn=execution))[
            "status"
        ] == "RUNNING":
            assert time.monotonic() < until, "The execution does not end."
            time.sleep(0.1)
        history = self._history(execution)
        done = found["status"] == "SUCCEEDED"
        return Told(
            succeeded=done,
            output=json.loads(found["output"]) if done else None,
            error=found.get("error", ""),
            cause=found.get("cause", ""),
            entered=[
                one["stateEnteredEventDetails"]["name"]
                for one in history
                if one["type"].endswith("StateEntered")
            ],
            asked=asked(journal, play),
            rested=_rested(history),
        )

    def _history(self, execution: str) -> list[dict[str, Any]]:
        pages = self._client.get_paginator("get_execution_history")
        return [
            dict(one) for page in pages.paginate(executionArn=execution) for one in page["events"]
        ]


def _rested(history: list[dict[str, Any]]) -> list[float]:
    """How long it waited, in Wait states and between a failure and the next attempt."""
    found = []
    for before, after in itertools.pairwise(history):
        waited = before["type"] == "WaitStateEntered"
        backed_off = (before["type"], after["type"]) == ("TaskFailed", "TaskScheduled")
        if waited or (backed_off and _same_state(history, before, after)):
            first, then = before["timestamp"], after["timestamp"]
            assert isinstance(first, datetime)
            found.append((then - first).total_seconds())
    return found


def _same_state(
    history: list[dict[str, Any]], before: dict[str, Any], after: dict[str, Any]
) -> bool:
    between = history[history.index(before) : history.index(after)]
    return not any(one["type"].endswith("StateEntered") for one in between)
