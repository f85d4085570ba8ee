"""The evidence of runs that did not go straight: killed, paused, redriven, corrected."""

import sys
from datetime import timedelta
from pathlib import Path

import pytest

from govsync import services
from govsync.domain import Batch, RunStatus, State
from govsync.repository import batches
from govsync.services import advancing, evidence
from govsync.tests.archives import packed, unpacked
from govsync.tests.cast import AUTUMN, school_year, students, work, work_until_one_is_dead
from govsync.tests.outside import Outside
from govsync.tests.test_corrections import corrected

ADA, *_ = students(1)
UNHEARD = "the ledger never heard of this answer: its worker was stopped"
CUT_OFF = "batches/00001/calls/: attempt 1 left no answer: it was cut off"
UNBALANCED = "run.json: the run ended without a balance"
CALL = "batches/00001/calls/0001.json"


@pytest.fixture
def run(school: str, authority: Outside, monkeypatch: pytest.MonkeyPatch) -> str:  # noqa: ARG001 -- it must run
    """A run of twelve grades in two batches, which nobody works on yet."""
    monkeypatch.setattr(sys.modules["tenants.services.schools"], "GRACE", timedelta())
    monkeypatch.setattr(sys.modules["govsync.rules.freezing"], "MOST_RECORDS", 6)
    monkeypatch.setattr(advancing, "LEASE", timedelta(seconds=0.5))  # of a worker that dies
    school_year(school, 12, ungraded=1)
    return services.start(AUTUMN).id


def noted(run: str, folder: Path) -> list[str]:
    """What verify remarks on the run's evidence, in which it finds nothing wrong."""
    made, content = packed(run)
    file = folder / f"{made.root}.zip"
    file.write_bytes(content)
    found = services.verify(file, made.root)
    assert [str(one) for one in found.findings] == []
    return [str(one) for one in found.notes]


def killed_before(run: str, place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the worker die at its first call: before its files, or before the ledger's entry."""
    save = batches.save

    def die(*given: object) -> Batch:
        if place == "keep" or (isinstance(given[0], Batch) and given[0].chain):
            raise KeyboardInterrupt
        return save(*given)  # type: ignore[arg-type] # as it was called

    with monkeypatch.context() as patch:
        patch.setattr(evidence if place == "keep" else batches, place, die)
        with pytest.raises(KeyboardInterrupt):
            work(run)


def test_a_call_that_the_ledger_never_heard_of_is_noted_until_the_next_is_chained_to_it(
    run: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed_before(run, "save", monkeypatch)
    services.pause()
    assert noted(run, tmp_path) == [f"{CALL}: {UNHEARD}", UNBALANCED]

    services.resume()
    assert work(run).records == {State.VERIFIED: 12, State.BLOCKED_LOCAL: 1}

    assert noted(run, tmp_path) == []
    assert CALL in unpacked(packed(run)[1])


def test_a_call_of_which_nothing_is_left_is_noted_for_ever(
    run: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed_before(run, "keep", monkeypatch)
    services.pause()
    assert noted(run, tmp_path) == [CUT_OFF, UNBALANCED]

    services.resume()
    assert work(run).run.status is RunStatus.DONE

    assert noted(run, tmp_path) == [CUT_OFF]


def test_the_evidence_of_several_executions_is_one_story(
    run: str, authority: Outside, tmp_path: Path
) -> None:
    authority.chaos(error_share=1)
    work_until_one_is_dead(run)
    authority.chaos()
    work(run)
    services.redrive(run)
    assert work(run).records == {State.VERIFIED: 12, State.BLOCKED_LOCAL: 1}
    assert noted(run, tmp_path) == []
    services.reconcile(run)
    found = work(run)

    assert found.run.executions == 3
    assert noted(run, tmp_path) == []
    files = unpacked(packed(run)[1])
    pages = sorted(one.partition("read-back/")[2] for one in files if "read-back/" in one)
    assert [one.partition("-")[0] for one in pages] == ["1", "2", "3"]
    assert len([one for one in files if one.startswith("batches/00001/calls/")]) == 5


def test_a_correction_has_evidence_of_its_own_and_leaves_that_of_the_first_run_whole(
    run: str, tmp_path: Path
) -> None:
    work(run)
    before, _ = packed(run)
    corrected(ADA, "99")
    second = services.correct(AUTUMN).id
    work(second)

    assert noted(second, tmp_path) == []
    assert packed(run)[0] == before, "nothing of the first run was touched"
    services.reconcile(run)
    work(run)
    assert noted(run, tmp_path) == []
    assert packed(run)[0].root != before.root
