"""One run over one school: what is pending, or the whole of a period that closes."""

import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from grades.domain import Grade, GradingRules
from grades.repository import assessments, pending
from grades.repository import courses as repository
from grades.repository.pending import Named
from grades.services.consolidation.checkpoint import EVERYBODY, Checkpoint
from grades.services.consolidation.report import Report
from grades.services.consolidation.student import Facts
from grades.services.consolidation.worker import Tell, Worker
from grades.services.moment import this_moment
from luca.kernel.errors import Conflict, Invalid
from luca.kernel.ids import PeriodId, StudentId, SubjectId
from luca.telemetry import log, metric
from tenants import services as tenants
from tenants.domain import Course, Period, PeriodState

MINUTES = 15.0  # after which the process may be taken away
RESERVE = 120.0  # seconds before that: enough to finish a chunk and to write the checkpoint
WIDTH = 8  # students at once
CHECKPOINT_EVERY = 5.0  # seconds
SWEEPS = 5
logger = log(__name__)


def consolidate(
    period: PeriodId | None = None,
    *,
    close: bool = False,
    dry_run: bool = False,
    minutes: float = MINUTES,
    tell: Tell = lambda _done, _total: None,
) -> Report:
    """Bring the grades of the context's school up to date.

    `close` ends a period: results are refused from then on, everybody enrolled
    gets a grade, also without one evaluation, `final` is published and each
    grade becomes a candidate for the government. A run that reaches its
    deadline says so in its report and leaves a checkpoint for the next.
    """
    began = time.monotonic()
    report = Report(period, close)
    with ThreadPoolExecutor(WIDTH, thread_name_prefix="consolidation") as pool:
        worker = Worker(report, pool, began + max(minutes * 60 - RESERVE, 0), tell)
        run = _Run(report, worker, dry_run)
        if close:
            run.close(_named(period))
        else:
            run.pending(period)
    report.seconds = round(time.monotonic() - began, 1)
    _publish(report)
    return report


def _named(period: PeriodId | None) -> PeriodId:
    if period is None:
        raise Invalid("Closing needs a period: say which.", code="period_missing")
    return period


def _publish(report: Report) -> None:
    metric("ConsolidationSeconds", report.seconds, "Seconds")
    metric("GradesWritten", report.written)
    metric("GradesFailed", report.failed)
    logger.info(
        "consolidation_done" if report.complete else "consolidation_interrupted",
        period=report.period,
        close=report.close,
        closed=report.closed,
        computed=report.computed,
        written=report.written,
        unchanged=report.unchanged,
        left=report.left,
        failed=report.failed,
        duration_ms=round(report.seconds * 1000),
    )


