"""DynamoDB: every item of a request by its leading key, index keys included.

AWS looks at the partition key of the table or index that is addressed. The guard looks at more: an
item that is written must carry no index key that its writer could not have written as a partition
key. AWS would accept it, and a row of one school would appear in another school's index.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from luca.localaws.calls.expressions import equal_to
from luca.localaws.calls.parts import Check, NotUnderstood, only, string
from luca.localaws.calls.updates import assigned
from luca.localaws.deployment import ACCOUNT, REGION, Deployment

Json = dict[str, Any]

SINGLE = frozenset({"GetItem", "PutItem", "UpdateItem", "DeleteItem"})
TRANSACTIONS = {
    "TransactGetItems": {"Get": "GetItem"},
    "TransactWriteItems": {
        "Put": "PutItem",
        "Update": "UpdateItem",
        "Delete": "DeleteItem",
        "ConditionCheck": "ConditionCheckItem",
    },
}
BATCH_KEYS = {"PutRequest": "Item", "DeleteRequest": "Key"}


def checks(operation: str, body: Json, deployment: Deployment) -> Iterator[Check]:
    calls = Calls(deployment)
    if operation in SINGLE:
        return calls.single(operation, body)
    if operation == "Query":
        return calls.query(body)
    if operation == "Scan":
        return calls.scan(body)
    if operation == "BatchGetItem":
        return calls.batch_get(body)
    if operation == "BatchWriteItem":
        return calls.batch_write(body)
    if operation in TRANSACTIONS:
        return calls.transaction(body, TRANSACTIONS[operation])
    raise NotUnderstood(f"DynamoDB {operation}")


class Calls:
    def __init__(self, deployment: Deployment) -> None:
        self.deployment = deployment
        self.table = deployment.table["name"]
        self.hash_key = deployment.key_of(None)

    def single(self, operation: str, body: Json) -> Iterator[Check]:
        item = body["Item" if operation == "PutItem" else "Key"]
        yield self._check(operation, body["TableName"], [string(item[self.hash_key])])
        if operation == "PutItem":
            yield from self._planted(operation, [item])
        elif operation == "UpdateItem":
            # Its own key cannot change, says AWS; the emulator lets a transaction change it.
            values = assigned(body, self.deployment.index_keys | {self.hash_key})
            yield from self._index_checks(operation, values)

    def query(self, body: Json) -> Iterator[Check]:
        index = body.get("IndexName")
        key = equal_to(body, self.deployment.key_of(index))
        yield self._check("Query", body["TableName"], [key], index)

    def scan(self, body: Json) -> Iterator[Check]:
        """A Scan names no key at all, which is what the Null clause of a policy is there for."""
        self._own(body["TableName"])
        yield Check("dynamodb:Scan", self._arn(body.get("IndexName")))

    def batch_get(self, body: Json) -> Iterator[Check]:
        for table, wanted in body["RequestItems"].items():
            keys = [string(key[self.hash_key]) for key in wanted["Keys"]]
            yield self._check("BatchGetItem", table, keys)

    def batch_write(self, body: Json) -> Iterator[Check]:
        for table, requests in body["RequestItems"].items():
            items = [(kind, entry[BATCH_KEYS[kind]]) for kind, entry in map(only, requests)]
            keys = [string(item[self.hash_key]) for _, item in items]
            yield self._check("BatchWriteItem", table, keys)
            yield from self._planted("BatchWriteItem", (i for k, i in items if k == "PutRequest"))

    def transaction(self, body: Json, actions: dict[str, str]) -> Iterator[Check]:
        for kind, entry in map(only, body["TransactItems"]):
            action = actions[kind]
            if action in SINGLE:
                yield from self.single(action, entry)
            else:
                yield self._check(action, entry["TableName"], [string(entry["Key"][self.hash_key])])

    def _check(
        self, operation: str, table: str, keys: list[str], index: str | None = None
    ) -> Check:
        self._own(table)
        if not keys:
            raise NotUnderstood("no leading key")
        return Check(f"dynamodb:{operation}", self._arn(index), {"dynamodb:leadingkeys": keys})

    def _own(self, table: str) -> None:
        if table != self.table:
            raise NotUnderstood(f"table {table!r}")  # an ARN in place of the name, too

    def _planted(self, operation: str, items: Iterable[Json]) -> Iterator[Check]:
        values = [
            string(item[name])
            for item in items
            for name in self.deployment.index_keys
            if name in item
        ]
        return self._index_checks(operation, values)

    def _index_checks(self, operation: str, values: list[str]) -> Iterator[Check]:
        for value in dict.fromkeys(values):  # a batch writes many rows of one list
            yield self._check(operation, self.table, [value])

    def _arn(self, index: str | None) -> str:
        arn = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{self.table}"
        return arn if index is None else f"{arn}/index/{index}"
