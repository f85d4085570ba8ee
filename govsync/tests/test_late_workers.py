"""A worker that was believed dead and goes on changes nothing that another has done since."""

import contextlib
from typing import Any

import pytest

from govsync import rules, services
from govsync.domain import Batch, State
from govsync.repository import batches
from govsync.services import freezing
from govsync.services.candidates import identities, records
from govsync.services.numbers import Numbers
from govsync.services.sending import live
from govsync.tests.cast import AUTUMN, work
from govsync.tests.outside import Outside
from luca.aws.store import ConditionFailed

FIRST = "00001"
pytestmark = pytest.mark.usefixtures("village")


def test_it_does_not_set_an_answered_part_of_a_batch_back(
    authority: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[Any, ...]] = []
    add = batches.add

    def watched(*given: Any) -> None:
        seen.append(given)
        add(*given)

    authority.chaos(vague_share=1, script=[{"on": "POST", "do": "vague", "calls": [1, 1]}])
    run = services.start(AUTUMN)
    with monkeypatch.context() as patch:
        patch.setattr(batches, "add", watched)
        work(run.id)
    child, part, parent = seen[0]
    before = batches.records(run.id, child.number)
    assert {one.state for one in before} == {State.VERIFIED}

    with monkeypatch.context() as patch:
        patch.setattr(batches, "get", lambda *_: None)  # as it was when the worker looked
        with pytest.raises(ConditionFailed):
            batches.add(child, part, parent)

    assert batches.records(run.id, child.number) == before


def test_it_adds_no_records_to_a_draft_that_another_freezes(
    authority: Outside,  # noqa: ARG001 -- it must run
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = services.start(AUTUMN)
    some = [one for one in records(AUTUMN, identities(run)) if one.state is State.PENDING]
    blank = Batch(run=run.id, number=FIRST, state=State.DRAFT, count=2)
    draft = batches.draft(blank, some[:1])
    read = batches.records

    def read_and_then_its_author_goes_on(identity: str, number: str) -> Any:
        found = read(identity, number)
        with contextlib.suppress(ConditionFailed):
            batches._write_fenced(draft, some[1:2])
        return found

    with monkeypatch.context() as patch:
        patch.setattr(batches, "records", read_and_then_its_author_goes_on)
        freezing._finish_drafts(run, Numbers([]))

    frozen = batches.get(run.id, FIRST)
    assert frozen is not None
    assert frozen.key == rules.batch_key(live(batches.records(run.id, FIRST)))
    assert work(run.id).records == {State.VERIFIED: 6, State.BLOCKED_LOCAL: 1}
