"""Questions to the lake on AWS: who may ask them, where the answers lie, and what Glue shows.

Athena reads with whoever asks: what a question may read is what S3 lets its session read, which
the lake's own part of the matrix asks. The guard lets nobody through to the emulator's Athena,
which reads without asking.
"""

from collections.abc import Iterator

from tests.isolation.asks import ACCOUNT, REGION, Ask, Call, Json, Meaning, Question, json_call

NEVER = Meaning("closed")
READS_ALL = "the emulator's Athena reads every school's files"
GROUPS = ("luca-lake", "primary", "luca-lake-2")
ASKED: dict[str, Json] = {
    "StartQueryExecution": {"QueryString": "SELECT 1", "ClientRequestToken": "t" * 32},
    "GetQueryExecution": {"QueryExecutionId": "q"},
    "GetQueryResults": {"QueryExecutionId": "q"},
    "StopQueryExecution": {"QueryExecutionId": "q"},
}
NEVER_ASKED: dict[str, Json] = {
    "ListQueryExecutions": {},
    "UpdateWorkGroup": {"Description": "d"},
    "DeleteWorkGroup": {},
    "CreatePreparedStatement": {"StatementName": "s", "QueryStatement": "SELECT 1"},
}
OWN, OTHER = ("table/luca_lake/events", "database/luca_lake", "catalog"), "table/other/events"
GLUE: dict[str, tuple[str, ...]] = {
    "GetTable": (*OWN, OTHER),
    "GetDatabase": ("database/luca_lake", "catalog", "database/other"),
    **dict.fromkeys(("GetPartitions", "UpdateTable", "DeleteTable"), (*OWN, OTHER)),
}


def questions() -> Iterator[Ask]:
    for group in GROUPS:
        for operation, body in (ASKED | NEVER_ASKED).items():
            arn = f"arn:aws:athena:{REGION}:{ACCOUNT}:workgroup/{group}"
            call = json_call(f"AmazonAthena.{operation}", {**body, "WorkGroup": group}, "/", "1.1")
            own = group == GROUPS[0] and operation in ASKED
            meaning = Meaning("athena", operation) if own else NEVER
            question = Question(f"athena:{operation}", arn)
            where = f"lake Athena {operation} in {group}"
            yield Ask(where, "athena", call, (question,), meaning, (), READS_ALL)


def tables() -> Iterator[Ask]:
    """What Athena asks in the session's name: the tables, and where the bucket is."""
    yield Ask(
        "lake location",
        "s3",
        Call("GET", "/luca-data-lake", "location="),
        (Question("s3:GetBucketLocation", "arn:aws:s3:::luca-data-lake"),),
        Meaning("athena", "GetBucketLocation"),
        (),
        "only Athena asks for it",
    )
    for operation, resources in GLUE.items():
        for resource in resources:
            arn = f"arn:aws:glue:{REGION}:{ACCOUNT}:{resource}"
            call = json_call(
                f"AWSGlue.{operation}", {"DatabaseName": "luca_lake", "Name": "events"}, "/", "1.1"
            )
            own = operation in {"GetTable", "GetDatabase"} and resource in OWN
            meaning = Meaning("athena", operation) if own else NEVER
            where = f"lake Glue {operation} of {resource}"
            question = Question(f"glue:{operation}", arn)
            yield Ask(where, "glue", call, (question,), meaning, (), READS_ALL)
