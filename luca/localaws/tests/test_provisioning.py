"""What deploy/*.json describes is there, and is there once."""

import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from luca.localaws import embedded
from luca.localaws.deployment import Deployment
from luca.localaws.embedded import CannotStart
from luca.localaws.home import Home
from luca.localaws.provisioning import Drifted, provision
from luca.localaws.tests.wire import TABLE, Wire, code, item


@pytest.fixture(scope="module")
def ask(wire: Wire) -> Any:
    return lambda service: wire.client(service, wire.bootstrap)


def test_the_table(ask: Any) -> None:
    table = ask("dynamodb").describe_table(TableName=TABLE)["Table"]
    assert [key["AttributeName"] for key in table["KeySchema"]] == ["PK", "SK"]
    indexes = {
        index["IndexName"]: [key["AttributeName"] for key in index["KeySchema"]]
        for index in table["GlobalSecondaryIndexes"]
    }
    assert indexes == {"GSI1": ["GSI1PK", "GSI1SK"], "GSI2": ["GSI2PK", "GSI2SK"]}
    assert table["StreamSpecification"]["StreamViewType"] == "NEW_AND_OLD_IMAGES"
    ttl = ask("dynamodb").describe_time_to_live(TableName=TABLE)["TimeToLiveDescription"]
    assert (ttl["TimeToLiveStatus"], ttl["AttributeName"]) == ("ENABLED", "ttl")


@pytest.mark.parametrize(
    ("queue", "visibility", "receives"),
    [
        ("luca-tasks-queue", "120", 5),
        ("govsync-queue", "120", 5),
        ("behavior-events-queue", "60", 3),
    ],
)
def test_a_queue_with_its_dead_letters(
    queue: str, visibility: str, receives: int, wire: Wire, ask: Any
) -> None:
    url = f"{wire.endpoint}/000000000000/{queue}"
    found = ask("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert found["VisibilityTimeout"] == visibility
    assert found["MessageRetentionPeriod"] == str(14 * 86400)
    redrive = json.loads(found["RedrivePolicy"])
    assert int(redrive["maxReceiveCount"]) == receives
    assert redrive["deadLetterTargetArn"].endswith(f":{queue}-dlq")


def test_the_pool(wire: Wire, ask: Any) -> None:
    cognito = ask("cognito-idp")
    environment = wire.aws.environment("api")
    pool = environment["LUCA_COGNITO_POOL_ID"]
    groups = {group["GroupName"] for group in cognito.list_groups(UserPoolId=pool)["Groups"]}
    assert groups == set(Deployment().identity["groups"])
    attributes = {
        attribute["Name"]: attribute["Mutable"]
        for attribute in cognito.describe_user_pool(UserPoolId=pool)["UserPool"]["SchemaAttributes"]
        if attribute["Name"].startswith("custom:")
    }
    assert attributes == {"custom:school_id": False, "custom:person_id": False}
    client = cognito.describe_user_pool_client(
        UserPoolId=pool, ClientId=environment["LUCA_COGNITO_CLIENT_ID"]
    )["UserPoolClient"]
    assert client["ClientSecret"] == environment["LUCA_COGNITO_CLIENT_SECRET"]
    for role in ("worker", "consumer"):
        assert "LUCA_COGNITO_CLIENT_SECRET" not in wire.aws.environment(role)
    assert (client["IdTokenValidity"], client["AccessTokenValidity"]) == (5, 5)
    assert client["PreventUserExistenceErrors"] == "ENABLED"
    assert set(client["ExplicitAuthFlows"]) == set(Deployment().identity["client"]["auth_flows"])
    # An address is what accounts are found by; a list without a name would mean all of them.
    assert client["WriteAttributes"] == ["name"]


def test_the_roles_and_the_bucket(ask: Any) -> None:
    roles = {role["RoleName"] for role in ask("iam").list_roles()["Roles"]}
    assert {f"luca-{name}" for name in Deployment().role_names()} <= roles
    assert [bucket["Name"] for bucket in ask("s3").list_buckets()["Buckets"]] == [
        "luca-data",
        "luca-data-lake",
    ]


def again(wire: Wire, deployment: Deployment) -> Any:
    keys = wire.bootstrap
    return provision(wire.endpoint, keys.key, keys.secret, deployment)


def test_provisioning_again_changes_nothing(wire: Wire) -> None:
    wire.put("again")
    first, second = (again(wire, Deployment(wire.deploy)) for _ in range(2))
    assert first == second
    database = wire.client("dynamodb", wire.bootstrap)
    assert "Item" in database.get_item(TableName=TABLE, Key=item("again"))


def test_a_table_with_other_keys_is_a_clear_error(wire: Wire) -> None:
    deployment = Deployment(wire.deploy)
    deployment.table["indexes"].pop("GSI2")
    with pytest.raises(Drifted, match="table"):
        again(wire, deployment)


def test_a_policy_that_cannot_be_judged_stops_the_start(tmp_path: Path, wire: Wire) -> None:
    def change(document: dict[str, Any]) -> None:
        document["Statement"][0]["NotAction"] = document["Statement"][0].pop("Action")

    with (
        wire.changed("worker.json", change),
        pytest.raises(CannotStart, match="deploy/policies cannot be used"),
    ):
        embedded.start(tmp_path, deploy=wire.deploy)
    assert not Home(tmp_path).running_mark.exists()


@pytest.mark.slow
def test_a_session_and_the_objects_survive_a_restart(tmp_path: Path, wire: Wire) -> None:
    first = Wire(embedded.start(tmp_path), wire.deploy)
    one = first.school("1")
    first.client("s3", one).put_object(Bucket="luca-data", Key="tenants/1/a", Body=b"kept")
    first.put("1")
    first.aws.stop()
    second = Wire(embedded.start(tmp_path), wire.deploy)
    try:
        database = second.client("dynamodb", one)
        assert "Item" in database.get_item(TableName=TABLE, Key=item("1"))
        outcome = code(lambda: database.get_item(TableName=TABLE, Key=item("2")))
        assert outcome == "AccessDeniedException"
        kept = second.client("s3", one).get_object(Bucket="luca-data", Key="tenants/1/a")
        assert kept["Body"].read() == b"kept"
        assert second.aws.environment("api")["LUCA_COGNITO_POOL_ID"].startswith("us-east-1_")
        queue = second.aws.environment("api")["LUCA_TASKS_QUEUE_URL"]
        assert queue.startswith(second.endpoint)
        sqs = second.client("sqs", second.role("api"))
        assert code(lambda: sqs.send_message(QueueUrl=queue, MessageBody="m")) == "OK"
    finally:
        second.aws.kill()


def test_the_emulator_still_has_the_setting_that_bounds_its_stream() -> None:
    # It has no public name; without it a day of the stream would stay in memory.
    source = Path(str(find_spec("ministack.services.dynamodb").origin)).read_text()  # type: ignore[union-attr]

    assert "time.time() - _STREAM_RETENTION_SECONDS" in source
