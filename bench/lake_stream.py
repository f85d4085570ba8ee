"""How fast the stream becomes files, and how large they are: `make bench NAME=lake_stream`.

100,000 events (`EVENTS=100000`) of ten schools are answered by a canned stream, a thousand in a
call, as DynamoDB spells them. Our side is the writer's own reader of a shard: every record is
judged, becomes a row, and with the others of its school a file, which is written by the door to
the lake's files; then the checkpoint moves. The other side decodes the same answers, takes the
columns out and hands them to pyarrow, a file for each school, and does nothing else. Both take
turns in CPU time of one process; the ratio is theirs by ours, so that 1 would be as fast. Then the
bytes of an event are compared with the same rows as lines of JSON, and a question of the lake
counts every event once.
"""

import json
import os
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from bench.harness import Rounds, verdict

EVENTS, SCHOOLS, PAGE, ROUNDS = 100_000, 10, 1000, 5
FASTEST, SMALLEST = 0.5, 0.3  # of the bare writer's rate, at least; of the bytes of JSON, at most


class Canned:
    """A stream of one shard, in the place of the wire to the real one."""

    def __init__(self, pages: list[bytes]) -> None:
        self._pages, self._next = pages, 0

    def call(self, operation: str, body: bytes) -> bytes:
        del body
        if operation != "GetRecords":
            return b'{"ShardIterator":"0"}'
        self._next += 1
        return self._pages[self._next - 1]


def pages(events: int) -> list[bytes]:
    """What GetRecords would answer, call by call; the last call ends the shard."""
    from bench import lake_year as year

    spread = 60.0
    schools = [
        year.events(f"school-{n}", events // SCHOOLS, year.NOW, spread) for n in range(SCHOOLS)
    ]
    records = [record for some in zip(*schools, strict=True) for record in some]
    cut = [records[at : at + PAGE] for at in range(0, len(records), PAGE)]
    ends = [{"NextShardIterator": "more"}] * (len(cut) - 1) + [{}]
    return [
        json.dumps({"Records": some, **end}).encode() for some, end in zip(cut, ends, strict=True)
    ]


def ours(answers: list[bytes]) -> None:
    """The writer's reader, from the first record of a shard to its end."""
    from lake.domain import Checkpoint
    from lake.repository import checkpoints
    from lake.services.reading import NEVER, Reader
    from luca.aws import clients
    from luca.kernel import clock

    def done(act: Callable[[], Any]) -> Any:
        return act()

    wire = Canned(answers)
    begun = Checkpoint("shard", "", at=clock.now(), covered=NEVER)
    with (
        patch.object(clients, "streams_wire", lambda: wire),
        patch.object(checkpoints, "advance", lambda *_: None),
    ):
        reader = Reader("arn", begun, "bench", done)
        while not reader.ended:
            reader.read()
            if reader.due():
                reader.flush()


def bare(answers: list[bytes], folder: Path) -> None:
    """The same columns of the same records, in a file for each school."""
    found: dict[str, list[list[Any]]] = defaultdict(list)
    for answer in answers:
        for record in msgspec.json.decode(answer)["Records"]:
            told = record["dynamodb"]
            image = told["NewImage"]
            at = time.gmtime(told["ApproximateCreationDateTime"])
            found[image["PK"]["S"].split("#")[1]].append(
                [
                    *(image["PK"]["S"], image["SK"]["S"], "event", "put"),
                    *(time.strftime("%Y-%m-%dT%H:%M:%SZ", at), told["SequenceNumber"].zfill(40)),
                    *(image["digest"]["S"], image["type"]["S"], image["time"]["S"]),
                    *(int(image["quantity"]["N"]), image["source"]["S"], image["metadata"]["S"]),
                    *(image["received"]["S"], image["digest"]["S"]),
                ]
            )
    for school, rows in found.items():
        columns = [pa.array(column) for column in zip(*rows, strict=True)]
        table = pa.Table.from_arrays(columns, names=[f"c{n}" for n in range(len(columns))])
        pq.write_table(table, folder / f"{school}.parquet", compression="zstd")


@contextmanager
def lake() -> Iterator[Path]:
    """Django with a lake in a folder; a moment after the last event."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "luca.settings")
    os.environ.setdefault("LUCA_SECRET_KEY", "bench")
    os.environ["LUCA_LOG_LEVEL"] = "error"
    with tempfile.TemporaryDirectory(prefix="bench-lake-") as name:
        os.environ["LUCA_LAKE_FOLDER"] = f"{name}/lake"
        Path(name, "bare").mkdir()
        import django

        django.setup()
        yield Path(name)


def timed(act: Callable[[], None]) -> float:
    began = time.process_time()
    act()
    return time.process_time() - began


def raced(answers: list[bytes], folder: Path) -> Rounds:
    """Their seconds by ours, as a rate of ours by theirs."""
    sides = {
        "ours": lambda: ours(answers),
        "bare": lambda: bare(answers, folder / "bare"),
    }
    spent: dict[str, list[float]] = defaultdict(list)
    for number in range(ROUNDS):
        for side in sorted(sides, reverse=bool(number % 2)):
            spent[side].append(timed(sides[side]))
    return Rounds(tuple(spent["bare"]), tuple(spent["ours"]))


def counted() -> int:
    """Every event of every school, as a question counts them."""
    from zoneinfo import ZoneInfo

    from bench.lake_year import NOW
    from lake import services
    from luca.kernel import clock, context
    from tenants import services as tenants

    total = 0
    zone = ZoneInfo("America/Mexico_City")
    with clock.stopped(NOW), patch.object(tenants, "school_zone", lambda: zone):
        for number in range(SCHOOLS):
            with context.entered(school=f"school-{number}"):
                total += sum(one[2] for one in services.ask("events_by_month", {}).rows)
    return total


def sizes(answers: list[bytes], folder: Path) -> tuple[float, float, float]:
    """Bytes of an event: in our files, in the bare ones, and as lines of JSON with our columns."""
    from lake.definition import dataset_of
    from lake.rules import row_of

    rows = [
        row_of(record, dataset_of)
        for answer in answers
        for record in msgspec.json.decode(answer)["Records"]
    ]
    text = sum(len(json.dumps(one.values)) + 1 for one in rows if one)
    files, plain = (
        sum(one.stat().st_size for one in (folder / name).rglob("*.parquet"))
        for name in ("lake", "bare")
    )
    return files / len(rows), plain / len(rows), text / len(rows)


def main() -> bool:
    events = int(os.environ.get("EVENTS", EVENTS))
    with lake() as folder:
        answers = pages(events)
        rounds = raced(answers, folder)
        each, plain, text = sizes(answers, folder)
        found = counted()
        assert found == events, f"{found} of {events} events are found"
    rates = [events / seconds for seconds in rounds.theirs]
    print(
        f"{sorted(rates)[ROUNDS // 2]:,.0f} records/s of CPU; bytes an event: {each:.0f},"
        f" bare {plain:.0f}, JSON {text:.0f}: {each / text:.2f} of it (at most {SMALLEST})",
        flush=True,
    )
    return verdict("lake_stream", rounds, target=FASTEST, least=True) and each <= SMALLEST * text


if __name__ == "__main__":
    sys.exit(not main())
