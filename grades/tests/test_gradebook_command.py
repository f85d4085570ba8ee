"""What an operator types to take a gradebook out and bring it back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.core.management import CommandError

from grades import services
from grades.tests.cast import ADA, AUTUMN, BLAS, COURSE, EXAM, FIRST_A, MATHS, given
from grades.tests.test_commands import run

if TYPE_CHECKING:
    from pathlib import Path

REASON = ("--reason", "Lista de noviembre")


def book(school: str, *more: str) -> str:
    place = ("--subject", MATHS, "--period", AUTUMN, "--group", FIRST_A)
    return run("gradebook", "--school", school, *place, *more)


@pytest.fixture
def table(north: str, tmp_path: Path) -> Path:
    given(ADA, 80)
    file = tmp_path / "list.csv"
    assert "2 students, 1 assessments" in book(north, "--out", str(file))
    text = file.read_text(encoding="utf-8-sig")
    file.write_text(text.replace("Núñez Ada,80", "Núñez Ada,95"), encoding="utf-8")
    return file


def test_a_gradebook_goes_out_and_comes_back(north: str, table: Path) -> None:
    told = book(north, "--import", str(table), "--dry-run")
    assert "0 new, 1 corrected, 0 refused" in told
    assert "Nothing was changed." in told
    assert services.evaluation(ADA, COURSE, EXAM).score == 80

    told = book(north, "--import", str(table), "--apply", *REASON)
    assert "1 applied" in told
    assert services.evaluation(ADA, COURSE, EXAM).score == 95
    identity = re.findall(r"import ([0-9a-f-]{36}):", told)[0]

    assert "1 undone" in book(north, "--id", identity, "--undo", *REASON)
    assert "1 undone" in book(north, "--id", identity, "--apply", *REASON)
    assert services.evaluation(ADA, COURSE, EXAM).score == 80


def test_a_spreadsheet_is_written_once(north: str, tmp_path: Path) -> None:
    file = tmp_path / "list.xlsx"
    book(north, "--out", str(file))
    assert file.read_bytes()[:2] == b"PK"
    with pytest.raises(CommandError, match="exists"):
        book(north, "--out", str(file))


def test_what_is_wrong_is_told_by_line(north: str, tmp_path: Path) -> None:
    given(ADA, 80)
    file = tmp_path / "list.csv"
    file.write_text("matricula,exam-1\nada,muchos\nblas,70\n")
    told = book(north, "--import", str(file), "--apply", *REASON)
    assert "2, exam-1: Escriba un número" in told
    assert services.evaluation(BLAS, COURSE, EXAM).score == 70
    file.write_text("matricula,exam-9\nada,7\n")
    with pytest.raises(CommandError, match=r"line 1\.#2: No se conoce esta columna"):
        book(north, "--import", str(file), "--dry-run")


@pytest.mark.parametrize(
    ("given_", "says"),
    [
        (("--out", "list.pdf"), "csv or an .xlsx"),
        (("--import", "nowhere.csv", "--dry-run"), "No such file"),
        (("--import", "list.csv"), "--dry-run or --apply"),
        (("--import", "list.csv", "--undo"), "--undo needs --id"),
        (("--id", "nothing", "--undo"), "no such import"),
    ],
)
def test_what_cannot_be_done_is_one_clear_line(
    north: str, given_: tuple[str, ...], says: str
) -> None:
    with pytest.raises(CommandError, match=says) as refusal:
        book(north, *given_)
    assert "\n" not in str(refusal.value)


def test_a_change_needs_a_reason(north: str, table: Path) -> None:
    with pytest.raises(CommandError, match="needs a reason"):
        book(north, "--import", str(table), "--apply")
    assert services.evaluation(ADA, COURSE, EXAM).score == 80
