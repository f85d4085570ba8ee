"""What Step Functions does between two tasks, told by the same definition.

Step Functions shows a worker its tasks only. The states in between follow from
the definition and the answers, so the run is moved through them here, by the
interpreter; what a run shows, its history and its next attempt are the same on
both engines. Step Functions decides all the same: whatever it asks for is true.
"""

from dataclasses import dataclass, replace

from govsync import engine
from govsync.engine import Context, Event, Execution, Go, Phase

MOST = 100  # transitions without a task; more is a circle


@dataclass(frozen=True, slots=True)
class Place:
    """The task that Step Functions asks for, and how often it has before."""

    state: str
    retry: int

    def has(self, execution: Execution) -> bool:
        calling = execution.phase is Phase.CALLING
        return calling and (execution.state, execution.attempt - 1) == (self.state, self.retry)


def until_called(
    machine: engine.Machine, execution: Execution, place: Place, context: Context
) -> list[Execution]:
    """The transitions that lead to a call; none when it stands there already."""
    if place.has(execution):
        return []
    found = _onward(machine, execution, context, through_waits=True)
    if found and place.has(found[-1]):
        return found
    # Something happened that we were not told of, a timeout for one.
    retries = (place.retry,) if place.retry else ()
    return [replace(execution, state=place.state, phase=Phase.CALLING, retries=retries, seconds=0)]


def after_answer(
    machine: engine.Machine, execution: Execution, event: Event, context: Context
) -> list[Execution]:
    """The transitions that an answer leads to, up to the next call or wait, never to the end."""
    if execution.state not in machine.states or execution.phase is not Phase.CALLING:
        return []
    after = engine.step(machine, execution, event, context)
    found = [after, *_onward(machine, after, context, through_waits=False)]
    return [one for one in found if not one.ended]


def foreseen(machine: engine.Machine, execution: Execution, context: Context) -> list[Execution]:
    """The transitions to the end, where the definition leads there without another task."""
    found = _onward(machine, execution, context, through_waits=True)
    return found if found and found[-1].ended else []


def _onward(
    machine: engine.Machine, execution: Execution, context: Context, *, through_waits: bool
) -> list[Execution]:
    moving = {Phase.ENTERING}
    if through_waits:
        moving |= {Phase.WAITING, Phase.BACKING_OFF}
    found: list[Execution] = []
    while execution.phase in moving and execution.state in machine.states and len(found) < MOST:
        execution = engine.step(machine, execution, Go(), context)
        found.append(execution)
    return found
