"""envs/dev applied to the emulator, looked at again, used by Luca's own code, and taken away."""

import copy
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from tests import npm
from tests.deploy import emulator, verdicts
from tests.deploy.applying import Applied, explained_but_gone, in_a_copy
from tests.deploy.emulator import REGION, ROOT, Emulator
from tests.deploy.judging import Rendered
from tests.deploy.standins.door import ACCOUNT
from tests.deploy.statements import documents
from tests.isolation import simulator

pytestmark = pytest.mark.deploy
DEPLOY = ROOT / "deploy"
PREFIX, BUCKET_PREFIX = "dev-", "colegios-dev-"


def document(name: str) -> Any:
    return json.loads((DEPLOY / name).read_text())


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    with emulator.running(tmp_path_factory.mktemp("emulator")) as running:
        yield running


@pytest.fixture(scope="module")
def dev(aws: Emulator, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Applied]:
    terraform = in_a_copy(tmp_path_factory.mktemp("dev"), aws, "envs/dev", image_tag="emulated")
    terraform.init()
    terraform.apply()
    yield terraform
    spent = ", ".join(
        f"{command} {seconds:.0f} s" for command, seconds in terraform.seconds.items()
    )
    print(f"terraform: {spent}")  # noqa: T201 -- pytest shows it with -rP


def test_what_was_applied_is_what_a_second_look_finds(dev: Applied) -> None:
    changes = dev.plan()
    assert [(one.address, one.unexplained, one.values) for one in changes if one.unexplained] == []
    assert explained_but_gone(changes) == []


@pytest.mark.usefixtures("dev")
def test_the_table_is_that_of_the_document(aws: Emulator) -> None:
    told = document("table.json")
    held = aws.client("dynamodb").describe_table(TableName=f"{PREFIX}{told['name']}")["Table"]
    keys = [
        {"AttributeName": told[key], "KeyType": key.removesuffix("_key").upper()}
        for key in ("hash_key", "range_key")
    ]
    assert held["KeySchema"] == keys
    assert held["BillingModeSummary"]["BillingMode"] == told["billing_mode"]
    assert held["StreamSpecification"] == {
        "StreamEnabled": True,
        "StreamViewType": told["stream_view_type"],
    }
    indexes = {
        one["IndexName"]: (
            *(key["AttributeName"] for key in one["KeySchema"]),
            one["Projection"]["ProjectionType"],
        )
        for one in held["GlobalSecondaryIndexes"]
    }
    assert indexes == {
        name: (index["hash_key"], index["range_key"], index["projection"])
        for name, index in told["indexes"].items()
    }
    assert held["SSEDescription"]["SSEType"] == "KMS"


@pytest.mark.usefixtures("dev")
def test_every_queue_gives_up_into_its_own_dead_letters(aws: Emulator) -> None:
    sqs = aws.client("sqs")
    for name, told in document("queues.json").items():
        url = sqs.get_queue_url(QueueName=f"{PREFIX}{name}")["QueueUrl"]
        held = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        assert json.loads(held["RedrivePolicy"]) == {
            "deadLetterTargetArn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:{PREFIX}{name}-dlq",
            "maxReceiveCount": told["max_receive_count"],
        }
        assert held["VisibilityTimeout"] == str(told["visibility_timeout_seconds"])
        assert held["MessageRetentionPeriod"] == str(told["message_retention_seconds"])


def _without_prefixes(text: str) -> Any:
    plain = (
        text.replace(BUCKET_PREFIX, "").replace(PREFIX, "").replace("dev_luca_lake", "luca_lake")
    )
    return json.loads(plain)


def _of_the_file(name: str) -> Any:
    text = (DEPLOY / "policies" / f"{name}.json").read_text()
    return json.loads(text.replace("${Region}", REGION).replace("${AccountId}", ACCOUNT))


@pytest.mark.usefixtures("dev")
def test_every_role_may_what_its_file_says(aws: Emulator) -> None:
    iam = aws.client("iam")
    files = {path.stem for path in (DEPLOY / "policies").glob("*.json")}
    for name in sorted(files & {file.removeprefix("trust-") for file in files}):
        role = f"{PREFIX}luca-{name}"
        policies = iam.list_role_policies(RoleName=role)["PolicyNames"]
        held = [
            iam.get_role_policy(RoleName=role, PolicyName=one)["PolicyDocument"] for one in policies
        ]
        assert len(held) == 1, name
        assert _without_prefixes(_any_pool(json.dumps(held[0]))) == _of_the_file(name), name
        assert iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"] == []


