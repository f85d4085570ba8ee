"""What a stored event costs in calls of AWS: `make bench NAME=ingest_calls`.

One event in each message; receives, writes and deletes together for each stored event, of one
school, which is judged, and of 500 schools in turn, where a write holds one school's events only
and the consumer therefore gathers them on a shelf for each school. Sessions are counted beside it.
"""

import statistics
import sys

from bench.harness import LEAST_ROUNDS
from bench.ingest import OURS, Load, Result, show, track

ROUNDS, TARGET = LEAST_ROUNDS, 0.30
LOADS = {1: Load(messages=8000), 500: Load(messages=10000, schools=500)}


def main() -> int:
    found: dict[int, list[Result]] = {schools: [] for schools in LOADS}
    with track(OURS) as at:
        for number in range(ROUNDS):
            for schools in sorted(LOADS, reverse=bool(number % 2)):
                found[schools].append(at.run(OURS, LOADS[schools]))
    for schools, results in found.items():
        show(f"{schools} school{'s' if schools > 1 else ''}", results)
    each = [one.per_event for one in found[1]]
    met = statistics.median(each) <= TARGET
    print(
        f"BENCH ingest_calls ratio={statistics.median(each):.3f} range={min(each):.3f}.."
        f"{max(each):.3f} target={TARGET} {'met' if met else 'short'}"
    )
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
