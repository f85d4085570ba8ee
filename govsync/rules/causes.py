"""Why records did not get through, as few causes instead of many records."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from govsync.domain import State
from govsync.rules.advice import Advice, advice

PROBLEMS = frozenset(
    {
        *(State.BLOCKED_LOCAL, State.REJECTED_DATA, State.REJECTED_AUTH, State.CONFLICT),
        *(State.DEAD, State.DRIFTED, State.UNKNOWN),
    }
)
OF_A_SUBJECT = frozenset({"unknown_subject", "unknown_subject_code"})
SAMPLE = 5  # records that are named of each cause


@dataclass(frozen=True, slots=True)
class Fault:
    """One record that needs somebody, and why."""

    record: str
    state: State
    code: str
    subject: str


@dataclass(slots=True)
class Cause:
    """What several records have in common, and what to do about all of them at once."""

    state: State
    code: str
    subject: str  # empty unless the subject itself is the cause
    records: int = 0
    sample: list[str] = field(default_factory=list)  # ids of records

    @property
    def advice(self) -> Advice:
        return advice(self.state, self.code)


def causes(faults: Iterable[Fault]) -> list[Cause]:
    """Group records by what is wrong with them, the largest group first."""
    found: dict[tuple[State, str, str], Cause] = {}
    for fault in faults:
        subject = fault.subject if fault.code in OF_A_SUBJECT else ""
        key = fault.state, fault.code, subject
        cause = found.setdefault(key, Cause(*key))
        cause.records += 1
        if len(cause.sample) < SAMPLE:
            cause.sample.append(fault.record)
    return sorted(found.values(), key=lambda one: (-one.records, one.code, one.subject))
