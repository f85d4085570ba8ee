"""Marked people through the API: no log line, metric, header or error names them."""

import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from io import StringIO
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from luca.api.tests.asking import Ask
from luca.aws import queue
from luca.kernel import clock, context
from luca.kernel.ids import GroupId, PeriodId, SchoolId, StudentId, SubjectId, uuid7
from tenants import services as tenants
from tenants.domain import Enrolment, Group, Period, School
from tests.privacy.marks import CURP, FAMILY, LOGIN, MAIL, NAME, leaks, lines_with

ADMIN, TEACHER = "boss/school_admin", "t1/teacher"


@dataclass
class Ears:
    """All that leaves while a test runs: log lines, metrics, errors' bodies, messages' headers."""

    school: str
    ask: Ask
    log: StringIO = field(default_factory=StringIO)
    errors: list[str] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)

    def __call__(self, method: str, path: str, body: Any = None, **more: Any) -> Any:
        answer = self.ask(method, path, body, school=self.school, **{"who": ADMIN, **more})
        self.statuses.append(answer.status_code)
        self.errors.append(json.dumps(dict(answer.headers)))
        if answer.status_code >= 400:
            self.errors.append(answer.content.decode())
        return answer


@pytest.fixture
def ears(
    school: str, ask: Ask, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Ears]:
    tenants.create_school(School(SchoolId(school), "Colegio"))
    settings.SERVICE = "api"
    heard = Ears(school, ask)
    root = logging.getLogger()
    handler = logging.StreamHandler(heard.log)
    handler.setFormatter(root.handlers[0].formatter)
    monkeypatch.setattr(root, "handlers", [handler])
    before = root.level
    root.setLevel(logging.DEBUG)
    yield heard
    root.setLevel(before)


def student(**more: Any) -> dict[str, Any]:
    return {
        "id": "m1",
        "given_name": NAME,
        "family_name": FAMILY,
        "curp": CURP,
        "email": MAIL,
        **more,
    }


HOSTILE = {"deep": [{NAME: {"quien": FAMILY}}], "sql": f"'; DROP {CURP}", "mail": MAIL}


def people(ears: Ears) -> None:
    assert (
        ears("POST", "/students", student(), headers={"Idempotency-Key": "k-1"}).status_code == 201
    )
    ears("POST", "/students", student(), headers={"Idempotency-Key": "k-2"})
    ears("POST", "/students", student(id="m2", given_name="Otra"))
    ears("POST", "/students", student(id=f"{NAME} {CURP}"))
    ears("POST", "/students", student(id="m3", curp=CURP[:-1] + "9"))
    ears("POST", "/students", student(id="m3", email=f"{MAIL} {NAME}", **{NAME: 1}))
    ears("POST", "/students", f'{{"given_name": "{NAME}", broken')
    ears(
        "PATCH", "/students/m1", {"family_name": f"{FAMILY} II"}, headers={"If-Match": f'"{NAME}"'}
    )
    ears("POST", "/people/lookup", {"curp": CURP})
    ears("POST", "/people/lookup", {"email": f"{MAIL}{MAIL}", NAME: CURP})
    assert ears("POST", "/people/search", {"role": "student", "q": NAME}).json()["items"]
    ears("GET", f"/students/{CURP}")
    ears("GET", f"/{NAME}/{CURP}?{NAME}={MAIL}")
    table = f"clave,nombre,apellidos,curp\nm1,{NAME},{FAMILY},{CURP}\n{MAIL},{NAME},,{CURP}X\n"
    ears("POST", "/imports/students", table, headers={"Content-Type": "text/csv"})
    for headless in (f"m1,{NAME},{FAMILY},{CURP}\n", f"{NAME},{MAIL},nombre\n"):
        ears("POST", "/imports/students", headless, headers={"Content-Type": "text/csv"})
        ears("POST", "/invitations/import", headless, headers={"Content-Type": "text/csv"})
    ears("POST", f"/imports/{NAME}", table, headers={"Content-Type": "text/csv"})


def signing_in(ears: Ears) -> None:
    ears("POST", "/auth/login", {"email": LOGIN, "password": f"{NAME}-Secreto-1"}, who=None)
    ears("POST", "/auth/login", {"email": f"{NAME}", "password": ""}, who=None)
    ears("POST", "/auth/forgot-password", {"email": LOGIN}, who=None)
    ears("POST", "/auth/reset-password", {"email": LOGIN, "code": NAME, "password": CURP}, who=None)
    ears("POST", "/auth/refresh", {"refresh_token": f"{NAME}{MAIL}"}, who=None)
    ears("GET", "/me", who=None, headers={"Authorization": f"Bearer {CURP}.{CURP}.{CURP}"})
    ears("POST", "/invitations", {"person": "m1", "email": LOGIN, "groups": ["student"]})
    ears("POST", "/invitations", {"person": CURP, "email": MAIL, "groups": [NAME]})
    table = f"person,email,groups\nm1,{LOGIN},student\n{NAME},{MAIL},{FAMILY}\n"
    ears("POST", "/invitations/import", table, headers={"Content-Type": "text/csv"})


