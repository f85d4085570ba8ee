"""Long work that somebody asked for: it is watched while it runs, and leaves a result or a file.

| item | kind | PK | SK |
|---|---|---|---|
| a job | ``job`` | `T#JOB#<id>` | `-` |

The newest of one kind of work are found in GSI1, `T#JOBS#<work>` by id, which begins with a time.

Whoever starts a job gets its id at once; a worker does it and tells how far it came. A message
that comes again, after a worker was killed, does the work again: work must be safe to repeat.
Job and file are gone after a week; files are in S3 under `jobs/<id>/`, and may hold people's data.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from pynamodb.attributes import UnicodeAttribute

from luca.aws import job_files, queue, storage, store
from luca.aws.table import InstantAttribute, IntegerAttribute, TenantItem, tenant_key
from luca.kernel import clock, context
from luca.kernel.errors import LucaError, NotFound, TooMany, Unavailable
from luca.kernel.ids import uuid7
from luca.telemetry import log, metric

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pynamodb.expressions.update import Action

    Tell = Callable[[int, int], None]  # how much of how much is done
    Work = Callable[[Mapping[str, str], Tell], "Result"]

File = job_files.File
ONLY, LIST = "-", "JOBS"
KEPT = timedelta(days=7)
EVERY = 1.0  # seconds between two notes of progress
SILENCE = timedelta(hours=1)  # after which a job that said nothing is taken for dead
ADMIN = "school_admin"
logger = log(__name__)


class State(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class JobItem(TenantItem, discriminator="job"):
    job = UnicodeAttribute()
    work = UnicodeAttribute()  # what kind of work it is
    arguments = UnicodeAttribute()  # JSON, ids
    state = UnicodeAttribute()
    done = IntegerAttribute()
    total = IntegerAttribute(null=True)  # unknown until the work has looked
    asked_by = UnicodeAttribute(null=True)
    asked_at = InstantAttribute()
    told_at = InstantAttribute()  # when it was last heard of
    result = UnicodeAttribute(null=True)  # JSON, small
    file = UnicodeAttribute(null=True)  # the name that people save it under
    content_type = UnicodeAttribute(null=True)
    reason = UnicodeAttribute(null=True)  # a code of ours: why it failed
    detail = UnicodeAttribute(null=True)


class Later(Exception):
    """Raised by work that has sent its rest on its way: another message goes on with the job."""


@dataclass(frozen=True, slots=True)
class Result:
    """What became of the work; `data` is small and holds no names."""

    data: Mapping[str, Any] = field(default_factory=dict)
    file: File | None = None


@dataclass(frozen=True, slots=True)
class Job:
    id: str
    work: str
    state: State
    done: int
    total: int | None
    asked_by: str | None
    asked_at: datetime
    told_at: datetime
    data: Mapping[str, Any]
    file: str
    content_type: str
    reason: str
    detail: str
    arguments: Mapping[str, str]  # what it was asked for, by id


def start(work: str, task: str, /, **arguments: str) -> Job:
    """Note a job and send its task, which gets `job`; the work gets the arguments (ids)."""
    made = note(work, **arguments)
    queue.enqueue(task, job=made.id)
    return made


def note(work: str, /, **arguments: str) -> Job:
    """Write down a job that somebody will run."""
    now = clock.now()
    item = JobItem(
        _place(identity := uuid7(now)),
        ONLY,
        job=identity,
        work=work,
        arguments=json.dumps(arguments, separators=(",", ":")),
        state=State.WAITING.value,
        done=0,
        asked_by=context.actor(),
        asked_at=now,
        told_at=now,
        ttl=int((now + KEPT).timestamp()),
        gsi1pk=tenant_key(LIST, work),
        gsi1sk=identity,
    )
    store.put(item, JobItem.pk.does_not_exist())
    return job_of(item)


def run(identity: str, work: Work, alive: Callable[[], None] = lambda: None) -> None:
    """Do a job's work, unless it was done: it gets its arguments, and how to say how far it is.

    `alive` is called whenever it says so: a task keeps its message hidden with it.

    What Luca refuses on purpose ends the job with its reason. What may pass (AWS is busy)
    is raised, and the message comes again. Work that needs more time than a worker has sends
    the job's task once more and raises `Later`.
    """
    item = _item(identity)
    if item is None or item.state in {State.DONE, State.FAILED}:
        return
    _change(identity, [JobItem.state.set(State.RUNNING.value)])
    try:
        _do(item, work, _Telling(identity, alive))
    except Later:
        return
    except (Unavailable, TooMany):
        raise
    except LucaError as error:
        _fail(identity, error.code, str(error))
    except Exception as error:  # noqa: BLE001 -- whatever it was, the job must not wait for ever
        # Not the message of the error, which may carry what it was about.
        logger.error("job_failed", job=identity, work=item.work, error=type(error).__name__)  # noqa: TRY400
        metric("JobsFailed", work=item.work)
        _fail(identity, "internal", "It could not be finished; the operator can see why.")
    job_files.forget_older_than(KEPT)


def _do(item: JobItem, work: Work, telling: _Telling) -> None:
    """Do it again if files were thrown away meanwhile: it may have read somebody who is gone."""
    while True:
        barrier = job_files.barrier()
        result = work(json.loads(item.arguments), telling)
        if _finish(item.job, result, telling.said(), barrier):
            return


def get(identity: str) -> Job:
    """A job, for who asked for it and for school admins; for others there is none."""
    item = _item(identity)
    actor = context.actor()
    if item is None or not (actor in {None, item.asked_by} or ADMIN in context.groups()):
        raise NotFound("There is no such job.", code="job_not_found")
    return job_of(item)


def content(of: str | Job) -> File:
    """The file that a job has left."""
    job = get(of) if isinstance(of, str) else of
    found = storage.read(job_files.path(job.id, job.file)) if job.file else None
    if found is None:
        raise NotFound("This job has no file, or not yet.", code="file_not_found")
    return File(job.file, job.content_type, found)


def opened(identity: str) -> tuple[Job, storage.Stream]:
    """The same file, to be passed on while it is read."""
    job = get(identity)
    found = storage.stream(job_files.path(identity, job.file)) if job.file else None
    if found is None:
        raise NotFound("This job has no file, or not yet.", code="file_not_found")
    return job, found


class _Telling:
    """Writes progress now and then."""

    def __init__(self, identity: str, alive: Callable[[], None]) -> None:
        self.identity = identity
        self.alive = alive
        self.last = float("-inf")
        self.latest: tuple[int, int] | None = None

    def __call__(self, done: int, total: int) -> None:
        self.alive()
        self.latest = done, total
        if time.monotonic() - self.last < EVERY:
            return
        self.last = time.monotonic()
        _change(self.identity, self.said())

    def said(self) -> list[Action]:
        """How far it came, to be written."""
        if self.latest is None:
            return []
        return [JobItem.done.set(self.latest[0]), JobItem.total.set(self.latest[1])]


def _finish(identity: str, result: Result, said: list[Action], barrier: str) -> bool:
    """Store what came of it; False if files were thrown away since the barrier was read."""
    actions: list[Action] = [
        *said,
        JobItem.state.set(State.DONE.value),
        JobItem.result.set(json.dumps(dict(result.data), separators=(",", ":"))),
    ]
    if result.file is not None:
        job_files.keep(identity, result.file)
        actions += [
            JobItem.file.set(result.file.name),
            JobItem.content_type.set(result.file.content_type),
        ]
        return _behind(barrier, identity, result.file, actions)
    _change(identity, actions)
    return True


def _behind(barrier: str, identity: str, file: File, actions: list[Action]) -> bool:
    work = store.Transaction()
    job_files.join(work, barrier)
    told = [*actions, JobItem.told_at.set(clock.now())]
    work.update(JobItem(_place(identity), ONLY), told, JobItem.pk.exists())
    try:
        store.patiently(work)
    except store.ConditionFailed as error:
        storage.delete(job_files.path(identity, file.name))
        if job_files.PART in error.failed:
            return False
        raise
    return True


def _fail(identity: str, reason: str, detail: str) -> None:
    _change(
        identity,
        [
            JobItem.state.set(State.FAILED.value),
            JobItem.reason.set(reason),
            JobItem.detail.set(detail),
        ],
    )


def _change(identity: str, actions: list[Action]) -> None:
    item = JobItem(_place(identity), ONLY)
    store.update(item, [*actions, JobItem.told_at.set(clock.now())], JobItem.pk.exists())


def _place(identity: str) -> str:
    return tenant_key("JOB", identity)


def _item(identity: str) -> JobItem | None:
    return store.get(JobItem, _place(identity), ONLY, consistent=True)


def job_of(item: JobItem) -> Job:
    state, reason = State(item.state), item.reason or ""
    if state in {State.WAITING, State.RUNNING} and clock.now() - item.told_at > SILENCE:
        state, reason = State.FAILED, "silent"
    return Job(
        id=item.job,
        work=item.work,
        state=state,
        done=item.done,
        total=item.total,
        asked_by=item.asked_by,
        asked_at=item.asked_at.astimezone(UTC),
        told_at=item.told_at,
        data=json.loads(item.result or "{}"),
        file=item.file or "",
        content_type=item.content_type or "",
        reason=reason,
        detail=item.detail or "",
        arguments=json.loads(item.arguments),
    )
