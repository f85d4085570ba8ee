"""Drops, extra credit, lateness, gates, scales and letters, case by case."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from grades import rules
from grades.domain import GradingRules, Item, Publish, Result, Status, Verdict
from grades.tests.cast import item
from luca.kernel.errors import Invalid

USUAL = {"weights": {"exam": 0.7, "homework": 0.2, "quiz": 0.1}, "min_passing": 60}
EXEMPT = Status.EXEMPT


def extra(score: str | int | None, of: str | int = 100, **more: Any) -> Item:
    return replace(item(score, of, name="extra", **more), extra_credit=True)


def late(score: str | int, hours: str | int, of: str | int = 100, **more: Any) -> Item:
    return replace(item(score, of, **more), late_hours=Decimal(hours))


def graded(written: dict[str, Any], *items: Item) -> Result:
    return rules.grade(rules.parse(written), items)


EXAM = {"weights": {"exam": 1}}
TWO = {"weights": {"exam": 50, "quiz": 50}}
LATE = {"late": {"percent": 10, "every": "day", "floor": 30}}


@pytest.mark.parametrize(
    ("what", "written", "items", "current", "final"),
    [
        ("the lowest is dropped", {"drop_lowest": 1}, [item(40), item(80)], "80.0", "80.0"),
        ("one is always kept", {"drop_lowest": 5}, [item(40), item(80)], "80.0", "80.0"),
        ("a single one is kept", {"drop_lowest": 1}, [item(40)], "40.0", "40.0"),
        ("what is missing goes first", {"drop_lowest": 1}, [item(80), item(None)], "80.0", "80.0"),
        (
            "by points, a heavy half costs more than a light zero",
            {**EXAM, "drop_lowest": 1},
            [item(0, 1), item(50, 100), item(90, 100)],
            "89.1",  # 90/101, where dropping the zero would leave 140/200
            "89.1",
        ),
        (
            "in each category",
            {**TWO, "drop_lowest": 1},
            [item(0), item(80), item(10, category="quiz"), item(60, category="quiz")],
            "70.0",
            "70.0",
        ),
        (
            "in one category only",
            {**TWO, "drop_lowest": {"quiz": 1}},
            [item(0), item(80), item(10, category="quiz"), item(60, category="quiz")],
            "50.0",
            "50.0",
        ),
        (
            "a practice item is no candidate",
            {"drop_lowest": 1},
            [item(0, weight=0), item(40), item(80)],
            "80.0",
            "80.0",
        ),
        (
            "extra credit is never dropped",
            {**EXAM, "drop_lowest": 1},
            [item(60), item(80), extra(5, 10)],
            "85.0",
            "85.0",
        ),
        ("extra credit adds above the line", EXAM, [item(80), extra(5, 10)], "85.0", "85.0"),
        ("extra credit reaches 100", EXAM, [item(98), extra(5, 10)], "100.0", "100.0"),
        ("or as far as the cap", {**EXAM, "cap": 102}, [item(98), extra(5)], "102.0", "102.0"),
        ("or without end", {**EXAM, "cap": "none"}, [item(98), extra(5)], "103.0", "103.0"),
        ("extra credit not done costs nothing", EXAM, [item(80), extra(None)], "80.0", "80.0"),
        ("extra credit alone is no grade", EXAM, [extra(50)], None, None),
        (
            "extra credit among ratios",
            {**EXAM, "aggregation": "mean_of_ratios"},
            [item(60), item(40, 50), extra(1, 10)],
            "75.0",
            "75.0",
        ),
        ("extra credit weighs", {}, [item(60, weight=2), extra(50)], "85.0", "85.0"),
        ("missing is worth what the policy says", {"missing": 40}, [item(None)], None, "40.0"),
        ("but not as extra credit", {"missing": 40}, [item(80), extra(None)], "80.0", "80.0"),
        ("a zero is not missing", {"missing": 40}, [item(0)], "0.0", "0.0"),
        ("exempt does not exist", {}, [item(80), item(None, status=EXEMPT)], "80.0", "80.0"),
        ("in time", LATE, [late(80, 0)], "80.0", "80.0"),
        ("a started day is a day", LATE, [late(80, "0.01")], "70.0", "70.0"),
        ("of the possible points", LATE, [late(40, 24, 50)], "70.0", "70.0"),
        ("not below the floor", LATE, [late(80, 1000)], "30.0", "30.0"),
        ("and the floor lifts nobody", LATE, [late(20, 1000)], "20.0", "20.0"),
        ("every six hours", {"late": {"percent": 5, "every": 6}}, [late(80, 7)], "70.0", "70.0"),
        ("late without a rule", {}, [late(80, 1000)], "80.0", "80.0"),
        ("a scale to ten", {"scale": {"highest": 10}}, [item(87)], "8.7", "8.7"),
        ("from one to seven", {"scale": {"lowest": 1, "highest": 7}}, [item(50)], "4.0", "4.0"),
        ("a floor", {"scale": {"highest": 10}, "floor": 5}, [item(30)], "5.0", "5.0"),
        ("a floor is no grade", {"floor": 5}, [], None, None),
    ],
)
def test_results(
    what: str, written: dict[str, Any], items: list[Item], current: str | None, final: str | None
) -> None:
    found = graded(written, *items)
    spelled = [None if n is None else str(n) for n in (found.current, found.final)]
    assert spelled == [current, final], what
    assert rules.verify(found.trace) == found, what


def test_the_explanation_names_what_was_dropped() -> None:
    found = graded({"drop_lowest": 1}, item(40, name="essay"), item(80, name="test"))
    assert found.trace["steps"][0] == {"of": "current", "step": "drop", "dropped": ["essay"]}


def test_the_explanation_shows_what_lateness_took() -> None:
    found = graded(LATE, late(80, 25, name="essay"))
    step = {"step": "late", "assessment": "essay", "intervals": 2, "from": "80", "to": "60"}
    assert found.trace["steps"][0] == step


GATED = {**USUAL, "minimums": {"exam": 60}}


@pytest.mark.parametrize(
    ("exam", "homework", "verdict", "flags"),
    [
        (60, 60, Verdict.PASSED, ()),
        (50, 100, Verdict.FAILED, ("below_minimum:exam",)),
        ("59.95", 100, Verdict.PASSED, ()),  # people see 60.0
        ("59.94", 100, Verdict.FAILED, ("below_minimum:exam",)),
    ],
)
def test_a_category_below_its_minimum_fails_and_the_number_stays(
    exam: str | int, homework: int, verdict: Verdict, flags: tuple[str, ...]
) -> None:
    items = [item(exam), item(homework, category="homework")]
    found = graded(GATED, *items)
    assert found.verdict is verdict
    assert found.published == graded(USUAL, *items).published
    assert [flag for flag in found.flags if "minimum" in flag] == [*flags]


def test_a_category_without_results_holds_nobody_back_yet() -> None:
    items = [item(None), item(90, category="homework")]
    open_yet = graded(GATED, *items)
    closed = rules.grade(rules.parse(GATED), items, Publish.FINAL)
    assert (open_yet.verdict, open_yet.flags[-1]) == (Verdict.PASSED, "minimum_open:exam")
    assert closed.verdict is Verdict.FAILED


LETTERS = {"letters": {"A": 90, "B": 80, "F": 0}}


@pytest.mark.parametrize(
    ("score", "letter"),
    [(100, "A"), (90, "A"), ("89.95", "A"), ("89.94", "B"), (80, "B"), (79, "F"), (0, "F")],
)
def test_a_letters_lower_bound_belongs_to_it(score: str | int, letter: str) -> None:
    found = graded(LETTERS, item(score))
    assert (found.letter, found.trace["result"]["letter"]) == (letter, letter)


def test_an_undefined_grade_has_no_letter() -> None:
    assert graded(LETTERS).letter is None


def test_thresholds_are_on_the_published_scale() -> None:
    written = {
        "scale": {"highest": 10},
        "rounding": "truncate",
        "floor": 5,
        "min_passing": 6,
        "letters": {"NA": 5, "A": 6},
    }
    found = [graded(written, item(score)) for score in (30, "59.9", 60)]
    assert [str(one.published) for one in found] == ["5.0", "5.9", "6.0"]
    assert [one.verdict for one in found] == [Verdict.FAILED, Verdict.FAILED, Verdict.PASSED]
    assert [one.letter for one in found] == ["NA", "NA", "A"]


@pytest.mark.parametrize(
    "written",
    [
        {"drop_lowest": 2},
        {**TWO, "drop_lowest": {"quiz": 2}},
        {"missing": "12.5", "cap": "none"},
        {"cap": 110},
        {"late": {"percent": "7.5", "every": "week", "floor": 20}},
        {"scale": {"lowest": 1, "highest": 7}, "floor": 2, "letters": {"A+": 6, "F": 1}},
        {**GATED, "minimums": {"exam": 50, "quiz": 10}},
    ],
)
def test_rules_are_written_as_they_are_read(written: dict[str, Any]) -> None:
    found = rules.parse(written)
    assert found != GradingRules()
    assert rules.parse(rules.as_mapping(found)) == found


@pytest.mark.parametrize(
    ("written", "field", "message"),
    [
        ({"drop_lowest": -1}, "drop_lowest", "must be a whole number from 0 to 50"),
        ({"drop_lowest": True}, "drop_lowest", "must be a whole number"),
        ({**EXAM, "drop_lowest": {"lab": 1}}, "drop_lowest.lab", "is not a category"),
        ({"drop_highest": 1}, "drop_highest", "the best that was achieved"),
        (
            {"drop_lowest": 1, "drop_highest": 1},
            "drop_highest",
            "with drop_lowest a better score could give a lower grade",
        ),
        ({"missing": 101}, "missing", "must be from 0 to 100"),
        ({"missing": "NaN"}, "missing", "must be a number"),
        ({"cap": 90}, "cap", "must be from 100 to 1000"),
        ({"cap": "1e400"}, "cap", "has more than 12 digits"),
        ({"late": 10}, "late", "must be an object"),
        ({"late": {}}, "late.percent", "is missing"),
        ({"late": {"percent": 200}}, "late.percent", "must be from 0 to 100"),
        ({"late": {"percent": 5, "every": "year"}}, "late.every", "must be hour, day, week"),
        ({"late": {"percent": 5, "every": 0}}, "late.every", "above 0"),
        ({"late": {"percent": 5, "grace": 1}}, "late.grace", "is not a field of late"),
        ({"scale": {"lowest": 5, "highest": 5}}, "scale.highest", "must be above scale.lowest"),
        ({"scale": {"highest": 10}, "min_passing": 60}, "min_passing", "must be from 0 to 10"),
        ({"floor": 101}, "floor", "must be from 0 to 100"),
        ({"floor": "5.55"}, "floor", "has more places than a grade"),
        ({"minimums": {"exam": 50}}, "minimums", "by categories"),
        ({**EXAM, "minimums": {"exam": 50}}, "minimums", "need min_passing"),
        ({**USUAL, "minimums": {"lab": 50}}, "minimums.lab", "is not a category"),
        ({**USUAL, "minimums": {"exam": 500}}, "minimums.exam", "must be from 0 to 100"),
        ({"letters": {"A": 90, "B": 90, "F": 0}}, "letters", "the same lower bound"),
        ({"letters": {"A": 90}}, "letters", "none for the lowest grades"),
        ({"letters": {"": 0}}, "letters.", "needs a name"),
        ({"letters": ["A", "B"]}, "letters", "must be an object"),
    ],
)
def test_what_is_wrong_is_said_by_name(written: dict[str, Any], field: str, message: str) -> None:
    with pytest.raises(Invalid) as refused:
        rules.parse(written)
    (fault,) = refused.value.errors
    assert fault.field == field
    assert message in fault.message
    assert field in fault.message


PENDING, EXCUSED = Status.PENDING, Status.EXCUSED


@pytest.mark.parametrize(
    ("written", "items", "fingerprint"),
    [
        ({}, [], "31b926d7e354f514f9e4515b98a156ea11f24ad7556af60964f00ac9439c4d41"),
        (
            USUAL,
            [item(60), item("87.5", category="homework"), item(None, category="quiz")],
            "b797fe7f7c0c9d23b393974df0191a3b482cbfb8663907dbb4341de39e6af112",
        ),
        (
            {**USUAL, "aggregation": "mean_of_ratios", "rounding": "truncate", "places": 2}
            | {"publish": "final"},
            [
                item(7, 9),
                item(80, status=PENDING, name="p"),
                item(3, category="lab"),
                item(None, status=EXCUSED, name="e"),
            ],
            "a017e17b97a2252f0b78a691da95349356f02f59e70e1f695def069d8e34bad7",
        ),
        (
            {"weights": {"exam": "9.9", "quiz": "23.1"}, "normalise": True, "version": 3},
            [item(75), item("53.75", category="quiz")],
            "1556ebfac432a361974bff8cec527f630b9697ae684fba65026208c7b2a3f9fa",
        ),
    ],
)
def test_explanations_that_schools_have_stored_keep_their_fingerprints(
    written: dict[str, Any], items: list[Item], fingerprint: str
) -> None:
    """They were taken before the engine knew any of these policies."""
    assert graded(written, *items).hash == fingerprint
