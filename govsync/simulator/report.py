"""What the simulated authority saw, for whoever checks Luca from the outside."""

import itertools
from typing import Any

from govsync.simulator.store import Row, Store


def report(store: Store) -> dict[str, Any]:
    """Figures over everything that it ever received."""
    return {
        "label": "SIMULATOR of the grade authority",
        "calls": store.number("SELECT count(*) FROM calls"),
        "outcomes": _counts(store, "SELECT outcome AS name, count(*) AS n FROM calls GROUP BY 1"),
        "batches_accepted": store.number("SELECT count(*) FROM batches"),
        "records_accepted": store.number("SELECT coalesce(sum(deliveries), 0) FROM records"),
        "records_distinct": store.number("SELECT count(*) FROM records"),
        "records_counted_twice": store.number("SELECT count(*) FROM records WHERE deliveries > 1"),
        "duplicates_refused": store.number(
            "SELECT count(*) FROM calls WHERE outcome LIKE 'duplicate%'"
        ),
        "bodies_under_two_keys": store.number(
            "SELECT count(*) FROM (SELECT body_hash FROM calls WHERE method = 'POST'"
            " GROUP BY body_hash HAVING count(DISTINCT key) > 1)"
        ),
        "closest_calls_seconds": _closest(store),
        "schools": _schools(store),
    }


def batches(store: Store) -> list[Row]:
    """Every batch that was ever sent: its key, how often and when, and when it was taken."""
    return store.rows(
        "SELECT c.key, c.school_id, c.period, max(c.records) AS records, count(*) AS calls,"
        " min(c.at) AS first_at, max(c.at) AS last_at, b.at AS accepted_at,"
        " count(DISTINCT c.body_hash) AS bodies"
        " FROM calls c LEFT JOIN batches b ON b.key = c.key"
        " WHERE c.method = 'POST' GROUP BY c.key ORDER BY first_at"
    )


def calls(store: Store) -> list[Row]:
    return store.rows("SELECT at, method, key, records, status, outcome FROM calls ORDER BY id")


def _counts(store: Store, sql: str) -> dict[str, int]:
    return {row["name"]: row["n"] for row in store.rows(sql)}


def _closest(store: Store) -> float | None:
    """The shortest time between two calls, whoever made them."""
    times = [row["at"] for row in store.rows("SELECT at FROM calls ORDER BY at")]
    gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
    return round(min(gaps), 4) if gaps else None


def _schools(store: Store) -> list[Row]:
    return store.rows(
        "SELECT school_id, period, count(*) AS records FROM records GROUP BY 1, 2 ORDER BY 1, 2"
    )
