"""Start and stop the embedded AWS: the emulator with the guard in its process, provisioned."""

import json
import os
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from luca.localaws.deployment import DEPLOY, Deployment
from luca.localaws.environment import environment
from luca.localaws.guard import HEALTH_PATH
from luca.localaws.home import Home
from luca.localaws.probes import answers, last_line
from luca.localaws.provisioning import as_dict, provision

START_SECONDS = 180  # a school year of state takes a while to read
STOP_SECONDS = 120


class CannotStart(Exception):
    """One line that says why, and what to do."""


@dataclass
class Embedded:
    """A running embedded AWS."""

    home: Path
    endpoint: str
    process: subprocess.Popen[bytes]
    deploy: Path = DEPLOY
    lost: str = ""  # a sentence about state that an unclean stop has cost
    lifeline: int = -1

    @property
    def pid(self) -> int:
        return self.process.pid

    def environment(self, role: str) -> dict[str, str]:
        """All settings of a process with this role."""
        return environment(Home(self.home), role, Deployment(self.deploy))

    def stop(self) -> None:
        """Ask it to write its state and wait until it has."""
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(STOP_SECONDS)
        self._let_go()

    def kill(self) -> None:
        """End it as a power cut would; everything since its start is lost."""
        self.process.kill()
        self.process.wait()
        self._let_go()

    def _let_go(self) -> None:
        if self.lifeline >= 0:
            os.close(self.lifeline)
            self.lifeline = -1


def start(
    home: Path,
    port: int = 0,
    *,
    deploy: Path = DEPLOY,
    detached: bool = False,
    time_scale: str = "1",
) -> Embedded:
    """Start it on the loopback; it ends with this process unless it is detached.

    `time_scale` is a factor on the waits of Step Functions, as GOVSYNC_TIME_SCALE is on ours.
    """
    place = Home(home)
    place.prepare()
    lost = loss(place)
    listener = _listen(port)
    endpoint = f"http://127.0.0.1:{listener.getsockname()[1]}"
    with listener:
        process, lifeline = _spawn(place, deploy, listener, time_scale, detached=detached)
    aws = Embedded(place.path, endpoint, process, deploy, lost, lifeline)
    try:
        _await_answer(aws, place)
        keys = place.keys
        deployment = Deployment(deploy)
        made = provision(endpoint, keys["bootstrap_key"], keys["bootstrap_secret"], deployment)
    except BaseException:
        aws.kill()
        place.running_mark.unlink(missing_ok=True)
        raise
    place.keep("outputs", {**place.recall("outputs"), **as_dict(made), "endpoint": endpoint})
    return aws


def loss(home: Home) -> str:
    """What the last stop has cost: nothing, or a sentence."""
    if not home.running_mark.exists():
        return ""
    since = json.loads(home.running_mark.read_text(encoding="utf-8"))["since"]
    moment = datetime.fromtimestamp(since, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    return (
        "The embedded AWS was not stopped cleanly: whatever was written to it"
        f" after {moment} is lost."
    )


def _listen(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
        listener.listen(1024)
    except OSError as error:
        listener.close()
        raise CannotStart(
            f"Port {port} is in use; stop the program that has it or set LUCA_AWS_PORT."
        ) from error
    return listener


def _spawn(
    home: Home, deploy: Path, listener: socket.socket, time_scale: str, *, detached: bool
) -> tuple[subprocess.Popen[bytes], int]:
    read_end, write_end = os.pipe()
    arguments = ["--home", home.path, "--deploy", deploy, "--socket", str(listener.fileno())]
    arguments += ["--time-scale", time_scale]
    if not detached:
        arguments += ["--lifeline", str(read_end)]
    environ = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    with (home.logs / "aws.log").open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 -- our own module
            [sys.executable, "-m", "luca.localaws.server", *map(str, arguments)],
            cwd=Path(__file__).parents[2],
            env=environ,
            pass_fds=[listener.fileno(), *([] if detached else [read_end])],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl-C in the terminal must not take its state away
        )
    os.close(read_end)
    if detached:
        os.close(write_end)
        return process, -1
    return process, write_end


def _await_answer(aws: Embedded, home: Home) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if aws.process.poll() is not None:
            break
        if answers(aws.endpoint + HEALTH_PATH):
            return
        time.sleep(0.05)
    raise CannotStart(f"The embedded AWS did not start: {last_line(home.logs / 'aws.log')}")
