"""Statements of `lake/queries` run by DuckDB, over copies of exactly the files of their plan.

The files are fetched with the school's own session into a folder of this one question. DuckDB may
open these and nothing else, neither another file nor the network: a statement that named another
school's folder would find nothing there.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import BoundedSemaphore, Event, Thread
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from lake.definition import datasets
from lake.domain import Table, Type
from lake.repository import parquet
from lake.rules.parameters import quoted
from luca.aws import lake
from luca.kernel import context
from luca.kernel.errors import TooLarge, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from lake.domain import Dataset, Plan

AT_ONCE = 8  # files
SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "memory_limit": "1GB",  # more than that is spilled into the question's folder
    "threads": 2,
}
SLOTS = BoundedSemaphore(2)  # questions at once in one process, each with that memory
PATIENCE = 30.0  # seconds that a question waits for one
LONGEST = 120.0  # seconds of one statement
MOST_BYTES = 4 << 30  # of all files of one question
MOST_ROWS = 100_000  # of one answer
SQL = {Type.STRING: "VARCHAR", Type.BIGINT: "BIGINT"}


class Gone(Exception):
    """A file of the plan was replaced meanwhile: list anew."""


def run(plan: Plan) -> Table:
    """Answer, or raise Gone if the plan's files are no longer those of the lake."""
    if plan.bytes > MOST_BYTES:
        raise TooLarge("The question reads too much at once: ask about fewer days.")
    with _slot(), TemporaryDirectory(prefix="lake-") as place:
        paths = _fetched(plan.files, Path(place))
        damaged = [name for name, path in paths.items() if not _has_footer(path)]
        try:
            columns, rows = _answered(plan.draft.sql, _others(paths, damaged), Path(place))
        except duckdb.Error:
            unreadable = _unreadable(paths, damaged)
            if not unreadable:
                raise
            damaged += unreadable
            columns, rows = _answered(plan.draft.sql, _others(paths, damaged), Path(place))
    return Table(columns, rows, tuple(damaged))


@contextmanager
def _slot() -> Iterator[None]:
    if not SLOTS.acquire(timeout=PATIENCE):
        raise Unavailable("Others are asking the lake; try again in a moment.")
    try:
        yield
    finally:
        SLOTS.release()


def _fetched(names: Iterable[str], place: Path) -> dict[str, Path]:
    paths = {name: place / name for name in names}
    for folder in {path.parent for path in paths.values()}:
        folder.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        if not all(pool.map(context.carried(lake.download), paths, paths.values())):
            raise Gone
    return paths


def _has_footer(path: Path) -> bool:
    """A file that was cut off has none; of others the rest is believed until it fails."""
    try:
        pq.read_metadata(path)
    except (pa.ArrowException, OSError):
        return False
    return True


def _unreadable(paths: Mapping[str, Path], known: Sequence[str]) -> list[str]:
    """Which files the engine may have failed over: every page of all is looked at."""
    found = []
    for name in (name for name in paths if name not in known):
        try:
            parquet.read(datasets()[name.partition("/")[0]], paths[name].read_bytes())
        except parquet.Damaged:
            found.append(name)
        except parquet.Different:
            continue
    return found


def _others(paths: Mapping[str, Path], damaged: Sequence[str]) -> list[Path]:
    return [path for name, path in paths.items() if name not in damaged]


def _answered(
    sql: str, paths: Sequence[Path], place: Path
) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    engine = _engine(paths, place)
    done = Event()
    watch = Thread(target=_end_in_time, args=(engine, done), daemon=True)
    watch.start()
    try:
        found = engine.execute(sql)
        rows = found.fetchmany(MOST_ROWS + 1)
        columns = tuple(str(one[0]) for one in found.description or ())
    except duckdb.InterruptException as error:
        raise Unavailable("The question takes too long: ask about fewer days.") from error
    finally:
        done.set()
        watch.join()
        engine.close()
    if len(rows) > MOST_ROWS:
        raise TooLarge(f"The answer has more than {MOST_ROWS} rows: ask about fewer days.")
    return columns, [tuple(map(_plain, row)) for row in rows]


def _end_in_time(engine: duckdb.DuckDBPyConnection, done: Event) -> None:
    """Interrupt what takes too long; an interruption between two statements is lost."""
    if not done.wait(LONGEST):
        engine.interrupt()
        while not done.wait(0.1):
            engine.interrupt()


def _engine(paths: Sequence[Path], place: Path) -> duckdb.DuckDBPyConnection:
    """An engine that knows the data sets as views, and can open nothing but their files."""
    engine = duckdb.connect(config=SETTINGS)
    named = ", ".join(quoted(str(path)) for path in paths)
    engine.execute(f"SET allowed_paths = [{named}]")
    engine.execute(f"SET temp_directory = {quoted(str(place / 'spill'))}")
    engine.execute("SET TimeZone = 'UTC'")
    engine.execute("SET enable_external_access = false")
    engine.execute("SET lock_configuration = true")
    for dataset in datasets().values():
        own = [path for path in paths if path.is_relative_to(place / dataset.name)]
        engine.execute(_definition(dataset, own))
    return engine


def _definition(dataset: Dataset, paths: Sequence[Path]) -> str:
    """A data set as a view: columns that its files lack are empty, as they are to Athena."""
    kinds = {one.name: SQL[one.type] for one in dataset.columns}
    kinds |= dict.fromkeys(dataset.partitions, "VARCHAR")
    empty = ", ".join(f"CAST(NULL AS {kind}) AS {name}" for name, kind in kinds.items())
    nothing = f"SELECT {empty} WHERE false"
    if not paths:
        return f"CREATE VIEW {dataset.name} AS {nothing}"
    named = ", ".join(quoted(str(path)) for path in paths)
    parts = ", ".join(f"'{name}': VARCHAR" for name in dataset.partitions)
    options = f"union_by_name = true, hive_partitioning = true, hive_types = {{{parts}}}"
    files = f"FROM read_parquet([{named}], {options})"
    return f"CREATE VIEW {dataset.name} AS {nothing} UNION ALL BY NAME {files}"


def _plain(value: object) -> object:
    """Whole numbers, numbers, texts and nothing: what JSON and CSV know."""
    if isinstance(value, Decimal):
        return float(value)
    return value.isoformat() if isinstance(value, date | datetime) else value
