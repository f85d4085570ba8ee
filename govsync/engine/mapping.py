"""A Map's items: executions inside the execution that maps over them.

An item that has ended shrinks to its output, and one whose turn has not come is
hardly more than its place in the row, so that the stored value stays small. The
first item that fails fails the Map, and the others are abandoned where they are
(specification, "Map State": all the iterations are terminated).
"""

from dataclasses import replace
from typing import Any

from govsync.engine import errors, flow, paths
from govsync.engine.errors import StateError
from govsync.engine.language import State
from govsync.engine.values import Context, Execution, Phase

_WAITS = Execution("", Phase.QUEUED, None)


def items(state: State, execution: Execution, here: Any) -> list[Any]:
    """What is mapped over: read each time, for it stands in the state's input."""
    given = flow.taken(state, execution.data, here)
    found = paths.read(state.fields.get("ItemsPath", "$"), given, here)
    if not isinstance(found, list):
        raise StateError(errors.RUNTIME, f"{state.name} has no list to map over.")
    return found


def opened(state: State, execution: Execution, context: Context) -> Execution:
    """Begin with as many items as may run at once."""
    here = context.of(execution)
    waiting = (_WAITS,) * len(items(state, execution, here))
    begun = replace(execution, phase=Phase.MAPPING, seconds=0, children=waiting)
    for _ in range(state.fields.get("MaxConcurrency") or len(waiting)):
        begun = _next_begun(state, begun, context)
    return _collected(state, begun, context)


def took(
    state: State, execution: Execution, number: int, child: Execution, context: Context
) -> Execution:
    """Put an item's next step in its place."""
    if child.phase is Phase.FAILED:
        raise StateError(child.error, child.cause)
    if not child.ended:
        return _placed(execution, number, child)
    kept = Execution("", Phase.SUCCEEDED, child.data)
    after = _next_begun(state, _placed(execution, number, kept), context)
    return _collected(state, after, context)


def context_of(state: State, execution: Execution, number: int, context: Context) -> Context:
    value = items(state, execution, context.of(execution))[number]
    return context.of_item(execution, number, value)


def _placed(execution: Execution, number: int, child: Execution) -> Execution:
    before, after = execution.children[:number], execution.children[number + 1 :]
    return replace(execution, children=(*before, child, *after))


def _next_begun(state: State, execution: Execution, context: Context) -> Execution:
    assert state.processor is not None  # noqa: S101 -- load has seen to it
    queued = (n for n, child in enumerate(execution.children) if child.phase is Phase.QUEUED)
    number = next(queued, None)
    if number is None:
        return execution
    data = _input(state, execution, number, context)
    return _placed(execution, number, Execution(state.processor.start, Phase.ENTERING, data))


def _input(state: State, execution: Execution, number: int, context: Context) -> Any:
    inner = context_of(state, execution, number, context)
    here = inner.of(execution)
    if "ItemSelector" not in state.fields:
        return here["Map"]["Item"]["Value"]
    given = flow.taken(state, execution.data, here)
    return flow.filled("ItemSelector", state, given, here)


def _collected(state: State, execution: Execution, context: Context) -> Execution:
    """Leave the Map when every item has ended."""
    if not all(child.ended for child in execution.children):
        return execution
    results = [child.data for child in execution.children]
    return flow.answered(state, execution, results, context.of(execution))
