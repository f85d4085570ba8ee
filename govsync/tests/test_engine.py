"""The interpreter, on machines that have nothing to do with grades."""

import base64
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govsync import engine
from govsync.engine import (
    Call,
    Context,
    Event,
    Execution,
    Finish,
    Go,
    Phase,
    Sleep,
    TaskDone,
    TaskFailed,
)
from govsync.tests.machines import machine, task

CONTEXT = Context({"Execution": {"Name": "one", "Input": {"colour": "red"}}})


def ran(made: engine.Machine, data: Any, *answers: Event) -> tuple[Execution, list[Any]]:
    """Run to the end; return it with what happened: states entered, waits, calls."""
    execution, events = engine.begin(made, data), iter(answers)
    seen: list[Any] = []
    for _ in range(200):
        effect = engine.pending(made, execution, CONTEXT)
        if isinstance(effect, Finish):
            return execution, seen
        event: Event = Go()
        if isinstance(effect, Call):
            seen.append(("call", effect.parameters))
            event = next(events)
        elif isinstance(effect, Sleep):
            seen.append(("wait", effect.seconds))
        else:
            seen.append(execution.state)
        execution = engine.step(made, execution, event, CONTEXT)
    raise AssertionError("The machine does not end.")


def test_a_pass_state_fills_its_template_from_input_and_context() -> None:
    made = machine(
        First={
            "Type": "Pass",
            "Parameters": {
                "who.$": "$.name",
                "paint.$": "$$.Execution.Input.colour",
                "fixed": 3,
                "said.$": "States.Format('{} is {}', $.name, $.age)",
            },
            "ResultPath": "$.made",
            "End": True,
        }
    )

    execution, _ = ran(made, {"name": "Ada", "age": 9})

    assert execution.phase is Phase.SUCCEEDED
    assert execution.data == {
        "name": "Ada",
        "age": 9,
        "made": {"who": "Ada", "paint": "red", "fixed": 3, "said": "Ada is 9"},
    }


def test_waits_last_what_the_state_or_its_input_says() -> None:
    made = machine(
        First={"Type": "Wait", "Seconds": 5, "Next": "Second"},
        Second={"Type": "Wait", "SecondsPath": "$.told", "Next": "End"},
        End={"Type": "Succeed"},
    )

    _, seen = ran(made, {"told": 40})

    assert seen == ["First", ("wait", 5), "Second", ("wait", 40), "End"]


@pytest.mark.parametrize("seconds", ["soon", -1, 1.5, True, None])
def test_a_wait_of_no_whole_number_of_seconds_fails(seconds: Any) -> None:
    made = machine(First={"Type": "Wait", "SecondsPath": "$.told", "End": True})

    execution, _ = ran(made, {"told": seconds})

    assert (execution.phase, execution.error) == (Phase.FAILED, "States.Runtime")


CHOICES = [
    ({"Variable": "$.n", "NumericGreaterThan": 0}, {"n": 1}, True),
    ({"Variable": "$.n", "NumericGreaterThan": 0}, {"n": 0}, False),
    ({"Variable": "$.n", "NumericGreaterThan": 0}, {"n": "1"}, False),
    ({"Variable": "$.n", "NumericEquals": 1}, {"n": True}, False),
    ({"Variable": "$.n", "NumericGreaterThanPath": "$.m"}, {"n": 3, "m": 2}, True),
    ({"Variable": "$.s", "StringEquals": "yes"}, {"s": "yes"}, True),
    ({"Variable": "$.s", "StringMatches": "a*z"}, {"s": "abcz"}, True),
    ({"Variable": "$.s", "StringMatches": "a*z"}, {"s": "abc"}, False),
    ({"Variable": "$.s", "StringMatches": "a.c"}, {"s": "abc"}, False),
    ({"Variable": "$.b", "BooleanEquals": False}, {"b": False}, True),
    ({"Variable": "$.b", "IsPresent": False}, {}, True),
    ({"Variable": "$.b", "IsNull": True}, {"b": None}, True),
    (
        {"Variable": "$.t", "TimestampLessThan": "2026-11-21T08:00:00Z"},
        {"t": "2026-11-21T07:59:59Z"},
        True,
    ),
    ({"Not": {"Variable": "$.n", "NumericEquals": 1}}, {"n": 2}, True),
    (
        {
            "And": [
                {"Variable": "$.n", "NumericEquals": 1},
                {"Variable": "$.s", "StringEquals": "x"},
            ]
        },
        {"n": 1, "s": "y"},
        False,
    ),
    (
        {
            "Or": [
                {"Variable": "$.n", "NumericEquals": 1},
                {"Variable": "$.s", "StringEquals": "x"},
            ]
        },
        {"n": 1, "s": "y"},
        True,
    ),
]


@pytest.mark.parametrize(("rule", "data", "holds"), CHOICES)
def test_a_choice_follows_the_rule_that_holds(
    rule: dict[str, Any],
    data: Any,
    holds: bool,  # noqa: FBT001 -- a column of the table
) -> None:
    made = machine(
        First={"Type": "Choice", "Choices": [{**rule, "Next": "Yes"}], "Default": "No"},
        Yes={"Type": "Succeed"},
        No={"Type": "Succeed"},
    )

    _, seen = ran(made, data)

    assert seen == ["First", "Yes" if holds else "No"]


