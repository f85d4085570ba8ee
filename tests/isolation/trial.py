"""Each mutant before two judges: the guard in this process and the simulator."""

import json
import os
import random
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stderr
from dataclasses import dataclass
from pathlib import Path

from luca.localaws.deployment import Deployment
from luca.localaws.guard import Bootstrap, Guard
from luca.localaws.home import Home
from luca.localaws.sessions import Mint
from tests.isolation.expectation import by_the_guard, on_aws
from tests.isolation.matrix import Pair, fill
from tests.isolation.mutants import Mutant, mutants
from tests.isolation.simulator import ALLOWED, Policies, Simulator
from tests.isolation.wire import Inside, nothing

FIRST = 100  # cells of a mutant in the simulator's first round; each other takes four times as many


@dataclass(slots=True)
class Trial:
    """One mutant and which judge noticed it: one cell unlike the expectation is enough."""

    mutant: Mutant
    policies: Policies
    pairs: list[Pair]
    by_guard: bool
    by_simulator: bool = False
    asked: int = 0  # cells

    @property
    def settled(self) -> bool:
        """Whether the simulator need not be asked about more cells."""
        return self.by_simulator or self.asked == len(self.pairs)

    def further(self, cells: int) -> list[Pair]:
        """The next cells to ask about."""
        some = self.pairs[self.asked : self.asked + cells]
        self.asked += len(some)
        return some


def simulate(tried: Sequence[Trial], simulator: Simulator) -> None:
    """Ask about few cells of each mutant, then about more of those that it has not noticed."""
    cells = FIRST
    while unsettled := [trial for trial in tried if not trial.settled]:
        questions = [
            (trial, pair, simulator.put(*pair, trial.policies))
            for trial in unsettled
            for pair in trial.further(cells)
        ]
        simulator.run()
        for trial, pair, numbers in questions:
            trial.by_simulator |= (simulator.said(numbers) == ALLOWED) != on_aws(*pair)
        cells *= 4


def _notices(judge: Inside, touched: Sequence[Pair]) -> bool:
    with (
        Path(os.devnull).open("w") as nowhere,
        redirect_stderr(nowhere),  # thousands of denials, and none of them is news
    ):
        return any(cell.guard != by_the_guard(*cell.pair) for cell in fill(judge, touched))


def inside(home: Path, deploy: Path, endpoint: str) -> Inside:
    """The guard without an emulator, with the seal of a home."""
    keys = Home(home).keys
    bootstrap = Bootstrap(keys["bootstrap_key"], keys["bootstrap_secret"])
    guard = Guard(nothing, Deployment(deploy), Mint(keys["session_secret"]), bootstrap)
    return Inside(guard, endpoint)


def trials(judge: Inside, deploy: Path, pairs: Sequence[Pair]) -> Iterator[Trial]:
    """Change one file at a time, under a guard that reads it again."""
    mixed = random.Random(0).sample(pairs, len(pairs))  # noqa: S311 -- the same order each time
    for mutant in mutants():
        touched = [pair for pair in mixed if mutant.touches(*pair)]
        with _changed(deploy, mutant):
            yield Trial(mutant, Policies(deploy), touched, _notices(judge, touched))


def copy_of(deploy: Path, folder: Path) -> Path:
    return Path(shutil.copytree(deploy, folder / "deploy"))


@contextmanager
def _changed(deploy: Path, mutant: Mutant) -> Iterator[None]:
    path = deploy / "policies" / f"{mutant.file}.json"
    original = path.read_text()
    document = json.loads(original)
    mutant.change(document)
    if document == json.loads(original):
        raise ValueError(f"{mutant.name} changes nothing in {path.name}")
    path.write_text(json.dumps(document))
    try:
        yield
    finally:
        path.write_text(original)
