"""Writes that happen together or not at all."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pynamodb.exceptions import TransactWriteError
from pynamodb.transactions import TransactWrite

from luca.aws.store.errors import (
    ATTEMPTS,
    BUSY,
    CONDITION_FAILED,
    Busy,
    ConditionFailed,
    Unreachable,
    code,
    pause,
    unanswered,
)
from luca.aws.table import Row, TenantItem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pynamodb.expressions.condition import Condition
    from pynamodb.expressions.update import Action

    from luca.aws.store.items import M

LIMIT = 100  # parts of one transaction
# The SDK sends a call again under its own token when the answer was lost; the embedded AWS may
# take the repetition for another call, and then the first has arrived.
REPEATED = "IdempotentParameterMismatch"


@dataclass(slots=True)
class Transaction:
    """Up to 100 writes that happen together or not at all.

    Each part may be named; `ConditionFailed.failed` then tells which refused.
    """

    model: type[Row] = TenantItem
    token: str | None = None
    _checks: list[tuple[str, Any]] = field(default_factory=list)
    _deletes: list[tuple[str, Any]] = field(default_factory=list)
    _puts: list[tuple[str, Any]] = field(default_factory=list)
    _raw: list[tuple[str, Any]] = field(default_factory=list)
    _updates: list[tuple[str, Any]] = field(default_factory=list)

    _alike: list[tuple[Sequence[Any], Any, Any]] = field(default_factory=list)

    def check(
        self, model: type[M], pk: str, sk: str, condition: Condition, *, name: str = ""
    ) -> None:
        self._checks.append((name, ((model, pk, sk), condition)))

    def delete(self, item: M, condition: Condition | None = None, *, name: str = "") -> None:
        self._deletes.append((name, (item, condition)))

    def put(self, item: M, condition: Condition | None = None, *, name: str = "") -> None:
        self._puts.append((name, (item, condition)))

    def put_raw(self, raw: Mapping[str, Any], *, name: str = "") -> None:
        """Put an item that is DynamoDB JSON already: building it as an object takes longer."""
        self._raw.append((name, raw))

    def update(
        self,
        item: M,
        actions: list[Action],
        condition: Condition | None = None,
        *,
        name: str = "",
    ) -> None:
        self._updates.append((name, (item, actions, condition)))

    def update_alike(
        self, items: Sequence[M], actions: list[Action], condition: Condition | None = None
    ) -> None:
        """Change many items of one kind in one way: it is spelled out once."""
        if items:
            self._alike.append((items, actions, condition))

    def __len__(self) -> int:
        single = (self._checks, self._deletes, self._puts, self._raw, self._updates)
        return sum(map(len, single)) + sum(len(items) for items, _, _ in self._alike)

    def commit(self) -> None:
        """Write it all, or raise ConditionFailed or Busy and leave all as it was."""
        connection = self.model._get_connection().connection  # noqa: SLF001 -- TransactWrite wants the bare connection
        write = TransactWrite(connection=connection, client_request_token=self.token)
        for _, (place, condition) in self._checks:
            write.condition_check(place[0], place[1], place[2], condition)
        for _, (item, condition) in self._deletes:
            write.delete(item, condition)
        for _, (item, condition) in self._puts:
            write.save(item, condition)
        table = self.model.Meta.table_name
        write._put_items += [{"TableName": table, "Item": raw} for _, raw in self._raw]  # noqa: SLF001 -- it would make objects of them
        for _, (item, actions, condition) in self._updates:
            write.update(item, actions, condition)
        for items, actions, condition in self._alike:
            write.update(items[0], actions, condition)
            pattern = write._update_items[-1]  # noqa: SLF001 -- it would spell out each of them
            write._update_items += [  # noqa: SLF001
                {**pattern, "Key": {"PK": {"S": one.pk}, "SK": {"S": one.sk}}} for one in items[1:]
            ]
        try:
            with write:
                pass
        except TransactWriteError as error:
            raise self._meaning(error) from error

    def _meaning(self, error: TransactWriteError) -> Exception:
        if unanswered(error) or (self.token is None and code(error) == REPEATED):
            return Unreachable()
        # DynamoDB answers one reason per part, in the order that TransactWrite sends them.
        alike = [("", one) for items, _, _ in self._alike for one in items]
        parts = [
            *self._checks,
            *self._deletes,
            *self._puts,
            *self._raw,
            *self._updates,
            *alike,
        ]
        reasons = error.cancellation_reasons
        codes = {reason.code for reason in reasons if reason}
        if CONDITION_FAILED in codes:
            named = zip(parts, reasons, strict=False)
            return ConditionFailed(
                frozenset(name for (name, _), why in named if why and why.code == CONDITION_FAILED)
            )
        if codes & BUSY or code(error) in BUSY:
            return Busy()
        return error


def patiently(work: Transaction, attempts: int = ATTEMPTS) -> None:
    """Commit, and again after a pause while the store is busy."""
    for attempt in range(attempts):
        try:
            return work.commit()
        except Busy:
            if attempt + 1 == attempts:
                raise
            pause(attempt)
    return None
