"""Who a record is at the authority: the same student once, whatever is corrected later."""

import json
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govsync import demands, rules, services
from govsync.domain import Candidate, Record, RunStatus, Sender, State
from govsync.repository import batches
from govsync.rules import Identities
from govsync.services import Status
from govsync.tests.cast import AUTUMN, EXAM, GROUP, MATHS, school_year, students, work
from govsync.tests.outside import Outside
from govsync.tests.test_corrections import balanced, corrected
from grades import services as grades
from grades.domain import NewEvaluation
from luca.aws import storage
from luca.kernel.ids import AssessmentId, PeriodId, StudentId, SubjectId
from tenants import services as tenants
from tenants.domain import Enrolment, Student

NOON = datetime(2026, 12, 20, 12, tzinfo=UTC)
CURP, CORRECTED = "NUAA100101MDFXDDA7", "NUAA100201MDFXDDA6"
ADA = Candidate(
    StudentId("s0000"), MATHS, PeriodId("2026-1"), 3, Decimal("87.5"), "passed", curp=CURP
)
NORTH = Sender("north", "09DPR1234X", "2026-2027")
PHYSICS = SubjectId("physics")
ONE, BLAS, *_ = students(3)


def wire(candidate: Candidate = ADA, sender: Sender = NORTH) -> str:
    return rules.wire_id(candidate, sender)


@pytest.mark.parametrize(
    ("candidate", "sender"),
    [
        (replace(ADA, student=StudentId("s9999")), NORTH),  # other books, the same person
        (ADA, replace(NORTH, school="north-2")),
        (replace(ADA, version=4, score=Decimal(100), verdict="failed"), NORTH),
        (replace(ADA, metadata={"version": 4}), NORTH),
        (replace(ADA, subject=PHYSICS, code=MATHS), NORTH),
    ],
)
def test_what_the_authority_does_not_know_changes_no_identity(
    candidate: Candidate, sender: Sender
) -> None:
    assert wire(candidate, sender) == wire()


@pytest.mark.parametrize(
    ("candidate", "sender"),
    [
        (replace(ADA, curp=CORRECTED), NORTH),
        (replace(ADA, curp=""), NORTH),
        (replace(ADA, curp="", student=StudentId("s0001")), NORTH),
        (replace(ADA, curp=""), replace(NORTH, school="south")),
        (replace(ADA, period=PeriodId("2026-2")), NORTH),
        (replace(ADA, code="MAT-1"), NORTH),
        (ADA, replace(NORTH, cct="09DPR1234Y")),
        (ADA, replace(NORTH, year="2025-2026")),
    ],
)
def test_another_person_school_year_period_or_subject_is_another_record(
    candidate: Candidate, sender: Sender
) -> None:
    others = {wire(), wire(replace(ADA, curp="", student=StudentId("s0002")))}
    assert wire(candidate, sender) not in others


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_a_school_year_is_from_august_to_july(day: date) -> None:
    first, second = map(int, rules.school_year(day).split("-"))

    assert second == first + 1
    assert date(first, 8, 1) <= day < date(second, 8, 1)


def frozen(candidate: Candidate = ADA, identities: Identities | None = None) -> Record:
    known = identities or Identities()
    return rules.record_of(candidate, NORTH, NOON, demands.current(), known)


def test_what_was_sent_keeps_its_identity_when_the_curp_is_corrected() -> None:
    first = frozen()
    again = frozen(replace(ADA, curp=CORRECTED), Identities({first.id: first.sent_as}))

    assert (again.id, again.sent_as) == (first.id, first.sent_as)
    assert again.revision != first.revision
    assert json.loads(again.payload)["curp"] == CORRECTED


def test_no_two_grades_go_as_one_record() -> None:
    identities = Identities()
    first = frozen(ADA, identities)
    second = frozen(replace(ADA, subject=PHYSICS, code=MATHS), identities)

    assert (first.state, second.state) == (State.PENDING, State.BLOCKED_LOCAL)
    assert (second.reason, second.payload) == ("record_twice", "")
    assert frozen(ADA, identities) == first, "the same grade again is no other"
    taken = Identities({"another-grade": first.sent_as})
    assert frozen(ADA, taken).reason == "record_twice"


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        (State.VERIFIED, "read_back"),
        (State.DRIFTED, "missing"),
        (State.UNKNOWN, "no_answer"),
        (State.DEAD, "not_taken"),  # a redrive sends it under the id that it has
        (State.PENDING, ""),
        (State.SUPERSEDED, "replaced_by_later_run"),
    ],
)
def test_an_identity_is_kept_of_what_may_be_there(state: State, reason: str) -> None:
    assert rules.may_be_there(state, reason)


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        (State.SUPERSEDED, "changed_or_claimed_elsewhere"),
        (State.REJECTED_DATA, "unknown_student"),
        (State.BLOCKED_LOCAL, "undefined_grade"),
    ],
)
def test_no_identity_is_kept_of_what_never_arrived(state: State, reason: str) -> None:
    assert not rules.may_be_there(state, reason)


