"""A period over all of its runs, as rules: where a record stands, and what does not agree."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from govsync import rules
from govsync.domain import State
from govsync.rules import Outline

VERIFIED, DRIFTED, DEAD, VOID = State.VERIFIED, State.DRIFTED, State.DEAD, State.VOID
REJECTED, REPLACED, BLOCKED = State.REJECTED_DATA, State.SUPERSEDED, State.BLOCKED_LOCAL
STATES = sorted(set(State) - {State.DRAFT})


def outline(state: State, revision: str = "a", reason: str = "", record: str = "r") -> Outline:
    return Outline("run", "00001", record, record, "ada", "maths", revision, state, reason)


REPLACED_A = outline(REPLACED, reason="replaced_by_later_run")
DROPPED_B = outline(REPLACED, "b", "changed_or_claimed_elsewhere")


@pytest.mark.parametrize(
    ("runs", "counted"),
    [
        ([outline(VERIFIED)], VERIFIED),
        ([outline(BLOCKED, ""), outline(VERIFIED)], VERIFIED),
        ([outline(VERIFIED), outline(REJECTED, "b")], REJECTED),  # the correction did not arrive
        ([REPLACED_A, outline(VERIFIED, "b")], VERIFIED),
        ([outline(VERIFIED), DROPPED_B], VERIFIED),  # another run has it, or will
        ([DROPPED_B], REPLACED),
        ([outline(VERIFIED), outline(VOID, "")], VOID),
    ],
)
def test_a_record_of_a_period_stands_where_its_newest_run_has_it(
    runs: list[Outline], counted: State
) -> None:
    assert rules.counted(runs).state is counted
    assert rules.period_balance({"r": runs}).counts == {counted: 1}


@pytest.mark.parametrize(
    ("runs", "held", "kind"),
    [
        ([outline(VERIFIED)], "a", ""),
        ([outline(VERIFIED)], None, "missing"),
        ([outline(DRIFTED)], None, "missing"),
        ([outline(VERIFIED)], "x", "other_revision"),
        ([outline(REJECTED)], None, ""),
        ([outline(DEAD)], None, ""),
        ([outline(DEAD)], "a", "arrived"),
        ([outline(REJECTED)], "x", "other_revision"),
        ([outline(State.UNKNOWN)], None, "unknown"),
        ([outline(State.UNKNOWN)], "a", "arrived"),
        ([outline(BLOCKED, "")], None, ""),
        ([outline(BLOCKED, "")], "a", "foreign"),  # we never sent it
        ([DROPPED_B], "b", "foreign"),
        # corrections
        ([REPLACED_A, outline(VERIFIED, "b")], "b", ""),
        ([REPLACED_A, outline(VERIFIED, "b")], "a", "other_revision"),  # it went back
        ([outline(VERIFIED), outline(REJECTED, "b")], "a", ""),  # the old one counts there
        ([outline(VERIFIED), outline(DEAD, "b")], "b", "arrived"),
        ([outline(VERIFIED), DROPPED_B], "a", ""),
        # taken back
        ([outline(VERIFIED), outline(VOID, "")], "a", "withdrawn"),
        ([outline(VERIFIED), outline(VOID, "")], None, ""),
        ([outline(VOID)], None, ""),
    ],
)
def test_what_the_authority_holds_is_compared_with_all_runs(
    runs: list[Outline], held: str | None, kind: str
) -> None:
    found = rules.disagreements({"r": runs}, {} if held is None else {"r": held})
    assert [one.kind for one in found] == ([kind] if kind else [])


def test_what_nobody_sent_is_foreign() -> None:
    found = rules.disagreements({"r": [outline(VERIFIED)]}, {"r": "a", "z": "q"})
    assert [(one.kind, one.record, one.student) for one in found] == [("foreign", "z", "")]


OUTLINES = st.builds(
    outline, st.sampled_from(STATES), st.sampled_from(["", "a", "b"]), st.just(""), st.just("r")
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.dictionaries(st.sampled_from("pqrstu"), st.lists(OUTLINES, min_size=1, max_size=4)),
    st.dictionaries(st.sampled_from("pqrxyz"), st.sampled_from("abc")),
)
def test_each_record_is_counted_once_and_told_of_at_most_once(
    ledger: dict[str, list[Outline]], held: dict[str, str]
) -> None:
    named = {
        record: [
            Outline("run", "1", record, record, "ada", "maths", o.revision, o.state) for o in of_one
        ]
        for record, of_one in ledger.items()
    }
    found = rules.period_balance(named)
    assert sum(found.counts.values()) == found.snapshot == len(named)
    told = [one.record for one in rules.disagreements(named, held)]
    assert len(told) == len(set(told))
    assert set(told) <= set(named) | set(held)
