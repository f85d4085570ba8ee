"""One request of the matrix, said three times: as bytes, in IAM's words and in the architecture's.

The three are written side by side and by hand. Nothing here comes from the guard's own reading of
requests, or its mistakes would be ours.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

ACCOUNT = "000000000000"
REGION = "us-east-1"
TABLE = "luca-platform"
TABLE_ARN = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{TABLE}"
INDEXES = ("GSI1", "GSI2")

Json = dict[str, Any]
Context = Mapping[str, str | Sequence[str]]


@dataclass(frozen=True, slots=True)
class Call:
    """What travels."""

    method: str = "POST"
    path: str = "/"
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Question:
    """What IAM is asked.

    ``trust`` names a role (or ``kms-key``) whose own policy has a say, too. ``bare`` asks whether
    the action would be allowed if every condition of the identity policy held.
    """

    action: str
    resource: str
    context: Context = field(default_factory=dict)
    trust: str = ""
    bare: bool = False


@dataclass(frozen=True, slots=True)
class Meaning:
    """What the request is about, in the words of the architecture's chapter on tenancy."""

    # items, objects, listing, lake, lake listing, athena, stream, queue, topic, users, metrics,
    # machine, rule, enter, closed
    kind: str
    verb: str = ""
    names: tuple[str, ...] = ()  # partition keys, paths, a queue, a topic, a role
    tags: tuple[tuple[str, str], ...] = ()
    changed: tuple[str, ...] = ()  # partition keys whose items may lose what they held


@dataclass(frozen=True, slots=True)
class Ask:
    name: str
    service: str
    call: Call
    questions: tuple[Question, ...]
    meaning: Meaning
    planted: tuple[str, ...] = ()  # index keys that a write gives to an item
    narrower: str = ""  # why the guard refuses what AWS would allow


def json_call(target: str, body: Json, path: str = "/", version: str = "1.0") -> Call:
    headers = {"content-type": f"application/x-amz-json-{version}", "x-amz-target": target}
    return Call(path=path, headers=headers, body=json.dumps(body).encode())


def dynamodb(operation: str, body: Json) -> Call:
    return json_call(f"DynamoDB_20120810.{operation}", body)


def about(action: str, keys: Sequence[str], index: str | None = None) -> Question:
    """A question about items by their leading keys; without keys the context has none."""
    arn = TABLE_ARN if index is None else f"{TABLE_ARN}/index/{index}"
    context = {"dynamodb:LeadingKeys": list(keys)} if keys else {}
    return Question(f"dynamodb:{action}", arn, context)
