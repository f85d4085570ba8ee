"""Batches and their records, and the book that lists them."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from govsync import keys, rules
from govsync.domain import Batch, Line, Record, State, Transition
from govsync.models import BatchItem, LineItem, RecordItem
from luca.aws import store
from luca.kernel import clock
from luca.kernel.ids import RunId, StudentId, SubjectId
from luca.kernel.iterate import chunks

SENT = ("record", "sent_as", "state", "reason", "revision", "moved_to")
SOME = 49  # records in one transaction, beside the batch's own condition


def get(run: str, number: str) -> Batch | None:
    found = store.get(BatchItem, keys.batch(run, number), keys.BATCH, consistent=True)
    return None if found is None else _batch(found)


def get_all(run: str, numbers: Iterable[str]) -> dict[str, Batch]:
    """Those of the batches that exist, by number."""
    wanted = [(keys.batch(run, number), keys.BATCH) for number in numbers]
    return {item.batch: _batch(item) for item in store.batch_get(BatchItem, wanted)}


def records(run: str, number: str) -> list[Record]:
    """The records of a batch in the order in which they are sent."""
    sk = RecordItem.sk.startswith(keys.records())
    found = store.every(RecordItem, keys.batch(run, number), sk, consistent=True)
    return sorted((_record(item) for item in found), key=lambda record: record.position)


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
    """Write a batch that is not yet sure of its records: first itself, then they.

    Cut off in between, whatever records are there make a smaller batch; none
    can be left behind that no batch knows.
    """
    store.put(_item(batch, 1), BatchItem.pk.does_not_exist())
    begun = replace(batch, version=1)
    _write_fenced(begun, records)
    return begun


def freeze(batch: Batch, records: Sequence[Record], changed: Sequence[Record]) -> None:
    """Give a draft its key and its place in the book, together; from here on it never changes."""
    _write_fenced(batch, changed)
    work = store.Transaction()
    work.put(_item(batch, batch.version + 1), BatchItem.version == batch.version)
    work.put(_line_item(batch.run, line_of(batch, records, size=len(records))))
    store.patiently(work)


def add(batch: Batch, records: Sequence[Record]) -> None:
    """Store a batch that was split off another, with its place in the book, once."""
    if get(batch.run, batch.number) is not None:
        return  # by an earlier attempt that was cut off after this very step
    # Read after an attempt that was cut off, they are noted as moved already: to this very batch.
    records = [replace(record, moved_to="") for record in records]
    store.batch_put(_record_item(batch, record) for record in records)
    work = store.Transaction()
    work.put(_item(batch, 1), BatchItem.pk.does_not_exist())
    work.put(_line_item(batch.run, line_of(batch, records, size=0)))
    store.patiently(work)


def save(batch: Batch) -> Batch:
    """Store a batch's next state if it is still what was read."""
    item = _item(batch, batch.version + 1)
    store.put(item, BatchItem.version == batch.version)
    return _batch(item)


def settle(batch: Batch, records: Sequence[Record], line: Line, *, was_open: bool) -> Batch:
    """Store what became of a batch: records first, then batch and book together.

    Every write is fenced by the batch's version, so that a worker that was
    believed dead and wakes up changes nothing. Cut off in between, it is
    repeated: each record's state is a function of the batch's answer.
    """
    _write_fenced(batch, records)
    last = store.Transaction()
    item = _item(batch, batch.version + 1)
    last.put(item, BatchItem.version == batch.version)
    last.put(_line_item(batch.run, line))
    if was_open != line.open:
        place = keys.line(batch.number, is_open=was_open)
        last.delete(LineItem(keys.book(batch.run), place))
    store.patiently(last)
    return _batch(item)


def _write_fenced(batch: Batch, records: Sequence[Record]) -> None:
    """Write records as long as their batch is at the version that was read."""
    for some in chunks(records, SOME):
        fenced = store.Transaction()
        fenced.check(
            BatchItem,
            keys.batch(batch.run, batch.number),
            keys.BATCH,
            BatchItem.version == batch.version,
        )
        for record in some:
            fenced.put(_record_item(batch, record))
        store.patiently(fenced)


