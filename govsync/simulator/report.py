"""What the simulated authority saw, for whoever checks Luca from the outside."""

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from govsync.simulator.script import Refused
from govsync.simulator.store import Row, Store


@dataclass(frozen=True, slots=True)
class Span:
    """What a report is about: calls since a moment, of one school or of all."""

    since: float = 0
    school: str = ""

    @property
    def values(self) -> tuple[float, str, str]:
        return self.since, self.school, self.school


WITHIN = "at >= ? AND (? = '' OR school_id = ?)"  # what the same word means in a query
TWICE = """
SELECT count(*) FROM (SELECT DISTINCT school_id, period, record_id FROM
    (SELECT *, lag(revision) OVER (PARTITION BY school_id, period, record_id ORDER BY rowid)
        AS before FROM deliveries WHERE fate != 'lost')
    WHERE revision = before AND WITHIN)
"""
UNDER_TWO_KEYS = """
SELECT count(*) FROM (SELECT 1 FROM calls WHERE WITHIN AND method = 'POST'
    GROUP BY body_hash HAVING count(DISTINCT key) > 1)
"""
MOST_KEYS = """
SELECT coalesce(max(n), 0) FROM (SELECT count(DISTINCT key) AS n FROM calls
    WHERE WITHIN AND method = 'POST' GROUP BY body_hash)
"""
FIGURES = {
    "calls": "SELECT count(*) FROM calls WHERE WITHIN",
    "batches_accepted": "SELECT count(*) FROM batches WHERE WITHIN",
    "records_accepted": "SELECT coalesce(sum(deliveries), 0) FROM records WHERE WITHIN",
    "records_distinct": "SELECT count(*) FROM records WHERE WITHIN",
    "records_counted_twice": TWICE,
    "records_lost": "SELECT count(*) FROM deliveries WHERE fate = 'lost' AND WITHIN",
    "records_changed": "SELECT count(*) FROM deliveries WHERE fate = 'changed' AND WITHIN",
    "duplicates_refused": "SELECT count(*) FROM calls WHERE outcome LIKE 'duplicate%' AND WITHIN",
    "bodies_under_two_keys": UNDER_TWO_KEYS,
    "most_keys_of_a_body": MOST_KEYS,
}
OUTCOMES = "SELECT outcome AS name, count(*) AS n FROM calls WHERE WITHIN GROUP BY 1"
BY_SCHOOL = (
    "SELECT coalesce(school_id, '') AS name, count(*) AS n FROM calls WHERE WITHIN GROUP BY 1"
)
SCHOOLS = (
    "SELECT school_id, period, count(*) AS records FROM records WHERE WITHIN"
    " GROUP BY 1, 2 ORDER BY 1, 2"
)
BATCHES = """
SELECT c.key, c.school_id, c.period, max(c.records) AS records, count(*) AS calls,
    min(c.at) AS first_at, max(c.at) AS last_at, b.at AS accepted_at,
    count(DISTINCT c.body_hash) AS bodies
FROM (SELECT * FROM calls WHERE WITHIN AND method = 'POST') c LEFT JOIN batches b ON b.key = c.key
GROUP BY c.key ORDER BY first_at
"""
CALLS = """
SELECT at, method, key, body_hash, school_id, period, records, status, outcome
FROM calls WHERE WITHIN ORDER BY id
"""
TAMPERED = """
SELECT school_id, period, record_id, key, at, fate
FROM deliveries WHERE fate != '' AND WITHIN ORDER BY rowid
"""


def span(asked: Mapping[str, str]) -> Span:
    try:
        since = float(asked.get("since", 0))
    except ValueError as error:
        raise Refused("since must be seconds since 1970.") from error
    if not math.isfinite(since):
        raise Refused("since must be seconds since 1970.")
    return Span(since, asked.get("school_id", ""))


def report(store: Store, of: Span) -> dict[str, Any]:
    """Figures over everything that it received in a span."""
    figures = {name: next(iter(_rows(store, of, sql)[0].values())) for name, sql in FIGURES.items()}
    return {
        "label": "SIMULATOR of the grade authority",
        **figures,
        "outcomes": _counts(store, of, OUTCOMES),
        "calls_by_school": _counts(store, of, BY_SCHOOL),
        "closest_calls_seconds": _closest(store, of),
        "schools": _rows(store, of, SCHOOLS),
    }


def batches(store: Store, of: Span) -> list[Row]:
    """Every batch that was ever sent: its key, how often and when, and when it was taken."""
    return _rows(store, of, BATCHES)


def calls(store: Store, of: Span) -> list[Row]:
    return _rows(store, of, CALLS)


def tampered(store: Store, of: Span) -> list[Row]:
    """Records that were accepted, and then lost or kept with another score."""
    return _rows(store, of, TAMPERED)


def _rows(store: Store, of: Span, sql: str) -> list[Row]:
    return store.rows(sql.replace("WITHIN", WITHIN), *of.values)


def _counts(store: Store, of: Span, sql: str) -> dict[str, int]:
    return {row["name"]: row["n"] for row in _rows(store, of, sql)}


def _closest(store: Store, of: Span) -> float | None:
    """The shortest time between two calls, whoever made them."""
    times = sorted(row["at"] for row in _rows(store, of, CALLS))
    gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
    return round(min(gaps), 4) if gaps else None