def test_a_choice_that_nothing_fits_fails_by_its_name() -> None:
    rule = {"Variable": "$.n", "NumericEquals": 1, "Next": "Yes"}
    made = machine(First={"Type": "Choice", "Choices": [rule]}, Yes={"Type": "Succeed"})

    execution, _ = ran(made, {"n": 2})

    assert (execution.phase, execution.error) == (Phase.FAILED, "States.NoChoiceMatched")


def test_a_task_gets_its_parameters_and_its_answer_lands_where_it_should() -> None:
    made = machine(
        First=task(
            Parameters={"id.$": "$.id"},
            ResultSelector={"n.$": "$.count"},
            ResultPath="$.answer",
        )
    )

    execution, seen = ran(made, {"id": "a"}, TaskDone({"count": 2, "noise": 1}))

    assert seen == ["First", ("call", {"id": "a"})]
    assert execution.data == {"id": "a", "answer": {"n": 2}}


def test_a_failed_task_is_tried_again_with_growing_waits_and_then_caught() -> None:
    made = machine(
        First=task(
            Retry=[
                {
                    "ErrorEquals": ["Shop.Closed"],
                    "IntervalSeconds": 5,
                    "BackoffRate": 3,
                    "MaxAttempts": 3,
                }
            ],
            Catch=[{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Bury"}],
        ),
        Bury={"Type": "Fail", "ErrorPath": "$.error.Error", "Cause": "it stayed closed"},
    )

    execution, seen = ran(made, {"a": 1}, *[TaskFailed("Shop.Closed", "no")] * 4)

    assert [one for one in seen if one[0] == "wait"] == [("wait", 5), ("wait", 15), ("wait", 45)]
    assert (execution.error, execution.cause) == ("Shop.Closed", "it stayed closed")
    assert execution.data == {"a": 1, "error": {"Error": "Shop.Closed", "Cause": "no"}}


def test_retries_are_counted_for_each_visit_of_a_state_anew() -> None:
    made = machine(
        First=task(
            ResultPath="$.again",
            Next="More",
            Retry=[{"ErrorEquals": ["E"], "IntervalSeconds": 1, "MaxAttempts": 1}],
        ),
        More={
            "Type": "Choice",
            "Choices": [{"Variable": "$.again", "BooleanEquals": True, "Next": "First"}],
            "Default": "Done",
        },
        Done={"Type": "Succeed"},
    )
    failed = TaskFailed("E")

    execution, _ = ran(made, {}, failed, TaskDone(True), failed, TaskDone(False))  # noqa: FBT003 -- the answers

    assert execution.phase is Phase.SUCCEEDED


def test_asking_twice_what_is_pending_changes_nothing() -> None:
    made = machine(First=task(Parameters={"id.$": "$.id"}))
    calling = engine.step(made, engine.begin(made, {"id": "a"}), Go(), CONTEXT)

    assert engine.pending(made, calling, CONTEXT) == engine.pending(made, calling, CONTEXT)
    assert engine.step(made, calling, Go(), CONTEXT) == calling, "a wake-up is not an answer"


def test_a_template_that_reads_what_is_not_there_fails_before_the_call() -> None:
    made = machine(First=task(Parameters={"id.$": "$.nothing"}))

    execution, seen = ran(made, {})

    assert seen == ["First"]
    assert execution.error == "States.ParameterPathFailure"


def test_the_message_of_a_worker_can_be_built_by_intrinsics() -> None:
    text = "States.Base64Encode(States.JsonToString(States.Array(States.Array(), $.call, null)))"
    made = machine(First={"Type": "Pass", "Parameters": {"body.$": text}, "End": True})

    execution, _ = ran(made, {"call": {"run": "r,(1)"}})

    assert base64.b64decode(execution.data["body"]) == b'[[],{"run":"r,(1)"},null]'


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(st.dictionaries(st.text(), json_values), json_values)
def test_a_result_path_adds_and_never_takes_away(data: dict[str, Any], result: Any) -> None:
    made = machine(First=task(ResultPath="$.answer"))

    execution, _ = ran(made, data, TaskDone(result))

    assert execution.data == {**data, "answer": result}


@given(st.integers(0, 6), st.integers(0, 6))
def test_a_task_is_called_once_more_than_it_may_be_retried_at_most(
    attempts: int, failures: int
) -> None:
    retry = {"ErrorEquals": ["E"], "IntervalSeconds": 1, "MaxAttempts": attempts}
    made = machine(First=task(Retry=[retry]))

    execution, seen = ran(made, {}, *[TaskFailed("E")] * failures, TaskDone({}))

    calls = [one for one in seen if one[0] == "call"]
    assert len(calls) == min(failures, attempts) + 1
    assert (execution.phase is Phase.SUCCEEDED) == (failures <= attempts)
