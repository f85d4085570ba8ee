"""Programs' tokens: whom they speak for, and what may not pass for one."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import jwt
import pytest
from django.test import Client

from luca.api import auth, machines
from luca.api.machines import KNOWN, Directory
from luca.api.tests.conftest import ISSUER, KID, PRIVATE, keys, signed
from luca.api.tests.test_tokens import REFUSED as FAULTS
from luca.api.tests.test_tokens import STRANGER, Time
from luca.api.verifying import REMEMBERED, Principal
from luca.aws.integrators import Integrator
from luca.kernel import clock
from luca.kernel.errors import Unauthenticated
from luca.kernel.ids import PersonId, SchoolId

SAGA = Integrator(
    "4saga", SchoolId("north"), "Saga", frozenset({"grades.read", "people.read"}), enabled=True
)
GONE = replace(SAGA, client="5gone", enabled=False)
KNOWN_CLIENTS = {one.client: one for one in (SAGA, GONE)}


def token(key: Any = PRIVATE, **more: Any) -> str:
    now = clock.now()
    claims = {
        "iss": ISSUER,
        "sub": SAGA.client,
        "client_id": SAGA.client,
        "token_use": "access",
        "scope": "luca/grades.read",
        "exp": int((now + timedelta(hours=1)).timestamp()),
        "iat": int(now.timestamp()),
        **more,
    }
    kept = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(kept, key, algorithm="RS256", headers={"kid": KID})


def fresh() -> machines.Verifier:
    ticks = Time()
    directory = Directory(read=KNOWN_CLIENTS.get, ticks=ticks)
    return machines.Verifier(issuer=ISSUER, keys=keys(), directory=directory, ticks=ticks)


def test_the_school_is_the_directorys_and_the_scopes_are_what_both_say() -> None:
    asked = token(scope="luca/grades.read luca/people.write other/people.read")

    assert fresh().verify(asked) == Principal(
        PersonId("4saga"),
        SchoolId("north"),
        frozenset({"integrator"}),
        frozenset({"grades.read"}),
    )


def test_claims_that_name_a_school_or_groups_make_no_difference() -> None:
    asked = token(**{"custom:school_id": "south", "custom:person_id": "teresa"})

    assert fresh().verify(asked).school == "north"


REFUSED: dict[str, Callable[[], str]] = {
    "an ID token of a person": signed,
    "an ID token of the program's own client": lambda: token(token_use="id", aud=SAGA.client),
    "a person's access token": lambda: token(username="teresa", sub="1-2-3"),
    "a person's access token without a name": lambda: token(sub="1-2-3"),
    "a person's groups": lambda: token(**{"cognito:groups": ["school_admin"]}),
    "a refresh token": lambda: token(token_use="refresh"),
    "an unknown client": lambda: token(client_id="6other", sub="6other"),
    "a disabled client": lambda: token(client_id=GONE.client, sub=GONE.client),
    "a client with a separator": lambda: token(client_id="a#b", sub="a#b"),
    "a client that is a list": lambda: token(client_id=["4saga"], sub="4saga"),
    "no client": lambda: token(client_id=None),
    "no scope": lambda: token(scope=None),
    "scope is a list": lambda: token(scope=["luca/grades.read"]),
    "another issuer": lambda: token(iss="https://other.example"),
    "another's key": lambda: token(STRANGER),
    "expired": lambda: token(exp=int(clock.now().timestamp()) - 1),
    "no expiry": lambda: token(exp=None),
    "good only later": lambda: token(nbf=int(clock.now().timestamp()) + 120),
    **{f"{name}, as for people": made for name, made in FAULTS.items()},
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_programs_token_is_refused_without_saying_why(name: str) -> None:
    with pytest.raises(Unauthenticated) as refusal:
        fresh().verify(REFUSED[name]())

    assert (str(refusal.value), refusal.value.code) == ("The token is not valid.", "invalid_token")


def test_over_http_every_refusal_reads_the_same(
    api: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machines, "_verifier", lambda *_: fresh())
    a_person = "an ID token of a person"  # no program's, and welcome as what it is

    said = {
        name: (answer.status_code, answer["WWW-Authenticate"], answer.content)
        for name, made in REFUSED.items()
        if name != a_person
        for answer in [api.get("/who", headers={"Authorization": f"Bearer {made()}"})]
    }

    assert {one[:2] for one in said.values()} == {(401, "Bearer")}
    assert len(set(said.values())) == 1, said


def test_disabling_a_client_is_effective_within_the_documented_seconds() -> None:
    time, clients = Time(), {SAGA.client: SAGA}
    directory = Directory(read=clients.get, ticks=time)
    verifier = machines.Verifier(issuer=ISSUER, keys=keys(), directory=directory, ticks=time)
    asked = token()
    verifier.verify(asked)
    clients[SAGA.client] = replace(SAGA, enabled=False)

    time.now += KNOWN + REMEMBERED
    with pytest.raises(Unauthenticated):
        verifier.verify(asked)


def test_unknown_clients_cost_one_look_a_minute() -> None:
    asked: list[str] = []

    def read(client: str) -> None:
        asked.append(client)

    directory = Directory(read=read, ticks=Time())
    for _ in range(3):
        assert directory.get("6other") is None

    assert asked == ["6other"]


def test_each_kind_of_token_meets_its_own_verifier(
    api: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machines, "_verifier", lambda *_: fresh())

    def who(shown: str) -> Any:
        return api.get("/who", headers={"Authorization": f"Bearer {shown}"})

    assert who(signed()).json()[:3] == ["north", "teresa", ["teacher"]]
    assert who(token()).status_code == 403  # a view that names no scope lets no program in
    assert who(signed(token_use="access")).status_code == 401
    assert who(token(token_use="id")).status_code == 401
    assert auth._kind("a.b.c") is None
