"""What the simulated authority remembers: one SQLite file, written through at every answer."""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Any

SCHEMA = """
CREATE TABLE IF NOT EXISTS calls (
    id INTEGER PRIMARY KEY, at REAL NOT NULL, method TEXT NOT NULL, key TEXT, body_hash TEXT,
    school_id TEXT, period TEXT, records INTEGER NOT NULL, status INTEGER, outcome TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS batches (
    key TEXT PRIMARY KEY, body_hash TEXT NOT NULL, school_id TEXT NOT NULL, period TEXT NOT NULL,
    status INTEGER NOT NULL, answer TEXT NOT NULL, at REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS records (
    school_id TEXT NOT NULL, period TEXT NOT NULL, record_id TEXT NOT NULL,
    revision TEXT NOT NULL, content TEXT NOT NULL, key TEXT NOT NULL, at REAL NOT NULL,
    deliveries INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (school_id, period, record_id)
);
CREATE TABLE IF NOT EXISTS deliveries (
    school_id TEXT NOT NULL, period TEXT NOT NULL, record_id TEXT NOT NULL,
    revision TEXT NOT NULL, key TEXT NOT NULL, at REAL NOT NULL, fate TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS deliveries_by_record ON deliveries (school_id, period, record_id);
CREATE INDEX IF NOT EXISTS calls_by_key ON calls (key);
"""
KEEP = """
INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?, 1)
ON CONFLICT DO UPDATE SET content = excluded.content, key = excluded.key, at = excluded.at,
    deliveries = CASE WHEN revision = excluded.revision THEN deliveries + 1 ELSE 1 END,
    revision = excluded.revision
"""
Row = dict[str, Any]


class Store:
    """One connection, used by one thread at a time."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._lock = RLock()
        self._connection = sqlite3.connect(file, check_same_thread=False, isolation_level=None)
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=FULL")
        self._connection.executescript(SCHEMA)

    @contextmanager
    def together(self) -> Iterator[None]:
        """All of it is kept, or nothing."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def run(self, sql: str, *values: Any) -> None:
        with self._lock:
            self._connection.execute(sql, values)

    def rows(self, sql: str, *values: Any) -> list[Row]:
        with self._lock:
            return [dict(row) for row in self._connection.execute(sql, values)]

    def one(self, sql: str, *values: Any) -> Row | None:
        found = self.rows(sql, *values)
        return found[0] if found else None

    def number(self, sql: str, *values: Any) -> Any:
        found = self.one(sql, *values)
        return next(iter(found.values())) if found else None

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def note_call(self, at: float, call: Row) -> int:
        """Write a call down as it arrives; its outcome is added when it is known."""
        columns = ", ".join(call)
        marks = ", ".join("?" for _ in call)
        with self._lock:
            made = self._connection.execute(
                f"INSERT INTO calls (at, outcome, {columns}) VALUES (?, 'arrived', {marks})",  # noqa: S608 -- our own column names
                (at, *call.values()),
            )
            return int(made.lastrowid or 0)

    def note_outcome(self, call: int, status: int | None, outcome: str) -> None:
        self.run("UPDATE calls SET status = ?, outcome = ? WHERE id = ?", status, outcome, call)

    def keep(self, batch: Row, grades: Iterable[tuple[Row, str]]) -> None:
        """Keep an answered batch and its records, each with what was done to it.

        A newer revision of a record replaces it. The same revision under another
        key is counted twice: `deliveries` says how often.
        """
        columns = ("key", "body_hash", "school_id", "period", "status", "answer", "at")
        self.run(
            "INSERT INTO batches VALUES (?, ?, ?, ?, ?, ?, ?)", *(batch[name] for name in columns)
        )
        for grade, fate in grades:
            place = (batch["school_id"], batch["period"], grade["record_id"], grade["revision"])
            self.run(
                "INSERT INTO deliveries VALUES (?, ?, ?, ?, ?, ?, ?)",
                *(*place, batch["key"], batch["at"], fate),
            )
            if fate != "lost":
                text = json.dumps(grade, sort_keys=True)
                self.run(KEEP, *place, text, batch["key"], batch["at"])

    def held(self, school: str, period: str, after: str, most: int) -> list[Row]:
        """Records of a school and period, by id, as the authority would tell them."""
        return self.rows(
            "SELECT record_id, revision, json_extract(content, '$.score') AS score, key, at,"
            " deliveries FROM records WHERE school_id = ? AND period = ? AND record_id > ?"
            " ORDER BY record_id LIMIT ?",
            *(school, period, after, most),
        )
