"""Both schools, made once; every question is asked by a process with the API's own role."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from luca.api import health
from tests.permissions import world as making
from tests.permissions.asking import Asker

if TYPE_CHECKING:
    from luca.localaws.embedded import Embedded
    from tests.permissions.world import Place

Acting = Callable[[str], AbstractContextManager[None]]


@pytest.fixture(scope="session")
def build(aws: Embedded) -> Callable[[], tuple[Place, Place]]:  # noqa: ARG001 -- it must run
    def made() -> tuple[Place, Place]:
        with pytest.MonkeyPatch.context() as patch:
            _close_at_once(patch)
            return making.build()

    return made


@pytest.fixture(scope="session")
def places(build: Callable[[], tuple[Place, Place]]) -> tuple[Place, Place]:
    return build()


@pytest.fixture
def asker(
    places: tuple[Place, Place], monkeypatch: pytest.MonkeyPatch, acting_as: Acting
) -> Iterator[Asker]:
    _close_at_once(monkeypatch)
    monkeypatch.setattr(health, "PATIENCE", 60)  # what is asked is who may, not how fast
    with acting_as("api"):
        yield Asker(places, monkeypatch)


def _close_at_once(patch: pytest.MonkeyPatch) -> None:
    """Closing a period waits for writers in other processes; here are none."""
    patch.setattr(sys.modules["tenants.services.schools"], "GRACE", timedelta())
