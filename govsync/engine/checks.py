"""What the fields of a definition may hold; whatever else they hold is a ValueError.

The bounds are those of the Amazon States Language (states-language.net/spec.html)
and, where it leaves one open, of the Step Functions Developer Guide.
"""

from collections.abc import Callable, Mapping
from typing import Any

from govsync.engine import choices, errors, intrinsics, paths

Raw = Mapping[str, Any]
LONGEST_DELAY = 31_622_400  # seconds: MaxDelaySeconds is below it
MOST_ATTEMPTS = 99_999_999


class Refused(ValueError):
    """A definition that this engine would not run as it is written."""


def machine(raw: Raw) -> None:
    _whole(raw, "TimeoutSeconds", least=1)
    _must(raw.get("Version", "1.0") == "1.0", "Version is not 1.0")


def states(raw: Raw) -> None:
    _must(isinstance(raw.get("States"), dict) and bool(raw["States"]), "it lacks States")
    _must(isinstance(raw.get("StartAt"), str), "it lacks StartAt")


def state(kind: str, raw: Raw) -> None:
    for name in ("InputPath", "OutputPath", "ResultPath"):
        if raw.get(name) is not None:
            _path(raw, name)
    for name in ("ItemSelector", "Parameters", "ResultSelector"):
        intrinsics.check(raw.get(name))
    for name in ("Catch", "Retry"):
        _list(raw, name)
    _all_last(raw.get("Retry", []))
    _all_last(raw.get("Catch", []))
    if kind in _GOING_ON:
        _ending(raw)
    _CHECKS.get(kind, _nothing)(raw)


def retrier(raw: Raw) -> None:
    _errors(raw)
    _whole(raw, "IntervalSeconds", least=1)
    _whole(raw, "MaxAttempts", least=0, most=MOST_ATTEMPTS)
    _whole(raw, "MaxDelaySeconds", least=1, most=LONGEST_DELAY - 1)
    rate = raw.get("BackoffRate", 2)
    number = isinstance(rate, int | float) and not isinstance(rate, bool)
    _must(number and rate >= 1, "BackoffRate must be a number of at least 1")
    within = raw.get("MaxDelaySeconds", LONGEST_DELAY) > raw.get("IntervalSeconds", 1)
    _must(within, "MaxDelaySeconds must be more than IntervalSeconds")
    _must(raw.get("JitterStrategy", "NONE") in ("FULL", "NONE"), "JitterStrategy is FULL or NONE")


def catcher(raw: Raw) -> None:
    _errors(raw)
    _must(isinstance(raw.get("Next"), str), "it lacks Next")
    if raw.get("ResultPath") is not None:
        _path(raw, "ResultPath")


def _errors(raw: Raw) -> None:
    names = raw.get("ErrorEquals")
    if not isinstance(names, list) or not names:
        raise ValueError("ErrorEquals must list at least one error")
    for name in names:
        _must(isinstance(name, str), f"ErrorEquals holds {name!r}, which is no name")
        strange = name.startswith("States.") and name not in errors.KNOWN
        _must(not strange, f"ErrorEquals holds {name!r}, which the language does not know")
    _must(names == [errors.ALL] or errors.ALL not in names, "States.ALL stands alone")


def _all_last(some: list[Any]) -> None:
    for one in some[:-1]:
        ends = isinstance(one, dict) and errors.ALL in (one.get("ErrorEquals") or ())
        _must(not ends, "States.ALL comes last, or what follows is never asked")


def _ending(raw: Raw) -> None:
    _must(isinstance(raw.get("End", False), bool), "End must be true or false")
    _must(("Next" in raw) != raw.get("End", False), "it needs either Next or End")
    _must(isinstance(raw.get("Next", ""), str), "Next must name a state")


def _choice(raw: Raw) -> None:
    _list(raw, "Choices")
    _must(bool(raw.get("Choices")), "Choices is empty")
    for rule in raw["Choices"]:
        _must(isinstance(rule, dict) and isinstance(rule.get("Next"), str), "a rule has no Next")
        choices.check(rule)
    _must(isinstance(raw.get("Default", ""), str), "Default must name a state")


def _fail(raw: Raw) -> None:
    for name in ("Cause", "Error"):
        path = f"{name}Path"
        _must(not {name, path} <= set(raw), f"it has both {name} and {path}")
        if path in raw:
            _path(raw, path)
        _must(isinstance(raw.get(name, ""), str), f"{name} must be text")


def _map(raw: Raw) -> None:
    if "ItemsPath" in raw:
        _path(raw, "ItemsPath")
    _whole(raw, "MaxConcurrency", least=0)
    inside = raw.get("ItemProcessor")
    config = inside.get("ProcessorConfig", {}) if isinstance(inside, dict) else None
    if not isinstance(config, dict):
        raise ValueError("ItemProcessor is missing, or is none")  # noqa: TRY004 -- what load refuses is a ValueError
    mode = config.get("Mode", "INLINE")
    _must(mode == "INLINE", f"its Mode is {mode!r}; this engine maps INLINE")


def _task(raw: Raw) -> None:
    _must(isinstance(raw.get("Resource"), str), "Resource is missing")
    for name in ("HeartbeatSeconds", "TimeoutSeconds"):
        _whole(raw, name, least=1)
    if {"HeartbeatSeconds", "TimeoutSeconds"} <= set(raw):
        within = raw["HeartbeatSeconds"] < raw["TimeoutSeconds"]
        _must(within, "HeartbeatSeconds must be less than TimeoutSeconds")


def _wait(raw: Raw) -> None:
    one = ("Seconds" in raw) != ("SecondsPath" in raw)
    _must(one, "it needs either Seconds or SecondsPath")
    if "SecondsPath" in raw:
        _path(raw, "SecondsPath")
    _whole(raw, "Seconds", least=0)


def _nothing(_: Raw) -> None: ...


_GOING_ON = frozenset({"Map", "Pass", "Task", "Wait"})
_CHECKS: dict[str, Callable[[Raw], None]] = {
    "Choice": _choice,
    "Fail": _fail,
    "Map": _map,
    "Task": _task,
    "Wait": _wait,
}


def _whole(raw: Raw, name: str, *, least: int, most: int | None = None) -> None:
    value = raw.get(name, least)
    whole = isinstance(value, int) and not isinstance(value, bool) and value >= least
    _must(whole, f"{name} must be a whole number of at least {least}")
    _must(most is None or value <= most, f"{name} must be at most {most}")


def _path(raw: Raw, name: str) -> None:
    _must(isinstance(raw[name], str), f"{name} must be a path")
    paths.parse(raw[name])


def _list(raw: Raw, name: str) -> None:
    _must(isinstance(raw.get(name, []), list), f"{name} must be a list")


def _must(holds: bool, sentence: str) -> None:  # noqa: FBT001 -- it reads as what it is
    if not holds:
        raise ValueError(sentence)
