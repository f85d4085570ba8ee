"""A key pair of our own, and callers whose tokens it signs."""

import json
from collections.abc import Callable
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


def bearer(**more: Any) -> dict[str, str]:
    return {"Authorization": f"Bearer {signed(**more)}"}
