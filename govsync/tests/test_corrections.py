"""What was sent may be corrected: rejects go again, corrections replace, and each run adds up."""

import csv
import io
import json
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from govsync import rules, services
from govsync.domain import Record, RunKind, RunStatus, State
from govsync.repository import batches, outlines
from govsync.rules import Later
from govsync.services import Status
from govsync.tests.cast import AUTUMN, EXAM, MATHS, school_year, students, work
from govsync.tests.checking import looked_at
from govsync.tests.outside import Outside
from grades import services as grades
from grades.domain import Change
from luca.api.tests.asking import Ask
from luca.aws import storage
from luca.aws.tests.copying import Schools
from luca.kernel import context
from luca.kernel.errors import Conflict
from luca.kernel.ids import PersonId, StudentId
from tenants.domain import Course

NOW = datetime(2026, 12, 20, 12, tzinfo=UTC)
ADA, BLAS, *_ = students(12)
ACCEPTED, VERIFIED, DRIFTED = State.ACCEPTED, State.VERIFIED, State.DRIFTED
REJECTED, REPLACED, DEAD = State.REJECTED_DATA, State.SUPERSEDED, State.DEAD
NOBODY_SENT = "00000000-0000-5000-8000-000000000000"


def record(state: State, revision: str = "a") -> Record:
    return Record("r", StudentId("ada"), MATHS, 1, revision, "{}", state=state)


@pytest.mark.parametrize(
    ("state", "held", "later", "expected"),
    [
        (ACCEPTED, "a", [], VERIFIED),
        (ACCEPTED, None, [], DRIFTED),
        (ACCEPTED, "x", [], DRIFTED),
        (DRIFTED, "a", [], VERIFIED),
        (DEAD, "a", [], VERIFIED),  # it had arrived before it was given up
        (DEAD, None, [], DEAD),
        (REJECTED, "x", [], REJECTED),
        # a later run has sent another content, and says that it is there
        (VERIFIED, "b", [Later("b", VERIFIED)], REPLACED),
        (VERIFIED, "a", [Later("b", DRIFTED)], REPLACED),  # the later run tells what is wrong
        # it believes that its own is there, and that is not so
        (VERIFIED, "a", [Later("b", VERIFIED)], DRIFTED),
        (DEAD, "a", [Later("b", ACCEPTED)], DRIFTED),
        (DRIFTED, "c", [Later("b", DRIFTED), Later("c", VERIFIED)], REPLACED),
        (VERIFIED, None, [Later("b", ACCEPTED)], REPLACED),
        (REJECTED, "b", [Later("b", VERIFIED)], REJECTED),  # what never arrived was not replaced
        # a later run is still at it, or had no luck
        (VERIFIED, "a", [Later("b", State.IN_FLIGHT)], VERIFIED),
        (VERIFIED, "b", [Later("b", State.UNKNOWN)], REPLACED),  # it arrived, and nobody knew
        (VERIFIED, "a", [Later("b", REJECTED)], VERIFIED),
        (VERIFIED, "x", [Later("b", State.PENDING)], DRIFTED),
        # a later run has sent the very same
        (REJECTED, "a", [Later("a", VERIFIED)], VERIFIED),
        (VERIFIED, None, [Later("a", DRIFTED)], DRIFTED),
        (VERIFIED, "a", [Later("", State.BLOCKED_LOCAL)], VERIFIED),
        # taken back in a later run
        (VERIFIED, None, [Later("", State.VOID)], State.VOID),
        (DRIFTED, None, [Later("", State.VOID)], State.VOID),
        (VERIFIED, "a", [Later("", State.VOID)], VERIFIED),  # the authority has it still
        (VERIFIED, "x", [Later("", State.VOID)], DRIFTED),
        (DEAD, None, [Later("", State.VOID)], DEAD),
    ],
)
def test_what_reading_back_says_of_a_record(
    state: State, held: str | None, later: list[Later], expected: State
) -> None:
    found = rules.compared(record(state), held, later, NOW)
    assert found.state is expected
    assert rules.compared(found, held, later, NOW) == found, "looking twice changes nothing"


def test_what_an_erased_person_had_sent_may_be_gone_on_both_sides() -> None:
    erased = replace(record(VERIFIED), payload="")
    found = rules.compared(erased, None, [], NOW)
    assert (found.state, found.reason) == (State.VOID, "taken_back")
    assert rules.compared(found, None, [], NOW) == found
    assert rules.compared(erased, "a", [], NOW).state is VERIFIED
    assert rules.compared(erased, "x", [], NOW).state is DRIFTED


