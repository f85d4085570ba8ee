"""A student's events of any age, read back out of the lake on request.

The table forgets an event after 30 days; who asks for older ones is a school's head or Luca's
operator, and the audit log says so. What was erased is not read back, also before compaction has
come by.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from behavior import services as behavior
from behavior.domain import Event, EventId, Wanted
from lake.domain import Change
from lake.repository import changes, erasures
from lake.repository.changes import Read
from lake.rules import erasing
from lake.rules.history import counted
from luca.aws import audit
from luca.aws.audit import Action
from luca.aws.table import SEPARATOR
from luca.kernel import clock
from luca.kernel.errors import Malformed
from tenants import services as tenants
from tenants.services import images

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lake.domain import Value
    from luca.kernel.ids import StudentId

    Row = Mapping[str, Value]

MONTHS = 6  # folders that one request reads
SKEW = timedelta(days=1)  # an event's own time is minutes from that of its key


@dataclass(frozen=True, slots=True)
class _Window:
    """Which of a student's events, and before which place a page goes on."""

    student: StudentId
    wanted: Wanted
    before: str  # a time and an id, as keys hold them; or a month, which is before all of its days

    def months(self) -> list[tuple[str, str]]:
        """Months and their folders that may hold some, the latest first."""
        named = [(_month(folder), folder) for folder in changes.months()]
        first = _month_of(self.wanted.since, -SKEW) if self.wanted.since else ""
        last = _month_of(self.wanted.until, SKEW) if self.wanted.until else "9999-99"
        found = [one for one in named if first <= one[0] <= last]
        return sorted((one for one in found if one[0] < self.before), reverse=True)

    def has(self, row: Row) -> bool:
        time, kind = str(row["time"]), self.wanted.type
        inside = (self.wanted.since or "") <= time < (self.wanted.until or "~")
        return inside and kind in {None, row["type"]} and _place(row) < self.before


def past_events(
    student: StudentId,
    *,
    kind: str = "",
    since: str = "",
    until: str = "",
    before: str | None = None,
    limit: int = 50,
) -> tuple[list[Event], str | None]:
    """A page of a student's events, the newest first, and before which place the next one begins.

    One request reads some months and no more: a page may be short, even empty, although more
    follow. Whoever asks for the first page is in the audit log.
    """
    tenants.see_student(student)
    tenants.student(student)
    if before is not None and not before[:1].isdigit():
        raise Malformed("The cursor is not one of ours.")
    window = _Window(student, behavior.wanted(kind, since, until), before or "~")
    found, rest = _page(window, limit)
    if before is None:
        details = {"since": window.wanted.since, "until": window.wanted.until}
        told = {name: text for name, text in details.items() if text}
        audit.record(Action.EVENTS_READ_BACK, f"student:{student}", **told)
    return found, rest


def _page(window: _Window, limit: int) -> tuple[list[Event], str | None]:
    months = window.months()
    found: list[Row] = []
    for month, folder in months[:MONTHS]:
        found += sorted(_rows(window, folder), key=_place, reverse=True)
        if len(found) > limit:
            return [_event(row) for row in found[:limit]], _place(found[limit - 1])
        last = month
    rest = last if len(months) > MONTHS else None
    return [_event(row) for row in found], rest


def _rows(window: _Window, folder: str) -> Iterator[Row]:
    """The last that is known of each event of the student in a folder."""
    places = {images.place_of_student(window.student)}
    of: dict[str, list[Row]] = {}
    for row in changes.of_events(folder, changes.Wanted(places=places), Read()):
        of.setdefault(str(row["sk"]), []).append(row)
    orders = [one for one in erasures.given() if one.person == window.student]
    for rows in of.values():
        row = counted(rows)[-1]
        erased = any(erasing.is_erased(row, order) for order in orders)
        if row["change"] == Change.PUT and not erased and window.has(row):
            yield row


def _event(row: Row) -> Event:
    at, name = str(row["sk"]).split(SEPARATOR)[1:]
    known: Any = {one: row[one] for one in ("type", "time", "quantity", "source", "metadata")}
    return Event(
        id=EventId(name),
        student=images.student_at(str(row["pk"])),  # type: ignore[arg-type]  # it is a student's
        at=at,
        received=str(row["received"]),
        ttl=0,
        digest=str(row["digest"]),
        **known,
    )


def _place(row: Row) -> str:
    return str(row["sk"]).partition(SEPARATOR)[2]


def _month(folder: str) -> str:
    parts = dict(part.split("=", 1) for part in folder.rstrip("/").split("/")[1:])
    return f"{parts['year']}-{parts['month']}"


def _month_of(stamp: str, moved: timedelta) -> str:
    return clock.stamp(clock.parse(stamp) + moved)[: len("2026-11")]
