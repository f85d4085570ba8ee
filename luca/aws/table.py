"""The single DynamoDB table: its base items, and how keys are spelled."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from threading import Lock
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import uuid4

import botocore.session
import msgspec
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from pynamodb.attributes import (
    Attribute,
    DiscriminatorAttribute,
    UnicodeAttribute,
)
from pynamodb.attributes import VersionAttribute as VersionAttribute  # noqa: PLC0414 -- passed on
from pynamodb.connection.base import Connection
from pynamodb.constants import NUMBER, STRING
from pynamodb.exceptions import PutError
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model

from luca.aws import counting
from luca.aws.scoped import SESSIONS, DirectoryScope, SchoolScope
from luca.aws.wire import Wire
from luca.kernel import clock, context
from luca.kernel.ids import check_id
from luca.telemetry import spans

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pynamodb.connection.table import TableConnection


SEPARATOR = "#"
BATCH_WRITE = "BatchWriteItem"
TRANSACT_WRITE = "TransactWriteItems"
TENANT, PLATFORM = "TENANT", "PLATFORM"
STALE = {"UnrecognizedClientException", "ExpiredTokenException", "InvalidClientTokenId"}


def key(*parts: str) -> str:
    """Join the parts of a key, refusing any that would forge another key.

    >>> key("STUDENT", "s9")
    'STUDENT#s9'
    """
    for part in parts:
        if not part or SEPARATOR in part:
            raise ValueError(f"{part!r} cannot be part of a key.")
    return SEPARATOR.join(parts)


def prefix(*parts: str) -> str:
    """Return the beginning that all longer keys share.

    It ends with the separator, or `2026-1` would find `2026-10` as well.
    """
    return key(*parts) + SEPARATOR


def tenant_key(*parts: str) -> str:
    """Return a partition key of the context's school, in the table or in an index."""
    return key(TENANT, context.school(), *parts)


def platform_key(*parts: str) -> str:
    """Return a partition key of the platform: schools, locks, the authority's rate."""
    return key(PLATFORM, *parts)


def checked(*ids: str) -> tuple[str, ...]:
    """Return ids that come from outside, or raise ValueError before one enters a key."""
    return tuple(check_id(one) for one in ids)


class DecimalAttribute(Attribute[Decimal]):
    """An exact number. PynamoDB's own NumberAttribute reads back floats."""

    attr_type = NUMBER

    def serialize(self, value: Decimal) -> str:
        return str(value)

    def deserialize(self, value: str) -> Decimal:
        return Decimal(value)


class IntegerAttribute(Attribute[int]):
    """A whole number."""

    attr_type = NUMBER

    def serialize(self, value: int) -> str:
        return str(value)

    def deserialize(self, value: str) -> int:
        return int(value)


class InstantAttribute(Attribute[datetime]):
    """A UTC time with milliseconds, as text that sorts."""

    attr_type = STRING

    def serialize(self, value: datetime) -> str:
        return clock.stamp(value)

    def deserialize(self, value: str) -> datetime:
        return clock.parse(value)


