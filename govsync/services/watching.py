"""Every day until it is closed: a period that has arrived is compared with the authority.

A check writes nothing into the ledger. It reads back page by page, when it is the school's
turn, compares all runs of the period with what is held, and tells people what is new. A
message moves it on; one that was lost is made up for by the hourly look at what is due.
"""

import math
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from django.conf import settings

from govsync import pace, rules
from govsync.domain import Run
from govsync.repository import batches, runs, watches
from govsync.rules import Discrepancy, Watch
from govsync.rules import watching as days
from govsync.services import checking, differing, history, reading
from govsync.services.beginning import time_scale
from govsync.services.differing import Discrepancies
from govsync.services.failures import Failed
from govsync.services.schools import in_each
from luca.aws import queue
from luca.aws.store import ConditionFailed
from luca.kernel import clock, context
from luca.kernel.errors import NotFound
from luca.kernel.ids import PeriodId
from luca.telemetry import log, metric

TURN = 20.0  # seconds that one message keeps a worker
LEASE = timedelta(minutes=5)  # after which a check that stands still is woken
TRIES = 5
logger = log(__name__)


def watched(period: PeriodId) -> Watch | None:
    """How the daily check of a period stands; None before a run of it was read back."""
    return watches.get(period)


def begin(run: Run) -> None:
    """Watch a run's period from now on, also if it was closed before."""
    for _ in range(TRIES):
        seen = watches.get(run.period)
        fresh = days.begun(run.period, clock.now(), settings.SYNC_CHECK_DAYS, seen, run.time_scale)
        try:
            watches.save(fresh)
        except ConditionFailed:
            continue
        return


def close(period: PeriodId, why: str = "") -> Watch:
    """End the daily check by hand; repeating it changes nothing."""
    seen = watches.get(period)
    if seen is None:
        raise NotFound("This period is not checked every day.", code="period_not_watched")
    if seen.closed is not None:
        return seen
    found = watches.close(replace(seen, closed=clock.now(), closed_by=context.actor() or ""), why)
    logger.info("period_closed", period=period)
    return found


def check_periods() -> int:
    """Wake the check of every period, of every school, that is due; return how many."""
    return in_each(_woken)


def _woken() -> int:
    now = clock.now()
    due = [one for one in watches.every() if one.closed is None and one.due <= now]
    for one in due:
        _wake(one)
    return len(due)


def check_period(period: str, version: int) -> None:
    """Move a check on from a version; a message about another version is dropped."""
    watch = watches.get(period)
    if watch is None or watch.version != version or watch.closed is not None:
        logger.info("wake_up_dropped", period=period, version=version)
        return
    try:
        _go_on(watch)
    except ConditionFailed:
        logger.info("wake_up_dropped", period=period, version=version)


def _go_on(watch: Watch) -> None:
    if any(run.period == watch.period for run in runs.under_way()):
        _put_off(watch, "run_under_way")  # which reads back itself
        return
    until = time.monotonic() + TURN
    while time.monotonic() < until:
        try:
            found = reading.page(watch.period, watch.cursor, watch.slot, watch.pages)
        except Failed as problem:
            _put_off(watch, problem.name)
            return
        if isinstance(found, pace.Later):
            _come_back(watch, found)
            return
        reading.keep(_folder(watch), watch.pages, found.held)
        watch = _moved(watch, cursor=found.cursor, pages=watch.pages + 1, slot="")
        if not found.cursor:
            _finish(watch)
            return
    _wake(watch)


def _moved(watch: Watch, **changes: object) -> Watch:
    now = clock.now()
    began = watch.began or now
    return watches.save(replace(watch, began=began, due=now + LEASE, **changes))  # type: ignore[arg-type]


def _come_back(watch: Watch, later: pace.Later) -> None:
    seconds = later.seconds * time_scale()
    _wake(_moved(watch, slot=later.slot), seconds)


def _put_off(watch: Watch, reason: str) -> None:
    watches.save(days.put_off(watch, clock.now(), time_scale()))
    logger.info("period_check_put_off", period=watch.period, reason=reason)


def _finish(watch: Watch) -> None:
    """Compare, file and tell; who is killed in between tells twice, and not never."""
    held = reading.kept(_folder(watch), watch.pages)
    found = rules.disagreements(history.ledger(watch.period), held)
    wrong = [one for one in found if not _is_erased(one)]
    file = _told(watch, wrong) if wrong else ""
    waiting = checking.preflight(watch.period).ready
    done = days.checked(watch, clock.now(), differing.kinds(wrong), waiting, time_scale())
    watches.save(replace(done, file=file))
    logger.info("period_checked", period=watch.period, count=len(wrong), left=waiting)
    metric("SyncPeriodFindings", len(wrong))


def _told(watch: Watch, wrong: Sequence[Discrepancy]) -> str:
    """Keep the list of a day, and say what is new in it; return its folder."""
    folder = f"{_folder(watch)}{clock.now():%Y-%m-%dT%H%M}/"
    known = _known(watch)
    fresh = [one for one in wrong if (one.kind, one.record) not in known]
    differing.keep_in(folder, {"period": watch.period}, wrong)
    if fresh:
        differing.tell_new(watch.period, folder, fresh, len(wrong) - len(fresh))
    return folder


def _known(watch: Watch) -> set[tuple[str, str]]:
    """What somebody was told of already: by the last check, or by a run read back since."""
    lists = [differing.read_of(watch.file)] if watch.file else []
    lists += [one for one in map(differing.read, runs.listed(watch.period)) if _is_new(watch, one)]
    return {(one.kind, one.record) for told in lists for one in told.items}


def _is_new(watch: Watch, told: Discrepancies) -> bool:
    return told.at is not None and (watch.checked is None or told.at > watch.checked)


def _is_erased(one: Discrepancy) -> bool:
    """Whether the person was erased here: what is gone there as well is as it should be."""
    return one.kind == rules.MISSING and any(
        record.sent_as == one.record and rules.is_erased(record)
        for record in batches.records(one.run, one.batch)
    )


def _folder(watch: Watch) -> str:
    return f"govsync/checks/{watch.period}/"


def _wake(watch: Watch, seconds: float = 0) -> None:
    queue.enqueue(
        "govsync.check_period",
        queue="sync",
        delay=min(math.ceil(seconds), queue.LONGEST_DELAY),
        period=watch.period,
        version=str(watch.version),
    )
