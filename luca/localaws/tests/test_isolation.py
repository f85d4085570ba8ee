"""On the wire: what a school's session can do to its own items, and to nobody else's.

Every case is one call in two versions: on the own school it succeeds, on another school it ends
with AccessDeniedException and changes nothing. The pairs include prefixes of each other.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from luca.localaws.tests.wire import TABLE, Wire, code, item

DENIED = "AccessDeniedException"
Call = Callable[[Any, str], object]
HERE = {"TableName": TABLE}
V = {":v": {"S": "x"}}
UPDATE = {"UpdateExpression": "SET v = :v", "ExpressionAttributeValues": V}


def pk(school: str) -> dict[str, dict[str, str]]:
    return {":p": {"S": f"TENANT#{school}#STUDENT#s1"}}


def mixed(theirs: str) -> list[dict[str, Any]]:
    """Two keys, the second of which may be another school's."""
    return [item("1"), item(theirs, sort="OTHER")]


def old_condition(school: str) -> dict[str, Any]:
    value = {"S": f"TENANT#{school}#STUDENT#s1"}
    return {"ComparisonOperator": "EQ", "AttributeValueList": [value]}


CALLS: dict[str, Call] = {
    "GetItem": lambda d, s: d.get_item(**HERE, Key=item(s)),
    "PutItem": lambda d, s: d.put_item(**HERE, Item=item(s, sort="NEW")),
    "UpdateItem": lambda d, s: d.update_item(**HERE, Key=item(s, sort="NEW"), **UPDATE),
    "UpdateItem, old form": lambda d, s: d.update_item(
        **HERE, Key=item(s, sort="NEW"), AttributeUpdates={"v": {"Value": {"S": "x"}}}
    ),
    "DeleteItem": lambda d, s: d.delete_item(**HERE, Key=item(s, sort="NONE")),
    "Query": lambda d, s: d.query(
        **HERE, KeyConditionExpression="PK = :p", ExpressionAttributeValues=pk(s)
    ),
    "Query with parentheses and an alias": lambda d, s: d.query(
        **HERE,
        KeyConditionExpression="(SK between :v and :v) AND (#p = :p)",
        ExpressionAttributeNames={"#p": "PK"},
        ExpressionAttributeValues={**pk(s), **V},
    ),
    "Query, old form": lambda d, s: d.query(**HERE, KeyConditions={"PK": old_condition(s)}),
    "Query of GSI1": lambda d, s: d.query(
        **HERE,
        IndexName="GSI1",
        KeyConditionExpression="GSI1PK = :p",
        ExpressionAttributeValues=pk(s),
    ),
    "Query of GSI2, old form": lambda d, s: d.query(
        **HERE, IndexName="GSI2", KeyConditions={"GSI2PK": old_condition(s)}
    ),
    "BatchGetItem": lambda d, s: d.batch_get_item(RequestItems={TABLE: {"Keys": mixed(s)}}),
    "BatchWriteItem, put": lambda d, s: d.batch_write_item(
        RequestItems={TABLE: [{"PutRequest": {"Item": key}} for key in mixed(s)]}
    ),
    "BatchWriteItem, delete": lambda d, s: d.batch_write_item(
        RequestItems={TABLE: [{"DeleteRequest": {"Key": item(s, sort="NONE")}}]}
    ),
    "TransactGetItems": lambda d, s: d.transact_get_items(
        TransactItems=[{"Get": {**HERE, "Key": key}} for key in mixed(s)]
    ),
    "TransactWriteItems, Put": lambda d, s: d.transact_write_items(
        TransactItems=[{"Put": {**HERE, "Item": key}} for key in mixed(s)]
    ),
    "TransactWriteItems, Update": lambda d, s: d.transact_write_items(
        TransactItems=[{"Update": {**HERE, "Key": item(s), **UPDATE}}]
    ),
    "TransactWriteItems, Delete": lambda d, s: d.transact_write_items(
        TransactItems=[{"Delete": {**HERE, "Key": item(s, sort="NONE")}}]
    ),
    "TransactWriteItems, ConditionCheck": lambda d, s: d.transact_write_items(
        TransactItems=[
            {"Put": {**HERE, "Item": item("1", sort="NEW")}},
            {
                "ConditionCheck": {
                    **HERE,
                    "Key": item(s, sort="NONE"),
                    "ConditionExpression": "attribute_not_exists(PK)",
                }
            },
        ]
    ),
}

