"""Fills a lake with made-up changes of the table, as its writer would."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING, Any

from lake.definition import dataset_of, datasets
from lake.repository import parquet
from lake.rules import row_of
from luca.aws import lake
from luca.kernel import clock, context
from luca.kernel.ids import uuid7

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from lake.domain import Partition, Row

Item = dict[str, Any]  # as DynamoDB spells it
_numbers = count(1)


def event(
    student: str, kind: str, at: str, quantity: int = 1, metadata: str = "{}", event_id: str = ""
) -> Item:
    """An event of the context's school; ``at`` is a stamp."""
    name = event_id or uuid7(clock.parse(at))
    told = f"{kind}{at}{quantity}{metadata}"
    return {
        "PK": {"S": f"TENANT#{context.school()}#STUDENT#{student}"},
        "SK": {"S": f"EVENT#{at}#{name}"},
        "kind": {"S": "event"},
        "type": {"S": kind},
        "time": {"S": at},
        "quantity": {"N": str(quantity)},
        "source": {"S": "app"},
        "metadata": {"S": metadata},
        "received": {"S": at},
        "digest": {"S": hashlib.sha256(told.encode()).hexdigest()},
    }


def evaluation(student: str, teacher: str, submitted: str, recorded: str, version: int = 1) -> Item:
    """A score of the exam in mathematics; ``version`` tells corrections apart."""
    return {
        "PK": {"S": f"TENANT#{context.school()}#STUDENT#{student}"},
        "SK": {"S": "EVAL#maths#2026-1#exam"},
        "kind": {"S": "evaluation"},
        "student": {"S": student},
        "subject": {"S": "maths"},
        "period": {"S": "2026-1"},
        "assessment": {"S": "exam"},
        "score": {"N": str(version)},
        "max": {"N": "10"},
        "submitted_at": {"S": submitted},
        "recorded_at": {"S": recorded},
        "recorded_by": {"S": teacher},
        "version": {"N": str(version)},
    }


def grade(
    student: str, score: str, version: int = 1, subject: str = "maths", period: str = "2026-1"
) -> Item:
    return {
        "PK": {"S": f"TENANT#{context.school()}#STUDENT#{student}"},
        "SK": {"S": f"GRADE#{subject}#{period}"},
        "kind": {"S": "grade"},
        "student": {"S": student},
        "subject": {"S": subject},
        "period": {"S": period},
        "consolidated_score": {"N": score},
        "version": {"N": str(version)},
    }


def change(item: Item, at: datetime, name: str = "INSERT") -> Row:
    """What the stream tells of an item that was written, or with REMOVE deleted, at an instant."""
    side = "OldImage" if name == "REMOVE" else "NewImage"
    told = {
        "Keys": {one: item[one] for one in ("PK", "SK")},
        side: item,
        "SequenceNumber": str(next(_numbers)),
        "ApproximateCreationDateTime": at,
    }
    row = row_of({"eventName": name, "dynamodb": told}, dataset_of)
    assert row is not None
    return row


def filled(item: Item, at: datetime) -> Row:
    """A row that was made of the table itself, because the stream had lost its record."""
    row = change(item, at)
    return replace(row, values={**row.values, "sequence": ""})


def written(items: Iterable[Item], at: datetime) -> list[Row]:
    return [change(item, at) for item in items]


def store(rows: Iterable[Row], name: str = "part-1") -> list[str]:
    """Write rows into the lake of the context's school, one file for each of their folders."""
    found: dict[Partition, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.partition].append(row)
    names = []
    for partition, own in found.items():
        data = parquet.encode(datasets()[partition.dataset], [row.values for row in own])
        names.append(f"{partition.folder}{name}.parquet")
        lake.write(names[-1], data)
    return names
