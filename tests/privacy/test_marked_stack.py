"""Marked people through everything that runs: API, worker, consumer, beat and the authority.

Then every log file, metric, error, access log, queue message's header, command line and file of
the lake is searched for them.
"""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import pytest
import urllib3

from lake.definition import datasets
from lake.repository import parquet
from luca.demo.driver.client import Answer, Api, User
from luca.demo.driver.operator import Operator
from luca.kernel import clock
from tests.privacy.marks import (
    CURP,
    FAMILY,
    GUARDIAN,
    LOGIN,
    MAIL,
    NAME,
    TEACHER,
    leaks,
    lines_with,
)

pytestmark = pytest.mark.slow
SCHOOL, PASSWORD = "norte", "Correcta-2026-x"
SETTINGS = {
    "GOVSYNC_TIME_SCALE": "0.02",
    "LUCA_LAKE_FLUSH_SECONDS": "1",
    "LUCA_LOG_LEVEL": "debug",
    "LUCA_NIGHT_TICK": "0.1",
}
PATIENCE = 240.0
HOSTILE = {"quien": NAME, "deep": [{FAMILY: {"curp": CURP}}], "sql": f"'; DROP TABLE {MAIL}"}


@dataclass
class Whole:
    """The running stack, its people, and what came back as an error."""

    operator: Operator
    api: Api
    users: dict[str, User] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)

    def ask(self, who: str, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        user = self.users[who]
        return self._kept(user.call(method, path, body, headers=headers or None))

    def nobody(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        return self._kept(self.api.call(method, path, body, headers=headers or None))

    def table(self, who: str, path: str, text: str) -> None:
        """Send CSV, which the demo's client cannot."""
        answer = urllib3.request(
            "POST",
            self.api.url + path,
            body=text.encode(),
            headers={
                "Authorization": f"Bearer {self.users[who].token}",
                "Content-Type": "text/csv",
            },
        )
        self._kept(Answer(answer.status, json.loads(answer.data or b"null"), 0))

    def _kept(self, answer: Answer) -> Answer:
        self.statuses.append(answer.status)
        if answer.status >= 400:
            self.errors.append(json.dumps(answer.body))
        return answer

    def until(self, look: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE
        while not look():
            assert time.monotonic() < end, "it did not happen in time"
            time.sleep(0.5)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    operator = Operator(tmp_path_factory.mktemp("stack") / "home", SETTINGS)
    operator.stack.up()
    try:
        yield Whole(operator, Api(operator.stack.url("api")))
    finally:
        operator.stack.down()


def found_a_school(whole: Whole) -> None:
    manage = whole.operator.manage
    manage("create_school", SCHOOL, "--name", "Colegio", "--cct", "09DPR1234X")
    dates = ("--starts", "2026-08-24", "--ends", "2026-11-20")
    manage("create_period", "2026-1", "--school", SCHOOL, "--name", "Otoño", *dates)
    account = ("--school", SCHOOL, "--password-stdin")
    boss = "boss@norte.example"
    manage(
        "create_user", boss, "--person", "boss", "--group", "school_admin", *account, say=[PASSWORD]
    )
    whole.users["boss"] = User(whole.api, boss, PASSWORD)


def people_come(whole: Whole) -> None:
    student = {"given_name": NAME, "family_name": FAMILY, "curp": CURP, "email": MAIL}
    assert whole.ask("boss", "POST", "/students", {"id": "m1", **student}).status == 201
    whole.ask("boss", "POST", "/students", {"id": "m2", **student})
    whole.ask("boss", "POST", "/students", {"id": NAME, **student, CURP: 1})
    whole.ask("boss", "POST", "/teachers", {"id": "t1", "given_name": TEACHER})
    whole.ask(
        "boss", "POST", "/guardians", {"id": "g1", "given_name": GUARDIAN, "children": ["m1"]}
    )
    table = f"clave,nombre,apellidos,curp\nm5,{NAME},{FAMILY},{CURP}\n{NAME},{MAIL},,{CURP}9\n"
    whole.table("boss", "/imports/students", table)
    whole.table("boss", "/imports/students?partial=true", table)
    whole.ask("boss", "POST", "/people/lookup", {"curp": CURP})
    asked = {"role": "student", "q": "xochil"}
    assert whole.ask("boss", "POST", "/people/search", asked).body["items"]
    whole.ask("boss", "PATCH", "/students/m1", {"family_name": FAMILY}, **{"If-Match": CURP})
    whole.ask("boss", "GET", f"/students/{CURP}")
    whole.ask("boss", "GET", f"/{CURP}?{CURP}={LOGIN}")
    whole.ask("boss", "POST", "/groups", {"id": "1a", "name": "1A"})
    assert whole.ask("boss", "PUT", "/groups/1a/teaching/maths/t1").status < 300
    enrolled = {"items": [{"student": "m1", "group": "1a"}]}
    assert whole.ask("boss", "POST", "/courses/maths/2026-1/enrolments", enrolled).status < 300


def accounts_are_made(whole: Whole) -> None:
    """One by invitation, which the worker carries out; one by the operator; and strangers."""
    invited = {"person": "m1", "email": LOGIN, "groups": ["student"]}
    assert whole.ask("boss", "POST", "/invitations", invited).status in {201, 202}
    whole.table("boss", "/invitations/import", f"person,email,groups\n{NAME},{MAIL},{FAMILY}\n")
    outbox = whole.operator.home / "outbox"
    whole.until(lambda: any(LOGIN in one.read_text() for one in outbox.glob("*.txt")))
    account = ("--school", SCHOOL, "--password-stdin")
    teacher = "t1@norte.example"
    whole.operator.manage(
        "create_user", teacher, "--person", "t1", "--group", "teacher", *account, say=[PASSWORD]
    )
    whole.users["t1"] = User(whole.api, teacher, PASSWORD)
    whole.nobody("POST", "/auth/login", {"email": LOGIN, "password": f"{NAME}-Secreta-1"})
    whole.nobody("POST", "/auth/login", {"email": MAIL, "password": FAMILY})
    whole.nobody("POST", "/auth/forgot-password", {"email": LOGIN})
    whole.nobody("POST", "/auth/refresh", {"refresh_token": f"{NAME}{CURP}"})
    whole.nobody("GET", "/me", Authorization=f"Bearer {CURP}.{CURP}.{CURP}")


def a_lesson_is_held(whole: Whole) -> None:
    row = {
        "student": "m1",
        "subject": "maths",
        "period": "2026-1",
        "assessment": "e1",
        "type": "exam",
    }
    assert whole.ask("t1", "POST", "/evaluations", {**row, "score": "80"}).status == 201
    whole.ask("t1", "POST", "/evaluations", {**row, "score": CURP, "student": NAME})
    whole.ask("t1", "POST", "/evaluations", {**row, "score": "1", NAME: CURP})
    event = {"student": "m1", "type": "quiz_completed", "time": clock.stamp(clock.now())}
    assert whole.ask("boss", "POST", "/behavior", {**event, "metadata": HOSTILE}).status == 202
    whole.ask("boss", "POST", "/behavior", {**event, "student": NAME, "metadata": HOSTILE})
    whole.until(lambda: bool(whole.ask("boss", "GET", "/students/m1/events").body["items"]))
    _poison(whole)


def _poison(whole: Whole) -> None:
    """Messages that no consumer or worker can use, with people in them: for the dead letters."""
    queues = _client(whole, "sqs")
    for name in ("behavior-events-queue", "luca-tasks-queue", "govsync-queue"):
        place = queues.get_queue_url(QueueName=name)["QueueUrl"]
        for text in (
            f"{NAME} {CURP}",
            json.dumps({"task": NAME, "body": MAIL}),
            json.dumps([CURP]),
        ):
            queues.send_message(QueueUrl=place, MessageBody=text)


def grades_travel(whole: Whole) -> None:
    """The period closes; the authority refuses the record, fails, and takes it at last."""
    operator = whole.operator
    operator.manage("consolidate", "--school", SCHOOL)
    operator.manage("consolidate", "--close", "--school", SCHOOL, "--period", "2026-1")
    _chaos(whole, error_share=0.5, bad_share=1)
    operator.manage("govsync", "start", "--school", SCHOOL, "--period", "2026-1")
    whole.until(lambda: "RUNNING" not in operator.manage("govsync", "status", "--school", SCHOOL))
    _chaos(whole)
    assert "m1" in operator.manage("export_grades", "--school", SCHOOL, "--period", "2026-1")
    reason = ("--reason", "ARCO 1/2026", "--out", str(operator.home / "c.json"), "--dry-run")
    operator.manage("export_person", "m1", "--school", SCHOOL, "--out", str(operator.home / "x"))
    operator.manage("erase_person", "m1", "--school", SCHOOL, *reason)


def _chaos(whole: Whole, **switches: float) -> None:
    url = f"{whole.operator.stack.url('authority')}/chaos"
    assert urllib3.request("PUT", url, body=json.dumps(switches).encode()).status == 200


def _client(whole: Whole, service: str) -> Any:
    known = whole.operator.table
    return boto3.client(  # type: ignore[call-overload]  # by name
        service,
        region_name=known.region,
        endpoint_url=known.url,
        aws_access_key_id=known.key,
        aws_secret_access_key=known.secret,
    )


def lake(whole: Whole) -> dict[str, str]:
    """Every file of the lake as text, but for the metadata of events, which is the client's own."""
    files = _client(whole, "s3")
    pages = files.get_paginator("list_objects_v2").paginate(Bucket="luca-data-lake")
    names = [one["Key"] for page in pages for one in page.get("Contents", [])]
    found = {}
    for name in names:
        data = files.get_object(Bucket="luca-data-lake", Key=name)["Body"].read()
        found[name] = _rows(name, data) if name.endswith(".parquet") else data.decode()
    return found


def _rows(name: str, data: bytes) -> str:
    rows = parquet.decode(datasets()[name.partition("/")[0]], data)
    return "\n".join(json.dumps({**row, "metadata": ""}, ensure_ascii=False) for row in rows)


def logs(whole: Whole) -> dict[str, str]:
    """Every log file of every process; metrics are lines of the same files."""
    folder = whole.operator.home / "logs"
    return {one.name: one.read_text(errors="replace") for one in folder.rglob("*") if one.is_file()}


def command_lines(whole: Whole) -> dict[str, str]:
    """The arguments of all our processes, and what they have been given in their environment."""
    found = {}
    for pid in whole.operator.pids:
        for part in ("cmdline", "environ"):
            text = Path(f"/proc/{pid}/{part}").read_bytes().replace(b"\0", b"\n")
            found[f"{part} of {pid}"] = text.decode(errors="replace")
    return found


def around_messages(whole: Whole) -> dict[str, str]:
    """Attributes and Celery headers of what waits or has died; bodies may hold events."""
    queues, found = _client(whole, "sqs"), {}
    for address in queues.list_queues()["QueueUrls"]:
        asked = {"AttributeNames": ["All"], "MessageAttributeNames": ["All"]}
        answer = queues.receive_message(QueueUrl=address, MaxNumberOfMessages=10, **asked)
        for one in answer.get("Messages", []):
            body = _json(one["Body"])
            seen = {"attributes": one.get("Attributes"), "more": one.get("MessageAttributes")}
            seen["headers"] = body.get("headers") if isinstance(body, dict) else None
            if address.endswith("govsync-queue-dlq") and "kind" in str(body):
                seen["letter"] = body  # our own, and so it names nobody at all
            found[f"{address} {one['MessageId']}"] = json.dumps(seen, ensure_ascii=False)
    return found


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def test_marked_people_are_named_in_nothing_that_is_logged_or_measured(whole: Whole) -> None:
    found_a_school(whole)
    people_come(whole)
    accounts_are_made(whole)
    a_lesson_is_held(whole)
    grades_travel(whole)
    whole.until(lambda: all(f'"{kind}"' in str(lake(whole)) for kind in ("event", "grade")))
    time.sleep(5)  # for workers to log what they refuse

    heard = {**logs(whole), **command_lines(whole), **around_messages(whole), **lake(whole)}
    heard["errors"] = "\n".join(whole.errors)
    assert {name: lines_with(text)[:5] for name, text in heard.items() if leaks(text)} == {}
    assert {400, 401, 404, 409, 422} <= set(whole.statuses)
    for name in ("api.log", "worker.log", "consumer.log"):
        assert '"tenant_id": "norte"' in heard[name], f"nobody was heard in {name}"
        assert "CloudWatchMetrics" in heard[name], name
    assert "message_refused" in heard["worker.log"]


def test_a_leak_into_a_log_file_would_be_found(whole: Whole) -> None:
    file = whole.operator.home / "logs" / "planted.log"
    file.write_text(json.dumps({"event": "request", "path": f"/people?q={NAME}"}) + "\n")

    assert leaks(logs(whole)["planted.log"]) == {NAME}
    file.unlink()