def results(ears: Ears) -> None:
    row = {"student": "m1", "subject": "maths", "period": "2026-1", "assessment": "x", "score": "8"}
    ears("POST", "/evaluations", row)
    ears("POST", "/evaluations", {**row, "student": NAME, "score": CURP, NAME: MAIL})
    ears("POST", "/evaluations", {**row, NAME: MAIL})
    ears("POST", "/evaluations", {**row, CURP: MAIL})
    ears("POST", "/evaluations", {**row, "student": "m1", "assessment": f"{NAME} {FAMILY}"})
    event = {"student": "m1", "type": "quiz_completed", "time": clock.stamp(clock.now())}
    ears("POST", "/behavior", {**event, "metadata": HOSTILE})
    ears("POST", "/behavior", {"student": NAME, "type": CURP, "metadata": HOSTILE, NAME: MAIL})
    ears("POST", "/behavior", f"[{NAME}")
    about_statements(ears)
    ears("POST", "/govsync/runs", {"period": NAME})


def about_statements(ears: Ears) -> None:
    version = {"X-Experience-API-Version": "1.0.3"}
    said = {
        "actor": {"name": NAME, "account": {"homePage": f"http://{CURP}.mx", "name": "m1"}},
        "verb": {"id": f"http://a.mx/{NAME}"},
        "object": {"id": f"http://a.mx/{MAIL}"},
        "context": {"instructor": {"name": FAMILY, "mbox": f"mailto:{MAIL}"}},
        "result": {"extensions": {f"a:{CURP}": HOSTILE}},
    }
    for wrong in ({}, {"actor": {"mbox": MAIL}}, {"verb": {"id": NAME}}, {"id": CURP, NAME: MAIL}):
        ears("POST", "/xapi/statements", {**said, **wrong}, headers=version)
    ears("PUT", f"/xapi/statements?statementId={CURP}", said, headers=version)
    ears("POST", "/xapi/statements", said, headers={"X-Experience-API-Version": NAME})


def tables(ears: Ears) -> None:
    """A gradebook with names where ids and scores belong."""
    with context.entered(school=ears.school):
        period = Period(PeriodId("2026-1"), "Otoño", date(2026, 8, 1), date(2026, 12, 18))
        tenants.save_period(period)
        tenants.add_group(Group(GroupId("1a"), "1A"))
        seat = Enrolment(StudentId("m1"), GroupId("1a"))
        tenants.enrol(SubjectId("maths"), period.id, [seat])
    book, csv = "/gradebook/maths/2026-1/1a", {"Content-Type": "text/csv"}
    for head in ("matrícula,nombre", f"matrícula,{NAME}", f"{CURP},{MAIL}"):
        ears("POST", f"{book}/imports", f"{head}\n{NAME},{FAMILY}\nm1,{CURP}\n", headers=csv)
    table = f"matrícula,nombre\nm1,{MAIL}\n{NAME},{CURP}\n"
    made = ears("POST", f"{book}/imports", table, headers=csv)
    assert made.status_code == 201
    assert not leaks(ears("GET", made["Location"]).content.decode())
    for act in ("apply", "undo"):
        ears("POST", f"{book}/imports/{uuid7()}/{act}", {"reason": f"{NAME} {CURP}", NAME: MAIL})
        ears("POST", f"{book}/imports/{made.json()['id']}/{act}", {"reason": f"{NAME} {CURP}"})
    ears("GET", f"{book}?format={NAME}&cursor={CURP}")
    ears("GET", f"{book}?format=csv")


def broken(ears: Ears, monkeypatch: pytest.MonkeyPatch) -> None:
    """Something that nobody foresaw, whose message and cause quote the person."""

    def fail(*_: Any, **__: Any) -> Any:
        cause = KeyError(f"{NAME} {MAIL}")
        raise RuntimeError(f"{NAME} {FAMILY} ({CURP}) broke it") from cause

    with monkeypatch.context() as patch:
        patch.setattr(tenants, "look_up", fail)
        ears("POST", "/people/lookup", {"curp": CURP})


def test_no_marked_word_leaves_the_api_but_in_answers_that_are_meant_to(
    ears: Ears, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    headers: list[str] = []
    build = queue.context_headers

    def heard_too() -> dict[str, str]:
        headers.append(json.dumps(build()))
        return build()

    monkeypatch.setattr(queue, "context_headers", heard_too)

    people(ears)
    signing_in(ears)
    results(ears)
    tables(ears)
    broken(ears, monkeypatch)

    metrics = capsys.readouterr()
    heard = "\n".join([ears.log.getvalue(), metrics.out, metrics.err, *ears.errors, *headers])
    assert lines_with(heard) == [], lines_with(heard)
    assert {201, 400, 401, 404, 409, 422, 500} <= set(ears.statuses)
    assert '"event": "request"' in ears.log.getvalue(), "or nobody listened"
    assert "unhandled_error" in ears.log.getvalue()
    assert "RequestDuration" in metrics.out
    assert headers


def test_a_leak_would_be_heard(ears: Ears) -> None:
    logging.getLogger("tenants").warning("saved %s", NAME)

    assert leaks(ears.log.getvalue()) == {NAME}
