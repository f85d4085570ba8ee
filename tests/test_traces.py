"""One trace id, from the edge through the queues to the table; and nobody in it."""

import base64
import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime

import pytest

from behavior.consumer.pipeline import Pipeline
from behavior.tests.deliveries import sent
from grades import services as grades
from grades.tests.cast import ADA, AUTUMN, MATHS
from grades.tests.conftest import furnish
from luca.api.tests.asking import Ask
from luca.aws import queue
from luca.aws.queue import Received
from luca.aws.tests.copying import Schools
from luca.celery import app
from luca.kernel import clock, context
from luca.kernel.ids import SchoolId
from luca.telemetry.exporting import line
from luca.telemetry.segments import document
from luca.telemetry.tests.recording import Ended, recorded, trace_of
from tenants import services as tenants
from tenants.domain import School

Role = Callable[[str], AbstractContextManager[None]]
TRACE = "65a1b2c30123456789abcdef01234567"
EDGE = {"X-Amzn-Trace-Id": "Root=1-65a1b2c3-0123456789abcdef01234567;Sampled=1"}
TWO_IN_MEXICO = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
RESULT = {
    "student": ADA,
    "subject": MATHS,
    "period": AUTUMN,
    "assessment": "quiz-7",
    "type": "quiz_completed",
    "max": 100,
    "score": 61.0743,
}
# What nobody must find in a span: who they are, what they wrote.
SECRETS = (
    "Ada",
    "Núñez",
    '"ada"',
    "/ada",
    "#ada",
    "teresa",
    "quiz-7",
    "61.0743",
    "TENANT#",
    "STUDENT#",
    "a secret",
)


@pytest.fixture
def north(school: str, schools: Schools) -> str:
    schools.furnish(school, furnish)
    return school


def taken(name: str, school: str) -> list[Received]:
    """The first messages of a school on a queue, taken off it with those before them."""
    while found := queue.receive(name, wait=1):
        queue.delete(name, [one.receipt for one in found])
        if mine := [one for one in found if school in one.body]:
            return mine
    raise AssertionError(f"nothing of {school} on {name}")


def worked(name: str, headers: dict[str, str], arguments: dict[str, str]) -> None:
    """Run a task as a worker does."""
    task = app.tasks[name]
    with context.entered():
        task.push_request(**headers)
        try:
            task(**arguments)
        finally:
            task.pop_request()


def tree(ended: Ended, trace: str = TRACE) -> set[tuple[str, str]]:
    """Which span lies in which, of one trace."""
    mine = [one for one in ended.spans if trace_of(one) == trace]
    names = {one.get_span_context().span_id: one.name for one in mine}  # type: ignore[union-attr]
    return {(one.name, names.get(one.parent.span_id, "?") if one.parent else "") for one in mine}


@pytest.mark.usefixtures("aws")
def test_an_event_is_one_trace_from_the_edge_to_the_table(
    north: str, ask: Ask, acting_as: Role
) -> None:
    event = sent(student=ADA, metadata={"note": "a secret note"})
    with recorded() as ended:
        answer = ask("POST", "/behavior", event, who=f"{ADA}/student", school=north, headers=EDGE)
        assert answer.status_code == 202, answer.content
        with acting_as("consumer"), context.entered():
            Pipeline()._store(taken("behavior", north))

    found = tree(ended)
    assert found >= {
        ("POST behavior", ""),
        ("SendMessageBatch", "POST behavior"),
        ("behavior.ingest", "POST behavior"),
        ("BatchWriteItem", "behavior.ingest"),
    }
    assert_nobody(ended)


@pytest.mark.usefixtures("aws")
def test_a_result_is_one_trace_to_the_table_and_its_night_another(
    north: str, ask: Ask, acting_as: Role, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Other tests' schools stay away: of 200 messages none would have a span of its own."""
    monkeypatch.setattr(tenants, "schools", lambda: [School(SchoolId(north), "North")])
    app.loader.import_default_modules()
    teacher = "teresa/teacher"
    with recorded() as ended:
        answer = ask("POST", "/evaluations", RESULT, who=teacher, school=north, headers=EDGE)
        assert answer.status_code == 201, answer.content
    asked = tree(ended)
    assert {parent for _name, parent in asked} == {"", "POST evaluations"}
    assert {name for name, _parent in asked} & {"PutItem", "TransactWriteItems"}
    assert_nobody(ended)

    night_comes = clock.stopped(TWO_IN_MEXICO)
    with recorded(service="worker") as ended, acting_as("worker"), night_comes:
        worked("grades.nightly", {"id": "tick"}, {})
        (message,) = taken("tasks", north)
        outer = json.loads(message.body)
        arguments = json.loads(base64.b64decode(outer["body"]))[1]
        worked("grades.consolidate", outer["headers"], arguments)
    (trace,) = {trace_of(one) for one in ended.spans if one.name == "grades.consolidate"}
    assert tree(ended, trace) >= {
        ("grades.nightly", ""),
        ("SendMessage", "grades.nightly"),
        ("grades.consolidate", "SendMessage"),
        ("TransactWriteItems", "grades.consolidate"),
    }
    assert_nobody(ended)
    with context.entered(school=north):
        assert grades.grade(ADA, MATHS, AUTUMN) is not None


def assert_nobody(ended: Ended) -> None:
    """In no form in which spans leave us."""
    for one in ended.spans:
        for text in (
            json.dumps(line(one, "api"), ensure_ascii=False),
            json.dumps(document(one, "api"), ensure_ascii=False),
            one.to_json(),
        ):
            assert not [word for word in SECRETS if word in text], text
