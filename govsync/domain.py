"""The words of the government sync: runs, batches, records, and where each stands."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from govsync.engine import Execution, Phase
from luca.kernel.ids import PeriodId, RunId, SchoolId, StudentId, SubjectId


class State(StrEnum):
    """Where a record revision, or the batch that carries it, stands.

    While a batch is under way its records share its state; once it is answered
    each record has its own.
    """

    DRAFT = "DRAFT"  # of a batch only: it still claims its records and has no key
    BLOCKED_LOCAL = "BLOCKED_LOCAL"  # our own checks refuse to send it
    PENDING = "PENDING"
    IN_FLIGHT = "IN_FLIGHT"
    RETRYABLE = "RETRYABLE"  # the authority did not take it and may later
    UNKNOWN = "UNKNOWN"  # sent, and nobody knows whether it arrived
    ACCEPTED = "ACCEPTED"
    ACCEPTED_DUPLICATE = "ACCEPTED_DUPLICATE"  # it had arrived before, under the same key
    REJECTED_DATA = "REJECTED_DATA"
    REJECTED_AUTH = "REJECTED_AUTH"  # our credentials were refused; it goes on when they are right
    CONFLICT = "CONFLICT"  # the authority knows the key with another content: for a person
    DEAD = "DEAD"  # given up after all attempts; redrive keeps the key
    SUPERSEDED = "SUPERSEDED"  # the grade changed before it was sent
    VOID = "VOID"  # it arrived once, and its grade was taken back
    VERIFIED = "VERIFIED"  # read back, identical
    DRIFTED = "DRIFTED"  # accepted once, and the authority holds something else


UNDER_WAY = frozenset(
    {State.PENDING, State.IN_FLIGHT, State.RETRYABLE, State.UNKNOWN, State.REJECTED_AUTH}
)
ACCEPTED = frozenset({State.ACCEPTED, State.ACCEPTED_DUPLICATE})
GIVEN_UP = frozenset({State.DEAD, State.CONFLICT, State.REJECTED_AUTH})
REDRIVABLE = frozenset({State.DEAD, State.REJECTED_AUTH})


@dataclass(frozen=True, slots=True)
class Transition:
    """One entry of a ledger: what it became, when, at which attempt, and why."""

    state: State
    at: datetime
    attempt: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """One revision of one grade, frozen as it is sent."""

    id: str  # the ledger's, the same for every revision of a grade
    student: StudentId
    subject: SubjectId
    grade_version: int
    revision: str  # hash of the payload
    payload: str  # canonical JSON, revision included; empty for a blocked record
    position: int = 0  # in its batch
    state: State = State.PENDING
    reason: str = ""
    history: tuple[Transition, ...] = ()
    moved_to: str = ""  # the batch that carries it on; it is counted there
    sent_as: str = ""  # its id at the authority, kept for ever; empty for a blocked record

    def become(self, state: State, at: datetime, attempt: int = 0, reason: str = "") -> "Record":
        """Return it in its next state; repeating a transition adds nothing to the ledger."""
        if self.state is state and self.reason == reason:
            return self
        entry = Transition(state, at, attempt, reason)
        return replace(self, state=state, reason=reason, history=(*self.history, entry))


@dataclass(frozen=True, slots=True)
class Batch:
    """Up to 100 records that are sent together, under one key for ever."""

    run: RunId
    number: str
    state: State
    count: int
    key: str = ""  # empty only while it is a draft
    attempts: int = 0
    history: tuple[Transition, ...] = ()
    answer: str = ""  # the authority's last status and codes, none of its words
    rejected: Mapping[str, str] = field(default_factory=dict)  # record → why
    taken: frozenset[str] = frozenset()  # records accepted although others were rejected
    applied: bool = False  # the answer is in its records and in the grades
    slot: str = ""  # the turn of its last call, which is used up
    chain: str = ""  # head of the hash chain over its calls; empty before the first
    version: int = 0

    @property
    def claim(self) -> str:
        """What its grades are claimed under: the same for a batch and what is split off it."""
        return f"{self.run}/{self.number.partition('.')[0]}"

    def become(self, state: State, at: datetime, reason: str = "", **changes: Any) -> "Batch":
        attempt = changes.get("attempts", self.attempts)
        entry = Transition(state, at, attempt, reason)
        return replace(self, state=state, history=(*self.history, entry), **changes)


@dataclass(frozen=True, slots=True)
class Line:
    """One batch as the run's book lists it."""

    number: str
    state: State
    size: int  # records frozen from the snapshot; 0 for a batch split off another
    counts: Mapping[State, int]
    open: bool
    checked: int = 0  # the execution that compared it with the authority


