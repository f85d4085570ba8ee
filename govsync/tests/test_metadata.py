"""What a record tells of its grade beside the number."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from govsync import rules
from govsync.tests.cast import AUTUMN, MATHS
from grades.domain import Grade, GradeVersion, Publish, Verdict
from luca.kernel.ids import StudentId

NOON = datetime(2026, 12, 20, 12, tzinfo=UTC)
GRADE = Grade(
    student=StudentId("s0000"),
    subject=MATHS,
    period=AUTUMN,
    score=Decimal("87.5"),
    current=Decimal(90),
    final=Decimal("87.5"),
    verdict=Verdict.PASSED,
    published=Publish.FINAL,
    evaluations_count=2,
    last_calculated=NOON,
    version=3,
    rules_version=7,
    places=1,
    trace_hash="ab" * 32,
)
INPUT: dict[str, Any] = {
    "assessment": "exam",
    "category": "exam",
    "max": "100",
    "weight": "1",
    "status": "graded",
    "score": "87.5",
    "version": 1,
}


def told(**more: Any) -> GradeVersion:
    trace = {"inputs": [{**INPUT, **more}], "flags": ["near"], "result": {}}
    return GradeVersion(
        3, GRADE.score, None, GRADE.final, Publish.FINAL, NOON, trace, GRADE.trace_hash
    )


def test_metadata_say_how_a_number_came_about() -> None:
    found = rules.metadata(GRADE, told(late_hours="2"))

    assert found == {
        "current": "90",
        "final": "87.5",
        "published": "final",
        "evaluations": 2,
        "last_calculated": "2026-12-20T12:00:00.000Z",
        "rules_version": 7,
        "trace_hash": "ab" * 32,
        "version": 3,
        "flags": ["near"],
        "assessments": [{**INPUT, "late_hours": "2"}],
    }
    assert rules.metadata(GRADE, None).keys() == found.keys() - {"assessments", "flags"}


def test_metadata_tell_nothing_of_other_students_and_no_words_of_teachers() -> None:
    curve = {"kind": "flat", "version": 1, "population": {"scores": ["12"]}}
    found = rules.metadata(GRADE, told(curve=curve, reason="Cirugía de la alumna"))

    assert found["assessments"] == [{**INPUT, "curved": "flat"}]
    assert "Cirugía" not in json.dumps(found, ensure_ascii=False)


def test_metadata_of_another_version_are_not_told_as_this_one_s() -> None:
    other = replace(told(), trace_hash="cd" * 32)
    assert "assessments" not in rules.metadata(GRADE, other)
