"""A school's stolen session, used on the wire against another school's data.

The session is the one that the API holds for the first school: the thief has
the API's container credentials and asks STS for the school's session, exactly as
the API does. What it may do is decided by the policy files alone.
"""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any

import boto3
import urllib3
from botocore.config import Config
from botocore.exceptions import ClientError

from luca.demo.driver.isolation import Attempt

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

DENIED = {"AccessDeniedException", "AccessDenied"}  # DynamoDB's spelling and S3's
CONFIG = Config(
    retries={"mode": "standard", "total_max_attempts": 1}, s3={"addressing_style": "path"}
)


class Thief:
    """Holds one school's session and tries another school's doors with it."""

    def __init__(self, environment: Mapping[str, str], school: str) -> None:
        self.school = school
        self._table = environment["LUCA_TABLE"]
        self._bucket = environment["LUCA_BUCKET"]
        session = _assume(environment, school)
        self._dynamo = session.client("dynamodb", config=CONFIG)
        self._s3 = session.client("s3", config=CONFIG)

    def tries(self, other: str, student: str, own_student: str) -> Iterator[Attempt]:
        """Every kind of access, to what is the other school's and to what is one's own."""
        for name, door in self._doors().items():
            got = _outcome(partial(door, other, student))
            control = _outcome(partial(door, self.school, own_student))
            yield Attempt(name, "wire", got, denied=got in DENIED, control=control == "done")
        for name, call in self._always_shut(other).items():
            got = _outcome(call)
            own = _outcome(partial(self._get, self.school, own_student))
            yield Attempt(name, "wire", got, denied=got in DENIED, control=own == "done")

    def _doors(self) -> dict[str, Callable[[str, str], object]]:
        # In this order: the controls make a probe, change it and take it away again.
        return {
            "GetItem of a student's profile": self._get,
            "BatchGetItem of a student's profile": self._batch_get,
            "Query of a student's results": self._query,
            "Query of an index": self._query_index,
            "PutItem": self._put,
            "UpdateItem": self._update,
            "TransactWriteItems": self._transact,
            "BatchWriteItem": self._batch_write,
            "DeleteItem": self._delete,
            "PutObject": self._put_object,
            "GetObject": self._get_object,
        }

    def _always_shut(self, other: str) -> dict[str, Callable[[], object]]:
        own = {"S": f"TENANT#{self.school}#PROBE"}
        planted = {"PK": own, "SK": {"S": "-"}, "kind": {"S": "probe"}}
        return {
            "Scan": lambda: self._dynamo.scan(TableName=self._table, Limit=1),
            "PartiQL": lambda: self._dynamo.execute_statement(
                Statement=f'SELECT * FROM "{self._table}"'  # noqa: S608 -- it must be refused
            ),
            "a row planted in the other's index": lambda: self._dynamo.put_item(
                TableName=self._table,
                Item={
                    **planted,
                    "GSI1PK": {"S": f"TENANT#{other}#PROBE"},
                    "GSI1SK": {"S": "-"},
                },
            ),
            "GetItem of the platform's list of schools": lambda: self._dynamo.query(
                TableName=self._table,
                KeyConditionExpression="PK = :pk",
                ExpressionAttributeValues={":pk": {"S": "PLATFORM#SCHOOLS"}},
            ),
        }

    def _key(self, school: str, *parts: str) -> dict[str, Any]:
        return {"PK": {"S": "#".join(("TENANT", school, *parts))}, "SK": {"S": "-"}}

    def _profile(self, school: str, student: str) -> dict[str, Any]:
        return {**self._key(school, "STUDENT", student), "SK": {"S": "PROFILE"}}

    def _get(self, school: str, student: str) -> None:
        key = self._profile(school, student)
        if "Item" not in self._dynamo.get_item(TableName=self._table, Key=key):
            raise Nothing

    def _batch_get(self, school: str, student: str) -> None:
        keys = [self._profile(school, student), self._profile(self.school, student)]
        unique = keys[:1] if keys[0] == keys[1] else keys
        self._dynamo.batch_get_item(RequestItems={self._table: {"Keys": unique}})

    def _query(self, school: str, student: str) -> None:
        found = self._dynamo.query(
            TableName=self._table,
            KeyConditionExpression="PK = :pk",
            ExpressionAttributeValues={":pk": self._profile(school, student)["PK"]},
            Limit=5,
        )
        if not found["Items"]:
            raise Nothing

    def _query_index(self, school: str, student: str) -> None:
        self._dynamo.query(
            TableName=self._table,
            IndexName="GSI2",
            KeyConditionExpression="GSI2PK = :pk",
            ExpressionAttributeValues={":pk": {"S": f"TENANT#{school}#PENDING#SYNC#00"}},
        )

    def _probe(self, school: str) -> dict[str, Any]:
        return {**self._key(school, "PROBE"), "kind": {"S": "probe"}}

    def _put(self, school: str, student: str) -> None:
        self._dynamo.put_item(TableName=self._table, Item=self._probe(school))

    def _update(self, school: str, student: str) -> None:
        self._dynamo.update_item(
            TableName=self._table,
            Key=self._key(school, "PROBE"),
            UpdateExpression="SET note = :x",
            ExpressionAttributeValues={":x": {"S": "-"}},
        )

    def _transact(self, school: str, student: str) -> None:
        """One item of one's own and one of the other's: all or nothing."""
        items = {json.dumps(self._probe(name)): self._probe(name) for name in (self.school, school)}
        self._dynamo.transact_write_items(
            TransactItems=[
                {"Put": {"TableName": self._table, "Item": item}} for item in items.values()
            ]
        )

    def _batch_write(self, school: str, student: str) -> None:
        put = {"PutRequest": {"Item": self._probe(school)}}
        self._dynamo.batch_write_item(RequestItems={self._table: [put]})

    def _delete(self, school: str, student: str) -> None:
        self._dynamo.delete_item(TableName=self._table, Key=self._key(school, "PROBE"))

    def _put_object(self, school: str, student: str) -> None:
        self._s3.put_object(Bucket=self._bucket, Key=f"tenants/{school}/probe", Body=b"-")

    def _get_object(self, school: str, student: str) -> None:
        self._s3.get_object(Bucket=self._bucket, Key=f"tenants/{school}/probe")


