"""Whether time tells that somebody exists elsewhere: `make bench NAME=foreign`.

A teacher asks for a student of another school, for one of this school whom they do not teach, and
for one who is nowhere, in turn, over the real views. The ratio is that of the medians, a round at a
time, turned so that it is never below 1; the verdict is that of another school. The same calls
leave the process for all three, which tests/permissions/test_foreign.py counts; this looks for what
counting cannot see: an answer with rows in it takes longer to read than an empty one.
"""

import os
import sys
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

ROUNDS, CALLS, TARGET, ABSENT = 9, 150, 1.1, 404
NORTH, SOUTH = "bench-north", "bench-south"
KINDS = {"elsewhere": "only-south", "not taught": "only-north"}
PATHS = ("/students/{}", "/profile/{}", "/students/{}/evaluations")


def prepare() -> None:
    """Two schools; Teresa teaches 1a of North, where nobody called only-north is."""
    from luca.kernel import context
    from luca.kernel.ids import GroupId, PeriodId, SchoolId, StudentId, SubjectId, TeacherId
    from tenants import services as tenants
    from tenants.domain import Enrolment, Group, Period, School, Student, Teacher

    for school, only in ((NORTH, "only-north"), (SOUTH, "only-south")):
        tenants.create_school(School(SchoolId(school), school))
        with context.entered(school=school):
            tenants.save_period(
                Period(PeriodId("2026-1"), "Otoño", date(2026, 8, 1), date(2026, 12, 18))
            )
            tenants.add_students(Student(StudentId(one), one) for one in (only, "ada"))
            tenants.add_teachers([Teacher(TeacherId("teresa"), "Teresa")])
            for group, student in (("1a", "ada"), ("1b", only)):
                tenants.add_group(Group(GroupId(group), group))
                tenants.enrol(
                    SubjectId("maths"),
                    PeriodId("2026-1"),
                    [Enrolment(StudentId(student), GroupId(group))],
                )
            tenants.assign_teacher(GroupId("1a"), SubjectId("maths"), TeacherId("teresa"))


def asker() -> Callable[[str], Callable[[], None]]:
    """Return a maker of calls for one path each, as Teresa."""
    from django.test import Client

    from luca.api import tokens
    from luca.api.verifying import Principal
    from luca.kernel.ids import PersonId, SchoolId

    teresa = Principal(PersonId("teresa"), SchoolId(NORTH), frozenset({"teacher"}))
    tokens.verify = lambda token: teresa
    client: Any = Client(raise_request_exception=False, SERVER_NAME="127.0.0.1")

    def of(path: str) -> Callable[[], None]:
        def ask() -> None:
            answer = client.get(path, headers={"Authorization": "Bearer x"})
            assert answer.status_code == ABSENT, answer.content

        return ask

    return of


def main() -> int:
    from bench.harness import Rounds, interleaved, verdict
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
            ask = asker()
            worst: Rounds | None = None
            for path in PATHS:
                for kind, student in KINDS.items():
                    rounds = interleaved(
                        ask(path.format(student)),
                        ask(path.format("none-00001")),
                        rounds=ROUNDS,
                        calls=CALLS,
                    )
                    print(f"{path:<28}{kind:<12}ratio {rounds.ratio:.3f} ({rounds.range})")
                    turned = rounds if rounds.ratio >= 1 else Rounds(rounds.theirs, rounds.ours)
                    if kind == "elsewhere" and (worst is None or turned.ratio > worst.ratio):
                        worst = turned
        finally:
            aws.kill()
    assert worst is not None
    return 0 if verdict("foreign", worst, target=TARGET) else 1


if __name__ == "__main__":
    sys.exit(main())
