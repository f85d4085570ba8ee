"""Looking into a run's ledger: its records by state, and the causes of what did not get through."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from govsync import rules
from govsync.domain import Line, Record, State
from govsync.repository import batches
from govsync.rules import Cause, Fault
from govsync.services import differing
from govsync.services.differing import Discrepancies
from govsync.services.running import run
from luca.aws.store import Key

Tell = Callable[[int], object]
Place = tuple[str, int]  # a batch, and a position in it


def rejects(identity: str, tell: Tell = lambda _: None) -> list[Cause]:
    """Why records of a run did not get through, the most frequent cause first.

    `tell` hears how many were looked at.
    """
    found = run(identity)
    return causes(found.id, batches.book(found.id), tell)


def causes(run: str, lines: Iterable[Line], tell: Tell = lambda _: None) -> list[Cause]:
    """The same of some batches."""
    faults = []
    for number, (_, one) in enumerate(_records(run, rules.PROBLEMS, ("", 0), lines), 1):
        tell(number)
        faults.append(Fault(one.id, one.state, one.reason, one.subject))
    return rules.causes(faults)


def records_page(
    identity: str, state: State | None, *, limit: int, start: Key | None
) -> tuple[list[tuple[str, Record]], Key | None]:
    """Some records of a run, each with its batch, in the order in which they were frozen."""
    found = run(identity)
    after = _place(start)
    wanted = frozenset(State) if state is None else frozenset({state})
    records = _records(found.id, wanted, after, batches.book(found.id))
    some = list(islice(records, limit + 1))
    if len(some) <= limit:
        return some, None
    number, last = some[limit - 1]
    return some[:limit], {"batch": {"S": number}, "position": {"N": str(last.position + 1)}}


def discrepancies(identity: str) -> Discrepancies:
    """What did not agree with the authority when the run was last read back."""
    return differing.read(run(identity).id)


def _place(start: Key | None) -> Place:
    return ("", 0) if start is None else (start["batch"]["S"], int(start["position"]["N"]))


def _records(
    run: str, wanted: frozenset[State], after: Place, lines: Iterable[Line]
) -> Iterator[tuple[str, Record]]:
    """Yield records in these states; batches that hold none of them are not read."""
    for line in lines:
        if line.number >= after[0] and _holds(line, wanted):
            first = after[1] if line.number == after[0] else 0
            for record in batches.records(run, line.number):
                if record.position >= first and record.state in wanted and not record.moved_to:
                    yield line.number, record


def _holds(line: Line, wanted: frozenset[State]) -> bool:
    return line.open or any(line.counts.get(state) for state in wanted)
