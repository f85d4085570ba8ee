"""Asking one cell of the table over HTTP."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from luca.api.tests.asking import Ask, Caller, trust_our_key
from tests.permissions import world
from tests.permissions.routes import path
from tests.permissions.words import NOBODY, Row, Verdict, Who, verdict_of

if TYPE_CHECKING:
    import pytest

    from tests.permissions.world import Place, Target

REFUSES = 400
KINDS = ("own", "absent", "foreign")
TURNED_AWAY = {403, 404}


@dataclass(frozen=True)
class Cell:
    """Somebody of a school asks for something that is theirs, nowhere, or another school's."""

    row: Row
    who: Who
    place: Place
    kind: str

    def __str__(self) -> str:
        return f"{self.who.name} of {self.place.side}, {self.kind}"


class Asker:
    """Both schools behind one client; tokens are signed once."""

    def __init__(self, places: tuple[Place, Place], monkeypatch: pytest.MonkeyPatch) -> None:
        trust_our_key(monkeypatch)
        self.places = places
        self.ask = Ask()
        self._tokens: dict[tuple[str, str], str] = {}
        self._ready: dict[tuple[str, str, str], tuple[Row, Target]] = {}

    def other(self, place: Place) -> Place:
        return self.places[place is self.places[0]]

    def target(self, place: Place, kind: str) -> Target:
        if kind == "own":
            return world.own(place)
        return world.absent(place) if kind == "absent" else world.foreign(place, self.other(place))

    def cells(self, row: Row, everybody: tuple[Who, ...]) -> list[Cell]:
        kinds = KINDS if row.names_an_object else KINDS[:1]
        return [
            Cell(row, who, place, kind)
            for place in self.places
            for who in everybody
            for kind in kinds
        ]

    def answer(self, cell: Cell) -> Any:
        """Ask; one request is made ready for all who are turned away, until somebody is not.

        Had one of them done something after all, the next who may would find it done.
        """
        name = cell.row.endpoint, cell.place.side, cell.kind
        if name not in self._ready:
            self._ready[name] = ready(cell.row, self.target(cell.place, cell.kind))
        row, target = self._ready[name]
        answer = self.send(row, cell.who, cell.place, target)
        if cell.who is not NOBODY and answer.status_code not in TURNED_AWAY:
            del self._ready[name]
        return answer

    def send(
        self,
        row: Row,
        who: Who,
        place: Place,
        target: Target,
        headers: dict[str, str] | None = None,
    ) -> Any:
        shown = {} if who is NOBODY else {"Authorization": f"Bearer {self.token(who, place)}"}
        target = row.prepare(target)
        more = row.headers(target) if row.headers else {}
        body = row.body(target) if row.body else None
        return self.ask.send(
            row.method,
            path(row.route, target, row.named) + row.query(target),
            body,
            {**shown, **more, **(headers or {})},
        )

    def token(self, who: Who, place: Place) -> str:
        known = self._tokens.get((who.name, place.side))
        if known is None:
            made = Caller(who.person, place.school, who.groups, who.scopes).token()
            known = self._tokens[who.name, place.side] = made
        return known

    def faults(self, cell: Cell) -> list[str]:
        """What is wrong with the answer to a cell, in words."""
        answer = self.answer(cell)
        wanted = cell.row.wanted(cell.who, cell.kind)
        text = answer.getvalue().decode()
        found = []
        code = answer.json().get("code", "") if answer.status_code >= REFUSES else ""
        if verdict_of(answer.status_code, code, proof=cell.row.proof) is not wanted:
            found.append(f"wants {wanted}, got {answer.status_code} {text[:200]}")
        other = self.other(cell.place)
        if not cell.row.both and (other.mark.lower() in text.lower() or other.school in text):
            found.append(f"shows something of {other.side}: {text[:300]}")
        if not found and wanted is Verdict.YES and not cell.row.proof:
            found += _list_faults(cell, answer)
        return [f"{cell}: {one}" for one in found]


def ready(row: Row, target: Target) -> tuple[Row, Target]:
    """The same row with what it prepares prepared, and its body and headers made."""
    prepared = row.prepare(target)
    headers = row.headers(prepared) if row.headers else {}
    body = row.body(prepared) if row.body else None
    same = replace(
        row,
        prepare=lambda target: target,
        headers=lambda _: headers,
        body=(lambda _: body) if row.body else None,
    )
    return same, prepared


def _list_faults(cell: Cell, answer: Any) -> list[str]:
    """A list shows what the row says; of what is not of the school it shows nothing."""
    row, name = cell.row, cell.who.name
    if row.shown is None or name not in row.lists:
        return []
    only = f"only-{cell.place.side}"
    wanted = row.lists[name].split() if cell.kind == "own" else []
    wanted = sorted(only if one == "only" else one for one in wanted)
    seen = sorted(set(row.shown(answer.json())))
    return [] if seen == wanted else [f"lists {seen}, not {wanted}"]
