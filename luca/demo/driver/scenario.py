"""What a demo plays: who acts, what they send, and what must come out of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from luca.demo.driver.operator import Operator
    from luca.demo.driver.table import Found, Name
    from luca.demo.expected import Expected

PASSWORD = "Demo-Luca-2026!"  # noqa: S105 -- for made-up people on this machine only


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a teacher records in one call."""

    teacher: str  # the e-mail address
    key: str  # the Idempotency-Key
    rows: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A correction, or an excuse when there is no score."""

    teacher: str
    student: str
    subject: str
    period: str
    assessment: str
    score: str | None


@dataclass(frozen=True, slots=True)
class Bundle:
    """Events that a student's app sends in one call; `again` when it sends them twice."""

    student: str  # the e-mail address
    events: tuple[dict[str, Any], ...]
    again: bool


@dataclass(frozen=True, slots=True)
class Side:
    """One school as a place to break out of: people who can sign in, and what is theirs."""

    school: str
    admin: str
    teacher: str
    student_login: str
    student: str
    group_student: str  # a student whom the teacher teaches
    recorded: dict[str, Any] | None  # a result of that student's as it stands, if there is one


@dataclass(slots=True)
class Loaded:
    """What was loaded as set-up, by the loader's own report; empty for the made-up year."""

    evaluations: int = 0
    events: int = 0
    quantity: int = 0
    extra: dict[str, float] = field(default_factory=dict)


class Scenario(Protocol):
    """The made-up year, or the university's data."""

    name: str
    schools: list[str]
    students: int
    enrolments: int
    closing: list[tuple[str, str]]  # school, period

    def set_up(self, operator: Operator) -> None: ...
    def sheets(self) -> list[Sheet]: ...
    def changes(self) -> list[Change]: ...
    def bundles(self) -> list[Bundle]: ...
    def load_the_rest(self, operator: Operator) -> Loaded: ...
    def readers(self) -> list[tuple[str, str]]: ...  # e-mail address, student
    def sides(self) -> tuple[Side, Side]: ...
    def logins(self) -> list[tuple[str, str]]: ...  # role, e-mail address: for the summary
    def expected(self) -> dict[Name, Expected]: ...
    def published(self, found: Found) -> dict[str, float]: ...
