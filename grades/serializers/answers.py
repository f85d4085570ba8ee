"""What goes out. Numbers travel as strings: a JSON number is a float to most who read it."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from grades.domain import (
    Assessment,
    Correction,
    CourseResult,
    Evaluation,
    Explanation,
    Grade,
    GradeVersion,
    Profile,
    Result,
)
from luca.kernel import clock

BUSY = frozenset({429, 503})  # what may pass a moment later


def final(answer: Any) -> bool:
    """Whether the answer to a bulk call may be given again: not if a row met a busy store."""
    return all(row["status"] not in BUSY for row in answer.data["results"])


def number(value: Decimal | None) -> str | None:
    return None if value is None else format(value, "f")


def evaluation(one: Evaluation) -> dict[str, Any]:
    return {
        "student": one.student,
        "subject": one.subject,
        "period": one.period,
        "assessment": one.assessment,
        "status": one.status,
        "score": number(one.score),
        "max": number(one.max),
        "category": one.category,
        "version": one.version,
        "consolidated": one.consolidated,
        "recorded_at": clock.stamp(one.recorded_at),
        "recorded_by": one.recorded_by,
        "reason": one.reason,
        "submitted_at": instant(one.submitted_at),
        "moved_to": one.moved_to or None,
    }


def assessment(one: Assessment) -> dict[str, Any]:
    return {
        "id": one.id,
        "name": one.title,
        "type": one.type,
        "category": one.counts_as,
        "max": number(one.max),
        "weight": number(one.weight),
        "extra_credit": one.extra_credit,
        "due": instant(one.due),
        "group": one.group or None,
        "published": one.published,
        "curved": one.curve is not None,
        "version": one.version,
    }


def instant(at: datetime | None) -> str | None:
    return None if at is None else clock.stamp(at)


def with_history(one: Evaluation) -> dict[str, Any]:
    return {**evaluation(one), "history": [_past(was) for was in one.history]}


def _past(was: Correction) -> dict[str, Any]:
    return {
        "version": was.version,
        "status": was.status,
        "score": number(was.score),
        "at": clock.stamp(was.at),
        "by": was.by,
        "reason": was.reason,
        "submitted_at": instant(was.submitted_at),
        "moved_to": was.moved_to or None,
    }


def grade(one: Grade) -> dict[str, Any]:
    return {
        "student": one.student,
        "subject": one.subject,
        "period": one.period,
        "score": number(one.score),
        "current": number(one.current),
        "final": number(one.final),
        "verdict": one.verdict,
        "published": one.published,
        "evaluations_count": one.evaluations_count,
        "last_calculated": clock.stamp(one.last_calculated),
        "version": one.version,
    }


def standing(one: CourseResult, as_of: datetime) -> dict[str, Any]:
    """An official grade of a list, which never passes for newer than it is."""
    return {
        **({} if one.official is None else grade(one.official)),
        "as_of": clock.stamp(as_of),
        "up_to_date": one.up_to_date,
        "pending_evaluations": one.pending,
        "provisional": None if one.up_to_date else result(one.provisional),
    }


def version(one: GradeVersion) -> dict[str, Any]:
    return {
        "version": one.version,
        "score": number(one.score),
        "current": number(one.current),
        "final": number(one.final),
        "published": one.published,
        "calculated": clock.stamp(one.calculated),
        "trace": one.trace,
        "trace_hash": one.trace_hash,
    }


def explanation(one: Explanation) -> dict[str, Any]:
    told = version(one.of)
    return {
        **told,
        "version": one.of.version or None,
        "sentences": list(one.sentences),
        "as_of": clock.stamp(one.as_of),
        "up_to_date": one.up_to_date,
        "provisional": None if one.provisional is None else result(one.provisional),
    }


def profile(one: Profile) -> dict[str, Any]:
    return {
        "student": one.student,
        "name": one.name,
        "period": one.period,
        "as_of": clock.stamp(one.as_of),
        "courses": [_course(found) for found in one.courses],
    }


def _course(found: CourseResult) -> dict[str, Any]:
    return {
        "subject": found.subject,
        "period": found.period,
        "official": None if found.official is None else grade(found.official),
        "provisional": result(found.provisional),
        "pending_evaluations": found.pending,
        "up_to_date": found.up_to_date,
    }


def result(found: Result) -> dict[str, Any]:
    return {
        "score": number(found.published),
        "current": number(found.current),
        "final": number(found.final),
        "verdict": found.verdict,
        "evaluations_count": found.graded,
        "flags": list(found.flags),
    }
