"""Batches and their records, and the book that lists them."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from govsync import keys, rules
from govsync.domain import GIVEN_UP, Batch, Line, Record, State
from govsync.models import BatchItem, LineItem, RecordItem
from govsync.repository import records as recorded
from govsync.repository.records import history, history_text, record_item
from luca.aws import store
from luca.kernel.ids import RunId
from luca.kernel.iterate import chunks

SENT = ("record", "sent_as", "state", "reason", "revision", "moved_to")
FENCED = store.LIMIT - 1  # records in one transaction, beside the batch's own condition
LAST = store.LIMIT - 3  # beside the batch, its line in the book, and the line that it replaces


def get(run: str, number: str) -> Batch | None:
    found = store.get(BatchItem, keys.batch(run, number), keys.BATCH, consistent=True)
    return None if found is None else batch_of(found)


def get_all(run: str, numbers: Iterable[str]) -> dict[str, Batch]:
    """Those of the batches that exist, by number."""
    wanted = [(keys.batch(run, number), keys.BATCH) for number in numbers]
    return {item.batch: batch_of(item) for item in store.batch_get(BatchItem, wanted)}


def records(run: str, number: str) -> list[Record]:
    """The records of a batch in the order in which they are sent."""
    return recorded.read(run, number)


def records_of(batch: Batch) -> list[Record]:
    """The same of a batch that this worker has just read or stored."""
    return recorded.of(batch)


def places(run: str, number: str, identities: Iterable[str]) -> list[tuple[str, str]]:
    """Where records of these ids would be in a batch."""
    return [(keys.batch(run, number), keys.record(one)) for one in identities]


def sent(run: str) -> Iterator[tuple[str, str]]:
    """Of all that the authority may hold of a run: the ledger's id and the authority's."""
    sk = RecordItem.sk.startswith(keys.records())
    for one in book(run):
        for raw in store.every_raw(RecordItem, keys.batch(run, one.number), sk, SENT):
            told = {name: value["S"] for name, value in raw.items()}
            gone = "moved_to" in told or "revision" not in told
            if not gone and rules.may_be_there(State(told["state"]), told.get("reason", "")):
                yield told["record"], told.get("sent_as", told["record"])


def draft(batch: Batch, records: Sequence[Record]) -> Batch:
    """Write a batch that is not yet sure of its records: itself with the first of them.

    Cut off in between, whatever records are there make a smaller batch; none
    can be left behind that no batch knows.
    """
    work = store.Transaction()
    first = len(records) if len(records) <= FENCED else len(records) // 2
    work.put(_item(batch, 1), BatchItem.pk.does_not_exist())
    _join(work, batch, records[:first])
    store.patiently(work)
    begun = replace(batch, version=1)
    _write_fenced(begun, records[first:])
    return begun


def freeze(batch: Batch, records: Sequence[Record], changed: Sequence[Record]) -> None:
    """Give a draft its key and its place in the book, together; from here on it never changes."""
    rest = _write_some(batch, changed)
    work = store.Transaction()
    work.put(_item(batch, batch.version + 1), BatchItem.version == batch.version)
    work.put(_line_item(batch.run, line_of(batch, records, size=len(records))))
    _join(work, batch, rest)
    store.patiently(work)


def add(batch: Batch, records: Sequence[Record], parent: Batch) -> None:
    """Store a batch that was split off another, with its place in the book, once.

    Its records are fenced by the parent's version: nobody sends a part of a batch that is not
    settled, and whoever wakes up when it is must not set what was answered back to pending.
    """
    if get(batch.run, batch.number) is not None:
        return  # by an earlier attempt that was cut off after this very step
    # Read after an attempt that was cut off, they are noted as moved already: to this very batch.
    records = [replace(record, moved_to="") for record in records]
    _write_fenced(batch, records, parent)
    work = store.Transaction()
    _fence(work, parent)
    work.put(_item(batch, 1), BatchItem.pk.does_not_exist())
    work.put(_line_item(batch.run, line_of(batch, records, size=0)))
    store.patiently(work)


def save(batch: Batch) -> Batch:
    """Store a batch's next state if it is still what was read."""
    item = _item(batch, batch.version + 1)
    store.put(item, BatchItem.version == batch.version)
    stored = batch_of(item)
    recorded.still(batch, stored)
    return stored


def settle(batch: Batch, records: Sequence[Record], line: Line, *, was_open: bool) -> Batch:
    """Store what became of a batch: records, and with the last of them batch and book.

    Every write is fenced by the batch's version, so that a worker that was
    believed dead and wakes up changes nothing. Cut off in between, it is
    repeated: each record's state is a function of the batch's answer.
    """
    rest = _write_some(batch, records)
    last = store.Transaction()
    item = _item(batch, batch.version + 1)
    last.put(item, BatchItem.version == batch.version)
    last.put(_line_item(batch.run, line))
    if was_open != line.open:
        place = keys.line(batch.number, is_open=was_open)
        last.delete(LineItem(keys.book(batch.run), place))
    _join(last, batch, rest)
    store.patiently(last)
    return batch_of(item)


