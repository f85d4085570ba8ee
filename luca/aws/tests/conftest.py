"""A table in this process's memory: what the store does needs no guard."""

from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from luca.aws import clients
from luca.aws.table import ScopedConnection
from luca.kernel import context

INDEXES = ("GSI1", "GSI2")


@pytest.fixture
def moto_table(settings: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The table, empty, and the school `north` entered."""
    for name in ("AWS_ENDPOINT_URL", "AWS_CONTAINER_CREDENTIALS_FULL_URI"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    settings.TENANT_ROLE_ARN = "arn:aws:iam::123456789012:role/luca-tenant"  # type: ignore[attr-defined]
    settings.DIRECTORY_ROLE_ARN = "arn:aws:iam::123456789012:role/luca-directory"  # type: ignore[attr-defined]
    with mock_aws():
        clients.forget()
        ScopedConnection.forget()
        _create()
        with context.entered(school="north"):
            yield
    clients.forget()
    ScopedConnection.forget()


def _create() -> None:
    names = ["PK", "SK", *(f"{index}{part}" for index in INDEXES for part in ("PK", "SK"))]
    boto3.client("dynamodb", region_name="us-east-1").create_table(
        TableName="luca-platform",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=_schema("PK", "SK"),
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in names],
        GlobalSecondaryIndexes=[
            {
                "IndexName": index,
                "KeySchema": _schema(f"{index}PK", f"{index}SK"),
                "Projection": {"ProjectionType": "ALL"},
            }
            for index in INDEXES
        ],
    )


def _schema(partition: str, sort: str) -> list:  # type: ignore[type-arg]  # boto3's own shape
    return [
        {"AttributeName": partition, "KeyType": "HASH"},
        {"AttributeName": sort, "KeyType": "RANGE"},
    ]
