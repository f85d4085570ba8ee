"""The operator: starts the stack in a home of its own and runs `manage.py` as they would."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from luca.demo.driver.table import Endpoint
from luca.localaws.home import Home
from luca.localaws.stack import Stack

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ROOT = Path(__file__).parents[3]
MARK = "keys.json"  # what tells a home of Luca's from a folder that must not be erased
PATIENCE = 3600.0


class Failed(Exception):
    """A command of the operator's ended badly; the message is its last words."""


class NotAHome(Exception):
    """The folder holds something else."""


class Operator:
    """One home with its stack."""

    def __init__(self, home: Path, settings: Mapping[str, str]) -> None:
        self.home = home.resolve()
        self.settings = dict(settings)
        self.stack = Stack(self.home, ports=0, settings=self.settings)

    def begin_afresh(self) -> None:
        """Erase what an earlier run left; never a folder that is not a home."""
        if self.home.exists() and any(self.home.iterdir()):
            if not (self.home / MARK).is_file():
                raise NotAHome(f"{self.home} is not a home of Luca's; choose another one.")
            self.stack.reset()

    def manage(self, *arguments: str, say: Iterable[str] = ()) -> str:
        """Run a command as the operator of the home; return what it printed."""
        done = subprocess.run(  # noqa: S603 -- our own commands
            [sys.executable, str(ROOT / "manage.py"), *arguments],
            cwd=ROOT,
            env={**_surroundings(), **self.settings, "LUCA_HOME": str(self.home)},
            input="\n".join(say),
            stdout=subprocess.PIPE,
            stderr=None if sys.stderr.isatty() else subprocess.PIPE,  # progress bars, if seen
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        if done.returncode:
            words = (done.stderr or done.stdout).strip().splitlines()[-1:] or ["see above"]
            raise Failed(f"manage.py {arguments[0]} ended with {done.returncode}: {words[0]}")
        return done.stdout

    @property
    def table(self) -> Endpoint:
        """The table as the home's bootstrap key sees it."""
        home = Home(self.home)
        outputs = home.recall("outputs")
        environment = self.stack.environment("platform")
        return Endpoint(
            url=str(outputs["endpoint"]),
            key=home.keys["bootstrap_key"],
            secret=home.keys["bootstrap_secret"],
            region=environment["AWS_REGION"],
            table=environment["LUCA_TABLE"],
        )

    @property
    def pids(self) -> list[int]:
        """The processes of the stack that are alive, and this one."""
        return [os.getpid(), *(state.pid for state in self.stack.status() if state.pid)]


def _surroundings() -> dict[str, str]:
    """What a command needs of our environment; nothing that could point it elsewhere."""
    names = ("PATH", "HOME", "LANG", "TMPDIR", "VIRTUAL_ENV", "SYSTEMROOT")
    return {name: os.environ[name] for name in names if name in os.environ}
