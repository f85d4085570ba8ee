"""A stand-in for AWS that Terraform can apply to: moto in a process of its own, and what it lacks.

It holds configurations, it does not run them: no alarm rings, no policy is evaluated, no container
starts. What it cannot hold at all is listed in ``tests/deploy/holding.py``.
"""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3

ROOT = Path(__file__).parents[2]
REGION = "us-east-1"
KEYS = {"AWS_ACCESS_KEY_ID": "nobody", "AWS_SECRET_ACCESS_KEY": "nothing"}
PATIENCE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Emulator:
    url: str
    log: Path

    @property
    def environment(self) -> dict[str, str]:
        """What sends the SDKs and Terraform's provider here, and nowhere else."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith("AWS_")}
        told = {"AWS_ENDPOINT_URL": self.url, "AWS_DEFAULT_REGION": REGION, "AWS_REGION": REGION}
        return kept | KEYS | told | {"AWS_EC2_METADATA_DISABLED": "true"}

    def client(self, service: Any, region: str = REGION) -> Any:
        return boto3.client(
            service,
            region_name=region,
            endpoint_url=self.url,
            aws_access_key_id=KEYS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=KEYS["AWS_SECRET_ACCESS_KEY"],
        )

    def complaints(self) -> list[str]:
        """The calls that were refused or not known."""
        return self.log.read_text().splitlines()[-20:]


@contextmanager
def running(folder: Path) -> Iterator[Emulator]:
    port = _free_port()
    emulator = Emulator(f"http://127.0.0.1:{port}", folder / "emulator.log")
    environment = {
        **os.environ,
        "MOTO_IAM_LOAD_MANAGED_POLICIES": "true",
        "AWS_DEFAULT_REGION": REGION,
    }
    with emulator.log.open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "tests.deploy.standins", str(port)],
            cwd=ROOT,
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_for(port, process, emulator.log)
        yield emulator
    finally:
        process.kill()
        process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while process.poll() is None and time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError(f"The emulator did not start: {log.read_text()[-2000:]}")
