"""Reading back finds what the authority has lost, changed, doubled or got from somebody else."""

import pytest

from govsync import services
from govsync.domain import RunStatus, State
from govsync.repository import batches
from govsync.services import reconciling
from govsync.tests.cast import AUTUMN, work
from govsync.tests.checking import somebody_sends
from govsync.tests.outside import Outside
from govsync.tests.test_command import said
from luca.aws.store import ConditionFailed

NOBODY_SENT = "00000000-0000-5000-8000-000000000000"


def ours(run: str) -> set[str]:
    return {one.sent_as for number in ("00001", "00002") for one in batches.records(run, number)}


@pytest.mark.parametrize(
    ("chaos", "kind", "state"),
    [("lost_share", "missing", "DRIFTED"), ("changed_share", "other_revision", "DRIFTED")],
)
def test_what_the_authority_took_and_lost_or_changed_is_found_record_by_record(
    village: str, authority: Outside, chaos: str, kind: str, state: str
) -> None:
    assert village
    authority.chaos(**{chaos: 1})

    found = work(services.start(AUTUMN).id)

    assert (found.run.status, found.run.execution.error) == (RunStatus.FAILED, "Gov.Unbalanced")
    assert found.records[State(state)] == 6
    items = services.discrepancies(found.run.id).items
    assert {(one.kind, one.record) for one in items} == {(kind, one) for one in ours(found.run.id)}


def test_what_arrived_twice_counts_once_and_what_nobody_sent_is_listed(
    village: str, authority: Outside
) -> None:
    somebody_sends(authority, f"k-{village}", NOBODY_SENT)
    authority.chaos(duplicate_share=1)

    found = work(services.start(AUTUMN).id)

    assert found.run.status is RunStatus.DONE
    assert found.records == {State.VERIFIED: 6, State.BLOCKED_LOCAL: 1}
    assert found.balance is not None
    assert (found.balance.balanced, found.balance.foreign) == (True, 1)
    (item,) = services.discrepancies(found.run.id).items
    assert (item.kind, item.record, item.student) == ("foreign", NOBODY_SENT, "")
    held = authority.read(f"/api/grades?school_id={village}&period={AUTUMN}")["records"]
    assert {one["record_id"] for one in held} == ours(found.run.id) | {NOBODY_SENT}
    histories = {t.state for one in batches.records(found.run.id, "00001") for t in one.history}
    assert State.ACCEPTED_DUPLICATE in histories


@pytest.mark.usefixtures("authority")
@pytest.mark.parametrize("checked", [True, False])
def test_a_line_that_another_worker_checked_meanwhile_is_passed_over(
    village: str,
    monkeypatch: pytest.MonkeyPatch,
    checked: bool,  # noqa: FBT001 -- whether the other one has finished
) -> None:
    assert village
    settle, overtaken = batches.settle, 0

    def late(*given: object, **named: object) -> object:
        nonlocal overtaken
        line = given[2]
        if getattr(line, "checked", 0) and not overtaken:
            overtaken += 1
            if checked:
                settle(*given, **named)  # type: ignore[arg-type]
            raise ConditionFailed
        return settle(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(reconciling.batches, "settle", late)  # type: ignore[attr-defined]
    run = services.start(AUTUMN)
    found = work(run.id)

    assert overtaken == 1
    assert found.run.status is RunStatus.DONE
    assert found.records == {State.VERIFIED: 6, State.BLOCKED_LOCAL: 1}
    notes = [step.note for step in services.steps(run.id) if step.note]
    assert notes.count("Gov.ChangedMeanwhile") == (0 if checked else 1), "it is no failure"


def test_a_run_that_does_not_balance_sends_nobody_to_letters_that_are_not_there(
    village: str, authority: Outside
) -> None:
    authority.chaos(lost_share=1)
    run = services.start(AUTUMN).id
    work(run)

    shown = said("status", "--school", village)

    assert "error     Gov.Unbalanced: " in shown
    assert f"to do     manage.py govsync discrepancies --school {village} --run {run}" in shown
    assert "letters" not in shown
    assert said("letters", "--school", village) == "No letters.\n"
