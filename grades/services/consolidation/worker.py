"""Computes the students of a course in chunks, until the work or the time is over."""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace

from grades.repository import grades
from grades.services.assessments import groups_of
from grades.services.consolidation.report import Did, Report
from grades.services.consolidation.student import Facts, settle
from luca.kernel import context
from luca.kernel.ids import StudentId
from luca.kernel.iterate import chunks

CHUNK = 100  # grades that one BatchGetItem returns
Tell = Callable[[int, int], None]  # how many of how many are done


@dataclass(slots=True)
class Worker:
    report: Report
    pool: Executor
    until: float  # on the monotonic clock
    tell: Tell
    done: int = 0
    total: int = 0

    def expect(self, students: int) -> None:
        """Announce work, so that progress can be shown."""
        self.total += students

    def skip(self, students: int) -> None:
        """Count work that an earlier run did."""
        self.done += students
        self.tell(self.done, self.total)

    def course(self, facts: Facts, students: Sequence[StudentId]) -> Iterator[StudentId]:
        """Compute the students in order; yield the last one of each chunk that is done."""
        self.report.courses += 1
        for some in chunks(students, CHUNK):
            if time.monotonic() >= self.until:
                self.report.complete = False
                return
            self._chunk(facts, some)
            yield some[-1]

    def _chunk(self, facts: Facts, students: Sequence[StudentId]) -> None:
        seen = grades.several(students, facts.course)
        groups = groups_of(facts.course, facts.assessments, students)
        facts = replace(facts, groups=groups) if groups else facts

        def one(student: StudentId) -> Did:
            return settle(facts, student, seen.get(student))

        self.report.counts.update(self.pool.map(context.carried(one), students))
        self.skip(len(students))
