"""Groups, guardians, enrolments and leaving, as the office does them; and the top bar's search."""

import re
from typing import Any

import pytest

from luca.kernel import context
from luca.kernel.errors import PreconditionFailed
from luca.kernel.ids import GroupId, StudentId
from tenants import services
from tenants.domain import Enrolment, Period, PeriodState, Role, Status, Subject
from tenants.repository import schools
from tenants.tests.conftest import ADA, AUTUMN, BLAS, FIRST_A, FIRST_B, MATHS, TERESA, TOMAS, Cast
from tenants.tests.desk import Office, office_of
from tenants.tests.filling import es, fill, hidden

GROUP = "/admin/tenants/group/"
STUDENT, GUARDIAN = "/admin/tenants/student/", "/admin/tenants/guardian/"
SEARCH = "/admin/search/"
WHY = "Error de captura"


@pytest.fixture
def rosa(north: Cast) -> Office:
    return office_of(north.school, "school_admin")


def confirmed(rosa: Office, address: str, **typed: str) -> Any:
    page = rosa.text(address)
    form = page[page.index("data-once") :]
    return rosa.post(address, {**hidden(form[: form.index("</form>")]), **typed})


def test_a_group_shows_its_students_and_teachers_in_few_calls(rosa: Office) -> None:
    page = rosa.text(f"{GROUP}1a/look/")
    assert all(name in page for name in ("Núñez Peña Ada", "Ortiz Blas", "Teresa Díaz"))
    assert "Carla" not in page
    rosa.text(f"{GROUP}1a/look/")
    assert len(rosa.calls) <= 4, rosa.calls


def test_a_group_is_made_and_filled(rosa: Office) -> None:
    answer = fill(rosa, GROUP + "add/", id="2a", name="Segundo A")
    assert answer["Location"] == f"{GROUP}2a/look/"
    page = rosa.text(f"{GROUP}2a/members/add/", {"q": "alvarez"})
    assert 'value="carla"' in page
    assert rosa.post(f"{GROUP}2a/members/add/", {"one": ["carla", "blas"]}).status_code == 302
    assert services.members(GroupId("2a")) == ["blas", "carla"]
    rosa.post(f"{GROUP}2a/members/add/", {"one": ["nobody"]})
    assert services.members(GroupId("2a")) == ["blas", "carla"]
    assert "exist" in rosa.text(f"{GROUP}2a/look/")


def test_who_renames_a_group_last_is_told_who_did_so_meanwhile(rosa: Office) -> None:
    path = f"{GROUP}1a/change/"
    seen = hidden(rosa.text(path))
    assert seen["initial-name"] == "1A"
    carmen = office_of(rosa.school, "school_admin", person="carmen")
    assert fill(carmen, path, name="Primero").status_code == 302
    answer = rosa.post(path, {**seen, "name": "Los pumas"})
    assert answer.status_code == 200
    assert "carmen" in answer.content.decode()
    assert services.group(FIRST_A).name == "Primero"
    assert fill(rosa, path, name="Los pumas").status_code == 302
    assert services.group(FIRST_A).name == "Los pumas"


