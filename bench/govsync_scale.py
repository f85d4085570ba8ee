"""500 schools of 10,000 grades in virtual time: `make bench NAME=govsync_scale`.

Prints the table of docs/govsync-scale.md. The same plan always gives the same table.
"""

import os
import sys
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bench.virtual import Plan, School, World

HOUR = 3600
MOST_EVENTS, MOST_BYTES, MOST_HOURS = 25_000, 262_144, 47


def campaign(schools: int = 500, grades: int = 10_000, *, outage: float = 6 * HOUR) -> "Plan":
    """The issue's campaign: all schools, as many at once as the parent says, an outage."""
    from bench.virtual import Plan
    from govsync import definition

    parent = definition.parent(definition.current_parent())
    (most,) = [
        state.fields["MaxConcurrency"] for state in parent.states.values() if state.processor
    ]
    return Plan((grades,) * schools, at_once=most, outage_from=8 * HOUR, outage_for=outage)


def simulated(plan: "Plan") -> "World":
    from bench.virtual import World

    world = World(plan)
    world.run()
    return world


def figures(world: "World") -> dict[str, str]:
    """What the table shows, each with its limit."""
    schools = world.schools
    calls = sorted(at for one in schools for at in one.calls)
    attempts: Counter[int] = sum((one.attempts for one in schools), Counter())
    slowest = max(one.ended - one.began for one in schools)
    unfair = max(_differences(schools), default=0)
    return {
        "schools, grades, batches": f"{len(schools):,} · {sum(one.grades for one in schools):,}"
        f" · {sum(one.batches for one in schools):,}",
        "calls to the authority": f"{len(calls):,}",
        "of them into the outage": f"{world.refused:,}",
        "shortest time between two calls": f"{min(b - a for a, b in pairwise(calls)):.2f} s",
        "batches by attempts spent": ", ".join(
            f"{number}: {attempts[number]:,}" for number in sorted(attempts)
        ),
        "batches given up": f"{sum(one.buried for one in schools):,}",
        "hours until the last school is done": f"{max(one.ended for one in schools) / HOUR:.1f}"
        f" (limit {MOST_HOURS})",
        "hours of the slowest school": f"{slowest / HOUR:.1f}",
        "events of the longest history": f"{max(one.events for one in schools):,}"
        f" (limit {MOST_EVENTS:,})",
        "largest payload": f"{max(one.payload for one in schools):,} bytes (limit {MOST_BYTES:,})",
        "largest difference of calls in an hour between two schools": f"{unfair}",
    }


def _differences(schools: "list[School]") -> list[int]:
    """Of each hour: how many calls more the luckiest school made than the unluckiest at work."""
    found: dict[int, list[int]] = {}
    for one in schools:
        by_hour = Counter(int(at // HOUR) for at in one.calls)
        for hour in range(int(one.began // HOUR) + 1, int(one.ended // HOUR)):
            found.setdefault(hour, []).append(by_hour[hour])
    return [max(calls) - min(calls) for calls in found.values()]


def table(world: "World") -> str:
    rows = [f"| {name} | {value} |" for name, value in figures(world).items()]
    return "\n".join(["| figure | value |", "| --- | --- |", *rows])


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "luca.settings")
    import django

    django.setup()
    print(table(simulated(campaign())))
    return 0


if __name__ == "__main__":
    sys.exit(main())
