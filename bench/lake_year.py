"""A made-up year of two schools' events and grades, as records of the stream and rows of files."""

import hashlib
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from luca.kernel import clock
from luca.kernel.ids import uuid7

SCHOOLS = ("north", "south")
STUDENTS, TEACHERS = 250, 12
FIRST = datetime(2025, 11, 1, tzinfo=UTC)
DAYS = 365
NOW = FIRST + timedelta(days=DAYS)
KINDS = ("session_started", "session_ended", "login", "quiz_completed", "page_view")
SUBJECTS = ("maths", "history", "biology", "art")
METADATA = ('{"device":"phone"}', '{"device":"desk","room":"1A"}', "{}", '{"page":"tareas"}')

Record = dict[str, Any]  # of GetRecords
_numbers = count(1)


def events(
    school: str, number: int, since: datetime, seconds: float, conflicts: int = 1 << 62
) -> Iterator[Record]:
    """So many events of a school, spread over a time, in its order.

    One of so many is sent once more with the same id and something else in it.
    """
    dice = random.Random(f"{school}{number}")  # noqa: S311 -- the same year each time
    for place in range(number):
        at = since + timedelta(seconds=seconds * place / number)
        made = event(school, at, dice)
        yield made
        if place % conflicts == conflicts - 1:
            yield changed(made)


def event(school: str, at: datetime, dice: random.Random) -> Record:
    """One event, with an id and a digest as random as real ones: they are most of a file."""
    stamp = clock.stamp(at)
    student = f"s{dice.randrange(STUDENTS):05}"
    name = uuid7(at, dice.randbytes(10))
    kind, quantity = dice.choice(KINDS), str(dice.randrange(1, 90))
    metadata = dice.choice(METADATA)
    digest = hashlib.sha256(f"{name}{kind}{quantity}{metadata}".encode()).hexdigest()
    item = {
        "PK": {"S": f"TENANT#{school}#STUDENT#{student}"},
        "SK": {"S": f"EVENT#{stamp}#{name}"},
        "kind": {"S": "event"},
        "type": {"S": kind},
        "time": {"S": stamp},
        "quantity": {"N": quantity},
        "source": {"S": "app"},
        "metadata": {"S": metadata},
        "received": {"S": clock.stamp(at + timedelta(seconds=dice.random()))},
        "digest": {"S": digest},
        "ttl": {"N": str(int((at + timedelta(days=30)).timestamp()))},
    }
    return record(item, at)


def changed(written: Record) -> Record:
    """The same item, written again with something else in it."""
    item = written["dynamodb"]["NewImage"]
    at = clock.parse(item["time"]["S"])
    return record({**item, "quantity": {"N": "90"}, "digest": {"S": "0" * 64}}, at)


def results(school: str) -> Iterator[Record]:
    """An evaluation of every student in every subject each month, and the grade that follows."""
    dice = random.Random(school)  # noqa: S311 -- the same year each time
    for month in range(12):
        at = FIRST + timedelta(days=30 * month + 12)
        for place in range(STUDENTS * len(SUBJECTS)):
            student, subject = f"s{place % STUDENTS:05}", SUBJECTS[place // STUDENTS]
            yield record(evaluation(school, student, subject, month, dice), at)
            yield record(grade(school, student, subject, month, dice), at + timedelta(hours=9))


def evaluation(
    school: str, student: str, subject: str, month: int, dice: random.Random
) -> dict[str, Any]:
    at = FIRST + timedelta(days=30 * month + 12)
    return {
        "PK": {"S": f"TENANT#{school}#STUDENT#{student}"},
        "SK": {"S": f"EVAL#{subject}#2026-1#quiz-{month:02}"},
        "kind": {"S": "evaluation"},
        "student": {"S": student},
        "subject": {"S": subject},
        "period": {"S": "2026-1"},
        "assessment": {"S": f"quiz-{month:02}"},
        "group": {"S": f"{1 + int(student[1:]) % 6}a"},
        "status": {"S": "scored"},
        "score": {"N": str(dice.randrange(101))},
        "max": {"N": "100"},
        "submitted_at": {"S": clock.stamp(at - timedelta(hours=dice.randrange(1, 200)))},
        "recorded_at": {"S": clock.stamp(at)},
        "recorded_by": {"S": f"t{dice.randrange(TEACHERS):02}"},
        "version": {"N": "1"},
    }


def grade(
    school: str, student: str, subject: str, month: int, dice: random.Random
) -> dict[str, Any]:
    return {
        "PK": {"S": f"TENANT#{school}#STUDENT#{student}"},
        "SK": {"S": f"GRADE#{subject}#2026-1"},
        "kind": {"S": "grade"},
        "student": {"S": student},
        "subject": {"S": subject},
        "period": {"S": "2026-1"},
        "consolidated_score": {"N": str(dice.randrange(101))},
        "verdict": {"S": "passed"},
        "trace_hash": {"S": dice.randbytes(32).hex()},
        "version": {"N": str(month + 1)},
    }


def record(item: dict[str, Any], at: datetime) -> Record:
    """What the stream tells of an item that was written."""
    return {
        "eventID": f"{next(_numbers):032x}",
        "eventName": "INSERT",
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": "us-east-1",
        "dynamodb": {
            "ApproximateCreationDateTime": int(at.timestamp()),
            "Keys": {name: item[name] for name in ("PK", "SK")},
            "NewImage": item,
            "SequenceNumber": f"{next(_numbers):021}",
            "SizeBytes": 500,
            "StreamViewType": "NEW_AND_OLD_IMAGES",
        },
    }
