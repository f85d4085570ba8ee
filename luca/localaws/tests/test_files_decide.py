"""The files in deploy/policies decide: one clause changed, another answer on the wire."""

from typing import Any
from urllib.error import HTTPError

import pytest
from botocore.exceptions import ClientError

from luca.localaws.tests.wire import TABLE, Keys, Wire, code, item

DENIED = "AccessDeniedException"
LEADING = "dynamodb:LeadingKeys"


@pytest.fixture
def one(wire: Wire) -> Any:
    for school in ("1", "2", "12"):
        wire.put(school)
    return wire.client("dynamodb", wire.school("1"))


def table_statement(document: dict[str, Any]) -> Any:
    return document["Statement"][0]


def read(one: Any, school: str) -> str:
    return code(lambda: one.get_item(TableName=TABLE, Key=item(school)))


def answers(one: Any) -> list[str]:
    return [read(one, school) for school in ("1", "12", "2")]


def pattern(text: str) -> Any:
    def change(document: dict[str, Any]) -> None:
        condition = table_statement(document)["Condition"]["ForAllValues:StringLike"]
        condition[LEADING] = [text]

    return change


def test_as_deployed(one: Any) -> None:
    assert answers(one) == ["OK", DENIED, DENIED]


def test_without_the_hash_before_the_star_school_1_reads_school_12(wire: Wire, one: Any) -> None:
    with wire.changed("tenant.json", pattern("TENANT#${aws:PrincipalTag/school_id}*")):
        assert answers(one) == ["OK", "OK", DENIED]
    assert answers(one) == ["OK", DENIED, DENIED]


def test_without_the_condition_everything_is_read(wire: Wire, one: Any) -> None:
    with wire.changed("tenant.json", lambda d: table_statement(d).pop("Condition")):
        assert answers(one) == ["OK", "OK", "OK"]


def test_an_action_that_is_taken_away_is_refused(wire: Wire, one: Any) -> None:
    def change(document: dict[str, Any]) -> None:
        table_statement(document)["Action"].remove("dynamodb:GetItem")

    with wire.changed("tenant.json", change):
        assert answers(one) == [DENIED] * 3


def test_a_deny_wins(wire: Wire, one: Any) -> None:
    deny = {"Effect": "Deny", "Action": "dynamodb:*", "Resource": "*"}
    with wire.changed("tenant.json", lambda d: d["Statement"].append(deny)):
        assert answers(one) == [DENIED] * 3