PLANTS: dict[str, Call] = {
    "PutItem": lambda d, s: d.put_item(**HERE, Item={**item("1"), "GSI1PK": pk(s)[":p"]}),
    "UpdateItem": lambda d, s: d.update_item(
        **HERE,
        Key=item("1"),
        UpdateExpression="SET GSI2PK = :p",
        ExpressionAttributeValues=pk(s),
    ),
    "UpdateItem with an alias": lambda d, s: d.update_item(
        **HERE,
        Key=item("1"),
        UpdateExpression="REMOVE v SET #g = :p",
        ExpressionAttributeNames={"#g": "GSI1PK"},
        ExpressionAttributeValues=pk(s),
    ),
    "UpdateItem, old form": lambda d, s: d.update_item(
        **HERE, Key=item("1"), AttributeUpdates={"GSI1PK": {"Value": pk(s)[":p"]}}
    ),
    "BatchWriteItem": lambda d, s: d.batch_write_item(
        RequestItems={
            TABLE: [{"PutRequest": {"Item": {**item("1", sort="B"), "GSI2PK": pk(s)[":p"]}}}]
        }
    ),
    "TransactWriteItems, Put": lambda d, s: d.transact_write_items(
        TransactItems=[{"Put": {**HERE, "Item": {**item("1"), "GSI1PK": pk(s)[":p"]}}}]
    ),
    "TransactWriteItems, Update": lambda d, s: d.transact_write_items(
        TransactItems=[
            {
                "Update": {
                    **HERE,
                    "Key": item("1"),
                    "UpdateExpression": "SET GSI1PK = :p",
                    "ExpressionAttributeValues": pk(s),
                }
            }
        ]
    ),
}

PARTIQL = """SELECT * FROM "luca-platform" WHERE PK = 'TENANT#1#STUDENT#s1'"""
CLOSED: dict[str, Callable[[Any], object]] = {
    "Scan": lambda d: d.scan(**HERE),
    "Scan of an index": lambda d: d.scan(**HERE, IndexName="GSI1"),
    "PartiQL": lambda d: d.execute_statement(Statement=PARTIQL),
    "PartiQL batch": lambda d: d.batch_execute_statement(Statements=[{"Statement": PARTIQL}]),
    "PartiQL transaction": lambda d: d.execute_transaction(
        TransactStatements=[{"Statement": PARTIQL}]
    ),
    "DescribeTable": lambda d: d.describe_table(**HERE),
    "ListTables": lambda d: d.list_tables(),
    "DeleteTable": lambda d: d.delete_table(**HERE),
    "UpdateTimeToLive": lambda d: d.update_time_to_live(
        **HERE, TimeToLiveSpecification={"Enabled": False, "AttributeName": "ttl"}
    ),
    "GetItem by the table's ARN": lambda d: d.get_item(
        TableName=f"arn:aws:dynamodb:us-east-1:000000000000:table/{TABLE}", Key=item("1")
    ),
    "GetItem of another table": lambda d: d.get_item(TableName="other", Key=item("1")),
    "a query that pins no partition": lambda d: d.query(
        **HERE, KeyConditionExpression="SK = :v", ExpressionAttributeValues=V
    ),
    "a query of an unknown index": lambda d: d.query(
        **HERE,
        IndexName="GSI9",
        KeyConditionExpression="PK = :p",
        ExpressionAttributeValues=pk("1"),
    ),
    "a query that swaps the names of its keys": lambda d: d.query(
        **HERE,
        KeyConditionExpression="PK = :p AND SK = :f",
        ExpressionAttributeNames={"PK": "SK", "SK": "PK"},
        ExpressionAttributeValues={**pk("1"), ":f": {"S": "TENANT#2#STUDENT#s1"}},
    ),
    "a key that is a number": lambda d: d.get_item(
        **HERE, Key={"PK": {"N": "1"}, "SK": {"S": "x"}}
    ),
    "an index key that is computed": lambda d: d.update_item(
        **HERE, Key=item("1"), UpdateExpression="SET GSI1PK = v"
    ),
}


@pytest.fixture(scope="module")
def one(wire: Wire) -> Any:
    """The session of school 1, with items of five schools in the table."""
    for school in ("1", "2", "12", "a", "a-b"):
        partition = f"TENANT#{school}#STUDENT#s1"
        wire.put(school, GSI1PK=partition, GSI1SK="x", GSI2PK=partition, GSI2SK="x", v=school)
    return wire.client("dynamodb", wire.school("1"))


@pytest.mark.parametrize("theirs", ["2", "12"])
@pytest.mark.parametrize("name", CALLS)
def test_a_call_on_another_school_is_denied(name: str, theirs: str, one: Any) -> None:
    call = CALLS[name]
    assert code(lambda: call(one, "1")) == "OK"
    assert code(lambda: call(one, theirs)) == DENIED


def test_nothing_of_the_others_was_changed(wire: Wire, one: Any) -> None:
    for call in CALLS.values():
        code(partial(call, one, "2"))
    everything = wire.client("dynamodb", wire.bootstrap).scan(**HERE)["Items"]
    foreign = [i for i in everything if i["PK"]["S"].startswith(("TENANT#2#", "TENANT#12#"))]
    assert {i["SK"]["S"] for i in foreign} == {"PROFILE"}
    assert {i["v"]["S"] for i in foreign} == {"2", "12"}


