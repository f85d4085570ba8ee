"""Report cards of Mexican basic education: profiles, truncation, promotion."""

from decimal import Decimal
from typing import Any

import pytest

from grades import rules
from grades.domain import Verdict
from grades.rules.profiles import Level, Standing
from grades.tests.cast import item
from luca.kernel.errors import Invalid

FOURTH = {"level": "primaria", "grade": 4, "year": "2026-2027"}
FIELDS = ("lenguajes", "saberes", "etica", "comunitario")


def profile(grade: int = 4, level: str = "primaria", year: str = "2026-2027") -> rules.SepProfile:
    return rules.sep_profile({"level": level, "grade": grade, "year": year})


def finals(*numbers: Any) -> dict[str, Any]:
    return dict(zip(FIELDS, numbers, strict=False))


@pytest.mark.parametrize(
    ("level", "grade", "year", "floor", "promotion"),
    [
        ("primaria", 1, "2026-2027", 6, rules.Promotion.ATTENDED),
        ("primaria", 2, "2023-2024", 6, rules.Promotion.AVERAGE),
        ("primaria", 3, "2026-2027", 5, rules.Promotion.AVERAGE),
        ("secundaria", 3, "2026-2027", 5, rules.Promotion.AVERAGE),
        ("primaria", 6, "2021-2022", 6, rules.Promotion.AVERAGE),
        ("secundaria", 1, "2021-2022", 6, rules.Promotion.AVERAGE),
        ("primaria", 2, "2019-2020", 6, rules.Promotion.ATTENDED),
        ("primaria", 3, "2019-2020", 5, rules.Promotion.AVERAGE),
    ],
)
def test_the_profile_depends_on_level_grade_and_school_year(
    level: str, grade: int, year: str, floor: int, promotion: rules.Promotion
) -> None:
    found = profile(grade, level, year)
    assert found.floor == floor
    assert found.promotion is promotion


def test_no_grade_has_two_profiles_in_a_year() -> None:
    for year in range(2015, 2035):
        for level in Level:
            covered = [
                grade
                for one in rules.PROFILES
                if one.level is level and year in one.years
                for grade in one.grades
            ]
            assert len(covered) == len(set(covered)), (level, year)


def test_every_fact_says_how_sure_it_is_and_why() -> None:
    for one in rules.PROFILES:
        assert one.facts.keys() >= {"scale", "truncation", "floor", "promotion"}
        assert all(fact.source for fact in one.facts.values())
        assert one.facts["every_field_passes"].standing is Standing.CHOICE


@pytest.mark.parametrize(
    ("given", "field", "message"),
    [
        ({**FOURTH, "level": "prepa"}, "sep.level", "must be one of: primaria, secundaria"),
        ({**FOURTH, "grade": 9}, "sep.grade", "must be a whole number"),
        ({**FOURTH, "level": "secundaria"}, "sep.grade", "must be a grade of secundaria"),
        ({**FOURTH, "year": "2026"}, "sep.year", "such as 2026-2027"),
        ({**FOURTH, "year": "2026-2028"}, "sep.year", "such as 2026-2027"),
        ({**FOURTH, "year": "2020-2021"}, "sep.year", "no source is known"),
        ({"level": "primaria", "grade": 4}, "sep.year", "is missing"),
        ({**FOURTH, "state": "Oaxaca"}, "sep.state", "is not a field"),
        ("primaria", "sep", "must be an object"),
    ],
)
def test_an_unknown_profile_is_refused_by_name(given: Any, field: str, message: str) -> None:
    with pytest.raises(Invalid) as refused:
        rules.parse({"sep": given})
    (fault,) = refused.value.errors
    assert fault.field == field
    assert message in fault.message


def test_rules_can_name_a_profile_and_hold_its_numbers_afterwards() -> None:
    by = rules.parse({"sep": FOURTH, "weights": {"exam": 1}, "publish": "final"})
    written = rules.as_mapping(by)
    assert "sep" not in written
    assert rules.parse(written) == by
    found = rules.grade(by, [item(59), item("60.9", name="second")])
    assert (str(found.published), found.verdict) == ("5.9", Verdict.FAILED)
    assert str(rules.grade(by, [item(12)]).published) == "5.0"


def test_what_the_sep_prescribes_is_not_a_schools_choice() -> None:
    with pytest.raises(Invalid) as refused:
        rules.parse({"sep": FOURTH, "rounding": "half_up"})
    assert [fault.field for fault in refused.value.errors] == ["rounding"]


def test_a_final_is_truncated_and_the_average_of_finals_again() -> None:
    final = rules.final_of_field(profile(), {"1": 7, "2": 8, "3": 8})
    year = rules.year_result(profile(), finals("7.6", "6.3", "9.3", "8.6"))
    assert (str(final.published), str(year.average)) == ("7.6", "7.9")
    assert rules.verify(final.trace) == final


def test_a_final_so_far_ignores_the_periods_to_come() -> None:
    assert rules.final_of_field(profile(), {"1": 7, "2": 8, "3": None}).published == Decimal("7.5")


@pytest.mark.parametrize(
    ("grade", "given", "choices", "outcome", "failed"),
    [
        (4, (6, 6, 6, 6), [], "promoted", ()),
        (4, ("5.9", 6, 6, 6), [], "not_promoted", ("lenguajes",)),
        (4, ("5.3", 8, 7, 6), [], "promoted", ("lenguajes",)),
        (4, ("5.3", 8, 7, 6), ["every_field_passes"], "review", ("lenguajes",)),
        (4, (6, 6, 6, 6), ["every_field_passes"], "promoted", ()),
        (1, (5, 5, 5, 5), ["every_field_passes"], "promoted", ()),
        (2, (5, 10, 6, 6), ["every_field_passes"], "promoted", ()),  # no final is below 6 there
        (4, (), [], "undefined", ()),
        (4, (9, 9, None, 9), [], "undefined", ()),  # one is not there yet
        (1, (), [], "undefined", ()),
    ],
)
def test_promotion(
    grade: int, given: tuple[Any, ...], choices: list[str], outcome: str, failed: tuple[str, ...]
) -> None:
    found = rules.year_result(profile(grade), finals(*given), **dict.fromkeys(choices, True))
    assert (str(found.outcome), found.failed) == (outcome, failed)


@pytest.mark.parametrize("mark", [4, 11, "NaN", "1e400", True])
def test_a_mark_off_the_scale_is_refused_by_name(mark: Any) -> None:
    with pytest.raises(Invalid) as refused:
        rules.year_result(profile(), {"lenguajes": mark})
    assert [fault.field for fault in refused.value.errors] == ["lenguajes"]
