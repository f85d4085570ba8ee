"""One shard of the table's stream, read into files."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings

from lake.definition import dataset_of
from lake.domain import Checkpoint, Gap
from lake.repository import checkpoints, gaps
from lake.rules import Poison, row_of, school_of
from lake.services.files import Buffer, Letter, files
from luca.aws import queue, stream
from luca.kernel import clock
from luca.kernel.errors import Unavailable
from luca.telemetry import log, metric

if TYPE_CHECKING:
    from collections.abc import Callable

    from luca.aws.stream import Batch, Shard

ORIGIN = "stream"  # how the names of its files begin
UPLOADS = 8  # at once
# AWS keeps a record for a day. Where a shard's first record is not known, nothing else tells that
# some have gone; an hour is for the clocks.
KEPT = timedelta(hours=23)
NEVER = datetime(1970, 1, 1, tzinfo=UTC)  # until when the lake has all, if it has nothing
logger = log(__name__)


class Reader:
    """Reads a shard, gathers rows, and moves the checkpoint when they are in files."""

    def __init__(
        self, arn: str, known: Checkpoint, owner: str, patiently: Callable[[Any], Any]
    ) -> None:
        self._arn, self._owner, self._patiently = arn, owner, patiently
        self.known = known  # what is in files
        self._buffer = Buffer()
        self._read = known.sequence  # the last number that was read
        self._unwritten = 0  # records, whether or not they gave a row
        self._since = 0.0  # when the first of them was read
        self._place: str | None = ""  # an iterator; "": one is to be asked for, None: the end
        self._newest = self._oldest = known.covered

    @property
    def ended(self) -> bool:
        """Whether all of a shard that has ended is in files."""
        return self.known.finished

    def read(self) -> bool:
        """Take what comes next; False: there is no more for the moment."""
        if self._place is None or self._full:
            return False
        found = self._next()
        if found is None:
            return True
        self._place = found.next
        for record in found.records:
            self._take(record)
        return bool(found.records)

    def due(self) -> bool:
        """Whether what was read has waited long enough, or is enough."""
        if self._place is None:
            return not self.known.finished
        waited = time.monotonic() - self._since
        return bool(self._unwritten) and (self._full or waited >= settings.LAKE_FLUSH_SECONDS)

    def flush(self) -> None:
        """Write all rows into files, then move the checkpoint: killed in between, it is repeated.

        Nothing to write is no reason to stay: the checkpoint would become older than the stream.
        """
        if not self._unwritten and self._place is not None:
            return
        made = list(files(self._buffer, ORIGIN))
        with ThreadPoolExecutor(UPLOADS, "lake-upload") as pool:
            list(pool.map(self._patiently, [one.write for one in made]))
        moved = replace(
            self.known,
            sequence=self._read,
            at=clock.now(),
            covered=self._newest,
            finished=self._place is None,
            rows=self.known.rows + self._buffer.count,
            files=self.known.files + len(made),
            poison=self.known.poison + len(self._buffer.letters),
        )
        self._patiently(lambda: checkpoints.advance(moved, self._owner))
        self._report(moved)
        self.known, self._buffer, self._unwritten = moved, Buffer(), 0

    @property
    def _full(self) -> bool:
        return self._unwritten >= settings.LAKE_FLUSH_RECORDS

    def _next(self) -> Batch | None:
        """Some records; None: the place is to be found anew."""
        place, self._place = self._place, ""  # only a number is to be trusted if this one fails
        try:
            return stream.read(place or stream.iterator(self._arn, self.known.shard, self._read))
        except stream.Expired:
            logger.info("lake_iterator_expired")
        except stream.Trimmed:
            self._gap()
        return None

    def _gap(self) -> None:
        """What comes after the last record is gone: note it, and go on with what there is."""
        self.flush()
        note_gap(self.known)
        if not self._read:
            self._place = None  # not even its beginning is there: the shard is gone
        moved = replace(self.known, sequence="", at=clock.now())
        self._patiently(lambda: checkpoints.advance(moved, self._owner))
        self.known, self._read = moved, ""

    def _take(self, record: dict[str, Any]) -> None:
        told = record["dynamodb"]
        made = datetime.fromtimestamp(told["ApproximateCreationDateTime"], UTC)
        if not self._unwritten:
            self._since, self._oldest = time.monotonic(), made
        self._newest = max(self._newest, made)
        self._unwritten += 1
        self._read = told["SequenceNumber"]
        try:
            row = row_of(record, dataset_of)
        except Poison as error:
            self._refuse(record, str(error))
        except Exception as error:  # noqa: BLE001 -- one record that is nothing like one stops no other
            self._refuse(record, f"It is not as records are ({type(error).__name__}).")
        else:
            if row is not None:
                self._buffer.add(row)

    def _refuse(self, record: dict[str, Any], reason: str) -> None:
        self._buffer.letters.append(Letter(school_of(record), reason, record))

    def _report(self, moved: Checkpoint) -> None:
        lag = (moved.at - self._oldest).total_seconds()
        metric("LakeRows", moved.rows - self.known.rows)
        metric("LakeFiles", moved.files - self.known.files)
        metric("LakeLag", round(max(0.0, lag), 1), "Seconds")
        if moved.poison > self.known.poison:
            metric("LakeRefused", moved.poison - self.known.poison)
        logger.info("lake_written", records=self._unwritten, written=moved.rows - self.known.rows)


def first(shard: Shard, parent: Checkpoint | None) -> Checkpoint:
    """Where a shard begins that nobody has read yet."""
    if parent is None:
        return Checkpoint(shard.id, "", at=clock.now(), covered=NEVER)
    return Checkpoint(shard.id, "", at=parent.at, covered=parent.covered)


def note_gap(known: Checkpoint) -> None:
    """Remember that changes may have been missed; workers fill what was from the table."""
    gaps.record(Gap(known.shard, known.sequence, known.covered, clock.now()))
    logger.error("lake_gap", at=clock.stamp(known.covered))
    metric("LakeGaps")
    try:
        queue.enqueue("lake.gaps")
    except Unavailable:
        logger.warning("lake_gap_not_told")  # the next look sees it


def too_old(known: Checkpoint) -> bool:
    """Whether a shard that was to be read from its beginning may have lost it meanwhile."""
    return not known.sequence and clock.now() - known.at > KEPT
