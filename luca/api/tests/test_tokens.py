import base64
import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from luca.api.keys import Keys
from luca.api.tests.conftest import AUDIENCE, ISSUER, KID, PRIVATE, claims, jwk, keys, signed
from luca.api.tokens import Verifier
from luca.api.verifying import REMEMBERED, Principal
from luca.kernel import clock
from luca.kernel.errors import Unauthenticated
from luca.kernel.ids import PersonId, SchoolId

STRANGER = rsa.generate_private_key(public_exponent=65537, key_size=2048)
TERESA = Principal(PersonId("teresa"), SchoolId("north"), frozenset({"teacher"}))


class Time:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def fresh() -> Verifier:
    return Verifier(issuer=ISSUER, audience=AUDIENCE, keys=keys())


def by_hand(header: dict[str, Any], sign: Callable[[bytes], bytes]) -> str:
    """A token that a library with good manners would not make."""

    def spelled(part: bytes) -> bytes:
        return base64.urlsafe_b64encode(part).rstrip(b"=")

    text = spelled(json.dumps(header).encode()) + b"." + spelled(json.dumps(claims()).encode())
    return (text + b"." + spelled(sign(text))).decode()


def with_header(**header: Any) -> str:
    """A token whose header was changed after signing."""
    _, payload, signature = signed().split(".")
    text = json.dumps({"alg": "RS256", "typ": "JWT", "kid": KID, **header}).encode()
    return ".".join([base64.urlsafe_b64encode(text).decode().rstrip("="), payload, signature])


def confused() -> str:
    """Signed with HS256, the secret being our public key."""
    public = PRIVATE.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return by_hand({"alg": "HS256", "kid": KID}, lambda text: hmac.digest(public, text, "sha256"))


def tampered() -> str:
    head, payload, signature = signed().split(".")
    body = json.loads(base64.urlsafe_b64decode(payload + "=="))
    body["custom:school_id"] = "south"
    changed = base64.urlsafe_b64encode(json.dumps(body).encode()).decode().rstrip("=")
    return f"{head}.{changed}.{signature}"


REFUSED: dict[str, Callable[[], str]] = {
    "empty": lambda: "",
    "no token": lambda: "nonsense",
    "two dots": lambda: "a.b.c",
    "not ASCII": lambda: "ñ.ñ.ñ",
    "endless": lambda: "a" * 9000,
    "nested": lambda: base64.urlsafe_b64encode(b"[" * 4000).decode() + ".b.c",
    "unsigned": lambda: by_hand({"alg": "none", "kid": KID}, lambda _: b""),
    "signature cut off": lambda: signed().rpartition(".")[0] + ".",
    "tampered": tampered,
    "HS256 with the public key": confused,
    "ES256": lambda: jwt.encode(
        claims(), ec.generate_private_key(ec.SECP256R1()), algorithm="ES256", headers={"kid": KID}
    ),
    "RS384": lambda: jwt.encode(claims(), PRIVATE, algorithm="RS384", headers={"kid": KID}),
    "RS512": lambda: jwt.encode(claims(), PRIVATE, algorithm="RS512", headers={"kid": KID}),
    "another's key": lambda: jwt.encode(
        claims(), STRANGER, algorithm="RS256", headers={"kid": KID}
    ),
    "no key id": lambda: jwt.encode(claims(), PRIVATE, algorithm="RS256"),
    "unknown key id": lambda: jwt.encode(
        claims(), PRIVATE, algorithm="RS256", headers={"kid": "key-2"}
    ),
    "key id is a number": lambda: with_header(kid=1),
    "algorithm changed": lambda: with_header(alg="none"),
    "another issuer": lambda: signed(iss="https://other.example"),
    "no issuer": lambda: signed(iss=None),
    "another audience": lambda: signed(aud="other"),
    "several audiences": lambda: signed(aud=[AUDIENCE, "other"]),
    "no audience": lambda: signed(aud=None),
    "an access token": lambda: signed(token_use="access"),
    "no use": lambda: signed(token_use=None),
    "expired": lambda: signed(exp=int(clock.now().timestamp()) - 1),
    "no expiry": lambda: signed(exp=None),
    "expiry is true": lambda: signed(exp=True),
    "expiry is text": lambda: signed(exp="tomorrow"),
    "expiry is no number": lambda: signed(exp=float("nan")),
    "expiry is endless": lambda: signed(exp=float("inf")),
    "expiry is beyond numbers": lambda: signed(exp=10**400),
    "good only later": lambda: signed(nbf=int(clock.now().timestamp()) + 120),
    "good from a text on": lambda: signed(nbf="now"),
    "no school": lambda: signed(**{"custom:school_id": None}),
    "empty school": lambda: signed(**{"custom:school_id": ""}),
    "school in capitals": lambda: signed(**{"custom:school_id": "North"}),
    "school with a separator": lambda: signed(**{"custom:school_id": "north#x"}),
    "school with a wildcard": lambda: signed(**{"custom:school_id": "*"}),
    "school is a list": lambda: signed(**{"custom:school_id": ["north"]}),
    "no person": lambda: signed(**{"custom:person_id": None}),
    "person with a separator": lambda: signed(**{"custom:person_id": "a#b"}),
    "groups are text": lambda: signed(**{"cognito:groups": "teacher"}),
    "groups are numbers": lambda: signed(**{"cognito:groups": [1]}),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_faulty_token_is_refused_without_saying_why(name: str) -> None:
    with pytest.raises(Unauthenticated) as refusal:
        fresh().verify(REFUSED[name]())

    assert (str(refusal.value), refusal.value.code) == (
        "The token is not valid.",
        "invalid_token",
    )


def test_a_good_token_speaks_for_a_person_of_a_school() -> None:
    assert fresh().verify(signed()) == TERESA
    assert fresh().verify(signed(**{"cognito:groups": None})).groups == frozenset()
    assert fresh().verify(signed(nbf=int(clock.now().timestamp()))) == TERESA


def test_a_token_is_good_until_it_expires_and_no_longer_although_it_is_remembered() -> None:
    at = datetime(2026, 11, 21, 8, tzinfo=UTC)
    verifier = fresh()
    token = signed(exp=int((at + timedelta(seconds=2)).timestamp()))

    with clock.stopped(at + timedelta(seconds=1.9)):
        assert verifier.verify(token) == TERESA
    with clock.stopped(at + timedelta(seconds=2)), pytest.raises(Unauthenticated):
        verifier.verify(token)


def test_a_verified_token_is_remembered_for_seconds_only() -> None:
    time = Time()
    pool = {"keys": [jwk()]}
    held = Keys("u", fetch=lambda _: json.dumps(pool).encode(), ticks=time)
    verifier = Verifier(issuer=ISSUER, audience=AUDIENCE, keys=held, ticks=time)
    token = signed()
    verifier.verify(token)
    pool["keys"] = []
    held._fetched = float("-inf")  # the pool has withdrawn its key
    held._tried = float("-inf")

    time.now += REMEMBERED - 0.1
    assert verifier.verify(token) == TERESA
    time.now += 0.2
    with pytest.raises(Unauthenticated):
        verifier.verify(token)
    assert REMEMBERED <= 5
