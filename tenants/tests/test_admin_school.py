"""The pages of the school's profile and of its subjects."""

import re
import secrets
from collections.abc import Callable

import pytest

from luca.aws.audit import Action
from luca.kernel import context
from luca.kernel.errors import Conflict, Invalid, PreconditionFailed
from luca.kernel.ids import SchoolId, SubjectId
from tenants import services
from tenants.domain import School, Subject
from tenants.tests.conftest import MATHS, Cast
from tenants.tests.desk import Office
from tenants.tests.forms import form_of

PROFILE, SUBJECTS = "/admin/tenants/schoolprofile/", "/admin/tenants/subjectrecord/"
As = Callable[..., Office]


@pytest.fixture
def rosa(north: Cast, office_of: As) -> Office:
    browser = office_of(north.school, "school_admin")
    browser.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return browser


def test_the_head_changes_the_profile(rosa: Office) -> None:
    page = rosa.text(PROFILE)
    assert len(rosa.calls) <= 4
    sent = form_of(page) | {"name": "Colegio Norte, A.C.", "cct": "09des0001a"}
    answer = rosa.post(PROFILE, sent)
    assert (answer.status_code, answer["Location"]) == (302, PROFILE)
    school = services.school_profile()
    assert (school.name, school.cct) == ("Colegio Norte, A.C.", "09DES0001A")
    assert "09DES0001A" in rosa.text(PROFILE)


def test_a_cct_that_cannot_be_is_refused_at_its_field(rosa: Office) -> None:
    sent = form_of(rosa.text(PROFILE)) | {"cct": "NORTE"}
    page = rosa.post(PROFILE, sent).content.decode()
    assert "state, kind, number, letter" in page[page.index('name="cct"') :][:1500]
    assert services.school_profile().cct == ""


def test_a_check_letter_that_is_odd_is_only_mentioned(rosa: Office) -> None:
    sent = form_of(rosa.text(PROFILE)) | {"cct": "09DES0001Z"}
    assert rosa.post(PROFILE, sent).status_code == 302
    assert services.school_profile().cct == "09DES0001Z"
    doubt = services.doubts(services.school_profile())[0]
    letter = re.search(r"usually (\w)", doubt)
    assert letter is not None
    assert re.search(rf"CCT[^<]* {letter[1]}[^<]*", rosa.text(PROFILE))


def test_of_two_who_change_the_profile_nobody_loses(rosa: Office) -> None:
    sent = form_of(rosa.text(PROFILE)) | {"cct": "09DES0001A"}
    services.change_school({"name": "Colegio del Norte"})
    page = rosa.post(PROFILE, sent).content.decode()
    assert 'value="Colegio del Norte"' in page
    assert 'value="09DES0001A"' in page
    assert services.school_profile().cct == ""
    assert rosa.post(PROFILE, form_of(page)).status_code == 302
    school = services.school_profile()
    assert (school.name, school.cct) == ("Colegio del Norte", "09DES0001A")


def test_what_was_seen_is_checked_again_when_it_is_written(north: Cast) -> None:
    seen = services.mark(services.school_profile())
    services.change_school({"name": "A"}, seen=seen)
    with pytest.raises(PreconditionFailed):
        services.change_school({"name": "B"}, seen=seen)
    assert services.school_profile().name == "A"
    assert north.school == services.school_profile().id


def test_a_school_whose_id_django_would_read_otherwise_has_its_page(office_of: As) -> None:
    name = f"sec_22-{secrets.token_hex(6)}"  # `_22` is a quotation mark, where it is not quoted
    services.create_school(School(SchoolId(name), "Secundaria 22"))
    assert "Secundaria 22" in office_of(name, "school_admin").text(PROFILE)


def test_no_other_school_is_in_the_address(rosa: Office, south: Cast) -> None:
    answer = rosa.get(f"{PROFILE}{south.school}/change/")
    assert "Colegio Sur" not in answer.content.decode()
    assert answer.status_code == 404


