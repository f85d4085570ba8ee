import base64
import json
import secrets
from typing import Any

import pytest

from luca.aws import identity
from luca.kernel import context
from luca.kernel.errors import Conflict, Forbidden, Invalid, Unauthenticated
from tenants import services
from tenants.tests.conftest import TERESA, Cast

PASSWORD, OTHER = "Correcto-2026-x", "Otro-Correcto-2026-y"
pytestmark = pytest.mark.usefixtures("north")


@pytest.fixture
def email() -> str:
    return f"teresa-{secrets.token_hex(4)}@norte.example"


def claims(email: str, password: str) -> dict[str, Any]:
    found = identity.sign_in(email, password)
    assert isinstance(found, identity.Tokens)
    payload = found.id_token.split(".")[1]
    decoded: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=" * 3))
    return decoded


def test_a_login_signs_in_as_one_person_of_the_school(north: Cast, email: str) -> None:
    services.create_login(TERESA, f" {email.upper()} ", PASSWORD, ["teacher", "school_admin"])

    claimed = claims(email, PASSWORD)
    assert claimed["custom:school_id"] == north.school
    assert claimed["custom:person_id"] == TERESA
    assert sorted(claimed["cognito:groups"]) == ["school_admin", "teacher"]
    assert services.people_by_email(email) == [("TEACHER", "teresa")]


def test_saving_a_login_again_sets_password_and_groups_anew(email: str) -> None:
    services.create_login(TERESA, email, PASSWORD, ["teacher", "school_admin"])

    services.create_login(TERESA, email, OTHER, ["teacher"])

    assert claims(email, OTHER)["cognito:groups"] == ["teacher"]
    with pytest.raises(Unauthenticated):
        identity.sign_in(email, PASSWORD)


def test_an_address_belongs_to_one_person_of_one_school(email: str, south: Cast) -> None:
    services.create_login(TERESA, email, PASSWORD, ["teacher"])

    with pytest.raises(Conflict):
        services.create_login("tomas", email, OTHER, ["teacher"])
    with context.entered(school=south.school), pytest.raises(Conflict):
        services.create_login("boss", email, OTHER, ["school_admin"])
    assert claims(email, PASSWORD)["custom:person_id"] == TERESA


@pytest.mark.parametrize(
    ("person", "email", "groups", "faulty"),
    [
        ("nobody", "n@x.mx", ["teacher"], {"person"}),
        ("teresa", "n@x.mx", ["student"], {"person"}),
        ("a#b", "n@x.mx", ["school_admin"], {"person"}),
        ("sabc560626mdflrn01", "n@x.mx", ["school_admin"], {"person"}),
        ("teresa", "n@x", ["teacher"], {"email"}),
        ("teresa", "n@x.mx", [], {"groups"}),
        ("teresa", "n@x.mx", ["teacher", "root"], {"groups"}),
    ],
)
def test_a_faulty_login_is_refused(
    person: str, email: str, groups: list[str], faulty: set[str]
) -> None:
    with pytest.raises(Invalid) as refusal:
        services.create_login(person, email, PASSWORD, groups)

    assert {error.field for error in refusal.value.errors} == faulty


def test_staff_needs_no_record_as_a_person(email: str) -> None:
    services.create_login("boss", email, PASSWORD, ["school_admin"])

    assert services.people_by_email(email) == [("STAFF", "boss")]


def test_a_weak_password_is_refused(email: str) -> None:
    with pytest.raises(Invalid) as refusal:
        services.create_login(TERESA, email, "short", ["teacher"])

    assert refusal.value.code == "weak_password"


@pytest.mark.parametrize("who", ["known", "unknown"])
def test_a_wrong_password_and_an_unknown_address_answer_alike(email: str, who: str) -> None:
    services.create_login(TERESA, email, PASSWORD, ["teacher"])

    with pytest.raises(Unauthenticated) as refusal:
        identity.sign_in(email if who == "known" else f"x{email}", "Incorrecto-2026")

    assert (str(refusal.value), refusal.value.code) == (
        "The e-mail or password is wrong.",
        "sign_in",
    )


def test_the_api_itself_may_not_make_logins(acting_as: Any, email: str) -> None:
    with acting_as("api"), pytest.raises(Forbidden):
        services.create_login(TERESA, email, PASSWORD, ["teacher"])

    assert identity.find(email) is None
