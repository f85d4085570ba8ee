"""What was sent can be sent anew: corrected back, refused and unchanged, lost, or disputed."""

import json
from collections.abc import Mapping
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command

from govsync import services
from govsync.domain import RunStatus, State
from govsync.repository import batches
from govsync.services import Status
from govsync.tests.cast import AUTUMN, work
from govsync.tests.outside import Outside
from govsync.tests.test_corrections import ADA, corrected
from govsync.tests.test_runs import batches_seen
from govsync.tests.test_runs import held as kept
from luca.api.tests.asking import Ask

BLOCKED = {State.BLOCKED_LOCAL: 1}


def sent() -> Status:
    return work(services.start(AUTUMN).id)


def held(authority: Outside, school: str) -> Mapping[str, Decimal]:
    """What the authority holds, by its ids."""
    found = authority.read(f"/api/grades?school_id={school}&period={AUTUMN}")["records"]
    return {one["record_id"]: Decimal(one["score"]) for one in found}


def test_a_grade_that_is_corrected_back_arrives_as_a_revision_of_its_own(
    village: str, authority: Outside
) -> None:
    sent()
    keys, revisions = set(), set()
    for score in ("99", "80", "99"):
        corrected(ADA, score)
        found = sent()
        assert found.run.status is RunStatus.DONE
        assert found.records == {State.VERIFIED: 1, **BLOCKED}
        (record,) = batches.records(found.run.id, "00001")
        assert held(authority, village)[record.sent_as] == Decimal(score)
        batch = batches.get(found.run.id, "00001")
        assert batch is not None
        keys.add(batch.key)
        revisions.add(record.revision)

    assert (len(keys), len(revisions)) == (3, 3)


def test_a_reject_that_goes_again_unchanged_is_not_answered_with_its_old_refusal(
    village: str, authority: Outside
) -> None:
    """The authority keeps a batch that it took in part, even if that part is nothing."""
    authority.chaos(bad_share=1, partial_share=1)
    assert sent().records == {State.REJECTED_DATA: 6, **BLOCKED}
    authority.chaos()

    assert sent().records == {State.VERIFIED: 6, **BLOCKED}
    assert len(held(authority, village)) == 6


@pytest.mark.parametrize("chaos", ["lost_share", "changed_share"])
def test_what_the_authority_lost_or_changed_is_sent_anew_once_somebody_says_so(
    village: str, authority: Outside, chaos: str
) -> None:
    authority.chaos(**{chaos: 1})
    first = sent()
    assert (first.run.status, first.records) == (RunStatus.FAILED, {State.DRIFTED: 6, **BLOCKED})
    authority.chaos()
    assert services.preview(AUTUMN)["records"] == 0, "it is for a person"

    assert services.resend(first.run.id) == 6
    assert services.resend(first.run.id) == 0, "asked for twice it goes once"
    second = work(services.correct(AUTUMN).id)

    assert second.records == {State.VERIFIED: 6, **BLOCKED}
    assert sorted(held(authority, village).values()) == [50, 51, 52, 53, 54, 55]
    assert {one["bodies"] for one in batches_seen(authority, village)} == {1}
    assert services.resend(first.run.id) == 0, "they are the later run's now"
    services.reconcile(first.run.id)
    found = work(first.run.id)
    assert found.records == {State.SUPERSEDED: 6, **BLOCKED}
    assert found.run.status is RunStatus.DONE, "and the older run adds up"


def test_a_conflict_is_ended_by_sending_its_records_under_a_new_key(
    village: str, authority: Outside
) -> None:
    authority.chaos(conflict_share=1)
    first = sent()
    assert first.records == {State.CONFLICT: 6, **BLOCKED}
    authority.chaos()
    old = {batches.get(first.run.id, one).key for one in ("00001", "00002")}  # type: ignore[union-attr]

    assert services.resend(first.run.id) == 6
    second = sent()

    assert second.records == {State.VERIFIED: 6, **BLOCKED}
    new = {batches.get(second.run.id, one).key for one in ("00001", "00002")}  # type: ignore[union-attr]
    assert not old & new
    assert {one["deliveries"] for one in kept(authority, village)} == {1}


def test_a_grade_that_was_corrected_since_goes_as_it_is_now_and_not_twice(
    village: str, authority: Outside
) -> None:
    authority.chaos(conflict_share=1)
    first = sent()
    authority.chaos()
    corrected(ADA, "99")

    assert services.resend(first.run.id) == 5
    assert sent().records == {State.VERIFIED: 6, **BLOCKED}
    assert max(held(authority, village).values()) == 99


def test_it_is_asked_for_at_the_command_line_and_over_http(
    village: str, authority: Outside, ask: Ask
) -> None:
    authority.chaos(conflict_share=1)
    run = sent().run.id
    out = StringIO()

    call_command("govsync", "resend", "--school", village, "--run", run, "--dry-run", stdout=out)
    assert "holds 6 records" in out.getvalue()
    ask.school, ask.who = village, "olga/gov_operator"
    answer = ask("POST", f"/govsync/runs/{run}/resend")
    assert (answer.status_code, answer.json()) == (200, {"records": 6})
    out = StringIO()
    call_command("govsync", "resend", "--school", village, "--run", run, "--json", stdout=out)
    assert json.loads(out.getvalue()) == {"run": run, "records": 0}

    under_way = services.start(AUTUMN).id
    answer = ask("POST", f"/govsync/runs/{under_way}/resend")
    assert (answer.status_code, answer.json()["code"]) == (409, "run_under_way")
