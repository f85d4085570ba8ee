"""``make isolation``: the whole matrix before all judges, then the mutants. Ends with a count."""

import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import groupby
from pathlib import Path

from luca.localaws import embedded
from luca.localaws.deployment import DEPLOY
from tests import npm
from tests.isolation import seeds
from tests.isolation.matrix import Cell, Pair, Verdicts, asks, compare, fill, pairs, rows_missing
from tests.isolation.principals import SEES_ALL, everybody, operator
from tests.isolation.simulator import Policies, Simulator, install
from tests.isolation.trial import Trial, copy_of, inside, simulate, trials
from tests.isolation.wire import Wire

CONNECTIONS = 2
SHOWN = 40  # disagreements that are written out


def main() -> int:
    simulator = _second_judge()
    with tempfile.TemporaryDirectory() as folder:
        aws = embedded.start(Path(folder) / "home")
        try:
            return _prove(aws, Path(folder), simulator)
        finally:
            aws.kill()


def _second_judge() -> Simulator | None:
    try:
        install()
    except npm.Missing as missing:
        _say("#" * 78, f"##  THE SECOND JUDGE IS SKIPPED: {missing}.")
        _say("##  Nothing but our own guard has judged the policies. CI has node.", "#" * 78)
        return None
    return Simulator()


def _prove(aws: embedded.Embedded, folder: Path, simulator: Simulator | None) -> int:
    what = asks(aws.endpoint, DEPLOY)
    who = everybody(aws.home, DEPLOY)
    everything = pairs(who, what)
    _say(f"{len(who)} principals, {len(what)} requests, {len(everything)} cells")
    wrong = rows_missing(DEPLOY)
    verdicts, disturbed = _matrix(aws, everything, simulator)
    wrong += [*verdicts.all, *disturbed]
    for reason, count in sorted(verdicts.narrower.items()):
        _say(f"stricter than AWS in {count:4} cells, as documented: {reason}")
    deploy = copy_of(DEPLOY, folder)
    judge = inside(aws.home, deploy, aws.endpoint)
    tried = list(trials(judge, deploy, everything))
    if simulator is not None:
        _timed("the mutants before the simulator", simulator, partial(simulate, tried, simulator))
    survivors = [line for line in (_report(trial, simulator) for trial in tried) if line]
    return _end(wrong, survivors, len(everything), len(tried), judges=3 if simulator else 2)


def _matrix(
    aws: embedded.Embedded, everything: list[Pair], simulator: Simulator | None
) -> tuple[Verdicts, list[str]]:
    """The simulator thinks in processes of its own while the wire is busy."""
    policies, thread = Policies(DEPLOY), None
    numbers = [simulator.put(*pair, policies) for pair in everything] if simulator else []
    if simulator is not None:
        thread = threading.Thread(target=_timed, args=("the simulator", simulator, simulator.run))
        thread.start()
    cells, disturbed = _on_the_wire(aws, everything)
    if simulator is None or thread is None:
        return compare(cells, None), disturbed
    thread.join()
    if simulator.unknown:
        _say(f"the simulator knows nothing of: {', '.join(simulator.unknown)}; taken as denied")
    return compare(cells, [simulator.said(n) for n in numbers]), disturbed


def _on_the_wire(aws: embedded.Embedded, everything: list[Pair]) -> tuple[list[Cell], list[str]]:
    """Each principal on its own connection, and as many at once as keep the guard busy."""
    wire, key = Wire(aws.endpoint), operator(aws.home)
    seeds.sow(wire, key)
    started = time.monotonic()
    rows = [list(row) for _, row in groupby(everything, key=lambda pair: pair[0].name)]
    first = [row for row in rows if row[0][0].role not in SEES_ALL]
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        cells = [cell for row in pool.map(partial(_row, aws.endpoint), first) for cell in row]
    disturbed = seeds.disturbed(wire, key)  # before those who may write to every school
    cells += [cell for row in rows[len(first) :] for cell in _row(aws.endpoint, row)]
    passed = sum(cell.guard for cell in cells)
    _say(f"the guard, over the wire: {time.monotonic() - started:.0f} s, {passed} cells allowed")
    wire.close()
    return cells, disturbed


def _row(endpoint: str, row: list[Pair]) -> list[Cell]:
    wire = Wire(endpoint)
    try:
        return list(fill(wire, row))
    finally:
        wire.close()


def _timed(name: str, simulator: Simulator, judge: Callable[[], None]) -> None:
    before, started = len(simulator.answers), time.monotonic()
    judge()
    count = len(simulator.answers) - before
    _say(f"{name}: {time.monotonic() - started:.0f} s for {count} different questions")


def _report(trial: Trial, simulator: Simulator | None) -> str:
    """Print one mutant's line; returns its name when nobody caught it."""
    mutant = trial.mutant
    guard, other = "guard" if trial.by_guard else "", "simulator" if trial.by_simulator else ""
    skipped = simulator is None and mutant.on_paper
    state = "caught" if guard or other else "skipped" if skipped else "SURVIVED"
    _say(f"{state:8} {guard:5} {other:9}  {mutant.file}: {mutant.name}")
    return mutant.name if state == "SURVIVED" else ""


def _end(wrong: list[str], survivors: list[str], cells: int, tried: int, *, judges: int) -> int:
    _say(*(f"DISAGREEMENT {line}" for line in wrong[:SHOWN]))
    if len(wrong) > SHOWN:
        _say(f"… and {len(wrong) - SHOWN} more")
    caught = "mutants caught" if judges > 2 else "mutants caught or left to the absent judge"
    _say(
        f"isolation: {cells} cells, {judges} judges, {len(wrong)} disagreements;"
        f" {tried - len(survivors)} of {tried} {caught}"
    )
    return 1 if wrong or survivors else 0


def _say(*lines: str) -> None:
    for line in lines:
        print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
