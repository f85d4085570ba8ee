"""What left the stream before it was read, out of the table: in each school's own session.

The table tells what an item is, not how it came to be so: of several changes in a gap the last one
is kept, and its row bears the time at which the filling began.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any

from lake import keys
from lake.definition import dataset_of
from lake.repository import changes, gaps, present
from lake.rules import Poison, row_of, row_of_item
from lake.rules.history import histories
from lake.services.files import Buffer, Letter, files
from luca.aws import queue
from luca.aws.store import raw
from luca.kernel import clock, context
from luca.telemetry import log, metric
from tenants import services as tenants

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from lake.domain import Filled, Row
    from lake.rules.history import Place, State

ORIGIN = "table"  # how the names of its files begin
AT_ONCE = 20_000  # rows of one round of files
PATIENCE = timedelta(minutes=15)  # until a worker that was asked is thought dead
GONE = "gone"  # the version of an item that the table no longer has: no state was called so
logger = log(__name__)


def look_for_gaps() -> int:
    """Have every school filled for which a gap is open; return how many are still to do."""
    found = [one.found for one in gaps.every() if one.filled is None]
    if not found:
        return 0
    now, done = clock.now(), gaps.filled()
    newest = max(found)
    left = unfilled(newest, done)
    for school in left:
        if gaps.ask(school, now, PATIENCE):
            with context.entered(school=school):
                queue.enqueue("lake.fill")
    if not left:
        gaps.close(newest, now)
        logger.info("lake_gap_filled")
    return len(left)


def unfilled(newest: datetime, done: Mapping[str, Filled]) -> list[str]:
    """The schools whose last filling is older than a gap."""
    schools = [one.id for one in tenants.schools()]
    return [one for one in schools if one not in done or done[one].begun < newest]


def fill(alive: Callable[[], object] = lambda: None) -> int:
    """Write all that the school's table holds and the lake keeps into files; return the rows.

    Safe to repeat, and needless where there is no gap: what the stream has told counts once.
    """
    known = _present()
    filling = _Filling(clock.now(), alive)
    seen: set[Place] = set()
    for pk in dict.fromkeys([*_partitions(), *(pk for pk, _ in known)]):
        for image in raw.images(pk):
            seen.add(present.place_of(image))
            filling.take(image)
        alive()
    for place, state in known.items():
        if place not in seen:
            filling.remove(state)
    filling.write()
    gaps.done(context.school(), filling.begun, filling.rows)
    logger.info("lake_school_filled", written=filling.rows)
    metric("LakeRowsFilled", filling.rows)
    return filling.rows


class _Filling:
    """The rows of one school, on their way into files."""

    def __init__(self, begun: datetime, alive: Callable[[], object]) -> None:
        self.begun, self._alive = begun, alive
        self.rows = 0
        self._buffer = Buffer()

    def take(self, image: dict[str, Any]) -> None:
        try:
            row = row_of_item(image, self.begun, dataset_of)
        except Poison as error:
            self._buffer.letters.append(Letter(context.school(), str(error), image))
            return
        if row is not None:
            self._add(row)

    def remove(self, state: State) -> None:
        """An item that the lake believes to be there and that the table no longer has."""
        image = present.loaded(state.image or "{}")
        told = {
            "Keys": {name: image[name] for name in ("PK", "SK")},
            "OldImage": image,
            "SequenceNumber": "",
            "ApproximateCreationDateTime": self.begun,
        }
        row = row_of({"eventName": "REMOVE", "dynamodb": told}, dataset_of)
        if row is not None:
            version = f"{GONE} {clock.stamp(self.begun)}"
            self._add(replace(row, values={**row.values, "item_version": version}))

    def write(self) -> None:
        for file in files(self._buffer, ORIGIN):
            file.write()
            self._alive()
        self.rows += self._buffer.count
        self._buffer = Buffer()

    def _add(self, row: Row) -> None:
        self._buffer.add(row)
        if self._buffer.count >= AT_ONCE:
            self.write()


def _partitions() -> Iterator[str]:
    """Where the school's items lie of which the lake keeps anything."""
    yield keys.config()
    for course in tenants.courses():
        yield keys.course(course.subject, course.period)
    for student in tenants.student_ids():
        yield keys.student(student)


def _present() -> dict[Place, State]:
    """What the lake believes to be in the table, of the items that a grade depends on."""
    now = clock.now().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    rows = changes.of_grades(changes.Wanted(until=now), changes.Read())
    last = {place: states[-1] for place, states in histories(rows).items()}
    return {place: state for place, state in last.items() if state.is_there}
