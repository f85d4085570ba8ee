"""What follows a failed task: which rule concerns it, and how long the wait is."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govsync import engine
from govsync.engine import Call, Context, Execution, Go, Phase, Sleep, TaskFailed
from govsync.tests.machines import machine, task
from govsync.tests.playing import played


def waits(retry: Mapping[str, object], chance: float = 1) -> list[float]:
    """What a task that always fails waits between its attempts."""
    made = machine(First=task(Retry=[{"ErrorEquals": ["States.ALL"], **retry}]))
    context, found = Context({}, chance), []
    execution: Execution = engine.begin(made, {})
    while not execution.ended:
        effect = engine.pending(made, execution, context)
        if isinstance(effect, Sleep):
            found.append(effect.seconds)
        event = TaskFailed("E") if isinstance(effect, Call) else Go()
        execution = engine.step(made, execution, event, context)
    return found


TABLE = [
    ({}, [1, 2, 4]),  # IntervalSeconds 1, BackoffRate 2.0, MaxAttempts 3: the specification
    ({"IntervalSeconds": 5, "BackoffRate": 3}, [5, 15, 45]),
    ({"IntervalSeconds": 2, "BackoffRate": 1}, [2, 2, 2]),
    ({"MaxAttempts": 0}, []),
    ({"IntervalSeconds": 3, "MaxDelaySeconds": 7, "MaxAttempts": 4}, [3, 6, 7, 7]),
]


@pytest.mark.parametrize(("retry", "expected"), TABLE)
def test_waits_grow_up_to_their_bound(retry: Mapping[str, object], expected: list[float]) -> None:
    assert waits(retry) == expected


@given(st.floats(0, 1), st.integers(1, 60), st.integers(1, 6))
def test_full_jitter_shortens_a_wait_and_never_lengthens_it(
    chance: float, interval: int, attempts: int
) -> None:
    retry = {"IntervalSeconds": interval, "MaxAttempts": attempts, "MaxDelaySeconds": 100}

    drawn = waits({**retry, "JitterStrategy": "FULL"}, chance)

    assert drawn == [wait * chance for wait in waits(retry)]
    assert waits({**retry, "JitterStrategy": "NONE"}, chance) == waits(retry)


def test_a_call_carries_the_limits_of_its_task() -> None:
    made = machine(First=task(TimeoutSeconds=900, HeartbeatSeconds=300))
    calling = engine.step(made, engine.begin(made, {}), Go(), Context())

    effect = engine.pending(made, calling, Context())

    assert isinstance(effect, Call)
    assert (effect.timeout, effect.heartbeat) == (900, 300)


MATCHES = [
    (["Shop.Closed"], "Shop.Closed", True),
    (["Shop.Closed"], "Shop.Moved", False),
    (["States.ALL"], "Shop.Moved", True),
    (["States.TaskFailed"], "Shop.Moved", True),
    (["States.TaskFailed"], "States.Timeout", False),
    (["States.ALL"], "States.Timeout", True),
    (["States.Timeout"], "States.HeartbeatTimeout", True),
    (["States.HeartbeatTimeout"], "States.HeartbeatTimeout", True),
    (["States.HeartbeatTimeout"], "States.Timeout", False),
    (["States.TaskFailed"], "States.HeartbeatTimeout", True),
    (["States.ALL"], "States.DataLimitExceeded", False),
    (["States.DataLimitExceeded"], "States.DataLimitExceeded", True),
    (["States.ALL"], "States.Runtime", False),
]


@pytest.mark.parametrize(("names", "error", "caught"), MATCHES)
def test_errors_are_matched_as_the_specification_says(
    names: list[str],
    error: str,
    caught: bool,  # noqa: FBT001 -- a column of the table
) -> None:
    made = machine(
        First=task(Catch=[{"ErrorEquals": names, "Next": "Caught"}]), Caught={"Type": "Succeed"}
    )

    execution, _ = played(made, {}, lambda _: TaskFailed(error))

    assert (execution.phase is Phase.SUCCEEDED) == caught
