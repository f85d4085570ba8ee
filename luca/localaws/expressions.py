"""Read each expression of a request once, not once for each item that it is asked about.

The emulator reads the text of a key condition anew for every item of a partition: three quarters
of the time of a Query over thousands of items. What it makes of a text depends on the text alone.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

KEPT = 1_000  # texts; values are not part of them
TOKENS, FAULT = "_tokenize", "_condition_syntax_error"


def install() -> None:
    """Remember what texts say; a name the emulator no longer has stops the start."""
    # Late, because the emulator reads its settings while it is imported.
    dynamodb = import_module("ministack.services.dynamodb")
    setattr(dynamodb, TOKENS, remembered(getattr(dynamodb, TOKENS)))
    setattr(dynamodb, FAULT, lru_cache(KEPT)(getattr(dynamodb, FAULT)))


def remembered(read: Callable[[str], list[Any]]) -> Callable[[str], list[Any]]:
    """The same answers, a list of its own for each who asks."""
    once = lru_cache(KEPT)(read)
    return lambda text: list(once(text))
