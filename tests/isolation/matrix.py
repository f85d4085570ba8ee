"""Principals by requests: every pair is a cell, and every judge answers every cell."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.isolation import athena, closed, items, lake, machines, mixtures, objects, services
from tests.isolation.asks import Ask
from tests.isolation.expectation import ROLES, by_the_guard, on_aws
from tests.isolation.principals import SEES_ALL, Principal, roles
from tests.isolation.simulator import ALLOWED
from tests.isolation.wire import Answer, Judge

OWNED = "owned by <{}>"  # what seeded data says of itself


Pair = tuple[Principal, Ask]


@dataclass(frozen=True, slots=True)
class Cell:
    """The guard's answer to one request of one principal."""

    who: Principal
    ask: Ask
    guard: bool
    wrong: str = ""  # what was wrong with an answer, beside being allowed or refused

    @property
    def pair(self) -> Pair:
        return self.who, self.ask

    def __str__(self) -> str:
        return f"{self.who.name}: {self.ask.name}"


def asks(endpoint: str, deploy: Path) -> list[Ask]:
    """All columns of the matrix."""
    return [
        *items.single(),
        *mixtures.mixed(),
        *mixtures.planted(),
        *closed.everything_else(),
        *objects.all_of_s3(),
        *lake.all_of_the_lake(),
        *athena.questions(),
        *athena.tables(),
        *services.steps(roles(deploy)),
        *services.queues(endpoint),
        *services.users(),
        *services.metrics(),
        *services.topics(),
        *machines.executions(),
        *machines.rules(),
        *services.secrets(),
        *services.others(),
    ]


def rows_missing(deploy: Path) -> list[str]:
    """A role without a row of the expectation, a row without a role, a role without its trust."""
    folder = deploy / "policies"
    wrong = [f"role {name} has no row" for name in set(roles(deploy)) - set(ROLES)]
    wrong += [f"row {name} has no role" for name in set(ROLES) - set(roles(deploy))]
    for name in roles(deploy):
        files = (folder / f"{name}.json", folder / f"trust-{name}.json")
        wrong += [f"{path.name} is missing" for path in files if not path.exists()]
    return sorted(wrong)


def pairs(who: Iterable[Principal], what: Sequence[Ask]) -> list[Pair]:
    return [(principal, ask) for principal in who for ask in what]


def fill(judge: Judge, wanted: Iterable[Pair]) -> Iterator[Cell]:
    for principal, ask in wanted:
        answer = judge.send(principal, ask)
        wrong = "" if answer.refused else _wrong(principal, ask, answer)
        yield Cell(principal, ask, not answer.refused, wrong)


def _wrong(who: Principal, ask: Ask, answer: Answer) -> str:
    for school in items.SCHOOLS:
        foreign = school != who.school and who.role not in SEES_ALL
        if foreign and OWNED.format(school).encode() in answer.body:
            return f"shows what is {OWNED.format(school)}"
    if ask.meaning.kind == "items" and answer.status >= 300:
        return f"passed the guard, but was answered {answer.status} {answer.code}"
    return ""


@dataclass(frozen=True, slots=True)
class Verdicts:
    """Where the judges part."""

    guard: tuple[str, ...]
    simulator: tuple[str, ...]
    wrong: tuple[str, ...]
    narrower: Mapping[str, int]  # cells where the guard is stricter than AWS, by reason
    allowed: int  # cells that pass the guard

    @property
    def all(self) -> tuple[str, ...]:
        return self.guard + self.simulator + self.wrong


def compare(cells: Sequence[Cell], said: Sequence[str] | None) -> Verdicts:
    """Hold two judges against the third; ``said`` is the simulator's answer to each cell."""
    guard = [_part("guard", c, c.guard, by_the_guard(*c.pair)) for c in cells]
    simulator = [
        _part("simulator", c, answer == ALLOWED, on_aws(*c.pair))
        for c, answer in zip(cells, said or (), strict=said is not None)
    ]
    wrong = [f"{c} {c.wrong}" for c in cells if c.wrong]
    narrower = Counter(
        c.ask.narrower or mixtures.PLANT
        for c in cells
        if on_aws(*c.pair) and not by_the_guard(*c.pair)
    )
    return Verdicts(
        tuple(filter(None, guard)),
        tuple(filter(None, simulator)),
        tuple(wrong),
        narrower,
        sum(c.guard for c in cells),
    )


def _part(judge: str, cell: Cell, answer: bool, expected: bool) -> str:  # noqa: FBT001 -- two answers
    if answer == expected:
        return ""
    words = ("denied", "allowed")
    return f"the {judge} {words[answer]} what should be {words[expected]}: {cell}"