class Nothing(Exception):
    """The call was allowed and found nothing: a control on nothing is none."""


def _outcome(call: Callable[[], object]) -> str:
    try:
        call()
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    except Nothing:
        return "nothing there"
    return "done"


def _assume(environment: Mapping[str, str], school: str) -> Any:
    """Take the container's credentials and ask for the school's session with them."""
    uri = environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"]
    token = environment["AWS_CONTAINER_AUTHORIZATION_TOKEN"]
    answer = urllib3.request("GET", uri, headers={"Authorization": token})
    container = json.loads(answer.data)
    sts = _session(environment, container).client("sts", config=CONFIG)
    found = sts.assume_role(
        RoleArn=environment["LUCA_TENANT_ROLE_ARN"],
        RoleSessionName="stolen",
        Tags=[{"Key": "school_id", "Value": school}],
    )["Credentials"]
    stolen = {**found, "Token": found["SessionToken"]}
    return _session(environment, stolen)


def _session(environment: Mapping[str, str], keys: Mapping[str, Any]) -> Any:
    return _Session(
        endpoint=environment["AWS_ENDPOINT_URL"],
        region=environment["AWS_REGION"],
        keys=keys,
    )


class _Session:
    """Makes clients with the given keys and no others, whatever the environment says."""

    def __init__(self, endpoint: str, region: str, keys: Mapping[str, Any]) -> None:
        self._given = {
            "endpoint_url": endpoint,
            "region_name": region,
            "aws_access_key_id": keys["AccessKeyId"],
            "aws_secret_access_key": keys.get("SecretAccessKey"),
            "aws_session_token": keys["Token"],
        }

    def client(self, service: str, config: Config) -> Any:
        make: Any = boto3.client
        return make(service, config=config, **self._given)
