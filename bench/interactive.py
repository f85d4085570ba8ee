"""How long people wait: a class of 30 results while 200 readers look at their profiles.

`make bench NAME=interactive` starts a stack of its own. In each round a teacher records 30
results, one request each, first alone and then while 200 students read their profile, each once,
within the same few seconds. The ratio is the teacher's p95 beside the readers to the p95 alone.
"""

import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import urllib3

ROUNDS, RESULTS, READERS, STRETCH, TARGET = 5, 30, 200, 6.0, 3.0
OK = {200, 201}
SCHOOL, GROUP, SUBJECT, PERIOD = "bench", "g1", "math", "2026-1"
PASSWORD = "Bench-2026-results"  # noqa: S105 -- of a school that lives for a minute


class People:
    """The school's class, its teacher, and their tokens."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.pool = urllib3.PoolManager(maxsize=64, retries=False, timeout=30.0)
        self.tokens: dict[str, dict[str, Any]] = {}

    def sign_in(self, person: str) -> None:
        self._take(person, "login", {"email": f"{person}@bench.test", "password": PASSWORD})

    def renew(self) -> None:
        """Renew every token between rounds: they live five minutes, and a round some seconds."""
        for person, tokens in list(self.tokens.items()):
            self._take(person, "refresh", {"refresh_token": tokens["refresh_token"]})

    def _take(self, person: str, act: str, body: dict[str, str]) -> None:
        answer = self.pool.request("POST", f"{self.url}/auth/{act}", json=body)
        assert answer.status in OK, answer.data
        self.tokens[person] = answer.json()

    def call(self, person: str, method: str, path: str, body: Any = None) -> float:
        """Return the milliseconds of one call, which must succeed."""
        headers = {"Authorization": f"Bearer {self.tokens[person]['id_token']}"}
        began = time.perf_counter()
        answer = self.pool.request(method, self.url + path, json=body, headers=headers)
        spent = (time.perf_counter() - began) * 1000
        assert answer.status in OK, (answer.status, answer.data[:200])
        return spent


def prepare(students: Sequence[str]) -> None:
    """Set the school up, as its operator."""
    from luca.kernel import context
    from tenants import services
    from tenants.domain import Enrolment, Group, Period, School, Student, Teacher

    today = date.today()  # noqa: DTZ011 -- a period around whatever day it is
    services.create_school(School(id=SCHOOL, name="Bench"))  # type: ignore[arg-type]
    with context.entered(school=SCHOOL):
        services.save_period(
            Period(PERIOD, "Bench", today - timedelta(30), today + timedelta(30))  # type: ignore[arg-type]
        )
        services.add_students([Student(one, "Ana") for one in students])  # type: ignore[arg-type]
        services.add_teachers([Teacher("t1", "Luz")])  # type: ignore[arg-type]
        services.add_group(Group(GROUP, "Bench"))  # type: ignore[arg-type]
        services.add_members(GROUP, students)  # type: ignore[arg-type]
        services.enrol(SUBJECT, PERIOD, [Enrolment(one, GROUP) for one in students])  # type: ignore[arg-type]
        services.assign_teacher(GROUP, SUBJECT, "t1")  # type: ignore[arg-type]
        for person, group in [("t1", "teacher"), *((one, "student") for one in students)]:
            services.create_login(person, f"{person}@bench.test", PASSWORD, frozenset({group}))


def spread(calls: Sequence[Callable[[], float]], pool: ThreadPoolExecutor) -> list[float]:
    """Make the calls at random moments of the stretch; return their milliseconds."""
    dice = random.Random(7)  # noqa: S311 -- the same moments in each round

    def later(at: float, call: Callable[[], float]) -> float:
        time.sleep(at)
        return call()

    moments = sorted(dice.uniform(0, STRETCH) for _ in calls)
    return [
        f.result() for f in [pool.submit(later, *pair) for pair in zip(moments, calls, strict=True)]
    ]


def class_of(people: People, students: Sequence[str], name: str) -> list[float]:
    """One teacher, one result after the other, as somebody types them."""
    times = []
    for student in students:
        result = {
            "student": student,
            "subject": SUBJECT,
            "period": PERIOD,
            "assessment": name,
            "type": "quiz_completed",
            "max": 100,
            "score": 87.5,
        }
        times.append(people.call("t1", "POST", "/evaluations", result))
        time.sleep(STRETCH / RESULTS / 2)
    return times


def show(what: str, times: Sequence[float]) -> float:
    cuts = statistics.quantiles(times, n=20)
    print(f"{what:<34} p50 {cuts[9]:7.1f} ms   p95 {cuts[18]:7.1f} ms   n {len(times)}", flush=True)
    return cuts[18]


def measure(people: People, students: Sequence[str]) -> None:
    ratios, alone_all, beside_all, reads_all = [], [], [], []
    with ThreadPoolExecutor(READERS) as pool:
        class_of(people, students[:RESULTS], "warm-up")
        for number in range(ROUNDS):
            people.renew()
            alone = class_of(people, students[:RESULTS], f"alone-{number}")
            reads = [lambda one=one: people.call(one, "GET", f"/profile/{one}") for one in students]
            reading = pool.submit(spread, reads, pool)
            beside = class_of(people, students[:RESULTS], f"beside-{number}")
            reads_all += reading.result()
            alone_all += alone
            beside_all += beside
            ratios.append(
                statistics.quantiles(beside, n=20)[18] / statistics.quantiles(alone, n=20)[18]
            )
    show("POST /evaluations, alone", alone_all)
    show("POST /evaluations, beside readers", beside_all)
    show("GET /profile, 200 readers", reads_all)
    ratio = statistics.median(ratios)
    verdict = "met" if ratio <= TARGET else "short"
    print(
        f"BENCH interactive ratio={ratio:.2f} range={min(ratios):.2f}..{max(ratios):.2f} "
        f"target={TARGET} {verdict}"
    )


def main() -> None:
    from luca.localaws import environment
    from luca.localaws.stack import Stack

    students = [f"s{number:03d}" for number in range(READERS)]
    with tempfile.TemporaryDirectory() as folder:
        stack = Stack(Path(folder), ports=0)
        stack.up(lambda line: print(line, flush=True))
        try:
            environment.load(Path(folder), "platform")
            os.environ["DJANGO_SETTINGS_MODULE"] = "luca.settings"
            import django

            django.setup()
            prepare(students)
            people = People(stack.url("api"))
            for person in ["t1", *students]:
                people.sign_in(person)
            measure(people, students)
        finally:
            stack.down(lambda line: None)


if __name__ == "__main__":
    main()
