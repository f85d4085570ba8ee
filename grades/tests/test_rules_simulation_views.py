"""Simulations over HTTP: asked for, computed by a worker, read in pages by admins."""

import json
from typing import Any

import pytest

from grades import services, tasks
from grades.tests.cast import ADA, AUTUMN, BLAS, CARLA, MATHS, given
from luca.api.tests.asking import Ask
from luca.aws import jobs
from luca.kernel import context

PATH = f"/subjects/{MATHS}/rules/simulations"


@pytest.fixture
def job(send: Ask, monkeypatch: pytest.MonkeyPatch) -> str:
    """A simulation that an admin asked for, and no worker has seen yet."""
    sent: list[dict[str, str]] = []
    monkeypatch.setattr("luca.aws.queue.enqueue", lambda _task, **more: sent.append(more))
    for student, score in ((ADA, 60), (BLAS, 59), (CARLA, 90)):
        given(student, score)
    send.who = "boss/school_admin"
    services.publish_rules(MATHS, {"min_passing": 60})
    answer = send("POST", PATH, {"period": AUTUMN, "rules": {"min_passing": 59.0}})
    assert (answer.status_code, answer.json()["state"]) == (202, "waiting")
    identity: str = answer.json()["id"]
    assert sent == [{"job": identity}]
    return identity


def worked(send: Ask, job: str) -> None:
    with context.entered(school=send.school, actor="boss", groups=frozenset({"school_admin"})):
        tasks.simulate_rules.run(job=job)


def test_a_simulation_is_read_in_pages(send: Ask, job: str) -> None:
    waits = send("GET", f"/simulations/{job}").json()
    assert (waits["report"], waits["items"], waits["job"]["state"]) == (None, [], "waiting")
    worked(send, job)
    found = send("GET", f"/simulations/{job}?limit=2").json()
    assert found["job"]["state"] == "done"
    assert found["report"]["summary"]["crossed"] == {"up": 1, "down": 0}
    assert found["report"]["rules"]["before"]["version"] == 1
    assert [row["student"] for row in found["items"]] == [ADA, BLAS]
    rest = send("GET", f"/simulations/{job}?limit=2&cursor={found['next_cursor']}").json()
    assert [row["student"] for row in rest["items"]] == [CARLA]
    assert rest["next_cursor"] is None


def test_a_simulation_tells_who_goes_over_the_threshold(send: Ask, job: str) -> None:
    worked(send, job)
    up = send("GET", f"/simulations/{job}?only=up").json()
    assert [row["student"] for row in up["items"]] == [BLAS]
    assert send("GET", f"/simulations/{job}?only=down").json()["items"] == []
    assert send("GET", f"/simulations/{job}?only=all").status_code == 422
    file = send("GET", f"/jobs/{job}/file")
    summary = send("GET", f"/simulations/{job}").json()["report"]["summary"]
    assert json.loads(file.getvalue())["summary"] == summary


def test_nobody_but_admins_simulates_over_http(send: Ask, job: str) -> None:
    for who in ("teresa/teacher", "ada/student", "boss/teacher"):
        assert send("GET", f"/simulations/{job}", who=who).status_code == 403
        assert send("POST", PATH, {"period": AUTUMN, "rules": {}}, who=who).status_code == 403


def test_another_job_is_no_simulation(send: Ask) -> None:
    other = jobs.note("report_cards")
    answer = send("GET", f"/simulations/{other.id}", who="boss/school_admin")
    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"rules": {}}, 422, "period"),
        ({"period": AUTUMN, "rules": {"places": 7}}, 422, "places"),
        ('{"period": "2026-1", "rules": {"min_passing": 1e400}}', 422, "min_passing"),
    ],
)
def test_a_wrong_question_is_refused_at_once(send: Ask, body: Any, status: int, field: str) -> None:
    answer = send("POST", PATH, body, who="boss/school_admin")
    assert answer.status_code == status
    assert [fault["field"] for fault in answer.json()["errors"]] == [field]
    assert (
        send("POST", PATH, {"period": "1999", "rules": {}}, who="b/school_admin").status_code == 404
    )
