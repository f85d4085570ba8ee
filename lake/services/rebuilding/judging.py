"""Whether a grade is what its results make of it.

A consolidation reads the course, then the student's results, and then writes: what somebody
changed in between is not in the grade, and the next night looks again. So a grade is right if it
follows from what stood at one moment shortly before it was written; that moment is looked for
only where the one of the writing does not do.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import product
from typing import TYPE_CHECKING

from grades.services import replaying
from lake.rules.history import FAR, FIRST, at
from lake.services.rebuilding.school import present
from tenants.domain import PeriodState

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grades.domain import Grade, Result
    from grades.services.replaying import Then
    from lake.rules.history import Moment, State
    from lake.services.rebuilding.school import Own, Pair, School
    from luca.kernel.ids import StudentId
    from tenants.domain import Course

SPAN = timedelta(minutes=15)  # as long as one run of a consolidation may last
SECONDS = "%Y-%m-%dT%H:%M:%SZ"
MOMENT = timedelta(milliseconds=1)


class Standing(StrEnum):
    """What became of comparing a grade with the one that the lake gives."""

    SAME = "same"
    BEHIND = "behind"  # right when it was computed; since then something has changed
    WAITING = "waiting"  # there was no grade yet
    KEPT = "kept"  # of a closed period, of somebody whose results were erased
    DIFFERENT = "different"
    MISSING = "missing"  # a closed period has a grade of everybody
    UNKNOWN = "unknown"  # the lake does not hold the period or the school's clocks


WRONG = frozenset({Standing.DIFFERENT, Standing.MISSING, Standing.UNKNOWN})


@dataclass(frozen=True, slots=True)
class Judged:
    """One student in one course, as of a moment."""

    student: StudentId
    course: Course
    evaluations: int
    official: Grade | None  # what was served
    rebuilt: Result | None  # what the lake gives for it
    provisional: Result | None  # of everything recorded by then
    standing: Standing


@dataclass(frozen=True, slots=True)
class Judge:
    """Computes grades as of a moment; `now` is what the clocks said then."""

    school: School
    moment: Moment
    now: datetime

    def judged(self, pair: Pair) -> Judged | None:
        """One student's grade in one course; None if there was nothing to grade."""
        student, course = pair
        own, then = self.school.own(pair), self.school.then(course, self.moment)
        served: Grade | None = present(own.grades, self.moment)
        recorded = own.evaluations.at(self.moment)
        enrolled = present(own.enrolled, self.moment)
        if served is None and not recorded and enrolled is None:
            return None
        many = len(recorded)
        if then is None:
            return Judged(student, course, many, served, None, None, Standing.UNKNOWN)
        provisional = replaying.result(
            then,
            student,
            recorded,
            group=None if enrolled is None else enrolled.group,
            at=self.now,
            before=served,
        )
        if served is None:
            standing = Standing.MISSING if self._owed(then, own) else Standing.WAITING
            return Judged(student, course, many, None, None, provisional, standing)
        rebuilt = _Making(self.school, pair, own, served).found()
        standing = _standing(then, own, served, rebuilt, provisional)
        return Judged(student, course, many, served, rebuilt, provisional, standing)

    def _owed(self, then: Then, own: Own) -> bool:
        """Whoever was enrolled when a period closed has a grade, also without one result."""
        since = then.period.closing_since
        if then.period.state is not PeriodState.CLOSED or since is None:
            return False
        closing = (since.astimezone(UTC).strftime(SECONDS), "")
        return at(own.enrolled, min(closing, self.moment)) is not None


def _standing(
    then: Then, own: Own, served: Grade, rebuilt: Result | None, provisional: Result | None
) -> Standing:
    if rebuilt is None or not replaying.says_the_same(served, rebuilt):
        results_are_gone = not then.period.is_open and not own.evaluations.moments
        kept = results_are_gone and served.evaluations_count
        return Standing.KEPT if kept else Standing.DIFFERENT
    if provisional is not None and provisional.hash != served.trace_hash:
        return Standing.BEHIND
    return Standing.SAME


@dataclass(frozen=True, slots=True)
class _Making:
    """Looks for what a grade was computed from."""

    school: School
    pair: Pair
    own: Own
    grade: Grade

    def found(self) -> Result | None:
        """The result that is the grade, or else the one of the moment of its writing."""
        since = self._written().since
        before = self._before(since)
        first = self._result(since, since, self.grade.last_calculated, before)
        if self._is_right(first):
            return first
        tries = (
            self._result(look, reading, asked_at, before)
            for look, reading in self._moments(since)
            for asked_at in self._times(look)
        )
        return next(filter(self._is_right, tries), first)

    def _is_right(self, result: Result | None) -> bool:
        return result is not None and replaying.says_the_same(self.grade, result)

    def _written(self) -> State:
        """Where this version began: later states of it were only found right, or sent."""
        mine = self.grade.version, self.grade.trace_hash
        return next(
            one
            for one in self.own.grades
            if one.is_there and (one.value.version, one.value.trace_hash) == mine
        )

    def _before(self, since: Moment) -> Grade | None:
        earlier = [one.value for one in self.own.grades if one.since < since and one.is_there]
        return earlier[-1] if earlier else None

    def _result(
        self, look: Moment, reading: Moment, asked_at: datetime, before: Grade | None
    ) -> Result | None:
        student, course = self.pair
        then = self.school.then(course, look)
        if then is None:
            return None
        enrolled = present(self.own.enrolled, look)
        return replaying.result(
            then,
            student,
            self.own.evaluations.at(reading),
            group=None if enrolled is None else enrolled.group,
            at=asked_at,
            before=before,
        )

    def _moments(self, since: Moment) -> Iterator[tuple[Moment, Moment]]:
        """When the course and when the results may have been read: the latest first."""
        first, last = _around(since)
        common = self.school.common(self.pair[1])
        enrolled = [one.since for one in self.own.enrolled]
        looks = _within([*common.moments, *enrolled], first, last)
        readings = _within(self.own.evaluations.moments, first, last)
        yield from product(looks, readings)

    def _times(self, look: Moment) -> Iterator[datetime]:
        """By which clock it was asked what is due: a date may have passed while it computed."""
        calculated = self.grade.last_calculated
        yield calculated
        then = self.school.then(self.pair[1], look)
        for one in then.assessments if then else ():
            if one.due is not None and calculated - SPAN < one.due <= calculated:
                yield one.due - MOMENT
        yield calculated - SPAN


def _around(since: Moment) -> tuple[Moment, Moment]:
    """A row that filled a gap may lie before or behind those it was computed from."""
    written = datetime.strptime(since[0], SECONDS).replace(tzinfo=UTC)
    first, last = ((written + one).strftime(SECONDS) for one in (-SPAN, SPAN))
    return (first, ""), (last, FAR)


def _within(moments: list[Moment], first: Moment, last: Moment) -> list[Moment]:
    """Those in between, the one before, and whenever the table filled a gap of the stream."""
    filled = {one for one in moments if one > last and not one[1]}
    inside = sorted({one for one in moments if first <= one <= last} | filled, reverse=True)
    earlier = [one for one in moments if one < first]
    return [*inside, max(earlier, default=FIRST)]
