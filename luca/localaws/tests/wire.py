"""What the tests on the wire say and ask."""

import json
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from luca.localaws.deployment import REGION, role_arn
from luca.localaws.embedded import Embedded
from luca.localaws.home import Home
from luca.localaws.sessions import Mint
from luca.localaws.tokens import CREDENTIALS_PATH

TABLE = "luca-platform"


@dataclass(frozen=True)
class Keys:
    """Credentials as any SDK would hold them."""

    key: str
    secret: str
    token: str | None = None

    def client(self, service: str, endpoint: str, region: str = REGION) -> Any:
        return boto3.client(  # type: ignore[call-overload] # the service is a variable
            service,
            endpoint_url=endpoint,
            region_name=region,
            aws_access_key_id=self.key,
            aws_secret_access_key=self.secret,
            aws_session_token=self.token,
            config=Config(retries={"max_attempts": 0}, s3={"addressing_style": "path"}),
        )


@dataclass
class Wire:
    """The embedded AWS as a program sees it: an address and somebody's credentials."""

    aws: Embedded
    deploy: Path

    @property
    def endpoint(self) -> str:
        return self.aws.endpoint

    @property
    def bootstrap(self) -> Keys:
        keys = Home(self.aws.home).keys
        return Keys(keys["bootstrap_key"], keys["bootstrap_secret"])

    def role(self, name: str) -> Keys:
        """What a container of that role is given."""
        mint = Mint(Home(self.aws.home).keys["session_secret"])
        answer = self.fetch(f"{CREDENTIALS_PATH}luca-{name}", mint.pass_for(name))
        return Keys(answer["AccessKeyId"], answer["SecretAccessKey"], answer["Token"])

    def fetch(self, path: str, authorization: str) -> Any:
        request = urllib.request.Request(
            self.endpoint + path, headers={"Authorization": authorization}
        )
        with urllib.request.urlopen(request) as response:
            return json.load(response)

    def assume(
        self, by: Keys, role: str, tags: Mapping[str, str] | None = None, **more: Any
    ) -> Keys:
        found = self.client("sts", by).assume_role(
            RoleArn=role_arn(role),
            RoleSessionName="somebody",
            Tags=[{"Key": key, "Value": value} for key, value in (tags or {}).items()],
            **more,
        )["Credentials"]
        return Keys(found["AccessKeyId"], found["SecretAccessKey"], found["SessionToken"])

    def school(self, school: str, by: str = "api") -> Keys:
        return self.assume(self.role(by), "tenant", {"school_id": school})

    def client(self, service: str, keys: Keys, region: str = REGION) -> Any:
        return keys.client(service, self.endpoint, region)

    def put(self, school: str, **attributes: str) -> dict[str, dict[str, str]]:
        """An item of a school, written with the bootstrap key; returns its key."""
        key = item(school)
        more = {name: {"S": value} for name, value in attributes.items()}
        self.client("dynamodb", self.bootstrap).put_item(TableName=TABLE, Item={**key, **more})
        return key

    def log(self) -> list[dict[str, Any]]:
        text = (Home(self.aws.home).logs / "aws.log").read_text()
        return [json.loads(line) for line in text.splitlines() if line.startswith("{")]

    @contextmanager
    def changed(self, file: str, change: Callable[[dict[str, Any]], object]) -> Iterator[None]:
        """A policy file as it would be with one change, for as long as the block runs."""
        path = self.deploy / "policies" / file
        original = path.read_text()
        document = json.loads(original)
        change(document)
        path.write_text(json.dumps(document))
        try:
            yield
        finally:
            path.write_text(original)


def item(school: str, kind: str = "STUDENT#s1", sort: str = "PROFILE") -> dict[str, dict[str, str]]:
    return {"PK": {"S": f"TENANT#{school}#{kind}"}, "SK": {"S": sort}}


def code(call: Callable[[], object]) -> str:
    """The error code that a call ends with, or OK."""
    try:
        call()
    except ClientError as error:
        return error.response["Error"]["Code"]
    return "OK"
