"""An interpreter of a part of the Amazon States Language: pure, and knowing no machine.

`load` reads a definition and refuses what it does not understand. `begin` and
`step` are functions: (machine, execution, event) → the next execution;
`pending` says what the execution waits for. Whoever calls them stores the
execution before acting on it, so a machine survives the death of its worker.
"""

from govsync.engine.checks import Refused
from govsync.engine.execution import begin, entered, pending, step
from govsync.engine.language import Machine, State, load
from govsync.engine.stored import dump, restore
from govsync.engine.values import (
    Call,
    Context,
    Each,
    Effect,
    Event,
    Execution,
    Finish,
    For,
    Go,
    Phase,
    Sleep,
    TaskDone,
    TaskFailed,
    fail,
)

__all__ = [
    "Call",
    "Context",
    "Each",
    "Effect",
    "Event",
    "Execution",
    "Finish",
    "For",
    "Go",
    "Machine",
    "Phase",
    "Refused",
    "Sleep",
    "State",
    "TaskDone",
    "TaskFailed",
    "begin",
    "dump",
    "entered",
    "fail",
    "load",
    "pending",
    "restore",
    "step",
]
