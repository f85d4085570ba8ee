"""North: Teresa teaches maths to 1a (Ada, Blas) and Tomás to 1b (Carla)."""

import pytest

from grades.tests.conftest import furnish
from luca.aws import queue
from luca.aws.tests.copying import Schools


@pytest.fixture
def north(school: str, schools: Schools) -> str:
    schools.furnish(school, furnish)
    return school


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, str]]]:
    """What workers are asked for."""
    found: list[tuple[str, dict[str, str]]] = []
    monkeypatch.setattr(queue, "enqueue", lambda task, **more: found.append((task, more)))
    return found
