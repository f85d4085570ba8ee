"""The office's lists and forms of people."""

import re

import pytest
from django.contrib.messages.storage.cookie import CookieStorage
from django.core import signing

from luca.aws import audit, store
from luca.kernel import clock, context
from luca.kernel.ids import GroupId, StudentId
from tenants import services
from tenants.domain import Group, Role, Student
from tenants.tests.conftest import ADA, Cast
from tenants.tests.desk import Office, office_of
from tenants.tests.filling import es, fill, text

STUDENTS, TEACHERS = "/admin/tenants/student/", "/admin/tenants/teacher/"
GUARDIANS = "/admin/tenants/guardian/"
CURP = "SABC560626MDFLRN01"


@pytest.fixture
def rosa(north: Cast) -> Office:
    """The head of North, at her desk."""
    return office_of(north.school, "school_admin")


def test_the_office_lists_its_own_students(rosa: Office, south: Cast) -> None:
    page = text(rosa.get(STUDENTS))
    assert all(name in page for name in ("Núñez Peña Ada", "Ortiz Blas", "Álvarez Carla"))
    assert "Darío" not in page
    assert south.school not in page


@pytest.mark.parametrize(
    ("asked", "found"), [("nunez", "Ada"), ("pe ad", "Ada"), ("ALVAREZ", "Carla"), ("ada", "Ada")]
)
def test_people_are_found_by_any_part_of_their_name(rosa: Office, asked: str, found: str) -> None:
    page = text(rosa.get(STUDENTS, {"q": asked}))
    assert found in page
    assert "Ortiz" not in page


@pytest.mark.usefixtures("south")
def test_people_are_found_by_what_else_they_are_known_by(rosa: Office) -> None:
    services.add_students(
        [Student(StudentId("s-9"), "Eva", curp=CURP, external_id="X-7", email="eva@norte.example")]
    )
    for asked in ("s-9", "X-7", CURP.lower(), "eva@norte.example"):
        assert "Eva" in text(rosa.get(STUDENTS, {"q": asked})), asked
    assert "Darío" not in text(rosa.get(STUDENTS, {"q": "D-1"}))


def test_one_letter_is_too_little_to_search_for(rosa: Office) -> None:
    page = text(rosa.get(STUDENTS, {"q": "a"}))
    assert es("Type at least two letters of a name.") in page
    assert "Ortiz" not in page


def test_a_long_list_goes_on_and_back(rosa: Office) -> None:
    services.add_students(
        [Student(StudentId(f"n{n:03}"), "Ana", f"Zamora {n:03}") for n in range(70)]
    )
    page = text(rosa.get(STUDENTS))
    following = re.search(r'rel="next" href="([^"]*)"', page)
    assert following is not None
    second = text(rosa.get(STUDENTS + following[1].replace("&amp;", "&")))
    assert "Zamora 069" in second
    assert "Zamora 000" not in second
    assert 'rel="prev"' in second


def test_a_student_is_added_and_the_registry_s_pattern_checked(rosa: Office) -> None:
    wrong = text(
        fill(rosa, STUDENTS + "add/", id="s-1", given_name="Eva", curp="SABC560626MDFLRN0")
    )
    assert es("A CURP is 18 characters in the registry's pattern.") in wrong
    answer = fill(rosa, STUDENTS + "add/", id="s-1", given_name="Eva", curp=CURP.lower())
    assert answer.status_code == 302, answer.content.decode()
    found = services.person(Role.STUDENT, "s-1")
    assert isinstance(found, Student)
    assert (found.given_name, found.curp) == ("Eva", CURP)


def test_a_curp_that_somebody_has_is_refused_at_its_field(rosa: Office) -> None:
    services.add_students([Student(StudentId("s-9"), "Xóchitl", curp=CURP)])
    page = text(fill(rosa, STUDENTS + "add/", id="s-1", given_name="Ana", curp=CURP))
    assert es("Somebody else in the school has it already.") in page
    assert "Xóchitl" not in page


def test_an_id_is_made_where_none_is_typed(rosa: Office) -> None:
    answer = fill(rosa, TEACHERS + "add/", id="", given_name="Zoe", family_name="Cruz")
    assert answer.status_code == 302
    found, _ = services.people_found(Role.TEACHER, "cruz", limit=5)
    assert [one.given_name for one in found] == ["Zoe"]


def test_a_change_is_kept_with_its_reason_and_shows_in_the_history(rosa: Office) -> None:
    path = f"{STUDENTS}ada/change/"
    answer = fill(rosa, path, family_name="Núñez Luna", reason="Acta corregida")
    assert answer.status_code == 302, answer.content.decode()
    assert services.person(Role.STUDENT, "ada").family_name == "Núñez Luna"
    page = text(rosa.get(f"{STUDENTS}ada/history/"))
    assert "Acta corregida" in page
    assert es("Family names") in page
    assert "Otra" not in text(rosa.get(f"{STUDENTS}blas/history/"))


