"""A stack of these tests' own, whose faults they decide."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from behavior.tests.faults.town import Town
from luca.aws.table import ScopedConnection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture(scope="module")
def town(
    tmp_path_factory: pytest.TempPathFactory, read_settings_again: Callable[[], None]
) -> Iterator[Town]:
    """Let this process send through the proxy, and ask the table directly."""
    before = dict(os.environ)
    made = Town(tmp_path_factory.mktemp("town"))
    try:
        os.environ.update(made.environment("platform"))
        for service in ("DYNAMODB", "STS"):
            os.environ[f"AWS_ENDPOINT_URL_{service}"] = made.aws.endpoint
        _forget(read_settings_again)
        yield made
    finally:
        made.close()
        os.environ.clear()
        os.environ.update(before)
        _forget(read_settings_again)


def _forget(read_settings_again: Callable[[], None]) -> None:
    read_settings_again()
    ScopedConnection.forget()
