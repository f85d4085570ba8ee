"""Which partition a query reads and which index an update writes into, from the request alone."""

from typing import Any

import pytest

from luca.localaws.calls.expressions import equal_to
from luca.localaws.calls.parts import NotUnderstood
from luca.localaws.calls.updates import assigned

VALUES = {":o": {"S": "own"}, ":f": {"S": "foreign"}, ":n": {"N": "1"}}


def query(text: str, **names: str) -> dict[str, Any]:
    return {
        "KeyConditionExpression": text,
        "ExpressionAttributeNames": {f"#{name}": value for name, value in names.items()},
        "ExpressionAttributeValues": VALUES,
    }


@pytest.mark.parametrize(
    "text",
    [
        "PK = :o",
        "PK=:o",
        "#p = :o",
        "(PK = :o)",
        "PK = :o AND begins_with(SK, :f)",
        "begins_with ( SK , :f ) and PK = :o",
        "(PK = :o) AND (SK BETWEEN :f AND :f)",
        "((PK = :o) and SK >= :f)",
        "SK < :f AND #p = :o",
    ],
)
def test_a_query_reads_the_partition_it_pins(text: str) -> None:
    assert equal_to(query(text, p="PK"), "PK") == "own"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "SK = :o",
        "PK >= :o",
        "begins_with(PK, :o)",
        "PK BETWEEN :o AND :f",
        "PK = :o AND PK = :f",
        "PK = :o OR PK = :f",
        "NOT PK = :f",
        ":o = PK",
        "PK = :o PK = :f",
        "PK = :o AND",
        "PK = own",
        "PK = :n",
        "PK = :missing",
        "#missing = :o",
        "PK = :o AND #q = :f",
        "PK = :o; SK = :f",
        "PK IN (:o, :f)",
        "(PK = :o",
    ],
)
def test_a_query_that_pins_no_partition_is_not_understood(text: str) -> None:
    with pytest.raises((NotUnderstood, KeyError)):
        equal_to(query(text, q="PK"), "PK")


def test_a_renamed_sort_key_does_not_pass_for_the_partition_key() -> None:
    body = query("PK = :o AND SK = :f")
    body["ExpressionAttributeNames"] = {"PK": "SK", "SK": "PK"}
    with pytest.raises(NotUnderstood):
        equal_to(body, "PK")


def test_the_old_form_of_a_query_is_read_too() -> None:
    own = {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "own"}]}
    assert equal_to({"KeyConditions": {"PK": own}}, "PK") == "own"
    for condition in ({**own, "ComparisonOperator": "GE"}, {**own, "AttributeValueList": []}):
        with pytest.raises(ValueError):  # noqa: PT011 -- NotUnderstood and unpacking alike
            equal_to({"KeyConditions": {"PK": condition}}, "PK")
    with pytest.raises(NotUnderstood):
        equal_to({**query("PK = :o"), "KeyConditions": {"PK": own}}, "PK")


def update(text: str) -> dict[str, Any]:
    names = {"#g": "GSI1PK", "#n": "name"}
    return {
        "UpdateExpression": text,
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": VALUES,
    }


WATCHED = frozenset({"GSI1PK", "GSI2PK"})


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("SET GSI1PK = :f", ["foreign"]),
        ("set gsi = :o, #g=:f", ["foreign"]),
        ("SET #n = :o, GSI1PK = :f, GSI2PK = :o REMOVE x", ["foreign", "own"]),
        ("REMOVE x SET #g = :f ADD y :n", ["foreign"]),
        ("SET #n = :o", []),
        ("SET #n = GSI1PK", []),
        ("SET #n = if_not_exists(a, GSI1PK), b = :o", []),
        ("REMOVE GSI1PK, GSI2PK", []),
        ("SET a.b[0].#n = list_append(c, :o), d = d - :n, GSI1PK = :f", ["foreign"]),
        ("DELETE a :o REMOVE b.GSI1PK", []),
        ("SET a.GSI1PK = :f", []),
    ],
)
def test_the_index_keys_that_an_update_sets(text: str, values: list[str]) -> None:
    assert assigned(update(text), WATCHED) == values


@pytest.mark.parametrize(
    "text",
    [
        "SET GSI1PK = if_not_exists(GSI1PK, :f)",
        "SET GSI1PK = other",
        "SET GSI1PK = :f + :o",
        "SET a = :o, #g = #n",
        "ADD GSI1PK :f",
        "ADD a :n, GSI1PK :f",
        "DELETE GSI1PK :f",
        "SET GSI1PK = :n",
        "SET GSI1PK",
        'SET "GSI1PK" = :f',
        "",
        "GSI1PK = :f",
        # What the emulator forgives, and reads as an index key.
        "REMOVE x, SET GSI1PK = :f",
        "SET y = :f, SET GSI1PK = :f",
        "SET .GSI1PK = :f",
        "SET GSI1PK. = :f",
        "SET GSI1PK[ = :f",
        "SET ]GSI1PK = :f",
        "SET .#g = :f",
        "SET GSI1PK.x = :f",
        "SET GSI1PK[0] = :f",
        "SET a = :o SET GSI1PK = :f",
        "SET remove = :o, GSI1PK = :f",
        "SET a = remove, GSI1PK = :f",
        "REMOVE a, remove, GSI1PK",
        "SET a = size(b), GSI1PK = :f",
        "SET a = :o,",
        "SET a = (b), GSI1PK = :f",
    ],
)
def test_an_index_key_that_is_computed_is_not_understood(text: str) -> None:
    with pytest.raises((NotUnderstood, LookupError)):
        assigned(update(text), WATCHED)


def test_the_old_form_of_an_update_is_read_too() -> None:
    body = {"AttributeUpdates": {"GSI1PK": {"Action": "PUT", "Value": {"S": "foreign"}}}}
    assert assigned(body, WATCHED) == ["foreign"]
    assert assigned({"AttributeUpdates": {"GSI1PK": {"Action": "DELETE"}}}, WATCHED) == []
