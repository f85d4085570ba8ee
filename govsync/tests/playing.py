"""Playing machines without a shell: answers from a script, in any order that is asked for."""

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from govsync import engine
from govsync.engine import (
    Call,
    Context,
    Each,
    Effect,
    Event,
    Execution,
    Finish,
    For,
    Go,
    TaskDone,
    TaskFailed,
)

CONTEXT = Context({"Execution": {"Name": "one", "Input": {"colour": "red"}}})
Answer = Callable[[Any], TaskDone | TaskFailed]
Choose = Callable[[Sequence[Any]], Any]
Leaf = tuple[tuple[int, ...], Effect]


def leaves(effect: Effect, where: tuple[int, ...] = ()) -> Iterator[Leaf]:
    """Everything that an execution waits for, with the items it is for."""
    if isinstance(effect, Each):
        for number, inner in effect.effects:
            yield from leaves(inner, (*where, number))
    else:
        yield where, effect


def addressed(where: tuple[int, ...], event: Event) -> Event:
    for number in reversed(where):
        event = For(number, event)
    return event


def played(
    made: engine.Machine,
    data: Any,
    answer: Answer,
    choose: Choose = lambda some: some[0],
    context: Context = CONTEXT,
) -> tuple[Execution, list[tuple[tuple[int, ...], Effect]]]:
    """Run to the end, asking `choose` which leaf is next; return it with all that happened."""
    execution = engine.begin(made, data)
    seen: list[Leaf] = []
    for _ in range(2000):
        effect = engine.pending(made, execution, context)
        if isinstance(effect, Finish):
            return execution, seen
        where, leaf = choose(list(leaves(effect)))
        seen.append((where, leaf))
        event: Event = answer(leaf.parameters) if isinstance(leaf, Call) else Go()
        execution = engine.step(made, execution, addressed(where, event), context)
        stored = engine.restore(json.loads(json.dumps(engine.dump(execution))))
        assert stored == execution, "what is stored is what was meant"
    raise AssertionError("The machine does not end.")
