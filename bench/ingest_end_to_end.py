"""From 202 to readable, on one machine: `make bench NAME=ingest_end_to_end`.

The whole stack as `make up` runs it. 20,000 events of 500 students in two schools as fast as the
API takes them; a stampede of 5,000 students with one event each; what an event costs the API, alone
and in arrays of 50, in turn; a backlog that a consumer finds when it starts; and five stretches of
steady load. A reader that is none of ours counts what is stored. The verdict is the p99 of the
steady lag in seconds, a round at a time.
"""

import json
import os
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.harness import LEAST_ROUNDS
from bench.ingest import cpu_seconds
from bench.mass import Answer, Pool, Post, post, send
from bench.reader import counted, open_schools

TARGET = 5.0  # seconds, p99 at steady load
SCHOOLS, STUDENTS = ("bench-norte", "bench-sur"), 500
SINGLE, ARRAY = 15, 25  # of each student: events one by one, and one array of so many
STAMPEDE, CONNECTIONS, MANY = 5000, 32, 256
ROUNDS, STEADY_SECONDS, STEADY_RATE = LEAST_ROUNDS, 5, 50  # requests a second
COST_REQUESTS, COST_ARRAY, BACKLOG = 200, 50, 2500
LONGEST = 180.0  # seconds until what was accepted must be stored


class Place:
    """The stack, what it costs and what it has stored."""

    def __init__(self, stack: Any, pool: Pool) -> None:
        self.stack, self.port = stack, stack.ports["api"]
        self._pool, self._log, self._read = pool, stack.log("consumer"), 0
        api = stack.environment("api")
        self._names = api["LUCA_COGNITO_ISSUER"], api["LUCA_COGNITO_CLIENT_ID"]
        self.tokens: dict[tuple[str, str], str] = {}
        self.answers: list[Answer] = []  # all of them: what the end is counted against
        self.stored: dict[str, float] = {}  # when, by correlation id

    def post(self, school: str, student: str, events: Any, after: float = 0.0) -> Post:
        who = (school, student)
        if who not in self.tokens:
            self.tokens[who] = self._pool.token(school, student, *self._names)
        return post(school, student, self.tokens[who], events, port=self.port, after=after)

    def send(self, posts: Sequence[Post], connections: int = CONNECTIONS) -> list[Answer]:
        self.answers += (answers := send(self.port, posts, connections))
        return answers

    def until_stored(self, answers: Sequence[Answer]) -> float:
        """Wait for the consumer to say so of every request; return when it last did."""
        wanted = {one.post.correlation for one in answers}
        deadline = time.monotonic() + LONGEST
        while not wanted <= self.stored.keys():
            assert time.monotonic() < deadline, f"{len(wanted - self.stored.keys())} not stored"
            time.sleep(0.1)
            self._follow()
        return max(self.stored[one] for one in wanted)

    def _follow(self) -> None:
        with self._log.open("rb") as lines:
            lines.seek(self._read)
            text = lines.read()
        whole = text[: text.rfind(b"\n") + 1]
        self._read += len(whole)
        for line in whole.splitlines():
            if b'"events_stored"' in line:
                told = json.loads(line)
                at = datetime.fromisoformat(told["timestamp"]).timestamp()
                self.stored |= dict.fromkeys(told["correlation_ids"], at)

    def lags(self, answers: Sequence[Answer]) -> list[float]:
        """Seconds from the 202 to the consumer's word that it is stored, of each event."""
        found = []
        for one in answers:
            lag = max(0.0, self.stored[one.post.correlation] - one.at)
            found += [lag] * one.post.events
        return found

    def cpu(self, without: str = "") -> dict[str, float]:
        """CPU seconds of each process so far, the sender's own included; 0 of one not started."""
        api = self.stack.pid("api")
        children = Path(f"/proc/{api}/task/{api}/children").read_text().split()
        return {
            "api": sum(cpu_seconds(int(pid)) for pid in [api, *children]),
            "consumer": 0.0 if without == "consumer" else cpu_seconds(self.stack.pid("consumer")),
            "emulator": cpu_seconds(self.stack.pid("aws")),
            "sender": time.process_time(),
        }


