"""From the invitation to the end of an account, with the pool's own tokens over HTTP."""

import json
from typing import Any

import pytest
from django.test import Client

from luca.aws import identity
from tenants import services
from tenants.tests.conftest import TERESA
from tenants.tests.office import PASSWORD, Office, address

OWN = "Mi-Propia-2026"
JSON = "application/json"


class Browser:
    """Somebody at the API, which works with its own role."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.tokens: dict[str, Any] = {}

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        shown = {"Authorization": f"Bearer {self.tokens['id_token']}"} if self.tokens else {}
        with self.office.acting_as("api"):
            client = Client(raise_request_exception=False, SERVER_NAME="127.0.0.1")
            return client.generic(method, path, _text(body), content_type=JSON, headers=shown)

    def sign_in(self, email: str, password: str) -> Any:
        answer = self.ask("POST", "/auth/login", {"email": email, "password": password})
        return self._entered(answer)

    def choose(self, session: str, password: str) -> Any:
        body = {"session": session, "new_password": password}
        return self._entered(self.ask("POST", "/auth/challenge", body))

    def renew(self) -> Any:
        return self.ask("POST", "/auth/refresh", {"refresh_token": self.tokens["refresh_token"]})

    def _entered(self, answer: Any) -> Any:
        if "id_token" in answer.json():
            self.tokens = answer.json()
        return answer


def _text(body: Any) -> str:
    return "" if body is None else json.dumps(body)


@pytest.fixture
def boss(office: Office) -> Browser:
    made = Browser(office)
    assert made.sign_in(office.login("boss", "school_admin"), PASSWORD).status_code == 200
    return made


def carry_out(office: Office, order: Any) -> None:
    assert order.status_code == 202, order.content
    with office.worker():
        services.run_order(order.json()["id"])


def test_an_invited_teacher_chooses_a_password_and_is_in(office: Office, boss: Browser) -> None:
    email, teresa = address(), Browser(office)
    wanted = {"person": TERESA, "email": email, "groups": ["teacher"]}
    made = boss.ask("POST", "/invitations", wanted)
    assert made.status_code == 201, made.content
    with office.worker():
        services.run_invitation(made.json()["id"])

    step = teresa.sign_in(email, office.password(email)).json()
    assert step["challenge"] == "new_password", step
    assert teresa.choose(step["session"], OWN).json()["groups"] == ["teacher"]
    seen = boss.ask("GET", f"/accounts/{TERESA}").json()
    assert (seen["state"], seen["invitation"]["state"]) == ("active", "accepted")
    assert teresa.ask("GET", "/accounts").status_code == 403


def test_a_teacher_is_promoted_disabled_and_comes_back(office: Office, boss: Browser) -> None:
    email, teresa = office.login(TERESA, "teacher"), Browser(office)
    teresa.sign_in(email, PASSWORD)
    orders = f"/accounts/{TERESA}/orders"

    groups = ["teacher", "school_admin"]
    order = {"act": "groups", "groups": groups, "reason": "Now directs."}
    carry_out(office, boss.ask("POST", orders, order))
    assert teresa.ask("GET", "/accounts").status_code == 403, "until her token lapses"
    teresa.tokens |= teresa.renew().json()
    assert teresa.ask("GET", "/accounts").status_code == 200

    carry_out(office, boss.ask("POST", orders, {"act": "disable", "reason": "On leave."}))
    assert teresa.renew().status_code == 401
    assert teresa.sign_in(email, PASSWORD).status_code == 401
    seen = boss.ask("GET", f"/accounts/{TERESA}").json()
    assert (seen["state"], seen["last_order"]["reason"]) == ("disabled", "On leave.")

    carry_out(office, boss.ask("POST", orders, {"act": "enable", "reason": "Is back."}))
    assert teresa.sign_in(email, PASSWORD).status_code == 200


def test_a_forgotten_password_is_reset_by_the_school(office: Office, boss: Browser) -> None:
    email, teresa = office.login(TERESA, "teacher"), Browser(office)
    order = {"act": "reset_password", "reason": "Lost her phone."}
    carry_out(office, boss.ask("POST", f"/accounts/{TERESA}/orders", order))

    assert teresa.sign_in(email, PASSWORD).status_code in {401, 403}
    code = office.code(email)
    body = {"email": email, "code": code, "password": OWN}
    assert teresa.ask("POST", "/auth/reset-password", body).status_code // 100 == 2
    assert teresa.sign_in(email, OWN).status_code == 200
    assert identity.find(email) is not None


def test_a_cancelled_invitation_s_password_opens_nothing(office: Office, boss: Browser) -> None:
    email = address()
    wanted = {"person": TERESA, "email": email, "groups": ["teacher"]}
    made = boss.ask("POST", "/invitations", wanted).json()
    with office.worker():
        services.run_invitation(made["id"])
    password = office.password(email)

    assert boss.ask("DELETE", f"/invitations/{made['id']}").status_code == 202
    with office.worker():
        services.run_invitation(made["id"])
    assert Browser(office).sign_in(email, password).status_code == 401
