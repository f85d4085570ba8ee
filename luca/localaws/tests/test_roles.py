"""What each role is given, and what it is not."""

import socket
import subprocess
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import pytest

from luca.localaws.home import Home
from luca.localaws.sessions import Mint
from luca.localaws.tests.wire import Wire, code
from luca.localaws.tokens import CREDENTIALS_PATH

SERVICES = ["api", "worker", "consumer", "platform"]
QUEUES = [
    f"{name}{suffix}"
    for name in ("luca-tasks-queue", "govsync-queue", "behavior-events-queue")
    for suffix in ("", "-dlq")
]


def credentials(wire: Wire, role: str, shown: str) -> int:
    try:
        wire.fetch(CREDENTIALS_PATH + role, shown)
    except HTTPError as error:
        return error.code
    return 200


def test_a_role_is_given_for_its_own_pass_only(wire: Wire) -> None:
    mint = Mint(Home(wire.aws.home).keys["session_secret"])
    for role in SERVICES:
        assert credentials(wire, f"luca-{role}", mint.pass_for(role)) == 200
        for shown in ("", "x", mint.pass_for(f"luca-{role}"), mint.pass_for("worker1")):
            assert credentials(wire, f"luca-{role}", shown) == 403
    assert credentials(wire, "luca-api", mint.pass_for("worker")) == 403


@pytest.mark.parametrize("role", ["tenant", "directory", "machine", "nobody", "../keys", ""])
def test_other_roles_are_not_given_at_all(role: str, wire: Wire) -> None:
    shown = Mint(Home(wire.aws.home).keys["session_secret"]).pass_for(role)
    assert credentials(wire, f"luca-{role}", shown) == 403


def test_a_session_knows_who_it_is(wire: Wire) -> None:
    def arn(keys: Any) -> str:
        return str(wire.client("sts", keys).get_caller_identity()["Arn"])

    assert arn(wire.role("api")) == "arn:aws:sts::000000000000:assumed-role/luca-api/task"
    assert arn(wire.school("1")).endswith("assumed-role/luca-tenant/somebody")


def may(wire: Wire, role: str, queue: str) -> str:
    """The letters of what a role may do with a queue: send, take, look."""
    sqs = wire.client("sqs", wire.role(role))
    url = f"{wire.endpoint}/000000000000/{queue}"
    batch = [{"Id": "1", "MessageBody": "m"}]
    calls = {
        "s": [
            lambda: sqs.send_message(QueueUrl=url, MessageBody="m"),
            lambda: sqs.send_message_batch(QueueUrl=url, Entries=batch),
        ],
        "t": [
            lambda: sqs.receive_message(QueueUrl=url),
            lambda: sqs.delete_message_batch(
                QueueUrl=url, Entries=[{"Id": "1", "ReceiptHandle": "x"}]
            ),
        ],
        "l": [
            lambda: sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"]),
            lambda: sqs.get_queue_url(QueueName=queue),
        ],
    }
    answers = {letter: {code(call) for call in some} for letter, some in calls.items()}
    assert all(found in ({"OK"}, {"AccessDenied"}) for found in answers.values()), answers
    return "".join(letter for letter, found in answers.items() if found == {"OK"})


@pytest.mark.parametrize(
    ("role", "rights"),
    [
        ("api", ["sl", "", "sl", "", "sl", ""]),
        (
            "worker",
            ["stl", "sl", "stl", "stl", "", ""],
        ),  # it takes out what is settled
        ("consumer", ["", "", "", "", "tl", "sl"]),
        ("platform", ["sl", "stl", "sl", "stl", "sl", "stl"]),
    ],
)
def test_who_may_use_which_queue(role: str, rights: list[str], wire: Wire) -> None:
    assert [may(wire, role, queue) for queue in QUEUES] == rights


def test_a_school_uses_no_queue_and_no_other_service(wire: Wire) -> None:
    one = wire.school("1")
    sqs = wire.client("sqs", one)
    url = f"{wire.endpoint}/000000000000/luca-tasks-queue"
    assert code(lambda: sqs.send_message(QueueUrl=url, MessageBody="m")) == "AccessDenied"
    assert code(sqs.list_queues) == "AccessDenied"
    assert code(wire.client("iam", one).list_roles) == "AccessDenied"
    assert code(wire.client("kms", one).list_keys) == "AccessDeniedException"
    assert code(wire.client("sts", one).get_session_token) == "AccessDenied"


def test_the_emulator_listens_on_this_machine_only(wire: Wire) -> None:
    """One port, on the loopback: nothing leads around the guard."""
    port = int(wire.endpoint.rpartition(":")[2])
    sockets = _listening(wire.aws.pid)
    assert sockets == {("127.0.0.1", port)}


def _listening(pid: int) -> set[tuple[str, int]]:
    """Addresses on which a process listens, from /proc or else from lsof."""
    descriptors = Path(f"/proc/{pid}/fd")
    if not descriptors.exists():
        text = subprocess.run(
            ["lsof", "-a", "-p", str(pid), "-iTCP", "-sTCP:LISTEN", "-Fn", "-n", "-P"],  # noqa: S607
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        names = [line[1:].rpartition(":") for line in text.splitlines() if line.startswith("n")]
        return {(host, int(port)) for host, _, port in names}
    inodes = {link.readlink().name for link in descriptors.iterdir() if link.is_symlink()}
    rows = []
    for family in ("tcp", "tcp6"):
        rows += Path(f"/proc/{pid}/net/{family}").read_text().splitlines()[1:]
    found = set()
    for row in rows:
        parts = row.split()
        if parts[3] == "0A" and f"socket:[{parts[9]}]" in inodes:
            address, port = parts[1].split(":")
            raw = bytes.fromhex(address)[::-1]
            host = socket.inet_ntoa(raw) if len(raw) == 4 else address
            found.add((host, int(port, 16)))
    return found


def test_keys_are_for_their_owner_only(wire: Wire) -> None:
    home = Home(wire.aws.home)
    assert (home.path / "keys.json").stat().st_mode & 0o077 == 0
    assert home.path.stat().st_mode & 0o077 == 0
    text = (home.logs / "aws.log").read_text()
    assert not any(secret in text for secret in home.keys.values())
