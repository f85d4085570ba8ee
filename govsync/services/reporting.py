"""Reports that read all of a period or of a run: workers make them, pages show them."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from govsync import rules
from govsync.domain import Balance, State
from govsync.repository import batches
from govsync.rules import Cause
from govsync.services import checking, ledger, running
from govsync.services.checking import Preflight
from govsync.services.whole import whole
from luca.aws import jobs
from luca.kernel.errors import NotFound
from luca.kernel.ids import ID, PeriodId
from tenants import services as tenants

PREFLIGHT, CAUSES, WHOLE = "govsync_preflight", "govsync_causes", "govsync_whole"
MOST = 100  # causes of a report: an item has its limits, and so has a reader
AT_ONCE = 2  # batches whose records a page reads itself


@dataclass(frozen=True, slots=True)
class Sum:
    """What a period came to over all its runs, as a worker has found it."""

    runs: int
    balance: Balance
    waiting: int  # grades that a run started now would send


def begin_preflight(period: PeriodId, *, correction: bool = False) -> jobs.Job:
    """Have a worker find out what a run would send and hold back, if one may be started now."""
    running.check_may_start(period)
    if correction:
        running.check_may_correct(period)
    return jobs.start(PREFLIGHT, "govsync.preflight", period=period)


def preflight_for_job(asked: Mapping[str, str], tell: Any) -> jobs.Result:
    """The work itself."""
    period = PeriodId(asked["period"])
    found = checking.preflight(period, lambda number: tell(number, 0))
    about = {"period": period, "version": found.version, "ready": found.ready}
    return jobs.Result({**about, "blocked": found.blocked, "causes": _told(found.causes)})


def preflight_of(job: str, period: PeriodId) -> tuple[jobs.Job, Preflight | None]:
    """A report that somebody asked for, and what it says when it is ready."""
    found = _job(job, PREFLIGHT)
    if found.state is not jobs.State.DONE:
        return found, None
    if found.data["period"] != period:
        raise NotFound("There is no such job.", code="job_not_found")
    said = found.data
    return found, Preflight(said["version"], said["ready"], _read(said["causes"]))


def causes_at_once(run: str) -> tuple[Cause, ...] | None:
    """Why records of a run did not get through; None when that is a worker's to find out."""
    book = batches.book(run) if ID.fullmatch(run) else []
    if not book:
        running.run(run)  # NotFound where there is no such run
    lines = [one for one in book if one.open or _has_problems(one.counts)]
    return tuple(ledger.causes(run, lines)[:MOST]) if len(lines) <= AT_ONCE else None


def begin_causes(run: str) -> jobs.Job:
    return jobs.start(CAUSES, "govsync.causes", run=running.run(run).id)


def causes_for_job(asked: Mapping[str, str], tell: Any) -> jobs.Result:
    """The same by a worker."""
    found = ledger.rejects(asked["run"], lambda number: tell(number, 0))
    return jobs.Result({"run": asked["run"], "causes": _told(found)})


def causes_of(job: str, run: str) -> tuple[jobs.Job, tuple[Cause, ...] | None]:
    found = _job(job, CAUSES)
    if found.state is not jobs.State.DONE:
        return found, None
    if found.data["run"] != run:
        raise NotFound("There is no such job.", code="job_not_found")
    return found, _read(found.data["causes"])


def begin_whole(period: PeriodId) -> jobs.Job:
    """Have a worker add a period up over all its runs; it reads every record of them."""
    return jobs.start(WHOLE, "govsync.whole", period=tenants.period(period).id)


def whole_for_job(asked: Mapping[str, str], _tell: Any) -> jobs.Result:
    found = whole(PeriodId(asked["period"]))
    told = {**asdict(found.balance), "counts": dict(found.balance.counts)}
    about = {"period": found.period, "runs": len(found.runs), "waiting": found.waiting}
    return jobs.Result({**about, "balance": told})


def whole_of(job: str, period: str) -> tuple[jobs.Job, Sum | None]:
    found = _job(job, WHOLE)
    if found.state is not jobs.State.DONE:
        return found, None
    said = found.data
    if said["period"] != period:
        raise NotFound("There is no such job.", code="job_not_found")
    told = said["balance"]
    counts = {State(name): number for name, number in told["counts"].items()}
    summed = Balance(told["snapshot"], counts, tuple(told["differences"]), told["foreign"])
    return found, Sum(said["runs"], summed, said["waiting"])


def _has_problems(counts: Mapping[State, int]) -> bool:
    return any(counts.get(state) for state in rules.PROBLEMS)


def _job(identity: str, work: str) -> jobs.Job:
    found = jobs.get(identity)
    if found.work != work:
        raise NotFound("There is no such job.", code="job_not_found")
    return found


def _told(causes: Iterable[Cause]) -> list[dict[str, Any]]:
    """Counts and words; a job names no record, which would outlive whoever it is about."""
    return [{**asdict(one), "sample": []} for one in list(causes)[:MOST]]


def _read(told: Iterable[Mapping[str, Any]]) -> tuple[Cause, ...]:
    return tuple(Cause(**{**one, "state": State(one["state"])}) for one in told)
