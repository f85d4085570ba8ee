"""checkov's findings over deploy/ are those that somebody has looked at, each with its reason."""

import json
import re
import subprocess
from typing import Any

import pytest

from tests.deploy.statements import ROOT

BASELINE = ROOT / "deploy" / "checkov.json"
CANNOT = 3
MODULES = re.compile(r"^(module\.[^.]+\.)+")
pytestmark = pytest.mark.deploy

Finding = tuple[str, str]


@pytest.fixture(scope="module")
def judged() -> dict[str, Any]:
    command = ["sh", "deploy/local/checkov.sh", "deploy"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode == CANNOT:
        pytest.skip(done.stderr)
    assert done.returncode == 0, done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def _finding(failed: dict[str, Any]) -> Finding:
    """The check and the resource by its module, however many environments use it."""
    folder = failed["file_path"].strip("/").rpartition("/")[0]
    return failed["check_id"], f"{folder} {MODULES.sub('', failed['resource'])}"


def test_every_finding_is_known_and_every_known_one_still_there(judged: dict[str, Any]) -> None:
    found = {_finding(failed) for failed in judged["results"]["failed_checks"]}
    known = {
        (entry["check"], resource)
        for entry in json.loads(BASELINE.read_text())
        for resource in entry["resources"]
    }
    assert sorted(found - known) == [], "Mend these, or give a reason in deploy/checkov.json."
    assert sorted(known - found) == [], "deploy/checkov.json excuses what is not there any more."


def test_it_read_everything(judged: dict[str, Any]) -> None:
    assert judged["summary"]["parsing_errors"] == 0
    assert judged["summary"]["passed"] > 0


def test_every_excuse_says_why() -> None:
    for entry in json.loads(BASELINE.read_text()):
        assert set(entry) == {"check", "about", "resources", "reason"}
        assert len(entry["reason"].split()) > 4, entry["check"]
