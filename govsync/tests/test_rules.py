"""What is sent, what an answer means, and whether it adds up."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govsync import demands, rules
from govsync.domain import Candidate, Line, Record, Sender, State
from govsync.rules import Identities, Outcome
from luca.kernel.ids import PeriodId, StudentId, SubjectId

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
ADA = Candidate(
    StudentId("ada"), SubjectId("maths"), PeriodId("2026-1"), 3, Decimal("87.5"), "passed"
)


def frozen(candidate: Candidate = ADA, school: str = "north") -> Record:
    sender = Sender(school, "09DPR1234X", "2026-2027")
    return rules.record_of(candidate, sender, NOON, demands.current(), Identities())


@pytest.mark.parametrize(
    ("candidate", "why"),
    [
        (ADA, ""),
        (replace(ADA, score=Decimal(0)), ""),
        (replace(ADA, score=Decimal(100)), ""),
        (replace(ADA, score=None), "undefined_grade"),
        (replace(ADA, score=Decimal("100.1")), "score_out_of_scale"),
        (replace(ADA, score=Decimal("-0.1")), "score_out_of_scale"),
        (replace(ADA, known=False), "unknown_student"),
    ],
)
def test_what_the_authority_would_refuse_is_not_sent(candidate: Candidate, why: str) -> None:
    record = frozen(candidate)

    assert record.reason == why
    assert (record.state is State.BLOCKED_LOCAL) == bool(why)
    assert bool(record.payload) != bool(why)


def test_a_correction_is_a_new_revision_of_the_same_record() -> None:
    before, after = frozen(), frozen(replace(ADA, score=Decimal("88.0")))

    assert before.id == after.id
    assert before.revision != after.revision
    assert frozen() == before


def test_the_same_student_of_another_school_is_another_record() -> None:
    assert frozen().id != frozen(school="south").id


def test_the_body_is_json_in_the_frozen_order() -> None:
    records = [
        replace(frozen(replace(ADA, student=StudentId(name))), position=n)
        for n, name in enumerate(["blas", "ada"])
    ]

    raw = json.loads(rules.body("north", "2026-1", reversed(records)))

    assert (raw["school_id"], raw["period"]) == ("north", "2026-1")
    assert [grade["student"] for grade in raw["grades"]] == ["blas", "ada"]
    assert raw["grades"][0]["score"] == "87.5"


def some(number: int) -> list[Record]:
    return [frozen(replace(ADA, student=StudentId(f"s{n}"))) for n in range(number)]


def test_a_key_depends_on_the_revisions_and_their_order() -> None:
    records = some(3)

    assert rules.batch_key(records) == rules.batch_key(list(records))
    assert rules.batch_key(records) != rules.batch_key(records[::-1])
    assert rules.batch_key(records) != rules.batch_key(records[:2])


@given(st.lists(st.integers(1, 400_000), max_size=40))
def test_batches_hold_everything_once_in_order_and_fit_into_a_call(sizes: list[int]) -> None:
    records = [replace(frozen(), position=n, payload="x" * size) for n, size in enumerate(sizes)]

    batches = list(rules.cut(records))

    assert [one for batch in batches for one in batch] == records
    for batch in batches:
        assert 0 < len(batch) <= rules.MOST_RECORDS
        size = len(rules.body("s" * 63, "p" * 64, batch))
        assert size <= rules.MOST_BYTES or len(batch) == 1


def test_250_records_make_three_batches() -> None:
    assert [len(batch) for batch in rules.cut(some(250))] == [100, 100, 50]


ACCEPTED = {"status": "accepted", "duplicate": False}
ERRORS = {"errors": [{"record_id": "r1", "code": "score"}, {"index": 3}]}
ANSWERS: list[tuple[int | None, Any, Outcome, State]] = [
    (200, ACCEPTED, Outcome.ANSWERED, State.ACCEPTED),
    (201, ACCEPTED, Outcome.ANSWERED, State.ACCEPTED),
    (200, {**ACCEPTED, "duplicate": True}, Outcome.ANSWERED, State.ACCEPTED_DUPLICATE),
    (200, {"status": "fine"}, Outcome.BURY, State.DEAD),
    (200, None, Outcome.BURY, State.DEAD),
    (422, ERRORS, Outcome.ANSWERED, State.REJECTED_DATA),
    (400, ERRORS, Outcome.ANSWERED, State.REJECTED_DATA),
    (422, {"errors": 3}, Outcome.ANSWERED, State.REJECTED_DATA),
    (422, {"errors": [{"index": 3}]}, Outcome.ANSWERED, State.REJECTED_DATA),
    (400, None, Outcome.ANSWERED, State.REJECTED_DATA),
    (413, {}, Outcome.ANSWERED, State.REJECTED_DATA),
    (404, {}, Outcome.STOP, State.RETRYABLE),
    (404, {"code": "not_found"}, Outcome.STOP, State.RETRYABLE),
    (404, ERRORS, Outcome.ANSWERED, State.REJECTED_DATA),  # it names our records: it is the one
    (405, None, Outcome.STOP, State.RETRYABLE),
    (415, {"errors": 100}, Outcome.STOP, State.RETRYABLE),
    (418, "tea", Outcome.ANSWERED, State.REJECTED_DATA),
    (302, None, Outcome.STOP, State.RETRYABLE),
    (408, {}, Outcome.RETRY, State.RETRYABLE),
    (520, None, Outcome.RETRY, State.UNKNOWN),
    (409, {}, Outcome.BURY, State.CONFLICT),
    (401, {}, Outcome.STOP, State.REJECTED_AUTH),
    (403, None, Outcome.STOP, State.REJECTED_AUTH),
    (429, {}, Outcome.RETRY, State.RETRYABLE),
    (502, None, Outcome.RETRY, State.RETRYABLE),
    (503, {}, Outcome.RETRY, State.RETRYABLE),
    (500, {}, Outcome.RETRY, State.UNKNOWN),
    (504, {}, Outcome.RETRY, State.UNKNOWN),
    (None, None, Outcome.RETRY, State.UNKNOWN),
]


@pytest.mark.parametrize(("status", "body", "outcome", "state"), ANSWERS)
def test_each_answer_has_one_meaning(
    status: int | None, body: Any, outcome: Outcome, state: State
) -> None:
    found = rules.judge(status, body)

    assert (found.outcome, found.state) == (outcome, state)


def test_a_call_that_never_left_us_is_not_unknown() -> None:
    assert rules.judge(None, None, sent=False).state is State.RETRYABLE


def test_rejected_records_keep_their_reasons() -> None:
    found = rules.judge(422, {**ERRORS, "accepted": ["r2"]})

    assert (dict(found.rejected), set(found.accepted)) == ({"r1": "score"}, {"r2"})


def test_an_answer_of_another_shape_is_no_reason_to_fall_over() -> None:
    found = rules.judge(422, {**ERRORS, "accepted": [{"record_id": "r2"}, 7, "r3"]})

    assert set(found.accepted) == {"r3"}


def line(**counts: int) -> Line:
    by_state = {State(name): number for name, number in counts.items()}
    return Line("00001", State.ACCEPTED, sum(counts.values()), by_state, open=False)


def test_a_balance_accounts_for_every_record() -> None:
    counts = rules.totals([line(VERIFIED=97, REJECTED_DATA=3), line(DEAD=100, BLOCKED_LOCAL=2)])

    assert rules.balance(202, counts).balanced
    assert rules.balance(203, counts).differences == (
        "203 records in the snapshot, 202 accounted for",
    )


@pytest.mark.parametrize(
    "state", [State.UNKNOWN, State.DRIFTED, State.ACCEPTED, State.PENDING, State.IN_FLIGHT]
)
def test_what_is_still_open_or_differs_does_not_balance(state: State) -> None:
    found = rules.balance(10, {State.VERIFIED: 9, state: 1})

    assert not found.balanced
    assert f"1 {state.value}" in found.differences
