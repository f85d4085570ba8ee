"""What becomes of a record of the stream."""

from datetime import UTC, datetime
from typing import Any

import pytest

from lake.definition import dataset_of
from lake.domain import Partition
from lake.rules import Poison, row_of

NOON = datetime(2026, 11, 21, 12, 0, 1, tzinfo=UTC)
EVENT = {
    "PK": {"S": "TENANT#north#STUDENT#s1"},
    "SK": {"S": "EVENT#2026-10-31T23:59:59.999Z#0192"},
    "kind": {"S": "event"},
    "type": {"S": "login"},
    "quantity": {"N": "3"},
    "digest": {"S": "d1"},
    "GSI1PK": {"S": "TENANT#north#X"},
}
SCORE = {
    "PK": {"S": "TENANT#north#STUDENT#s1"},
    "SK": {"S": "EVAL#maths#2026-1#exam"},
    "kind": {"S": "evaluation"},
    "score": {"N": "7.10"},
    "group": {"S": "1a"},
    "version": {"N": "12"},
}


def record(image: dict[str, Any], name: str = "INSERT", **more: Any) -> dict[str, Any]:
    side = "OldImage" if name == "REMOVE" else "NewImage"
    told = {
        "Keys": {one: image[one] for one in ("PK", "SK")},
        side: image,
        "SequenceNumber": "17",
        "ApproximateCreationDateTime": NOON,
    }
    return {"eventName": name, "dynamodb": told, **more}


def test_an_event_lies_in_the_month_of_its_own_time() -> None:
    row = row_of(record(EVENT), dataset_of)

    assert row is not None
    assert row.partition == Partition("events", "2026", "10", "north")
    assert row.partition.folder == "events/year=2026/month=10/school_id=north/"
    assert row.values["quantity"] == 3
    assert row.values["item_version"] == "d1"
    assert row.values["sequence"] == "17".zfill(40)
    assert row.values["source"] is None


def test_a_result_lies_in_the_year_in_which_it_was_written_and_keeps_its_digits() -> None:
    row = row_of(record(SCORE, "MODIFY"), dataset_of)

    assert row is not None
    assert row.partition.folder == "grades/year=2026/school_id=north/"
    assert row.values["score"] == "7.10"
    assert (row.values["class_group"], row.values["item_version"]) == ("1a", "12")
    assert row.values["written_at"] == "2026-11-21T12:00:01Z"
    assert str(row.values["image"]).startswith('{"PK":{"S":"TENANT#north')


def test_what_somebody_removes_leaves_a_row_and_what_expires_leaves_none() -> None:
    by_ttl = {"userIdentity": {"Type": "Service", "PrincipalId": "dynamodb.amazonaws.com"}}

    removed = row_of(record(EVENT, "REMOVE"), dataset_of)

    assert removed is not None
    assert removed.values["change"] == "delete"
    assert row_of(record(EVENT, "REMOVE", **by_ttl), dataset_of) is None


@pytest.mark.parametrize("kind", ["student", "guardian", "account", "session", "audit", "lookup"])
def test_nobody_s_name_or_address_comes_into_the_lake(kind: str) -> None:
    assert row_of(record({**EVENT, "kind": {"S": kind}}), dataset_of) is None


@pytest.mark.parametrize(
    "broken",
    [
        {**EVENT, "PK": {"S": "PLATFORM#SCHOOLS"}},
        {**EVENT, "PK": {"S": "TENANT#../other#STUDENT#s1"}},
        {**EVENT, "SK": {"S": "EVENT#yesterday#1"}},
        {**EVENT, "quantity": {"N": "1.5"}},
        {**EVENT, "quantity": {"N": "9223372036854775808"}},
    ],
)
def test_what_no_row_can_be_made_of_is_poison(broken: dict[str, Any]) -> None:
    with pytest.raises(Poison):
        row_of(record(broken), dataset_of)
