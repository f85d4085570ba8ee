"""A teacher opens the gradebook of a class of 40 with 30 assessments: `make bench NAME=gradebook`.

A page over the real views, provisional results included, in turn with the bare Query of the same
range of the index through the same client, its answer taken as it comes. The calls that leave the
process for a page are counted and printed; more than one Query fails the bench whatever the time.
"""

import os
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

SCHOOL, GROUP, SUBJECT, PERIOD = "bench-book", "1a", "maths", "2026-1"
STUDENTS = [f"s{number:02d}" for number in range(40)]
ASSESSMENTS = [f"quiz-{number:02d}" for number in range(30)]
ROUNDS, CALLS, TARGET, FOUND = 7, 20, 2.0, 200
PATH = f"/gradebook/{SUBJECT}/{PERIOD}/{GROUP}"


def prepare() -> None:
    """One class, whose teacher has filled every cell."""
    from grades import services as grades
    from grades.domain import Assessment, NewEvaluation
    from luca.kernel import context
    from luca.kernel.ids import (
        AssessmentId,
        GroupId,
        PeriodId,
        SchoolId,
        StudentId,
        SubjectId,
        TeacherId,
    )
    from tenants import services as tenants
    from tenants.domain import Enrolment, Group, Period, School, Student, Teacher

    subject, period, group = SubjectId(SUBJECT), PeriodId(PERIOD), GroupId(GROUP)
    tenants.create_school(School(SchoolId(SCHOOL), "Bench"))
    with context.entered(school=SCHOOL):
        tenants.save_period(Period(period, "Otoño", date(2026, 8, 1), date(2026, 12, 18)))
        tenants.add_students(Student(StudentId(one), "Ana", f"Luna {one}") for one in STUDENTS)
        tenants.add_teachers([Teacher(TeacherId("teresa"), "Teresa")])
        tenants.add_group(Group(group, "1A"))
        tenants.enrol(subject, period, [Enrolment(StudentId(one), group) for one in STUDENTS])
        tenants.assign_teacher(group, subject, TeacherId("teresa"))
        grades.save_assessments(
            subject, period, [Assessment(AssessmentId(one)) for one in ASSESSMENTS]
        )
        for n, one in enumerate(ASSESSMENTS):
            rows = [
                NewEvaluation(
                    StudentId(who), subject, period, AssessmentId(one), Decimal((k * 7 + n) % 101)
                )
                for k, who in enumerate(STUDENTS)
            ]
            assert not [found.error for found in grades.record(None, rows) if found.error]


def counted() -> Counter[str]:
    """Count the operations that leave the process from now on."""
    from luca.aws.table import ScopedConnection

    seen: Counter[str] = Counter()
    real = ScopedConnection._make_api_call  # noqa: SLF001 -- the one place that all calls pass

    def counting(self: Any, operation: str, arguments: Any) -> Any:
        seen[operation] += 1
        return real(self, operation, arguments)

    ScopedConnection._make_api_call = counting  # type: ignore[method-assign,assignment]  # noqa: SLF001 -- the same
    return seen


def page() -> Callable[[], None]:
    """Return a call for the whole class, as Teresa."""
    from django.test import Client

    from luca.api import tokens
    from luca.api.verifying import Principal
    from luca.kernel.ids import PersonId, SchoolId

    teresa = Principal(PersonId("teresa"), SchoolId(SCHOOL), frozenset({"teacher"}))
    tokens.verify = lambda token: teresa
    client: Any = Client(raise_request_exception=False, SERVER_NAME="127.0.0.1")

    def ask() -> None:
        answer = client.get(PATH, headers={"Authorization": "Bearer x"})
        assert answer.status_code == FOUND, answer.content
        assert answer.content.count(b'"consolidated"') == len(STUDENTS) * len(ASSESSMENTS)

    return ask


def bare() -> Callable[[], None]:
    """Return the same read of the index with nothing around it: raw items, not even decoded."""
    from grades import keys
    from grades.models import EvaluationItem
    from luca.kernel import context

    def ask() -> None:
        with context.entered(school=SCHOOL):
            answer = EvaluationItem._get_connection().query(  # noqa: SLF001 -- beside our store on purpose
                keys.gradebook(SUBJECT, PERIOD, GROUP),
                range_key_condition=EvaluationItem.gsi1sk.between(
                    keys.gradebook_from(STUDENTS[0]), keys.gradebook_up_to(STUDENTS[-1])
                ),
                index_name="GSI1",
            )
        assert len(answer["Items"]) == len(STUDENTS) * len(ASSESSMENTS)
        assert "LastEvaluatedKey" not in answer

    return ask


def main() -> int:
    from bench.harness import interleaved, verdict
    from luca.localaws import embedded, environment

    with tempfile.TemporaryDirectory() as home:
        aws = embedded.start(Path(home))
        try:
            environment.load(aws.home, "platform")
            os.environ.setdefault("DJANGO_SETTINGS_MODULE", "luca.settings")
            os.environ |= {"LUCA_PERSON_RATE": "100000", "LUCA_SCHOOL_RATE": "100000"}
            os.environ["LUCA_LOG_LEVEL"] = "error"
            import django

            django.setup()
            prepare()
            grid, query = page(), bare()
            grid()  # what is remembered is remembered by now
            seen = counted()
            grid()
            print("calls for a page:", ", ".join(f"{n} {name}" for name, n in seen.items()))
            alone = seen == {"Query": 1}
            rounds = interleaved(grid, query, rounds=ROUNDS, calls=CALLS)
        finally:
            aws.kill()
    for name, times in (("page", rounds.ours), ("bare Query", rounds.theirs)):
        told = ", ".join(f"{1000 * one:.1f}" for one in times)
        print(f"{name:<12} ms by round: {told}")
    print(f"one Query a page: {'met' if alone else 'short'}")
    return 0 if verdict("gradebook", rounds, target=TARGET) and alone else 1


if __name__ == "__main__":
    sys.exit(main())
