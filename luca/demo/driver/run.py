"""The demo from beginning to end, phase by phase."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from luca.demo.driver import authority, isolation, lake, table, verify
from luca.demo.driver.client import Api, User
from luca.demo.driver.operator import Operator
from luca.demo.driver.queues import Queues
from luca.demo.driver.scenario import PASSWORD, Loaded
from luca.demo.driver.stolen import Thief
from luca.demo.driver.studying import Sent, Studying
from luca.demo.driver.syncing import Syncing
from luca.demo.driver.teaching import Teaching
from luca.demo.driver.watching import Watcher
from luca.kernel import clock
from luca.localaws.programs import TABLE as PROGRAMS

if TYPE_CHECKING:
    from pathlib import Path

    from luca.demo.driver.console import Console
    from luca.demo.driver.isolation import Attempt
    from luca.demo.driver.scenario import Scenario
    from luca.demo.driver.table import Found

TIME_SCALE = "0.02"
NIGHT_TICK = "0.1"  # minutes: the night of the made-up schools need not be waited for
FLUSH = "5"  # seconds that the lake's writer waits for more of a file
SETTINGS = {
    "GOVSYNC_TIME_SCALE": TIME_SCALE,
    "LUCA_NIGHT_TICK": NIGHT_TICK,
    "LUCA_LAKE_FLUSH_SECONDS": FLUSH,
}
BEAT = "beat"
CLOSING = 2  # periods at once
LONGEST = 1800.0  # seconds to wait for workers before something is wrong


class Stuck(Exception):
    """Workers did not finish in a time that was more than enough."""


@dataclass(slots=True)
class Outcome:
    """What came of it: figures for the accounts, and what else the report shows."""

    figures: dict[str, float] = field(default_factory=dict)
    attempts: list[Attempt] = field(default_factory=list)
    surprises: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    timings: dict[str, list[float]] = field(default_factory=dict)
    outcomes: dict[str, int] = field(default_factory=dict)
    finals: dict[str, list[float]] = field(default_factory=dict)
    finals_undefined: int = 0
    samples: dict[str, list[float]] = field(default_factory=dict)


class Demo:
    """Plays one scenario in one home."""

    def __init__(self, scenario: Scenario, home: Path, console: Console) -> None:
        self.scenario = scenario
        self.console = console
        self.operator = Operator(home, SETTINGS)
        self.outcome = Outcome()
        self._users: dict[str, User] = {}
        self._loaded = Loaded()
        self._sent = Sent(0, 0, 0)
        self._probes = 0  # events that controls have stored

    def play(self) -> Outcome:
        """Play everything; the stack runs when this returns and when it raises."""
        self._start()
        watcher = Watcher(lambda: self.operator.pids, self._queues.depths)
        watcher.start()
        try:
            self._lessons()
            self._events()
            self._isolation()
            self._rest()
            self._grades()
            self._sync()
            self._verify()
            self._lake()
        finally:
            watcher.stop()
        self._keep(watcher)
        return self.outcome

    def _start(self) -> None:
        with self.console.phase("start", "a fresh home, and all processes on free ports"):
            self.operator.begin_afresh()
            stack = self.operator.stack
            # The night comes when beat runs, so beat runs when the lessons are over.
            stack.programs = tuple(one for one in PROGRAMS if one.name != BEAT)
            stack.up(self.console.say)
        with self.console.phase("set-up", "schools, people, courses and logins, by the operator"):
            self.scenario.set_up(self.operator)
        self.api = Api(stack.url("api"))
        self._queues = Queues(self.operator.table, stack.environment("platform"))
        self._teaching = Teaching(self.api, self._user, self.console)
        self._studying = Studying(self.api, self._user, self.console)

    def _lessons(self) -> None:
        sheets = self.scenario.sheets()
        rows = sum(len(sheet.rows) for sheet in sheets)
        with self.console.phase("lessons", f"teachers record {rows:,} results over HTTP"):
            recorded = self._teaching.record(sheets)
            changes = self.scenario.changes()
            self._teaching.change(changes)
        self.outcome.figures["evaluations_over_http"] = recorded

    def _events(self) -> None:
        bundles = self.scenario.bundles()
        events = sum(len(one.events) for one in bundles)
        with self.console.phase("events", f"students send {events:,} events over HTTP"):
            self._sent = self._studying.send(bundles)
            self._studying.read(self.scenario.readers())

    def _isolation(self) -> None:
        with self.console.phase("isolation", "attempts to reach the other school"):
            first, second = self.scenario.sides()
            environment = self.operator.stack.environment("api")
            for mine, theirs in ((first, second), (second, first)):
                attempts = list(isolation.over_http(mine, theirs, self._user))
                if mine.school in self.scenario.schools:
                    stored = (one.what == isolation.SENDS and one.control for one in attempts)
                    self._probes += sum(stored)
                self.outcome.attempts += attempts
                thief = Thief(environment, mine.school)
                self.outcome.attempts += thief.tries(theirs.school, theirs.student, mine.student)

    def _rest(self) -> None:
        """What the scenario loads, and the workers' turn until nothing waits."""
        with self.console.phase("load", "what is loaded and not sent, and events being stored"):
            self._loaded = self.scenario.load_the_rest(self.operator)
            self._wait("behavior")

    def _grades(self) -> None:
        with self.console.phase("night", "beat begins the night, a worker consolidates"):
            self.operator.stack.programs = PROGRAMS
            self.operator.stack.up()
            self._await_night()
            # Whoever looks now sees official grades; some of those who looked before.
            self._studying.read(self.scenario.readers()[::4])
        closing = self.scenario.closing
        with (
            self.console.phase("close", f"{len(closing)} periods are closed"),
            # Closing waits out whoever may still be writing: some at once do that together.
            ThreadPoolExecutor(CLOSING) as pool,
        ):
            for said in pool.map(self._close, closing):
                self.console.say(said)

    def _close(self, course: tuple[str, str]) -> str:
        school, period = course
        named = ("--school", school, "--period", period)
        return self.operator.manage("consolidate", "--close", *named).strip()

    def _sync(self) -> None:
        with self.console.phase("sync", "grades go to an authority that keeps failing"):
            syncing = Syncing(self.operator, self.console)
            trouble = authority.Trouble(self.operator.stack.url("authority"))
            trouble.start()
            try:
                syncing.run(self.scenario.closing, LONGEST)
            finally:
                trouble.stop()
            redriven = syncing.redrive(self.scenario.closing, LONGEST)
            syncing.tell(self.scenario.closing)
        self.outcome.figures["sync_redriven"] = redriven
        calls = sum(trouble.happened.values())  # none, when not one grade is defined
        self.outcome.figures["faults_missing"] = 0 if trouble.all_happened or not calls else 1

    def _verify(self) -> None:
        with self.console.phase(
            "verify", "a separate reader counts, and every grade is worked out"
        ):
            found = table.scan(self.operator.table, clock.now())
            told, self.outcome.wrong = verify.figures(self.scenario, found)
            self.outcome.figures |= told
            self.outcome.figures |= self.scenario.published(found)
            self._books(found)
            self._accounts()
            self._finals(found)

    def _lake(self) -> None:
        with self.console.phase("lake", "the lake counts every event and makes every grade anew"):
            told, wrong = lake.figures(self.operator, self.scenario.schools)
            self.outcome.figures |= told
            self.outcome.wrong += wrong
            lake.page(self.operator, self.scenario.schools[0])

    def _books(self, found: Found) -> None:
        """What the authority's own books and the ledger in the table say."""
        books = authority.read(self.operator.home / "authority" / "authority.sqlite3")
        self.outcome.outcomes = books.outcomes
        self.outcome.figures |= {
            "authority_grades": len(books.grades),
            "authority_wrong": books.wrong(found),
            "authority_doubled": books.doubled,
            **verify.ledger(self.scenario, found),
        }

    def _accounts(self) -> None:
        attempts = self.outcome.attempts
        loaded = self._loaded
        over_http = self.outcome.figures["evaluations_over_http"]
        self.outcome.surprises = self.api.surprises
        self.outcome.counts = dict(self._teaching.counts)
        self.outcome.figures |= {
            "evaluations_sent": loaded.evaluations or over_http,
            "events_sent": self._sent.events + loaded.events + self._probes,
            "quantity_sent": self._sent.quantity + loaded.quantity + self._probes,
            "events_duplicated": self._sent.duplicated,
            "cross_tenant_attempts": len(attempts),
            "cross_tenant_denied": sum(one.denied for one in attempts),
            "controls": len(attempts),
            "controls_passed": sum(one.control for one in attempts),
            "http_surprises": len(self.api.surprises),
            "dead_letters": self._queues.dead_letters(),
            **loaded.extra,
        }

    def _finals(self, found: Found) -> None:
        finals: dict[str, list[float]] = {school: [] for school in self.scenario.schools}
        for name, grade in found.grades.items():
            if name[0] in finals and grade.final is not None:
                finals[name[0]].append(float(grade.final))
        self.outcome.finals = finals
        known = sum(len(values) for values in finals.values())
        self.outcome.finals_undefined = int(self.outcome.figures["grades"]) - known

    def _keep(self, watcher: Watcher) -> None:
        self.outcome.figures["peak_memory_mib"] = round(watcher.peak, 1)
        self.outcome.timings = self.api.timings()
        self.outcome.samples = {
            "seconds": [round(sample.at, 1) for sample in watcher.samples],
            "mib": [round(sample.mib, 1) for sample in watcher.samples],
            **{
                name: [sample.more.get(name, 0.0) for sample in watcher.samples]
                for name in ("behavior", "tasks", "sync")
            },
        }

    def _await_night(self) -> None:
        """Wait until the night of each school was begun by beat and ended by the worker."""
        until = time.monotonic() + LONGEST
        while not table.nights_over(self.operator.table, self.scenario.schools):
            if time.monotonic() > until:
                raise Stuck("The night did not come: does beat run?")
            time.sleep(0.5)
        self._wait("tasks")

    def _user(self, email: str) -> User:
        return self._users.setdefault(email, User(self.api, email, PASSWORD))

    def _wait(self, queue: str) -> None:
        if not self._queues.wait_until_empty(queue, LONGEST):
            raise Stuck(f"The queue {queue} did not become empty in {LONGEST:.0f} s.")
