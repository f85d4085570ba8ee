"""The definition is the machine: an edited copy is followed without a change of code."""

import json
from pathlib import Path
from typing import Any

import pytest

from govsync import definition, pace, services
from govsync.domain import Run, RunStatus, State
from govsync.engine import Phase
from govsync.repository import runs
from govsync.tests.cast import AUTUMN, work
from govsync.tests.outside import Outside


def edited(folder: Path) -> Path:
    """A copy with a state renamed, 5 s made 1 s, and a Choice added."""
    text = Path(definition.FILE).read_text(encoding="utf-8").replace('"SendBatch"', '"Deliver"')
    raw: dict[str, Any] = json.loads(text)
    states = raw["States"]
    states["FirstDelay"]["Result"]["seconds"] = 1
    states["PrepBatch"]["Next"] = "IsItTheLast"
    states["IsItTheLast"] = {
        "Type": "Choice",
        "Choices": [{"Variable": "$.next.remaining", "NumericEquals": 1, "Next": "Breathe"}],
        "Default": "Deliver",
    }
    states["Breathe"] = {"Type": "Wait", "Seconds": 3, "Next": "Deliver"}
    copy = folder / "edited.asl.json"
    copy.write_text(json.dumps(raw), encoding="utf-8")
    return copy


def test_an_edited_copy_is_followed_without_a_change_of_code(
    north: str,  # noqa: ARG001 -- it must run
    authority: Outside,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(definition, "FILE", edited(tmp_path))
    authority.chaos(outage_for=0.5)
    run = services.start(AUTUMN)

    found = work(run.id)

    assert found.run.status is RunStatus.DONE
    assert found.records == {State.VERIFIED: 120, State.BLOCKED_LOCAL: 3}
    entered = [one.state for one in services.steps(run.id) if one.phase == "ENTERING"]
    assert "SendBatch" not in entered
    assert entered.count("IsItTheLast") == 2
    assert entered.count("Breathe") == 1


def test_a_run_finishes_on_the_text_it_began_with(
    north: str,  # noqa: ARG001 -- it must run
    authority: Outside,  # noqa: ARG001 -- it must run
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = services.start(AUTUMN)
    monkeypatch.setattr(definition, "FILE", edited(tmp_path))

    work(run.id)
    first = {one.state for one in services.steps(run.id)}
    services.reconcile(run.id)

    assert "Deliver" not in first
    assert "SendBatch" in first
    assert "Deliver" in runs.definition(services.run(run.id)), "a new execution takes the new text"


@pytest.mark.slow
def test_the_first_wait_lasts_what_the_text_says(
    north: str,  # noqa: ARG001 -- it must run
    authority: Outside,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(definition, "FILE", edited(tmp_path))
    # Others' calls pass meanwhile: it is not the authority that is down.
    monkeypatch.setattr(pace, "note", lambda **_: 0)
    authority.chaos(error_share=1)
    waits: list[float] = []
    move = runs.move

    def noted(run: Run, *rest: Any) -> None:
        at = run.execution
        if (at.state, at.phase) == ("WaitBackoff", Phase.WAITING):
            waits.append(at.seconds)
        move(run, *rest)

    monkeypatch.setattr(runs, "move", noted)
    run = services.start(AUTUMN)
    for _ in range(40):
        services.advance(run.id, services.run(run.id).version)
        if services.dead(run.id):
            break

    assert waits[:3] == [1, 15, 45], "a second where five were; the others as they are deployed"
