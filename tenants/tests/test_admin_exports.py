"""Lists of people leave as files, recorded, and with nothing in them that a spreadsheet runs."""

import csv
import io
from typing import Any

import pytest

from luca.aws import audit, store
from luca.kernel import clock, workbook
from luca.kernel.ids import StudentId
from tenants import services
from tenants.domain import Role, Student
from tenants.tests.conftest import Cast
from tenants.tests.desk import Office, office_of

EXPORT = "/admin/tenants/student/export/"
EVIL = '=HYPERLINK("http://evil.example","x")'


@pytest.fixture
def rosa(north: Cast) -> Office:
    services.add_students([Student(StudentId("007"), EVIL, "Ríos")])
    return office_of(north.school, "school_admin")


def rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


@pytest.mark.usefixtures("south")
def test_a_list_is_handed_out_without_formulas_and_recorded(rosa: Office) -> None:
    answer: Any = rosa.get(EXPORT)
    found = rows(answer.content)
    assert [one[0] for one in found[1:]] == ["carla", "ada", "blas", "007"]
    assert found[4][1] == f"'{EVIL}"
    assert "Darío" not in answer.content.decode()
    acts = store.every(audit.AuditItem, audit.day(clock.now().date()), consistent=True)
    told = [one.details for one in acts if one.action == "people.exported"]
    assert told == [{"people": "students", "rows": "4"}]


def test_a_workbook_keeps_zeros_and_holds_no_formula(rosa: Office) -> None:
    answer: Any = rosa.get(EXPORT, {"form": "xlsx"})
    text, formulas = workbook.as_csv(answer.content)
    assert formulas == []
    found = rows(text)
    assert found[4][0] == "007"
    assert found[4][1].startswith("'=")


def test_who_has_left_can_be_listed_alone(rosa: Office) -> None:
    services.change_person(Role.STUDENT, "ada", {"left_on": clock.now().date()})
    answer: Any = rosa.get(EXPORT, {"status": "left"})
    assert [one[0] for one in rows(answer.content)[1:]] == ["ada"]
    assert "export/?form=csv&amp;status=left" in rosa.text(
        "/admin/tenants/student/", {"status__exact": "left"}
    )


@pytest.mark.parametrize("group", ["platform_admin", "gov_operator"])
def test_nobody_else_takes_a_list_along(rosa: Office, group: str) -> None:
    other = office_of(rosa.school, group, person=group)
    assert other.get(EXPORT).status_code == 403