@dataclass(frozen=True, slots=True)
class Spent:
    """A phase: how long it took, and whose CPU."""

    seconds: float
    cpu: dict[str, float]

    @property
    def told(self) -> str:
        shares = {name: spent / self.seconds for name, spent in self.cpu.items()}
        busiest = max(shares, key=lambda name: shares[name])
        listed = ", ".join(f"{name} {share:.2f}" for name, share in shares.items())
        return f"cores in use: {listed} of {os.cpu_count()}; the busiest: {busiest}"


class Watch:
    """Measures a phase from here to `stop`."""

    def __init__(self, place: Place, without: str = "") -> None:
        self._place, self._began = place, time.perf_counter()
        self._before = place.cpu(without)

    def stop(self) -> Spent:
        seconds = time.perf_counter() - self._began
        now = self._place.cpu()
        return Spent(seconds, {name: now[name] - self._before[name] for name in now})


def event(student: str, ago: float = 0.0) -> dict[str, Any]:
    at = datetime.now(UTC) - timedelta(seconds=ago)
    return {
        "type": "quiz_completed",
        "student": student,
        "time": at.isoformat(timespec="milliseconds"),
        "metadata": {"quiz": "fractions-3", "score": 87, "seconds": 312},
    }


def drain(place: Place) -> None:
    """Send a morning's worth at once: singles and arrays in turn, both schools."""
    who = [(SCHOOLS[n % 2], f"s{n:03d}") for n in range(STUDENTS)]
    posts = []
    for place_in_day in range(SINGLE + 1):
        for n, (school, student) in enumerate(who):
            if (n + place_in_day) % (SINGLE + 1):
                posts.append(place.post(school, student, event(student, place_in_day)))
            else:
                many = [event(student, 60 + k) for k in range(ARRAY)]
                posts.append(place.post(school, student, many))
    events = sum(one.events for one in posts)
    watch, began = Watch(place), time.time()
    answers = place.send(posts)
    accepted = time.time() - began
    seconds = place.until_stored(answers) - began
    spent = watch.stop()
    counted(answers)
    singles = sum(one.events == 1 for one in posts)
    print(
        f"drain: {events} events of {STUDENTS} students in 2 schools ({singles} single,"
        f" {len(posts) - singles} arrays of {ARRAY}): accepted in {accepted:.1f} s"
        f" ({events / accepted:.0f}/s), stored in {seconds:.1f} s ({events / seconds:.0f}/s),"
        f" each once; lag {spread(place.lags(answers))}"
    )
    print(f"drain: {spent.told}", flush=True)


def stampede(place: Place) -> None:
    """Let everybody hand in at the same moment."""
    students = [f"stampede-{n:04d}" for n in range(STAMPEDE)]
    posts = [place.post(SCHOOLS[0], one, event(one)) for one in students]
    watch, began = Watch(place), time.time()
    answers = place.send(posts, MANY)
    accepted = time.time() - began
    seconds = place.until_stored(answers) - began
    spent = watch.stop()
    print(
        f"stampede: {STAMPEDE} students, one event each, over {MANY} connections: none refused,"
        f" accepted in {accepted:.1f} s ({STAMPEDE / accepted:.0f}/s), stored in {seconds:.1f} s;"
        f" lag {spread(place.lags(answers))}"
    )
    print(f"stampede: {spent.told}", flush=True)


