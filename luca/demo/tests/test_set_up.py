"""The set-up commands of the demo: repeatable, and clear about what is wrong."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from io import StringIO
from typing import TYPE_CHECKING

import pytest
from django.core.management import CommandError, call_command

from grades import services as grades
from luca.aws import identity
from luca.demo.driver.scenario import PASSWORD
from luca.demo.year import make
from luca.demo.year.domain import Role
from luca.kernel import clock, context
from luca.kernel.ids import PeriodId, StudentId, SubjectId
from tenants import services as tenants

if TYPE_CHECKING:
    from pathlib import Path

    from luca.localaws.embedded import Embedded

NOW = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
SCHOOL = make(NOW).schools[0]


@pytest.fixture(scope="module")
def year(aws: Embedded) -> str:
    """Set the school up, twice; return what was said the second time."""
    assert aws.endpoint
    for _ in range(2):
        said = StringIO()
        asked = ("--schools", "1", "--at", clock.stamp(NOW), "--no-progress")
        call_command("load_year", *asked, stdout=said)
    return said.getvalue()


def test_it_says_who_may_sign_in_to_the_school_admin(year: str) -> None:
    office = [line.split()[0] for line in year.splitlines() if line.startswith("  ")]
    assert office[0] == "direccion@benito-juarez.example"
    assert PASSWORD in year
    teacher = next(one for one in SCHOOL.people.values() if one.role is Role.TEACHER)
    assert teacher.email not in office
    for email in office:
        assert isinstance(identity.sign_in(email, PASSWORD), identity.Tokens)


@pytest.mark.usefixtures("year")
def test_the_made_up_school_is_set_up_and_its_people_can_sign_in() -> None:
    with context.entered(school=SCHOOL.id):
        assert tenants.school_profile().cct == SCHOOL.cct
        assert len(tenants.courses()) == 8
        assert tenants.subject_names()[SubjectId("espanol")] == "Español"
        roster = tenants.roster(SubjectId("historia"), PeriodId("2026-1"))
        assert {one.student for one in roster} == {student.id for student in SCHOOL.students}
        assert tenants.student(StudentId(SCHOOL.students[0].id)).curp == SCHOOL.students[0].curp
        assert grades.rules_for(SubjectId("matematicas")).version == 1
    assert isinstance(identity.sign_in(SCHOOL.students[0].email, PASSWORD), identity.Tokens)


@pytest.mark.usefixtures("year")
def test_logins_are_made_from_lines(tmp_path: Path) -> None:
    line = {
        "school": SCHOOL.id,
        "person": "subdireccion",
        "email": "otra@benito-juarez.example",
        "groups": ["gov_operator"],
    }
    file = tmp_path / "logins"
    file.write_text(json.dumps(line) + "\n\n")
    call_command("create_logins", file, password=PASSWORD)
    assert isinstance(identity.sign_in("otra@benito-juarez.example", PASSWORD), identity.Tokens)


@pytest.mark.usefixtures("year")
@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "Line 1 is not a login"),
        ("{}", "Line 1 is not a login: 'school'"),
        (
            '{"school": "north", "person": "nobody", "email": "a@b.mx", "groups": ["student"]}',
            "Line 1: The login cannot be made",
        ),
    ],
)
def test_a_line_that_is_no_login_is_named(tmp_path: Path, line: str, message: str) -> None:
    file = tmp_path / "logins"
    file.write_text(line)
    with pytest.raises(CommandError, match=message):
        call_command("create_logins", file, password=PASSWORD)
