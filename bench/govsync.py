"""What a sync costs: `make bench NAME=govsync`, with `RECORDS=5000` on a small machine.

First 50,000 grades of one school are sent by a real worker to the simulator, rate limit off, and
every call to DynamoDB, SQS, S3 and the authority is counted. Then, in rounds and in turn, a worker
sends a slice, and a bare loop does the same work and nothing else: it posts the same batches under
the same keys, body for body, puts every item that our run puts, as often as the run puts it (a
record three times), 25 in a call, and updates each grade twice as the run does, 100 in a
transaction, all without conditions. It reads nothing, checks nothing, keeps no evidence in files
and knows beforehand what to write. It has what our worker has: one thread, one pool of connections,
the same wire and signer; the authority is a process of its own. It fails when the calls of a batch
are more than MOST, or the time more than twice the bare loop's.
"""

import os
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from bench import syncing

if TYPE_CHECKING:
    from govsync.tests.outside import Outside

ROUNDS, SLICE, TARGET, OLD = 5, 5000, 2.0, "bench-recorded"
BATCH_WRITE, OK = 25, 200  # DynamoDB's limit, and HTTP's word for it
MOST = {"DynamoDB": 42.0, "S3": 3.0, "SQS": 0.5, "HTTP": 1.2}  # calls of a batch
Raw = dict[str, Any]
Place = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Work:
    """What one run sent and wrote."""

    posts: list[tuple[str, bytes]]  # key and body of each batch
    puts: list[Raw]  # items, as DynamoDB spells them
    updates: list[Raw]  # of grades


def counted(at: syncing.Stage, records: int) -> bool:
    """Send it all once; print the calls of a batch, and whether they are as few as they must be."""
    syncing.fill("bench-all", records)
    with syncing.worker(at) as calls:
        spent = syncing.seconds(syncing.finished("bench-all"))
    report = at.authority.report(school_id="bench-all")
    batches = int(report["batches_accepted"])
    assert report["records_distinct"] == records, report
    each = by_service(calls, report["calls"])
    for name, number in sorted(calls.items()):
        print(f"{name:<30} {number:7d} calls {number / batches:8.2f} a batch")
    print(
        f"{records} records, {batches} batches in {spent:.1f} s,"
        f" {records / spent:.0f} records/s; calls a batch: "
        + ", ".join(
            f"{name} {number / batches:.2f} (at most {MOST[name]:g})"
            for name, number in each.items()
        ),
        flush=True,
    )
    return all(number / batches <= MOST[name] for name, number in each.items())


def by_service(calls: Mapping[str, int], http: int) -> dict[str, int]:
    """Calls of DynamoDB, S3 and SQS as the worker counted them, and the authority's own count."""
    found = Counter(dict.fromkeys(MOST, 0))
    for name, number in calls.items():
        service = name.partition(".")[0]
        found["S3" if service == "other" else service] += number
    return {**found, "HTTP": http}


def recorded(records: int) -> Work:
    """Let a run of ours pass in this process, and keep what it posts and writes."""
    from django.conf import settings

    from govsync import services
    from govsync.domain import RunStatus
    from luca.kernel import context

    syncing.fill(OLD, records)
    settings.AUTHORITY_INTERVAL = 0
    with context.entered(school=OLD), watched() as (posts, calls):
        run = services.start(syncing.PERIOD)  # type: ignore[arg-type]
        while run.status is RunStatus.RUNNING:
            services.advance(run.id, run.version)
            run = services.run(run.id)
    assert run.status is RunStatus.DONE, run.execution
    return worked(posts, calls)


@contextmanager
def watched() -> Iterator[tuple[list[tuple[str, bytes]], list[tuple[str, Any]]]]:
    """Keep every batch that is posted and every call of DynamoDB."""
    from govsync import client
    from luca.aws.table import ScopedConnection

    posts: list[tuple[str, bytes]] = []
    calls: list[tuple[str, Any]] = []
    door: Any = ScopedConnection
    real, send = door._make_api_call, client.send  # noqa: SLF001 -- the one place where all calls pass

    def remember(self: Any, operation: str, more: Raw) -> Any:
        calls.append((operation, msgspec.json.decode(msgspec.json.encode(more))))
        return real(self, operation, more)

    def posted(key: str, body: bytes) -> Any:
        posts.append((key, body))
        return send(key, body)

    door._make_api_call, client.send = remember, posted  # noqa: SLF001
    try:
        yield posts, calls
    finally:
        door._make_api_call, client.send = real, send  # noqa: SLF001


