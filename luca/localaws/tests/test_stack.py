"""The processes of one machine: started, seen, stopped, killed."""

import os
import re
import signal
import socket
import sys
import time
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from luca.localaws import processes
from luca.localaws.embedded import CannotStart
from luca.localaws.environment import NotProvisioned
from luca.localaws.probes import answers, free
from luca.localaws.processes import Record
from luca.localaws.programs import AWS, PASSED_ON, TABLE, Program
from luca.localaws.stack import Stack

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from luca.localaws.embedded import Embedded

SITE = """
import http.server, os
http.server.test(bind="127.0.0.1", port=int(os.environ["LUCA_BIND"].partition(":")[2]))
"""
DEAFNESS = "import signal; signal.signal(15, 1); print('deaf', flush=True); signal.pause()"
WEB = Program("api", "api", (sys.executable, "-c", SITE), port="api")
DEAF = Program(
    "worker",
    "worker",
    (sys.executable, "-c", DEAFNESS),
    ready="deaf",
    grace=0.5,
)
BROKEN = Program("beat", "worker", (sys.executable, "-c", "exit('no such thing')"), ready="never")


def test_every_process_of_the_architecture_is_in_the_table() -> None:
    names = [program.name for program in TABLE]
    assert names == ["aws", "authority", "worker", "consumer", "lake", "beat", "api"]


def test_a_home_that_never_ran_is_shown_as_stopped(tmp_path: Path) -> None:
    out = StringIO()
    with pytest.raises(CommandError, match="make up"):
        call_command("local", "--home", tmp_path, "status", stdout=out)
    assert out.getvalue().count("stopped") == len(TABLE)


def test_a_home_that_never_ran_has_no_environment(tmp_path: Path) -> None:
    with pytest.raises(NotProvisioned, match="make up"):
        Stack(tmp_path).environment("api")


def test_every_setting_of_the_shell_reaches_the_processes(tmp_path: Path, aws: "Embedded") -> None:
    """A setting that `make up` neither makes nor passes on would be set in vain."""
    text = Path(settings.BASE_DIR, "luca", "settings.py").read_text(encoding="utf-8")
    names = set(re.findall(r'"((?:LUCA|GOVSYNC)_[A-Z_]+)"', text))
    assert len(names) > 20
    stack = Stack(tmp_path, ports=0, programs=[])
    made = {*aws.environment("api"), *stack._environ(Program("authority", "", ()))}
    assert names - made <= set(PASSED_ON)


def test_a_busy_port_is_one_clear_line(tmp_path: Path) -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        stack = Stack(tmp_path, ports={"aws": port}, programs=[AWS])
        with pytest.raises(
            CannotStart, match=rf"^Port {port} \(aws\) is in use.*LUCA_AWS_PORT"
        ) as e:
            stack.up()
    assert "\n" not in str(e.value)


@pytest.mark.parametrize("text", ["http", "-1", "65536", ""])
def test_a_port_that_is_no_port_is_one_clear_line(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LUCA_API_PORT", text)
    with pytest.raises(CannotStart, match="LUCA_API_PORT must be a port number"):
        Stack(tmp_path)


def test_reset_asks_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "precious").touch()
    monkeypatch.setattr("sys.stdin", StringIO("no\n"))
    with pytest.raises(CommandError, match="Nothing was deleted"):
        call_command("local", "--home", tmp_path, "reset", stdout=StringIO())
    assert (tmp_path / "precious").exists()
    call_command("local", "--home", tmp_path, "reset", "--yes", stdout=StringIO())
    assert not (tmp_path / "precious").exists()


def test_two_commands_do_not_start_the_same_home_at_once(tmp_path: Path) -> None:
    with (
        Stack(tmp_path).home.claimed(),
        pytest.raises(CommandError, match="Another command is starting or stopping"),
    ):
        call_command("local", "--home", tmp_path, "up", stdout=StringIO())


def test_logs_name_their_process(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "api.log").write_text("hello\n")
    out = StringIO()
    call_command("local", "--home", tmp_path, "logs", stdout=out)
    assert out.getvalue().split() == ["api", "hello"]
    with pytest.raises(CommandError, match="There is no nobody"):
        call_command("local", "--home", tmp_path, "logs", "nobody", stdout=out)


def test_another_process_under_a_recorded_pid_is_not_ours() -> None:
    assert processes.alive(processes.record(os.getpid()))
    assert not processes.alive(Record(os.getpid(), 0, birth="long ago"))


