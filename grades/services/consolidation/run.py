"""One run over one school: what is pending, or the whole of a period that closes."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from operator import itemgetter

from grades.domain import Grade, GradingRules
from grades.domain.nights import Failure
from grades.repository import assessments, pending
from grades.repository import courses as repository
from grades.repository.pending import Named
from grades.services.assessments import groups_of
from grades.services.consolidation.begun import begun_rules
from grades.services.consolidation.checkpoint import EVERYBODY, Checkpoint
from grades.services.consolidation.report import Report
from grades.services.consolidation.student import Facts, Look
from grades.services.consolidation.worker import Tell, Worker
from grades.services.courses import rules_for
from grades.services.moment import this_moment
from luca.aws import store
from luca.kernel.errors import Conflict, Invalid
from luca.kernel.ids import PeriodId, StudentId, SubjectId
from luca.telemetry import described, log
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
    subject: SubjectId | None = None,
    close: bool = False,
    dry_run: bool = False,
    minutes: float = MINUTES,
    tell: Tell = lambda _done, _total: None,
) -> Report:
    """Bring the grades of the context's school up to date, or those of a subject.

    `close` ends a period: results are refused from then on, everybody enrolled
    gets a grade, also without one evaluation, `final` is published and each
    grade becomes a candidate for the government. A run that reaches its
    deadline says so in its report and leaves a checkpoint for the next.
    """
    if close and subject is not None:
        raise Invalid("A period closes with all its subjects.", code="close_is_whole")
    began = time.monotonic()
    report = Report(period, close, subject)
    with ThreadPoolExecutor(WIDTH, thread_name_prefix="consolidation") as pool:
        worker = Worker(report, pool, began + max(minutes * 60 - RESERVE, 0), tell)
        run = _Run(report, worker, dry_run)
        if close:
            run.close(_named(period))
        else:
            run.pending(period)
    report.seconds = round(time.monotonic() - began, 1)
    report.publish()
    return report


def _named(period: PeriodId | None) -> PeriodId:
    if period is None:
        raise Invalid("Closing needs a period: say which.", code="period_missing")
    return period


@dataclass(slots=True)
class _Run:
    report: Report
    worker: Worker
    dry_run: bool
    pinned: dict[str, int] = field(default_factory=dict)  # versions of rules, by subject
    begun: set[Course] = field(default_factory=set)  # courses whose rules' day has come
    saved_at: float = field(default_factory=time.monotonic)

    def pending(self, period: PeriodId | None) -> None:
        """Compute what waits; then end what a run that was killed had begun to close."""
        known = store.insistently(tenants.periods)
        every = [one for one in known if period in {None, one.id}]
        if period is not None and not every:
            tenants.period(period)
        closing = [one for one in every if one.state is PeriodState.CLOSING]
        self.begun = begun_rules(known, dry_run=self.dry_run)
        checkpoint = Checkpoint.read("pending")
        self._waiting(period, [one for one in every if one not in closing], checkpoint)
        if self._goes_on() and checkpoint.positions and not self.dry_run:
            checkpoint.finish()
        for one in closing if self.report.subject is None else ():
            self.close(one.id)

    def close(self, identity: PeriodId) -> None:
        """Refuse writers, wait for those under way, compute everybody, sweep up, close."""
        period = tenants.period(identity)
        if not self.dry_run:
            period = tenants.begin_closing(identity)
            tenants.wait_for_writers(period)
        checkpoint = Checkpoint.read(f"close-{identity}")
        self._pin(period, checkpoint)
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

    def _pin(self, period: Period, checkpoint: Checkpoint) -> None:
        """Grade a whole period by one version of the rules, also if a killed run began it."""
        if not checkpoint.rules:
            subjects = {course.subject for course in tenants.courses(period.id)}
            checkpoint.rules = {one: rules_for(one, period).version for one in sorted(subjects)}
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
        for course in sorted(store.insistently(lambda: tenants.courses(period.id))):
            with self._spared(course):
                self._whole(course, period, checkpoint, set())

    def _waiting(
        self, period: PeriodId | None, periods: Iterable[Period], checkpoint: Checkpoint
    ) -> None:
        """Compute what the queue names: single students, or a course whose change concerns all."""
        of = {one.id: one for one in periods}
        work = pending.consolidation(self.worker.pool, period)
        for course in self.begun:
            work.setdefault(course, Named()).everybody = True
        self.begun = set()
        wanted = {
            course: named
            for course, named in sorted(work.items(), key=itemgetter(0))
            if course.period in of and self.report.subject in {None, course.subject}
        }
        self.worker.expect(sum(len(named.students) for named in wanted.values()))
        for course, named in wanted.items():
            with self._spared(course):
                self._due(course, named, of[course.period])
                if named.everybody:
                    self._whole(course, of[course.period], checkpoint, named.students)
                else:
                    look = self._look(course, of[course.period])
                    for _ in self.worker.course(course, look, sorted(named.students)):
                        pass

    @contextmanager
    def _spared(self, course: Course) -> Iterator[None]:
        """Whatever is wrong with one course, the others have their turn."""
        try:
            yield
        except Exception as error:  # noqa: BLE001 -- it is counted, and the night has failed
            self.report.broken += 1
            kind = type(error).__name__
            self.report.why.append(Failure(course.subject, course.period, kind, whole=True))
            logger.error(  # noqa: TRY400 -- a traceback's message may carry a person's id
                "course_failed",
                subject=course.subject,
                period=course.period,
                **described(error),
            )

    def _due(self, course: Course, named: Named, period: Period) -> None:
        """A due date that has passed concerns everybody: mark the course, once.

        When a period ends everything is due: its grades wait for no date any longer.
        """
        if not named.due:
            return
        named.everybody |= period.is_open
        if not self.dry_run:
            assessments.passed(course, named.due, mark=period.is_open)

    def _whole(
        self, course: Course, period: Period, checkpoint: Checkpoint, named: set[StudentId]
    ) -> None:
        """Compute everybody of a course, remembering how far it came for which change.

        Who is named has results that no grade contains, also if they come before
        the checkpoint or have left the course.
        """
        if not self.report.complete:
            return
        token = store.insistently(lambda: repository.marker(course))
        look = self._look(course, period, whole=token is not None)
        # While a period closes nothing can change under way, so one word names the change.
        change = "close" if self._final(period) else token or ""
        after = checkpoint.after(course, change)
        students = sorted(named.union(store.insistently(lambda: _roster(course))))
        left = [student for student in students if student > after or student in named]
        self.worker.expect(len(students) - len(named))
        self.worker.skip(len(students) - len(left))
        for student in self.worker.course(course, look, left):
            self._remember(checkpoint, course, change, max(str(student), after))
        if self.dry_run:
            return
        if not self._goes_on():
            checkpoint.write()
            return
        checkpoint.reached(course, change, EVERYBODY)
        if token is not None:
            store.insistently(lambda: repository.unmark(course, token))

    def _remember(self, checkpoint: Checkpoint, course: Course, change: str, student: str) -> None:
        """Write the position now and then; never past somebody who is not done."""
        if self.dry_run or self.report.failed or self.report.left:
            return
        checkpoint.reached(course, change, student)
        if time.monotonic() - self.saved_at >= CHECKPOINT_EVERY:
            checkpoint.write()
            self.saved_at = time.monotonic()

    def _look(self, course: Course, period: Period, *, whole: bool = False) -> Look:
        """Return what reads the course anew; whoever calls it has read the grades before."""
        final, pinned = self._final(period), self._pinned(course, period)

        def look(students: Sequence[StudentId]) -> Facts:
            asked = assessments.of_course(course)
            return Facts(
                course=course,
                assessments=asked,
                rules=_rules(course.subject, pinned, period),
                final=final,
                at=None if final else this_moment(),
                groups=groups_of(course, asked, students),
                whole=whole,
                dry_run=self.dry_run,
            )

        return look

    def _pinned(self, course: Course, period: Period) -> int | None:
        """The version by which a period closes, or was closed."""
        rules = self.pinned
        if period.state is PeriodState.CLOSED and not rules:
            rules = Checkpoint.read(f"close-{period.id}").rules
        return rules.get(course.subject)

    def _final(self, period: Period) -> bool:
        return self.report.close or not period.is_open


def _close(period: PeriodId) -> None:
    try:
        tenants.close_period(period)
    except Conflict:
        # Another run may have closed it in this very moment: then all is well.
        if tenants.period(period).state is not PeriodState.CLOSED:
            raise


def _roster(course: Course) -> list[StudentId]:
    return sorted(one.student for one in tenants.roster(course.subject, course.period))


def _of_version(subject: SubjectId, version: int) -> GradingRules:
    found = repository.rules_of_version(subject, version) if version else None
    return found or GradingRules()


def _rules(
    subject: SubjectId, pinned: int | None, period: Period
) -> Callable[[Grade | None], GradingRules]:
    """The rules in force; in a closed period those that each grade was made with."""
    present = rules_for(subject, period) if pinned is None else _of_version(subject, pinned)
    known = {present.version: present}

    def rules(seen: Grade | None) -> GradingRules:
        if period.state is not PeriodState.CLOSED or seen is None:
            return present
        version = seen.rules_version
        if version not in known:
            known[version] = _of_version(subject, version)
        return known[version]

    return rules
