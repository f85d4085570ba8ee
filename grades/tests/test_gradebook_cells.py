"""What people write into the cells of a gradebook, and what it means."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grades.domain import Said, Status
from grades.rules import gradebook as words
from grades.rules.gradebook import AMBIGUOUS, NOT_A_SCORE, TOO_EXACT, read_cell

TEN, HUNDRED, MANY = Decimal(10), Decimal(100), Decimal(5000)


@pytest.mark.parametrize(
    ("text", "most", "score"),
    [
        ("8.5", TEN, "8.5"),
        ("8,5", TEN, "8.5"),
        ("08,50", TEN, "8.5"),
        (",5", TEN, "0.5"),
        ("0", TEN, "0"),
        ("10", TEN, "10"),
        ("'7", TEN, "7"),
        ("8,500", TEN, "8.5"),
        ("1e1", TEN, "10"),
        ("0,125", MANY, "0.125"),
        ("85\u00a0", HUNDRED, "85"),
    ],
)
def test_a_number_is_read_as_people_write_it(text: str, most: Decimal, score: str) -> None:
    assert read_cell(text, most) == Said(Status.GRADED, Decimal(score))


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("EX", Status.EXCUSED),
        ("ex.", Status.EXCUSED),
        ("JUST", Status.EXCUSED),
        ("Justificada", Status.EXCUSED),
        ("Exento", Status.EXEMPT),
        ("PEND", Status.PENDING),
    ],
)
def test_a_word_is_a_status(text: str, status: Status) -> None:
    assert read_cell(text, TEN) == Said(status)


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("nueve", NOT_A_SCORE),
        ("NP", NOT_A_SCORE),
        ("85%", NOT_A_SCORE),
        ("8/10", NOT_A_SCORE),
        ("1.234,5", NOT_A_SCORE),
        ("8,5,1", NOT_A_SCORE),
        ("NaN", NOT_A_SCORE),
        ("Infinity", NOT_A_SCORE),
        ("=1+1", NOT_A_SCORE),
        ("01-feb", NOT_A_SCORE),
        ("1e400", TOO_EXACT),
        ("1" * 40, TOO_EXACT),
        ("0.1234567", TOO_EXACT),
        ("1,500", AMBIGUOUS),
        ("5001", words.out_of_range(MANY)),
        ("-1", words.out_of_range(MANY)),
    ],
)
def test_what_is_no_result_is_refused_with_its_cause(text: str, cause: object) -> None:
    assert read_cell(text, MANY) == cause


@given(st.decimals(0, 100, places=6), st.booleans())
def test_a_score_that_was_written_is_read_again(score: Decimal, comma: bool) -> None:  # noqa: FBT001 -- hypothesis gives it
    text = format(score, "f")
    found = read_cell(text.replace(".", ",") if comma else text, HUNDRED)
    assert found == Said(Status.GRADED, score)


@given(st.text(max_size=20))
def test_nothing_that_is_typed_breaks_it(text: str) -> None:
    found = read_cell(text, TEN)
    assert not isinstance(found, Said) or found.score is None or 0 <= found.score <= TEN
