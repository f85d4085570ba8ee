"""The embedded AWS, filled from deploy/*.json. Safe to repeat; it only adds what is missing."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from luca.localaws import user_pool
from luca.localaws.deployment import ACCOUNT, REGION, ROLE_PREFIX, Deployment, role_arn

MACHINE_ROLE = "machine"


class Drifted(Exception):
    """What exists is not what deploy/*.json says, and cannot be changed in place."""


@dataclass(frozen=True, slots=True)
class Outputs:
    """What only AWS can tell: the ids it gave."""

    pool: str
    client: str
    client_secret: str
    queues: dict[str, str]  # name → URL, at the port of this start
    machines: dict[str, str]  # name → ARN


def provision(endpoint: str, key: str, secret: str, deployment: Deployment) -> Outputs:
    session = boto3.Session(aws_access_key_id=key, aws_secret_access_key=secret, region_name=REGION)

    def client(service: str) -> Any:
        config = Config(retries={"max_attempts": 2}, s3={"addressing_style": "path"})
        return session.client(service, endpoint_url=endpoint, config=config)  # type: ignore[call-overload] # by name

    _table(client("dynamodb"), deployment)
    _buckets(client("s3"), deployment)
    _roles(client("iam"), deployment)
    _queues(client("sqs"), deployment)
    _topics(client("sns"), deployment)
    names = [n for name in deployment.queues for n in (name, f"{name}-dlq")]
    queues = {name: f"{endpoint}/{ACCOUNT}/{name}" for name in names}
    users = user_pool.provision(client("cognito-idp"), deployment.identity)
    machines = _machines(client("stepfunctions"), deployment)
    return Outputs(users.pool, users.client, users.secret, queues, machines)


def as_dict(outputs: Outputs) -> dict[str, Any]:
    return asdict(outputs)


def _keys(entry: dict[str, Any]) -> list[dict[str, str]]:
    return [
        {"AttributeName": entry["hash_key"], "KeyType": "HASH"},
        {"AttributeName": entry["range_key"], "KeyType": "RANGE"},
    ]


def _indexes(table: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "IndexName": name,
            "KeySchema": _keys(index),
            "Projection": {"ProjectionType": index["projection"]},
        }
        for name, index in table["indexes"].items()
    ]


def _table(dynamodb: Any, deployment: Deployment) -> None:
    table = deployment.table
    try:
        found = dynamodb.describe_table(TableName=table["name"])["Table"]
    except dynamodb.exceptions.ResourceNotFoundException:
        _create_table(dynamodb, table)
        return
    have = {index["IndexName"]: index["KeySchema"] for index in found["GlobalSecondaryIndexes"]}
    want = {index["IndexName"]: index["KeySchema"] for index in _indexes(table)}
    if found["KeySchema"] != _keys(table) or have != want:
        raise Drifted("The table has other keys than deploy/table.json says.")


def _create_table(dynamodb: Any, table: dict[str, Any]) -> None:
    parts = [table, *table["indexes"].values()]
    names = {part[key] for part in parts for key in ("hash_key", "range_key")}
    dynamodb.create_table(
        TableName=table["name"],
        BillingMode=table["billing_mode"],
        KeySchema=_keys(table),
        AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n in sorted(names)],
        GlobalSecondaryIndexes=_indexes(table),
        StreamSpecification={
            "StreamEnabled": True,
            "StreamViewType": table["stream_view_type"],
        },
        DeletionProtectionEnabled=table["deletion_protection"],
    )
    dynamodb.update_time_to_live(
        TableName=table["name"],
        TimeToLiveSpecification={"Enabled": True, "AttributeName": table["ttl_attribute"]},
    )


def _queues(sqs: Any, deployment: Deployment) -> None:
    for name, queue in deployment.queues.items():
        retention = str(queue["message_retention_seconds"])
        dead = f"{name}-dlq"
        _queue(sqs, dead, {"MessageRetentionPeriod": retention})
        redrive = {
            "deadLetterTargetArn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:{dead}",
            "maxReceiveCount": queue["max_receive_count"],
        }
        attributes = {
            "MessageRetentionPeriod": retention,
            "VisibilityTimeout": str(queue["visibility_timeout_seconds"]),
            "RedrivePolicy": json.dumps(redrive),
        }
        if "maximum_message_size_bytes" in queue:
            attributes["MaximumMessageSize"] = str(queue["maximum_message_size_bytes"])
        _queue(sqs, name, attributes)


def _queue(sqs: Any, name: str, attributes: dict[str, str]) -> None:
    try:
        url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
    except sqs.exceptions.QueueDoesNotExist:
        sqs.create_queue(QueueName=name, Attributes=attributes)
        return
    sqs.set_queue_attributes(QueueUrl=url, Attributes=attributes)


def _topics(sns: Any, deployment: Deployment) -> None:
    for name in deployment.topics:
        sns.create_topic(Name=name)  # answers with the topic that is there


def _buckets(s3: Any, deployment: Deployment) -> None:
    have = {bucket["Name"] for bucket in s3.list_buckets()["Buckets"]}
    for name, bucket in deployment.buckets.items():
        if name not in have:
            s3.create_bucket(Bucket=name)
        if bucket["versioning"]:
            status = {"Status": "Enabled"}
            s3.put_bucket_versioning(Bucket=name, VersioningConfiguration=status)


def _roles(iam: Any, deployment: Deployment) -> None:
    """The emulator enforces none of it; it is there for whoever asks IAM what exists."""
    for name in deployment.role_names():
        policy, trust = (deployment.text(Path(path)) for path in deployment.policy_paths(name))
        role = ROLE_PREFIX + name
        try:
            iam.create_role(RoleName=role, AssumeRolePolicyDocument=trust)
        except iam.exceptions.EntityAlreadyExistsException:
            iam.update_assume_role_policy(RoleName=role, PolicyDocument=trust)
        iam.put_role_policy(RoleName=role, PolicyName=role, PolicyDocument=policy)


def _machines(states: Any, deployment: Deployment) -> dict[str, str]:
    arns = {}
    for name, definition in deployment.machines.items():
        arn = f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:{name}"
        role = role_arn(MACHINE_ROLE)
        try:
            states.update_state_machine(stateMachineArn=arn, definition=definition, roleArn=role)
        except ClientError as error:
            if error.response["Error"]["Code"] != "StateMachineDoesNotExist":
                raise
            states.create_state_machine(name=name, definition=definition, roleArn=role)
        arns[name] = arn
    return arns
