"""Map: one execution inside another for each item, and one list of their results."""

import json
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govsync import engine
from govsync.engine import Call, Each, Execution, Go, Phase, Sleep, TaskDone, TaskFailed
from govsync.tests.machines import machine, mapping, task
from govsync.tests.playing import CONTEXT, leaves, played

ADA, BEA, CRIS = ({"name": name} for name in ("Ada", "Bea", "Cris"))
CLASS = {"pupils": [ADA, BEA, CRIS], "teacher": "Dora"}


def greeted(parameters: Any) -> TaskDone:
    return TaskDone({"said": f"Hello {parameters['name']}"})


def begun(made: engine.Machine, data: Any) -> Execution:
    return engine.step(made, engine.begin(made, data), Go(), CONTEXT)


def test_every_item_goes_through_the_processor_and_the_results_keep_their_order() -> None:
    made = machine(First=mapping(ItemsPath="$.pupils", ResultPath="$.greetings"))

    execution, _ = played(made, CLASS, greeted, lambda some: some[-1])

    greetings = [{"said": f"Hello {name}"} for name in ("Ada", "Bea", "Cris")]
    assert execution.phase is Phase.SUCCEEDED
    assert execution.data == {**CLASS, "greetings": greetings}


def test_an_item_selector_reads_the_state_s_input_and_the_item_from_the_context() -> None:
    selector = {
        "name.$": "$$.Map.Item.Value.name",
        "number.$": "$$.Map.Item.Index",
        "teacher.$": "$.teacher",
        "kind": "pupil",
    }
    made = machine(First=mapping(ItemsPath="$.pupils", ItemSelector=selector))

    _, seen = played(made, CLASS, greeted)

    assert [effect.parameters for _, effect in seen if isinstance(effect, Call)] == [
        {"name": name, "number": n, "teacher": "Dora", "kind": "pupil"}
        for n, name in enumerate(("Ada", "Bea", "Cris"))
    ]


def test_no_more_items_are_begun_than_may_run_at_once() -> None:
    made = machine(First=mapping(ItemsPath="$.pupils", MaxConcurrency=2))
    most = 0

    def choose(some: Sequence[Any]) -> Any:
        nonlocal most
        most = max(most, len(some))
        return some[0]

    execution, _ = played(made, CLASS, greeted, choose)

    assert most == 2
    assert len(execution.data) == 3


def test_an_item_that_has_ended_leaves_nothing_but_its_output() -> None:
    made = machine(First=mapping(ItemsPath="$.pupils", MaxConcurrency=1))
    calling = engine.step(made, begun(made, CLASS), engine.For(0, Go()), CONTEXT)

    after = engine.step(made, calling, engine.For(0, TaskDone("hi")), CONTEXT)

    assert after.children[0] == Execution("", Phase.SUCCEEDED, "hi")
    assert after.children[2].data is None, "one whose turn has not come holds nothing yet"
    assert json.dumps(engine.dump(after.children[2])) == (
        '{"state": "", "phase": "QUEUED", "data": null}'
    )


def test_nothing_to_map_over_is_an_empty_list_of_results() -> None:
    made = machine(First=mapping(ItemsPath="$.pupils", ResultPath="$.greetings"))

    execution, seen = played(made, {"pupils": []}, greeted)

    assert execution.data == {"pupils": [], "greetings": []}
    assert [type(effect) for _, effect in seen] == [Go]


@pytest.mark.parametrize("data", [{"pupils": {"Ada": 1}}, {"pupils": None}, {}])
def test_what_is_no_list_cannot_be_mapped_over(data: Any) -> None:
    made = machine(First=mapping(ItemsPath="$.pupils"))

    execution, _ = played(made, data, greeted)

    assert (execution.phase, execution.error) == (Phase.FAILED, "States.Runtime")


def refusing_bea(parameters: Any) -> TaskDone | TaskFailed:
    if parameters["name"] == "Bea":
        return TaskFailed("School.Absent", "Bea is ill")
    return greeted(parameters)


def test_an_item_that_fails_fails_the_map_and_the_others_are_abandoned() -> None:
    made = machine(First=mapping(ItemsPath="$.pupils"))

    execution, seen = played(made, CLASS, refusing_bea)

    assert (execution.error, execution.cause) == ("School.Absent", "Bea is ill")
    assert execution.children == ()
    called = [effect.parameters["name"] for _, effect in seen if isinstance(effect, Call)]
    assert called == ["Ada", "Bea"], "Cris was begun and never called"


def test_a_map_is_caught_like_a_task() -> None:
    made = machine(
        First=mapping(
            ItemsPath="$.pupils",
            Next="End",
            Catch=[{"ErrorEquals": ["School.Absent"], "ResultPath": "$.error", "Next": "End"}],
        ),
        End={"Type": "Succeed"},
    )

    execution, _ = played(made, CLASS, refusing_bea)

    said = {"Error": "School.Absent", "Cause": "Bea is ill"}
    assert execution.data == {**CLASS, "error": said}