def test_of_two_names_given_in_the_same_moment_one_is_refused(
    rosa: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    save = schools.save_group

    def overtaken(*given: Any, **more: Any) -> None:
        monkeypatch.undo()
        services.rename_group(FIRST_A, "Primero")
        save(*given, **more)

    with context.entered(school=rosa.school, actor="rosa", groups=frozenset({"school_admin"})):
        seen = services.mark(services.group(FIRST_A))
        monkeypatch.setattr(schools, "save_group", overtaken)
        with pytest.raises(PreconditionFailed):
            services.rename_group(FIRST_A, "Los pumas", seen=seen)
        assert services.group(FIRST_A).name == "Primero"


def test_a_student_moves_with_the_courses_of_open_periods(rosa: Office) -> None:
    answer = confirmed(rosa, f"{GROUP}1a/members/ada/move/", to="1b")
    assert answer["Location"] == f"{GROUP}1b/look/"
    assert (services.members(FIRST_A), ADA in services.members(FIRST_B)) == ([BLAS], True)
    found = services.enrolments_now(MATHS, AUTUMN, [ADA])
    assert found[ADA].group == FIRST_B


def test_a_closed_period_keeps_its_rosters_when_somebody_moves(rosa: Office) -> None:
    old = services.save_period(Period(services.periods()[0].id, "Old", *_dates()))
    services.close_period(old.id)
    assert services.period(old.id).state is PeriodState.CLOSED
    confirmed(rosa, f"{GROUP}1a/members/ada/move/", to="1b")
    assert ADA in services.members(FIRST_B)
    assert services.enrolments_now(MATHS, AUTUMN, [ADA])[ADA].group == FIRST_A


def _dates() -> tuple[Any, Any]:
    one = services.periods()[0]
    return one.starts, one.ends


def test_a_student_is_taken_out_of_a_group(rosa: Office) -> None:
    confirmed(rosa, f"{GROUP}1a/members/ada/remove/", reason=WHY)
    assert services.members(FIRST_A) == [BLAS]
    assert services.enrolments_now(MATHS, AUTUMN, [ADA])[ADA].group == FIRST_A


def test_a_teacher_is_assigned_and_taken_off(rosa: Office) -> None:
    confirmed(rosa, f"{GROUP}1a/teaching/assign/", subject=str(MATHS), teacher=str(TOMAS))
    assert {one.teacher for one in services.taught_in(FIRST_A)} == {TERESA, TOMAS}
    confirmed(rosa, f"{GROUP}1a/teaching/maths/teresa/end/", reason=WHY)
    assert {one.teacher for one in services.taught_in(FIRST_A)} == {TOMAS}


def test_a_whole_group_is_enrolled(rosa: Office) -> None:
    services.withdraw(MATHS, AUTUMN, [ADA])
    confirmed(rosa, f"{GROUP}1a/enrol/", subject="maths", period=str(AUTUMN))
    assert set(services.enrolments_now(MATHS, AUTUMN, [ADA, BLAS])) == {ADA, BLAS}


def test_a_student_s_page_shows_what_lies_around_in_few_calls(rosa: Office) -> None:
    assert 'hx-get="/admin/tenants/student/ada/around/"' in rosa.text(f"{STUDENT}ada/change/")
    page = rosa.text(f"{STUDENT}ada/around/")
    assert all(word in page for word in ("Gloria Peña", "1A", "maths"))
    part = rosa.get(f"{STUDENT}ada/around/", headers={"HX-Request": "true"})
    assert "<html" not in part.content.decode()
    assert len(rosa.calls) <= 4, rosa.calls


def test_subjects_and_periods_are_called_by_their_names(rosa: Office, south: Cast) -> None:
    around, period = f"{STUDENT}ada/around/", services.period(AUTUMN).name
    for page in (f"{GROUP}1a/look/", around, "/admin/tenants/teacher/teresa/around/"):
        assert re.search(r">\s*maths\s*<", rosa.text(page)), page  # nobody has named it
    with context.entered(school=south.school):
        services.name_subject(Subject(MATHS, "Álgebra del sur"))
    services.name_subject(Subject(MATHS, "Matemáticas"))
    for page in (f"{GROUP}1a/look/", around, "/admin/tenants/teacher/teresa/around/"):
        shown = rosa.text(page)
        assert re.search(r">\s*Matemáticas\s*<", shown), page
        assert not re.search(r">\s*maths\s*<", shown), page
        assert "Álgebra" not in shown
    assert re.search(rf">\s*{period}\s*<", rosa.text(around))


def test_a_guardian_is_linked_and_unlinked(rosa: Office) -> None:
    assert 'value="gloria"' in rosa.text(f"{STUDENT}blas/guardians/add/", {"q": "pena"})
    rosa.post(f"{STUDENT}blas/guardians/add/", {"one": "gloria"})
    assert "Ortiz" in rosa.text(f"{GUARDIAN}gloria/around/")
    confirmed(rosa, f"{STUDENT}ada/guardians/gloria/remove/", reason=WHY)
    assert "Ada" not in rosa.text(f"{GUARDIAN}gloria/around/")
    again = confirmed(rosa, f"{STUDENT}ada/guardians/gloria/remove/", reason=WHY)
    assert again.status_code == 404


def test_a_student_is_enrolled_withdrawn_and_the_history_says_so(rosa: Office) -> None:
    confirmed(rosa, f"{STUDENT}ada/courses/maths/2026-1/withdraw/", reason=WHY)
    assert not services.enrolments_now(MATHS, AUTUMN, [ADA])
    confirmed(rosa, f"{STUDENT}ada/enrol/", subject="maths", period="2026-1", group="1b")
    assert services.enrolments_now(MATHS, AUTUMN, [ADA]) == {ADA: Enrolment(ADA, FIRST_B)}
    page = rosa.text(f"{STUDENT}ada/enrolments/")
    assert es("Withdrawn") in page
    assert page.count("<tr>") == 3


TAKEN_AWAY = {  # where it is asked, and whom the audit log has it about
    f"{GROUP}1a/members/ada/remove/": "group:1a",
    f"{GROUP}1a/teaching/maths/teresa/end/": "group:1a",
    f"{STUDENT}ada/guardians/gloria/remove/": "student:ada",
    f"{STUDENT}ada/courses/maths/2026-1/withdraw/": "student:ada",
}


def _reasons(about: str) -> list[str]:
    return [one.reason for one in services.acts_about(about) if one.reason]


@pytest.mark.parametrize("address", TAKEN_AWAY)
def test_what_is_taken_away_wants_a_reason_that_is_kept(rosa: Office, address: str) -> None:
    about, named = TAKEN_AWAY[address], "Teresa" if "teresa" in address else "Ada"
    with context.entered(school=rosa.school, actor="rosa", groups=frozenset({"school_admin"})):
        for refused in ("", "   ", f"Lo pidió {named}"):
            before = services.acts_about(about)
            answer = confirmed(rosa, address, reason=refused)
            assert (answer.status_code, services.acts_about(about)) == (200, before), refused
        assert confirmed(rosa, address, reason=WHY).status_code == 302
        assert _reasons(about) == [WHY]


def test_somebody_leaves_with_a_reason_and_comes_back(rosa: Office) -> None:
    answer = confirmed(rosa, f"{STUDENT}ada/leave/", left_on="2026-11-20", reason="")
    assert answer.status_code == 200
    confirmed(rosa, f"{STUDENT}ada/leave/", left_on="2026-11-20", reason="Cambio de domicilio")
    assert services.person(Role.STUDENT, "ada").status is Status.LEFT
    assert "Ada" not in rosa.text(STUDENT, {"status__exact": "active"})
    assert "Ada" in rosa.text(STUDENT, {"status__exact": "left"})
    assert "Cambio de domicilio" in rosa.text(f"{STUDENT}ada/history/")
    confirmed(rosa, f"{STUDENT}ada/return/", reason="Regresó")
    assert services.person(Role.STUDENT, "ada").status is Status.ACTIVE


def test_the_top_bar_finds_people_and_groups_of_this_school(rosa: Office, south: Cast) -> None:
    answer = rosa.get(SEARCH, {"s": "nunez"})
    assert "no-store" in answer["Cache-Control"]
    page = answer.content.decode()
    assert f'href="{STUDENT}ada/change/"' in page
    assert "Darío" not in page
    assert f'href="{GROUP}1a/look/"' in rosa.text(SEARCH, {"s": "1a"})
    assert es("Guardian") in rosa.text(SEARCH, {"s": "gloria"})
    sol = office_of(south.school, "school_admin", person="sol")
    assert "Darío" in sol.text(SEARCH, {"s": "dario"})
    for group in ("platform_admin", "gov_operator"):
        other = office_of(rosa.school, group, person=group)
        assert "Ada" not in other.text(SEARCH, {"s": "nunez"})


@pytest.mark.usefixtures("rosa")
def test_another_school_s_group_and_student_are_not_here(south: Cast) -> None:
    sol = office_of(south.school, "school_admin", person="sol")
    for path in (f"{GROUP}1a/look/", f"{STUDENT}ada/leave/", f"{GROUP}1a/members/add/"):
        answer = sol.get(path)
        assert answer.status_code == 404
        assert "Ada" not in answer.content.decode()
    sol.post(f"{GROUP}1a/members/add/", {"one": "dario"})
    assert services.members(FIRST_A) == [ADA, BLAS]
    with context.entered(school=south.school):
        assert services.groups() == []
    assert StudentId("dario") not in services.members(FIRST_A)
