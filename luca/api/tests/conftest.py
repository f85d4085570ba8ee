"""A key pair of our own, and callers whose tokens it signs."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client

from luca.api import tokens
from luca.api.keys import Keys
from luca.kernel import clock

ISSUER, AUDIENCE, KID = "https://pool.example", "app", "key-1"
PRIVATE = rsa.generate_private_key(public_exponent=65537, key_size=2048)
Sign = Callable[..., str]


def jwk(key: rsa.RSAPrivateKey = PRIVATE, **more: str) -> dict[str, Any]:
    public: dict[str, Any] = jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
    return {**public, "kid": KID, "use": "sig", "alg": "RS256", **more}


def claims(**more: Any) -> dict[str, Any]:
    now = clock.now()
    full = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "token_use": "id",
        "exp": int((now + timedelta(hours=1)).timestamp()),
        "iat": int(now.timestamp()),
        "custom:school_id": "north",
        "custom:person_id": "teresa",
        "cognito:groups": ["teacher"],
        **more,
    }
    return {name: value for name, value in full.items() if value is not None}


def signed(**more: Any) -> str:
    return jwt.encode(claims(**more), PRIVATE, algorithm="RS256", headers={"kid": KID})


def keys() -> Keys:
    return Keys("https://keys.example", fetch=lambda _: json.dumps({"keys": [jwk()]}).encode())


@pytest.fixture
def verifier(monkeypatch: pytest.MonkeyPatch) -> tokens.Verifier:
    """The API takes tokens that our own key has signed."""
    made = tokens.Verifier(issuer=ISSUER, audience=AUDIENCE, keys=keys())
    monkeypatch.setattr(tokens, "_verifier", lambda *_: made)
    return made


@pytest.fixture
def routes(settings: Any) -> None:
    settings.ROOT_URLCONF = "luca.api.tests.routes"


@pytest.fixture
def api(verifier: tokens.Verifier, routes: None) -> Client:  # noqa: ARG001 -- they must run
    """A browserless client of some views that exist for tests."""
    return Client(raise_request_exception=False, SERVER_NAME="127.0.0.1")


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody of a school who calls the API, with a token that our own key has signed."""

    school: str
    person: str
    group: str

    def get(self, path: str, **headers: str) -> Any:
        return self._client().get(path, headers=self._headers(headers))

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Send JSON; names of headers are spelled with underscores."""
        return self._client().generic(
            method,
            path,
            b"" if body is None else json.dumps(body).encode(),
            content_type="application/json",
            headers=self._headers(headers),
        )

    def send_csv(self, path: str, content: bytes, **headers: str) -> Any:
        """Send a table."""
        return self._client().generic(
            "POST", path, content, content_type="text/csv", headers=self._headers(headers)
        )

    def _client(self) -> Client:
        return Client(raise_request_exception=False, SERVER_NAME="127.0.0.1")

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        token = bearer(
            **{
                "custom:school_id": self.school,
                "custom:person_id": self.person,
                "cognito:groups": [self.group],
            }
        )
        return {**token, **{name.replace("_", "-"): value for name, value in more.items()}}


def bearer(**more: Any) -> dict[str, str]:
    return {"Authorization": f"Bearer {signed(**more)}"}
