"""Items of the table written back as the lake knows them, after a disaster.

Never over something newer: an item is put where there is none, or over a lower version of itself,
which a table has that was restored from an older backup; and only if that is still what was read.
Somebody who was erased stays erased.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from grades.services import restoring as grades
from lake.repository import changes, erasures, present
from lake.repository.changes import Read, Wanted
from lake.rules import erasing
from lake.rules.history import at, end_of, histories
from luca.aws import audit, store
from luca.aws.audit import LONGEST_REASON, Action
from luca.kernel import clock, context
from luca.kernel.errors import Conflict, FieldError, Invalid, NotFound
from luca.kernel.ids import CURP_LIKE, PeriodId
from luca.kernel.iterate import chunks
from tenants import services as tenants
from tenants.domain import PeriodState
from tenants.services import images

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from lake.rules.erasing import Order
    from lake.rules.history import State
    from tenants.domain import Course

    Tell = Callable[[str, int, int], None]

# An item's own version, which grows with each change; of others the key holds a number.
VERSIONED = frozenset({"evaluation", "assessment", "grade"})
COMPUTED = frozenset({"assessment", "grading_rules", "enrolled"})  # everybody's grade hangs on them
TOGETHER = 60  # items of one transaction, beside the entry and the markers
MARKED = store.LIMIT - TOGETHER - 1
ATTEMPTS = 3


class Fate(StrEnum):
    """What becomes of an item that was asked for."""

    MISSING = "missing"  # not in the table: it is put
    OLDER = "older"  # the table has a lower version: it is put in its place
    SAME = "same"
    NEWER = "newer"  # the table has a higher version, or another one without a number: it stays
    ERASED = "erased"  # with the person: it stays away


PUT = frozenset({Fate.MISSING, Fate.OLDER})


@dataclass(frozen=True, slots=True)
class Selection:
    """Which items: of a student, of a course, of some kinds; all that is given must fit."""

    student: str = ""
    subject: str = ""
    period: str = ""
    kinds: frozenset[str] = frozenset()

    @property
    def is_empty(self) -> bool:
        return not (self.student or self.subject or self.period or self.kinds)

    def fits(self, state: State, image: dict[str, Any]) -> bool:
        course = images.course_at(state.place[0])
        subject, period = (course.subject, course.period) if course else ("", "")
        if state.kind == "period":
            period = PeriodId(_text(image, "id"))
        said = (
            (self.student, _text(image, "student") or _owner(state.place[0])),
            (self.subject, _text(image, "subject") or subject),
            (self.period, _text(image, "period") or period),
        )
        of_kind = not self.kinds or state.kind in self.kinds
        return of_kind and all(not wanted or wanted == given for wanted, given in said)


@dataclass(frozen=True, slots=True)
class Item:
    """One item as the lake knows it, and what the table has in its place."""

    state: State
    image: dict[str, Any]
    seen: dict[str, Any] | None
    fate: Fate


@dataclass(slots=True)
class Restored:
    """What was, or would be, written back."""

    as_of: datetime
    dry_run: bool
    items: list[Item] = field(default_factory=list)
    written: int = 0
    left: int = 0  # changed while they were to be written

    @property
    def counts(self) -> Counter[tuple[Fate, str]]:
        return Counter((one.fate, one.state.kind) for one in self.items)

    @property
    def wanted(self) -> list[Item]:
        return [one for one in self.items if one.fate in PUT]


def restore(
    selection: Selection,
    as_of: datetime,
    *,
    reason: str,
    dry_run: bool,
    tell: Tell = lambda _what, _done, _of: None,
) -> Restored:
    """Put items of the context's school back as they were at a moment.

    Repeating it goes on where it was killed. Every transaction has its entry in the audit log.
    """
    _check(selection, reason)
    found = _selected(selection, as_of)
    restored = Restored(as_of, dry_run, _judged(found))
    if dry_run:
        return restored
    by_partition: dict[str, list[Item]] = defaultdict(list)
    for one in restored.wanted:
        by_partition[one.state.place[0]].append(one)
    for number, (pk, items) in enumerate(sorted(by_partition.items()), 1):
        for some in chunks(items, TOGETHER):
            left = _not_erased(some)
            done = _put(pk, left, as_of, reason.strip()) if left else 0
            restored.written += done
            restored.left += len(some) - done
        tell("restore", number, len(by_partition))
    return restored


def _check(selection: Selection, reason: str) -> None:
    tidy = reason.strip()
    if not tidy or len(tidy) > LONGEST_REASON or CURP_LIKE.search(tidy):
        message = f"Give a reason of at most {LONGEST_REASON} characters that names nobody."
        raise Invalid(message, errors=(FieldError("reason", message),))
    if selection.is_empty:
        message = "Say which items: a student, a subject, a period or kinds."
        raise Invalid(message, errors=(FieldError("student", message),))
    unknown = selection.kinds - present.kinds()
    if unknown:
        message = f"The lake keeps: {', '.join(sorted(present.kinds()))}."
        raise Invalid(message, errors=(FieldError("kinds", message),))
    closing = [one.id for one in tenants.periods() if one.state is PeriodState.CLOSING]
    if closing:
        message = f"Period {closing[0]} is closing; repeat this when it is closed."
        raise Conflict(message, code="period_closing")


def _selected(selection: Selection, as_of: datetime) -> list[State]:
    moment, looked = end_of(as_of), Read()
    rows = changes.of_grades(Wanted(kinds=selection.kinds or None, until=moment[0]), looked)
    states = (at(history, moment) for history in histories(rows).values())
    there = [one for one in states if one is not None]
    if not looked.rows:
        raise NotFound("The lake holds nothing of this school from then.", code="lake_empty")
    return [one for one in there if selection.fits(one, present.loaded(str(one.image)))]


def _judged(found: Iterable[State]) -> list[Item]:
    """Each item beside the table's."""
    known = {one.place: one for one in found}
    table = present.several(known)
    orders = erasures.given()
    return [_item(state, table.get(place), orders) for place, state in sorted(known.items())]