@pytest.fixture
def small(school: str, authority: Outside, monkeypatch: pytest.MonkeyPatch) -> str:  # noqa: ARG001 -- it must run
    """A school with 3 grades of a closed period, one of a student whose CURP is known."""
    monkeypatch.setattr(sys.modules["tenants.services.schools"], "GRACE", timedelta())
    school_year(school, 3)
    tenants.add_students([Student(ONE, "Ada", "Núñez", curp=CURP)])
    return school


def sync() -> Status:
    return work(services.start(AUTUMN).id)


def held(authority: Outside, school: str) -> dict[str, Any]:
    found = authority.read(f"/api/grades?school_id={school}&period={AUTUMN}")["records"]
    return {one["record_id"]: one for one in found}


def sent(run: str, student: StudentId = ONE) -> Record:
    (found,) = (one for one in batches.records(run, "00001") if one.student == student)
    return found


def test_a_corrected_curp_makes_a_revision_and_no_second_record_at_the_authority(
    small: str, authority: Outside
) -> None:
    first = sync()
    balanced(first)
    before = sent(first.run.id)
    assert set(held(authority, small)) == {
        one.sent_as for one in batches.records(first.run.id, "00001")
    }
    assert before.sent_as == wire(replace(ADA, student=ONE)) != before.id

    tenants.add_students([Student(ONE, "Ada", "Núñez", curp=CORRECTED)])
    corrected(ONE, "99")
    second = work(services.correct(AUTUMN).id)

    assert balanced(second) == {State.VERIFIED: 1}
    after = sent(second.run.id)
    assert (after.id, after.sent_as) == (before.id, before.sent_as)
    content = json.loads(after.payload)
    assert (content["curp"], content["record_id"]) == (CORRECTED, before.sent_as)
    there = held(authority, small)
    assert len(there) == 3
    assert there[before.sent_as]["revision"] == after.revision


def test_what_was_refused_with_a_wrong_curp_goes_as_who_the_student_is(
    small: str, authority: Outside
) -> None:
    authority.chaos(bad_share=1)
    refused = sync()
    assert balanced(refused) == {State.REJECTED_DATA: 3}
    authority.chaos()
    tenants.add_students([Student(ONE, "Ada", "Núñez", curp=CORRECTED)])

    found = sync()

    assert balanced(found) == {State.VERIFIED: 3}
    assert sent(found.run.id).sent_as == wire(replace(ADA, student=ONE, curp=CORRECTED))
    assert len(held(authority, small)) == 3
    services.reconcile(refused.run.id)
    old = balanced(work(refused.run.id))
    assert old == {State.REJECTED_DATA: 3}, "what went on went as new revisions"


def test_two_subjects_of_one_code_do_not_hide_each_other_at_the_authority(
    school: str, authority: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.modules["tenants.services.schools"], "GRACE", timedelta())
    school_year(school, 2, close=False)
    tenants.enrol(PHYSICS, AUTUMN, [Enrolment(ONE, GROUP)])
    grades.publish_rules(PHYSICS, {"weights": {"exam": 1}, "min_passing": 60})
    row = NewEvaluation(ONE, PHYSICS, AUTUMN, AssessmentId(EXAM), Decimal(70), type="exam")
    assert [one.error for one in grades.record(None, [row])] == [None]
    grades.consolidate(AUTUMN, close=True)
    services.map_subjects({"physics": "maths"}, None)
    assert [one.code for one in services.preflight(AUTUMN).causes] == ["record_twice"]

    for expected in ({State.VERIFIED: 2, State.BLOCKED_LOCAL: 1}, {State.BLOCKED_LOCAL: 1}):
        assert balanced(sync()) == expected
        assert len(held(authority, school)) == 2


def test_each_revision_is_the_hash_of_what_was_sent_with_its_metadata(
    small: str, authority: Outside
) -> None:
    run = sync().run
    assert run.status is RunStatus.DONE
    payload = json.loads(storage.read(f"govsync/{run.id}/evidence/00001/payload.json") or b"")

    for one in payload["grades"]:
        revision = one.pop("revision")
        canonical = json.dumps(one, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert sha256(canonical.encode()).hexdigest() == revision
        assert held(authority, small)[one["record_id"]]["revision"] == revision
        assert one["school_year"] == "2026-2027"
        grade = grades.grade(one["student"], MATHS, AUTUMN)
        assert grade is not None
        assert one["metadata"]["trace_hash"] == grade.trace_hash
        (exam,) = one["metadata"]["assessments"]
        assert (exam["assessment"], exam["status"]) == ("exam", "graded")
