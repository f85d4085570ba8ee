"""What Cognito would mail is a file on the machine of whoever runs the stack, and nowhere else."""

import os
import re
import stat
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from luca.localaws import user_pool
from luca.localaws.cognito import emulator
from luca.localaws.cognito.outbox import Outbox
from luca.localaws.deployment import Deployment
from luca.localaws.home import Home
from luca.localaws.tests.wire import Wire


@pytest.fixture
def outbox(tmp_path: Path) -> Outbox:
    home = Home(tmp_path / "home")
    home.prepare()
    return Outbox(home.outbox)


def mode(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode)


def test_a_message_is_readable_by_its_owner_only_and_named_after_nobody(outbox: Outbox) -> None:
    outbox.deliver({}, "ada@norte.example", "Hola", "Uno<br>Dos", "CognitoInvitationMessage")
    (file,) = outbox.folder.iterdir()
    assert (mode(outbox.folder), mode(file)) == (0o700, 0o600)
    assert re.fullmatch(r"\d{8}T\d{6}\.\d{6}-invitation-[0-9a-f]{6}\.txt", file.name)
    assert file.read_text(encoding="utf-8") == "To: ada@norte.example\nSubject: Hola\n\nUno\nDos\n"


def test_a_folder_that_others_could_read_is_closed(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.prepare()
    home.outbox.chmod(0o755)
    home.prepare()
    assert mode(home.outbox) == 0o700


def test_mail_of_last_week_is_thrown_away(outbox: Outbox) -> None:
    old = outbox.write("code", "ada@norte.example", "Hola", "1")
    recent = outbox.write("code", "ada@norte.example", "Hola", "2")
    week_ago = time.time() - 8 * 24 * 3600
    os.utime(old, (week_ago, week_ago))
    outbox.deliver({}, "ada@norte.example", "Hola", "3", "CognitoVerificationMessage")
    assert recent.exists()
    assert not old.exists()


def test_an_invitation_carries_the_password_that_signs_in(wire: Wire) -> None:
    found = wire.aws.environment("api")
    pool = {"UserPoolId": found["LUCA_COGNITO_POOL_ID"]}
    operator = wire.client("cognito-idp", wire.role("platform"))
    address = "invited@example.org"
    operator.admin_create_user(
        **pool,
        Username=address,
        DesiredDeliveryMediums=["EMAIL"],
        UserAttributes=[{"Name": "email", "Value": address}],
    )
    folder = Home(wire.aws.home).outbox
    (text,) = [
        text
        for text in (file.read_text(encoding="utf-8") for file in folder.iterdir())
        if text.startswith(f"To: {address}\n")
    ]
    spanish = re.search(r"Contraseña temporal: (\S+)\n", text)
    english = re.search(r"Temporary password: (\S+)\n", text)
    assert spanish
    assert english
    assert spanish[1] == english[1]
    log = (Home(wire.aws.home).logs / "aws.log").read_text(encoding="utf-8", errors="replace")
    assert spanish[1] not in log
    assert address not in log


class Pools:
    """A user pool that was made when the files said something else."""

    def __init__(self) -> None:
        self.updated: dict[str, Any] = {}

    def __getattr__(self, name: str) -> Any:
        answers: dict[str, Any] = {
            "list_user_pools": {"UserPools": [{"Name": "luca", "Id": "us-east-1_a"}]},
            "list_groups": {"Groups": []},
            "list_resource_servers": {"ResourceServers": []},
            "describe_user_pool_client": {"UserPoolClient": {"ClientSecret": "s"}},
            "list_user_pool_clients": {
                "UserPoolClients": [{"ClientName": "luca-app", "ClientId": "c"}]
            },
        }

        def call(**parameters: Any) -> Any:
            self.updated[name] = parameters
            return answers.get(name, {})

        return call


def test_a_pool_of_an_older_home_gets_what_the_files_say_now() -> None:
    pools: Any = Pools()
    made = user_pool.provision(pools, Deployment().identity)
    assert made == user_pool.Made("us-east-1_a", "c", "s")
    client = pools.updated["update_user_pool_client"]
    assert (client["IdTokenValidity"], client["AccessTokenValidity"]) == (5, 5)
    assert pools.updated["set_user_pool_mfa_config"]["MfaConfiguration"] == "OPTIONAL"
    assert "create_user_pool" not in pools.updated


def test_the_invitation_says_how_long_its_password_is_good() -> None:
    identity = Deployment().identity
    days = identity["password"]["temporary_validity_days"]
    said = re.findall(r"(\d+) (?:días|days)", " ".join(identity["messages"]["invitation"]["body"]))
    assert said == [str(days)] * 2


def test_the_emulator_has_every_part_that_we_touch() -> None:
    """Of a newer release this fails first, and says which part is gone."""
    parts = Path(str(emulator.__file__)).read_text(encoding="utf-8")
    names = set(re.findall(r'_own\("(\w+)"\)', parts))
    assert len(names) > 10
    found: Any = find_spec("ministack")
    # Read and not imported: it would leave keys of its own in a folder shared by all.
    (package,) = found.submodule_search_locations
    text = Path(package, "services", "cognito.py").read_text(encoding="utf-8")
    words = set(re.findall(r"^(?:def |    )?(\w+)", text, re.MULTILINE))
    assert sorted(names - words) == []


def test_every_message_names_what_cognito_demands() -> None:
    messages = Deployment().identity["messages"]
    needed = {"invitation": ("{username}", "{####}"), "code": ("{####}",)}
    for name, parts in needed.items():
        body = "<br>".join(messages[name]["body"])
        assert all(body.count(part) >= 2 for part in parts), "once in each language"
        assert len(messages[name]["subject"]) <= 140
