"""Reading a definition: what this engine understands, and a plain no to everything else."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from govsync.engine import choices, intrinsics, paths


class Refused(ValueError):
    """A definition that this engine would not run as it is written."""


@dataclass(frozen=True, slots=True)
class Retrier:
    errors: tuple[str, ...]
    interval: float
    backoff: float
    attempts: int


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


@dataclass(frozen=True, slots=True)
class Machine:
    start: str
    states: Mapping[str, State]
    seconds: float | None  # how long an execution may take


_MACHINE = {"Comment", "QueryLanguage", "StartAt", "States", "TimeoutSeconds", "Version"}
_EVERY = {"Comment", "InputPath", "OutputPath", "QueryLanguage", "Type"}
_FLOW = {"End", "Next"}
_FIELDS: dict[str, set[str]] = {
    "Choice": {"Choices", "Default"},
    "Fail": {"Cause", "CausePath", "Error", "ErrorPath"},
    "Pass": {"Parameters", "Result", "ResultPath", *_FLOW},
    "Succeed": set(),
    "Task": {
        *_FLOW,
        "Catch",
        "HeartbeatSeconds",
        "Parameters",
        "Resource",
        "ResultPath",
        "ResultSelector",
        "Retry",
        "TimeoutSeconds",
    },
    "Wait": {"Seconds", "SecondsPath", *_FLOW},
}
_RETRY = {"BackoffRate", "Comment", "ErrorEquals", "IntervalSeconds", "MaxAttempts"}
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
    _jsonpath(raw, "The machine")
    _required(raw, ("StartAt", "States"), "The machine")
    states = {name: _state(name, given) for name, given in raw["States"].items()}
    machine = Machine(raw["StartAt"], states, raw.get("TimeoutSeconds"))
    _check_targets(machine)
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
    _checked(where, lambda: _check_common(raw))
    _checked(where, lambda: _CHECKS.get(kind, _nothing)(raw))
    if kind in {"Pass", "Task", "Wait"} and ("Next" in raw) == (raw.get("End") is True):
        raise Refused(f"{where} needs either Next or End.")
    return State(
        name=name,
        type=kind,
        next=raw.get("Next"),
        fields=raw,
        retry=tuple(_retrier(one, where) for one in raw.get("Retry", ())),
        catch=tuple(_catcher(one, where) for one in raw.get("Catch", ())),
    )


def _checked(where: str, check: Callable[[], None]) -> None:
    try:
        check()
    except ValueError as error:
        raise Refused(f"{where}: {error}") from error


def _nothing(_: Mapping[str, Any]) -> None: ...


def _check_common(raw: Mapping[str, Any]) -> None:
    for name in ("InputPath", "OutputPath", "ResultPath"):
        if raw.get(name) is not None:
            paths.parse(raw[name])
    intrinsics.check(raw.get("Parameters"))
    intrinsics.check(raw.get("ResultSelector"))


def _check_choice(raw: Mapping[str, Any]) -> None:
    if not raw.get("Choices"):
        raise ValueError("Choices is empty")
    for rule in raw["Choices"]:
        if "Next" not in rule:
            raise ValueError("a rule has no Next")
        choices.check(rule)


def _check_fail(raw: Mapping[str, Any]) -> None:
    for name in ("CausePath", "ErrorPath"):
        if name in raw:
            paths.parse(raw[name])


def _check_task(raw: Mapping[str, Any]) -> None:
    if not isinstance(raw.get("Resource"), str):
        raise ValueError("Resource is missing")  # noqa: TRY004 -- what load refuses is a ValueError
    for name in ("HeartbeatSeconds", "TimeoutSeconds"):
        if name in raw and not _is_whole(raw[name], least=1):
            raise ValueError(f"{name} must be a whole number of at least 1")


def _check_wait(raw: Mapping[str, Any]) -> None:
    if ("Seconds" in raw) == ("SecondsPath" in raw):
        raise ValueError("it needs either Seconds or SecondsPath")
    if "SecondsPath" in raw:
        paths.parse(raw["SecondsPath"])
    elif not _is_whole(raw["Seconds"], least=0):
        raise ValueError("Seconds must be a whole number")


_CHECKS: dict[str, Callable[[Mapping[str, Any]], None]] = {
    "Choice": _check_choice,
    "Fail": _check_fail,
    "Task": _check_task,
    "Wait": _check_wait,
}


def _retrier(raw: Mapping[str, Any], where: str) -> Retrier:
    _only(raw, _RETRY, f"Retry of {where}")
    _required(raw, ("ErrorEquals",), f"Retry of {where}")
    return Retrier(
        errors=tuple(raw["ErrorEquals"]),
        interval=raw.get("IntervalSeconds", 1),
        backoff=raw.get("BackoffRate", 2.0),
        attempts=raw.get("MaxAttempts", 3),
    )


def _catcher(raw: Mapping[str, Any], where: str) -> Catcher:
    _only(raw, _CATCH, f"Catch of {where}")
    _required(raw, ("ErrorEquals", "Next"), f"Catch of {where}")
    path = raw.get("ResultPath", "$")
    if path is not None:
        _checked(f"Catch of {where}", lambda: _parsed(path))
    return Catcher(tuple(raw["ErrorEquals"]), path, raw["Next"])


def _parsed(path: str) -> None:
    paths.parse(path)


def _check_targets(machine: Machine) -> None:
    if machine.start not in machine.states:
        raise Refused(f"StartAt names {machine.start!r}, which is no state.")
    for state in machine.states.values():
        for target in _targets(state):
            if target not in machine.states:
                raise Refused(f"State {state.name!r} goes on to {target!r}, which is no state.")


def _targets(state: State) -> list[str]:
    named = [one["Next"] for one in state.fields.get("Choices", ())]
    named += [one.next for one in state.catch]
    return [*named, *filter(None, (state.next, state.fields.get("Default")))]


def _only(raw: Mapping[str, Any], known: set[str], where: str) -> None:
    unknown = sorted(set(raw) - known)
    if unknown:
        raise Refused(f"{where} has the field {unknown[0]!r}, which this engine does not know.")


def _required(raw: Mapping[str, Any], names: tuple[str, ...], where: str) -> None:
    for name in names:
        if not raw.get(name):
            raise Refused(f"{where} lacks {name}.")


def _jsonpath(raw: Mapping[str, Any], where: str) -> None:
    if raw.get("QueryLanguage", "JSONPath") != "JSONPath":
        raise Refused(f"{where} is written in {raw['QueryLanguage']}; this engine reads JSONPath.")


def _is_whole(value: Any, *, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least
