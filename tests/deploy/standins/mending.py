"""What moto does otherwise than AWS, where Terraform would stumble over it."""

import json
from typing import TYPE_CHECKING, Any

from moto.sqs.models import Queue

if TYPE_CHECKING:
    from collections.abc import Callable


def mend() -> None:
    _queues_keep_what_they_were_told()


def _queues_keep_what_they_were_told() -> None:
    """Without this a queue's policy goes with the next change of another attribute."""
    set_attributes = Queue._set_attributes
    attributes: Callable[[Queue], dict[str, Any]] = vars(Queue)["attributes"].fget

    def keep(self: Any, told: dict[str, Any], now: float | None = None) -> None:
        told = {"Policy": getattr(self, "policy", None), **told}
        if told.get("RedriveAllowPolicy") == "":
            told["RedriveAllowPolicy"] = None  # an empty text takes it back
        set_attributes(self, told, now)

    def say(self: Any) -> dict[str, Any]:
        said: dict[str, Any] = attributes(self)
        if self.redrive_policy:  # compact, as Terraform writes it, or it would write it again
            said["RedrivePolicy"] = json.dumps(self.redrive_policy, separators=(",", ":"))
        return said

    Queue.BASE_ATTRIBUTES = [*Queue.BASE_ATTRIBUTES, "RedriveAllowPolicy"]
    Queue.redrive_allow_policy = None  # type: ignore[attr-defined]
    Queue._set_attributes = keep  # type: ignore[assignment,method-assign]
    Queue.attributes = property(say)  # type: ignore[assignment]
