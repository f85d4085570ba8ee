"""Events that come one by one: `make bench NAME=ingest_single`.

The consumer's process and a bare loop of the SDK drain the same canned queue in turn, one event in
each message, 5 ms for each call. The ratio is the consumer's events a second to the bare loop's;
it fails below 0.8, and below 2,000 events a second of one process.
"""

import statistics
import sys

from bench.harness import LEAST_ROUNDS, Rounds, verdict
from bench.ingest import BARE, OURS, Load, Result, show, track

ROUNDS, TARGET, RATE = max(7, LEAST_ROUNDS), 0.8, 2000
LOAD = Load(messages=8000)


def compare(name: str, load: Load, rounds: int = ROUNDS) -> tuple[bool, list[Result]]:
    """Print both sides and the verdict; return whether it is met, and what ours did."""
    found: dict[str, list[Result]] = {OURS: [], BARE: []}
    with track(OURS, BARE) as at:
        for number in range(rounds):
            for side in (OURS, BARE) if number % 2 else (BARE, OURS):
                found[side].append(at.run(side, load))
    for side, results in found.items():
        show({OURS: "consumer", BARE: "bare loop"}[side], results)
    rates = {
        side: tuple(1 / one.rate for one in results) for side, results in found.items()
    }  # seconds of an event: bare to ours is the ratio of rates
    return verdict(name, Rounds(rates[BARE], rates[OURS]), target=TARGET, least=True), found[OURS]


def main() -> int:
    met, ours = compare("ingest_single", LOAD)
    rate = statistics.median(one.rate for one in ours)
    print(f"{RATE} events/s: {'met' if rate >= RATE else 'short'} ({rate:.0f})")
    return 0 if met and rate >= RATE else 1


if __name__ == "__main__":
    sys.exit(main())
