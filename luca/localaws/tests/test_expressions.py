"""Expressions are read once, and say what they said."""

import secrets
from typing import TYPE_CHECKING

import boto3
import pytest
from botocore.exceptions import ClientError

from luca.localaws.embedded import Embedded
from luca.localaws.expressions import remembered
from luca.localaws.home import Home

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


def test_a_text_is_read_once_and_who_changes_an_answer_changes_no_others() -> None:
    read: list[str] = []

    def parts(text: str) -> list[str]:
        read.append(text)
        return text.split()

    once = remembered(parts)
    once("a b").append("c")
    assert once("a b") == ["a", "b"]
    assert once("b a") == ["b", "a"]
    assert read == ["a b", "b a"]


def test_one_text_means_what_its_values_and_names_mean(aws: Embedded) -> None:
    table = _table(aws)
    place = f"EXPRESSIONS#{secrets.token_hex(4)}"
    for number in range(4):
        key = {"PK": {"S": place}, "SK": {"S": f"{number % 2}#{number}"}}
        table.put_item(TableName="luca-platform", Item=key)
    assert [_found(table, place, beginning) for beginning in ("0", "1", "2")] == [
        ["0#0", "0#2"],
        ["1#1", "1#3"],
        [],
    ]
    for _ in range(2):
        with pytest.raises(ClientError, match="ValidationException"):
            _found(table, place, "0", "#p = :p AND AND begins_with(#s, :s)")


def _found(
    table: "DynamoDBClient",
    place: str,
    beginning: str,
    text: str = "#p = :p AND begins_with(#s, :s)",
) -> list[str]:
    answer = table.query(
        TableName="luca-platform",
        KeyConditionExpression=text,
        ExpressionAttributeNames={"#p": "PK", "#s": "SK"},
        ExpressionAttributeValues={":p": {"S": place}, ":s": {"S": beginning}},
    )
    return [one["SK"]["S"] for one in answer["Items"]]


def _table(aws: Embedded) -> "DynamoDBClient":
    keys = Home(aws.home).keys
    return boto3.client(
        "dynamodb",
        endpoint_url=aws.endpoint,
        region_name="us-east-1",
        aws_access_key_id=keys["bootstrap_key"],
        aws_secret_access_key=keys["bootstrap_secret"],
    )
