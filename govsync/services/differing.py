"""What does not agree with the authority: listed for the school, told to who answers for it."""

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from govsync.domain import Balance, Line, Run, State
from govsync.repository import batches
from luca.aws import alerts, storage
from luca.kernel import clock

FOREIGN = "foreign"
UNSETTLED = frozenset({State.DRIFTED, State.UNKNOWN})


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """One record about which Luca and the authority do not say the same."""

    kind: str  # missing, other_revision, unknown or foreign
    record: str  # as the authority knows it
    batch: str = ""  # none of ours for a foreign record
    student: str = ""
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Discrepancies:
    """What the last reconciliation of a run has found; never looked yet without `at`."""

    at: datetime | None
    items: tuple[Discrepancy, ...] = ()


def read(run: str) -> Discrepancies:
    """What did not agree when the run was last read back."""
    content = storage.read(_file(run, "json"))
    if content is None:
        return Discrepancies(None)
    raw = json.loads(content)
    return Discrepancies(clock.parse(raw["at"]), tuple(Discrepancy(**one) for one in raw["items"]))


def find(run: Run, foreign: Sequence[str]) -> list[Discrepancy]:
    """Everything that does not agree, after a run's records were compared."""
    return [*_drifted(run, batches.book(run.id)), *(Discrepancy(FOREIGN, one) for one in foreign)]


def keep(run: Run, found: Sequence[Discrepancy]) -> None:
    """Write the list into the school's files, as JSON and for a spreadsheet."""
    rows = [asdict(one) for one in found]
    content = {"run": run.id, "period": run.period, "at": clock.stamp(clock.now()), "items": rows}
    storage.write(_file(run.id, "csv"), _table(found))
    storage.write(_file(run.id, "json"), json.dumps(content).encode())


def tell(run: Run, balance: Balance, found: Sequence[Discrepancy]) -> None:
    """Say so, once for each time that a run was read back and something did not agree."""
    if not found and balance.balanced:
        return
    alerts.publish(
        "compliance",
        f"Sync of {run.period} does not agree with the authority",
        {
            "kind": "govsync.discrepancies",
            "run": run.id,
            "period": run.period,
            "counts": dict(Counter(one.kind for one in found)),
            "differences": list(balance.differences),
            "file": _file(run.id, "csv"),
            "what_to_do": "Compare the listed records with the authority's, with the evidence of"
            " the run; then reconcile the run again.",
        },
    )


def _drifted(run: Run, book: Sequence[Line]) -> Iterator[Discrepancy]:
    for line in book:
        if any(line.counts.get(state) for state in UNSETTLED):
            for record in batches.records(run.id, line.number):
                if record.state in UNSETTLED and not record.moved_to:
                    kind = record.reason if record.state is State.DRIFTED else "unknown"
                    yield Discrepancy(
                        kind, record.sent_as, line.number, record.student, record.subject
                    )


def _table(found: Sequence[Discrepancy]) -> bytes:
    """Ids only, none of which a spreadsheet would take for a formula."""
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(["kind", "record", "batch", "student", "subject"])
    table.writerows([one.kind, one.record, one.batch, one.student, one.subject] for one in found)
    return text.getvalue().encode()


def _file(run: str, ending: str) -> str:
    return f"govsync/{run}/discrepancies.{ending}"
