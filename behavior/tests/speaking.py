"""Sending statements over HTTP as xAPI clients do, and looking at what the queue got."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from behavior import rules
from behavior.domain import Event
from behavior.rules import Parcel
from luca.kernel import clock

if TYPE_CHECKING:
    from rest_framework.test import APIClient

HEADER = "X-Experience-API-Version"


def send(client: APIClient, method: str, body: Any, query: str = "", **headers: str) -> Any:
    text = body if isinstance(body, str) else json.dumps(body)
    return client.generic(
        method,
        f"/xapi/statements{query}",
        text,
        "application/json",
        headers={HEADER: "1.0.3", **headers},
    )


def post(client: APIClient, body: Any, **headers: str) -> Any:
    return send(client, "POST", body, **headers)


def put(client: APIClient, body: Any, named: str, **headers: str) -> Any:
    return send(client, "PUT", body, f"?statementId={named}", **headers)


def parcel_in(message: str) -> Parcel:
    found = rules.opened(message)
    assert isinstance(found, Parcel), found
    return found


def events_in(messages: list[str]) -> list[Event]:
    """What the consumer will find."""
    found = [event for one in messages for event in parcel_in(one).events]
    assert all(isinstance(one, Event) for one in found), found
    return found  # type: ignore[return-value]


def now(**ago: float) -> str:
    return clock.stamp(clock.now() - timedelta(**ago))
