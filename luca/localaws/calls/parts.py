"""What the readers of the services share."""

from dataclasses import dataclass, field
from typing import Any

from luca.localaws.policy import Context


class NotUnderstood(ValueError):
    """The guard cannot tell what a request does, so it does not happen."""


@dataclass(frozen=True, slots=True)
class Check:
    action: str
    resource: str
    context: Context = field(default_factory=dict)


def only(entry: dict[str, Any]) -> tuple[str, Any]:
    """The one pair of a JSON object that must have exactly one."""
    (pair,) = entry.items()
    return pair


def string(value: dict[str, Any]) -> str:
    """The text of a DynamoDB value; a key of another type is nobody's."""
    kind, text = only(value)
    if kind != "S" or not isinstance(text, str):
        raise NotUnderstood("a key that is not a string")
    return text
