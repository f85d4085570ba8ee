"""From a student's form on to what other apps know of the student."""

import re
from typing import Any

import pytest
from django.contrib.admin import site

from luca.dynadmin.beside import Beside
from luca.kernel.ids import StudentId
from tenants import services
from tenants.domain import Student
from tenants.tests.desk import Office

HIDDEN = Beside("Hidden", "grades_cards", asked="student", readers=frozenset({"teacher"}))
WAYS = [
    "/admin/behavior/students/s-1/",
    "/admin/grades/cards/student/s-1/",
    "/admin/grades/grade/?student=s-1",
]


def test_a_student_leads_to_grades_activity_and_report_card(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    here: Any = site
    monkeypatch.setitem(here.beside, "student", [*here.beside["student"], HIDDEN])
    services.add_students([Student(StudentId("s-1"), "Eva", "Ríos")])
    page = office.text("/admin/tenants/student/s-1/around/")
    assert len(office.calls) <= 5
    links = set(re.findall(r'href="([^"]*)"', page))
    assert links >= set(WAYS)
    assert "Boleta" in page
    assert "Hidden" not in page, "whoever may not read a page is not led there"
    for one in WAYS:
        office.text(one)
