"""What every benchmark does alike: two ways in turn, in rounds, and one last line.

A ratio is taken within a round, because both sides then met the same machine; the figure is the
median of the rounds, and the range says how far to trust it.
"""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

LEAST_ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Rounds:
    """What two sides took, round by round, in seconds."""

    ours: tuple[float, ...]
    theirs: tuple[float, ...]

    @property
    def ratios(self) -> list[float]:
        return [ours / theirs for ours, theirs in zip(self.ours, self.theirs, strict=True)]

    @property
    def ratio(self) -> float:
        return statistics.median(self.ratios)

    @property
    def range(self) -> str:
        return f"{min(self.ratios):.2f}..{max(self.ratios):.2f}"


def interleaved(
    ours: Callable[[], object], theirs: Callable[[], object], *, rounds: int, calls: int = 1
) -> Rounds:
    """Time both sides call by call, taking turns in who goes first; a round is its medians."""
    if rounds < LEAST_ROUNDS:
        raise ValueError(f"{rounds} rounds say nothing; take at least {LEAST_ROUNDS}")
    medians = []
    for _ in range(rounds):
        times: dict[Callable[[], object], list[float]] = {ours: [], theirs: []}
        for call in range(calls):
            for side in (ours, theirs) if call % 2 else (theirs, ours):
                times[side].append(_seconds(side))
        medians.append((statistics.median(times[ours]), statistics.median(times[theirs])))
    return Rounds(*zip(*medians, strict=True))


def _seconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def verdict(name: str, rounds: Rounds, *, target: float, least: bool = False) -> bool:
    """Print the last line of a benchmark; whether the target (at most, or at least) is met."""
    met = rounds.ratio >= target if least else rounds.ratio <= target
    print(
        f"BENCH {name} ratio={rounds.ratio:.2f} range={rounds.range}"
        f" target={target} {'met' if met else 'short'}"
    )
    return met
