"""The separate reader: scans the table with the home's bootstrap key and believes nobody.

It shares no code with Luca's models, keys or repositories. What it knows of the
table is its documentation: how keys are built and what the fields are called.
"""

from __future__ import annotations

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from mypy_boto3_dynamodb import DynamoDBClient

SEGMENTS = 1  # more would make each page dearer: the emulator sorts the whole table for each
LAST = 1 << 40  # for items that never expire


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where the table is, and the one key that may read all of it."""

    url: str
    key: str
    secret: str
    region: str
    table: str

    def client(self) -> DynamoDBClient:
        return boto3.client(
            "dynamodb",
            endpoint_url=self.url,
            aws_access_key_id=self.key,
            aws_secret_access_key=self.secret,
            region_name=self.region,
            config=Config(read_timeout=300, retries={"mode": "standard", "total_max_attempts": 3}),
        )


# A school, a student, and whatever else names the item.
Name = tuple[str, ...]


@dataclass(slots=True)
class Found:
    """What lies in the table, sorted by kind."""

    schools: set[str] = field(default_factory=set)
    students: set[Name] = field(default_factory=set)
    enrolments: set[Name] = field(default_factory=set)  # school, student, subject, period
    evaluations: dict[Name, Evaluation] = field(default_factory=dict)  # … assessment
    grades: dict[Name, Grade] = field(default_factory=dict)  # … subject, period
    events: dict[Name, Events] = field(default_factory=dict)  # … source
    records: Counter[tuple[str, str]] = field(default_factory=Counter)  # school, sync state
    balances: list[Balance] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)
    strangers: int = 0  # items under keys of no school and no platform


class Balance(NamedTuple):
    """What a sync run's own reconciliation says."""

    school: str
    run: str
    content: dict[str, Any]


class Evaluation(NamedTuple):
    status: str
    score: str | None


class Grade(NamedTuple):
    """Scores as the table spells them; None is undefined."""

    published: str | None
    current: str | None
    final: str | None
    version: int


@dataclass(slots=True)
class Events:
    """A student's events from one source: how many, and the sum of their quantities."""

    number: int = 0
    quantity: int = 0


def scan(endpoint: Endpoint, now: datetime) -> Found:
    """Read the whole table, some segments at once."""
    with ThreadPoolExecutor(SEGMENTS) as pool:
        parts = list(pool.map(lambda n: _segment(endpoint, n, now), range(SEGMENTS)))
    whole = parts[0]
    for part in parts[1:]:
        _merge(whole, part)
    return whole


def nights_over(endpoint: Endpoint, schools: Iterable[str]) -> bool:
    """Whether a worker has ended the night of every one of the schools, well or not."""
    client = endpoint.client()
    for school in schools:
        found = client.query(
            TableName=endpoint.table,
            KeyConditionExpression="PK = :pk",
            ExpressionAttributeValues={":pk": {"S": f"PLATFORM#LOCK#{school}"}},
            ConsistentRead=True,
        )
        if not any(item["state"].get("S") in {"finished", "failed"} for item in found["Items"]):
            return False
    return True


def sync_runs(endpoint: Endpoint, school: str) -> dict[str, str]:
    """The school's sync runs and how they stand."""
    client = endpoint.client()
    listed = client.query(
        TableName=endpoint.table,
        KeyConditionExpression="PK = :pk",
        ExpressionAttributeValues={":pk": {"S": f"TENANT#{school}#SYNCRUNS"}},
        ConsistentRead=True,
    )
    found = {}
    for item in listed["Items"]:
        run = item["run"]["S"]
        key = {"PK": {"S": f"TENANT#{school}#SYNCRUN#{run}"}, "SK": {"S": "RUN"}}
        at = client.get_item(TableName=endpoint.table, Key=key, ConsistentRead=True)
        found[run] = at["Item"]["status"]["S"] if "Item" in at else "RUNNING"
    return found


def _segment(endpoint: Endpoint, segment: int, now: datetime) -> Found:
    found = Found()
    pages = (
        endpoint.client()
        .get_paginator("scan")
        .paginate(
            TableName=endpoint.table, Segment=segment, TotalSegments=SEGMENTS, ConsistentRead=True
        )
    )
    for page in pages:
        for item in page["Items"]:
            plain = {name: _plain(value) for name, value in item.items()}
            if int(plain.get("ttl") or LAST) > now.timestamp():  # else it is absent already
                _sort(found, plain)
    return found


def _sort(found: Found, item: dict[str, Any]) -> None:
    kind, pk, sk = item["kind"], item["PK"].split("#"), item["SK"].split("#")
    found.kinds[kind] += 1
    if pk[0] != "TENANT":
        found.strangers += pk[0] != "PLATFORM"
        return
    school, what = pk[1], pk[2]
    if what == "CONFIG" and sk == ["PROFILE"]:
        found.schools.add(school)
    elif what == "COURSE" and sk[0] == "ENROLLED":
        found.enrolments.add((school, sk[1], pk[3], pk[4]))
    elif what == "SYNCRUN":
        _sort_sync(found, school, pk[3], sk, item)
    elif what == "STUDENT":
        _sort_student(found, (school, pk[3]), sk, item)


def _sort_sync(found: Found, school: str, run: str, sk: list[str], item: dict[str, Any]) -> None:
    if sk[0] == "RECORD" and not item.get("moved_to"):  # else it is counted where it moved to
        found.records[school, item["state"]] += 1
    elif sk[0] == "BALANCE":
        found.balances.append(Balance(school, run, json.loads(item["balance"])))


def _sort_student(found: Found, who: Name, sk: list[str], item: dict[str, Any]) -> None:
    if sk == ["PROFILE"]:
        found.students.add(who)
    elif sk[0] == "EVAL":
        found.evaluations[(*who, *sk[1:])] = Evaluation(item["status"], item.get("score"))
    elif sk[0] == "GRADE":
        found.grades[(*who, *sk[1:])] = Grade(
            item.get("consolidated_score"),
            item.get("current"),
            item.get("final"),
            int(item["version"]),
        )
    elif sk[0] == "EVENT":
        events = found.events.setdefault((*who, item["source"]), Events())
        events.number += 1
        events.quantity += int(item["quantity"])


def _merge(whole: Found, part: Found) -> None:
    whole.schools |= part.schools
    whole.students |= part.students
    whole.enrolments |= part.enrolments
    whole.evaluations |= part.evaluations
    whole.grades |= part.grades
    whole.records += part.records
    whole.balances += part.balances
    whole.kinds += part.kinds
    whole.strangers += part.strangers
    for name, events in part.events.items():
        known = whole.events.setdefault(name, Events())
        known.number += events.number
        known.quantity += events.quantity


def _plain(value: Any) -> Any:
    """The value inside DynamoDB's envelope; numbers stay text, so that none is rounded."""
    ((kind, inner),) = value.items()
    return None if kind == "NULL" else inner