def test_what_the_next_page_says_is_read_by_whoever_it_was_said_to(rosa: Office) -> None:
    """Or a student's name would lie open at a computer that others use."""
    fill(rosa, f"{STUDENTS}ada/change/", family_name="Luna", reason="Acta corregida")
    said = rosa.cookies["messages"]
    assert (said["path"], said["httponly"], said["samesite"]) == ("/admin/", True, "Lax")
    other = office_of(rosa.school, "school_admin", person="otra")
    other.cookies["messages"] = said.value
    assert "Ada Luna" not in text(other.get(STUDENTS)).split("<table")[0]
    with pytest.raises(signing.BadSignature):
        signing.get_cookie_signer(salt=CookieStorage.key_salt).unsign_object(said.value)
    assert "Ada Luna" in text(rosa.get(STUDENTS)).split("<table")[0]
    assert "Ada Luna" not in text(rosa.get(STUDENTS)).split("<table")[0]


def test_ids_that_django_would_read_otherwise_lead_where_they_should(rosa: Office) -> None:
    """To its own pages `g_3A` is `g:`, unless it is quoted; and groups are called like that."""
    with context.entered(school=rosa.school):
        services.add_students([Student(StudentId("s_3A"), "Zoe", "Zárate")])
        services.add_group(Group(GroupId("g_3A"), "Tercero A"))
        services.add_members(GroupId("g_3A"), [StudentId("s_3A")])
    pages = [text(rosa.get(STUDENTS)), text(rosa.get("/admin/tenants/group/g_3A/look/"))]
    pages += [text(rosa.get("/admin/search/", {"s": "zoe"}))]
    links = {one for page in pages for one in re.findall(r'href="(/admin/[^"]*_5F3A[^"]*)"', page)}
    pages += [text(rosa.get(one)) for one in links]
    assert {f"{STUDENTS}s_5F3A/change/", "/admin/tenants/group/g_5F3A/change/"} == links
    around = {one for page in pages for one in re.findall(r'="(/admin/[^"]*/s_[^"]*)"', page)}
    assert any("/leave/" in one for one in around)
    for one in around - {f"{STUDENTS}s_3A/change/"}:  # the theme's crumb of the page itself
        assert rosa.get(one).status_code == 200, one


def test_all_of_a_long_list_is_never_meant(rosa: Office) -> None:
    sent = {"action": "invite", "select_across": "1", "_selected_action": ["ada"]}
    assert rosa.post(STUDENTS, sent)["Location"].endswith("?role=STUDENT&one=ada")


def test_a_reason_names_nobody(rosa: Office) -> None:
    page = text(fill(rosa, f"{STUDENTS}ada/change/", family_name="Luna", reason="Pidió Ada"))
    assert es("A reason is kept for good: leave out names, CURP and e-mail.") in page
    assert services.person(Role.STUDENT, "ada").family_name == "Núñez Peña"


def test_who_saves_last_is_told_what_was_saved_meanwhile(rosa: Office) -> None:
    path = f"{STUDENTS}ada/change/"
    page = text(rosa.get(path))
    seen = re.search(r'name="seen_version" value="(\d+)"', page)
    assert seen is not None
    services.change_person(Role.STUDENT, "ada", {"email": "ada@norte.example"})
    old = {"given_name": "Ada", "initial-given_name": "Ada", "family_name": "Luna"}
    old |= {"initial-family_name": "Núñez Peña", "email": "", "initial-email": "", "curp": ""}
    old |= {"external_id": "", "initial-curp": "", "initial-external_id": "", "reason": ""}
    answer = text(rosa.post(path, {**old, "seen_version": seen[1]}))
    assert "ada@norte.example" in answer
    assert "Luna" in answer
    assert services.person(Role.STUDENT, "ada").family_name == "Núñez Peña"


@pytest.mark.parametrize("path", [STUDENTS, TEACHERS, GUARDIANS, f"{STUDENTS}ada/change/"])
def test_few_calls_answer_each_page(rosa: Office, path: str) -> None:
    rosa.text(path)
    assert len(rosa.calls) <= 4, rosa.calls


@pytest.mark.parametrize("groups", [("platform_admin",), ("gov_operator",)])
@pytest.mark.parametrize("path", [STUDENTS, f"{STUDENTS}ada/change/", f"{STUDENTS}ada/history/"])
def test_who_is_not_the_school_s_admin_sees_no_student(
    north: Cast, groups: tuple[str, ...], path: str
) -> None:
    answer = office_of(north.school, *groups).get(path)
    assert answer.status_code in {302, 403}
    assert "Núñez" not in answer.content.decode()


def test_another_school_s_student_does_not_exist_here(rosa: Office, south: Cast) -> None:
    answer = rosa.get(f"{STUDENTS}dario/change/", follow=True)
    assert "Darío" not in answer.content.decode()
    with context.entered(school=south.school):
        assert services.person(Role.STUDENT, "dario").given_name == "Darío"


def test_looking_at_a_student_is_recorded(rosa: Office, north: Cast) -> None:
    text(rosa.get(f"{STUDENTS}ada/change/"))
    with context.entered(school=north.school):
        found = store.every(audit.AuditItem, audit.day(clock.now().date()), consistent=True)
        assert ("record.seen", f"student:{ADA}") in {(one.action, one.about) for one in found}
