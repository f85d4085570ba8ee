"""The lake: files in the folders of schools, which times there are, and the table's stream."""

import base64
import json
from collections.abc import Iterator
from urllib.parse import quote

from tests.isolation.asks import (
    ACCOUNT,
    REGION,
    TABLE_ARN,
    Ask,
    Call,
    Json,
    Meaning,
    Question,
    json_call,
)
from tests.isolation.items import LITERAL, SCHOOLS
from tests.isolation.objects import VERBS

BUCKET = "luca-data-lake"
NEVER = Meaning("closed")
EVENTS, GRADES = "events/year=2026/month=11/", "grades/year=2026/"
OWN = tuple(
    f"{folder}school_id={school}/f.parquet"
    for folder in (EVENTS, GRADES, "dlq/", "answers/")
    for school in SCHOOLS
)
PATHS = (
    *OWN,
    *(f"{EVENTS}school_id={school}/f.parquet" for school in ("*", "?", "a*", LITERAL)),
    # A path through another school's folder is the other school's, wherever it leads to.
    f"{EVENTS}school_id=b/school_id=a/f.parquet",
    f"{EVENTS}school_id=a/school_id=b/f.parquet",
    f"{GRADES}school_id=b/month=11/school_id=a/f.parquet",
    "events/school_id=a/f.parquet",
    "events/year=2026/school_id=a/f.parquet",
    "events/year=20261/month=11/school_id=a/f.parquet",
    "grades/year=2026/month=11/school_id=a/f.parquet",
    "other/year=2026/school_id=a/f.parquet",
    f"x{GRADES}school_id=a/f.parquet",
    "dlq/unknown/f.json",
    "dlq/f.json",
    "answers/f.csv",
    "tenants/a/report",
    "f.parquet",
)
SHARED = (
    *(EVENTS, "events/year=2026/", "events/", "events", GRADES, "grades/", "dlq/", "dlq/unknown/"),
    *("other/", "e", ""),
)
PREFIXES = (
    *(
        f"{folder}school_id={school}/"
        for folder in (EVENTS, GRADES, "dlq/", "answers/")
        for school in ("a", "a-b", "12", "b", LITERAL)
    ),
    *(f"{folder}school_id={part}" for folder in (EVENTS, GRADES) for part in ("", "a", "1")),
    f"{EVENTS}school_id=b/school_id=a/",
    *SHARED,
)


def all_of_the_lake() -> Iterator[Ask]:
    for path in PATHS:
        for method, action in VERBS.items():
            call = Call(method, f"/{BUCKET}/{quote(path, safe='/~')}", body=_body(method))
            question = Question(f"s3:{action}", f"arn:aws:s3:::{BUCKET}/{path}")
            meaning = Meaning("lake", action, (path,))
            yield Ask(f"lake {method} {path}", "s3", call, (question,), meaning)
    for prefix in PREFIXES:
        yield _listing(prefix, "")
    for prefix in (*SHARED, f"{EVENTS}school_id=a/", f"{EVENTS}school_id=b/"):
        yield _listing(prefix, "/")
        yield _listing(prefix, "=")
    yield from _never()
    yield from _stream()


def _body(method: str) -> bytes:
    return b"new" if method == "PUT" else b""


def _listing(prefix: str, delimiter: str) -> Ask:
    query = f"delimiter={quote(delimiter, safe='')}&" if delimiter else ""
    query += f"list-type=2&prefix={quote(prefix, safe='')}"
    context = {"s3:prefix": prefix} | ({"s3:delimiter": delimiter} if delimiter else {})
    return Ask(
        f"lake listing ?{query}",
        "s3",
        Call("GET", f"/{BUCKET}", query),
        (Question("s3:ListBucket", f"arn:aws:s3:::{BUCKET}", context),),
        Meaning("lake listing", delimiter, (prefix,)),
    )


def _never() -> Iterator[Ask]:
    own = f"{EVENTS}school_id=a/f.parquet"
    bucket, held = f"/{BUCKET}", f"/{BUCKET}/{own}"
    for action, resource, call in (
        ("ListBucketVersions", BUCKET, Call("GET", bucket, "versions=")),
        ("GetObjectVersion", f"{BUCKET}/{own}", Call("GET", held, "versionId=null")),
        ("DeleteObjectVersion", f"{BUCKET}/{own}", Call("DELETE", held, "versionId=null")),
        ("PutObjectAcl", f"{BUCKET}/{own}", Call("PUT", held, "acl=")),
        ("PutLifecycleConfiguration", BUCKET, Call("PUT", bucket, "lifecycle=")),
        ("DeleteBucket", BUCKET, Call("DELETE", bucket)),
    ):
        question = Question(f"s3:{action}", f"arn:aws:s3:::{resource}")
        yield Ask(f"lake {action}", "s3", call, (question,), NEVER)


STREAM = f"{TABLE_ARN}/stream/2026-11-01T00:00:00.000"
OTHER = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/other/stream/2026-11-01T00:00:00.000"


def _stream() -> Iterator[Ask]:
    """Whoever reads the stream sees every school's changes, and it alone may."""
    for arn in (STREAM, OTHER):
        table = arn.split("/")[1]
        told = json.dumps({"t": table, "s": "shardId-0", "p": 0, "i": 0, "arn": arn})
        iterator = base64.urlsafe_b64encode(told.encode()).decode()
        begin = {"StreamArn": arn, "ShardId": "s", "ShardIteratorType": "LATEST"}
        calls: dict[str, Json] = {
            "DescribeStream": {"StreamArn": arn},
            "GetShardIterator": begin,
            "GetRecords": {"ShardIterator": iterator},
        }
        for operation, body in calls.items():
            yield _of_a_stream(operation, arn, table, body)
    yield _of_a_stream("ListStreams", "*", "luca-platform", {"TableName": "luca-platform"})


def _of_a_stream(operation: str, arn: str, table: str, body: Json) -> Ask:
    return Ask(
        f"{operation} of the stream of {table}",
        "dynamodb",
        json_call(f"DynamoDBStreams_20120810.{operation}", body),
        (Question(f"dynamodb:{operation}", arn),),
        Meaning("stream", operation, (table,)),
    )
