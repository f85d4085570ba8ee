"""`manage.py lake status`, and what a gap does to it."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import CommandError, call_command

from lake.domain import Gap
from lake.repository import gaps
from lake.tests.playing import Played, event, playing, read_all
from luca.kernel import clock

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def played(school: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Played]:
    yield from playing(school, monkeypatch)


def shown() -> dict[str, Any]:
    out = StringIO()
    try:
        call_command("lake", "status", "--json", stdout=out)
    except CommandError as error:
        return {**json.loads(out.getvalue()), "error": str(error)}
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


def test_before_a_writer_has_read_anything_it_says_so(played: Played) -> None:
    assert played.shards == {}
    found = shown()

    assert (found["covered"], found["lag_seconds"], found["shards"]) == (None, None, [])
    assert "Nothing of the stream is in files yet" in found["error"]


def test_it_shows_how_far_the_stream_is_in_files_and_what_is_missing(
    played: Played, school: str
) -> None:
    played.put("a", event(school, 0))
    played.put("a", event(school, 1, quantity={"N": "1.5"}))
    read_all()
    first = shown()
    assert (first["rows"], first["refused"], first["shards"]) == (1, 1, ["a"])
    assert first["gaps_open"] == 1
    assert "not filled yet" in first["error"]

    gaps.close(clock.now(), clock.now())
    whole = shown()
    assert "error" not in whole
    assert (whole["gaps"], whole["gaps_open"]) == (1, 0)
    assert 0 <= whole["lag_seconds"] < 3600

    out = StringIO()
    call_command("lake", "status", stdout=out)
    assert "covered" in out.getvalue()


def test_a_gap_that_is_found_again_while_it_is_filled_stays_open(played: Played) -> None:
    assert played.shards == {}
    now = clock.now().replace(microsecond=0)
    found = Gap("a", "17", now - timedelta(hours=2), now)
    gaps.record(found)
    again = Gap("a", "17", now, now + timedelta(minutes=5))
    gaps.record(again)
    gaps.close(now, now)

    (kept,) = gaps.every()
    assert (kept.since, kept.found) == (found.since, again.found)
    assert kept.filled is None