def _write_some(batch: Batch, records: Sequence[Record]) -> Sequence[Record]:
    """Write records until the transaction that ends a change can hold the others; return these."""
    if len(records) <= LAST:
        return records
    half = max(len(records) - LAST, len(records) // 2)
    _write_fenced(batch, records[:half])
    return records[half:]


def _join(work: store.Transaction, batch: Batch, records: Iterable[Record]) -> None:
    for record in records:
        work.put_raw(record_item(batch, record))


def _write_fenced(batch: Batch, records: Sequence[Record], fence: Batch | None = None) -> None:
    """Write records as long as their batch, or the fence, is at the version that was read."""
    for some in chunks(records, FENCED):
        fenced = store.Transaction()
        _fence(fenced, fence or batch)
        _join(fenced, batch, some)
        store.patiently(fenced)


def _fence(work: store.Transaction, batch: Batch) -> None:
    place = keys.batch(batch.run, batch.number)
    work.check(BatchItem, place, keys.BATCH, BatchItem.version == batch.version)


def next_open(run: str) -> tuple[str, bool] | None:
    """The first batch of a run that is not finished, and whether more follow."""
    sk = LineItem.sk.startswith(keys.lines(are_open=True))
    page = store.query(LineItem, keys.book(run), sk, consistent=True, limit=2)
    return (page.items[0].batch, len(page.items) > 1) if page.items else None


def book(run: str) -> list[Line]:
    found = store.every(LineItem, keys.book(run), consistent=True)
    return sorted((line_read(item) for item in found), key=lambda line: line.number)


def line(run: str, number: str) -> Line | None:
    """How the book lists a batch now; None if it does not, or as open."""
    found = store.get(LineItem, keys.book(run), keys.line(number, is_open=False), consistent=True)
    return None if found is None else line_read(found)


def book_page(
    run: str, state: State | None, *, limit: int, start: store.Key | None
) -> tuple[list[Line], store.Key | None]:
    """A page of the book: finished batches first, then those that are open."""
    where = None if state is None else LineItem.state == state.value
    page = store.query(LineItem, keys.book(run), limit=limit, start=start, where=where)
    return [line_read(item) for item in page.items], page.next


def line_of(batch: Batch, records: Iterable[Record], *, size: int, checked: int = 0) -> Line:
    """How the book lists a batch: what was moved to another batch is counted there."""
    counts = Counter(record.state for record in records if not record.moved_to)
    return Line(batch.number, batch.state, size, counts, not batch.applied, checked)


def _item(batch: Batch, version: int) -> BatchItem:
    return BatchItem(
        keys.batch(batch.run, batch.number),
        keys.BATCH,
        run=batch.run,
        batch=batch.number,
        state=batch.state.value,
        key=batch.key or None,
        records=batch.count,
        attempts=batch.attempts,
        history=history_text(batch.history),
        answer=batch.answer or None,
        rejected=json.dumps(dict(batch.rejected)) if batch.rejected else None,
        taken=json.dumps(sorted(batch.taken)) if batch.taken else None,
        applied=batch.applied,
        slot=batch.slot or None,
        chain=batch.chain or None,
        version=version,
    )


def batch_of(item: BatchItem) -> Batch:
    return Batch(
        run=RunId(item.run),
        number=item.batch,
        state=State(item.state),
        count=int(item.records),
        key=item.key or "",
        attempts=int(item.attempts),
        history=history(item.history),
        answer=item.answer or "",
        rejected=json.loads(item.rejected or "{}"),
        taken=frozenset(json.loads(item.taken or "[]")),
        applied=item.applied,
        slot=item.slot or "",
        chain=item.chain or "",
        version=int(item.version),
    )


def _line_item(run: str, line: Line) -> LineItem:
    item = LineItem(
        keys.book(run),
        keys.line(line.number, is_open=line.open),
        batch=line.number,
        state=line.state.value,
        size=line.size,
        counts=json.dumps(line.counts),
        checked=line.checked,
    )
    if line.state in GIVEN_UP and not line.open:
        item.gsi2pk, item.gsi2sk = keys.dead_batches(), keys.dead_batch(run, line.number)
    return item


def line_read(item: LineItem) -> Line:
    counts = {State(name): number for name, number in json.loads(item.counts).items()}
    is_open = item.sk.startswith(keys.lines(are_open=True))
    return Line(item.batch, State(item.state), int(item.size), counts, is_open, int(item.checked))
