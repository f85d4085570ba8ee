"""Somebody with an address, in front of the API, with their mail and their phone."""

import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.test import Client

from luca.aws import clients, identity
from luca.localaws import authenticator
from luca.localaws.deployment import DEPLOY
from luca.localaws.embedded import Embedded
from luca.localaws.tests.pool import Application
from luca.localaws.tests.wire import Wire

PASSWORD, OTHER = "Correcto-2026-x", "Otro-Correcto-2026-y"


@dataclass
class Somebody:
    """A browser, a mailbox and an authenticator app; `told` is what the last sign-in said."""

    aws: Embedded
    school: str
    person: str
    email: str = ""
    told: dict[str, Any] = field(default_factory=dict)
    secret: str = ""

    def __post_init__(self) -> None:
        self.email = self.email or f"{self.person}-{secrets.token_hex(4)}@norte.example"
        self.client = Client(raise_request_exception=False, SERVER_NAME="127.0.0.1")

    def invited(self, *groups: str) -> "Somebody":
        """Has an account and a temporary password in the mail."""
        clients.cognito().admin_create_user(
            UserPoolId=settings.COGNITO_POOL_ID,
            Username=self.email,
            DesiredDeliveryMediums=["EMAIL"],
            UserAttributes=[
                {"Name": "email", "Value": self.email},
                {"Name": "email_verified", "Value": "true"},
                {"Name": "custom:school_id", "Value": self.school},
                {"Name": "custom:person_id", "Value": self.person},
            ],
        )
        identity.set_groups(self.email, set(groups))
        return self

    def known(self, *groups: str) -> "Somebody":
        """Has an account and a password."""
        identity.create(self.email, identity.Login(self.school, self.person))
        identity.set_password(self.email, PASSWORD)
        identity.set_groups(self.email, set(groups))
        return self

    @property
    def mailed(self) -> str:
        """The password or the code of the last message."""
        return Application(Wire(self.aws, DEPLOY)).mailed(self.email)

    def code(self, steps: int = 0) -> str:
        return authenticator.code(self.secret, steps=steps)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.client.post(
            path, json.dumps(body), content_type="application/json", headers=headers or None
        )

    def sign_in(self, password: str = PASSWORD) -> Any:
        return self._taken(self.post("/auth/login", {"email": self.email, "password": password}))

    def answer(self, **given: str) -> Any:
        return self._taken(self.post("/auth/challenge", {"session": self.told["session"], **given}))

    def renew(self) -> Any:
        return self.post("/auth/refresh", {"refresh_token": self.told["refresh_token"]})

    def logout(self, **more: Any) -> Any:
        return self.post("/auth/logout", {"refresh_token": self.told["refresh_token"], **more})

    @property
    def signed(self) -> dict[str, str]:
        """The headers of a signed-in person who acts on their own account."""
        return {
            "Authorization": f"Bearer {self.told['id_token']}",
            "X-Access-Token": self.told["access_token"],
        }

    def act(self, path: str, body: Any = None) -> Any:
        return self.post(path, body, **self.signed)

    def _taken(self, answer: Any) -> Any:
        if answer.status_code == 200:
            self.told = answer.json()
            self.secret = self.told.get("secret", self.secret)
        return answer
