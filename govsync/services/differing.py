"""What does not agree with the authority: listed for the school, told to who answers for it."""

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, astuple, dataclass, fields
from datetime import datetime

from govsync.domain import Balance, Line, Run, State
from govsync.repository import batches
from govsync.rules import FOREIGN, Discrepancy
from luca.aws import alerts, storage
from luca.kernel import clock

UNSETTLED = frozenset({State.DRIFTED, State.UNKNOWN})


@dataclass(frozen=True, slots=True)
class Discrepancies:
    """What the last reconciliation of a run has found; never looked yet without `at`."""

    at: datetime | None
    items: tuple[Discrepancy, ...] = ()


def read(run: str) -> Discrepancies:
    """What did not agree when the run was last read back."""
    return read_of(_folder(run))


def read_of(folder: str) -> Discrepancies:
    """What a list says that was kept in this folder."""
    content = storage.read(f"{folder}discrepancies.json")
    if content is None:
        return Discrepancies(None)
    raw = json.loads(content)
    return Discrepancies(clock.parse(raw["at"]), tuple(Discrepancy(**one) for one in raw["items"]))


def find(run: Run, foreign: Sequence[str]) -> list[Discrepancy]:
    """Everything that does not agree, after a run's records were compared."""
    return [*_drifted(run, batches.book(run.id)), *(Discrepancy(FOREIGN, one) for one in foreign)]


def keep(run: Run, found: Sequence[Discrepancy]) -> None:
    """Write the list into the school's files, as JSON and for a spreadsheet."""
    keep_in(_folder(run.id), {"run": run.id, "period": run.period}, found)


def keep_in(folder: str, about: Mapping[str, str], found: Sequence[Discrepancy]) -> None:
    """The same in any folder."""
    rows = [asdict(one) for one in found]
    content = {**about, "at": clock.stamp(clock.now()), "items": rows}
    storage.write(f"{folder}discrepancies.csv", _table(found))
    storage.write(f"{folder}discrepancies.json", json.dumps(content).encode())


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
            "counts": kinds(found),
            "differences": list(balance.differences),
            "file": f"{_folder(run.id)}discrepancies.csv",
            "what_to_do": "Compare the listed records with the authority's, with the evidence of"
            " the run; then reconcile the run again.",
        },
    )


def tell_new(period: str, folder: str, found: Sequence[Discrepancy], more: int) -> None:
    """Say what a daily check has found that nobody was told of before."""
    alerts.publish(
        "compliance",
        f"The authority holds something else of {period} than before",
        {
            "kind": "govsync.check",
            "period": period,
            "counts": kinds(found),
            "known_before": more,
            "file": f"{folder}discrepancies.csv",
            "what_to_do": "Compare the listed records with the authority's, with the evidence of"
            " their runs; then reconcile those runs again.",
        },
    )


def kinds(found: Iterable[Discrepancy]) -> dict[str, int]:
    """How many there are of each kind."""
    return dict(Counter(one.kind for one in found))


def _drifted(run: Run, book: Sequence[Line]) -> Iterator[Discrepancy]:
    for line in book:
        if any(line.counts.get(state) for state in UNSETTLED):
            for record in batches.records(run.id, line.number):
                if record.state in UNSETTLED and not record.moved_to:
                    kind = record.reason if record.state is State.DRIFTED else "unknown"
                    yield Discrepancy(
                        kind, record.sent_as, line.number, record.student, record.subject, run.id
                    )


def _table(found: Sequence[Discrepancy]) -> bytes:
    """Ids only, none of which a spreadsheet would take for a formula."""
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow([one.name for one in fields(Discrepancy)])
    table.writerows(astuple(one) for one in found)
    return text.getvalue().encode()


def _folder(run: str) -> str:
    return f"govsync/{run}/"
