"""An environment of ``deploy/envs`` applied to the emulator: in a copy, with its state beside it.

The environment's own files are not touched: where the state lies and how the provider reaches the
emulator is told by an override file, which Terraform merges into them.
"""

import json
import shutil
import subprocess
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

from tests.deploy.emulator import ROOT, Emulator
from tests.deploy.holding import DRIFT
from tests.deploy.terraform import LEAVE_OUT, NO_PROVIDER

AT_ONCE = "-parallelism=20"
TOO_LONG_SECONDS = 900
OVERRIDE = """
terraform {
  backend "local" {}
}

provider "aws" {
  access_key                  = "nobody"
  secret_key                  = "nothing"
  max_retries                 = 2
  skip_credentials_validation = true
  skip_metadata_api_check     = "true"
  skip_region_validation      = true
  s3_use_path_style           = true
}
"""

Json = dict[str, Any]


@dataclass(slots=True)
class Applied:
    folder: Path
    emulator: Emulator
    seconds: dict[str, float] = field(default_factory=dict)

    def run(self, command: str, *more: str, may_end: tuple[int, ...] = (0,)) -> str:
        began = time.monotonic()
        done = subprocess.run(
            ["terraform", command, "-no-color", *more],  # noqa: S607 -- wherever the machine has it
            cwd=self.folder,
            env=self.emulator.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=TOO_LONG_SECONDS,
        )
        self.seconds[command] = time.monotonic() - began
        if done.returncode not in may_end:
            said = "\n".join([*done.stderr.splitlines()[-150:], *self.emulator.complaints()])
            raise AssertionError(f"terraform {command} ended with {done.returncode}:\n{said}")
        return done.stdout

    def init(self) -> None:
        if shutil.which("terraform") is None:
            pytest.skip("terraform is not installed")
        try:
            self.run("init", "-input=false")
        except AssertionError as failed:
            if any(words in str(failed) for words in NO_PROVIDER):
                pytest.skip("Terraform finds no AWS provider: neither the registry nor a mirror")
            raise

    def apply(self) -> None:
        self.run("apply", "-auto-approve", "-input=false", AT_ONCE)

    def destroy(self) -> None:
        self.run("destroy", "-auto-approve", "-refresh=false", "-input=false", AT_ONCE)

    def plan(self) -> list["Change"]:
        """What would be changed now: nothing, if all is held as it was applied."""
        file = f"-out={self.folder / 'again.plan'}"
        self.run("plan", "-detailed-exitcode", "-input=false", AT_ONCE, file, may_end=(0, 2))
        planned = json.loads(self.run("show", "-json", "again.plan"))
        return [Change.of(one) for one in planned.get("resource_changes", []) if _means(one)]

    def state(self) -> list[Json]:
        """Every resource that is managed, with its values."""
        shown = json.loads(self.run("show", "-json"))
        root = shown.get("values", {}).get("root_module", {})
        return [one for one in _within(root) if one["mode"] == "managed"]


@dataclass(frozen=True, slots=True)
class Change:
    address: str
    actions: tuple[str, ...]
    attributes: tuple[str, ...]
    values: str

    @classmethod
    def of(cls, planned: Json) -> "Change":
        change = planned["change"]
        before, after = change["before"] or {}, change["after"] or {}
        unknown = change.get("after_unknown") or {}
        names = sorted(
            name
            for name in {*before, *after, *unknown}
            if before.get(name) != after.get(name) or unknown.get(name) is True
        )
        values = json.dumps({name: [before.get(name), after.get(name)] for name in names})
        return cls(planned["address"], tuple(change["actions"]), tuple(names), values)

    @property
    def unexplained(self) -> list[str]:
        """The attributes that nothing in the list explains; all of them if it is no update."""
        if self.actions != ("update",):
            return [" and ".join(self.actions)]
        return [name for name in self.attributes if _explanation(self.address, name) is None]


def _explanation(address: str, attribute: str) -> str | None:
    for (pattern, names), reason in DRIFT.items():
        if fnmatchcase(address, pattern) and attribute in names:
            return reason
    return None


def explained_but_gone(changes: list[Change]) -> list[str]:
    """Entries of the list that nothing needs any more."""
    return [
        pattern
        for pattern, names in DRIFT
        if not any(
            fnmatchcase(one.address, pattern) and {*names} & {*one.attributes} for one in changes
        )
    ]


def in_a_copy(folder: Path, emulator: Emulator, part: str, **variables: str) -> Applied:
    shutil.copytree(ROOT / "deploy", folder / "deploy", ignore=LEAVE_OUT)
    here = folder / "deploy" / part
    (here / "emulator_override.tf").write_text(OVERRIDE)
    (here / "emulator.auto.tfvars.json").write_text(json.dumps(variables))
    package = folder / "build" / "lake-rows.zip"
    package.parent.mkdir()
    with zipfile.ZipFile(package, "w") as content:  # the emulator keeps functions and runs none
        content.writestr("nothing.py", "")
    return Applied(here, emulator)


def _means(planned: Json) -> bool:
    return planned["mode"] == "managed" and planned["change"]["actions"] not in (
        ["no-op"],
        ["read"],
    )


def _within(module: Json) -> Iterator[Json]:
    yield from module.get("resources", [])
    for child in module.get("child_modules", []):
        yield from _within(child)
