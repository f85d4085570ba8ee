"""Programs that act for a school: made, asked for a token, let in by scope, shut out."""

import json
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from luca.api import machines
from luca.api.machines import Directory
from luca.aws import integrators
from luca.aws.identity.programs import SERVER
from luca.aws.integrators import SCOPES
from luca.kernel import context
from luca.kernel.errors import Invalid, NotFound
from tenants import services
from tenants.tests.conftest import ADA, Cast

if TYPE_CHECKING:
    from luca.localaws.embedded import Embedded

ROOT = Path(__file__).parent.parent.parent


def token(aws: "Embedded", made: services.Made, **form: str) -> tuple[int, Any]:
    """Ask the pool as a program does."""
    body = {
        "grant_type": "client_credentials",
        "client_id": made.integrator.client,
        "client_secret": made.secret,
        **form,
    }
    request = urllib.request.Request(
        f"{aws.endpoint}/oauth2/token", urllib.parse.urlencode(body).encode()
    )
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


@pytest.fixture
def saga(north: Cast) -> services.Made:  # noqa: ARG001 -- the school it works for
    """North's library program, which may read people."""
    return services.add_integrator("Saga", ["people.read"])


@pytest.fixture
def api() -> Client:
    machines._verifier.cache_clear()
    return Client(raise_request_exception=False, SERVER_NAME="127.0.0.1")


def bearer(answer: Any) -> dict[str, str]:
    return {"Authorization": f"Bearer {answer['access_token']}"}


def test_a_program_reads_what_its_scopes_say_in_its_school_and_nothing_else(
    aws: "Embedded", saga: services.Made, south: Cast, api: Client
) -> None:
    assert south.school != saga.integrator.school
    status, answer = token(aws, saga)
    assert status == 200
    assert answer["token_type"] == "Bearer"

    assert api.get(f"/students/{ADA}", headers=bearer(answer)).json()["given_name"] == "Ada"
    assert api.get("/me", headers=bearer(answer)).json()["school"] == saga.integrator.school
    assert api.get("/students/dario", headers=bearer(answer)).status_code == 404
    refused = api.get("/school", headers=bearer(answer))
    assert (refused.status_code, refused.json()["code"]) == (403, "insufficient_scope")
    assert "school.read" in refused.json()["detail"]
    assert api.get(f"/profile/{ADA}", headers=bearer(answer)).status_code == 403


def test_a_disabled_program_is_refused_and_has_no_more_tokens(
    aws: "Embedded", saga: services.Made, api: Client
) -> None:
    _, answer = token(aws, saga)
    assert api.get("/me", headers=bearer(answer)).status_code == 200

    services.disable_integrator(saga.integrator.client, reason="Ya no se usa")
    machines._verifier.cache_clear()  # a minute later

    assert api.get("/me", headers=bearer(answer)).status_code == 401
    assert token(aws, saga)[0] >= 400
    assert [one.enabled for one in services.list_integrators()] == [False]


def test_both_clients_work_while_the_secret_is_being_changed(
    aws: "Embedded", saga: services.Made, api: Client
) -> None:
    fresh = services.rotate_integrator(saga.integrator.client)

    assert fresh.integrator.scopes == saga.integrator.scopes
    for one in (saga, fresh):
        assert api.get("/me", headers=bearer(token(aws, one)[1])).status_code == 200


@pytest.mark.parametrize(
    "form",
    [
        {"client_secret": "wrong"},
        {"scope": "luca/grades.read"},
        {"grant_type": "refresh_token"},
        {"grant_type": "authorization_code", "code": "x"},
        {"grant_type": ""},
    ],
)
def test_the_pool_gives_no_token_for_less(
    aws: "Embedded", saga: services.Made, form: dict[str, str]
) -> None:
    assert token(aws, saga, **form)[0] in {400, 401, 403}


def test_a_client_of_another_school_is_as_absent_as_none(saga: services.Made, south: Cast) -> None:
    with context.entered(school=south.school):
        assert services.list_integrators() == []
        for client in (saga.integrator.client, "6other", "a#b"):
            with pytest.raises(NotFound):
                services.disable_integrator(client)

    known = integrators.get(saga.integrator.client)
    assert known is not None
    assert known.enabled


@pytest.mark.parametrize(
    ("name", "scopes"), [("", ["people.read"]), ("Saga", []), ("Saga", ["all"]), ("x" * 101, [])]
)
def test_what_cannot_be_a_client_makes_none(school: str, name: str, scopes: list[str]) -> None:
    with pytest.raises(Invalid):
        services.add_integrator(name, scopes)

    assert services.list_integrators() == [], school


def test_the_operator_makes_lists_renews_and_disables(
    north: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    school = ["--school", north.school]
    call_command("integrator", "create", "Saga", "--scope", "people.read", *school, "--dry-run")
    assert services.list_integrators() == []
    call_command("integrator", "create", "Saga", "--scope", "people.read", *school)
    (one,) = services.list_integrators()
    assert f"client_id: {one.client}" in capsys.readouterr().out

    call_command("integrator", "rotate", one.client, *school)
    call_command("integrator", "disable", one.client, *school)
    call_command("integrator", "list", *school)
    listed = capsys.readouterr().out
    assert f"{one.client}\tdisabled\tSaga\tpeople.read" in listed
    assert listed.count("\tenabled\t") == 1
    with pytest.raises(CommandError, match="no such client"):
        call_command("integrator", "disable", "6other", *school)


def test_the_directory_answers_for_the_real_row(saga: services.Made) -> None:
    assert Directory().get(saga.integrator.client) == saga.integrator


def test_the_pool_knows_exactly_our_scopes() -> None:
    identity = json.loads((ROOT / "deploy" / "identity.json").read_text())

    assert identity["resource_server"]["scopes"] == SCOPES
    assert identity["resource_server"]["identifier"] == SERVER
