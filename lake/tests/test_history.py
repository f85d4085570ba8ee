"""What an item was at a moment, out of rows in any order, twice, or out of the table."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from lake.rules.history import LAST, Timeline, at, counted, end_of, histories

PLACE = ("TENANT#north#STUDENT#ada", "EVAL#maths#2026-1#exam")


def row(second: int, sequence: str, version: str, change: str = "put") -> dict[str, Any]:
    return {
        "pk": PLACE[0],
        "sk": PLACE[1],
        "kind": "evaluation",
        "change": change,
        "written_at": f"2026-11-21T08:00:{second:02d}Z",
        "sequence": sequence and sequence.zfill(40),
        "item_version": version,
        "image": f'{{"version":{{"N":"{version}"}}}}',
    }


def versions(rows: list[dict[str, Any]]) -> list[str]:
    return [str(one["item_version"]) for one in counted(rows)]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([row(2, "2", "2"), row(1, "1", "1"), row(2, "2", "2")], ["1", "2"]),
        ([row(1, "9", "1"), row(2, "10", "2")], ["1", "2"]),  # numbers, not texts
        ([row(1, "1", "1"), row(5, "", "1")], ["1"]),  # the stream has told it already
        ([row(1, "1", "1"), row(5, "", "3"), row(9, "7", "4")], ["1", "3", "4"]),
        ([row(5, "", "3"), row(6, "", "3")], ["3"]),
        (
            [row(1, "1", "1"), row(2, "2", "1", "delete"), row(5, "", "1")],
            ["1"] * 3,
        ),  # it came back
    ],
)
def test_each_state_of_an_item_counts_once_and_in_order(
    rows: list[dict[str, Any]], expected: list[str]
) -> None:
    assert versions(rows) == expected


@given(some.permutations([row(n // 2, str(n), str(n)) for n in range(1, 9)]), some.data())
def test_neither_order_nor_repetition_matters(rows: list[dict[str, Any]], data: Any) -> None:
    again = data.draw(some.lists(some.sampled_from(rows)))
    assert versions([*rows, *again]) == [str(n) for n in range(1, 9)]


def test_an_item_is_what_it_was_last_until_somebody_removes_it() -> None:
    rows = [row(1, "1", "1"), row(2, "2", "2"), row(2, "3", "3"), row(4, "4", "3", "delete")]
    history = histories(rows)[PLACE]

    def version(second: int) -> str | None:
        found = at(history, end_of(datetime(2026, 11, 21, 8, 0, second, tzinfo=UTC)))
        return None if found is None else found.version

    assert [version(n) for n in range(6)] == [None, "1", "3", "3", None, None]
    assert at(history, LAST) is None


def test_between_two_changes_a_timeline_is_one_answer() -> None:
    rows = [row(1, "1", "1"), row(3, "2", "2")]
    timeline = Timeline(histories(rows, lambda _, image: image).values())
    moments = [end_of(datetime(2026, 11, 21, 8, 0, n, tzinfo=UTC)) for n in range(1, 5)]

    answers = [timeline.at(one) for one in moments]

    assert answers[0] is answers[1]
    assert answers[2] is answers[3]
    assert answers[1] != answers[2]
