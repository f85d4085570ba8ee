"""The function from one execution to the next, and what an execution waits for."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from govsync.engine import choices, errors, failing, flow, mapping, paths
from govsync.engine.errors import StateError
from govsync.engine.language import Machine, State
from govsync.engine.values import (
    Call,
    Context,
    Each,
    Effect,
    Event,
    Execution,
    Finish,
    For,
    Go,
    Phase,
    Sleep,
    TaskDone,
    TaskFailed,
    fail,
)

QUIET = frozenset({"Task", "Wait"})


def begin(machine: Machine, data: Any) -> Execution:
    return Execution(machine.start, Phase.ENTERING, data)


def pending(machine: Machine, execution: Execution, context: Context) -> Effect:
    """What has to happen before the next step; the same answer however often it is asked."""
    if execution.ended:
        return Finish()
    if execution.phase in {Phase.WAITING, Phase.BACKING_OFF}:
        return Sleep(execution.seconds)
    state = machine.states[execution.state]
    if execution.phase is Phase.CALLING:
        return _call(state, execution, context)
    if execution.phase is Phase.MAPPING:
        return _each(state, execution, context)
    return Go()


def step(machine: Machine, execution: Execution, event: Event, context: Context) -> Execution:
    """Return what an execution becomes: one transition, never more."""
    if execution.ended:
        return execution
    state = machine.states[execution.state]
    try:
        return _PHASES[execution.phase](state, execution, event, context)
    except StateError as problem:
        return failing.failed(state, execution, problem, context)


def entered(machine: Machine, execution: Execution, context: Context) -> Execution:
    """Inside a Task or a Wait that it stands before: to enter them computes, and does nothing."""
    if execution.phase is Phase.ENTERING and machine.states[execution.state].type in QUIET:
        return step(machine, execution, Go(), context)
    return execution


def _call(state: State, execution: Execution, context: Context) -> Call:
    return Call(
        state.fields["Resource"],
        flow.effective(state, execution.data, context.of(execution)),
        state.fields.get("TimeoutSeconds"),
        state.fields.get("HeartbeatSeconds"),
    )


def _each(state: State, execution: Execution, context: Context) -> Each:
    assert state.processor is not None  # noqa: S101 -- load has seen to it
    return Each(
        tuple(
            (n, pending(state.processor, child, mapping.context_of(state, execution, n, context)))
            for n, child in enumerate(execution.children)
            if not child.ended and child.phase is not Phase.QUEUED
        )
    )


def _enter(state: State, execution: Execution, _: Event, context: Context) -> Execution:
    return _TYPES[state.type](state, execution, context)


def _enter_choice(state: State, execution: Execution, context: Context) -> Execution:
    here = context.of(execution)
    data = flow.taken(state, execution.data, here)
    for rule in state.fields["Choices"]:
        if choices.holds(rule, data, here):
            return flow.go(state, execution, data, here, to=rule["Next"])
    default = state.fields.get("Default")
    if default is None:
        raise StateError(errors.NO_CHOICE, f"No rule of {state.name} holds and it has no Default.")
    return flow.go(state, execution, data, here, to=default)


def _enter_fail(state: State, execution: Execution, context: Context) -> Execution:
    here = context.of(execution)
    data = flow.taken(state, execution.data, here)
    said = {}
    for name in ("Error", "Cause"):
        path = state.fields.get(f"{name}Path")
        said[name] = state.fields.get(name, "") if path is None else paths.read(path, data, here)
    return fail(replace(execution, data=data), str(said["Error"]), str(said["Cause"]))


def _enter_map(state: State, execution: Execution, context: Context) -> Execution:
    return mapping.opened(state, execution, context)


def _enter_pass(state: State, execution: Execution, context: Context) -> Execution:
    here = context.of(execution)
    filled = flow.effective(state, execution.data, here)
    result = state.fields.get("Result", filled)
    return flow.go(state, execution, flow.with_result(state, execution.data, result), here)


def _enter_succeed(state: State, execution: Execution, context: Context) -> Execution:
    here = context.of(execution)
    return flow.go(state, execution, flow.taken(state, execution.data, here), here)


def _enter_task(state: State, execution: Execution, context: Context) -> Execution:
    # A template that cannot be filled fails here.
    flow.effective(state, execution.data, context.of(execution))
    return replace(execution, phase=Phase.CALLING, seconds=0)


def _enter_wait(state: State, execution: Execution, context: Context) -> Execution:
    seconds = state.fields.get("Seconds")
    if seconds is None:
        here = context.of(execution)
        data = flow.taken(state, execution.data, here)
        seconds = paths.read(state.fields["SecondsPath"], data, here)
    if not isinstance(seconds, int) or isinstance(seconds, bool) or seconds < 0:
        raise StateError(errors.RUNTIME, f"{state.name} cannot wait {seconds!r} seconds.")
    return replace(execution, phase=Phase.WAITING, seconds=seconds)


_TYPES: dict[str, Callable[[State, Execution, Context], Execution]] = {
    "Choice": _enter_choice,
    "Fail": _enter_fail,
    "Map": _enter_map,
    "Pass": _enter_pass,
    "Succeed": _enter_succeed,
    "Task": _enter_task,
    "Wait": _enter_wait,
}


def _called(state: State, execution: Execution, event: Event, context: Context) -> Execution:
    if isinstance(event, TaskFailed):
        raise StateError(event.error, event.cause)
    if not isinstance(event, TaskDone):
        return execution
    return flow.answered(state, execution, event.output, context.of(execution))


def _waited(state: State, execution: Execution, event: Event, context: Context) -> Execution:
    if not isinstance(event, Go):
        return execution
    here = context.of(execution)
    return flow.go(state, execution, flow.taken(state, execution.data, here), here)


def _backed_off(state: State, execution: Execution, event: Event, context: Context) -> Execution:
    if not isinstance(event, Go):
        return execution
    return _TYPES[state.type](state, execution, context)


def _mapped(state: State, execution: Execution, event: Event, context: Context) -> Execution:
    if not isinstance(event, For):
        return execution
    assert state.processor is not None  # noqa: S101 -- load has seen to it
    child = execution.children[event.child]
    if child.phase is Phase.QUEUED:
        return execution
    inner = mapping.context_of(state, execution, event.child, context)
    after = step(state.processor, child, event.event, inner)
    return mapping.took(state, execution, event.child, after, context)


_PHASES: dict[Phase, Callable[[State, Execution, Event, Context], Execution]] = {
    Phase.ENTERING: _enter,
    Phase.CALLING: _called,
    Phase.WAITING: _waited,
    Phase.BACKING_OFF: _backed_off,
    Phase.MAPPING: _mapped,
}
