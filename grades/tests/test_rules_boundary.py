"""Who is on the list of near things: tables for what people know, laws for the rest."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grades import rules
from grades.domain import GradingRules, Item, Publish, Rounding, Status, Verdict
from grades.domain.reports import Boundary, Hangs

SEP = {"scale": {"lowest": 0, "highest": 10}, "rounding": "truncate", "places": 1, "min_passing": 6}
UP = {**SEP, "rounding": "half_up"}
ROUNDING, LAST_PLACE, ITEM = Hangs.ROUNDING, Hangs.LAST_PLACE, Hangs.ITEM


def item(name: str, score: str | None, status: Status = Status.GRADED) -> Item:
    points = None if score is None else Decimal(score)
    return Item(name, "exam", Decimal(100), Decimal(1), status, points)


def of(given_rules: dict[str, Any], *items: Item) -> Boundary | None:
    return rules.boundary(rules.grade(rules.parse(given_rules), items).trace)


@pytest.mark.parametrize(
    ("given_rules", "score", "hangs"),
    [
        (SEP, "80", ()),
        (SEP, "58.9", ()),  # 5.8: two units of the last place below
        (SEP, "59.4", (LAST_PLACE,)),  # 5.9 however it is rounded
        (SEP, "59.5", (ROUNDING, LAST_PLACE)),  # 5.9, and 6.0 if it were rounded
        (SEP, "59.99", (ROUNDING, LAST_PLACE)),
        (SEP, "60", (LAST_PLACE,)),
        (SEP, "61.9", (LAST_PLACE,)),  # 6.1
        (SEP, "62", ()),
        (UP, "59.4", (LAST_PLACE,)),
        (UP, "59.5", (ROUNDING, LAST_PLACE)),  # lifted to 6.0
        (UP, "60", (LAST_PLACE,)),
        ({**SEP, "places": 0}, "59.9", (ROUNDING, LAST_PLACE)),
        ({**SEP, "floor": 6}, "12", (LAST_PLACE,)),  # the floor passes everybody
        ({**UP, "min_passing": "5.93"}, "59.4", (ROUNDING, LAST_PLACE)),  # 5.94 would pass, 5.9 not
    ],
)
def test_a_grade_hangs_on_how_it_is_rounded(
    given_rules: dict[str, Any], score: str, hangs: tuple[Hangs, ...]
) -> None:
    found = of(given_rules, item("e1", score))

    assert (found.hangs_on if found else ()) == hangs


def test_what_is_told_is_exact() -> None:
    found = of(SEP, item("e1", "59.99"))

    assert found is not None
    assert (found.number, found.exact, found.min_passing) == (
        Decimal("5.9"),
        Fraction(5999, 1000),
        Decimal(6),
    )
    assert found.verdict is Verdict.FAILED


def test_one_missing_result_turns_a_final_grade() -> None:
    found = of(
        {**SEP, "publish": "final"},
        item("e1", "90"),
        item("e2", None, Status.MISSING),
        item("e3", None, Status.EXCUSED),
    )

    assert found is not None
    assert found.hangs_on == (ITEM,)
    (one,) = found.items
    assert (one.assessment, one.if_full, one.if_zero) == ("e2", Decimal("9.5"), Decimal("4.5"))
    assert (one.verdict_if_full, one.verdict_if_zero) == (Verdict.PASSED, Verdict.FAILED)


def test_a_pending_result_may_yet_fail_who_passes_today() -> None:
    found = of(SEP, item("e1", "80"), item("e2", None, Status.PENDING))

    assert found is not None
    assert found.verdict is Verdict.PASSED
    assert [one.assessment for one in found.items] == ["e2"]
    assert found.items[0].verdict_if_zero is Verdict.FAILED


def test_a_result_that_cannot_turn_it_is_not_named() -> None:
    small = replace(item("e2", None, Status.MISSING), weight=Decimal("0.1"))

    assert of(SEP, item("e1", "95"), small) is None


def test_a_gate_counts_as_it_would_when_it_is_published() -> None:
    """80 % in all, but 59.5 % of the exam: truncated it holds the student back."""
    gated = {
        **SEP,
        "weighting": "categories",
        "weights": {"exam": "50%", "work": "50%"},
        "minimums": {"exam": 6},
    }
    work = Item("w1", "work", Decimal(100), Decimal(1), Status.GRADED, Decimal(100))
    found = of(gated, item("e1", "59.5"), work)

    assert found is not None
    assert (found.verdict, found.hangs_on) == (Verdict.FAILED, (ROUNDING,))


@pytest.mark.parametrize("items", [(), (item("e1", None, Status.EXCUSED),)])
def test_who_has_no_grade_is_not_on_the_list(items: tuple[Item, ...]) -> None:
    assert of(SEP, *items) is None


def test_without_a_threshold_nobody_is() -> None:
    assert of({}, item("e1", "60")) is None


# Laws ---------------------------------------------------------------------------------------

scores = st.decimals(min_value=0, max_value=100, places=2)
rows = st.lists(
    st.one_of(
        st.builds(lambda n: ("graded", str(n)), scores),
        st.sampled_from([("missing", None), ("pending", None), ("excused", None)]),
    ),
    min_size=1,
    max_size=6,
)
schools = st.builds(
    GradingRules,
    rounding=st.sampled_from(Rounding),
    places=st.integers(0, 2),
    min_passing=st.sampled_from([Decimal(60), Decimal("59.5"), Decimal(0), Decimal(100)]),
    publish=st.sampled_from(["current", "final"]).map(Publish),
)


def made(listed: list[tuple[str, str | None]]) -> list[Item]:
    return [item(f"e{n}", score, Status(status)) for n, (status, score) in enumerate(listed)]


@given(schools, rows)
def test_it_says_what_the_engine_would_publish(
    school: GradingRules, listed: list[tuple[str, str | None]]
) -> None:
    items = made(listed)
    now = rules.grade(school, items)
    found = rules.boundary(now.trace)
    turning = {one.assessment for one in found.items} if found else set()
    if now.verdict is Verdict.UNDEFINED:
        assert found is None
        return
    for n, one in enumerate(items):
        verdicts = set()
        for score in ("0", "100"):
            instead = [*items[:n], item(one.assessment, score), *items[n + 1 :]]
            verdicts.add(rules.grade(school, instead).verdict)
        absent = one.status in {Status.MISSING, Status.PENDING}
        assert (one.assessment in turning) is (absent and verdicts != {now.verdict})


@given(schools, rows)
def test_full_marks_are_never_worth_less_than_zero(
    school: GradingRules, listed: list[tuple[str, str | None]]
) -> None:
    found = rules.boundary(rules.grade(school, made(listed)).trace)
    for one in found.items if found else ():
        assert one.if_full is not None
        assert one.if_zero is not None
        assert one.if_full >= one.if_zero


@given(schools, st.lists(scores, min_size=1, max_size=5))
def test_whoever_is_far_away_and_complete_is_not_on_it(
    school: GradingRules, points: list[Decimal]
) -> None:
    items = [item(f"e{n}", str(score)) for n, score in enumerate(points)]
    now = rules.grade(school, items)
    assert now.published is not None
    assert school.min_passing is not None
    unit = Decimal(1).scaleb(-school.places)
    found = rules.boundary(now.trace)
    assert (found is not None) is (abs(now.published - school.min_passing) <= unit)
    if found and school.rounding is Rounding.TRUNCATE and school.min_passing % unit == 0:
        half_below = Fraction(school.min_passing - unit / 2)
        below = half_below <= found.exact < school.min_passing
        assert (ROUNDING in found.hangs_on) is below


@given(schools, rows, st.randoms())
def test_it_needs_the_trace_alone_and_no_order(
    school: GradingRules, listed: list[tuple[str, str | None]], random: Any
) -> None:
    items = made(listed)
    found = rules.boundary(rules.grade(school, items).trace)
    random.shuffle(items)
    stored = json.loads(json.dumps(rules.grade(school, items).trace))
    assert rules.boundary(stored) == found
