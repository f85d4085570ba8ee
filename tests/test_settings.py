"""What an operator mistypes is refused when the process starts, by the variable's name."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from luca import settings


@pytest.mark.parametrize("given", ["0", "-1", "two", "", "nan", "inf"])
def test_what_is_no_number_above_zero_is_refused(
    monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    monkeypatch.setenv("LUCA_NIGHT_TICK", given)

    with pytest.raises(ImproperlyConfigured, match="LUCA_NIGHT_TICK must be a number above 0"):
        settings.number("LUCA_NIGHT_TICK", "15")


@pytest.mark.parametrize(
    ("queue", "said"), [("http://127.0.0.1/0/govsync-queue", True), ("", False)]
)
def test_who_works_with_step_functions_names_the_machine(queue: str, *, said: bool) -> None:
    """But for whoever starts an embedded AWS that nobody has made yet."""
    environment = {
        "PATH": os.environ["PATH"],
        "LUCA_SECRET_KEY": "tests-only",
        "GOVSYNC_ENGINE": "stepfunctions",
        "LUCA_SYNC_QUEUE_URL": queue,
    }

    found = subprocess.run(
        [sys.executable, "-c", "import luca.settings"],
        env=environment,
        cwd=Path(settings.__file__).parents[1],
        capture_output=True,
        text=True,
        check=False,
    )

    assert ("LUCA_SYNC_MACHINE_ARN empty" in found.stderr) is said, found.stderr
    assert (found.returncode != 0) is said
