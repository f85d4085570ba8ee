"""The operator's command line."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from govsync import services
from govsync.tests.cast import AUTUMN, work


def said(*words: str) -> str:
    out = StringIO()
    call_command("govsync", *words, stdout=out, stderr=StringIO())
    return out.getvalue()


@pytest.mark.slow
@pytest.mark.usefixtures("authority")
def test_a_run_is_started_shown_and_read_back_again(north: str) -> None:
    assert "send 120 records and hold back 3" in said(
        "start", "--school", north, "--period", AUTUMN, "--dry-run"
    )
    started = said("start", "--school", north, "--period", AUTUMN)
    run = services.latest().id
    assert f"run {run} started" in started

    work(run)
    shown = said("status", "--school", north)

    assert f"{run}, period {AUTUMN}, DONE" in shown
    assert "all 123 accounted for" in shown
    assert "0.01" in shown, "a scaled clock is never hidden"
    assert "0 batches again: none" in said("redrive", "--school", north, "--dry-run")
    said("reconcile", "--school", north)
    work(run)
    assert "DONE" in said("status", "--school", north, "--run", run, "--watch")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["start", "--school", "nowhere", "--period", "2026-1"], "no school 'nowhere'"),
        (["start", "--school", "NO#", "--period", "2026-1"], "school's id"),
        (["status", "--school", "SCHOOL"], "No run was started yet"),
        (["start", "--school", "SCHOOL", "--period", "2031-1"], "no such period"),
        (["redrive", "--school", "SCHOOL", "--run", "r-1"], "no such run"),
    ],
)
def test_a_mistake_is_one_clear_line(north: str, words: list[str], why: str) -> None:
    with pytest.raises(CommandError, match=why) as error:
        said(*[north if word == "SCHOOL" else word for word in words])

    assert "\n" not in str(error.value)


@pytest.mark.usefixtures("authority")
def test_watching_a_run_that_fails_fails(north: str, settings: Any) -> None:
    settings.AUTHORITY_TOKEN = "wrong"
    run = services.start(AUTUMN)
    work(run.id)

    with pytest.raises(CommandError, match=r"^Gov\.Held"):
        said("status", "--school", north, "--watch")