class RunStatus(StrEnum):
    RUNNING = "RUNNING"
    DONE = "DONE"
    FAILED = "FAILED"
    PAUSED = "PAUSED"  # its execution was ended on purpose; resuming begins another


class Risk(StrEnum):
    """What people were told about a run's deadline."""

    NONE = ""
    AT_RISK = "at_risk"  # it will probably miss it
    OVERDUE = "overdue"  # it has missed it, and not everything is sent


class RunKind(StrEnum):
    FIRST = "first"
    CORRECTION = "correction"  # something of the period has arrived before


PAUSED, HELD = "Gov.Paused", "Gov.Held"  # the errors that end an execution on purpose
CONTINUE = "Gov.Continue"  # the error of one whose history is nearly full: the next goes on


class HoldReason(StrEnum):
    """Why nothing of a school may be sent."""

    OPERATOR = "operator"  # somebody asked for it
    UNAUTHORIZED = "unauthorized"  # the authority refused our credentials
    MISDIRECTED = "misdirected"  # what answers at the authority's address knows no such call
    EVERYTHING_REJECTED = "everything_rejected"  # it refused every record of a whole batch


@dataclass(frozen=True, slots=True)
class Hold:
    """While it is there nothing of the school is sent, and no run begins."""

    since: datetime
    reason: HoldReason
    by: str = ""  # the person's id; empty for Luca itself and the command line


ENGINES = CELERY, STEP_FUNCTIONS = "celery", "stepfunctions"
STATUS = {Phase.SUCCEEDED: RunStatus.DONE, Phase.FAILED: RunStatus.FAILED}


@dataclass(frozen=True, slots=True)
class Run:
    """One sync of a period: where its machine stands, and who works on it."""

    id: RunId
    period: PeriodId
    execution: Execution
    machine: str  # hash of the definition that it began with
    began: datetime  # the present execution
    started: datetime  # the first one
    correlation_id: str
    started_by: str = ""
    version: int = 0
    executions: int = 1
    not_before: datetime | None = None
    leased_until: datetime | None = None
    finished: datetime | None = None
    time_scale: float = 1
    updated: datetime | None = None
    groups: tuple[str, ...] = field(default=())
    times: Mapping[str, datetime] = field(default_factory=dict)  # see rules.turns
    kind: RunKind = RunKind.FIRST
    engine: str = CELERY  # who runs the present execution; it never changes
    campaign: str = ""  # that it was begun in, if any
    first_version: int = 0  # its version when the present execution began

    @property
    def status(self) -> RunStatus:
        found = STATUS.get(self.execution.phase, RunStatus.RUNNING)
        if found is RunStatus.FAILED and self.execution.error in {PAUSED, HELD}:
            return RunStatus.PAUSED
        return found

    @property
    def due(self) -> datetime:
        """When somebody should have looked at it again."""
        return self.leased_until or self.not_before or self.updated or self.started


@dataclass(frozen=True, slots=True)
class Step:
    """One transition of the machine, for the history."""

    version: int
    state: str
    phase: str
    at: datetime
    attempt: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Sender:
    """Whose records these are, and of which school year."""

    school: str
    cct: str
    year: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A grade that may be sent, with what the authority wants to know about it."""

    student: StudentId
    subject: SubjectId
    period: PeriodId
    version: int
    score: Decimal | None
    verdict: str
    curp: str = ""
    known: bool = True  # the school has a student of this id
    code: str = ""  # the authority's for the subject; empty: the subject's own id
    metadata: Mapping[str, Any] = field(default_factory=dict)  # how the number came about

    @property
    def sent_as(self) -> str:
        return self.code or self.subject


@dataclass(frozen=True, slots=True)
class Balance:
    """Where every record of the snapshot ended, and whether that adds up."""

    snapshot: int
    counts: Mapping[State, int]
    differences: tuple[str, ...]
    foreign: int = 0  # records of this period that the authority holds and this run did not send

    @property
    def balanced(self) -> bool:
        return not self.differences


@dataclass(frozen=True, slots=True)
class Campaign:
    """One period of all schools: where its machine stands."""

    id: str
    period: PeriodId
    execution: Execution
    machine: str  # hash of the definition that it began with
    began: datetime
    correlation_id: str
    engine: str
    version: int = 0
    leased_until: datetime | None = None
    not_before: datetime | None = None
    finished: datetime | None = None
    time_scale: float = 1
    times: Mapping[str, datetime] = field(default_factory=dict)  # of each wait its end
    updated: datetime | None = None

    @property
    def status(self) -> RunStatus:
        return STATUS.get(self.execution.phase, RunStatus.RUNNING)


@dataclass(frozen=True, slots=True)
class Opened:
    """What a campaign has made of one school: its run, or the code of what was in the way."""

    school: SchoolId
    run: str = ""
    why_not: str = ""
