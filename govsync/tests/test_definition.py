"""The deployed machine: valid for Step Functions, and a stranger to the engine."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from govsync import definition, engine
from govsync.domain import CONTINUE
from govsync.services import ACTIONS, CAMPAIGN_ACTIONS, sending
from luca.celery import app

ENGINE = Path(engine.__file__).parent
RAW: dict[str, Any] = json.loads(Path(definition.FILE).read_text(encoding="utf-8"))
TASKS = {name: state for name, state in RAW["States"].items() if state["Type"] == "Task"}


def test_it_is_valid_for_step_functions() -> None:
    lint = Path(sys.executable).with_name("statelint")

    found = subprocess.run([lint, definition.FILE], capture_output=True, text=True, check=False)

    assert (found.stdout.strip(), found.returncode) == ("", 0), found.stderr


def test_no_state_of_it_is_known_to_the_engine() -> None:
    words = set()
    for path in ENGINE.glob("*.py"):
        words |= set(re.findall(r"[A-Za-z]+", path.read_text()))

    assert words & (set(RAW["States"]) - {"Failed"}) == set()
    assert "Failed" not in words


@pytest.mark.parametrize("name", TASKS)
def test_each_task_is_a_message_that_a_stock_worker_runs(name: str) -> None:
    state = TASKS[name]
    message = state["Parameters"]["MessageBody"]
    app.loader.import_default_modules()

    assert state["Resource"] == "arn:aws:states:::sqs:sendMessage.waitForTaskToken"
    assert message["headers"]["task"] in ACTIONS
    assert message["headers"]["task"] in app.tasks
    assert message["headers"]["luca_task_token.$"] == "$$.Task.Token"
    assert message["headers"]["school_id.$"] == "$$.Execution.Input.school_id"
    assert state["Parameters"]["QueueUrl"].endswith("/${AccountId}/govsync-queue")


def test_every_action_is_used() -> None:
    used = {state["Parameters"]["MessageBody"]["headers"]["task"] for state in TASKS.values()}

    assert used == set(ACTIONS)


def test_the_waits_after_a_failure_are_5_15_and_45_seconds() -> None:
    delays = [state["Result"] for state in RAW["States"].values() if "Result" in state]

    assert delays == [
        {"number": 1, "seconds": 5},
        {"number": 2, "seconds": 15},
        {"number": 3, "seconds": 45},
    ]
    assert RAW["TimeoutSeconds"] == 47 * 3600


def test_a_definition_that_cannot_be_run_is_refused_before_a_run_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "broken.asl.json"
    broken.write_text(json.dumps({**RAW, "StartAt": "Nowhere"}))
    monkeypatch.setattr(definition, "FILE", broken)

    with pytest.raises(engine.Refused, match="Nowhere"):
        definition.current()


@pytest.mark.parametrize("name", TASKS)
def test_each_task_is_given_up_when_it_takes_too_long_and_the_snapshot_when_it_is_silent(
    name: str,
) -> None:
    """A silent worker's message comes again by itself; the preparation alone has a heartbeat."""
    state = TASKS[name]

    assert state.get("HeartbeatSeconds") == (300 if name == "Snapshot" else None)
    assert state["TimeoutSeconds"] == (1200 if name == "SendBatch" else 900)


@pytest.mark.parametrize("name", TASKS)
def test_workers_that_are_away_for_a_night_cost_no_batch_its_life(name: str) -> None:
    """On Step Functions a task that nobody takes runs into its timeout, or its heartbeat's."""
    state = TASKS[name]
    silence = "States.HeartbeatTimeout" if "HeartbeatSeconds" in state else "States.Timeout"
    patient = next(one for one in state["Retry"] if silence in one["ErrorEquals"])

    lasts = state.get("HeartbeatSeconds", state["TimeoutSeconds"])
    assert lasts * patient["MaxAttempts"] >= 2.5 * 3600


def test_an_execution_that_has_done_enough_ends_before_its_history_is_full() -> None:
    first = RAW["States"]["CheckEmpty"]["Choices"][0]

    assert [one["Variable"] for one in first["And"]] == ["$.next.enough"] * 2
    assert RAW["States"][first["Next"]]["Error"] == CONTINUE
    assert 3 * sending.MOST_TRANSITIONS < 25_000 - 3_000


def test_a_school_that_is_held_ends_its_run_and_buries_nothing() -> None:
    (held,) = [
        rule["Next"]
        for rule in RAW["States"]["CheckSent"]["Choices"]
        if rule.get("StringEquals") == "STOP"
    ]

    assert RAW["States"][held]["Type"] == "Fail"
    assert RAW["States"][held]["Error"] == "Gov.Held"


def test_a_batch_goes_to_its_task_with_all_that_is_known_of_it() -> None:
    body = RAW["States"]["SendBatch"]["Parameters"]["MessageBody"]["body.$"]

    assert "States.Array(States.Array(), $.batch, " in body
    assert RAW["States"]["SendBatch"]["ResultPath"] == "$.batch.sent", "the slot comes back"


PARENT: dict[str, Any] = json.loads(Path(definition.PARENT).read_text(encoding="utf-8"))
INSIDE: dict[str, Any] = PARENT["States"]["Schools"]["ItemProcessor"]["States"]
PARENTS = {
    name: state for name, state in {**PARENT["States"], **INSIDE}.items() if state["Type"] == "Task"
}


def test_the_parent_asks_workers_for_what_they_do_and_begins_one_schools_machine() -> None:
    app.loader.import_default_modules()
    messages = {
        name: state["Parameters"]["MessageBody"]["headers"]
        for name, state in PARENTS.items()
        if state["Resource"] == definition.SEND
    }
    (begun,) = (state for name, state in PARENTS.items() if name not in messages)

    assert {one["task"] for one in messages.values()} == set(CAMPAIGN_ACTIONS)
    assert set(CAMPAIGN_ACTIONS) <= set(app.tasks)
    assert {one["luca_task_token.$"] for one in messages.values()} == {"$$.Task.Token"}
    assert {name for name, one in messages.items() if one["school_id.$"] == "$.school"} == {
        "OpenRun",
        "NoteSchool",
    }
    assert begun["Resource"] == definition.SYNC
    assert begun["Parameters"]["StateMachineArn"].endswith(":stateMachine:luca-govsync")


def test_no_school_fails_the_campaign() -> None:
    for name in ("OpenRun", "SyncSchool", "NoteSchool"):
        assert INSIDE[name]["Catch"][-1]["ErrorEquals"] == ["States.ALL"], name
    assert PARENT["States"]["Schools"]["MaxConcurrency"] == 20
    assert PARENT["States"]["Schools"]["ResultPath"] is None, "what schools leave is not kept"


def test_a_machine_whose_tasks_would_only_fail_is_refused() -> None:
    text = json.dumps(PARENT)

    with pytest.raises(engine.Refused, match=r"SyncSchool.*startExecution.sync:2"):
        definition.machine(text)
    with pytest.raises(engine.Refused, match=r"CampaignPage.*lambda"):
        definition.parent(text.replace(definition.SEND, "arn:aws:states:::lambda:invoke"))
