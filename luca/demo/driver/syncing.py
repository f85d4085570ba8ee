"""The operator starts the sync of every closed period and waits until the runs have ended."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from luca.demo.driver import table

if TYPE_CHECKING:
    from luca.demo.driver.console import Console
    from luca.demo.driver.operator import Operator

LOOK = 1.0
TELL = 10.0  # seconds between two lines about how far it is
RUNNING = "RUNNING"


class Unfinished(Exception):
    """A run failed, or did not end in a time that was more than enough."""


class Syncing:
    """Runs of the made-up or real schools' closed periods, all under way at once."""

    def __init__(self, operator: Operator, console: Console) -> None:
        self.operator = operator
        self.console = console

    def run(self, periods: list[tuple[str, str]], seconds: float) -> None:
        """Start a run for each period and wait for all of them."""
        for school, period in periods:
            self.operator.manage("govsync", "start", "--school", school, "--period", period)
        self._wait(periods, seconds)

    def redrive(self, periods: list[tuple[str, str]], seconds: float) -> int:
        """Send again what ran out of attempts, now that the authority is well; say how much."""
        dead = [
            (school, period)
            for school, period in periods
            if "DEAD" in self.operator.manage("govsync", "status", *_named(school, period))
        ]
        for school, period in dead:
            said = self.operator.manage("govsync", "redrive", *_named(school, period))
            self.console.say(said.strip())
        if dead:
            self._wait(periods, seconds)
        return len(dead)

    def tell(self, periods: list[tuple[str, str]]) -> None:
        """Show how the runs stand, as the operator sees it."""
        for school, period in periods:
            said = self.operator.manage("govsync", "status", *_named(school, period))
            self.console.say(f"{school}:")
            for line in said.strip().splitlines():
                self.console.say(f"  {line}")

    def _wait(self, periods: list[tuple[str, str]], seconds: float) -> None:
        began = told = time.monotonic()
        while running := self._unfinished(periods):
            now = time.monotonic()
            if now - began > seconds:
                raise Unfinished(f"{running} sync runs did not end in {seconds:.0f} s.")
            if now - told > TELL:
                told = now
                self.console.say(f"{len(periods) - running} of {len(periods)} runs have ended")
            time.sleep(LOOK)

    def _unfinished(self, periods: list[tuple[str, str]]) -> int:
        """How many runs have not ended, by the table and not by what anybody says."""
        schools = dict.fromkeys(school for school, _ in periods)
        states = [
            state
            for school in schools
            for state in table.sync_runs(self.operator.table, school).values()
        ]
        failed = sum(state not in {RUNNING, "DONE"} for state in states)
        if failed:
            raise Unfinished(f"{failed} sync runs failed; see `manage.py govsync status`.")
        return len(periods) - states.count("DONE")


def _named(school: str, period: str) -> tuple[str, ...]:
    return ("--school", school, "--period", period)
