"""Consolidation in a worker, whose time is limited: of the night, or as somebody asked."""

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict

from grades.domain import Night, NightState
from grades.repository import nights
from grades.services.access import check_admin
from grades.services.consolidation import Report, consolidate
from luca.aws import audit, job_lists, jobs, queue
from luca.aws.audit import Action
from luca.kernel import clock, context
from luca.kernel.errors import Conflict, NotFound
from luca.kernel.ids import PeriodId, SubjectId
from luca.telemetry import log, metric
from tenants import services as tenants
from tenants.domain import PeriodState

TASK, WORK = "grades.consolidate", "consolidation"
COUNTED = "office.count"  # what the office's first page shows is counted after a night
MOST_TOLD = 20  # kinds of failures in a job's result
TOLD_EVERY = 2.0  # seconds between two notes of a night's progress
Tell = Callable[[int, int], None]
logger = log(__name__)


def consolidate_and_go_on(
    period: PeriodId | None, *, close: bool, tell: Tell, night: str = ""
) -> Report:
    """Consolidate until the deadline is near; what is left is sent to the queue again."""
    report = consolidate(period, close=close, tell=tell)
    if not report.complete:
        queue.enqueue(TASK, period=period or "", close="yes" if close else "", night=night)
    if report.failed:
        logger.error("consolidation_failed", failed=report.failed, period=period)
    return report


def consolidate_the_night(date: str, *, tell: Tell) -> None:
    """Do the work of a night, in as many messages as it takes, and note how it ended."""
    school = context.school()
    if not nights.begin(school, date):
        logger.info("night_is_over", date=date)
        return
    try:
        report = consolidate_and_go_on(None, close=False, tell=_telling(date, tell), night=date)
    except Exception as error:
        _end(Night(date, NightState.FAILED, clock.now(), error=type(error).__name__))
        raise
    if report.complete:
        whole = not (report.failed or report.left)
        _end(
            Night(
                date,
                NightState.FINISHED if whole else NightState.FAILED,
                clock.now(),
                written=report.written,
                failed=report.failed,
                left=report.left,
                unchanged=report.unchanged,
                courses=report.courses,
                seconds=report.seconds,
                failures=tuple(report.failures),
            )
        )


def _telling(date: str, tell: Tell) -> Tell:
    """Say how far it came, and write it down now and then."""
    school, last = context.school(), float("-inf")

    def both(done: int, total: int) -> None:
        nonlocal last
        tell(done, total)
        if time.monotonic() - last >= TOLD_EVERY:
            last = time.monotonic()
            nights.tell(school, date, done, total)
            metric("ConsolidationProgress", round(100 * done / max(total, 1), 1), "Percent")

    return both


def _end(night: Night) -> None:
    if night.state is NightState.FAILED:
        metric("NightsFailed")
        logger.error("night_failed", date=night.date, failed=night.failed, left=night.left)
    nights.end(context.school(), night)
    queue.enqueue(COUNTED, night=night.date)


def consolidation_job(identity: str) -> jobs.Job:
    """What somebody asked for, to the school's admins."""
    check_admin()
    return job_lists.one_of(WORK, identity)


def ask_for_consolidation(
    period: PeriodId | None, subject: SubjectId | None, *, reason: str = ""
) -> jobs.Job:
    """Have what is pending computed now: in the whole school, a period, a subject or a course."""
    check_admin()
    if period is not None:
        tenants.period(period)
    if subject is not None and subject not in {one.subject for one in tenants.courses(period)}:
        raise NotFound("There is no such course.", code="course_not_found")
    about = f"school:{context.school()}"
    if subject is not None:
        about = f"course:{subject}/{period}" if period else f"subject:{subject}"
    elif period is not None:
        about = f"period:{period}"
    audit.record(Action.GRADES_CONSOLIDATED, about, reason=reason, close="no")
    return jobs.start(WORK, TASK, period=period or "", subject=subject or "")


def ask_for_closing(period: PeriodId, reason: str) -> jobs.Job:
    """Have a period ended for good; one that somebody began to close is gone on with."""
    check_admin()
    found = tenants.period(period)
    if found.state is PeriodState.CLOSED:
        raise Conflict("The period is closed.", code="period_closed")
    audit.record(Action.GRADES_CONSOLIDATED, f"period:{period}", reason=reason, close="yes")
    return jobs.start(WORK, TASK, period=period, subject="", close="yes")


def consolidate_as_asked(job: str, alive: Callable[[], None]) -> None:
    """Do what somebody asked for, in as many messages as it takes."""

    def work(asked: Mapping[str, str], tell: Tell) -> jobs.Result:
        period, subject = asked["period"], asked["subject"]
        report = consolidate(
            PeriodId(period) if period else None,
            subject=SubjectId(subject) if subject else None,
            close=bool(asked.get("close")),
            tell=tell,
        )
        if not report.complete:
            queue.enqueue(TASK, job=job)
            raise jobs.Later
        if report.failed:
            logger.error("consolidation_failed", failed=report.failed, period=report.period)
        why = [asdict(one) for one in report.failures[:MOST_TOLD]]
        return jobs.Result(
            {
                "computed": report.computed,
                "written": report.written,
                "unchanged": report.unchanged,
                "left": report.left,
                "failed": report.failed,
                **({"failures": why} if why else {}),
            }
        )

    jobs.run(job, work, alive)
