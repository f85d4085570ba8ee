"""Every way to name one item's partition, crossed with every kind of partition."""

from collections.abc import Callable, Iterator
from typing import Any

from tests.isolation.asks import INDEXES, TABLE, Ask, Json, Meaning, about, dynamodb

SCHOOLS = ("a", "a-b", "1", "12", "b")
LITERAL = "${aws:PrincipalTag/school_id}"
HERE = {"TableName": TABLE}
SET_V = {"UpdateExpression": "SET v = :v", "ExpressionAttributeValues": {":v": {"S": "new"}}}
UNMET = {"ConditionExpression": "attribute_not_exists(nothing)"}

# Own for one principal, foreign for the others; the last ones are nobody's.
PARTITIONS = (
    *(f"TENANT#{school}#STUDENT#s1" for school in SCHOOLS),
    *(f"TENANT#{school}#STUDENT#s1" for school in ("*", "?", "a*", LITERAL)),
    *(f"TENANT#{school}#AUDIT#2026-11-21" for school in ("a", "a-b", "b")),
    "TENANT#a#AUDIT",
    "TENANT#a#AUDITS#x",
    "TENANT#a#COURSE#AUDIT#2026-1",
    "PLATFORM#SCHOOLS",
    "PLATFORMS#x",
    "TENANT##STUDENT#s1",
    "TENANT#a",
    "TENANT#",
    "TENANT#A#STUDENT#s1",
    "tenant#a#STUDENT#s1",
    " TENANT#a#STUDENT#s1",
    "TENANT#b#TENANT#a#STUDENT#s1",
    "STUDENT#s1",
    "*",
)


def text(value: str) -> Json:
    return {"S": value}


def key(partition: str, sort: str = "PROFILE") -> Json:
    return {"PK": text(partition), "SK": text(sort)}


def pinned(partition: str, name: str = "PK") -> Json:
    return {
        "KeyConditionExpression": f"{name} = :p",
        "ExpressionAttributeValues": {":p": text(partition)},
    }


def aliased(partition: str, name: str = "PK") -> Json:
    return {
        "KeyConditionExpression": "(#s BETWEEN :a AND :z) and #p=:p",
        "ExpressionAttributeNames": {"#p": name, "#s": name.replace("PK", "SK")},
        "ExpressionAttributeValues": {":p": text(partition), ":a": text("A"), ":z": text("Z")},
    }


def legacy(partition: str, name: str = "PK") -> Json:
    value = {"ComparisonOperator": "EQ", "AttributeValueList": [text(partition)]}
    return {"KeyConditions": {name: value}}


def writes(kind: str, entry: Json) -> Json:
    return {"RequestItems": {TABLE: [{kind: entry}]}}


def step(kind: str, entry: Json) -> Json:
    return {"TransactItems": [{kind: {**HERE, **entry}}]}


def old_update(value: str) -> Json:
    return {"AttributeUpdates": {"v": {"Action": "PUT", "Value": text(value)}}}


# name → (operation, IAM's action where it differs, parameters)
Form = tuple[str, str, Callable[[str], Json]]
READS: dict[str, Form] = {
    "GetItem": ("GetItem", "", lambda p: {**HERE, "Key": key(p)}),
    "GetItem, old form": (
        "GetItem",
        "",
        lambda p: {**HERE, "Key": key(p), "AttributesToGet": ["v"]},
    ),
    "Query": ("Query", "", lambda p: {**HERE, **pinned(p)}),
    "Query, aliased": ("Query", "", lambda p: {**HERE, **aliased(p)}),
    "Query, old form": ("Query", "", lambda p: {**HERE, **legacy(p)}),
    "BatchGetItem": (
        "BatchGetItem",
        "",
        lambda p: {"RequestItems": {TABLE: {"Keys": [key(p)]}}},
    ),
    "TransactGetItems": ("TransactGetItems", "GetItem", lambda p: step("Get", {"Key": key(p)})),
    "ConditionCheck": (
        "TransactWriteItems",
        "ConditionCheckItem",
        lambda p: step("ConditionCheck", {"Key": key(p), **UNMET}),
    ),
}
WRITES: dict[str, Form] = {
    "PutItem": ("PutItem", "", lambda p: {**HERE, "Item": key(p, "NEW")}),
    "PutItem, old form": (
        "PutItem",
        "",
        lambda p: {**HERE, "Item": key(p, "NEW"), "Expected": {"nothing": {"Exists": False}}},
    ),
    "UpdateItem": ("UpdateItem", "", lambda p: {**HERE, "Key": key(p, "NEW"), **SET_V}),
    "UpdateItem, old form": (
        "UpdateItem",
        "",
        lambda p: {**HERE, "Key": key(p, "NEW"), **old_update("x")},
    ),
    "DeleteItem": ("DeleteItem", "", lambda p: {**HERE, "Key": key(p, "NEW")}),
    "BatchWriteItem, put": (
        "BatchWriteItem",
        "",
        lambda p: writes("PutRequest", {"Item": key(p, "NEW")}),
    ),
    "BatchWriteItem, delete": (
        "BatchWriteItem",
        "",
        lambda p: writes("DeleteRequest", {"Key": key(p, "NEW")}),
    ),
    "TransactWriteItems, put": (
        "TransactWriteItems",
        "PutItem",
        lambda p: step("Put", {"Item": key(p, "NEW")}),
    ),
    "TransactWriteItems, update": (
        "TransactWriteItems",
        "UpdateItem",
        lambda p: step("Update", {"Key": key(p, "NEW"), **SET_V}),
    ),
    "TransactWriteItems, delete": (
        "TransactWriteItems",
        "DeleteItem",
        lambda p: step("Delete", {"Key": key(p, "NEW")}),
    ),
}
# A new item is put; every other write may change one that is there, or remove it.
PUTS = frozenset({"PutItem", "PutItem, old form", "TransactWriteItems, put"})
INDEX_FORMS: dict[str, Callable[[str, str], Json]] = {
    "": pinned,
    ", aliased": aliased,
    ", old form": legacy,
}


def single() -> Iterator[Ask]:
    """Every form on every partition of the table and of each index."""
    for partition in PARTITIONS:
        for verb, forms in (("read", READS), ("write", WRITES)):
            for name, (operation, action, parameters) in forms.items():
                question = about(action or operation, [partition])
                call = dynamodb(operation, parameters(partition))
                changed = (partition,) if verb == "write" and name not in PUTS else ()
                meaning = Meaning("items", verb, (partition,), changed=changed)
                yield Ask(f"{name} of {partition}", "dynamodb", call, (question,), meaning)
        yield from _of_indexes(partition)


def _of_indexes(partition: str) -> Iterator[Ask]:
    meaning = Meaning("items", "read", (partition,))
    for index in INDEXES:
        for form, parameters in INDEX_FORMS.items():
            body = {**HERE, "IndexName": index, **parameters(partition, f"{index}PK")}
            name = f"Query of {index}{form}, {partition}"
            question = about("Query", [partition], index)
            yield Ask(name, "dynamodb", dynamodb("Query", body), (question,), meaning)


def item(partition: str, sort: str = "PROFILE", **attributes: str) -> dict[str, Any]:
    return {**key(partition, sort), **{name: text(value) for name, value in attributes.items()}}
