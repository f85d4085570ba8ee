"""What is hashed of an explanation: JSON with sorted keys in ASCII, whoever writes it."""

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grades import rules
from grades.domain import GradingRules, Item
from grades.rules.digests import canonical
from grades.tests.test_rules_laws import some_items, some_rules

texts = st.text(st.characters(), max_size=8)  # halves of characters too
traces = st.dictionaries(
    texts,
    st.recursive(
        texts | st.integers(-(2**80), 2**80) | st.booleans() | st.none(),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    ),
)


def plainly(trace: object) -> bytes:
    return json.dumps(trace, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


@pytest.mark.slow
@given(traces)
def test_two_encoders_write_the_same_bytes(trace: dict[str, object]) -> None:
    assert canonical(trace) == plainly(trace)


@pytest.mark.parametrize("name", ["exámenes", "日本", "😀", "\x7f", "\x00\n", '"\\/', "\ud83d"])
def test_names_beyond_plain_letters_are_written_the_same(name: str) -> None:
    assert canonical({name: [name], "a": name}) == plainly({name: [name], "a": name})


@given(some_rules(), some_items())
def test_a_grades_fingerprint_is_that_of_its_plain_trace(
    by: GradingRules, items: list[Item]
) -> None:
    found = rules.grade(by, items)
    assert found.hash == hashlib.sha256(plainly(found.trace)).hexdigest()


def test_a_stored_fingerprint_never_changes() -> None:
    """The bytes of engine 1: a change here makes every stored explanation unverifiable."""
    written = {
        "weights": {"exam": 70, "quiz": 30},
        "min_passing": 6,
        "drop_lowest": 1,
        "late": {"percent": 10},
        "missing": 20,
        "scale": {"highest": 10},
        "rounding": "truncate",
        "floor": 5,
        "minimums": {"exam": 6},
        "letters": {"A": 9, "F": 0},
    }
    scores = [
        {"assessment": "exámen-1", "category": "exam", "score": "66.6", "max": 90},
        {"assessment": "exam-2", "category": "exam", "score": 71, "late_hours": 30},
        {"assessment": "exam-3", "category": "exam"},
        {"assessment": "quiz-1", "category": "quiz", "score": 7, "max": 8},
        {"assessment": "quiz-2", "category": "quiz", "status": "excused"},
        {"assessment": "extra", "category": "quiz", "score": 1, "max": 8, "extra_credit": True},
        {"assessment": "art", "category": "art", "score": 9, "curve": {"kind": "sqrt"}},
    ]
    found = rules.grade(rules.parse(written), rules.parse_scores(scores))
    assert found.hash == "ac2efad04512fc928a70fff6a0532aeb418897e5e195341e7fd69e7e03da7ab8"