@pytest.mark.parametrize("path", [PROFILE, SUBJECTS, f"{SUBJECTS}add/", f"{SUBJECTS}maths/change/"])
@pytest.mark.parametrize("group", ["platform_admin", "gov_operator"])
def test_who_is_no_school_admin_is_refused(
    north: Cast, office_of: As, path: str, group: str
) -> None:
    assert office_of(north.school, group).get(path).status_code == 403


def test_a_subject_gets_a_name(rosa: Office) -> None:
    page = rosa.text(SUBJECTS)
    assert len(rosa.calls) <= 4
    assert ">maths<" in page.replace("\n", "").replace(" ", "")
    change = f"{SUBJECTS}maths/change/"
    sent = form_of(rosa.text(change)) | {"name": "Matemáticas"}
    assert rosa.post(change, sent).status_code == 302
    assert services.subject_names() == {"maths": "Matemáticas"}
    assert "Matemáticas" in rosa.text(SUBJECTS, {"q": "matem"})
    assert "Matemáticas" not in rosa.text(SUBJECTS, {"q": "historia"})
    assert rosa.post(f"{SUBJECTS}add/", {"id": "spanish", "name": "Español"}).status_code == 302
    assert [one.id for one in services.subjects()] == ["spanish", "maths"]


def test_a_subject_is_added_once(rosa: Office) -> None:
    services.add_subject(Subject(MATHS, "Matemáticas"))
    page = rosa.post(f"{SUBJECTS}add/", {"id": "maths", "name": "Otra"})
    assert page.status_code == 200
    assert services.subject_names() == {"maths": "Matemáticas"}


@pytest.mark.parametrize(("id_", "name"), [("a b", "X"), ("x", " "), ("x", "a\tb"), ("", "X")])
def test_a_subject_needs_an_id_and_a_name(rosa: Office, id_: str, name: str) -> None:
    answer = rosa.post(f"{SUBJECTS}add/", {"id": id_, "name": name})
    assert answer.status_code == 200
    assert services.subject_names() == {}


def test_only_the_name_of_what_nobody_is_taught_is_removed(rosa: Office) -> None:
    for one in ("maths", "alchemy"):
        services.add_subject(Subject(SubjectId(one), one.upper()))
    gone = rosa.post(f"{SUBJECTS}alchemy/delete/", {"post": "yes"})
    assert gone.status_code == 302
    stays = rosa.post(f"{SUBJECTS}maths/delete/", {"post": "yes"})
    assert stays.status_code == 409
    assert services.subject_names() == {"maths": "MATHS"}


def test_of_two_who_name_a_subject_the_second_is_told(north: Cast) -> None:
    first = services.add_subject(Subject(MATHS, "Matemáticas"))
    services.name_subject(Subject(MATHS, "Mate", first.version))
    with pytest.raises(PreconditionFailed):
        services.name_subject(Subject(MATHS, "Aritmética", first.version))
    with pytest.raises(Conflict):
        services.add_subject(Subject(MATHS, "Otra"))
    with pytest.raises(Invalid):
        services.name_subject(Subject(MATHS, "x" * 201, 2))
    with context.entered(school=north.school, actor="rosa", groups=frozenset({"school_admin"})):
        search = services.audit_search(about="subject:maths")
        acts = [one.action for one in services.audit_leaf(search, limit=10)[0]]
    assert acts == [Action.SUBJECT_NAMED, Action.SUBJECT_NAMED]


def test_subjects_of_another_school_are_not_in_the_list(rosa: Office, south: Cast) -> None:
    with context.entered(school=south.school):
        services.add_subject(Subject(SubjectId("magic"), "Hechicería"))
    assert "Hechicería" not in rosa.text(SUBJECTS)
    answer = rosa.get(f"{SUBJECTS}magic/change/")
    assert answer.status_code == 302
    assert "Hechicería" not in answer.content.decode()