def _item(state: State, seen: dict[str, Any] | None, orders: tuple[Order, ...]) -> Item:
    image = present.loaded(str(state.image))
    return Item(state, image, seen, _fate(state, image, seen, orders))


def _fate(
    state: State, image: dict[str, Any], seen: dict[str, Any] | None, orders: tuple[Order, ...]
) -> Fate:
    if any(_concerns(one, state, image) for one in orders):
        return Fate.ERASED
    if seen is None:
        return Fate.MISSING
    if not present.differing(image, seen):
        return Fate.SAME
    is_older = state.kind in VERSIONED and _version(seen) < _version(image)
    return Fate.OLDER if is_older else Fate.NEWER


def _concerns(order: Order, state: State, image: dict[str, Any]) -> bool:
    if order.person not in {_owner(state.place[0]), _text(image, "student")}:
        return False
    row = {
        "pk": state.place[0],
        "kind": state.kind,
        "change": "put",
        "written_at": state.since[0],
        "period": _text(image, "period"),
    }
    return erasing.is_erased(row, order)


def _not_erased(items: Iterable[Item]) -> list[Item]:
    """Those of nobody who was erased meanwhile: a whole period takes its time."""
    orders = erasures.given()
    return [
        one for one in items if not any(_concerns(order, one.state, one.image) for order in orders)
    ]


def _put(pk: str, items: list[Item], as_of: datetime, reason: str) -> int:
    """Write some items of a partition together; whatever has changed meanwhile is judged anew."""
    for _ in range(ATTEMPTS):
        work = store.Transaction()
        for one in items:
            grades.join(work, one.image, one.seen, images.course_at(pk))
        for course in _concerned(pk, items)[:MARKED]:
            grades.mark(work, course)
        audit.join(
            work,
            Action.LAKE_RESTORED,
            _about(pk),
            reason=reason,
            number=str(len(items)),
            kinds=",".join(sorted({one.state.kind for one in items})),
            as_of=clock.stamp(as_of),
        )
        try:
            store.patiently(work)
        except store.ConditionFailed:
            items = [one for one in _judged(one.state for one in items) if one.fate in PUT]
            if not items:
                return 0
            continue
        for course in _concerned(pk, items)[MARKED:]:
            rest = store.Transaction()
            grades.mark(rest, course)
            store.patiently(rest)
        return len(items)
    return 0


def _concerned(pk: str, items: list[Item]) -> list[Course]:
    """Courses of which everybody is computed again; a result nominates its student by itself."""
    if not any(one.state.kind in COMPUTED for one in items):
        return []
    own = images.course_at(pk)
    if own is not None:
        return [own]
    subjects = {_text(one.image, "subject") for one in items}
    return [one for one in tenants.courses() if one.subject in subjects]


def _about(pk: str) -> str:
    course = images.course_at(pk)
    if course is not None:
        return f"course:{course.subject}/{course.period}"
    return f"student:{_owner(pk)}" if _owner(pk) else f"school:{context.school()}"


def _owner(pk: str) -> str:
    return images.student_at(pk) or ""


def _version(image: dict[str, Any]) -> int:
    return int(image.get("version", {}).get("N", 1))


def _text(image: dict[str, Any], name: str) -> str:
    return str(image.get(name, {}).get("S", ""))
