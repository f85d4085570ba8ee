"""Computes the students of a course in chunks, until the work or the time is over."""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

from grades.domain.nights import Failure
from grades.repository import grades
from grades.services.consolidation.report import Did, Report
from grades.services.consolidation.student import Look, settle
from luca.aws import store
from luca.kernel import context
from luca.kernel.ids import StudentId
from luca.kernel.iterate import chunks
from luca.telemetry import metric
from tenants.domain import Course

CHUNK = 100  # grades that one BatchGetItem returns, and values that one line of a metric takes
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

    def course(
        self, course: Course, look: Look, students: Sequence[StudentId]
    ) -> Iterator[StudentId]:
        """Compute the students in order; yield the last one of each chunk that is done."""
        self.report.courses += 1
        for some in chunks(students, CHUNK):
            if not self._chunk(course, look, some):
                self.report.complete = False
                return
            yield some[-1]

    def _chunk(self, course: Course, look: Look, students: Sequence[StudentId]) -> bool:
        """Compute some students; False when the time was over before all had their turn."""
        if self._over():
            return False
        seen = store.insistently(lambda: grades.several(students, course))
        facts = store.insistently(lambda: look(students))

        def failed(error: str) -> None:
            self.report.why.append(Failure(course.subject, course.period, error))

        def one(student: StudentId) -> Did | None:
            if self._over():
                return None
            return settle(look, facts, student, seen.get(student), failed, spent.append)

        spent: list[float] = []
        done = list(filter(None, self.pool.map(context.carried(one), students)))
        self.report.counts.update(done)
        if spent:
            metric("GradeProcessingLatency", spent, "Milliseconds")
        self.skip(len(done))
        return len(done) == len(students)

    def _over(self) -> bool:
        return time.monotonic() >= self.until
