"""What the benchmarks of the consumer share: two processes at one canned endpoint, in turn."""

import http.client
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
OURS, BARE = "ours", "bare"
COMMANDS = {
    OURS: ("celery", "-A", "luca.consumer", "worker"),
    BARE: ("bench.bare_loop",),
}
STORING = ("ReceiveMessage", "BatchWriteItem", "DeleteMessageBatch")
LONGEST = 120.0  # seconds of one round


@dataclass(frozen=True, slots=True)
class Load:
    """What one round brings: messages of so many events, of so many schools in turn."""

    messages: int
    packed: int = 1
    schools: int = 1


@dataclass(frozen=True, slots=True)
class Result:
    seconds: float
    events: int
    calls: Mapping[str, int]
    cpu: float  # seconds of the process

    @property
    def rate(self) -> float:
        return self.events / self.seconds

    @property
    def per_event(self) -> float:
        """Calls of the queue and the table for each stored event."""
        return sum(self.calls.get(name, 0) for name in STORING) / self.events


class Track:
    """The canned endpoint, and whoever works at it."""

    def __init__(self, port: int, processes: Mapping[str, subprocess.Popen[bytes]]) -> None:
        self._port, self._processes = port, processes

    def run(self, side: str, load: Load) -> Result:
        """Let one side store a load; a lost or doubled event ends the benchmark."""
        before = self._cpu(side)
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=LONGEST)
        wanted = {
            "queue": side,
            "messages": load.messages,
            "packed": load.packed,
            "schools": load.schools,
        }
        connection.request("POST", "/bench", json.dumps(wanted))
        report = json.loads(connection.getresponse().read())
        connection.close()
        check(report, load.messages * load.packed)
        return Result(
            report["seconds"], report["events"], report["calls"], self._cpu(side) - before
        )

    def _cpu(self, side: str) -> float:
        return cpu_seconds(self._processes[side].pid)


def check(report: Mapping[str, Any], events: int) -> None:
    """Raise if not every event was written once and every message deleted once."""
    assert report["events"] == events, report
    for fault in ("lost", "foreign", "doubled", "deleted_twice", "messages_left"):
        assert report[fault] == 0, report


def cpu_seconds(pid: int) -> float:
    """CPU time of a process, of all its threads (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def track(*sides: str) -> Iterator[Track]:
    """Start the endpoint and the sides' processes, and warm them up."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # and the processes end with it
    port = free_port()
    with ExitStack() as stack, tempfile.TemporaryDirectory() as folder:
        stack.enter_context(_process(("bench.canned", str(port)), Path(folder, "canned"), {}))
        _until_open(port)
        environ = _environment(port)
        processes = {
            side: stack.enter_context(_process(COMMANDS[side], Path(folder, side), environ))
            for side in sides
        }
        made = Track(port, processes)
        for side in sides:
            made.run(side, Load(500))
        yield made


def _environment(port: int) -> dict[str, str]:
    role = f"arn:aws:iam::{'0' * 12}:role/"
    return {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "AWS_ACCESS_KEY_ID": "AKIABENCH",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "LUCA_SECRET_KEY": "bench",
        "LUCA_SERVICE": "consumer",
        "LUCA_TENANT_ROLE_ARN": role + "luca-tenant",
        "LUCA_DIRECTORY_ROLE_ARN": role + "luca-directory",
        "LUCA_BEHAVIOR_QUEUE_URL": f"http://127.0.0.1:{port}/{'0' * 12}/{OURS}",
        "LUCA_BEHAVIOR_DLQ_URL": f"http://127.0.0.1:{port}/{'0' * 12}/{OURS}-dlq",
    }


@contextmanager
def _process(
    arguments: tuple[str, ...], log: Path, environ: Mapping[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 -- our own modules
            [sys.executable, "-m", *arguments],
            cwd=ROOT,
            env={**kept, **environ},
            stdout=output,
            stderr=output,
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        if sys.exc_info()[0]:
            print(log.name, log.read_text()[-2000:], file=sys.stderr)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _until_open(port: int) -> None:
    deadline = time.monotonic() + LONGEST
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError("The canned endpoint did not start.")


def show(name: str, results: list[Result]) -> None:
    """Print what one side did, the median of its rounds."""
    middle = statistics.median
    calls = {
        call: sum(one.calls.get(call, 0) for one in results) / sum(one.events for one in results)
        for call in sorted({call for one in results for call in one.calls})
    }
    told = ", ".join(f"{call} {each:.4f}" for call, each in calls.items())
    print(
        f"{name:<18}{middle(one.rate for one in results):7.0f} events/s,"
        f" {middle(1e6 * one.cpu / one.events for one in results):5.0f} µs CPU/event,"
        f" {middle(one.per_event for one in results):.4f} calls/event ({told})",
        flush=True,
    )
