"""The directory that holds one embedded AWS: its keys, its state, its logs, who runs in it."""

import base64
import fcntl
import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


def default() -> Path:
    """Where `make up` lives unless LUCA_HOME says otherwise."""
    return Path(os.environ.get("LUCA_HOME") or ROOT / "var" / "local")


class Claimed(Exception):
    """Two commands must not start or stop the same home at once."""


class Home:
    def __init__(self, path: Path) -> None:
        self.path = path.resolve()

    def prepare(self) -> None:
        for folder in (self.path, self.logs, self.run, self.state, self.objects):
            folder.mkdir(parents=True, exist_ok=True)
        self.path.chmod(0o700)
        self.outbox.mkdir(mode=0o700, exist_ok=True)
        self.outbox.chmod(0o700)

    @property
    def logs(self) -> Path:
        return self.path / "logs"

    @property
    def run(self) -> Path:
        return self.path / "run"

    @property
    def outbox(self) -> Path:
        """What Cognito would mail: temporary passwords and codes, for their owner's eyes only."""
        return self.path / "outbox"

    @property
    def alerts(self) -> Path:
        """What SNS would tell people: ids, states and counts."""
        return self.logs / "alerts.log"

    @property
    def state(self) -> Path:
        return self.path / "emulator" / "state"

    @property
    def stream(self) -> Path:
        """What the table's stream still holds when the emulator stops."""
        return self.path / "emulator" / "stream.json"

    @property
    def objects(self) -> Path:
        return self.path / "emulator" / "objects"

    @property
    def running_mark(self) -> Path:
        """Present while state is only in the emulator's memory."""
        return self.path / "emulator" / "running.json"

    @cached_property
    def keys(self) -> dict[str, str]:
        """The home's secrets, made at its first use and readable by its owner only."""
        file = self.path / "keys.json"
        if not file.exists():
            made = {
                "bootstrap_key": "AKIA" + base64.b32encode(secrets.token_bytes(10)).decode(),
                "bootstrap_secret": secrets.token_urlsafe(30),
                "session_secret": secrets.token_urlsafe(32),
                "django_secret": secrets.token_urlsafe(48),
                "authority_token": secrets.token_urlsafe(32),
            }
            aside = file.with_suffix(".new")  # a kill half-way must not leave half a file
            descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
                json.dump(made, stream)
            aside.replace(file)
        return {name: str(value) for name, value in self.recall("keys").items()}

    def recall(self, name: str) -> dict[str, Any]:
        """What ``keep`` has kept under a name; empty before that."""
        file = self.path / f"{name}.json"
        if not file.exists():
            return {}
        content: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        return content

    def keep(self, name: str, content: dict[str, Any]) -> None:
        file = self.path / f"{name}.json"
        fresh = file.with_suffix(".new")
        fresh.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
        fresh.replace(file)

    @contextmanager
    def claimed(self) -> Iterator[None]:
        """Have the home to oneself; `Claimed` when another command has it."""
        self.path.mkdir(parents=True, exist_ok=True)
        with self.path.with_name(f"{self.path.name}.lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Claimed(f"Another command is starting or stopping {self.path}.") from None
            yield

    def erase(self) -> None:
        shutil.rmtree(self.path, ignore_errors=True)
