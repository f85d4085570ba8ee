"""A school admin does not wait for the night: a worker computes, and a job tells how far it is."""

from typing import Any

import pytest

from grades import services, tasks
from grades.tests.cast import ADA, AUTUMN, BLAS, MATHS, given, grade_of, scored, waiting
from luca.api.tests.asking import Ask
from luca.aws import audit, queue, store
from luca.aws.audit import Action, AuditItem
from luca.kernel import clock, context
from luca.kernel.ids import SubjectId
from tenants import services as tenants
from tenants.domain import Enrolment

ADMIN = "boss/school_admin"


@pytest.fixture
def send(ask: Ask, north: str) -> Ask:
    ask.school, ask.who = north, ADMIN
    return ask


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    monkeypatch.setattr(queue, "enqueue", lambda task, **more: found.append({"task": task} | more))
    return found


def work(school: str, message: dict[str, str]) -> None:
    """Run a message's task as a worker does."""
    assert message.pop("task") == "grades.consolidate"
    task = tasks.consolidate
    with context.entered():
        task.push_request(id="id-1", school_id=school, actor_id="boss")
        try:
            task(**message)
        finally:
            task.pop_request()


def test_an_admin_has_one_course_computed_and_watches(
    send: Ask, north: str, sent: list[dict[str, str]]
) -> None:
    history = SubjectId("history")
    tenants.enrol(history, AUTUMN, [Enrolment(ADA, tenants.roster(MATHS, AUTUMN)[0].group)])
    services.record(None, [scored(subject=history)])
    given(ADA)
    answer = send("POST", "/consolidations", {"period": AUTUMN, "subject": MATHS})
    assert answer.status_code == 202
    assert (answer.json()["state"], answer["Location"]) == (
        "waiting",
        f"/jobs/{answer.json()['id']}",
    )
    assert services.grade(ADA, MATHS, AUTUMN) is None

    work(north, sent.pop())
    job = send("GET", answer["Location"]).json()
    assert (job["state"], job["done"], job["total"]) == ("done", 3, 3)
    assert job["result"] == {"computed": 3, "written": 3, "unchanged": 0, "left": 0, "failed": 0}
    assert grade_of().version == 1
    assert services.grade(ADA, history, AUTUMN) is None


@pytest.mark.parametrize("body", [None, {}, {"period": None, "subject": MATHS}])
def test_without_names_all_that_is_pending_is_computed(
    send: Ask, north: str, sent: list[dict[str, str]], body: Any
) -> None:
    given(ADA)
    assert send("POST", "/consolidations", body).status_code == 202
    work(north, sent.pop())
    assert waiting() == 0


def test_a_job_without_time_goes_on_in_the_next_message(
    send: Ask, north: str, sent: list[dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    given(ADA)
    address = send("POST", "/consolidations", {})["Location"]
    with monkeypatch.context() as patched:
        patched.setattr("grades.services.consolidation.run.RESERVE", 1e9)
        work(north, sent.pop())
    assert send("GET", address).json()["state"] == "running"
    (rest,) = sent
    work(north, dict(rest))
    job = send("GET", address).json()
    assert (job["state"], job["result"]["written"]) == ("done", 3)
    given(BLAS)
    work(north, dict(rest))  # the message came twice
    assert waiting() > 0


@pytest.mark.usefixtures("sent")
def test_that_somebody_asked_is_recorded(send: Ask, north: str) -> None:
    send("POST", "/consolidations", {"period": AUTUMN, "subject": MATHS})
    with context.entered(school=north):
        found = [
            (item.actor, item.about)
            for item in store.every(AuditItem, audit.day(clock.now().date()), consistent=True)
            if item.action == Action.GRADES_CONSOLIDATED
        ]
    assert found == [("boss", f"course:{MATHS}/{AUTUMN}")]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"period": "1999-1"}, 404, "period_not_found"),
        ({"subject": "alchemy"}, 404, "course_not_found"),
        ({"period": AUTUMN, "subject": "a#b"}, 404, "course_not_found"),
        ({"period": 7}, 422, "invalid"),
        ({"school": "south"}, 422, "invalid"),
    ],
)
def test_what_is_not_there_cannot_be_computed(
    send: Ask, sent: list[dict[str, str]], body: Any, status: int, code: str
) -> None:
    answer = send("POST", "/consolidations", body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert sent == []


@pytest.mark.parametrize("who", ["teresa/teacher", "ada/student", "gloria/guardian"])
def test_only_an_admin_asks_for_it(send: Ask, sent: list[dict[str, str]], who: str) -> None:
    assert send("POST", "/consolidations", {}, who=who).status_code == 403
    assert sent == []
