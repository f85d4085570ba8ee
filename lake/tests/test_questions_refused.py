"""What cannot be asked of the lake, or costs too much."""

from __future__ import annotations

from dataclasses import replace
from threading import BoundedSemaphore
from typing import TYPE_CHECKING

import pytest

from lake import services
from lake.repository import duck, engine
from lake.tests.conftest import NOW
from lake.tests.filling import event, store, written
from lake.tests.test_questions import YEAR, asked
from luca.kernel.errors import Invalid, LucaError, NotFound, TooLarge, Unavailable

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"type": "x' OR '1'='1"}, "type"),
        ({"since": "yesterday"}, "since"),
        ({"since": "2026-02-30"}, "since"),
        ({"since": "2026-05-02", "until": "2026-05-01"}, "since"),
        ({"since": "2022-01-01"}, "since"),
        ({"until": "9999-12-31"}, "until"),
        ({"school": "north-east"}, "school"),
        ({"zone": "UTC"}, "zone"),
    ],
)
@pytest.mark.usefixtures("north")
def test_what_cannot_be_asked_is_refused_by_name(params: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        services.plan("daily_summary", params)

    assert field in [one.field for one in caught.value.errors]


@pytest.mark.usefixtures("north")
def test_a_number_is_asked_for_within_its_bounds() -> None:
    for limit in ("0", "1001", "1.5", "-1", "1;"):
        with pytest.raises(Invalid):
            services.plan("event_id_conflicts", {"most": limit})
    assert "LIMIT 7" in services.plan("event_id_conflicts", {"most": "7"}).draft.sql


@pytest.mark.usefixtures("north")
def test_a_question_that_nobody_wrote_is_not_found() -> None:
    with pytest.raises(NotFound):
        services.ask("../../etc/passwd", {})


@pytest.mark.usefixtures("north")
def test_a_file_that_was_cut_off_is_named_and_does_not_count(tmp_path: Path) -> None:
    store(written([event("ana", "login", "2026-05-15T12:00:00.000Z")], NOW))
    (name,) = store(written([event("ben", "login", "2026-05-15T12:00:00.000Z")], NOW), "part-2")
    path = tmp_path / "lake" / name
    path.write_bytes(path.read_bytes()[:-20])

    found = services.ask("daily_summary", YEAR)

    assert found.rows == [("2026-05-15", 1, 1, 1, 1)]
    assert found.damaged == (name,)


@pytest.mark.usefixtures("north")
def test_a_file_whose_pages_were_overwritten_is_named_and_does_not_count(tmp_path: Path) -> None:
    store(written([event("ana", "login", "2026-05-15T12:00:00.000Z")], NOW))
    (name,) = store(written([event("ben", "login", "2026-05-15T12:00:00.000Z")], NOW), "part-2")
    path = tmp_path / "lake" / name
    whole = path.read_bytes()
    path.write_bytes(whole[:4] + b"\xff" * 800 + whole[804:])

    found = services.ask("daily_summary", YEAR)

    assert found.rows == [("2026-05-15", 1, 1, 1, 1)]
    assert found.damaged == (name,)


@pytest.mark.usefixtures("north")
@pytest.mark.parametrize(
    ("limit", "value", "refusal"),
    [
        ("MOST_BYTES", 10, TooLarge),
        ("MOST_ROWS", 1, TooLarge),
        ("SLOTS", BoundedSemaphore(1), Unavailable),
    ],
)
def test_a_question_has_its_limits(
    monkeypatch: pytest.MonkeyPatch, limit: str, value: object, refusal: type[LucaError]
) -> None:
    days = [f"2026-05-{day:02}T12:00:00.000Z" for day in range(1, 31)]
    store(written([event("ana", "login", at) for at in days], NOW))
    assert len(asked("daily_summary")) == 30
    monkeypatch.setattr(duck, limit, value)
    monkeypatch.setattr(duck, "PATIENCE", 0.01)
    if isinstance(value, BoundedSemaphore):
        value.acquire()  # by another question, which takes its time

    with pytest.raises(refusal):
        asked("daily_summary")


@pytest.mark.usefixtures("north")
def test_of_many_who_ask_at_once_the_last_ones_do_not_wait_but_are_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    room = BoundedSemaphore(1)
    monkeypatch.setattr(engine, "ROOM", room)
    assert asked("daily_summary") == []

    with room, pytest.raises(Unavailable):
        asked("daily_summary")

    assert asked("daily_summary") == []


@pytest.mark.usefixtures("north")
def test_a_question_that_would_never_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duck, "LONGEST", 0.01)
    plan = services.plan("daily_summary", YEAR)
    endless = "SELECT count(*) FROM range(1000000000000) AS a, range(1000000000000) AS b"

    with pytest.raises(Unavailable):
        services.run(replace(plan, draft=replace(plan.draft, sql=endless)))