@pytest.mark.slow
def test_all_of_luca_starts_and_stops(tmp_path: Path) -> None:
    stack = Stack(tmp_path, ports=0)
    said: list[str] = []
    stack.up(said.append)
    try:
        assert {state.name for state in stack.status() if state.healthy} == {p.name for p in TABLE}
        _until_it_answers(f"{stack.url('api')}/readyz")
        for name in ("worker", "consumer"):
            stack.kill(name)
            _until_dead(stack, name)
            stack.restart(name)
        assert all(state.healthy for state in stack.status())
    finally:
        stack.down(said.append)
    assert [line for line in said if line.endswith("stopped")][-1] == "aws stopped"
    assert not stack.home.running_mark.exists()
    for port in stack.ports.values():
        assert free(port)


@pytest.mark.slow
def test_what_was_written_survives_down_and_up(tmp_path: Path) -> None:
    stack = Stack(tmp_path, ports=0, programs=[AWS, WEB])
    stack.up()
    try:
        first = {state.name: state for state in stack.status()}
        _note(stack)
        stack.down()
        assert not any(state.alive for state in stack.status())
        said: list[str] = []
        stack.up(said.append)
        second = {state.name: state for state in stack.status()}
        assert all(state.healthy for state in second.values())
        assert {n: s.port for n, s in first.items()} == {n: s.port for n, s in second.items()}
        assert _noted(stack)
        assert not any("lost" in line for line in said)
    finally:
        stack.down()


@pytest.mark.slow
def test_a_killed_emulator_is_reported_with_what_is_lost(tmp_path: Path) -> None:
    stack = Stack(tmp_path, ports=0, programs=[AWS, WEB])
    stack.up()
    try:
        _note(stack)
        web = stack.pid("api")
        stack.kill("aws", signal.SIGKILL)
        said: list[str] = []
        _until_dead(stack, "aws")
        stack.up(said.append)
        assert any("not stopped cleanly" in line and "lost" in line for line in said)
        assert any(line.startswith("aws (pid") for line in said)  # the stale pid is named
        assert stack.pid("api") != web  # it held sessions of an AWS that is no more
        assert not _noted(stack)
    finally:
        stack.down()


@pytest.mark.slow
def test_one_that_cannot_start_takes_the_others_with_it(tmp_path: Path) -> None:
    stack = Stack(tmp_path, ports=0, programs=[AWS, WEB, BROKEN])
    with pytest.raises(CannotStart, match="beat did not start: no such thing"):
        stack.up()
    assert not any(state.alive for state in stack.status())


@pytest.mark.slow
def test_one_that_will_not_stop_is_killed_and_named(tmp_path: Path) -> None:
    stack = Stack(tmp_path, ports=0, programs=[AWS, DEAF])
    stack.up()
    said: list[str] = []
    stack.down(said.append)
    assert any(line.startswith("worker did not stop") for line in said)
    assert not any(state.alive for state in stack.status())


@pytest.mark.slow
def test_one_process_is_restarted_and_the_others_stay(tmp_path: Path) -> None:
    stack = Stack(tmp_path, ports=0, programs=[AWS, WEB])
    stack.up()
    try:
        aws, web = stack.pid("aws"), stack.pid("api")
        stack.kill("api")
        _until_dead(stack, "api")
        with pytest.raises(CannotStart, match="api does not run"):
            stack.pid("api")
        stack.restart("api")
        assert stack.pid("aws") == aws
        assert stack.pid("api") != web
        stack.up()  # nothing is missing, nothing happens
        assert stack.pid("aws") == aws
    finally:
        stack.down()


def _until_it_answers(url: str) -> None:
    """One question of two seconds asks too much of a machine that is busy."""
    end = time.monotonic() + 60
    while not answers(url):
        assert time.monotonic() < end, f"{url} does not answer"
        time.sleep(0.1)


def _until_dead(stack: Stack, name: str) -> None:
    found = processes.read(stack.home.run / f"{name}.json")
    assert found is not None
    assert processes.gone(found, 60)


KEY = {"PK": {"S": "TENANT#a#CONFIG"}, "SK": {"S": "PROFILE"}}


def _database(stack: Stack) -> "DynamoDBClient":
    keys = stack.home.keys
    return boto3.client(
        "dynamodb",
        "us-east-1",
        endpoint_url=stack.url("aws"),
        aws_access_key_id=keys["bootstrap_key"],
        aws_secret_access_key=keys["bootstrap_secret"],
    )


def _note(stack: Stack) -> None:
    _database(stack).put_item(TableName="luca-platform", Item=KEY)


def _noted(stack: Stack) -> bool:
    return "Item" in _database(stack).get_item(TableName="luca-platform", Key=KEY)
