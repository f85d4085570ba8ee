"""Grades as of any moment, from the lake alone, and whether they are those that were served.

With a moment of the past the grades that the table held then, as the lake knows them, are computed
again from the results, assessments and rules of then. Of the present, the table is read as well,
and each of its items must be the lake's last.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from lake.repository import changes
from lake.repository.changes import Read, Wanted
from lake.rules.history import LAST, end_of, histories
from lake.services.rebuilding import comparing
from lake.services.rebuilding.judging import WRONG, Judge, Judged, Standing
from lake.services.rebuilding.report import Difference, Report, differences
from lake.services.rebuilding.school import READERS, arranged, read
from luca.kernel import clock
from luca.kernel.errors import NotFound
from tenants.services import images

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from lake.rules.history import Place, State
    from luca.kernel.ids import StudentId

    Tell = Callable[[str, int, int], None]  # what is done, how many of how many

__all__ = ["WAIT", "WRONG", "Difference", "Judged", "Report", "Standing", "rebuild"]
WAIT = 90.0  # seconds: what was written before that is in the lake
PAUSE = 5.0
ANEW = timedelta(seconds=WAIT)


@dataclass(frozen=True, slots=True)
class _Rebuild:
    as_of: datetime | None
    student: StudentId | None
    tell: Tell

    def once(self) -> Report:
        began, now, looked = time.monotonic(), clock.now(), Read()
        as_of = self.as_of or now
        found = self._histories(looked)
        report = Report(as_of, self.as_of is None, looked.files, looked.rows)
        report.judged = self._judged(found, as_of)
        report.differences = differences(report.judged)
        if report.compared:
            compared = self._compared(found)
            report.items = compared.items
            report.differences += [one for _, one in sorted(compared.differences.items())]
        report.seconds = round(time.monotonic() - began, 1)
        return report

    def _histories(self, looked: Read) -> dict[Place, list[State]]:
        """All that is needed; of one student also what the courses and the school say."""
        until = "" if self.as_of is None else end_of(self.as_of)[0]
        kinds = None if self.as_of is None else frozenset(READERS)
        rows = changes.of_grades(Wanted(kinds=kinds, until=until), looked)
        if self.student is None:
            return histories(rows, read)
        theirs = images.place_of_student(self.student)
        return histories((row for row in rows if self._concerns(str(row["pk"]), theirs)), read)

    def _concerns(self, pk: str, theirs: str) -> bool:
        return pk == theirs or images.student_at(pk) is None

    def _judged(self, found: dict[Place, list[State]], as_of: datetime) -> list[Judged]:
        school = arranged(found)
        moment = LAST if self.as_of is None else end_of(as_of)
        judge = Judge(school, moment, as_of)
        pairs = [one for one in school.pairs if self.student in {None, one[0]}]
        judged = []
        for done, pair in enumerate(pairs, 1):
            one = judge.judged(pair)
            if one is not None:
                judged.append(one)
            self.tell("grades", done, len(pairs))
        return judged

    def _compared(self, found: dict[Place, list[State]]) -> comparing.Compared:
        if self.student is None:
            pks = comparing.partitions(found.keys())
        else:
            pks = {images.place_of_student(self.student)}
        table = comparing.table(pks, lambda done, of: self.tell("table", done, of))
        own = {place: states for place, states in found.items() if place[0] in pks}
        return comparing.compare(own, table)


def rebuild(
    as_of: datetime | None = None,
    *,
    student: StudentId | None = None,
    wait: float = WAIT,
    tell: Tell = lambda _what, _done, _of: None,
) -> Report:
    """Compute the grades of the context's school as of a moment, or as of now, and compare.

    The lake is a minute behind the table. What differs is looked at again until that cannot be
    why, `wait` seconds at most; what was long ago is looked at once.
    """
    work = _Rebuild(as_of, student, tell)
    until = time.monotonic() + (wait if as_of is None or clock.now() - as_of < ANEW else 0)
    while True:
        report = work.once()
        if not report.rows:
            raise NotFound("The lake holds nothing of this school up to then.", code="lake_empty")
        if student is not None and not (report.grades or report.evaluations or report.differences):
            raise NotFound("Nothing is known of grades of this student.", code="unknown_student")
        if not report.differences or time.monotonic() >= until:
            return report
        time.sleep(PAUSE)
