"""States.UUID: the same for a step that is taken again, and for no other step."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from govsync import engine
from govsync.engine import Call, Context, Each, Execution, For, Go, TaskDone, TaskFailed
from govsync.tests.machines import machine, mapping, task

UUID_FOUR = 4
NEW = "States.UUID()"
TWO = {"Parameters": {"one.$": NEW, "more": [{"two.$": NEW}]}}


def run(name: str) -> Context:
    return Context({"Execution": {"Id": name, "Name": name}})


ONE = run("run-1")


def asked(made: engine.Machine, execution: Execution, context: Context = ONE) -> Any:
    """The parameters of a call, from what was stored of it."""
    effect = engine.pending(made, engine.restore(engine.dump(execution)), context)
    assert isinstance(effect, Call)
    return effect.parameters


def values(parameters: Any) -> list[str]:
    found = [parameters["one"], parameters["more"][0]["two"]]
    assert [UUID(one).version for one in found] == [UUID_FOUR] * 2
    return found


def calling(made: engine.Machine, context: Context = ONE) -> Execution:
    return engine.step(made, engine.begin(made, {}), Go(), context)


def test_a_call_that_is_delivered_again_has_the_values_that_it_had() -> None:
    made = machine(First=task(**TWO))
    waiting = calling(made)
    later = replace(ONE, values={**ONE.values, "Task": {"Token": "taken over"}}, chance=0.3)

    assert asked(made, waiting) == asked(made, waiting) == asked(made, waiting, later)


def test_a_transition_that_is_made_again_leads_to_the_same_place() -> None:
    made = machine(
        First={"Type": "Pass", **TWO, "Next": "Ask"},
        Ask=task(ResultSelector={"id.$": NEW}),
    )
    began = engine.begin(made, {})
    passed = engine.step(made, began, Go(), ONE)
    called = engine.step(made, passed, Go(), ONE)

    assert engine.step(made, began, Go(), ONE) == passed
    answers = [engine.step(made, called, TaskDone({}), ONE) for _ in range(2)]
    assert answers[0] == answers[1]


def test_two_places_two_templates_two_runs_and_two_attempts_never_share_a_value() -> None:
    retry = {"ErrorEquals": ["E"], "IntervalSeconds": 1, "MaxAttempts": 2}
    made = machine(First=task(**TWO, ResultSelector=TWO["Parameters"], Retry=[retry]))
    first = calling(made)
    again = engine.step(made, engine.step(made, first, TaskFailed("E"), ONE), Go(), ONE)
    answered = engine.step(made, first, TaskDone({}), ONE)

    found = values(asked(made, first)) + values(asked(made, again)) + values(answered.data)
    found += values(asked(made, calling(made, run("run-2")), run("run-2")))
    assert len(set(found)) == len(found) == 8


def test_each_round_of_a_circle_has_values_of_its_own() -> None:
    caught = {"ErrorEquals": ["E"], "ResultPath": None, "Next": "First"}
    again = {"Variable": "$.again", "BooleanEquals": True, "Next": "First"}
    made = machine(
        First=task(**TWO, ResultPath=None, Catch=[caught], Next="Again"),
        Again={"Type": "Choice", "Choices": [again], "Default": "End"},
        End={"Type": "Succeed"},
    )
    execution, seen = engine.begin(made, {"again": True}), []
    for event in (TaskDone({}), TaskFailed("E"), TaskDone({})):
        execution = engine.step(made, execution, Go(), ONE)
        seen += values(asked(made, execution))
        execution = engine.step(made, execution, event, ONE)
        if execution.state == "Again":
            execution = engine.step(made, execution, Go(), ONE)

    assert len(set(seen)) == len(seen) == 6


def test_each_item_of_a_map_of_maps_has_values_of_its_own() -> None:
    inner = mapping(ItemSelector={"a.$": NEW, "b.$": NEW}) | {
        "ItemProcessor": {"StartAt": "Leaf", "States": {"Leaf": task(**TWO)}}
    }
    made = machine(First=mapping({"Inner": inner}))
    execution = engine.step(made, engine.begin(made, [[1, 2], [1, 2]]), Go(), ONE)
    for outer in (0, 1):
        execution = engine.step(made, execution, For(outer, Go()), ONE)
        for item in (0, 1):
            execution = engine.step(made, execution, For(outer, For(item, Go())), ONE)

    effect = engine.pending(made, execution, ONE)
    assert effect == engine.pending(made, execution, ONE)
    assert isinstance(effect, Each)
    leaves = [leaf for _, each in effect.effects if isinstance(each, Each) for leaf in each.effects]
    found = [one for _, call in leaves if isinstance(call, Call) for one in values(call.parameters)]
    found += [
        one for child in execution.children for item in child.children for one in item.data.values()
    ]
    assert len(set(found)) == len(found) == 16
