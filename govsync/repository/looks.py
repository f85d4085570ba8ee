"""What a page shows of a run, in as few reads as the table allows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from govsync import keys
from govsync.domain import Balance, Batch, Hold, Line, Run
from govsync.models import (
    BalanceItem,
    BatchItem,
    BreakerItem,
    HoldItem,
    LineItem,
    LoadItem,
    MachineItem,
    RunItem,
    SnapshotItem,
    WatchItem,
)
from govsync.repository import batches, holds, runs, watches
from govsync.rules import Watch
from luca.aws import store
from luca.aws.table import PlatformItem, TenantItem


@dataclass(frozen=True, slots=True)
class Kept:
    """A run with what lies beside it."""

    run: Run
    definition: str  # the text of the machine that its present execution began with
    snapshot: int | None
    balance: Balance | None


@dataclass(frozen=True, slots=True)
class Beside:
    """What else decides how a run goes on."""

    hold: Hold | None
    watch: Watch | None
    batch: Batch | None


@dataclass(frozen=True, slots=True)
class Authority:
    """How the authority answers, to all schools together."""

    failures: int
    closed_until: datetime | None
    schools: int


def run(identity: str) -> Kept | None:
    """All but the steps of a run, which sort behind the rest: one query."""
    sk = RunItem.sk < keys.steps()
    found = list(store.every(TenantItem, keys.run(identity), sk, consistent=True))
    item = next((one for one in found if isinstance(one, RunItem)), None)
    if item is None:
        return None
    texts = {one.sk: one.text for one in found if isinstance(one, MachineItem)}
    snapshots = [int(one.records) for one in found if isinstance(one, SnapshotItem)]
    balances = [runs.balance_of(one) for one in found if isinstance(one, BalanceItem)]
    return Kept(
        run=runs.run_of(item),
        definition=texts.get(keys.machine(item.machine), ""),
        snapshot=snapshots[0] if snapshots else None,
        balance=balances[0] if balances else None,
    )


def given_up(
    *, limit: int, start: store.Key | None
) -> tuple[list[tuple[Run, Line, Batch | None]], store.Key | None]:
    """Batches of all the school's runs that were given up, of the newest run first: two calls."""
    page = store.query(
        LineItem, keys.dead_batches(), index="GSI2", newest_first=True, limit=limit, start=start
    )
    named = [(keys.run_of_dead(str(one.gsi2sk)), one) for one in page.items]
    places = [(keys.run(run), keys.RUN) for run, _ in named]
    places += [(keys.batch(run, one.batch), keys.BATCH) for run, one in named]
    found = store.batch_get(TenantItem, places) if places else []
    known = {one.run: runs.run_of(one) for one in found if isinstance(one, RunItem)}
    carried = {(one.run, one.batch): one for one in found if isinstance(one, BatchItem)}
    rows = []
    for run, one in named:
        if run in known:
            item = carried.get((run, one.batch))
            batch = None if item is None else batches.batch_of(item)
            rows.append((known[run], batches.line_read(one), batch))
    return rows, page.next


def several(identities: Iterable[str]) -> list[tuple[Run, Balance | None]]:
    """Those of the runs that exist, in the order in which they are asked for, and their sums."""
    wanted = list(identities)
    places = [(keys.run(one), sk) for one in wanted for sk in (keys.RUN, keys.BALANCE)]
    items = store.batch_get(TenantItem, places)
    found = {item.run: runs.run_of(item) for item in items if isinstance(item, RunItem)}
    sums = {item.pk: runs.balance_of(item) for item in items if isinstance(item, BalanceItem)}
    return [(found[one], sums.get(str(keys.run(one)))) for one in wanted if one in found]


def beside(run: str, period: str, batch: str = "") -> Beside:
    """The school's hold, the period's daily check and one batch of the run: one call."""
    places = [(keys.runs(), keys.HOLD), (keys.watches(), keys.watch(period))]
    if batch:
        places.append((keys.batch(run, batch), keys.BATCH))
    found = store.batch_get(TenantItem, places, consistent=True)
    return Beside(
        hold=next((holds.hold_of(one) for one in found if isinstance(one, HoldItem)), None),
        watch=next((watches.watch_of(one) for one in found if isinstance(one, WatchItem)), None),
        batch=next((batches.batch_of(one) for one in found if isinstance(one, BatchItem)), None),
    )


def authority() -> Authority:
    places = [(keys.breaker(), keys.SINGLE), (keys.load(), keys.SINGLE)]
    found: Sequence[PlatformItem] = store.batch_get(PlatformItem, places)
    breaker = next((one for one in found if isinstance(one, BreakerItem)), None)
    load = next((one for one in found if isinstance(one, LoadItem)), None)
    return Authority(
        failures=int(breaker.failures) if breaker else 0,
        closed_until=breaker.open_until if breaker else None,
        schools=int(load.schools) if load else 0,
    )
