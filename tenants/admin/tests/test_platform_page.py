"""Whoever runs the platform keeps its schools, and sees nobody in them."""

from typing import TYPE_CHECKING, Any

import pytest

from luca.kernel import context
from luca.kernel.ids import SchoolId, StudentId, uuid7
from tenants import services
from tenants.domain import School, Student

if TYPE_CHECKING:
    from collections.abc import Callable

    from tenants.tests.desk import Office

SCHOOLS = "/admin/tenants/platformschool/"


@pytest.fixture
def olga(school: str, office_of: "Callable[..., Office]") -> "Office":
    services.create_school(School(SchoolId(school), "Primaria Norte"))
    with context.entered(school=school):
        services.add_students([Student(StudentId("s1"), "Ñandú", "Luna")])
    return office_of(school, "platform_admin", person="olga")


def form(**given: str) -> dict[str, str]:
    usual = {"cct": "", "language": "es-mx", "time_zone": "America/Tijuana", "seen_version": "0"}
    return {**usual, **given}


def page_of(browser: "Office", identity: str) -> Any:
    return browser.get(f"{SCHOOLS}{identity}/change/")


def test_schools_are_listed_and_one_is_opened(olga: "Office") -> None:
    services.create_school(School(SchoolId("zz-last"), "Al final"))
    first = olga.text(SCHOOLS)
    assert len(olga.calls) <= 4
    assert "<table" in first
    answer = page_of(olga, olga.school)
    assert 'value="Primaria Norte"' in answer.content.decode()
    assert len(olga.calls) <= 4


def test_a_school_is_added_with_its_own_log(olga: "Office") -> None:
    identity = f"nueva-{uuid7()[-12:]}"
    wanted = form(id=identity, name="Nueva", cct="09DPR1234X")
    answer = olga.post(f"{SCHOOLS}add/", wanted)
    assert answer.status_code == 302, answer.content.decode()[:3000]
    with context.entered(school=identity):
        assert services.school_profile().time_zone == "America/Tijuana"
    again = olga.post(f"{SCHOOLS}add/", {**wanted, "name": "Otra"})
    assert "ya existe" in again.content.decode().lower()
    with context.entered(school=identity):
        assert services.school_profile().name == "Nueva"


def test_what_a_school_cannot_be_called_is_said_at_its_field(olga: "Office") -> None:
    answer = olga.post(f"{SCHOOLS}add/", form(id="NO VALE", name="Nueva"))
    assert "La clave de una escuela tiene de 1 a 63" in answer.content.decode()


def test_a_school_is_changed_and_the_second_of_two_is_told(olga: "Office") -> None:
    with context.entered(school=olga.school):
        seen = str(services.mark(services.school_profile()))
    path = f"{SCHOOLS}{olga.school}/change/"
    shown = {f"initial-{name}": value for name, value in form(name="Primaria Norte").items()}
    wanted = {**shown, **form(name="Primaria Sur", seen_version=seen)}
    assert olga.post(path, wanted).status_code == 302
    answer = olga.post(path, {**wanted, "name": "Primaria Este"})
    assert answer.status_code == 200, "it was read before the first change"
    with context.entered(school=olga.school):
        assert services.school_profile().name == "Primaria Sur"


def test_nobody_of_a_school_is_seen(olga: "Office") -> None:
    for path in (SCHOOLS, f"{SCHOOLS}{olga.school}/change/", "/admin/", "/admin/search/?s=nandu"):
        assert "Ñandú" not in olga.text(path)
    for path in ("student/", "student/s1/change/", "teacher/", "guardian/", "auditrecord/"):
        assert olga.get(f"/admin/tenants/{path}").status_code == 403


@pytest.mark.parametrize("group", ["school_admin", "gov_operator"])
def test_a_school_does_not_see_the_others(
    olga: "Office", office_of: "Callable[..., Office]", group: str
) -> None:
    browser = office_of(olga.school, group)
    for path in (SCHOOLS, f"{SCHOOLS}add/", f"{SCHOOLS}{olga.school}/change/"):
        assert browser.get(path).status_code == 403
        assert browser.post(path, form(id="mia", name="Mía")).status_code == 403


def test_a_school_that_nobody_knows_is_not_entered(olga: "Office") -> None:
    for identity in ("no-such-school", "NO_5FVALE"):
        assert page_of(olga, identity).status_code == 302
