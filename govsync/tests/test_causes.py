"""Many records, few causes: as rules, from the ledger, and over HTTP."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from govsync import rules, services
from govsync.domain import State
from govsync.rules import Fault
from govsync.rules.advice import BY_CODE, BY_STATE
from govsync.rules.answers import CODES
from govsync.tests.cast import AUTUMN, work
from govsync.tests.outside import Outside
from luca.api.tests.asking import Ask

FAULTS = st.builds(
    Fault,
    record=st.text("abcdef", min_size=1, max_size=4),
    state=st.sampled_from(sorted(rules.PROBLEMS)),
    code=st.sampled_from(["unknown_subject_code", "missing_curp", "other", ""]),
    subject=st.sampled_from(["maths", "art", "music"]),
)


def test_one_unmapped_subject_is_one_cause_however_many_records_it_stops() -> None:
    stopped = [
        Fault(f"r{n}", State.BLOCKED_LOCAL, "unknown_subject_code", "robotics") for n in range(812)
    ]
    others = [Fault("x", State.BLOCKED_LOCAL, "missing_curp", s) for s in ("maths", "art")]

    first, second = rules.causes([*others, *stopped])

    assert (first.code, first.subject, first.records) == ("unknown_subject_code", "robotics", 812)
    assert first.sample == ["r0", "r1", "r2", "r3", "r4"]
    assert (second.code, second.subject, second.records) == ("missing_curp", "", 2)
    assert "map it once" in first.advice.said("en")
    assert "asígnela una vez" in first.advice.said("es-mx")


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(FAULTS, max_size=15))
def test_every_record_is_in_exactly_one_cause(faults: list[Fault]) -> None:
    found = rules.causes(faults)

    assert sum(one.records for one in found) == len(faults)
    assert len({(one.state, one.code, one.subject) for one in found}) == len(found)
    assert [one.records for one in found] == sorted((c.records for c in found), reverse=True)


@pytest.mark.parametrize("state", sorted(rules.PROBLEMS - {State.UNKNOWN}))
@pytest.mark.parametrize("code", ["", "other", *sorted(CODES)])
def test_whatever_stops_a_record_somebody_is_told_what_to_do(state: State, code: str) -> None:
    told = rules.causes([Fault("r", state, code, "maths")])[0].advice
    assert told in {*BY_CODE.values(), *BY_STATE.values()}, "waiting would not help"
    assert told.es != told.en


@pytest.fixture
def rejected(north: str, authority: Outside) -> str:  # noqa: ARG001 -- it must run
    """A run of 120 records of which the authority refused some, and 3 were never sent."""
    authority.chaos(bad_share=0.2)  # of 120 some, in every school
    run = services.start(AUTUMN)
    work(run.id)
    return str(run.id)


def pages(ask: Ask, path: str) -> list[list[str]]:
    """The ids of every page of a list, to its end."""
    found: list[list[str]] = []
    cursor: str | None = ""
    while cursor is not None:
        page = ask("GET", f"{path}&cursor={cursor}").json()
        found.append([one["id"] for one in page["items"]])
        cursor = page["next_cursor"]
    return found


def test_an_operator_reads_causes_and_the_records_behind_them(
    rejected: str, north: str, ask: Ask
) -> None:
    ask.school, ask.who = north, "olga/gov_operator"
    bad = services.status(rejected).records[State.REJECTED_DATA]
    assert bad > 0

    english = {"Accept-Language": "en"}
    found = ask("GET", f"/govsync/runs/{rejected}/rejects", headers=english).json()["items"]
    spanish = ask("GET", f"/govsync/runs/{rejected}/rejects").json()["items"]

    kinds = {(one["state"], one["code"], one["records"]) for one in found}
    assert kinds == {
        ("REJECTED_DATA", "unknown_student", bad),
        ("BLOCKED_LOCAL", "undefined_grade", 3),
    }
    assert {one["what_to_do"] for one in found} != {one["what_to_do"] for one in spanish}

    path = f"/govsync/runs/{rejected}/records"
    listed = ask("GET", f"{path}?state=REJECTED_DATA").json()
    assert len(listed["items"]) == bad
    assert listed["next_cursor"] is None
    (cause,) = (one for one in found if one["code"] == "unknown_student")
    assert set(cause["sample"]) <= {one["id"] for one in listed["items"]}
    assert {one["history"][-1]["reason"] for one in listed["items"]} == {"unknown_student"}
    text = str(ask("GET", f"{path}?limit=100").json())
    assert "Núñez" not in text
    assert "payload" not in text

    seen = pages(ask, f"{path}?limit=50")
    assert [len(one) for one in seen] == [50, 50, 23]
    assert len(set().union(*seen)) == 123


def test_a_question_that_makes_no_sense_is_refused(north: str, ask: Ask) -> None:
    ask.school, ask.who = north, "olga/gov_operator"
    run = services.start(AUTUMN).id
    for asked in ("state=NOWHERE", "limit=0", "cursor=forged"):
        found = ask("GET", f"/govsync/runs/{run}/records?{asked}")
        assert found.status_code in {400, 422}, asked
