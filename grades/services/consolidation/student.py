"""One student in one course: read everything, compute, write together.

The order of reading is what makes two runs at once safe: first the grade, then
what the course has in common, then the results. A grade is written only if it
is still the one that was seen, so whoever read an older look of the course and
comes later is refused and looks again.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from traceback import extract_tb

from grades import rules
from grades.domain import (
    Assessment,
    Evaluation,
    Grade,
    GradingRules,
    Publish,
    Result,
    SyncState,
)
from grades.repository import evaluations, grades, pending
from grades.services.consolidation.report import Did
from grades.services.moment import this_moment
from luca.aws import store
from luca.kernel.ids import GroupId, StudentId
from luca.telemetry import hashed, log
from tenants.domain import Course

ATTEMPTS = 4
logger = log(__name__)


@dataclass(frozen=True, slots=True)
class Facts:
    """What a whole course has in common, as it was at one moment."""

    course: Course
    assessments: Sequence[Assessment]
    rules: Callable[[Grade | None], GradingRules]
    final: bool  # the period is ending or over: `final` is published, and goes to the government
    at: datetime | None = None  # what is due later is not missing yet; None: all is due
    groups: Mapping[StudentId, GroupId] = field(default_factory=dict)
    whole: bool = False  # everybody is recomputed, because these facts have changed
    dry_run: bool = False


Look = Callable[[Sequence[StudentId]], Facts]  # reads them anew, for some students


def settle(
    look: Look,
    facts: Facts,
    student: StudentId,
    seen: Grade | None,
    failed: Callable[[str], None] = lambda _error: None,
    took: Callable[[float], None] = lambda _milliseconds: None,
) -> Did:
    """Bring one grade up to date; never raises, so that one student stops nobody."""
    began = time.monotonic()
    try:
        done = _insistently(look, facts, student, seen)
    except Exception as error:  # noqa: BLE001 -- one student must not stop the others
        logger.error(  # noqa: TRY400 -- a traceback's message may carry a person's id
            "grade_failed",
            student=hashed(student),
            subject=facts.course.subject,
            period=facts.course.period,
            error=type(error).__name__,
            where=[f"{at.name}:{at.lineno}" for at in extract_tb(error.__traceback__)[-6:]],
        )
        failed(type(error).__name__)
        return Did.FAILED
    spent = round((time.monotonic() - began) * 1000, 1)
    logger.info(
        "grade_calculated",
        subject=facts.course.subject,
        period=facts.course.period,
        outcome=done.value,
        duration_ms=spent,
    )
    took(spent)
    return done


def _insistently(look: Look, facts: Facts, student: StudentId, seen: Grade | None) -> Did:
    for attempt in range(ATTEMPTS):
        try:
            if attempt:
                store.pause(attempt)
                seen = grades.get(student, facts.course)
                facts = look([student])
            return _once(facts, student, seen)
        except (store.ConditionFailed, store.Busy, store.Unreachable):
            # Somebody wrote between our reading and our writing, or nobody knows whether
            # we did: look again.
            continue
    return Did.LEFT


def _once(facts: Facts, student: StudentId, seen: Grade | None) -> Did:
    recorded = evaluations.of_course(student, facts.course)
    waiting = [one for one in recorded if not one.consolidated]
    result = computed(facts, student, seen, recorded)
    if result is None:
        return Did.UNCHANGED
    if seen is not None and seen.trace_hash == result.hash:
        if not facts.dry_run:
            _confirm(facts, seen, waiting)
        return Did.UNCHANGED
    if not facts.dry_run:
        grades.commit(_grade(facts, student, seen, result), result, waiting, seen)
    return Did.WRITTEN


def computed(
    facts: Facts, student: StudentId, seen: Grade | None, recorded: Sequence[Evaluation]
) -> Result | None:
    """What follows from what was read, and from nothing else; None leaves the grade as it is."""
    if facts.final and seen is not None and seen.evaluations_count and not recorded:
        # Results are voided, and never removed, but with the person: what the school must
        # be able to certify of somebody who was erased stays as it was.
        return None
    return rules.grade(
        facts.rules(seen),
        rules.items_of(facts.assessments, recorded, at=facts.at, group=facts.groups.get(student)),
        Publish.FINAL if facts.final else None,
    )


def _confirm(facts: Facts, seen: Grade, waiting: Sequence[Evaluation]) -> None:
    """The grade is right already; see that nothing waits for it any longer."""
    if facts.whole:
        grades.confirm(seen, waiting)
    else:
        grades.settle(waiting)
    if facts.final and seen.sync_state is SyncState.NONE:
        pending.nominate(seen)


def _grade(facts: Facts, student: StudentId, seen: Grade | None, result: Result) -> Grade:
    return Grade(
        student=student,
        subject=facts.course.subject,
        period=facts.course.period,
        score=result.published,
        current=result.current,
        final=result.final,
        verdict=result.verdict,
        published=Publish(result.trace["publish"]),
        evaluations_count=result.graded,
        last_calculated=this_moment(),
        version=1 if seen is None else seen.version + 1,
        rules_version=result.trace["rules"]["version"],
        places=result.trace["rules"]["places"],
        trace_hash=result.hash,
        sync_state=SyncState.PENDING if facts.final else SyncState.NONE,
    )
