"""Reading a definition: what this engine understands, and a plain no to everything else."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from govsync.engine import checks
from govsync.engine.checks import Refused


@dataclass(frozen=True, slots=True)
class Retrier:
    errors: tuple[str, ...]
    interval: float
    backoff: float
    attempts: int
    longest: float | None  # seconds; no wait is longer, whatever backoff says
    jitter: bool  # anything from nothing to the whole wait

    def seconds(self, before: int) -> float:
        """The wait after `before` attempts that this retrier has granted already."""
        wait = self.interval * self.backoff**before
        return wait if self.longest is None else min(wait, self.longest)


@dataclass(frozen=True, slots=True)
class Catcher:
    errors: tuple[str, ...]
    result_path: str | None
    next: str


@dataclass(frozen=True, slots=True)
class State:
    """One state: the fields that all types share are read, the rest stays as written."""

    name: str
    type: str
    next: str | None  # None: the machine ends here, if the type lets it
    fields: Mapping[str, Any]
    retry: tuple[Retrier, ...] = ()
    catch: tuple[Catcher, ...] = ()
    processor: "Machine | None" = None  # of a Map: what each item goes through


@dataclass(frozen=True, slots=True)
class Machine:
    start: str
    states: Mapping[str, State]
    seconds: float | None = None  # how long an execution may take


_MACHINE = {"Comment", "QueryLanguage", "StartAt", "States", "TimeoutSeconds", "Version"}
_PROCESSOR = {"Comment", "ProcessorConfig", "QueryLanguage", "StartAt", "States"}
_EVERY = {"Comment", "InputPath", "OutputPath", "QueryLanguage", "Type"}
_FLOW = {"End", "Next"}
_RECOVERING = {"Catch", "ResultPath", "ResultSelector", "Retry"}
_FIELDS: dict[str, set[str]] = {
    "Choice": {"Choices", "Default"},
    "Fail": {"Cause", "CausePath", "Error", "ErrorPath"},
    "Map": {
        *_FLOW,
        *_RECOVERING,
        "ItemProcessor",
        "ItemSelector",
        "ItemsPath",
        "MaxConcurrency",
    },
    "Pass": {"Parameters", "Result", "ResultPath", *_FLOW},
    "Succeed": set(),
    "Task": {
        *_FLOW,
        *_RECOVERING,
        "HeartbeatSeconds",
        "Parameters",
        "Resource",
        "TimeoutSeconds",
    },
    "Wait": {"Seconds", "SecondsPath", *_FLOW},
}
_RETRY = {
    "BackoffRate",
    "Comment",
    "ErrorEquals",
    "IntervalSeconds",
    "JitterStrategy",
    "MaxAttempts",
    "MaxDelaySeconds",
}
_CATCH = {"Comment", "ErrorEquals", "Next", "ResultPath"}


def load(text: str) -> Machine:
    """Return the machine that a definition describes, or raise Refused with the reason."""
    try:
        raw = json.loads(text)
    except ValueError as error:
        raise Refused(f"The definition is not JSON: {error}") from error
    if not isinstance(raw, dict):
        raise Refused("The definition is not a JSON object.")
    _only(raw, _MACHINE, "The machine")
    _checked("The machine", lambda: checks.machine(raw))
    machine = _machine(raw, "The machine")
    names = [state.name for state in _all(machine)]
    for name in names:
        if names.count(name) > 1:
            raise Refused(f"Two states have the name {name!r}.")
    return machine


def _machine(raw: Mapping[str, Any], where: str) -> Machine:
    _jsonpath(raw, where)
    _checked(where, lambda: checks.states(raw))
    states = {name: _state(name, given) for name, given in raw["States"].items()}
    machine = Machine(raw["StartAt"], states, raw.get("TimeoutSeconds"))
    _check_targets(machine)
    _check_reach(machine, where)
    return machine


def _state(name: str, raw: Any) -> State:
    where = f"State {name!r}"
    if not isinstance(raw, dict):
        raise Refused(f"{where} is not a JSON object.")
    kind = raw.get("Type")
    if kind not in _FIELDS:
        raise Refused(f"{where} has the type {kind!r}, which this engine does not run.")
    _only(raw, _EVERY | _FIELDS[kind], where)
    _jsonpath(raw, where)
    _checked(where, lambda: checks.state(kind, raw))
    return State(
        name=name,
        type=kind,
        next=raw.get("Next"),
        fields=raw,
        retry=tuple(_retrier(one, where) for one in raw.get("Retry", ())),
        catch=tuple(_catcher(one, where) for one in raw.get("Catch", ())),
        processor=_processor(raw, where) if kind == "Map" else None,
    )


def _processor(raw: Mapping[str, Any], where: str) -> Machine:
    inside = raw["ItemProcessor"]
    where = f"ItemProcessor of {where}"
    _only(inside, _PROCESSOR, where)
    _only(inside.get("ProcessorConfig", {}), {"Mode"}, f"ProcessorConfig of {where}")
    return _machine(inside, where)


def _retrier(raw: Mapping[str, Any], where: str) -> Retrier:
    where = f"Retry of {where}"
    _only(raw, _RETRY, where)
    _checked(where, lambda: checks.retrier(raw))
    return Retrier(
        errors=tuple(raw["ErrorEquals"]),
        interval=raw.get("IntervalSeconds", 1),
        backoff=raw.get("BackoffRate", 2.0),
        attempts=raw.get("MaxAttempts", 3),
        longest=raw.get("MaxDelaySeconds"),
        jitter=raw.get("JitterStrategy", "NONE") == "FULL",
    )


def _catcher(raw: Mapping[str, Any], where: str) -> Catcher:
    where = f"Catch of {where}"
    _only(raw, _CATCH, where)
    _checked(where, lambda: checks.catcher(raw))
    return Catcher(tuple(raw["ErrorEquals"]), raw.get("ResultPath", "$"), raw["Next"])


def _checked(where: str, check: Callable[[], None]) -> None:
    try:
        check()
    except ValueError as error:
        raise Refused(f"{where}: {error}") from error


def _all(machine: Machine) -> Iterator[State]:
    for state in machine.states.values():
        yield state
        if state.processor is not None:
            yield from _all(state.processor)


def _check_targets(machine: Machine) -> None:
    if machine.start not in machine.states:
        raise Refused(f"StartAt names {machine.start!r}, which is no state.")
    for state in machine.states.values():
        for target in _targets(state):
            if target not in machine.states:
                raise Refused(f"State {state.name!r} goes on to {target!r}, which is no state.")


def _check_reach(machine: Machine, where: str) -> None:
    """As CreateStateMachine does: what no path leads to is a mistake, and so is no end."""
    reached, ahead = set(), [machine.start]
    while ahead:
        name = ahead.pop()
        if name not in reached:
            reached.add(name)
            ahead += _targets(machine.states[name])
    for name in machine.states:
        if name not in reached:
            raise Refused(f"State {name!r} cannot be reached.")
    if all(_targets(state) for state in machine.states.values()):
        raise Refused(f"{where} never ends: every state goes on to another.")


def _targets(state: State) -> list[str]:
    named = [one["Next"] for one in state.fields.get("Choices", ())]
    named += [one.next for one in state.catch]
    return [*named, *filter(None, (state.next, state.fields.get("Default")))]


def _only(raw: Mapping[str, Any], known: set[str], where: str) -> None:
    if not isinstance(raw, dict):
        raise Refused(f"{where} is not a JSON object.")
    unknown = sorted(set(raw) - known)
    if unknown:
        raise Refused(f"{where} has the field {unknown[0]!r}, which this engine does not know.")


def _jsonpath(raw: Mapping[str, Any], where: str) -> None:
    if raw.get("QueryLanguage", "JSONPath") != "JSONPath":
        raise Refused(f"{where} is written in {raw['QueryLanguage']}; this engine reads JSONPath.")
