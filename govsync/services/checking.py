"""Before anything is sent: what the authority would refuse, and the subjects' codes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from govsync import demands, rules
from govsync.domain import State
from govsync.repository import subjects
from govsync.rules import Cause, Fault, Identities
from govsync.services import candidates
from luca.kernel.errors import FieldError, Invalid
from luca.kernel.ids import ID, PeriodId

Tell = Callable[[int], object]
MOST = 2000  # subjects with a code of the authority's


@dataclass(frozen=True, slots=True)
class Preflight:
    """What a run would hold: records that may be sent, and why others may not."""

    version: str  # of the authority's demands
    ready: int
    causes: tuple[Cause, ...]

    @property
    def blocked(self) -> int:
        return sum(one.records for one in self.causes)


def preflight(period: PeriodId, tell: Tell = lambda _: None) -> Preflight:
    """Check every candidate of a period against the authority's demands; nothing is written.

    `tell` hears how many were looked at.
    """
    ready, faults = 0, []
    for number, record in enumerate(candidates.records(period, Identities()), 1):
        tell(number)
        if record.state is State.BLOCKED_LOCAL:
            faults.append(Fault(record.id, record.state, record.reason, record.subject))
        else:
            ready += 1
    return Preflight(demands.current().version, ready, tuple(rules.causes(faults)))


def subject_codes() -> tuple[Mapping[str, str], int]:
    """The authority's codes of the school's subjects, and the version of the map.

    A subject that is not in it goes under its own id.
    """
    return subjects.get()


def map_subjects(codes: Mapping[str, str], seen: int | None) -> int:
    """Replace the map; `seen` is the version that the caller saw, None any."""
    catalogue = demands.current()
    faults = [
        FieldError(f"codes.{subject}", "The authority has no such code.")
        for subject, code in sorted(codes.items())
        if not ID.fullmatch(code) or not catalogue.knows(code)
    ]
    faults += [
        FieldError("codes", "A subject's id has another form.")
        for subject in codes
        if not ID.fullmatch(subject)
    ]
    if faults or len(codes) > MOST:
        raise Invalid("These codes cannot be used.", errors=tuple(faults))
    return subjects.save(codes, subjects.get()[1] if seen is None else seen)
