"""What an execution is, what it asks for, and what it may be told."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any


class Phase(StrEnum):
    ENTERING = "ENTERING"  # the state is chosen, nothing of it has happened
    CALLING = "CALLING"  # its task is to be called, or is being called
    WAITING = "WAITING"  # it waits, and then goes on to the next state
    BACKING_OFF = "BACKING_OFF"  # it failed; it waits to try again
    MAPPING = "MAPPING"  # its items are being worked on
    QUEUED = "QUEUED"  # of an item: its turn has not come
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
    children: tuple["Execution", ...] = ()  # of a Map: one for each item, in the items' order
    entered: int = 0  # how many states it has left: each entry of a state has a number of its own

    @property
    def ended(self) -> bool:
        return self.phase in ENDED

    @property
    def attempt(self) -> int:
        return sum(self.retries) + 1


@dataclass(frozen=True, slots=True)
class Context:
    """What paths that begin with $$ read, the Context Object; and what the core must not make.

    `chance` is where in its range a jittered wait lies, from 0 to 1. It is
    drawn by the caller: the same step with the same context is the same step.
    `seed` is what distinguishes an item of a Map from all others of the execution.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    chance: float = 1
    seed: str = ""

    def of(self, execution: Execution) -> "Here":
        state = {"Name": execution.state, "RetryCount": execution.attempt - 1}
        name = self.values.get("Execution", {}).get("Id", "")
        return Here({**self.values, "State": state}, f"{name}{self.seed}/{_entry(execution)}")

    def of_item(self, execution: Execution, number: int, value: Any) -> "Context":
        here = {"Item": {"Index": number, "Value": value}}
        seed = f"{self.seed}/{_entry(execution)}/{number}"
        return replace(self, values={**self.values, "Map": here}, seed=seed)


class Here(dict[str, Any]):
    """The Context Object of one attempt at one state; `seed` is that attempt's and no other's.

    States.UUID is derived from it: whoever takes the same step again, after a
    redelivery or a dead worker, comes by the same values.
    """

    def __init__(self, values: Mapping[str, Any], seed: str) -> None:
        super().__init__(values)
        self.seed = seed


def _entry(execution: Execution) -> str:
    return f"{execution.entered}.{execution.state}.{execution.attempt}"


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


@dataclass(frozen=True, slots=True)
class For:
    """An event that concerns one item of a Map."""

    child: int
    event: "Event"


Event = Go | TaskDone | TaskFailed | For


@dataclass(frozen=True, slots=True)
class Call:
    """Run a task and come back with TaskDone or TaskFailed."""

    resource: str
    parameters: Any
    timeout: float | None = None  # seconds from its start
    heartbeat: float | None = None  # seconds between two signs of life


@dataclass(frozen=True, slots=True)
class Sleep:
    seconds: float


@dataclass(frozen=True, slots=True)
class Finish:
    """The execution has ended."""


@dataclass(frozen=True, slots=True)
class Each:
    """What the unfinished items of a Map wait for; answered by For, in any order."""

    effects: tuple[tuple[int, "Effect"], ...]


Effect = Call | Sleep | Go | Finish | Each


def fail(execution: Execution, error: str, cause: str) -> Execution:
    """End an execution from outside, e.g. when its time is up."""
    return replace(execution, phase=Phase.FAILED, error=error, cause=cause, children=())
