"""The emulator's own Cognito: the one place that touches its private parts."""

from collections.abc import Callable
from typing import Any


def replace(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """Put a function in the place of the emulator's own and return that one."""
    from ministack.services import cognito  # noqa: PLC0415 -- it reads its settings when imported

    original: Callable[..., Any] = getattr(cognito, name)
    setattr(cognito, name, function)
    return original
