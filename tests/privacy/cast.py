"""A school in which one student, Ñandú, is known by words that nobody else has."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import boto3

from behavior import services as behavior
from grades import services as grades
from grades.domain import Change, NewEvaluation
from luca.aws.tests.copying import Schools
from luca.kernel import clock, context
from luca.kernel.ids import (
    AssessmentId,
    GroupId,
    GuardianId,
    PeriodId,
    SchoolId,
    StudentId,
    SubjectId,
    TeacherId,
)
from luca.localaws.embedded import Embedded
from luca.localaws.home import Home
from tenants import services as tenants
from tenants.domain import Course, Enrolment, Group, Guardian, Period, School, Student, Teacher
from tenants.services import people

NANDU, BLAS, TERESA, GLORIA = "s7", "s8", "t1", "g1"
NAME, FAMILY = "Ñandú", "Quetzalcóatl Zyxxwv"
CURP = "QUZN100203HDFTXNA1"
GUARDIAN_NAME, GUARDIAN_MAIL = "Glorimarka", "glorimarka@marcado.example"
MARKS = (
    *("Ñandú", "nandu", "Quetzalcóatl", "quetzalcoatl", "Zyxxwv", "zyxxwv"),
    *(CURP, "QUZN100203", "marcado.example", "externo-4711"),
)
PAST, NOW = PeriodId("2026-1"), PeriodId("2026-2")
MATHS, GROUP, EXAM = SubjectId("maths"), GroupId("1a"), AssessmentId("exam")
PASSWORD = "Correcta-4711-x"
REASON = "Solicitud ARCO 12/2026"


def login_of(school: str) -> str:
    """An address has one login in the whole pool, whatever the school."""
    return f"nandu.{school}@marcado.example"


def marked_school(name: str, schools: Schools) -> None:
    """One closed period with grades, one open; a guardian, a login, events, look-ups."""
    schools.furnish(name, _years)
    tenants.create_login(NANDU, login_of(name), PASSWORD, ["student"])
    observe(name)


def _years(name: str) -> None:
    tenants.create_school(School(SchoolId(name), "Colegio", cct="09DPR1234X"))
    tenants.save_period(Period(PAST, "Otoño", date(2026, 8, 1), date(2026, 10, 31)))
    tenants.save_period(Period(NOW, "Invierno", date(2026, 11, 1), date(2027, 2, 1)))
    tenants.add_teachers([Teacher(TeacherId(TERESA), "Teresa", "Díaz")])
    people.add_students(
        [
            Student(
                StudentId(NANDU),
                NAME,
                FAMILY,
                curp=CURP,
                email="contacto@marcado.example",
                external_id="externo-4711",
            ),
            Student(StudentId(BLAS), "Blas", "Ortiz"),
        ]
    )
    guardian = Guardian(
        GuardianId(GLORIA), GUARDIAN_NAME, email=GUARDIAN_MAIL, children=(StudentId(NANDU),)
    )
    tenants.add_guardians([guardian])
    tenants.add_group(Group(GROUP, "1A"))
    tenants.add_members(GROUP, [StudentId(NANDU), StudentId(BLAS)])
    tenants.assign_teacher(GROUP, MATHS, TeacherId(TERESA))
    grades.publish_rules(MATHS, {"weights": {"exam": 1}, "min_passing": 60})
    for period in (PAST, NOW):
        enrolled = [Enrolment(StudentId(one), GROUP) for one in (NANDU, BLAS)]
        tenants.enrol(MATHS, period, enrolled)
        record(period)
    correct()
    grades.consolidate(PAST, close=True)
    grades.consolidate(NOW)


def record(period: PeriodId) -> None:
    rows = [
        NewEvaluation(StudentId(one), MATHS, period, EXAM, Decimal(90), type="exam")
        for one in (NANDU, BLAS)
    ]
    assert [one.error for one in grades.record(None, rows) if one.error] == []


def correct() -> None:
    reason = "Sumé mal la segunda página"
    grades.correct(
        None,
        StudentId(NANDU),
        Course(MATHS, PAST),
        EXAM,
        Change(Decimal(95)),
        reason=reason,
        version=1,
    )


def observe(school: str) -> None:
    """Store an event whose metadata names the student, as a worker does."""
    now = clock.now()
    event = {"time": clock.stamp(now), "student": NANDU, "type": "quiz_completed"}
    received = round(now.timestamp() * 1000)
    with context.entered(school=school, actor="boss", groups=frozenset({"school_admin"})):
        refused = behavior.ingest_call(
            [{**event, "metadata": {"quien": NAME}}],
            received_at=received,
            request_id="cmVxdWVzdC0x",
            backfill=False,
        )
    assert refused is None


def table_text(aws: Embedded, school: str) -> str:
    """Every item of a school, as the bootstrap key sees it: past all doors and policies."""
    client = client_of(aws, "dynamodb")
    rows: list[Any] = []
    start: dict[str, Any] = {}
    while True:
        page = client.scan(TableName="luca-platform", **start)
        rows += [one for one in page["Items"] if school in one["PK"]["S"]]
        if "LastEvaluatedKey" not in page:
            return json.dumps(rows, ensure_ascii=False, default=str)
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}


def files_text(aws: Embedded, school: str) -> str:
    client = client_of(aws, "s3")
    found = client.list_objects_v2(Bucket="luca-data", Prefix=f"tenants/{school}/")
    texts = [
        client.get_object(Bucket="luca-data", Key=one["Key"])["Body"].read().decode()
        for one in found.get("Contents", [])
    ]
    return "\n".join(texts)


def client_of(aws: Embedded, service: str) -> Any:
    keys = Home(aws.home).keys
    return boto3.client(  # type: ignore[call-overload]  # by name
        service,
        region_name="us-east-1",
        endpoint_url=aws.endpoint,
        aws_access_key_id=keys["bootstrap_key"],
        aws_secret_access_key=keys["bootstrap_secret"],
    )
