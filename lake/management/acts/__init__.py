"""What `manage.py lake <act>` can do, one module each, found by its name.

A module has `HELP`, `add_arguments(parser)` and `run(options, out)`; what it cannot do it raises as
a LucaError, which becomes one line and a failure.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any, Protocol, cast

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from django.core.management.base import OutputWrapper


class Act(Protocol):
    HELP: str

    def add_arguments(self, parser: ArgumentParser) -> None: ...

    def run(self, options: dict[str, Any], out: OutputWrapper) -> None: ...


def every() -> dict[str, Act]:
    """Every act by its name."""
    names = sorted(one.name for one in iter_modules(__path__))
    return {name: cast("Act", import_module(f"{__name__}.{name}")) for name in names}
