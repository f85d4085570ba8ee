"""What several tests share: a school on its Saturday, a queue that is kept, API Gateway."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from behavior.tests import gateway as api_gateway
from behavior.tests.school_days import NOW, found_school
from luca.aws import queue
from luca.kernel import clock
from tests import npm

if TYPE_CHECKING:
    from collections.abc import Iterator

# Laws are checked without a clock: a busy machine is not a broken law.
settings.register_profile("luca", deadline=None)
settings.load_profile("luca")


@pytest.fixture
def liceo(school: str) -> Iterator[str]:
    with clock.stopped(NOW):
        found_school(school)
        yield school


@pytest.fixture
def sent_messages(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What goes to the queue, kept here instead."""
    kept: list[str] = []
    monkeypatch.setattr(queue, "send_batch", lambda _queue, bodies, **_: kept.extend(bodies))
    return kept


@pytest.fixture(scope="session", params=["airspeed", "velocityjs"])
def gateway(request: pytest.FixtureRequest) -> Iterator[api_gateway.Gateway]:
    """API Gateway, once for each engine that can render its templates here."""
    if request.param == "airspeed":
        yield api_gateway.Gateway(api_gateway.airspeed)
        return
    try:
        engine = api_gateway.VelocityJs()
    except npm.Missing as missing:
        pytest.skip(f"THE SECOND ENGINE DOES NOT JUDGE THE TEMPLATES: {missing}. CI has node.")
    yield api_gateway.Gateway(engine)
    engine.close()
