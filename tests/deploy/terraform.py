"""Terraform over scratch copies of deploy/: nothing that it writes lands in the repository."""

import json
import os
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

DEPLOY = Path(__file__).parents[2] / "deploy"
LEAVE_OUT = shutil.ignore_patterns(".terraform*", "*.tfstate*", "*.tfplan", "state.hcl")
# What `init` says where it finds neither the registry nor a mirror of it.
NO_PROVIDER = ("Failed to query available provider packages", "Failed to install provider")
PATIENCE = 900


def folders() -> list[str]:
    """Every folder that is a module of its own, as a path inside deploy/."""
    found = {path.parent for path in DEPLOY.rglob("*.tf") if ".terraform" not in path.parts}
    return sorted(str(path.relative_to(DEPLOY)) for path in found)


def with_tests() -> list[str]:
    """Those that bring tests of their own."""
    return [one for one in folders() if any((DEPLOY / one / "tests").glob("*.tftest.hcl"))]


@dataclass
class Terraform:
    """One scratch copy of deploy/, and Terraform in it."""

    program: str
    copy: Path
    _begun: set[str] = field(default_factory=set)

    def run(self, folder: str, *words: str, send: str = "") -> subprocess.CompletedProcess[str]:
        here = self.copy / folder
        return subprocess.run(
            [self.program, *words],
            cwd=here,
            env=self._environment(folder),
            input=send,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    def begin(self, folder: str) -> None:
        """Init it once; without the provider the test is skipped, and says so."""
        if folder in self._begun:
            return
        done = self.run(folder, "init", "-backend=false", "-input=false", "-no-color")
        if done.returncode and any(words in done.stderr for words in NO_PROVIDER):
            pytest.skip("Terraform finds no AWS provider: neither the registry nor a mirror")
        assert done.returncode == 0, done.stderr
        self._begun.add(folder)

    def value(self, folder: str, expression: str, **variables: str) -> Any:
        """What an expression is worth in a module, with variables."""
        self.begin(folder)
        given = [word for name, value in variables.items() for word in ("-var", f"{name}={value}")]
        done = self.run(folder, "console", *given, send=f"jsonencode({expression})\n")
        assert done.returncode == 0, done.stderr
        return json.loads(json.loads(done.stdout))

    def _environment(self, folder: str) -> dict[str, str]:
        data = self.copy.parent / "data" / folder.replace("/", "_")
        return {
            **os.environ,
            "TF_DATA_DIR": str(data),
            "TF_IN_AUTOMATION": "1",
            "CHECKPOINT_DISABLE": "1",
        }


def copied(to: Path) -> Terraform:
    """Terraform in a fresh copy below a folder; skipped where there is none."""
    program = shutil.which("terraform")
    if program is None:
        pytest.skip("terraform is not installed")
    copy = to / "deploy"
    shutil.copytree(DEPLOY, copy, ignore=LEAVE_OUT)
    return Terraform(program, copy)
