"""Answers that were given already, so that a repeated request is answered and not repeated.

| item | kind | PK | SK |
|---|---|---|---|
| a request with its answer | ``idempotency`` | `T#IDEMPOTENCY#<hash>` | `-` |

The hash covers actor, route and the caller's key; the school is in the prefix. An answer may
hold people's data and cannot be found by person, so it is sealed under what the hash covers:
only who repeats the request can open it, and after a day it is gone. Two ways lead here.
A write that is one transaction joins its answer to it (`Ticket.join`): then both exist or
neither. Anything else reserves the key first (`Ticket.reserve`), and must itself be safe to
repeat if the process dies before the answer is stored.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from pynamodb.attributes import UnicodeAttribute

from luca.aws import store
from luca.aws.table import IntegerAttribute, TenantItem, tenant_key
from luca.kernel import clock
from luca.kernel.errors import Conflict

if TYPE_CHECKING:
    from collections.abc import Callable

    from pynamodb.expressions.condition import Condition

KEPT = 24 * 3600  # seconds for which an answer is repeated
LEASE = 60  # seconds after which an unfinished request is taken for dead
PART = "idempotency"  # its name in a transaction: `in ConditionFailed.failed` when it refused
_ONLY = "-"
_NONCE = 12  # bytes


class IdempotencyItem(TenantItem, discriminator="idempotency"):
    digest = UnicodeAttribute()  # of the request: the same key with another body is a mistake
    lease = IntegerAttribute()  # epoch seconds
    status = IntegerAttribute(null=True)  # absent while the request is being worked on
    body = UnicodeAttribute(null=True)  # sealed
    headers = UnicodeAttribute(null=True)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it went over the wire."""

    status: int
    body: str
    headers: str = ""  # JSON


@dataclass(frozen=True, slots=True)
class Ticket:
    """One request under one key. `render` makes the answer out of what the work returned."""

    place: str
    digest: str
    render: Callable[[Any], Answer]
    seal: bytes  # the key to the stored answer; it is stored nowhere

    @classmethod
    def of(cls, scope: tuple[str, ...], request: bytes, render: Callable[[Any], Answer]) -> Ticket:
        """Name the request by who sends it where under which key, and by what it says."""
        spelled = "\0".join(scope).encode()
        name = hashlib.sha256(spelled).hexdigest()
        digest = hashlib.sha256(request).hexdigest()
        seal = hmac.digest(settings.SECRET_KEY.encode(), b"answer\0" + spelled, "sha256")
        return cls(tenant_key("IDEMPOTENCY", name), digest, render, seal)

    def join(self, work: store.Transaction, outcome: Any) -> None:
        """Store the answer together with what the transaction writes, or neither.

        When the key was used before, the commit raises ConditionFailed with
        `idempotency` among `failed`; let it pass: the caller of the service
        answers with what is stored.
        """
        work.put(self._item(self.render(outcome)), self._free(), name=PART)

    def stored(self) -> Answer | None:
        """Return the answer that was given; Conflict if it was to another request."""
        found = store.get(IdempotencyItem, self.place, _ONLY, consistent=True)
        if found is None:
            return None
        if found.digest != self.digest:
            raise Conflict(
                "This Idempotency-Key came with another request before.",
                code="idempotency_key_reused",
            )
        if found.status is None:
            raise Conflict(
                "The same request is being worked on; ask again in a moment.",
                code="idempotency_in_progress",
            )
        return Answer(found.status, self._opened(found.body), found.headers or "")

    def reserve(self) -> Answer | None:
        """Take the key, or return the answer that was given under it."""
        for _ in range(2):  # once more if it expires or is given back between the two calls
            try:
                store.put(self._item(None), self._free() | self._abandoned())
            except store.ConditionFailed:
                answer = self.stored()
                if answer is not None:
                    return answer
            else:
                return None
        raise Conflict(
            "The same request is being worked on; ask again in a moment.",
            code="idempotency_in_progress",
        )

    def keep(self, answer: Answer) -> None:
        """Store the answer under the reserved key."""
        store.put(self._item(answer))

    def give_back(self) -> None:
        """Free a reserved key: nothing was done under it."""
        store.delete(self._item(None))

    def _item(self, answer: Answer | None) -> IdempotencyItem:
        now = int(clock.now().timestamp())
        return IdempotencyItem(
            self.place,
            _ONLY,
            digest=self.digest,
            lease=now + LEASE,
            ttl=now + KEPT,
            status=None if answer is None else answer.status,
            body=None if answer is None else self._sealed(answer.body),
            headers=None if answer is None else answer.headers or None,
        )

    def _sealed(self, body: str) -> str | None:
        if not body:
            return None
        nonce = secrets.token_bytes(_NONCE)
        sealed = nonce + AESGCM(self.seal).encrypt(nonce, body.encode(), self.place.encode())
        return base64.b64encode(sealed).decode()

    def _opened(self, text: str | None) -> str:
        sealed = base64.b64decode(text or "")
        if not sealed:
            return ""
        try:
            return (
                AESGCM(self.seal)
                .decrypt(sealed[:_NONCE], sealed[_NONCE:], self.place.encode())
                .decode()
            )
        except InvalidTag:  # our secret was changed since: it was done, and must not be repeated
            raise Conflict(
                "This was done, and its answer can no longer be read: look whether it is there.",
                code="idempotency_key_reused",
            ) from None

    def _free(self) -> Condition:
        now = int(clock.now().timestamp())
        # An expired item is absent, although DynamoDB removes it when it finds the time.
        free: Condition = IdempotencyItem.pk.does_not_exist() | (IdempotencyItem.ttl <= now)
        return free

    def _abandoned(self) -> Condition:
        """The same request, begun so long ago that its process must be dead."""
        now = int(clock.now().timestamp())
        abandoned: Condition = (
            IdempotencyItem.status.does_not_exist()
            & (IdempotencyItem.lease <= now)
            & (IdempotencyItem.digest == self.digest)
        )
        return abandoned