def test_a_clause_that_cannot_be_judged_refuses_everything(wire: Wire, one: Any) -> None:
    clause = {"IpAddress": {"aws:SourceIp": "1.2.3.4"}}
    deny = {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": clause}
    with wire.changed("tenant.json", lambda d: d["Statement"].append(deny)):
        assert answers(one) == [DENIED] * 3
    path = wire.deploy / "policies" / "tenant.json"
    original = path.read_text()
    path.write_text("{")
    try:
        assert answers(one) == [DENIED] * 3
    finally:
        path.write_text(original)


def without_null(document: dict[str, Any]) -> None:
    table_statement(document)["Condition"].pop("Null")


def test_the_null_clause_refuses_what_names_no_key(wire: Wire, one: Any) -> None:
    """A Scan has no leading key; 'for all values' of none is true, so only Null stops it."""

    def with_scan(document: dict[str, Any]) -> None:
        table_statement(document)["Action"].append("dynamodb:Scan")

    def without_either(document: dict[str, Any]) -> None:
        with_scan(document)
        without_null(document)

    def scan() -> Any:
        return one.scan(TableName=TABLE)

    with wire.changed("tenant.json", with_scan):
        assert code(scan) == DENIED
    with wire.changed("tenant.json", without_either):
        assert code(scan) == "OK"
        assert item("2")["PK"] in [i["PK"] for i in scan()["Items"]]
    assert code(scan) == DENIED


def test_an_index_is_a_resource_of_its_own(wire: Wire, one: Any) -> None:
    def query() -> object:
        return one.query(
            TableName=TABLE,
            IndexName="GSI1",
            KeyConditionExpression="GSI1PK = :p",
            ExpressionAttributeValues={":p": {"S": "TENANT#1#A"}},
        )

    def change(document: dict[str, Any]) -> None:
        table_statement(document)["Resource"].pop()

    assert code(query) == "OK"
    with wire.changed("tenant.json", change):
        assert code(query) == DENIED
        assert read(one, "1") == "OK"


# Trust --------------------------------------------------------------------------------------


def mint(wire: Wire, by: Keys, tags: dict[str, str], **more: Any) -> str:
    return code(lambda: wire.assume(by, "tenant", tags, **more))


@pytest.fixture
def api(wire: Wire) -> Keys:
    return wire.role("api")


def condition_without(operator: str, key: str = "") -> Any:
    def change(document: dict[str, Any]) -> None:
        condition = table_statement(document)["Condition"]
        condition[operator].pop(key) if key else condition.pop(operator)

    return change


def test_trust_as_deployed(wire: Wire, api: Keys) -> None:
    assert mint(wire, api, {"school_id": "1"}) == "OK"
    refused: list[dict[str, str]] = [
        {},
        {"school_id": ""},
        {"school_id": "*"},
        {"school_id": "?"},
        {"school_id": "a*"},
        {"school_id": "1#A"},
        {"school_id": "1/2"},
        {"school_id": "${aws:PrincipalTag/school_id}"},
        {"school": "1"},
        {"school_id": "1", "more": "1"},
    ]
    assert [mint(wire, api, tags) for tags in refused] == ["AccessDenied"] * len(refused)


def test_a_school_is_not_inherited_by_a_further_session(wire: Wire, api: Keys) -> None:
    transitive = {"TransitiveTagKeys": ["school_id"]}
    assert mint(wire, api, {"school_id": "1"}, **transitive) == "AccessDenied"
    one = wire.school("1")
    assert mint(wire, one, {"school_id": "2"}) == "AccessDenied"


def test_without_the_tag_conditions_a_session_without_school_is_made(wire: Wire, api: Keys) -> None:
    assert mint(wire, api, {}) == "AccessDenied"

    def change(document: dict[str, Any]) -> None:
        condition = table_statement(document)["Condition"]
        condition["Null"].pop("aws:RequestTag/school_id")
        condition.pop("StringLike")

    own = {"Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}]}
    with wire.changed("trust-tenant.json", change):
        assert mint(wire, api, {}) == "AccessDenied"  # api.json wants the tag as well
        with wire.changed("api.json", lambda d: d.update(own)):
            assert mint(wire, api, {}) == "OK"


def test_without_the_tag_key_clause_other_tags_are_taken(wire: Wire, api: Keys) -> None:
    tags = {"school_id": "1", "more": "1"}
    assert mint(wire, api, tags) == "AccessDenied"
    with wire.changed("trust-tenant.json", condition_without("ForAllValues:StringEquals")):
        assert mint(wire, api, tags) == "OK"


def test_without_the_action_to_tag_nothing_is_tagged(wire: Wire, api: Keys) -> None:
    def change(document: dict[str, Any]) -> None:
        table_statement(document)["Action"] = "sts:AssumeRole"

    with wire.changed("trust-tenant.json", change):
        assert mint(wire, api, {"school_id": "1"}) == "AccessDenied"


def test_a_role_that_is_no_longer_trusted_is_refused(wire: Wire, api: Keys) -> None:
    def change(document: dict[str, Any]) -> None:
        table_statement(document)["Principal"]["AWS"].remove(
            "arn:aws:iam::${AccountId}:role/luca-api"
        )

    with wire.changed("trust-tenant.json", change):
        assert mint(wire, api, {"school_id": "1"}) == "AccessDenied"
        assert mint(wire, wire.role("worker"), {"school_id": "1"}) == "OK"


def test_a_role_whose_own_policy_does_not_allow_it_is_refused(wire: Wire, api: Keys) -> None:
    with wire.changed("api.json", lambda d: d["Statement"].pop(0)):
        assert mint(wire, api, {"school_id": "1"}) == "AccessDenied"
    assert mint(wire, api, {"school_id": "1"}) == "OK"


def test_a_role_that_trusts_no_container_service_is_given_to_no_container(wire: Wire) -> None:
    def change(document: dict[str, Any]) -> None:
        table_statement(document)["Principal"] = {"Service": "lambda.amazonaws.com"}

    with (
        wire.changed("trust-api.json", change),
        pytest.raises(HTTPError, match="403"),
    ):
        wire.role("api")
    assert wire.role("api").token


def test_an_unknown_role_is_refused(wire: Wire, api: Keys) -> None:
    for role in ("nobody", "../policies/tenant", "tenant/x"):
        with pytest.raises(ClientError, match="AccessDenied"):
            wire.assume(api, role, {"school_id": "1"})