def test_a_map_that_is_tried_again_begins_with_all_its_items() -> None:
    retry = {"ErrorEquals": ["School.Absent"], "IntervalSeconds": 7, "MaxAttempts": 1}
    made = machine(First=mapping(ItemsPath="$.pupils", Retry=[retry]))
    calls: list[str] = []

    def ill_once(parameters: Any) -> TaskDone | TaskFailed:
        calls.append(parameters["name"])
        return refusing_bea(parameters) if calls.count("Bea") == 1 else greeted(parameters)

    execution, seen = played(made, CLASS, ill_once)

    assert execution.phase is Phase.SUCCEEDED
    assert calls == ["Ada", "Bea", "Ada", "Bea", "Cris"]
    assert [effect.seconds for _, effect in seen if isinstance(effect, Sleep)] == [7]


def test_an_item_that_fails_and_catches_it_itself_fails_nobody_else() -> None:
    inner = {
        "Ask": task(Catch=[{"ErrorEquals": ["States.ALL"], "Next": "Excused"}]),
        "Excused": {"Type": "Pass", "Result": "excused", "End": True},
    }
    made = machine(First=mapping(inner, ItemsPath="$.pupils"))

    execution, _ = played(made, CLASS, refusing_bea)

    assert execution.data == [{"said": "Hello Ada"}, "excused", {"said": "Hello Cris"}]


def test_a_fail_state_inside_fails_the_map_by_its_name() -> None:
    inner = {"Ask": {"Type": "Fail", "Error": "School.Closed", "Cause": "holidays"}}
    made = machine(First=mapping(inner, ItemsPath="$.pupils"))

    execution, _ = played(made, CLASS, greeted)

    assert (execution.error, execution.cause) == ("School.Closed", "holidays")


def test_maps_nest() -> None:
    inner = {"Inner": mapping({"Deep": task()}, ItemsPath="$.pupils", ResultPath="$.said")}
    made = machine(First=mapping(inner, ItemsPath="$.classes"))
    data = {"classes": [{"pupils": [ADA, BEA]}, {"pupils": [CRIS]}]}

    execution, seen = played(made, data, lambda given: TaskDone(given["name"]))

    assert [one["said"] for one in execution.data] == [["Ada", "Bea"], ["Cris"]]
    called = [where for where, effect in seen if isinstance(effect, Call)]
    assert called == [(0, 0), (0, 1), (1, 0)]


def test_an_event_for_an_item_that_is_not_at_work_changes_nothing() -> None:
    made = machine(First=mapping(ItemsPath="$.pupils", MaxConcurrency=1))
    execution = begun(made, CLASS)

    assert engine.step(made, execution, engine.For(2, Go()), CONTEXT) == execution
    assert engine.step(made, execution, TaskDone("to nobody"), CONTEXT) == execution


WAITING = {
    "Ask": {"Type": "Wait", "SecondsPath": "$.late", "Next": "Call"},
    "Call": task(
        ResultSelector={"said.$": "$.said"},
        Retry=[{"ErrorEquals": ["School.Absent"], "IntervalSeconds": 3, "MaxAttempts": 2}],
    ),
}


@given(st.data(), st.lists(st.integers(0, 9), max_size=6), st.integers(0, 3))
def test_results_are_in_the_order_of_items_whatever_order_they_end_in(
    data: st.DataObject, late: list[int], at_once: int
) -> None:
    made = machine(First=mapping(WAITING, ItemsPath="$.pupils", MaxConcurrency=at_once))
    pupils = [{"name": str(n), "late": seconds} for n, seconds in enumerate(late)]
    seen: list[str] = []

    def ill_at_first(parameters: Any) -> TaskDone | TaskFailed:
        seen.append(parameters["name"])
        ill = seen.count(parameters["name"]) <= parameters["late"] % 3
        return TaskFailed("School.Absent") if ill else greeted(parameters)

    execution, _ = played(
        made, {"pupils": pupils}, ill_at_first, lambda some: data.draw(st.sampled_from(some))
    )

    assert execution.data == [{"said": f"Hello {n}"} for n in range(len(late))]


@given(st.data(), st.lists(st.integers(0, 9), max_size=5))
def test_asking_what_is_pending_twice_gives_the_same_answer(
    data: st.DataObject, late: list[int]
) -> None:
    made = machine(First=mapping(WAITING, ItemsPath="$.pupils"))
    execution = engine.begin(made, {"pupils": [{"name": "A", "late": n} for n in late]})
    while not execution.ended:
        effect = engine.pending(made, execution, CONTEXT)
        again = engine.restore(json.loads(json.dumps(engine.dump(execution))))
        assert engine.pending(made, again, CONTEXT) == effect
        assert again == execution
        where, leaf = data.draw(st.sampled_from(list(leaves(effect))))
        event: engine.Event = TaskDone({"said": "so"}) if isinstance(leaf, Call) else Go()
        if isinstance(effect, Each):
            event = engine.For(where[0], event)
        execution = engine.step(made, again, event, CONTEXT)