@pytest.mark.usefixtures("one")
@pytest.mark.parametrize(("mine", "theirs"), [("a", "a-b"), ("12", "1"), ("a-b", "a")])
def test_a_name_that_begins_like_another_opens_nothing(mine: str, theirs: str, wire: Wire) -> None:
    own = wire.client("dynamodb", wire.school(mine))
    assert code(lambda: own.get_item(**HERE, Key=item(mine))) == "OK"
    assert code(lambda: own.get_item(**HERE, Key=item(theirs))) == DENIED


@pytest.mark.parametrize("name", PLANTS)
def test_no_row_is_planted_in_another_schools_index(name: str, wire: Wire, one: Any) -> None:
    plant = PLANTS[name]
    assert code(lambda: plant(one, "1")) == "OK"
    assert code(lambda: plant(one, "2")) == DENIED
    theirs = wire.client("dynamodb", wire.school("2"))
    for index in ("GSI1", "GSI2"):
        rows = theirs.query(
            **HERE,
            IndexName=index,
            KeyConditionExpression=f"{index}PK = :p",
            ExpressionAttributeValues=pk("2"),
        )["Items"]
        assert {row["PK"]["S"] for row in rows} == {"TENANT#2#STUDENT#s1"}


@pytest.mark.parametrize("name", CLOSED)
def test_what_has_no_leading_key_is_closed(name: str, one: Any) -> None:
    assert code(lambda: CLOSED[name](one)) == DENIED


def test_the_directory_reaches_the_platforms_items_only(wire: Wire, one: Any) -> None:
    directory = wire.client("dynamodb", wire.assume(wire.role("worker"), "directory"))
    key = {"PK": {"S": "PLATFORM#SCHOOLS"}, "SK": {"S": "1"}}
    assert code(lambda: directory.put_item(**HERE, Item=key)) == "OK"
    assert code(lambda: directory.get_item(**HERE, Key=item("1"))) == DENIED
    assert code(lambda: one.get_item(**HERE, Key=key)) == DENIED
    planted = {**key, "GSI1PK": {"S": "TENANT#1#A"}}
    assert code(lambda: directory.put_item(**HERE, Item=planted)) == DENIED


@pytest.mark.usefixtures("one")
@pytest.mark.parametrize("role", ["api", "worker", "consumer", "platform"])
def test_a_service_reads_no_item_without_entering_a_school(role: str, wire: Wire) -> None:
    own = wire.client("dynamodb", wire.role(role))
    for key in (item("1"), {"PK": {"S": "PLATFORM#SCHOOLS"}, "SK": {"S": "1"}}):
        assert code(partial(own.get_item, **HERE, Key=key)) == DENIED


def test_files_of_another_school_are_denied(wire: Wire) -> None:
    bucket = {"Bucket": "luca-data"}
    s3, theirs = (wire.client("s3", wire.school(school)) for school in ("1", "12"))
    theirs.put_object(**bucket, Key="tenants/12/secret", Body=b"x")
    outcomes = {}
    for school in ("1", "12"):
        own = {**bucket, "Key": f"tenants/{school}/né w"}
        listed = {**bucket, "Prefix": f"tenants/{school}/"}
        outcomes[school] = [
            code(partial(s3.put_object, **own, Body=b"y" * 9000)),
            code(partial(s3.get_object, **own)),
            code(partial(s3.list_objects_v2, **listed)),
            code(partial(s3.list_objects, **listed)),
            code(partial(s3.delete_object, **own)),
        ]
    assert outcomes == {"1": ["OK"] * 5, "12": ["AccessDenied"] * 5}
    closed = [
        lambda: s3.get_object(**bucket, Key="tenants/1/../12/secret"),
        lambda: s3.copy_object(
            **bucket, Key="tenants/1/c", CopySource="luca-data/tenants/12/secret"
        ),
        lambda: s3.put_object(**bucket, Key="tenants/1/p", Body=b"", ACL="public-read"),
        lambda: s3.list_objects_v2(**bucket),
        lambda: s3.list_objects_v2(**bucket, Prefix="tenants/"),
        s3.list_buckets,
        lambda: s3.delete_objects(**bucket, Delete={"Objects": [{"Key": "tenants/12/secret"}]}),
        lambda: s3.create_multipart_upload(**bucket, Key="tenants/1/big"),
    ]
    assert [code(call) for call in closed] == ["AccessDenied"] * len(closed)


def test_a_denial_is_logged_without_a_persons_id(wire: Wire, one: Any) -> None:
    code(lambda: one.get_item(**HERE, Key=item("2", "STUDENT#maria")))
    line = wire.log()[-1]
    assert line["code"] == DENIED
    assert line["principal"] == "luca-tenant"
    assert line["session_name"] == "somebody"
    assert line["tenant_id"] == "1"
    assert line["action"] == "dynamodb:GetItem"
    (leading,) = line["leading_keys"]
    assert leading.startswith("TENANT#2#STUDENT#")
    assert "maria" not in str(line)