def backlog(place: Place) -> None:
    """Let a queue fill while no consumer runs, and see how fast one empties it."""
    place.stack.kill("consumer", signal.SIGTERM)
    while any(one.name == "consumer" and one.alive for one in place.stack.status()):
        time.sleep(0.1)
    posts = []
    for n in range(BACKLOG):
        school, student = SCHOOLS[n % 2], f"s{n % STUDENTS:03d}"
        many = [event(student, k) for k in range(ARRAY)]
        posts.append(place.post(school, student, many if n % (SINGLE + 1) == 0 else many[0]))
    answers = place.send(posts)
    watch = Watch(place, without="consumer")
    place.stack.restart("consumer")
    last = place.until_stored(answers)
    spent = watch.stop()
    first = min(place.stored[one.post.correlation] for one in answers)
    events = sum(one.events for one in posts)
    print(
        f"backlog: {events} events in {BACKLOG} messages stored in {last - first:.1f} s by a"
        f" consumer that found them waiting ({events / (last - first):.0f}/s)"
    )
    print(f"backlog, its start included: {spent.told}", flush=True)


def steady(place: Place) -> list[float]:
    """Return the p99 of the lag in each round of a load that the machine bears."""
    found, lags = [], []
    for number in range(ROUNDS):
        posts = []
        for n in range(STEADY_SECONDS * STEADY_RATE):
            school, student = SCHOOLS[n % 2], f"s{n % STUDENTS:03d}"
            events = [event(student, k) for k in range(10)] if n % 10 == 0 else event(student)
            posts.append(place.post(school, student, events, after=n / STEADY_RATE))
        answers = place.send(posts)
        place.until_stored(answers)
        some = place.lags(answers)
        found.append(statistics.quantiles(some, n=100)[98])
        lags += some
        print(f"steady, round {number + 1}: lag {spread(some)}", flush=True)
    print(f"steady: {STEADY_RATE} requests/s, every tenth an array of 10: lag {spread(lags)}")
    return found


def cost(place: Place) -> None:
    """Tell what an event costs the API's process, alone and in arrays, in turn."""
    spent: dict[int, list[float]] = {1: [], COST_ARRAY: []}
    for number in range(ROUNDS):
        for size in sorted(spent, reverse=bool(number % 2)):
            requests = COST_REQUESTS if size == 1 else COST_REQUESTS // 5
            posts = []
            for n in range(requests):
                school, student = SCHOOLS[n % 2], f"s{n:03d}"
                events = [event(student, k) for k in range(size)]
                posts.append(place.post(school, student, events if size > 1 else events[0]))
            watch = Watch(place)
            answers = place.send(posts)
            spent[size].append(1000 * watch.stop().cpu["api"] / (requests * size))
            place.until_stored(answers)
    for size, times in spent.items():
        print(
            f"the API's CPU, arrays of {size}: {statistics.median(times):.3f} ms an event"
            f" ({min(times):.3f}..{max(times):.3f} in {ROUNDS} rounds)",
            flush=True,
        )


def spread(lags: Sequence[float]) -> str:
    cuts = statistics.quantiles(lags, n=100)
    return f"p50 {cuts[49]:.2f} s, p99 {cuts[98]:.2f} s"


@contextmanager
def running() -> Iterator[Place]:
    from luca.localaws import environment
    from luca.localaws.stack import Stack

    pool = Pool()
    with tempfile.TemporaryDirectory() as folder:
        stack = Stack(Path(folder), ports=0, settings={"LUCA_COGNITO_JWKS_URL": pool.url})
        stack.up(lambda line: print(line, flush=True))
        try:
            environment.load(Path(folder), "platform")
            os.environ["DJANGO_SETTINGS_MODULE"] = "luca.settings"
            import django

            django.setup()
            open_schools(SCHOOLS)
            yield Place(stack, pool)
        finally:
            stack.down(lambda line: None)
            pool.close()


def main() -> int:
    with running() as place:
        warm = [place.post(SCHOOLS[n % 2], f"warm-{n}", event(f"warm-{n}")) for n in range(200)]
        place.until_stored(place.send(warm))
        drain(place)
        stampede(place)
        cost(place)
        backlog(place)
        found = steady(place)
        counted(place.answers)
    ratio = statistics.median(found)
    met = ratio < TARGET
    print(
        f"BENCH ingest_end_to_end ratio={ratio:.2f} range={min(found):.2f}..{max(found):.2f}"
        f" target={TARGET} {'met' if met else 'short'}"
    )
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
