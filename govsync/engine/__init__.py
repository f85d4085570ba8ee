"""An interpreter of a part of the Amazon States Language: pure, and knowing no machine.

`load` reads a definition and refuses what it does not understand. `begin` and
`step` are functions: (machine, execution, event) → the next execution;
`pending` says what the execution waits for. Whoever calls them stores the
execution before acting on it, so a machine survives the death of its worker.
"""

from govsync.engine.execution import (
    Call,
    Context,
    Effect,
    Event,
    Execution,
    Finish,
    Go,
    Phase,
    Sleep,
    TaskDone,
    TaskFailed,
    begin,
    fail,
    pending,
    step,
)
from govsync.engine.language import Machine, Refused, State, load

__all__ = [
    "Call",
    "Context",
    "Effect",
    "Event",
    "Execution",
    "Finish",
    "Go",
    "Machine",
    "Phase",
    "Refused",
    "Sleep",
    "State",
    "TaskDone",
    "TaskFailed",
    "begin",
    "fail",
    "load",
    "pending",
    "step",
]
