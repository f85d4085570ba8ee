"""What several tests share: a school on its Saturday, a queue that is kept, API Gateway."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import settings
from rest_framework.test import APIClient

from behavior.services import types
from behavior.tests import gateway as api_gateway
from behavior.tests.school_days import NOW, found_school
from luca.api.verifying import Principal
from luca.aws import queue
from luca.kernel import clock, context
from luca.kernel.ids import PersonId, SchoolId, StudentId
from tenants import services as tenants
from tenants.domain import School, Student
from tests import npm

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# Laws are checked without a clock: a busy machine is not a broken law.
settings.register_profile("luca", deadline=None)
settings.load_profile("luca")


@pytest.fixture
def liceo(school: str) -> Iterator[str]:
    with clock.stopped(NOW):
        found_school(school)
        yield school


@pytest.fixture
def enter(school: str) -> Callable[..., APIClient]:
    """A client of somebody in the school, or in another one."""
    for place, students in ((school, ("ana", "luis")), (f"{school}-2", ("eva",))):
        with context.entered(school=place):
            tenants.create_school(School(SchoolId(place), "Liceo"))
            tenants.add_students([Student(StudentId(one), one.title()) for one in students])

    def signed_in(
        person: str, *groups: str, school: str = school, scopes: tuple[str, ...] = ()
    ) -> APIClient:
        client = APIClient(raise_request_exception=False, SERVER_NAME="127.0.0.1")
        who = Principal(PersonId(person), SchoolId(school), frozenset(groups), frozenset(scopes))
        client.force_authenticate(user=who)  # type: ignore[arg-type]  # a principal is no Django user
        return client

    return signed_in


@pytest.fixture
def types_forgotten() -> Iterator[None]:
    """Other tests remember nothing of the types that a test defines."""
    yield
    types._known._known.clear()
    types._fresh._known.clear()


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