class Brisk:
    """A botocore client whose calls are not made by botocore, which takes longer than DynamoDB."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._wire = Wire(client, "DynamoDB_20120810")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def _make_api_call(self, operation: str, arguments: dict[str, Any]) -> Any:
        counting.note(operation)
        if operation == TRANSACT_WRITE:  # an answer may get lost: what is sent again is done once
            arguments = {"ClientRequestToken": str(uuid4()), **arguments}
        index = arguments.get("IndexName")
        with spans.span(operation, spans.CLIENT, peer="DynamoDB", index=index):
            return msgspec.json.decode(self._wire.call(operation, msgspec.json.encode(arguments)))


class ScopedConnection(Connection):
    """PynamoDB's connection, signing each request for whoever the context says.

    One botocore client for each kind of scope and process: a client for each
    school would cost 43 ms and a connection pool each.
    """

    scope: ClassVar[SchoolScope] = SchoolScope()
    _clients: ClassVar[dict[str, Any]] = {}
    _making: ClassVar[Lock] = Lock()

    @property
    def client(self) -> Any:
        made = self._clients.get(self.scope.method)
        if made is None:
            with self._making:
                made = self._clients.get(self.scope.method) or self._make()
                self._clients[self.scope.method] = made
        return made

    def _make(self) -> Any:
        session = botocore.session.Session()
        session._credentials = self.scope  # type: ignore[attr-defined]  # noqa: SLF001 -- botocore's only door for credentials of one's own
        config = Config(
            parameter_validation=False,
            connect_timeout=2,
            read_timeout=10,
            max_pool_connections=64,
            tcp_keepalive=True,
            retries={"mode": "standard", "total_max_attempts": 4},
            account_id_endpoint_mode="disabled",
        )
        return Brisk(session.create_client("dynamodb", settings.AWS_REGION, config=config))

    def _make_api_call(self, operation_name: str, operation_kwargs: dict[str, Any]) -> Any:
        """Call, and once more with a fresh session if AWS no longer knows the old one."""
        scope = self.scope.name()
        used = SESSIONS.known(scope)
        try:
            return super()._make_api_call(operation_name, operation_kwargs)
        except ClientError as error:
            if error.response["Error"].get("Code") not in STALE:
                raise
            SESSIONS.forget(scope, failed=used)
            return super()._make_api_call(operation_name, operation_kwargs)

    def put_all(self, table: str, items: Iterable[Any]) -> Any:
        """Write up to 25 items, spelled as DynamoDB does; answer what it says.

        PynamoDB would look at each attribute once more.
        """
        puts = [{"PutRequest": {"Item": item}} for item in items]
        try:
            return self._make_api_call(BATCH_WRITE, {"RequestItems": {table: puts}})
        except (BotoCoreError, ClientError) as error:
            raise PutError(f"Failed to batch write items: {error}", error) from error

    @classmethod
    def forget(cls) -> None:
        """Drop clients and sessions, for a test that points the process elsewhere."""
        cls._clients.clear()
        SESSIONS.forget()


class DirectoryConnection(ScopedConnection):
    scope = DirectoryScope()


_connecting = Lock()


class Row(Model):
    """What the rows of a school and of the platform have in common."""

    connects: ClassVar[type[ScopedConnection]] = ScopedConnection
    _scoped: ClassVar[TableConnection | None] = None

    class Meta:
        table_name = settings.TABLE_NAME
        region = settings.AWS_REGION

    pk = UnicodeAttribute(hash_key=True, attr_name="PK")
    sk = UnicodeAttribute(range_key=True, attr_name="SK")
    kind = DiscriminatorAttribute(attr_name="kind")
    ttl = IntegerAttribute(null=True)  # epoch seconds; when it has passed the item is absent

    @classmethod
    def _get_connection(cls) -> TableConnection:
        made: TableConnection | None = cls.__dict__.get("_scoped")
        if made is None:
            # PynamoDB keeps its own before we have changed it: nobody else may see that one,
            # which signs as this process and not as a school.
            with _connecting:
                cls._connection = None
                made = super()._get_connection()
                scoped = cls.connects(region=settings.AWS_REGION)
                scoped._tables = made.connection._tables  # noqa: SLF001 -- hands over the description of the table
                made.connection = scoped
                cls._scoped = made
        return made


class GSI1(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call]  # PynamoDB's base class is untyped here
    """Lists: people by name, the gradebook of a course and group."""

    class Meta:
        index_name = "GSI1"
        projection = AllProjection()

    gsi1pk = UnicodeAttribute(hash_key=True, attr_name="GSI1PK")
    gsi1sk = UnicodeAttribute(range_key=True, attr_name="GSI1SK")


class GSI2(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call]  # PynamoDB's base class is untyped here
    """Work queues: what waits for consolidation or for the government."""

    class Meta:
        index_name = "GSI2"
        projection = AllProjection()

    gsi2pk = UnicodeAttribute(hash_key=True, attr_name="GSI2PK")
    gsi2sk = UnicodeAttribute(range_key=True, attr_name="GSI2SK")


class TenantItem(Row):
    """Base of every row of a school. Index keys are built with `tenant_key` only."""

    gsi1 = GSI1()
    gsi2 = GSI2()
    gsi1pk = UnicodeAttribute(null=True, attr_name="GSI1PK")
    gsi1sk = UnicodeAttribute(null=True, attr_name="GSI1SK")
    gsi2pk = UnicodeAttribute(null=True, attr_name="GSI2PK")
    gsi2sk = UnicodeAttribute(null=True, attr_name="GSI2SK")


class PlatformItem(Row):
    """Base of the few rows that belong to no school."""

    connects = DirectoryConnection
