"""What is another school's, and what is hidden, answers as what is nowhere, after the same work.

The same calls to AWS, counted and named, are what makes the same time; `make bench NAME=foreign`
measures it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from botocore.client import BaseClient

from luca.aws.wire import Wire
from tests.permissions.rows import TABLE
from tests.permissions.words import KNOWN, Row, Verdict

if TYPE_CHECKING:
    from tests.permissions.asking import Asker
    from tests.permissions.world import Place, Target

# Where absence is told by 404; test_matrix has the answers of the others.
TOLD_BY_404 = [one for one in TABLE if not one.public and one.absent is Verdict.HIDDEN]
NAMING = [one for one in TOLD_BY_404 if one.names_an_object and not one.both]
OURS = {"AssumeRole"}  # of the process and not of the request: a session is made when one ends
# The first round fills what a process remembers. Of that something may grow old in the middle
# of a round, which the next one does not show; a difference that is one is there each time.
ROUNDS = 4
TOLD = ("Content-Type", "Content-Language", "Cache-Control", "WWW-Authenticate", "Retry-After")


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The operations that leave this process, in the order in which they do."""
    seen: list[str] = []

    def note(kind: Any, way: str) -> None:
        real = getattr(kind, way)

        def noting(self: Any, operation: str, arguments: Any) -> Any:
            if operation not in OURS:
                seen.append(operation)
            return real(self, operation, arguments)

        monkeypatch.setattr(kind, way, noting)

    note(BaseClient, "_make_api_call")
    note(Wire, "call")
    return seen


def asking(row: Row) -> list[str]:
    """Who may, one person and one program, and everybody to whom it is hidden."""
    may = row.yes.split()
    people = [one for one in may if not KNOWN[one].is_program]
    programs = [one for one in may if KNOWN[one].is_program]
    return [*people, *programs[:1], *row.hidden.split()]


def observed(
    asker: Asker, row: Row, who: str, place: Place, target: Target, calls: list[str]
) -> tuple[Any, ...]:
    # What the test itself reads and writes for its request is no part of what is compared.
    prepared = row.prepare(target)
    body = row.body(prepared) if row.body else None
    ready = replace(row, prepare=lambda same: same, body=(lambda _: body) if row.body else None)
    calls.clear()
    answer = asker.send(ready, KNOWN[who], place, prepared)
    told = {name: answer.get(name) for name in TOLD}
    return answer.status_code, answer.content, told, sorted(calls)


@pytest.mark.parametrize("row", NAMING, ids=str)
def test_what_is_elsewhere_answers_as_what_is_nowhere_after_the_same_work(
    row: Row, asker: Asker, calls: list[str]
) -> None:
    place = asker.places[0]
    faults = []
    for who in asking(row):
        kinds = ["absent", "foreign", *(["own"] if who in row.hidden.split() else [])]
        seen: dict[str, tuple[Any, ...]] = {}
        for attempt in range(ROUNDS):
            for kind in kinds:
                target = asker.target(place, kind)
                seen[kind] = observed(asker, row, who, place, target, calls)
            if attempt and len({str(one) for one in seen.values()}) == 1:
                break
        faults += [
            f"{who}, {kind}: {seen[kind]} is not {seen['absent']}"
            for kind in kinds
            if seen[kind] != seen["absent"]
        ]

    assert not faults, "\n".join(faults)
