"""What a night costs: `make bench NAME=consolidation`, with `EVALUATIONS=5000` on a small machine.

First 50,000 evaluations become grades, and every call to DynamoDB is counted against the fewest
that the access pattern of docs/consolidation.md allows. Then, in rounds, a slice of them is
consolidated in one school, and in another, in turn, a bare loop makes the very same calls: recorded
beforehand, with as many threads and the SDK's own client, and nothing else. It fails when the calls
are more than 1.15 times the fewest, or the time more than twice the bare loop's.
"""

import json
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

ROUNDS, SLICE, EACH, CLASS = 5, 1500, 5, 1000  # of each student in a course; students of a course
CALLS_TARGET, TIME_TARGET = 1.15, 2.0
PERIOD, GROUP = "2026-1", "g1"
Call = tuple[str, dict[str, Any]]


class School:
    """A school whose evaluations all wait, again and again."""

    def __init__(self, name: str, evaluations: int) -> None:
        self.name = name
        grades = evaluations // EACH
        self.students = [f"s{n:05d}" for n in range(min(grades, CLASS))]
        self.subjects = [f"subject-{n}" for n in range(max(1, grades // CLASS))]

    @property
    def grades(self) -> int:
        return len(self.students) * len(self.subjects)

    def open(self) -> None:
        """Found it, with its rosters; nobody's names are needed for a grade."""
        from luca.aws import store
        from luca.kernel import context
        from tenants import keys, services
        from tenants.domain import Group, Period
        from tenants.domain import School as Record
        from tenants.models import EnrolledItem

        services.create_school(Record(id=self.name, name="Bench"))  # type: ignore[arg-type]
        with context.entered(school=self.name):
            services.save_period(
                Period(PERIOD, "Bench", date(2026, 8, 1), date(2026, 12, 18))  # type: ignore[arg-type]
            )
            services.add_group(Group(GROUP, "Bench"))  # type: ignore[arg-type]
            for subject in self.subjects:
                roster = keys.course(subject, PERIOD)  # type: ignore[arg-type]
                store.batch_put(
                    EnrolledItem(roster, keys.enrolled(one), student=one, group=GROUP)  # type: ignore[arg-type]
                    for one in self.students
                )

    def forget(self) -> None:
        """Let all results wait as if no night had been: no grades, and every course marked."""
        from grades import keys, services
        from grades.domain import Assessment, Evaluation, Status
        from grades.repository import courses
        from grades.repository import evaluations as repository
        from luca.aws import store
        from luca.aws.table import TenantItem
        from luca.kernel import clock, context
        from luca.kernel.iterate import chunks
        from tenants.domain import Course

        now = clock.now()
        with context.entered(school=self.name):
            connection = TenantItem._get_connection()  # noqa: SLF001 -- the store deletes one at a time
            for subject in self.subjects:
                course = Course(subject, PERIOD)  # type: ignore[arg-type]
                asked = [Assessment(f"quiz-{n}", "quiz") for n in range(EACH)]  # type: ignore[arg-type]
                services.save_assessments(course.subject, course.period, asked)
                store.batch_put(
                    repository._item(  # noqa: SLF001 -- in bulk, which nobody else does
                        Evaluation(
                            student=student,  # type: ignore[arg-type]
                            subject=course.subject,
                            period=course.period,
                            assessment=one.id,
                            status=Status.GRADED,
                            score=Decimal((k * 7 + n * 13) % 101),
                            max=Decimal(100),
                            category="quiz",
                            recorded_at=now,
                            recorded_by=None,
                            group=GROUP,
                        )
                    )
                    for k, student in enumerate(self.students)
                    for n, one in enumerate(asked)
                )
                gone = [
                    {"PK": keys.student(student), "SK": place}
                    for student in self.students
                    for place in (
                        keys.grade(subject, PERIOD),
                        keys.version(subject, PERIOD, 1),
                    )
                ]
                for some in chunks(gone, 25):
                    connection.batch_write_item(delete_items=some)
                courses.mark(course)

    def consolidate(self) -> None:
        from grades import services
        from luca.kernel import context

        with context.entered(school=self.name):
            report = services.consolidate(minutes=float("inf"))
        done = (report.written, report.failed, report.left)
        assert done == (self.grades, 0, 0), done

    def fewest_calls(self) -> dict[str, int]:
        """What docs/consolidation.md says that a night of this school needs."""
        chunks = -(-len(self.students) // 100) * len(self.subjects)
        courses = len(self.subjects)
        return {
            "TransactWriteItems": self.grades,
            # Of results; periods and rules whose day has come; the queue; three of a course.
            "Query": self.grades + 2 + 32 + 3 * courses,
            "BatchGetItem": chunks,
            "GetItem": courses,  # the marker
            "DeleteItem": courses,
        }


@contextmanager
def recorded() -> Iterator[list[Call]]:
    """Collect every call that leaves for DynamoDB."""
    from luca.aws.table import ScopedConnection

    calls: list[Call] = []
    door: Any = ScopedConnection  # the one place where all calls pass
    real = door._make_api_call  # noqa: SLF001

    def remember(self: ScopedConnection, operation: str, more: dict[str, Any]) -> Any:
        calls.append((operation, more))
        return real(self, operation, more)

    door._make_api_call = remember  # noqa: SLF001
    try:
        yield calls
    finally:
        door._make_api_call = real  # noqa: SLF001


def bare_loop(school: School, like: str, calls: Sequence[Call]) -> Callable[[], None]:
    """Return what makes recorded calls in another school, as fast as the SDK's client does."""
    from grades.repository import courses
    from grades.services.consolidation.run import WIDTH
    from luca.aws.table import TenantItem
    from luca.kernel import context
    from tenants.domain import Course

    with context.entered(school=school.name):
        tokens = [courses.marker(Course(one, PERIOD)) for one in school.subjects]  # type: ignore[arg-type]
    own = [
        (operation, json.loads(json.dumps(more).replace(f"#{like}#", f"#{school.name}#")))
        for operation, more in calls
    ]
    for _, more in own:
        more.pop("ClientRequestToken", None)  # the SDK gives each call one of its own
    for (_, more), token in zip([x for x in own if x[0] == "DeleteItem"], tokens, strict=True):
        (name,) = more["ExpressionAttributeValues"]
        more["ExpressionAttributeValues"][name] = {"S": token}
    client: Any = TenantItem._get_connection().connection.client  # noqa: SLF001 -- around PynamoDB

    def make(one: Call) -> None:
        client._make_api_call(*one)  # noqa: SLF001 -- any operation, by its name

    def loop() -> None:
        with context.entered(school=school.name), ThreadPoolExecutor(WIDTH) as pool:
            for _ in pool.map(context.carried(make), own):
                pass

    return loop


def count(evaluations: int) -> float:
    """Consolidate it all, once; return how many calls that took for each one that it needs."""
    school = School("bench-all", evaluations)
    school.open()
    school.forget()
    fewest = school.fewest_calls()
    began = time.perf_counter()
    with recorded() as calls:
        school.consolidate()
    spent = time.perf_counter() - began
    made = Counter(operation for operation, _ in calls)
    for operation in sorted(made.keys() | fewest.keys()):
        print(f"{operation:<20} {made[operation]:7d} calls, {fewest.get(operation, 0):7d} needed")
    ratio = len(calls) / sum(fewest.values())
    print(
        f"{evaluations} evaluations, {school.grades} grades: {len(calls)} calls, {ratio:.3f} x the"
        f" fewest (target {CALLS_TARGET}); {spent:.1f} s, {school.grades / spent:.0f} grades/s",
        flush=True,
    )
    return ratio


def compare(evaluations: int) -> bool:
    """Time a slice against the bare loop, in turn."""
    from bench.harness import LEAST_ROUNDS, Rounds, verdict

    ours, theirs = School("bench-ours", evaluations), School("bench-bare", evaluations)
    for school in (ours, theirs):
        school.open()
    ours.forget()
    with recorded() as calls:
        ours.consolidate()
    times: tuple[list[float], list[float]] = ([], [])
    for number in range(max(ROUNDS, LEAST_ROUNDS)):
        for school in (ours, theirs):
            school.forget()
        sides = [ours.consolidate, bare_loop(theirs, ours.name, calls)]
        for side in (0, 1) if number % 2 else (1, 0):
            began = time.perf_counter()
            sides[side]()
            times[side].append(time.perf_counter() - began)
        print(f"round {number + 1}: {times[0][-1]:.2f} s, bare {times[1][-1]:.2f} s", flush=True)
    return verdict("consolidation", Rounds(tuple(times[0]), tuple(times[1])), target=TIME_TARGET)


def main() -> int:
    from luca.localaws import embedded, environment

    evaluations = int(os.environ.get("EVALUATIONS", "50000"))
    with tempfile.TemporaryDirectory() as folder:
        running = embedded.start(Path(folder))
        try:
            environment.load(Path(folder), "platform")
            os.environ["DJANGO_SETTINGS_MODULE"] = "luca.settings"
            import django

            django.setup()
            few = count(evaluations) <= CALLS_TARGET
            fast = compare(min(SLICE, evaluations))
        finally:
            running.kill()
    return 0 if few and fast else 1


if __name__ == "__main__":
    sys.exit(main())
