"""Each mutant before two judges: the guard in this process and the simulator."""

import json
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stderr
from dataclasses import dataclass
from itertools import islice
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

ENOUGH = 5  # cells in which the guard is caught; more would only take time


@dataclass(frozen=True, slots=True)
class Trial:
    """One mutant and what was seen of it."""

    mutant: Mutant
    pairs: list[Pair]
    numbers: list[tuple[int, ...]]
    guard: int  # in how many cells the guard differs from the expectation, up to ENOUGH

    def simulated(self, simulator: Simulator) -> int:
        """In how many cells the simulator differs from the expectation."""
        return sum(
            (simulator.said(numbers) == ALLOWED) != on_aws(*pair)
            for pair, numbers in zip(self.pairs, self.numbers, strict=True)
        )


def _parted(judge: Inside, touched: Sequence[Pair]) -> int:
    parted = (cell for cell in fill(judge, touched) if cell.guard != by_the_guard(*cell.pair))
    with (
        Path(os.devnull).open("w") as nowhere,
        redirect_stderr(nowhere),  # thousands of denials, and none of them is news
    ):
        return len(list(islice(parted, ENOUGH)))


def inside(home: Path, deploy: Path, endpoint: str) -> Inside:
    """The guard without an emulator, with the seal of a home."""
    keys = Home(home).keys
    bootstrap = Bootstrap(keys["bootstrap_key"], keys["bootstrap_secret"])
    guard = Guard(nothing, Deployment(deploy), Mint(keys["session_secret"]), bootstrap)
    return Inside(guard, endpoint)


def trials(
    judge: Inside, deploy: Path, pairs: Sequence[Pair], simulator: Simulator
) -> Iterator[Trial]:
    """Change one file at a time, under a guard that reads it again."""
    for mutant in mutants():
        touched = [pair for pair in pairs if mutant.touches(*pair)]
        with _changed(deploy, mutant):
            policies = Policies(deploy)
            numbers = [simulator.put(*pair, policies) for pair in touched]
            yield Trial(mutant, touched, numbers, _parted(judge, touched))


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
