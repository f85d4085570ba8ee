"""Curves at a terminal."""

import json

import pytest
from django.core.management import CommandError

from grades import services
from grades.tests.cast import ADA, AUTUMN, BLAS, COURSE, EXAM, MATHS, given, grade_of
from grades.tests.test_commands import run

PLACE = ("--subject", MATHS, "--period", AUTUMN, "--assessment", EXAM)


@pytest.fixture
def asked(north: str) -> tuple[str, ...]:
    given(ADA, 50)
    given(BLAS, 70)
    services.consolidate()
    return ("curve", "--school", north, *PLACE)


def test_an_operator_looks_applies_and_undoes(asked: tuple[str, ...]) -> None:
    wish = ("--kind", "mean_sd", "--amount", "80", "--deviation", "5")
    looked = json.loads(run(*asked, *wish, "--dry-run"))
    assert looked["results"]["raised"] == 2
    assert services.curve_events(COURSE, EXAM, 50, None)[0] == []

    made = json.loads(run(*asked, *wish, "--reason", "Muy difícil"))
    assert (made["act"], made["curve"]["deviation"], made["by"]) == ("applied", "5", None)
    services.consolidate()
    assert [grade_of(one).current for one in (ADA, BLAS)] == [75, 85]

    back = json.loads(run(*asked, "--undo", "--reason", "Era otro"))
    assert (back["act"], back["curve"]) == ("undone", None)
    services.consolidate()
    assert [grade_of(one).current for one in (ADA, BLAS)] == [50, 70]


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ((), "Say --kind, or --undo"),
        (("--undo", "--kind", "sqrt"), "Say --kind, or --undo"),
        (("--undo", "--dry-run"), "--dry-run is for a curve"),
        (("--kind", "flat", "--reason", "Sí"), "amount: amount is missing"),
        (("--kind", "flat", "--amount", "NaN", "--reason", "Sí"), "amount must be a number"),
        (("--kind", "sqrt"), "needs a reason"),
        (("--undo", "--reason", "Sí"), "No curve is in force"),
    ],
)
def test_what_cannot_be_done_is_said(
    asked: tuple[str, ...], more: tuple[str, ...], why: str
) -> None:
    with pytest.raises(CommandError, match=why):
        run(*asked, *more)
    assert services.curve_events(COURSE, EXAM, 50, None)[0] == []


def test_an_unknown_school_or_assessment_is_said(north: str) -> None:
    with pytest.raises(CommandError, match="no school"):
        run("curve", "--school", "nowhere", *PLACE, "--kind", "sqrt")
    with pytest.raises(CommandError, match="no such assessment"):
        run("curve", "--school", north, *PLACE, "--kind", "sqrt", "--dry-run")
