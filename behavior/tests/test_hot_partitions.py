"""docs/behavior.md reckons with the size of an event and with calls: these are the code's."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from behavior import repository, rules
from behavior.services import activity, sending
from behavior.tests.making import accepted, ulid
from luca.aws.store.items import BATCH_WRITE
from luca.kernel import context

TEXT = (Path(__file__).parents[2] / "docs" / "behavior.md").read_text()
RATE = 5000  # events a second of one school
KB = 1024
EVENTS: dict[str, dict[str, Any]] = {
    "`login`, no metadata": {"type": "login"},
    "`quiz_completed` with four fields": {
        "metadata": {"quiz": "fractions-3", "score": 8, "of": 10, "seconds": 412}
    },
    "a click of the Open University": {
        "type": "oucontent",
        "quantity": 7,
        "source": "backfill",
        "metadata": {"site": "546614"},
    },
    "the largest: 8,192 bytes of metadata": {
        "type": "t" * 64,
        "source": "s" * 64,
        "quantity": 1_000_000,
        "metadata": {"x": "x" * (rules.METADATA_LIMIT - 8)},
    },
}


def size(item: dict[str, Any]) -> int:
    """Bytes of an item as DynamoDB counts them: names, UTF-8, two digits of a number in a byte."""
    return sum(
        len(name) + _size(kind, text)
        for name, value in item.items()
        for kind, text in value.items()
    )


def _size(kind: str, text: str) -> int:
    return len(text.encode()) if kind == "S" else (len(text.strip("0")) + 1) // 2 + 1


def stored(**changes: Any) -> dict[str, Any]:
    source = changes.pop("source", "app")
    event = replace(accepted(student="a-20418", **changes), source=source)
    with context.entered(school="colegio-juarez"):
        return repository._raw(event)


def told(event: str) -> tuple[int, int]:
    """Bytes and units, as the table of the document has them."""
    found = re.search(rf"^\| {re.escape(event)} \| ([\d,]+) \| (\d+) \|", TEXT, re.MULTILINE)
    assert found, f"docs/behavior.md has no row for {event}"
    return int(found[1].replace(",", "")), int(found[2])


@pytest.mark.parametrize("event", EVENTS)
def test_an_event_is_as_large_as_the_document_says(event: str) -> None:
    measured = size(stored(**EVENTS[event]))
    said, units = told(event)
    assert abs(measured - said) <= 0.05 * measured, f"it has {measured} bytes"
    assert units == -(-measured // KB)


def test_the_size_is_that_of_what_is_written() -> None:
    """By hand: 3 + 5 bytes of a text and its name, 3 + 2 of a number with two digits."""
    assert size({"abc": {"S": "ñandú"}, "ttl": {"N": "1200"}}) == 3 + 7 + 3 + 2
    item = stored(event_id=ulid(datetime(2026, 11, 21, 8, 29, tzinfo=UTC)))
    assert not [name for name in item if name.startswith("GSI")]  # no index is touched


SAID = {
    "BatchWriteItem": RATE // BATCH_WRITE,
    "ReceiveMessage": RATE // sending.SENDING,
    "DeleteMessageBatch": RATE // sending.SENDING,
}


@pytest.mark.parametrize("call", SAID)
def test_the_calls_are_counted_as_the_code_makes_them(call: str) -> None:
    assert f"| {call} | {SAID[call]} |" in TEXT


def test_what_the_reads_are_bound_to_is_what_the_document_says() -> None:
    text = " ".join(TEXT.split())
    assert f"one request looks at {repository.LOOKED_AT:,} events and no more" in text
    assert f"A group of more than {activity.MOST_MEMBERS} is refused" in text
    assert f"one Query for each member, {activity.WIDTH} at once" in text