def next_open(run: str) -> tuple[str, bool] | None:
    """The first batch of a run that is not finished, and whether more follow."""
    sk = LineItem.sk.startswith(keys.lines(are_open=True))
    page = store.query(LineItem, keys.book(run), sk, consistent=True, limit=2)
    return (page.items[0].batch, len(page.items) > 1) if page.items else None


def book(run: str) -> list[Line]:
    found = store.every(LineItem, keys.book(run), consistent=True)
    return sorted((_line(item) for item in found), key=lambda line: line.number)


def line(run: str, number: str) -> Line | None:
    """How the book lists a batch now; None if it does not, or as open."""
    found = store.get(LineItem, keys.book(run), keys.line(number, is_open=False), consistent=True)
    return None if found is None else _line(found)


def book_page(
    run: str, state: State | None, *, limit: int, start: store.Key | None
) -> tuple[list[Line], store.Key | None]:
    """A page of the book: finished batches first, then those that are open."""
    where = None if state is None else LineItem.state == state.value
    page = store.query(LineItem, keys.book(run), limit=limit, start=start, where=where)
    return [_line(item) for item in page.items], page.next


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
        history=_history_text(batch.history),
        answer=batch.answer or None,
        rejected=json.dumps(dict(batch.rejected)) if batch.rejected else None,
        taken=json.dumps(sorted(batch.taken)) if batch.taken else None,
        applied=batch.applied,
        slot=batch.slot or None,
        chain=batch.chain or None,
        version=version,
    )


def _batch(item: BatchItem) -> Batch:
    return Batch(
        run=RunId(item.run),
        number=item.batch,
        state=State(item.state),
        count=int(item.records),
        key=item.key or "",
        attempts=int(item.attempts),
        history=_history(item.history),
        answer=item.answer or "",
        rejected=json.loads(item.rejected or "{}"),
        taken=frozenset(json.loads(item.taken or "[]")),
        applied=item.applied,
        slot=item.slot or "",
        chain=item.chain or "",
        version=int(item.version),
    )


def _record_item(batch: Batch, record: Record) -> RecordItem:
    return RecordItem(
        keys.batch(batch.run, batch.number),
        keys.record(record.id),
        record=record.id,
        sent_as=record.sent_as or None,
        student=record.student,
        subject=record.subject,
        grade_version=record.grade_version,
        revision=record.revision or None,
        payload=record.payload or None,
        position=record.position,
        state=record.state.value,
        reason=record.reason or None,
        history=_history_text(record.history),
        moved_to=record.moved_to or None,
    )


def _record(item: RecordItem) -> Record:
    return Record(
        id=item.record,
        # Before records had two ids they were sent under the ledger's.
        sent_as=item.sent_as or (item.record if item.revision else ""),
        student=StudentId(item.student),
        subject=SubjectId(item.subject),
        grade_version=int(item.grade_version),
        revision=item.revision or "",
        payload=item.payload or "",
        position=int(item.position),
        state=State(item.state),
        reason=item.reason or "",
        history=_history(item.history),
        moved_to=item.moved_to or "",
    )


def _line_item(run: str, line: Line) -> LineItem:
    return LineItem(
        keys.book(run),
        keys.line(line.number, is_open=line.open),
        batch=line.number,
        state=line.state.value,
        size=line.size,
        counts=json.dumps(line.counts),
        checked=line.checked,
    )


def _line(item: LineItem) -> Line:
    counts = {State(name): number for name, number in json.loads(item.counts).items()}
    is_open = item.sk.startswith(keys.lines(are_open=True))
    return Line(item.batch, State(item.state), int(item.size), counts, is_open, int(item.checked))


def _history_text(history: Iterable[Transition]) -> str:
    return json.dumps([_entry(one) for one in history], separators=(",", ":"))


def _entry(one: Transition) -> list[Any]:
    return [one.state.value, clock.stamp(one.at), one.attempt, one.reason]


def _history(text: str) -> tuple[Transition, ...]:
    return tuple(
        Transition(State(state), clock.parse(at), attempt, reason)
        for state, at, attempt, reason in json.loads(text)
    )
