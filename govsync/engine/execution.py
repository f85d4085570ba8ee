"""One execution of a machine, as a value, and the function from one value to the next."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from govsync.engine import choices, errors, intrinsics, paths
from govsync.engine.errors import StateError
from govsync.engine.language import Catcher, Machine, Retrier, State


class Phase(StrEnum):
    ENTERING = "ENTERING"  # the state is chosen, nothing of it has happened
    CALLING = "CALLING"  # its task is to be called, or is being called
    WAITING = "WAITING"  # it waits, and then goes on to the next state
    BACKING_OFF = "BACKING_OFF"  # its task failed; it waits to call again
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"


ENDED = frozenset({Phase.SUCCEEDED, Phase.FAILED})


@dataclass(frozen=True, slots=True)
class Execution:
    """Where an execution stands. Small, immutable, JSON throughout."""

    state: str
    phase: Phase
    data: Any  # the state's input; the machine's output when it ended
    retries: tuple[int, ...] = ()  # of this state, one count for each of its retriers
    seconds: float = 0  # how long the present wait is
    error: str = ""
    cause: str = ""

    @property
    def ended(self) -> bool:
        return self.phase in ENDED

    @property
    def attempt(self) -> int:
        return sum(self.retries) + 1


@dataclass(frozen=True, slots=True)
class Context:
    """What paths that begin with $$ read: the Context Object."""

    values: dict[str, Any] = field(default_factory=dict)

    def of(self, state: str, attempt: int) -> dict[str, Any]:
        return {**self.values, "State": {"Name": state, "RetryCount": attempt - 1}}


@dataclass(frozen=True, slots=True)
class Go:
    """Nothing was asked for, or the wait is over: go on."""


@dataclass(frozen=True, slots=True)
class TaskDone:
    output: Any


@dataclass(frozen=True, slots=True)
class TaskFailed:
    error: str
    cause: str = ""


Event = Go | TaskDone | TaskFailed


@dataclass(frozen=True, slots=True)
class Call:
    """Run a task and come back with TaskDone or TaskFailed."""

    resource: str
    parameters: Any
    timeout: float | None  # seconds


@dataclass(frozen=True, slots=True)
class Sleep:
    seconds: float


@dataclass(frozen=True, slots=True)
class Finish:
    """The execution has ended."""


Effect = Call | Sleep | Go | Finish


def begin(machine: Machine, data: Any) -> Execution:
    return Execution(machine.start, Phase.ENTERING, data)


def fail(execution: Execution, error: str, cause: str) -> Execution:
    """End an execution from outside, e.g. when its time is up."""
    return replace(execution, phase=Phase.FAILED, error=error, cause=cause)


def pending(machine: Machine, execution: Execution, context: Context) -> Effect:
    """What has to happen before the next step; the same answer however often it is asked."""
    if execution.ended:
        return Finish()
    if execution.phase in {Phase.WAITING, Phase.BACKING_OFF}:
        return Sleep(execution.seconds)
    if execution.phase is Phase.CALLING:
        state = machine.states[execution.state]
        here = context.of(execution.state, execution.attempt)
        return Call(
            state.fields["Resource"],
            _effective(state, execution.data, here),
            state.fields.get("TimeoutSeconds"),
        )
    return Go()


def step(machine: Machine, execution: Execution, event: Event, context: Context) -> Execution:
    """Return what an execution becomes: one transition, never more."""
    if execution.ended:
        return execution
    state = machine.states[execution.state]
    here = context.of(execution.state, execution.attempt)
    try:
        return _PHASES[execution.phase](state, execution, event, here)
    except StateError as problem:
        return _failed(state, execution, problem)


def _enter(state: State, execution: Execution, _: Event, context: Any) -> Execution:
    return _TYPES[state.type](state, execution, context)


def _enter_choice(state: State, execution: Execution, context: Any) -> Execution:
    data = _input(state, execution.data, context)
    for rule in state.fields["Choices"]:
        if choices.holds(rule, data, context):
            return _go(state, execution, data, context, to=rule["Next"])
    default = state.fields.get("Default")
    if default is None:
        raise StateError(errors.NO_CHOICE, f"No rule of {state.name} holds and it has no Default.")
    return _go(state, execution, data, context, to=default)


def _enter_fail(state: State, execution: Execution, context: Any) -> Execution:
    data = _input(state, execution.data, context)
    said = {}
    for name in ("Error", "Cause"):
        path = state.fields.get(f"{name}Path")
        said[name] = state.fields.get(name, "") if path is None else paths.read(path, data, context)
    return fail(replace(execution, data=data), str(said["Error"]), str(said["Cause"]))


def _enter_pass(state: State, execution: Execution, context: Any) -> Execution:
    filled = _effective(state, execution.data, context)
    result = state.fields.get("Result", filled)
    return _go(state, execution, _with_result(state, execution.data, result), context)


def _enter_succeed(state: State, execution: Execution, context: Any) -> Execution:
    return _go(state, execution, _input(state, execution.data, context), context)


def _enter_task(state: State, execution: Execution, context: Any) -> Execution:
    _effective(state, execution.data, context)  # a template that cannot be filled fails here
    return replace(execution, phase=Phase.CALLING)


def _enter_wait(state: State, execution: Execution, context: Any) -> Execution:
    seconds = state.fields.get("Seconds")
    if seconds is None:
        data = _input(state, execution.data, context)
        seconds = paths.read(state.fields["SecondsPath"], data, context)
    if not isinstance(seconds, int) or isinstance(seconds, bool) or seconds < 0:
        raise StateError(errors.RUNTIME, f"{state.name} cannot wait {seconds!r} seconds.")
    return replace(execution, phase=Phase.WAITING, seconds=seconds)


_TYPES: dict[str, Callable[[State, Execution, Any], Execution]] = {
    "Choice": _enter_choice,
    "Fail": _enter_fail,
    "Pass": _enter_pass,
    "Succeed": _enter_succeed,
    "Task": _enter_task,
    "Wait": _enter_wait,
}


def _called(state: State, execution: Execution, event: Event, context: Any) -> Execution:
    if isinstance(event, TaskFailed):
        raise StateError(event.error, event.cause)
    if not isinstance(event, TaskDone):
        return execution
    result = event.output
    if "ResultSelector" in state.fields:
        result = intrinsics.fill(state.fields["ResultSelector"], result, context)
    return _go(state, execution, _with_result(state, execution.data, result), context)


def _waited(state: State, execution: Execution, event: Event, context: Any) -> Execution:
    if not isinstance(event, Go):
        return execution
    return _go(state, execution, _input(state, execution.data, context), context)


def _backed_off(_: State, execution: Execution, event: Event, __: Any) -> Execution:
    if not isinstance(event, Go):
        return execution
    return replace(execution, phase=Phase.CALLING, seconds=0)


_PHASES: dict[Phase, Callable[[State, Execution, Event, Any], Execution]] = {
    Phase.ENTERING: _enter,
    Phase.CALLING: _called,
    Phase.WAITING: _waited,
    Phase.BACKING_OFF: _backed_off,
}


def _failed(state: State, execution: Execution, problem: StateError) -> Execution:
    counts = execution.retries or (0,) * len(state.retry)
    for number, retrier in enumerate(state.retry):
        if errors.matches(retrier.errors, problem.name):
            if counts[number] < retrier.attempts:
                return _again(execution, counts, number, retrier)
            break
    for catcher in state.catch:
        if errors.matches(catcher.errors, problem.name):
            return _caught(execution, catcher, problem)
    return fail(execution, problem.name, problem.cause)


def _again(
    execution: Execution, counts: tuple[int, ...], number: int, retrier: Retrier
) -> Execution:
    seconds = retrier.interval * retrier.backoff ** counts[number]
    spent = (*counts[:number], counts[number] + 1, *counts[number + 1 :])
    return replace(execution, phase=Phase.BACKING_OFF, retries=spent, seconds=seconds)


def _caught(execution: Execution, catcher: Catcher, problem: StateError) -> Execution:
    said = {"Error": problem.name, "Cause": problem.cause}
    path = catcher.result_path
    try:
        data = execution.data if path is None else paths.written(path, execution.data, said)
    except StateError as worse:
        return fail(execution, errors.RESULT_PATH, worse.cause)
    return Execution(catcher.next, Phase.ENTERING, data)


def _go(
    state: State, execution: Execution, data: Any, context: Any, to: str | None = None
) -> Execution:
    path = state.fields.get("OutputPath", "$")
    output = {} if path is None else paths.read(path, data, context)
    target = to or state.next
    if target is None:
        return Execution(execution.state, Phase.SUCCEEDED, output)
    return Execution(target, Phase.ENTERING, output)


def _input(state: State, data: Any, context: Any) -> Any:
    path = state.fields.get("InputPath", "$")
    return {} if path is None else paths.read(path, data, context)


def _effective(state: State, data: Any, context: Any) -> Any:
    given = _input(state, data, context)
    if "Parameters" not in state.fields:
        return given
    try:
        return intrinsics.fill(state.fields["Parameters"], given, context)
    except StateError as problem:
        if problem.name == errors.RUNTIME:
            raise StateError(errors.PARAMETERS, problem.cause) from problem
        raise


def _with_result(state: State, data: Any, result: Any) -> Any:
    path = state.fields.get("ResultPath", "$")
    if path is None:
        return data
    try:
        return paths.written(path, data, result)
    except StateError as problem:
        raise StateError(errors.RESULT_PATH, problem.cause) from problem
