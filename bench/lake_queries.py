"""What named questions read and how long they take: `make bench NAME=lake_queries`.

A million events (`EVENTS=1000000`) and the grades of two schools in twelve months lie in files as
compaction leaves them: one of each folder. Every question of `lake/queries` is asked about one
month of one school, then about the whole year. A round is a question: the bytes of the files that
it reads, against those of all files of the data sets that it names, which is what it would read if
files lay in no folders. It is asked once more over every file of its school, and an answer that
differs ends the benchmark.
"""

import os
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from itertools import chain
from typing import TYPE_CHECKING
from unittest.mock import patch
from zoneinfo import ZoneInfo

from bench.harness import Rounds, verdict

if TYPE_CHECKING:
    from lake.domain import Answer, Partition, Plan, Value

    Values = list[Mapping[str, Value]]

EVENTS, ROUNDS, TARGET = 1_000_000, 5, 0.1
CONFLICTS = 1000  # one event of so many was sent twice with one id
MONTH = {"since": "2026-06-01", "until": "2026-06-30"}
YEAR = {"since": "2025-11-01", "until": "2026-10-31"}
MIB = 1 << 20


@contextmanager
def lake() -> Iterator[None]:
    """Django with a lake in a folder, at the end of the year."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "luca.settings")
    os.environ.setdefault("LUCA_SECRET_KEY", "bench")
    with tempfile.TemporaryDirectory(prefix="bench-lake-") as folder:
        os.environ["LUCA_LAKE_FOLDER"] = folder
        import django

        django.setup()
        from bench.lake_year import NOW
        from luca.kernel import clock
        from tenants import services as tenants

        zone = ZoneInfo("America/Mexico_City")
        with clock.stopped(NOW), patch.object(tenants, "school_zone", lambda: zone):
            yield


def fill(events: int) -> None:
    """Write both schools' year, a file for each folder."""
    from bench import lake_year as year
    from lake.definition import dataset_of, datasets
    from lake.repository import parquet
    from lake.rules import row_of
    from luca.aws import lake
    from luca.kernel import context

    began = time.perf_counter()
    each = events // len(year.SCHOOLS)
    for school in year.SCHOOLS:
        found: dict[Partition, Values] = defaultdict(list)
        spread = timedelta(days=year.DAYS).total_seconds()
        for record in chain(
            year.events(school, each, year.FIRST, spread, CONFLICTS), year.results(school)
        ):
            row = row_of(record, dataset_of)
            assert row is not None
            found[row.partition].append(row.values)
        with context.entered(school=school):
            for partition, rows in found.items():
                data = parquet.encode(datasets()[partition.dataset], rows)
                lake.write(f"{partition.folder}part-1.parquet", data)
    print(f"{events:,} events were written in {time.perf_counter() - began:.0f} s", flush=True)


def whole(school: str) -> dict[str, dict[str, int]]:
    """Every file of a school, by data set."""
    from luca.aws import lake
    from luca.kernel import context

    with context.entered(school=school):
        return {
            dataset: {
                name: size
                for one in lake.folders(dataset)
                for name, size in lake.files(one).items()
            }
            for dataset in ("events", "grades")
        }


def read_by(plan: "Plan") -> set[str]:
    """The data sets that a question names."""
    return {one.dataset for one in plan.draft.folders}


def asked(name: str, days: Mapping[str, str]) -> "tuple[Plan, Answer, float]":
    """Ask a question some times over; the time of the middle one."""
    from lake import services

    answers = []
    for _ in range(ROUNDS):
        plan = services.plan(name, days)
        answers.append(services.run(plan))
    middle = sorted(one.seconds for one in answers)[ROUNDS // 2]
    return plan, answers[0], middle


def judged() -> Rounds:
    """Ask everything; print a line for each, and return the bytes of the month's questions."""
    from bench.lake_year import SCHOOLS
    from lake import services
    from luca.kernel import context

    all_files = {school: whole(school) for school in SCHOOLS}
    ours, theirs = [], []
    print(f"{'':<26}{'a month':>10}{'files':>7}{'time':>9}{'the year':>12}{'time':>9}{'all':>10}")
    with context.entered(school=SCHOOLS[0]):
        for question in services.questions():
            plan, answer, seconds = asked(question.name, MONTH)
            full = sum(
                size
                for files in all_files.values()
                for dataset in read_by(plan)
                for size in files[dataset].values()
            )
            check(plan, answer, all_files[SCHOOLS[0]])
            _, longer, longest = asked(question.name, YEAR)
            read = f"{answer.scanned_bytes / MIB:.1f} MiB"
            long = f"{longer.scanned_bytes / MIB:.1f} MiB"
            print(
                f"{question.name:<26}{read:>10}{answer.scanned_files:>7}{seconds * 1000:>6.0f} ms"
                f"{long:>12}{longest * 1000:>6.0f} ms{full / MIB:>6.1f} MiB",
                flush=True,
            )
            ours.append(float(answer.scanned_bytes))
            theirs.append(float(full))
    return Rounds(tuple(ours), tuple(theirs))


def check(plan: "Plan", answer: "Answer", files: Mapping[str, Mapping[str, int]]) -> None:
    """The same statement over all files of the school answers the same."""
    from lake import services

    everything = {name: size for one in read_by(plan) for name, size in files[one].items()}
    assert answer.rows, f"{plan.draft.question.name} has nothing to say"
    wide = services.run(replace(plan, files=everything))
    assert wide.rows == answer.rows, plan.draft.question.name


def main() -> bool:
    with lake():
        fill(int(os.environ.get("EVENTS", EVENTS)))
        return verdict("lake_queries", judged(), target=TARGET)


if __name__ == "__main__":
    sys.exit(not main())
