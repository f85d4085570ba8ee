"""Invitations and accounts over HTTP, a worker doing its part in between."""

import json
from typing import Any

import pytest

from luca.aws import identity
from luca.kernel.ids import StudentId
from tenants import services
from tenants.domain.accounts import AccountState
from tenants.tests.conftest import ADA, GLORIA, TERESA, Cast
from tenants.tests.office import PASSWORD, Office, address

PATH = "/invitations"


@pytest.fixture
def call(ask: Any, office: Office) -> Any:
    """The admin's client; the API works with its own role."""

    def send(method: str, path: str, body: Any = None, **more: Any) -> Any:
        with office.acting_as("api"):
            who = more.pop("who", "boss/school_admin")
            return ask(method, path, body, who=who, school=office.school, headers=more)

    return send


def csv(call: Any, text: str, query: str = "", **headers: str) -> Any:
    kind = {"Content-Type": "text/csv"}
    return call("POST", f"{PATH}/import{query}", text, **kind, **headers)


def work(office: Office) -> None:
    """What is left for the worker of this school."""
    with office.worker():
        for one in services.invitations(None, limit=100, start=None)[0]:
            services.run_invitation(one.id)


def test_a_request_that_is_repeated_invites_once(call: Any) -> None:
    wanted = {"person": TERESA, "email": address(), "groups": ["teacher"]}

    first = call("POST", PATH, wanted, **{"Idempotency-Key": "k-1"})
    second = call("POST", PATH, wanted, **{"Idempotency-Key": "k-1"})
    third = call("POST", PATH, wanted)

    assert (first.status_code, second.content) == (201, first.content)
    assert (third.status_code, third.json()["code"]) == (409, "invited_already")
    assert services.invitation_progress()["waiting"] == 1


def test_an_address_of_another_school_says_nothing_of_where(
    call: Any, office: Office, south: Cast
) -> None:
    email = address("sur")
    identity.create(email, identity.Login(south.school, "dario"))
    call("POST", PATH, {"person": TERESA, "email": email, "groups": ["teacher"]})
    work(office)

    (failed,) = call("GET", f"{PATH}?state=failed", **{"Accept-Language": "en"}).json()["items"]
    assert failed["failure"] == {
        "code": "address_unusable",
        "text": "This address cannot be used.",
    }
    (failed,) = call("GET", f"{PATH}?state=failed").json()["items"]
    assert failed["failure"]["text"] == "No se puede usar esta dirección."
    assert south.school not in json.dumps(failed)


def test_a_file_with_bad_rows_invites_nobody_and_names_every_fault(call: Any) -> None:
    taken = address("taken")
    text = (
        "Persona;Correo;Rol\r\n"
        f"teresa;{taken};docente\r\n"
        f"nadie;{address()};docente\r\n"
        f"tomas;{taken};docente\r\n"
        "gloria;no-es;tutor\r\n"
        ";;\r\n"
        f"ada;{address()};alumno docente\r\n"
        f"blas;{address()};\r\n"
    )

    refused = csv(call, text, **{"Accept-Language": "en"})

    assert (refused.status_code, refused.json()["code"]) == (422, "bad_rows")
    assert [tuple(one.values()) for one in refused.json()["errors"]] == [
        ("line 3.Persona", "There is no teacher with this id."),
        ("line 4.Correo", "It is in this list twice."),
        ("line 5.Correo", "This is not an e-mail address."),
        ("line 7.Rol", "A student is nothing else in the school."),
        ("line 8.Rol", "Is required."),
    ]
    spanish = csv(call, text, "?dry_run=true").json()
    assert spanish["faults"][0] == {
        "line": 3,
        "column": "Persona",
        "message": "No hay docente con este id.",
    }
    assert sum(services.invitation_progress().values()) == 0


def test_one_empty_cell_stops_a_whole_file(call: Any) -> None:
    text = f"person,email,groups\nteresa,{address()},teacher\ngloria,,guardian\n"

    refused = csv(call, text)

    assert refused.status_code == 422
    assert [one["field"] for one in refused.json()["errors"]] == ["line 3.email"]
    assert sum(services.invitation_progress().values()) == 0


