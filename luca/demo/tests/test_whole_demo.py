"""The demo as somebody runs it: in a process of its own, with a whole stack."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from luca.demo.report.assembling import FIRST
from luca.demo.tests import oulad_files

ROOT = Path(__file__).parents[3]
pytestmark = pytest.mark.slow


def play(home: Path, *options: str) -> dict[str, Any]:
    """Run the demo; fail with its last words when it does not end well."""
    surroundings = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AWS_", "LUCA_", "GOVSYNC_"))
    }
    done = subprocess.run(
        [sys.executable, "manage.py", "demo", "--home", str(home), *options],
        cwd=ROOT,
        env=surroundings,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    report: dict[str, Any] = json.loads((home / "report.json").read_text())
    return report


def test_the_generated_year_adds_up(tmp_path: Path) -> None:
    report = play(tmp_path / "home")
    assert report["ok"]
    assert set(FIRST) <= set(report)
    assert (report["schools"], report["students"]) == (2, 120)
    assert report["grades"] == report["grades_checked"] == 960
    assert report["sync_blocked"] >= 60
    assert report["cross_tenant_denied"] == report["cross_tenant_attempts"] > 40
    assert (tmp_path / "home" / "report.html").stat().st_size > 20_000
    assert not list((tmp_path / "home" / "run").glob("*.json")), "a process is left running"


def test_a_module_that_nobody_has_seen_adds_up(tmp_path: Path) -> None:
    """One school only, weights of 300, an exam, a period whose weights are all zero."""
    data = oulad_files.write(tmp_path / "data", oulad_files.small(), dialect="empty")
    report = play(tmp_path / "home", "--data", str(data))
    assert report["schools"] == 1
    assert report["grades"] == report["grades_checked"] == 7
    assert report["sync_blocked"] == 1
    assert report["sync_accepted"] == 6
    assert (report["score_rows"], report["ungraded"]) == (6, 1)
