"""How data goes through a state: InputPath, Parameters, ResultSelector, ResultPath, OutputPath."""

from typing import Any

from govsync.engine import errors, intrinsics, paths
from govsync.engine.errors import StateError
from govsync.engine.language import State
from govsync.engine.values import Execution, Phase


def taken(state: State, data: Any, here: Any) -> Any:
    """The part of its input that a state looks at."""
    path = state.fields.get("InputPath", "$")
    return {} if path is None else paths.read(path, data, here)


def effective(state: State, data: Any, here: Any) -> Any:
    """What a state works with: its input, or the template filled from it."""
    given = taken(state, data, here)
    return filled("Parameters", state, given, here) if "Parameters" in state.fields else given


def filled(name: str, state: State, data: Any, here: Any) -> Any:
    """One of the templates that a state fills before it works."""
    try:
        return _filled(name, state, data, here)
    except StateError as problem:
        if problem.name == errors.RUNTIME:
            raise StateError(errors.PARAMETERS, problem.cause) from problem
        raise


def answered(state: State, execution: Execution, result: Any, here: Any) -> Execution:
    """Go on with a result in its place."""
    if "ResultSelector" in state.fields:
        result = _filled("ResultSelector", state, result, here)
    return go(state, execution, with_result(state, execution.data, result), here)


def _filled(name: str, state: State, data: Any, here: Any) -> Any:
    """The field's name tells the UUIDs of a state's two templates from each other."""
    seed = f"{getattr(here, 'seed', '')}/{name}"
    return intrinsics.fill(state.fields[name], data, here, seed)


def with_result(state: State, data: Any, result: Any) -> Any:
    path = state.fields.get("ResultPath", "$")
    if path is None:
        return data
    try:
        return paths.written(path, data, result)
    except StateError as problem:
        raise StateError(errors.RESULT_PATH, problem.cause) from problem


def go(
    state: State, execution: Execution, data: Any, here: Any, to: str | None = None
) -> Execution:
    """Leave a state for another, or end."""
    path = state.fields.get("OutputPath", "$")
    output = {} if path is None else paths.read(path, data, here)
    target = to or state.next
    if target is None:
        return Execution(execution.state, Phase.SUCCEEDED, output)
    return Execution(target, Phase.ENTERING, output, entered=execution.entered + 1)
