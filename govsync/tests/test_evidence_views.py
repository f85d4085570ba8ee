"""Gathering a run's evidence: over HTTP, from the command line, and checking it anywhere."""

import os
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

import pytest
from django.core.management import CommandError

from govsync import services
from govsync.domain import Run
from govsync.tests.archives import packed, small_run
from govsync.tests.cast import work
from govsync.tests.outside import ROOT, Outside
from govsync.tests.test_command import said
from luca.api.tests.asking import Ask
from luca.aws import audit, jobs, store
from luca.aws.audit import Action, AuditItem
from luca.kernel import clock


@pytest.fixture
def run(school: str, authority: Outside, no_grace: None) -> Run:  # noqa: ARG001 -- periods must close
    return small_run(school, authority)


@pytest.fixture
def send(ask: Ask, school: str) -> Ask:
    ask.school, ask.who = school, "olga/gov_operator"
    return ask


def roots() -> list[str]:
    """The root hashes that the audit log has, in their order."""
    entries = store.every(AuditItem, audit.day(clock.now().date()), consistent=True)
    return [one.details["root"] for one in entries if one.action == Action.SYNC_EVIDENCE.value]


def test_an_operator_asks_for_the_evidence_and_takes_it_along(
    send: Ask, run: Run, tmp_path: Path
) -> None:
    asked = send("POST", f"/govsync/runs/{run.id}/evidence")
    assert asked.status_code == 202
    jobs.run(asked.json()["id"], services.evidence_for_job)

    done = send("GET", asked["Location"]).json()
    file = send("GET", done["file"])

    assert done["state"] == "done"
    content = file.getvalue()
    assert file["Content-Length"] == str(len(content))
    (tmp_path / "e.zip").write_bytes(content)
    found = services.verify(tmp_path / "e.zip", done["result"]["root"])
    assert (found.findings, found.root) == ((), done["result"]["root"])
    assert roots() == [found.root]


def test_what_a_killed_worker_has_left_of_an_archive_is_deleted_with_the_next_one(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    names = ("luca-evidence-left.zip", "luca-evidence-begun.zip", "somebodys.zip")
    left, begun, other = (tmp_path / name for name in names)
    long_ago = time.time() - 2 * 3600
    for one in (left, begun, other):
        one.write_bytes(b"Ada")
        if one is not begun:
            os.utime(one, (long_ago, long_ago))

    jobs.run(services.begin_evidence(run.id).id, services.evidence_for_job)

    assert set(tmp_path.iterdir()) == {begun, other}


def test_only_those_in_charge_of_the_sync_gather_its_evidence(send: Ask, run: Run) -> None:
    path = f"/govsync/runs/{run.id}/evidence"

    assert send("POST", path, who="teresa/teacher").status_code == 403
    assert send("POST", "/govsync/runs/r-none/evidence").json()["code"] == "run_not_found"
    services.reconcile(run.id)
    answer = send("POST", path)
    assert (answer.status_code, answer.json()["code"]) == (409, "run_under_way")
    work(run.id)
    assert send("POST", path).status_code == 202
    assert roots() == [], "asking makes nothing yet"


@pytest.mark.slow
def test_the_command_line_writes_it_and_anybody_checks_it_without_aws(
    school: str, run: Run, tmp_path: Path
) -> None:
    file = tmp_path / "evidence.zip"
    words = ("evidence", "--school", school, "--out", str(file))
    assert f"run {run.id}: " in said(*words, "--dry-run")
    assert not file.exists()

    told = said(*words)

    (root,) = roots()
    assert root in told
    assert file.stat().st_mode & 0o777 == 0o600
    with pytest.raises(CommandError, match="there already"):
        said(*words)
    assert [one.name for one in tmp_path.iterdir()] == ["evidence.zip"]
    whole = verified(file, "--root", root)
    assert (whole.returncode, f"of {school}: " in whole.stdout) == (0, True)
    other = verified(file, "--root", "0" * 64)
    assert other.returncode == 1
    assert f"the root hash is {root}" in other.stdout


def test_each_finding_is_a_line_and_the_command_fails(run: Run, tmp_path: Path) -> None:
    (tmp_path / "e.zip").write_bytes(packed(run.id)[1])
    with zipfile.ZipFile(tmp_path / "e.zip", "a") as content:
        content.writestr("more.txt", "added")

    with pytest.raises(CommandError, match="findings"):
        said("verify", str(tmp_path / "e.zip"))
    found = services.verify(tmp_path / "e.zip").findings
    assert "more.txt: was added: SHA256SUMS does not know it" in [str(one) for one in found]


def test_what_is_no_archive_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(b"PK and nothing")

    (found, *_) = services.verify(tmp_path / "a.zip").findings[::-1]

    assert "is no whole archive" in str(found)
    with pytest.raises(CommandError, match="There is no file"):
        said("verify", str(tmp_path / "none.zip"))


def verified(file: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    """Run the command as somebody would who has the file and nothing else."""
    command = [sys.executable, "manage.py", "govsync", "verify", str(file), *words]
    bare = {"PATH": os.environ["PATH"], "AWS_EC2_METADATA_DISABLED": "true"}
    return subprocess.run(
        command, cwd=ROOT, env=bare, capture_output=True, text=True, check=False, timeout=120
    )
