"""What an operator types, and what the answer looks like."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from grades import services
from grades.domain import Change
from grades.repository import evaluations
from grades.tests.cast import (
    ADA,
    AUTUMN,
    COURSE,
    EXAM,
    MATHS,
    given,
    grade_of,
    scored,
)
from luca.kernel import context
from luca.kernel.ids import SchoolId
from tenants import services as tenants
from tenants.domain import PeriodState, School


def run(name: str, *arguments: str) -> str:
    """Run a command as an operator does, outside any school."""
    out = io.StringIO()
    with context.entered():
        call_command(name, *arguments, stdout=out, stderr=out)
    return out.getvalue()


def exported(school: str) -> list[list[str]]:
    text = run("export_grades", "--school", school, "--period", AUTUMN)
    return list(csv.reader(io.StringIO(text)))


def test_everybody_enrolled_is_exported_undefined_as_empty(north: str) -> None:
    given(ADA, "87.25")
    services.consolidate()
    assert exported(north) == [
        ["student", "subject", "period", "current", "final", "version"],
        ["ada", "maths", "2026-1", "87.3", "87.3", "1"],
        ["blas", "maths", "2026-1", "", "0.0", "1"],
        ["carla", "maths", "2026-1", "", "0.0", "1"],
    ]


def test_before_the_first_night_there_are_rows_without_a_version(north: str) -> None:
    assert exported(north)[1:] == [
        [student, "maths", "2026-1", "", "", "0"] for student in ("ada", "blas", "carla")
    ]


@pytest.mark.parametrize(
    ("named", "period", "says"),
    [("nowhere", AUTUMN, "no school 'nowhere'"), ("", "1999-1", "no period '1999-1'")],
)
def test_an_unknown_school_or_period_is_one_clear_line(
    north: str, named: str, period: str, says: str
) -> None:
    for name in ("export_grades", "consolidate"):
        with pytest.raises(CommandError) as refusal:
            run(name, "--school", named or north, "--period", period)
        assert "\n" not in str(refusal.value)
        if name == "export_grades":
            assert says in str(refusal.value)


def test_a_school_is_consolidated_and_closed(north: str) -> None:
    given(ADA)
    told = run("consolidate", "--school", north)
    assert f"{north}: 3 computed, 3 written" in told
    told = run("consolidate", "--school", north, "--period", AUTUMN, "--close")
    assert "2026-1 is closed" in told
    assert tenants.period(AUTUMN).state is PeriodState.CLOSED


def test_a_dry_run_says_what_would_be(north: str) -> None:
    given(ADA)
    told = run("consolidate", "--school", north, "--period", AUTUMN, "--close", "--dry-run")
    assert "3 would be written" in told
    assert services.grade(ADA, MATHS, AUTUMN) is None


def test_closing_needs_a_period(north: str) -> None:
    with pytest.raises(CommandError, match="--period"):
        run("consolidate", "--school", north, "--close")


@pytest.mark.usefixtures("north")
def test_a_period_that_no_school_has_is_a_mistake() -> None:
    with pytest.raises(CommandError, match="No school has a period '2026-l'"):
        run("consolidate", "--period", "2026-l")


def test_one_broken_school_does_not_stop_the_others(
    north: str, south: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    given(ADA)
    with context.entered(school=south):
        given(ADA)
    monkeypatch.setattr(
        "grades.management.commands.consolidate.schools", lambda _: iter([south, north])
    )
    real = tenants.periods

    def broken() -> Any:
        if context.school() == south:
            raise RuntimeError("a broken profile of somebody with a name")
        return real()

    monkeypatch.setattr(tenants, "periods", broken)
    out = io.StringIO()
    with context.entered(), pytest.raises(CommandError, match="1 of the schools"):
        call_command("consolidate", stdout=out, stderr=out)
    assert "3 written" in out.getvalue()
    assert f"{south}: failed with RuntimeError." in out.getvalue()
    assert "somebody" not in out.getvalue()
    assert grade_of().version == 1


def test_a_school_whose_periods_cannot_be_read_does_not_stop_those_that_have_the_period(
    north: str, south: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    given(ADA)
    real = tenants.periods

    def broken() -> Any:
        if context.school() == south:
            raise RuntimeError
        return real()

    monkeypatch.setattr(tenants, "periods", broken)
    monkeypatch.setattr(
        tenants, "schools", lambda: [School(SchoolId(south), "S"), School(SchoolId(north), "N")]
    )
    out = io.StringIO()
    with context.entered(), pytest.raises(CommandError, match="1 of the schools"):
        call_command("consolidate", "--period", AUTUMN, stdout=out, stderr=out)
    assert f"{north}: 3 computed, 3 written" in out.getvalue()


def test_one_subject_is_consolidated(north: str) -> None:
    given(ADA)
    assert "0 computed" in run("consolidate", "--school", north, "--subject", "history")
    assert "3 written" in run("consolidate", "--school", north, "--subject", MATHS)
    with pytest.raises(CommandError, match="--subject"):
        run("consolidate", "--period", AUTUMN, "--subject", MATHS, "--close")


def test_a_grade_that_fails_makes_the_command_fail(
    north: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    given(ADA)

    def broken(*_: Any) -> Any:
        raise RuntimeError

    monkeypatch.setattr(evaluations, "of_course", broken)
    with pytest.raises(CommandError):
        run("consolidate", "--school", north)


def test_a_result_recorded_after_the_export_shows_in_the_next(north: str) -> None:
    services.record(None, [scored(ADA, 50)])
    services.consolidate()
    before = exported(north)
    version = services.evaluation(ADA, COURSE, EXAM).version
    services.correct(
        None, ADA, COURSE, EXAM, Change(scored(ADA, 60).score), reason="added", version=version
    )
    services.consolidate()
    assert (before[1][3:], exported(north)[1][3:]) == (
        ["50.0", "50.0", "1"],
        ["60.0", "60.0", "2"],
    )


def test_rules_are_published_from_a_file_and_shown(north: str, tmp_path: Path) -> None:
    file = tmp_path / "rules.json"
    file.write_text('{"weights": {"exam": 0.7, "homework": 0.3}, "min_passing": 60}')
    told = run("grading_rules", "--school", north, "--subject", MATHS, "--set", str(file))
    assert told.startswith("Version 1 is in force from ")
    assert told.count("Look at rules.weights.") == 0  # nobody has defined an assessment yet
    shown = json.loads(told[told.index("{") :])
    assert shown["weights"] == {"exam": "7/10", "homework": "3/10"}
    again = run("grading_rules", "--school", north, "--subject", MATHS)
    assert json.loads(again) == {**shown, "version": 1}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "cannot be read"),
        ("[]", "an object"),
        ('{"weights": {"exam": 0.7}}', "weights: weights sum to 0.7"),
        ('{"weights": {"exam": NaN}}', "weights.exam"),
    ],
)
def test_wrong_rules_in_a_file_are_named(north: str, tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "rules.json"
    file.write_text(text)
    with pytest.raises(CommandError, match=says):
        run("grading_rules", "--school", north, "--subject", MATHS, "--set", str(file))
    assert services.rules_for(MATHS).version == 0