def test_a_dry_run_knows_whose_login_an_address_is(call: Any, office: Office) -> None:
    taken, other = office.login("ada", "student"), office.login("chief", "school_admin")
    text = f"person,email,groups\nblas,{taken},student\nchief,{other},gov_operator\n"

    found = csv(call, text, "?dry_run=true", **{"Accept-Language": "en"}).json()

    assert [(one["line"], one["message"]) for one in found["faults"]] == [
        (2, "Somebody else of the school has this address."),
        (3, "This person has a login or an invitation already."),
    ]


def test_a_file_in_part_twice_and_dry(call: Any, office: Office) -> None:
    text = (
        "person,email,groups\n"
        f"teresa,{address()},teacher school_admin\n"
        f"gloria,{address('gloria')},guardian\n"
        f"nobody,{address()},guardian\n"
    )
    counts = ("rows", "invited", "unchanged")

    dry = csv(call, text, "?dry_run=true&partial=true").json()
    assert (dry["dry_run"], *(dry[name] for name in counts)) == (True, 3, 2, 0)
    assert sum(services.invitation_progress().values()) == 0
    made = csv(call, text, "?partial=true")
    assert made.status_code == 202
    assert [made.json()[name] for name in counts] == [3, 2, 0]
    assert [one["line"] for one in made.json()["faults"]] == [4]
    again = csv(call, text, "?partial=true").json()
    assert [again[name] for name in counts] == [3, 0, 2]

    batch = made.json()["import_id"]
    asked = f"{PATH}/progress?import_id={batch}"
    assert call("GET", asked).json()["waiting"] == 2
    work(office)
    assert call("GET", asked).json()["sent"] == 2
    rows = call("GET", f"{PATH}?limit=1").json()
    assert rows["items"][0]["import_id"] == batch
    rest = call("GET", f"{PATH}?limit=1&cursor={rows['next_cursor']}").json()
    assert rest["items"][0]["id"] != rows["items"][0]["id"]


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", PATH, {"person": "teresa"}, 422),
        ("POST", PATH, {"person": "teresa", "email": "a@b.mx", "groups": ["root"]}, 422),
        ("POST", PATH, {"person": "", "email": "a@b.mx", "groups": ["teacher"]}, 422),
        ("POST", f"{PATH}/import", "person,email,groups\n", 415),
        ("GET", f"{PATH}?state=gone", None, 422),
        ("GET", f"{PATH}/nowhere", None, 404),
        ("DELETE", f"{PATH}/nowhere", None, 404),
        ("POST", f"{PATH}/nowhere/resend", None, 404),
        ("GET", "/accounts/nobody", None, 404),
        ("POST", "/accounts/nobody/orders", {"act": "disable", "reason": "x"}, 404),
        ("POST", "/accounts/boss/orders", {"act": "delete", "reason": "x"}, 422),
        ("POST", "/accounts/boss/orders", {"act": "disable"}, 422),
        ("POST", "/accounts/boss/orders", {"act": "disable", "reason": "x"}, 409),
    ],
)
def test_what_cannot_be_is_refused(
    call: Any, office: Office, method: str, path: str, body: Any, status: int
) -> None:
    office.login("boss", "school_admin")

    assert call(method, path, body).status_code == status


def test_a_guardian_s_login_follows_the_links_at_once(call: Any, office: Office) -> None:
    email = address("gloria")
    call("POST", PATH, {"person": GLORIA, "email": email, "groups": ["guardian"]})
    work(office)
    identity.set_password(email, PASSWORD)

    def seen() -> list[int]:
        return [
            call("GET", f"/students/{one}", who="gloria/guardian").status_code
            for one in ("ada", "blas")
        ]

    assert seen() == [200, 404]
    assert call("PUT", "/guardians/gloria/children/blas").status_code // 100 == 2
    assert seen() == [200, 200]
    assert call("DELETE", "/guardians/gloria/children/ada").status_code // 100 == 2
    assert seen() == [404, 200]
    assert services.children_of(GLORIA) == [StudentId("blas")]
    assert ADA not in services.children_of(GLORIA)
    assert services.account(GLORIA).account.state is AccountState.INVITED
