"""Counts what was promised and what is stored, with the SDK alone: nothing of Luca's reading."""

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from bench.mass import Answer

_tables: dict[str, Any] = {}  # a client for each school


def counted(answers: Sequence[Answer]) -> None:
    """Compare what was promised with the table, read by the SDK alone."""
    promised: dict[tuple[str, str], Counter[str]] = {}
    for one in answers:
        promised.setdefault((one.post.school, one.post.student), Counter()).update(one.ids)
    assert all(set(ids.values()) == {1} for ids in promised.values()), "an id was given twice"
    with ThreadPoolExecutor(8) as pool:
        for who, found in zip(promised, pool.map(_stored_by_sdk, promised), strict=True):
            assert found == promised[who], (who, len(found), len(promised[who]))


def _stored_by_sdk(who: tuple[str, str]) -> Counter[str]:
    school, student = who
    found: Counter[str] = Counter()
    more: dict[str, Any] = {}
    while True:
        answer = _tables[school].query(
            TableName="luca-platform",
            KeyConditionExpression="PK = :p AND begins_with(SK, :e)",
            ExpressionAttributeValues={
                ":p": {"S": f"TENANT#{school}#STUDENT#{student}"},
                ":e": {"S": "EVENT#"},
            },
            ConsistentRead=True,
            **more,
        )
        found.update(one["SK"]["S"].rpartition("#")[2] for one in answer["Items"])
        if "LastEvaluatedKey" not in answer:
            return found
        more = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}


def open_schools(schools: Sequence[str]) -> None:
    """Open the schools, and a reader for each, as the school."""
    import boto3

    from luca.aws import scoped
    from luca.kernel import context
    from tenants import services
    from tenants.domain import School

    for one in schools:
        services.create_school(School(id=one, name="Bench"))  # type: ignore[arg-type]
        with context.entered(school=one):
            keys = scoped.credentials()
        _tables[one] = boto3.client(
            "dynamodb",
            aws_access_key_id=keys.access_key,
            aws_secret_access_key=keys.secret_key,
            aws_session_token=keys.token,
        )
