"""Report cards on the command line."""

from __future__ import annotations

import io
import stat
from typing import TYPE_CHECKING

import pytest
from django.core.management import CommandError, call_command

from grades.tests.cast import ADA, AUTUMN, FIRST_A
from grades.tests.test_report_cards import entries, graded
from luca.aws.audit import Action
from luca.kernel import context

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["graded"]


def run(*arguments: str) -> str:
    out = io.StringIO()
    with context.entered():
        call_command("report_cards", *arguments, stdout=out, stderr=out)
    return out.getvalue()


def test_an_operator_prints_a_group_into_a_file_of_their_own(graded: str, tmp_path: Path) -> None:
    out = tmp_path / "cards.pdf"
    wanted = ["--school", graded, "--period", AUTUMN, "--out", str(out)]

    said = run(*wanted, "--group", FIRST_A)

    assert said == f"{out}: 2 report cards, 2 of them provisional\n"
    assert out.read_bytes().startswith(b"%PDF-")
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    (made,) = entries(Action.GRADES_EXPORTED)
    assert (made.about, made.actor) == (f"group:{FIRST_A}", "operator")
    with pytest.raises(CommandError, match="is there already"):
        run(*wanted, "--student", ADA)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"--school": "nowhere"}, "There is no school"),
        ({"--period": "1999-1"}, "no such period"),
        ({"--student": "nobody"}, "no such student"),
        ({"--out": "/nowhere/cards.pdf"}, "cannot be written"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_written(
    graded: str, tmp_path: Path, wrong: dict[str, str], message: str
) -> None:
    out = tmp_path / "cards.pdf"
    asked = {"--school": graded, "--period": AUTUMN, "--student": ADA, "--out": str(out)} | wrong

    with pytest.raises(CommandError, match=message):
        run(*[part for pair in asked.items() for part in pair])
    assert not out.exists()
