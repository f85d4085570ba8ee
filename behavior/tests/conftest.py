"""The school of school_days, on its Saturday."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from behavior.tests.school_days import NOW, found_school
from luca.kernel import clock

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def liceo(school: str) -> Iterator[str]:
    with clock.stopped(NOW):
        found_school(school)
        yield school
