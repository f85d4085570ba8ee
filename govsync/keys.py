"""Where the sync lives in the table. The only place that spells its keys.

================= ============================= =====================================
Item              Partition key                  Sort key
================= ============================= =====================================
``sync_run``      T#SYNCRUN#<run>                RUN
``sync_machine``  T#SYNCRUN#<run>                MACHINE#<hash>
``sync_snapshot`` T#SYNCRUN#<run>                SNAPSHOT
``sync_balance``  T#SYNCRUN#<run>                BALANCE
``sync_risk``     T#SYNCRUN#<run>                RISK
``sync_step``     T#SYNCRUN#<run>                STEP#<10 digits>
``sync_evidence`` T#SYNCRUN#<run>                EVIDENCE#<root hash>
``sync_line``     T#SYNCRUN#<run>#BOOK           OPEN#<batch> or DONE#<batch>
``sync_batch``    T#SYNCRUN#<run>#BATCH#<batch>  BATCH
``sync_record``   T#SYNCRUN#<run>#BATCH#<batch>  RECORD#<record>
``sync_subjects`` T#SYNCSUBJECTS                 -
``sync_watch``    T#SYNCWATCH                    <period>
``sync_listed``   T#SYNCRUNS                     <run>
``sync_hold``     T#SYNCRUNS                     HOLD, behind all runs
``sync_current``  T#SYNCRUNS                     PERIOD#<period>, behind the hold
``sync_rate``     PLATFORM#AUTHORITY#RATE        -
``sync_breaker``  PLATFORM#AUTHORITY#BREAKER     -
``sync_load``     PLATFORM#AUTHORITY#LOAD        -
``sync_campaign`` PLATFORM#SYNCCAMPAIGN          <period>
``sync_parent``   PLATFORM#SYNCPARENT#<id>       -
``sync_opened``   PLATFORM#SYNCCAMPAIGN#<id>     <school>
================= ============================= =====================================

`T` is `TENANT#<school>`. A run that has not ended is in GSI2 under `T#PENDING#SYNCRUN`, sorted by
the time when somebody has to look at it; one that is paused under `T#PENDING#SYNCPAUSED`. The
line of a batch that was given up is there under `T#PENDING#SYNCDEAD`, until it is sent again. The
book has a partition of its own: finding the next batch stays one small query however many steps
a run has taken.
"""

from datetime import datetime

from luca.aws.table import SEPARATOR, key, platform_key, prefix, tenant_key
from luca.kernel import clock

RUN, BATCH, BALANCE, SNAPSHOT, SINGLE = "RUN", "BATCH", "BALANCE", "SNAPSHOT", "-"
HOLD = "HOLD"  # a run's id begins with a digit
OPEN, DONE = "OPEN", "DONE"
RISK = "RISK"


def run(run: str) -> str:
    return tenant_key("SYNCRUN", run)


def runs() -> str:
    return tenant_key("SYNCRUNS")


def current(period: str) -> str:
    return key("PERIOD", period)


def subjects() -> str:
    return tenant_key("SYNCSUBJECTS")


def watches() -> str:
    return tenant_key("SYNCWATCH")


def watch(period: str) -> str:
    return key(period)


def machine(digest: str) -> str:
    return key("MACHINE", digest)


def step(version: int) -> str:
    return key("STEP", f"{version:010d}")


def steps() -> str:
    return prefix("STEP")


def evidence(root: str) -> str:
    return key("EVIDENCE", root)


def evidences() -> str:
    return prefix("EVIDENCE")


def due_runs() -> str:
    return tenant_key("PENDING", "SYNCRUN")


def paused_runs() -> str:
    return tenant_key("PENDING", "SYNCPAUSED")


def dead_batches() -> str:
    return tenant_key("PENDING", "SYNCDEAD")


def dead_batch(run: str, batch: str) -> str:
    return key(run, batch)


def run_of_dead(sk: str) -> str:
    """The run whose batch a row of that index is about."""
    return sk.split(SEPARATOR, maxsplit=1)[0]


def due(at: datetime, run: str) -> str:
    return key(clock.stamp(at), run)


def book(run: str) -> str:
    return tenant_key("SYNCRUN", run, "BOOK")


def line(batch: str, *, is_open: bool) -> str:
    return key(OPEN if is_open else DONE, batch)


def lines(*, are_open: bool) -> str:
    return prefix(OPEN if are_open else DONE)


def batch(run: str, batch: str) -> str:
    return tenant_key("SYNCRUN", run, "BATCH", batch)


def batch_of(pk: str) -> tuple[str, str]:
    """The run and the batch that a partition key is of."""
    *_, run, _, number = pk.split(SEPARATOR)
    return run, number


def record(record: str) -> str:
    return key("RECORD", record)


def records() -> str:
    return prefix("RECORD")


def rate() -> str:
    return platform_key("AUTHORITY", "RATE")


def breaker() -> str:
    return platform_key("AUTHORITY", "BREAKER")


def load() -> str:
    return platform_key("AUTHORITY", "LOAD")


def campaigns() -> str:
    return platform_key("SYNCCAMPAIGN")


def campaign(identity: str) -> str:
    return platform_key("SYNCCAMPAIGN", identity)


def parent(campaign: str) -> str:
    return platform_key("SYNCPARENT", campaign)