def _any_pool(text: str) -> str:
    """The files say every pool, what is deployed says which."""
    return re.sub(r"userpool/[A-Za-z0-9_-]+", "userpool/*", text)


@pytest.fixture(scope="module")
def rendered(dev: Applied) -> Rendered:
    try:
        simulator.install()
    except npm.Missing as missing:
        pytest.skip(f"Nobody can judge: {missing}")
    return Rendered(PREFIX, list(documents(dev.state())))


@pytest.mark.parametrize("verdict", verdicts.ALL, ids=lambda one: one.__name__)
def test_with_prefixes(rendered: Rendered, verdict: Any) -> None:
    verdict(rendered)


LUCA = """
import django; django.setup()
from luca.aws import queue
from luca.kernel.context import entered
from tenants import services
from tenants.domain import Group

with entered(school="a", actor="somebody", groups=frozenset({"admin"})):
    services.create_group(Group("1A", "Primero A"))
    queue.enqueue("tenants.nothing")
[message] = queue.receive("tasks", wait=0)
print(message.body)
"""


@pytest.mark.usefixtures("dev")
def test_luca_itself_runs_on_what_was_applied(aws: Emulator) -> None:
    sqs = aws.client("sqs")
    environment = aws.environment | {
        "DJANGO_SETTINGS_MODULE": "luca.settings",
        "LUCA_SECRET_KEY": "emulated",
        "LUCA_TABLE": f"{PREFIX}luca-platform",
        "LUCA_TENANT_ROLE_ARN": f"arn:aws:iam::{ACCOUNT}:role/{PREFIX}luca-tenant",
        "LUCA_DIRECTORY_ROLE_ARN": f"arn:aws:iam::{ACCOUNT}:role/{PREFIX}luca-directory",
        "LUCA_TASKS_QUEUE_URL": sqs.get_queue_url(QueueName=f"{PREFIX}luca-tasks-queue")[
            "QueueUrl"
        ],
    }
    done = subprocess.run(
        [sys.executable, "-c", LUCA],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    table = aws.client("dynamodb")
    kept = table.scan(TableName=f"{PREFIX}luca-platform")["Items"]
    assert {one["PK"]["S"].split("#")[1] for one in kept} == {"a"}
    assert any("Primero A" in json.dumps(one, default=str) for one in kept)


def test_a_change_by_hand_is_seen(aws: Emulator, dev: Applied) -> None:
    iam, role = aws.client("iam"), f"{PREFIX}luca-tenant"
    [name] = iam.list_role_policies(RoleName=role)["PolicyNames"]
    before = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
    wider = copy.deepcopy(before)
    wider["Statement"][0]["Action"].append("dynamodb:Scan")
    iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps(wider))
    sqs = aws.client("sqs")
    url = sqs.get_queue_url(QueueName=f"{PREFIX}govsync-queue-dlq")["QueueUrl"]
    sqs.delete_queue(QueueUrl=url)
    try:
        seen = {one.address: one.unexplained for one in dev.plan() if one.unexplained}
    finally:
        iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps(before))
    tenant = [address for address in seen if address.endswith('aws_iam_role_policy.this["tenant"]')]
    assert [seen[address] for address in tenant] == [["policy"]]
    gone = [address for address in seen if address.endswith('aws_sqs_queue.dead["govsync-queue"]')]
    assert [seen[address] for address in gone] == [["create"]]


def test_what_is_destroyed_is_gone(aws: Emulator, dev: Applied) -> None:
    dev.destroy()
    assert dev.state() == []
    assert aws.client("dynamodb").list_tables()["TableNames"] == []
    assert aws.client("sqs").list_queues().get("QueueUrls", []) == []
    assert aws.client("s3").list_buckets()["Buckets"] == []
    assert aws.client("sns").list_topics()["Topics"] == []
    roles = aws.client("iam").list_roles()["Roles"]
    assert [role["RoleName"] for role in roles if role["RoleName"].startswith(PREFIX)] == []
    assert aws.client("logs").describe_log_groups()["logGroups"] == []
    assert aws.client("cloudwatch").describe_alarms()["MetricAlarms"] == []
