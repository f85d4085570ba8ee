"""The proof's fast part; `make isolation` asks everybody everything, and a second judge."""

import contextlib
import os
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from luca.localaws.deployment import DEPLOY
from tests.isolation import seeds
from tests.isolation.asks import Ask
from tests.isolation.expectation import ROLES, by_the_guard, on_aws
from tests.isolation.items import LITERAL
from tests.isolation.matrix import asks, compare, fill, pairs, rows_missing
from tests.isolation.mutants import mutants
from tests.isolation.principals import Principal, everybody, operator
from tests.isolation.trial import copy_of, inside, trials
from tests.isolation.wire import Inside, Wire

if TYPE_CHECKING:
    from luca.localaws.embedded import Embedded

ENDPOINT = "http://127.0.0.1:1"
HERE = {"tenant, school a", "tenant, no tag", "tenant, tag *", "directory", "api", "a wrong secret"}
FAST_MUTANTS = (
    *("the # before the * dropped", "the whole condition dropped", "# accepted"),
    *("audit: the Deny dropped", "audit: batches forgotten", "audit: whatever is called AUDIT"),
)


@cache
def requests() -> list[Ask]:
    return asks(ENDPOINT, DEPLOY)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def guard(home: Path) -> Iterator[Inside]:
    """The guard over the deployed files, with nothing behind it."""
    home.mkdir()
    with Path(os.devnull).open("w") as nowhere, contextlib.redirect_stderr(nowhere):
        yield inside(home, DEPLOY, ENDPOINT)


def chosen(home: Path) -> list[Principal]:
    return [who for who in everybody(home, DEPLOY) if who.name in HERE]


def test_every_role_of_the_deployment_has_a_row() -> None:
    assert rows_missing(DEPLOY) == []


def test_a_new_role_without_a_row_is_noticed(tmp_path: Path) -> None:
    deploy = copy_of(DEPLOY, tmp_path)
    shutil.copy(deploy / "policies" / "api.json", deploy / "policies" / "reader.json")
    (deploy / "policies" / "machine.json").unlink()

    assert rows_missing(deploy) == [
        "machine.json is missing",
        "role reader has no row",
        "trust-reader.json is missing",
    ]


def test_the_guard_answers_as_the_architecture_says(guard: Inside, home: Path) -> None:
    cells = list(fill(guard, pairs(chosen(home), requests())))

    assert compare(cells, None).all == ()
    allowed = {cell.who.name for cell in cells if cell.guard}
    assert allowed == HERE - {"tenant, no tag", "a wrong secret"}


@pytest.fixture
def wire(aws: "Embedded") -> Iterator[Wire]:
    opened = Wire(aws.endpoint)
    yield opened
    opened.close()


def test_over_the_wire_a_school_reads_and_changes_its_own_only(aws: "Embedded", wire: Wire) -> None:
    key = operator(aws.home)
    seeds.sow(wire, key)
    who = [w for w in everybody(aws.home, DEPLOY) if w.name in {"tenant, school a", "anonymous"}]
    telling = [ask for ask in requests() if ask.service in {"dynamodb", "s3"}]
    verdicts = compare(list(fill(wire, pairs(who, telling))), None)

    assert verdicts.all == ()
    assert verdicts.allowed > 0
    assert seeds.disturbed(wire, key) == []


def test_what_a_foreign_hand_changes_is_noticed(aws: "Embedded", wire: Wire) -> None:
    key = operator(aws.home)
    seeds.sow(wire, key)
    before = seeds.disturbed(wire, key)  # alone, this test has no audit entry of a school
    plant = next(
        ask
        for ask in requests()
        if ask.name.startswith("PutItem") and "TENANT#b#STUDENT#s1" in ask.planted
    )
    assert wire.send(key, plant).status == 200
    noticed = [one for one in seeds.disturbed(wire, key) if one not in before]
    assert noticed == ["items of school b were changed or planted (GSI1)"]


@pytest.mark.parametrize("name", FAST_MUTANTS)
def test_a_mistake_in_the_files_is_caught(
    name: str, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.mkdir()
    only = [mutant for mutant in mutants() if mutant.name == name][:1]
    monkeypatch.setattr("tests.isolation.trial.mutants", lambda: only)
    deploy = copy_of(DEPLOY, tmp_path)
    everything = pairs(everybody(home, DEPLOY), requests())
    (trial,) = trials(inside(home, deploy, ENDPOINT), deploy, everything)

    assert trial.by_guard


FILES = {"items", "objects", "listing", "lake", "lake listing", "stream", "athena"}
OF_SERVICES = {
    "lake": {"lake", "stream"},
    "pipe": {"stream"},
    "rows": set[str](),
    "delivery": {"lake", "lake listing", "athena"},
    "replica": {"listing"},  # S3 itself, which copies a bucket, has to see what is in it
}
STARTS_CONTAINERS = {
    "execution": {"secret"},
    "puller": set(),
}  # the image and logs are no request here


def reach(role: str, home: Path) -> set[str]:
    """The kinds of request that somebody with a role may make."""
    found: set[str] = set()
    for who in everybody(home, DEPLOY):
        if who.role == role:
            allowed = [a for a in requests() if on_aws(who, a)]
            found |= {ask.meaning.kind for ask in allowed}
    return found


@pytest.mark.parametrize("role", sorted(ROLES))
def test_the_exceptions_are_no_wider_than_stated(role: str, home: Path) -> None:
    """Only a school's sessions and the directory's reach items or files, and none mints another.

    The writer of the lake reads the stream, and sets aside what names no school. On AWS others do
    its work: Pipes, a function that reaches nothing, and Firehose. S3 copies a bucket to the
    second region.
    """
    home.mkdir()
    kinds = reach(role, home)
    if role in {"tenant", "directory"}:
        assert kinds <= {"items", "objects", "listing", "lake", "lake listing", "athena"}
    elif role == "archive":
        assert kinds == {"lake", "lake listing"}
    elif role in OF_SERVICES:
        assert kinds & FILES == OF_SERVICES[role]
    elif role in STARTS_CONTAINERS:
        assert kinds == STARTS_CONTAINERS[role]
    else:
        assert kinds
        assert not kinds & FILES


def test_no_request_of_anybody_reaches_two_schools(home: Path) -> None:
    """By the expectation itself: all that a session may name is one school's, or the platform's."""
    home.mkdir()
    for who in everybody(home, DEPLOY):
        if who.role == "delivery":
            continue  # Firehose: it fills the folder of each row's school
        owners = {owner(n) for a in requests() for n in reached(who, a)}
        assert len(owners) <= 1, who.name


def reached(who: Principal, ask: Ask) -> tuple[str, ...]:
    named = ask.meaning.kind == "items" or (ask.meaning.kind == "lake" and "school_id=" in ask.name)
    return ask.meaning.names + ask.planted if named and by_the_guard(who, ask) else ()


def owner(partition: str) -> str:
    """The school of a partition key or of a folder, or the platform."""
    if "school_id=" in partition:
        rest = partition.partition("school_id=")[2]
        return LITERAL if rest.startswith(LITERAL) else rest.partition("/")[0]
    first, _, rest = partition.partition("#")
    return rest.partition("#")[0] if first == "TENANT" else first