def worked(posts: list[tuple[str, bytes]], calls: Iterable[tuple[str, Any]]) -> Work:
    """What was put, and what of grades was updated; conditions, checks and leases are left out."""
    done = Work(posts, [], [])
    for operation, more in calls:
        parts = more["TransactItems"] if operation == "TransactWriteItems" else []
        if operation == "PutItem":
            parts = [{"Put": more}]
        for part in parts:
            # The audit log takes no item in a batch: a run's start is written there, once.
            if "Put" in part and "#AUDIT#" not in part["Put"]["Item"]["PK"]["S"]:
                done.puts.append(part["Put"]["Item"])
            elif "Update" in part:
                done.updates.append(_plain(part["Update"]))
    return done


def _plain(update: Raw) -> Raw:
    """An update without its condition, and without the names that only the condition used."""
    words = set(re.findall(r"[#:]\w+", update["UpdateExpression"]))
    left = {name: value for name, value in update.items() if name != "ConditionExpression"}
    for kind in ("ExpressionAttributeNames", "ExpressionAttributeValues"):
        used = {name: value for name, value in update[kind].items() if name in words}
        left = {**left, kind: used}
    return left


def bare_loop(work: Work, school: str, authority: "Outside") -> float:
    """Post and write, batch after batch; seconds."""
    import urllib3

    from govsync.tests.outside import TOKEN
    from luca.aws.table import TenantItem
    from luca.kernel import context

    calls = [own(one, school) for one in written(work)]
    heads = {"Content-Type": "application/json", "Authorization": f"Bearer {TOKEN}"}
    http = urllib3.PoolManager(maxsize=16)
    connection: Any = TenantItem._get_connection().connection  # noqa: SLF001 -- around PynamoDB
    with context.entered(school=school):
        connection.client  # noqa: B018 -- made, and the school's session with it
        began = time.perf_counter()
        for number, (key, body) in enumerate(work.posts):
            answer = http.request(
                "POST",
                f"{authority.url}/api/grades",
                body=body,
                headers={**heads, "Idempotency-Key": key},
            )
            assert answer.status == OK, answer.data
            for operation, more in calls[number :: len(work.posts)]:
                said = connection.client._make_api_call(operation, more)  # noqa: SLF001 -- any operation, by its name
                assert not said.get("UnprocessedItems"), said
        return time.perf_counter() - began


def own(call: tuple[str, Raw], school: str) -> tuple[str, Raw]:
    """A recorded call as another school makes it."""
    operation, more = call
    text = msgspec.json.encode(more).decode().replace(f"#{OLD}#", f"#{school}#")
    return operation, msgspec.json.decode(text)


def written(work: Work) -> Iterator[tuple[str, Raw]]:
    """The fewest calls that write it all: in each no key may come twice."""
    from luca.aws.store import LIMIT
    from luca.aws.table import TenantItem

    table = TenantItem.Meta.table_name
    for some in distinct(work.puts, lambda item: item, BATCH_WRITE):
        puts = [{"PutRequest": {"Item": one}} for one in some]
        yield "BatchWriteItem", {"RequestItems": {table: puts}}
    for some in distinct(work.updates, lambda one: one["Key"], LIMIT):
        yield "TransactWriteItems", {"TransactItems": [{"Update": one} for one in some]}


def distinct(parts: list[Raw], key: Callable[[Raw], Raw], most: int) -> Iterator[list[Raw]]:
    some: dict[Place, Raw] = {}
    for one in parts:
        place = key(one)["PK"]["S"], key(one)["SK"]["S"]
        if len(some) == most or place in some:
            yield list(some.values())
            some = {}
        some[place] = one
    if some:
        yield list(some.values())


def compared(at: syncing.Stage, records: int) -> bool:
    """Time a slice against the bare loop, in turn."""
    from bench.harness import Rounds, verdict
    from govsync.tests.outside import simulator

    work = recorded(records)
    print(
        f"a slice is {len(work.posts)} batches: {len(work.puts)} items are put and"
        f" {len(work.updates)} updated",
        flush=True,
    )
    ours, theirs = [], []
    with syncing.worker(at):
        for number in range(ROUNDS):
            for name in ("ours", "bare"):  # its loop updates grades that are there, as our run does
                syncing.fill(f"bench-{name}-{number}", records)
            with simulator(at.folder / f"bare-{number}") as own:
                for side in (0, 1) if number % 2 else (1, 0):
                    if side:
                        theirs.append(bare_loop(work, f"bench-bare-{number}", own))
                    else:
                        ours.append(syncing.seconds(syncing.finished(f"bench-ours-{number}")))
            print(f"round {number + 1}: {ours[-1]:.2f} s, bare {theirs[-1]:.2f} s", flush=True)
    return verdict("govsync", Rounds(tuple(ours), tuple(theirs)), target=TARGET)


def main() -> int:
    records = int(os.environ.get("RECORDS", "50000"))
    with syncing.stage() as at:
        few = counted(at, records)
        fast = compared(at, min(SLICE, records))
    return 0 if few and fast else 1


if __name__ == "__main__":
    sys.exit(main())
