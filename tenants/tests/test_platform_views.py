"""The platform's own people keep schools, and see nobody in them."""

import secrets

import pytest

from luca.aws import audit, store
from luca.aws.audit import AuditItem
from luca.kernel import clock, context
from tenants.tests.calling import Caller
from tenants.tests.conftest import Cast

pytestmark = pytest.mark.usefixtures("ask")


@pytest.fixture
def root(north: Cast) -> Caller:
    """Works for the platform; the login is North's all the same, for each has a school."""
    return Caller(north.school, "root", "platform_admin")


def entries(school: str) -> list[tuple[str, str]]:
    with context.entered(school=school):
        found = store.every(AuditItem, audit.day(clock.now().date()), consistent=True)
        return [(one.actor, one.action) for one in found]


def test_a_school_is_added_once_and_found_in_the_list(root: Caller) -> None:
    name = f"nueva-{secrets.token_hex(6)}"
    body = {"id": name, "name": "Colegio Nuevo", "cct": "09DES0001X"}

    made = root.send("POST", "/schools", body)

    assert (made.status_code, made["Location"]) == (201, f"/schools/{name}")
    assert made.json()["warnings"]
    assert root.send("POST", "/schools", body).status_code == 201
    other = root.send("POST", "/schools", {**body, "name": "Otro"})
    assert (other.status_code, other.json()["code"]) == (409, "school_exists")
    assert root.get(f"/schools/{name}").json()["cct"] == "09DES0001X"
    assert name in listed(root)
    assert ("root", "school.created") in entries(name)


def listed(who: Caller) -> list[str]:
    found: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = who.get(f"/schools?limit=2&cursor={cursor}").json()
        found += [one["id"] for one in page["items"]]
        cursor = page["next_cursor"]
    assert len(found) == len(set(found))
    return found


def test_a_profile_is_changed_and_the_schools_own_log_says_by_whom(
    root: Caller, south: Cast
) -> None:
    answer = root.send("PATCH", f"/schools/{south.school}", {"name": "Colegio del Sur"})

    assert answer.json()["name"] == root.get(f"/schools/{south.school}").json()["name"]
    assert ("root", "school.changed") in entries(south.school)
    assert ("root", "school.changed") not in entries(root.school)


@pytest.mark.parametrize("name", ["nowhere", "UPPER", "a.b", "~"])
def test_a_school_that_is_not_there_is_404(root: Caller, name: str) -> None:
    assert root.get(f"/schools/{name}").status_code == 404
    assert root.send("PATCH", f"/schools/{name}", {"name": "X"}).status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"id": "North", "name": "X"},
        {"id": "a#b", "name": "X"},
        {"id": "x"},
        {"id": "x", "name": "X", "staff_totp": True},
        {"id": "x", "name": "X", "time_zone": "Mars/Olympus"},
        {"id": "x" * 64, "name": "X"},
    ],
)
def test_what_is_no_school_is_refused(root: Caller, body: dict[str, object]) -> None:
    assert root.send("POST", "/schools", body).status_code == 422


@pytest.mark.parametrize(
    "path",
    [
        "/students",
        "/students/ada",
        "/students/dario",
        "/profile/ada",
        "/groups",
        "/groups/1a/students",
        "/guardians/gloria",
        "/students/ada/evaluations",
        "/students/ada/events",
        "/audit",
        "/accounts",
    ],
)
def test_whoever_keeps_schools_sees_nobody_in_them(root: Caller, south: Cast, path: str) -> None:
    assert south.school != root.school
    assert root.get(path).status_code in {403, 404}


@pytest.mark.parametrize("group", ["school_admin", "teacher", "gov_operator", "student"])
def test_schools_are_the_platforms_business(root: Caller, south: Cast, group: str) -> None:
    who = Caller(root.school, "boss", group)
    for method, path, body in (
        ("GET", "/schools", None),
        ("POST", "/schools", {"id": "mine", "name": "Mine"}),
        ("GET", f"/schools/{south.school}", None),
        ("PATCH", f"/schools/{south.school}", {"name": "Mine"}),
    ):
        assert who.send(method, path, body).status_code == 403
