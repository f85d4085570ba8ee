"""All the rest of DynamoDB: whatever else the SDK can send, and known operations without a key."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import botocore.session

from tests.isolation.asks import (
    INDEXES,
    TABLE,
    TABLE_ARN,
    Ask,
    Json,
    Meaning,
    Question,
    about,
    dynamodb,
    json_call,
)
from tests.isolation.items import HERE, PARTITIONS, key, pinned, text
from tests.isolation.mixtures import of

JUDGED = frozenset(
    {
        *("GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "Scan"),
        *("BatchGetItem", "BatchWriteItem", "TransactGetItems", "TransactWriteItems"),
        *("ExecuteStatement", "BatchExecuteStatement", "ExecuteTransaction"),
    }
)
STATEMENTS = {
    "PartiQLSelect": "SELECT * FROM \"{t}\" WHERE PK = '{p}'",
    "PartiQLInsert": "INSERT INTO \"{t}\" VALUE {{'PK': '{p}', 'SK': 'NEW'}}",
    "PartiQLUpdate": "UPDATE \"{t}\" SET v = 'x' WHERE PK = '{p}' AND SK = 'NEW'",
    "PartiQLDelete": "DELETE FROM \"{t}\" WHERE PK = '{p}' AND SK = 'NEW'",
}
NEVER = Meaning("closed")
BY_ARN = "the table named by its ARN"


def everything_else() -> Iterator[Ask]:
    """Scan, PartiQL, every other operation, and requests without a key.

    AWS tells IAM no leading key for a Scan, so the Null clause alone would stop it. We ask a second
    time as if all conditions held: these actions must not be granted at all.
    """
    for ask in (*_scans(), *_unhandled("dynamodb")):
        yield ask
        bare = tuple(replace(question, bare=True) for question in ask.questions)
        yield replace(ask, name=f"{ask.name}, conditions aside", questions=bare)
    yield from _partiql()
    yield from _keyless()
    yield from _other_tables()


def _scans() -> Iterator[Ask]:
    own = {"FilterExpression": "PK = :p", "ExpressionAttributeValues": {":p": text(of("a"))}}
    condition = {"ComparisonOperator": "EQ", "AttributeValueList": [text(of("a"))]}
    forms: dict[str, Json] = {
        "Scan": {},
        "Scan, filtered to one school": own,
        "Scan, filtered in the old form": {"ScanFilter": {"PK": condition}},
        "Scan from a key": {"ExclusiveStartKey": key(of("a"))},
        "Scan, one segment": {"Segment": 0, "TotalSegments": 4},
    }
    for name, body in forms.items():
        call = dynamodb("Scan", {**HERE, **body})
        yield Ask(name, "dynamodb", call, (about("Scan", []),), NEVER)
        for index in INDEXES:
            call = dynamodb("Scan", {**HERE, "IndexName": index, **body})
            question = about("Scan", [], index)
            yield Ask(f"{name} of {index}", "dynamodb", call, (question,), NEVER)


def _partiql() -> Iterator[Ask]:
    for partition in PARTITIONS[:10]:
        for action, template in STATEMENTS.items():
            statement = {"Statement": template.format(t=TABLE, p=partition)}
            forms: dict[str, Json] = {
                "ExecuteStatement": statement,
                "BatchExecuteStatement": {"Statements": [statement]},
                "ExecuteTransaction": {"TransactStatements": [statement]},
            }
            for operation, body in forms.items():
                name = f"{operation}, {action} of {partition}"
                question = about(action, [partition])
                yield Ask(name, "dynamodb", dynamodb(operation, body), (question,), NEVER)


def _keyless() -> Iterator[Ask]:
    """Requests that name no leading key, or name it so that it is not one value."""
    value = {":p": text("TENANT#")}
    unpinned = {
        "begins_with": "begins_with(PK, :p)",
        "greater": "PK > :p",
        "sort key only": "SK = :p",
        "or": "PK = :p OR SK = :p",
        "not": "NOT PK = :p",
        "between": "PK BETWEEN :p AND :p",
    }
    bodies: dict[tuple[str, str], Json] = {
        ("Query", f"by {name}"): {
            **HERE,
            "KeyConditionExpression": condition,
            "ExpressionAttributeValues": value,
        }
        for name, condition in unpinned.items()
    }
    begins = {"ComparisonOperator": "BEGINS_WITH", "AttributeValueList": [text("TENANT#")]}
    swapped = {
        "KeyConditionExpression": "PK = :p AND SK = :q",
        "ExpressionAttributeNames": {"PK": "SK", "SK": "PK"},
        "ExpressionAttributeValues": {":p": text(of("a")), ":q": text(of("b"))},
    }
    bodies |= {
        ("Query", "without any condition"): HERE,
        ("Query", "by begins_with, old form"): {**HERE, "KeyConditions": {"PK": begins}},
        ("Query", "with swapped names"): {**HERE, **swapped},
        ("Query", "of a number"): {
            **HERE,
            "KeyConditionExpression": "PK = :p",
            "ExpressionAttributeValues": {":p": {"N": "1"}},
        },
        ("GetItem", "of no key"): {**HERE, "Key": {}},
        ("GetItem", "of a number"): {**HERE, "Key": {"PK": {"N": "1"}, "SK": text("x")}},
        ("PutItem", "of nothing"): {**HERE, "Item": {}},
        ("BatchGetItem", "of nothing"): {"RequestItems": {TABLE: {"Keys": []}}},
        ("BatchWriteItem", "of nothing"): {"RequestItems": {TABLE: []}},
    }
    for (operation, name), body in bodies.items():
        call, question = dynamodb(operation, body), about(operation, [])
        yield Ask(f"{operation} {name}", "dynamodb", call, (question,), NEVER)


def _other_tables() -> Iterator[Ask]:
    away = "arn:aws:dynamodb:us-east-1:{}:table/{}"
    others = {
        "other": away.format("000000000000", "other"),
        "luca-platform2": away.format("000000000000", "luca-platform2"),
        "arn:aws:dynamodb:us-east-1:111111111111:table/luca-platform": away.format(
            "111111111111", TABLE
        ),
        "arn:aws:dynamodb:eu-west-1:000000000000:table/luca-platform": TABLE_ARN.replace(
            "us-east-1", "eu-west-1"
        ),
    }
    leading = {"dynamodb:LeadingKeys": [of("a")]}
    for table, arn in others.items():
        bodies: dict[str, Json] = {
            "GetItem": {"TableName": table, "Key": key(of("a"))},
            "PutItem": {"TableName": table, "Item": key(of("a"))},
            "BatchGetItem": {"RequestItems": {table: {"Keys": [key(of("a"))]}}},
        }
        for operation, body in bodies.items():
            question = Question(f"dynamodb:{operation}", arn, leading)
            name = f"{operation} of the table {table}"
            yield Ask(name, "dynamodb", dynamodb(operation, body), (question,), NEVER)
    for school in ("a", "b"):
        body = {"TableName": TABLE_ARN, **pinned(of(school))}
        call, question = dynamodb("Query", body), about("Query", [of(school)])
        meaning = Meaning("items", "read", (of(school),))
        yield Ask(f"Query by ARN, {school}", "dynamodb", call, (question,), meaning, (), BY_ARN)


def _unhandled(service: str) -> Iterator[Ask]:
    """Every operation that the SDK knows, with the least parameters it would send.

    Those of the table's stream are in `lake`.
    """
    model = botocore.session.get_session().get_service_model(service)
    family = model.metadata["targetPrefix"]
    for operation in model.operation_names:
        if operation not in JUDGED:
            shape = model.operation_model(operation).input_shape
            body = _least(shape) if shape else {}
            call, question = json_call(f"{family}.{operation}", body), about(operation, [])
            yield Ask(operation, "dynamodb", call, (question,), NEVER)


def _least(shape: Any) -> Any:
    if shape.type_name == "structure":
        return {name: _least(shape.members[name]) for name in shape.required_members}
    if shape.type_name == "list":
        return [_least(shape.member)]
    simple = {"boolean": False, "integer": 1, "long": 1, "double": 1.0, "timestamp": 1}
    if shape.type_name in simple:
        return simple[shape.type_name]
    if shape.type_name == "map":
        return {}
    named_table = shape.name in {"TableName", "TableArn"}
    return shape.enum[0] if shape.enum else TABLE if named_table else TABLE_ARN