def test_what_was_never_sent_is_compared_with_nothing() -> None:
    blocked = record(State.BLOCKED_LOCAL, revision="")
    assert rules.compared(blocked, "a", [], NOW) == blocked


@pytest.fixture
def small(
    school: str,
    schools: Schools,
    authority: Outside,  # noqa: ARG001 -- it must run
    monkeypatch: pytest.MonkeyPatch,
) -> str:
    """A school with 12 grades of a closed period, and a student who has none."""
    monkeypatch.setattr(sys.modules["tenants.services.schools"], "GRACE", timedelta())
    schools.furnish(school, school_year, 12, 1)
    return school


def sync() -> Status:
    return work(services.start(AUTUMN).id)


def corrected(student: StudentId, score: str) -> None:
    """An admin corrects a result of the closed period, and the night goes over it."""
    course = Course(MATHS, AUTUMN)
    with context.entered(school=context.school(), actor="olga", groups=frozenset({"school_admin"})):
        version = grades.evaluation(student, course, EXAM).version
        grades.correct(
            PersonId("olga"),
            student,
            course,
            EXAM,
            Change(Decimal(score)),
            reason="Acta corregida",
            version=version,
        )
    grades.consolidate()


def balanced(found: Status) -> Mapping[State, int]:
    assert found.run.status is RunStatus.DONE, found.run.execution
    assert found.balance is not None
    assert found.balance.balanced, found.balance.differences
    assert found.balance.foreign == 0
    assert sum(found.records.values()) == found.balance.snapshot
    return found.records


def test_rejects_go_again_and_corrections_replace_and_every_run_adds_up(
    small: str, authority: Outside
) -> None:
    authority.chaos(bad_share=1)
    refused = sync()
    assert balanced(refused) == {REJECTED: 12, State.BLOCKED_LOCAL: 1}
    authority.chaos()
    with pytest.raises(Conflict, match="arrived"):
        services.correct(AUTUMN)

    first = sync()
    assert balanced(first) == {VERIFIED: 12, State.BLOCKED_LOCAL: 1}
    assert (refused.run.kind, first.run.kind) == (RunKind.FIRST, RunKind.FIRST)

    corrected(ADA, "99")
    second = work(services.correct(AUTUMN).id)
    assert second.run.kind is RunKind.CORRECTION
    assert balanced(second) == {VERIFIED: 1, State.BLOCKED_LOCAL: 1}
    (old,) = (one for one in batches.records(first.run.id, "00001") if one.student == ADA)
    (new,) = batches.records(second.run.id, "00001")
    assert new.sent_as == old.sent_as, "the authority replaces what it has under this id"
    assert new.revision != old.revision
    held = authority.read(f"/api/grades?school_id={small}&period={AUTUMN}")["records"]
    assert len(held) == 12
    assert {one["record_id"]: one["revision"] for one in held}[new.sent_as] == new.revision

    services.reconcile(first.run.id)
    assert balanced(work(first.run.id)) == {VERIFIED: 11, REPLACED: 1, State.BLOCKED_LOCAL: 1}
    (old,) = (one for one in batches.records(first.run.id, "00001") if one.student == ADA)
    assert (old.state, old.reason) == (REPLACED, "replaced_by_later_run")


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, object]]]:
    """What is published, by topic; that it arrives there is luca/aws/tests/test_alerts.py's."""
    found: list[tuple[str, dict[str, object]]] = []
    monkeypatch.setattr(
        "govsync.services.differing.alerts.publish",
        lambda topic, _subject, facts: found.append((topic, dict(facts))),
    )
    return found


