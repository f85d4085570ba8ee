"""Threads for many small calls of the store at once; each carries the caller's school."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TypeVar

from luca.kernel import context

T = TypeVar("T")
R = TypeVar("R")
WIDTH = 12


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(WIDTH, thread_name_prefix="govsync")


def at_once(function: Callable[[T], R], items: Iterable[T]) -> list[R]:
    """Return the results in order; what is called here must not call this again."""
    return list(_threads().map(context.carried(function), items))
