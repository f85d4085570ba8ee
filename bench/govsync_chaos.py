"""A sync in bad weather: `make bench NAME=govsync_chaos`, with `RECORDS=5000` on a small machine.

50,000 grades of one school go to an authority that answers 30 of 100 calls with 503, keeps silent
after it has taken a batch (5 of 100), refuses 1 of 100 records, and is down for ten minutes in the
middle, in time that runs a hundred times as fast. At the end the balance is printed, and the
authority is asked: every record that it did not refuse it holds once, in the revision that was
sent, and each batch had one key. The ratio is that of records accounted for.
"""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

from bench import syncing

if TYPE_CHECKING:
    from govsync.domain import Record, Run
    from govsync.tests.outside import Outside

SCHOOL, SCALE, OUTAGE = "bench-chaos", 0.01, 600  # seconds, unscaled
WEATHER = {"error_share": 0.3, "timeout_share": 0.05, "bad_share": 0.01}
TARGET = 1.0


@contextmanager
def weather(authority: "Outside", batches: int) -> Iterator[None]:
    """Bad from the beginning, and worse for ten minutes after a third of the batches."""
    over = Event()

    def watch() -> None:
        while not over.wait(0.2):
            if int(authority.report()["batches_accepted"]) >= batches // 3:
                authority.chaos(**WEATHER, outage_for=OUTAGE * SCALE)
                return

    authority.chaos(**WEATHER)
    watching = Thread(target=watch)
    watching.start()
    try:
        yield
    finally:
        over.set()
        watching.join()
        authority.chaos()


def sent(run: "Run") -> "dict[str, list[Record]]":
    """The records by the key under which they were sent; those that went on are where they went."""
    from govsync.repository import batches
    from luca.kernel import context

    found = {}
    with context.entered(school=SCHOOL):
        for line in batches.book(run.id):
            batch = batches.get(run.id, line.number)
            assert batch is not None
            records = batches.records(run.id, line.number)
            found[batch.key] = [one for one in records if not one.moved_to]
    return found


def held(authority: "Outside") -> dict[str, str]:
    """What the authority holds: revisions by record."""
    found: dict[str, str] = {}
    cursor: str | None = ""
    while cursor is not None:
        more = f"&cursor={cursor}" if cursor else ""
        asked = f"/api/grades?school_id={SCHOOL}&period={syncing.PERIOD}{more}"
        page = authority.read(asked)
        found |= {one["record_id"]: one["revision"] for one in page["records"]}
        cursor = page["cursor"]
    return found


def faults(run: "Run", authority: "Outside") -> list[str]:
    """What an outsider finds wrong; nothing, if all is well."""
    from govsync.domain import State

    ledger, report = sent(run), authority.report(school_id=SCHOOL)
    told = authority.read(f"/report/batches?school_id={SCHOOL}")["batches"]
    records = [one for some in ledger.values() for one in some]
    verified = {one.sent_as: one.revision for one in records if one.state is State.VERIFIED}
    checks = {
        "a record is in the ledger twice": len({one.id for one in records}) != len(records),
        "the authority holds something else than what is verified": held(authority) != verified,
        "a record was counted twice": report["records_counted_twice"] != 0,
        "a body came under two keys": report["most_keys_of_a_body"] != 1,
        "a key came with two bodies": any(one["bodies"] != 1 for one in told),
        "a key is not in the ledger": not {one["key"] for one in told} <= ledger.keys(),
    }
    return [name for name, wrong in checks.items() if wrong]


def accounted(run: "Run", records: int) -> int:
    """Records whose fate is known for good, if the books balance; none otherwise."""
    from govsync import services
    from govsync.domain import State
    from luca.kernel import context

    with context.entered(school=SCHOOL):
        balance = services.status(run.id).balance
    assert balance is not None, run.execution
    print(f"balance: {dict(balance.counts)}, snapshot {balance.snapshot}, {balance.differences}")
    known = (State.VERIFIED, State.REJECTED_DATA)
    right = balance.balanced and balance.snapshot == records
    return sum(balance.counts.get(one, 0) for one in known) if right else 0


def told(run: "Run", authority: "Outside") -> None:
    report: Any = authority.report(school_id=SCHOOL)
    print(f"{syncing.seconds(run):.1f} s, {report['calls']} calls: {report['outcomes']}")


def main() -> int:
    records = int(os.environ.get("RECORDS", "50000"))
    began = time.monotonic()
    with syncing.stage(GOVSYNC_TIME_SCALE=str(SCALE)) as at:
        syncing.fill(SCHOOL, records)
        with syncing.worker(at), weather(at.authority, records // 100):
            run = syncing.finished(SCHOOL)
        told(run, at.authority)
        wrong = faults(run, at.authority)
        known = 0 if wrong else accounted(run, records)
    ratio = known / records
    print(f"{time.monotonic() - began:.0f} s in all; wrong: {', '.join(wrong) or 'nothing'}")
    print(
        f"BENCH govsync_chaos ratio={ratio:.5f} range={ratio:.5f}..{ratio:.5f} target={TARGET}"
        f" {'met' if ratio == TARGET else 'short'}"
    )
    return 0 if ratio == TARGET else 1


if __name__ == "__main__":
    sys.exit(main())