@dataclass(slots=True)
class _Run:
    report: Report
    worker: Worker
    dry_run: bool
    pinned: dict[str, int] = field(default_factory=dict)  # versions of rules, by subject
    saved_at: float = field(default_factory=time.monotonic)

    def pending(self, period: PeriodId | None) -> None:
        """Compute what waits; then end what a run that was killed had begun to close."""
        if period is not None:
            tenants.period(period)
        every = [one for one in tenants.periods() if period in {None, one.id}]
        closing = [one for one in every if one.state is PeriodState.CLOSING]
        checkpoint = Checkpoint.read("pending")
        self._waiting(period, [one for one in every if one not in closing], checkpoint)
        if self._goes_on() and checkpoint.positions and not self.dry_run:
            checkpoint.finish()
        for one in closing:
            self.close(one.id)

    def close(self, identity: PeriodId) -> None:
        """Refuse writers, wait for those under way, compute everybody, sweep up, close."""
        period = tenants.period(identity)
        if not self.dry_run:
            period = tenants.begin_closing(identity)
            tenants.wait_for_writers(period)
        checkpoint = Checkpoint.read(f"close-{identity}")
        self._pin(identity, checkpoint)
        over = period.state is PeriodState.CLOSED
        if not (over and checkpoint.finished):
            self._everybody(period, checkpoint)
        if self.dry_run:
            return
        if self._swept(period, checkpoint) and self._goes_on():
            _close(identity)
            if not checkpoint.finished:
                checkpoint.finish()
            self.report.closed = True

    def _pin(self, period: PeriodId, checkpoint: Checkpoint) -> None:
        """Grade a whole period by one version of the rules, also if a killed run began it."""
        if not checkpoint.rules:
            subjects = {course.subject for course in tenants.courses(period)}
            checkpoint.rules = {one: _latest(one).version for one in sorted(subjects)}
            if not self.dry_run:
                checkpoint.write()
        self.pinned = checkpoint.rules

    def _goes_on(self) -> bool:
        return self.report.complete and not self.report.failed and not self.report.left

    def _swept(self, period: Period, checkpoint: Checkpoint) -> bool:
        """Compute results that arrived while the period was closing, until none is new."""
        for _ in range(SWEEPS):
            before = self.report.written
            self._waiting(period.id, [period], checkpoint)
            if self.report.written == before:
                return True
        return False

    def _everybody(self, period: Period, checkpoint: Checkpoint) -> None:
        rosters = {course: _roster(course) for course in sorted(tenants.courses(period.id))}
        self.worker.expect(sum(map(len, rosters.values())))
        for course, students in rosters.items():
            self._whole(course, students, period, checkpoint)

    def _waiting(
        self, period: PeriodId | None, periods: Iterable[Period], checkpoint: Checkpoint
    ) -> None:
        """Compute what the queue names: single students, or a course whose change concerns all."""
        of = {one.id: one for one in periods}
        work = pending.consolidation(self.worker.pool, period)
        concerned = {course: work[course] for course in sorted(work) if course.period in of}
        self._due(concerned)
        named = {course: _students(course, found) for course, found in concerned.items()}
        self.worker.expect(sum(map(len, named.values())))
        for course, students in named.items():
            if work[course].everybody:
                self._whole(course, students, of[course.period], checkpoint)
                continue
            for _ in self.worker.course(self._facts(course, of[course.period]), students):
                pass

    def _due(self, work: Mapping[Course, Named]) -> None:
        """A due date that has passed concerns everybody: mark the course, once."""
        for course, named in work.items():
            if named.due:
                named.everybody = True
                if not self.dry_run:
                    assessments.passed(course, named.due)

    def _whole(
        self, course: Course, students: list[StudentId], period: Period, checkpoint: Checkpoint
    ) -> None:
        """Compute everybody of a course, remembering how far it came for which change."""
        if not self.report.complete:
            return
        token = repository.marker(course)
        facts = self._facts(course, period)
        # While a period closes nothing can change under way, so one word names the change.
        change = "close" if facts.final else token or ""
        after = checkpoint.after(course, change)
        left = [student for student in students if student > after]
        self.worker.skip(len(students) - len(left))
        for student in self.worker.course(facts, left):
            self._remember(checkpoint, course, change, student)
        if self.dry_run:
            return
        if not self._goes_on():
            checkpoint.write()
            return
        checkpoint.reached(course, change, EVERYBODY)
        if token is not None:
            repository.unmark(course, token)

    def _remember(
        self, checkpoint: Checkpoint, course: Course, change: str, student: StudentId
    ) -> None:
        """Write the position now and then; never past somebody who is not done."""
        if self.dry_run or self.report.failed or self.report.left:
            return
        checkpoint.reached(course, change, student)
        if time.monotonic() - self.saved_at >= CHECKPOINT_EVERY:
            checkpoint.write()
            self.saved_at = time.monotonic()

    def _facts(self, course: Course, period: Period) -> Facts:
        final = self.report.close or not period.is_open
        return Facts(
            course=course,
            assessments=assessments.of_course(course),
            rules=_rules(
                course.subject,
                self.pinned.get(course.subject),
                frozen=period.state is PeriodState.CLOSED,
            ),
            final=final,
            at=None if final else this_moment(),
            dry_run=self.dry_run,
        )


def _close(period: PeriodId) -> None:
    try:
        tenants.close_period(period)
    except Conflict:
        # Another run may have closed it in this very moment: then all is well.
        if tenants.period(period).state is not PeriodState.CLOSED:
            raise


def _roster(course: Course) -> list[StudentId]:
    return sorted(one.student for one in tenants.roster(course.subject, course.period))


def _students(course: Course, named: Named) -> list[StudentId]:
    """Everybody, and whoever left the course with results in it."""
    return sorted(named.students.union(_roster(course) if named.everybody else ()))


def _latest(subject: SubjectId) -> GradingRules:
    return repository.latest_rules(subject) or GradingRules()


def _of_version(subject: SubjectId, version: int) -> GradingRules:
    found = repository.rules_of_version(subject, version) if version else None
    return found or GradingRules()


def _rules(
    subject: SubjectId, pinned: int | None, *, frozen: bool
) -> Callable[[Grade | None], GradingRules]:
    """The rules in force; in a closed period those that each grade was made with."""
    latest = _latest(subject) if pinned is None else _of_version(subject, pinned)
    known = {latest.version: latest}

    def rules(seen: Grade | None) -> GradingRules:
        if not frozen or seen is None:
            return latest
        version = seen.rules_version
        if version not in known:
            known[version] = _of_version(subject, version)
        return known[version]

    return rules