def read_back_as(run: str, held: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Status:
    """Reconcile a run as if the authority held something else."""
    with monkeypatch.context() as patch:
        patch.setattr("govsync.services.reconciling._held", lambda *_: held)
        services.reconcile(run)
        return work(run)


def test_what_does_not_agree_is_listed_filed_and_told(
    small: str,
    told: list[tuple[str, dict[str, object]]],
    ask: Ask,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ask.school, ask.who = small, "olga/gov_operator"
    run = sync().run.id
    path = f"/govsync/runs/{run}/discrepancies"
    assert ask("GET", path).json()["items"] == []
    lost, changed, *rest = batches.records(run, "00001")
    held = {one.sent_as: one.revision for one in rest}

    found = read_back_as(
        run, {**held, changed.sent_as: "e" * 64, NOBODY_SENT: "f" * 64}, monkeypatch
    )

    assert (found.run.status, found.records[DRIFTED]) == (RunStatus.FAILED, 2)
    items = ask("GET", path).json()["items"]
    assert {(one["kind"], one["record"], one["student"]) for one in items} == {
        ("missing", lost.sent_as, lost.student),
        ("other_revision", changed.sent_as, changed.student),
        ("foreign", NOBODY_SENT, ""),
    }
    table = (storage.read(f"govsync/{run}/discrepancies.csv") or b"").decode()
    assert [row["record"] for row in csv.DictReader(io.StringIO(table))] == [
        one["record"] for one in items
    ]
    ((topic, facts),) = told
    assert (topic, facts["run"]) == ("compliance", run)
    assert facts["counts"] == {"missing": 1, "other_revision": 1, "foreign": 1}
    assert not {ADA, BLAS} & set(json.dumps(facts).split('"')), "nobody's id is told"

    services.reconcile(run)
    assert balanced(work(run)) == {VERIFIED: 12, State.BLOCKED_LOCAL: 1}
    assert ask("GET", path).json()["items"] == []
    assert len(told) == 1, "what agrees again is told to nobody"


def taken_back(student: StudentId) -> None:
    """An admin excuses from the only result of a closed period, and the night goes over it."""
    course = Course(MATHS, AUTUMN)
    with context.entered(school=context.school(), actor="olga", groups=frozenset({"school_admin"})):
        version = grades.evaluation(student, course, EXAM).version
        who = PersonId("olga")
        grades.excuse(who, student, course, EXAM, reason="Otro grupo", version=version)
    grades.consolidate()


def test_a_grade_that_is_taken_back_is_void_until_it_comes_back(
    small: str, told: list[tuple[str, dict[str, object]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert small
    first = sync().run.id
    taken_back(ADA)

    second = work(services.correct(AUTUMN).id)

    assert balanced(second) == {State.VOID: 1, State.BLOCKED_LOCAL: 1}
    void = next(one for one in batches.records(second.run.id, "B0001") if one.student == ADA)
    assert (void.reason, void.payload, void.history[-1].state) == ("withdrawn", "", State.VOID)
    (item,) = services.discrepancies(second.run.id).items
    assert (item.kind, item.student, item.run) == ("withdrawn", ADA, first)
    assert told[-1][1]["counts"] == {"withdrawn": 1}, "somebody has to ask for its removal"
    whole = services.whole(AUTUMN)
    assert whole.balance.counts == {VERIFIED: 11, State.VOID: 1, State.BLOCKED_LOCAL: 1}
    assert (whole.balance.balanced, whole.balance.snapshot, whole.waiting) == (True, 13, 0)
    assert looked_at().found == {"withdrawn": 1}

    # The authority removes it: both sides agree again, and so do both runs.
    held = {one.sent_as: one.revision for one in outlines.of_run(first) if one.student != ADA}
    agreed = read_back_as(first, {k: v for k, v in held.items() if v}, monkeypatch)
    assert balanced(agreed) == {VERIFIED: 11, State.VOID: 1, State.BLOCKED_LOCAL: 1}

    corrected(ADA, "77")
    third = work(services.correct(AUTUMN).id)
    assert balanced(third) == {VERIFIED: 1, State.BLOCKED_LOCAL: 1}
    assert services.whole(AUTUMN).balance.counts == {VERIFIED: 12, State.BLOCKED_LOCAL: 1}
    assert looked_at().found == {}
    services.reconcile(second.run.id)
    assert balanced(work(second.run.id)) == {State.VOID: 1, State.BLOCKED_LOCAL: 1}


def test_a_refused_correction_counts_as_refused_and_the_old_grade_stays_there(
    small: str, authority: Outside
) -> None:
    assert small
    sync()
    corrected(ADA, "99")
    authority.chaos(bad_share=1)
    second = work(services.correct(AUTUMN).id)
    authority.chaos()
    assert balanced(second) == {REJECTED: 1, State.BLOCKED_LOCAL: 1}
    whole = services.whole(AUTUMN)
    assert whole.balance.counts == {VERIFIED: 11, REJECTED: 1, State.BLOCKED_LOCAL: 1}
    assert whole.waiting == 1, "a refused grade is given back"
    assert looked_at().found == {}, "the authority holds what it took"
