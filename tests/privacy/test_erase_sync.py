"""Erasing somebody whose grades travel to the authority."""

import json
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.core.management import CommandError
from pytest_django.fixtures import Settings

from govsync import keys as sync_keys
from govsync import pace
from govsync import services as govsync
from govsync.domain import RunStatus, State
from govsync.engine import Phase
from govsync.models import BreakerItem, RateItem
from govsync.repository import batches, outlines, runs
from govsync.rules import evidence as rules
from govsync.rules.evidence import Checked
from govsync.services import freezing, reading
from govsync.tests.cast import work
from govsync.tests.checking import looked_at
from govsync.tests.outside import TOKEN, Outside, simulator
from luca.aws import storage, store
from luca.aws.tests.copying import Schools
from luca.kernel import clock, context
from tests.privacy.cast import CURP, NANDU, PAST, marked_school, table_text
from tests.privacy.test_erase import erased
from tests.privacy.test_export import exported

if TYPE_CHECKING:
    from luca.localaws.embedded import Embedded


@pytest.fixture
def authority(
    tmp_path_factory: pytest.TempPathFactory,
    settings: Settings,
    school: str,  # noqa: ARG001 -- it must be entered
) -> Iterator[Outside]:
    with simulator(tmp_path_factory.mktemp("authority")) as started:
        settings.AUTHORITY_URL, settings.AUTHORITY_TOKEN = started.url, TOKEN
        settings.GOVSYNC_TIME_SCALE = 0.01
        yield started
        store.delete(BreakerItem(sync_keys.breaker(), sync_keys.SINGLE))
        store.delete(RateItem(sync_keys.rate(), sync_keys.SINGLE))


@pytest.fixture
def north(
    school: str,
    schools: Schools,
    authority: Outside,  # noqa: ARG001 -- it must run
    monkeypatch: pytest.MonkeyPatch,
) -> str:
    monkeypatch.setattr(sys.modules["tenants.services.schools"], "GRACE", timedelta())
    marked_school(school, schools)
    return school


def refused(person: str, school: str, out: Path) -> str:
    with pytest.raises(CommandError) as error:
        erased(person, school, out)
    assert error.value.returncode == 3
    assert not out.exists()
    return str(error.value)


def test_what_was_sent_is_shown_and_an_erasure_leaves_its_ledger_without_the_curp(
    north: str, aws: "Embedded", tmp_path: Path
) -> None:
    assert work(govsync.start(PAST).id).run.status is RunStatus.DONE
    (sent,) = exported(NANDU, north, tmp_path / "before")["sync"]
    assert CURP in sent["payload"]

    erased(NANDU, north, tmp_path / "c.json")

    assert CURP not in table_text(aws, north)
    (left,) = exported(NANDU, north, tmp_path / "after")["sync"]
    assert "payload" not in left
    assert (left["state"], left["revision"]) == (State.VERIFIED.value, sent["revision"])


def test_a_run_reconciles_again_after_an_erasure(north: str, tmp_path: Path) -> None:
    run = govsync.start(PAST)
    work(run.id)
    erased(NANDU, north, tmp_path / "c.json")

    govsync.reconcile(run.id)
    found = work(run.id)

    assert found.run.status is RunStatus.DONE
    assert found.balance is not None
    assert found.balance.balanced


def test_after_an_erasure_corrections_and_daily_checks_go_on_and_the_period_adds_up(
    north: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = govsync.start(PAST).id
    work(first)
    before = govsync.whole(PAST).balance
    erased(NANDU, north, tmp_path / "c.json")

    second = work(govsync.correct(PAST).id)
    assert second.run.status is RunStatus.DONE
    whole = govsync.whole(PAST)
    assert (whole.balance.balanced, whole.balance.counts) == (True, before.counts)
    assert looked_at(PAST).found == {}

    # The authority removes the person as well: nothing is missing.
    held = {
        one.sent_as: one.revision
        for one in outlines.of_run(first)
        if one.revision and one.student != NANDU
    }
    monkeypatch.setattr(reading, "kept", lambda *_: held)
    assert looked_at(PAST).found == {}
    govsync.reconcile(first)
    found = work(first)
    assert found.run.status is RunStatus.DONE
    assert found.records[State.VOID] == 1


def test_an_erasure_waits_for_a_run_that_holds_the_person(
    north: str, aws: "Embedded", tmp_path: Path
) -> None:
    run = govsync.start(PAST)
    assert "snapshot" in refused(NANDU, north, tmp_path / "c.json")
    freezing.snapshot(run)
    before = table_text(aws, north)
    said = refused(NANDU, north, tmp_path / "c.json")
    assert run.id in said
    assert "when it has ended" in said
    assert table_text(aws, north) == before

    work(run.id)
    assert erased(NANDU, north, tmp_path / "c.json")


def test_an_erasure_waits_for_a_draft_that_a_failed_run_has_left(
    north: str, aws: "Embedded", tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is in no book, and yet going on with the run would send it."""
    run = govsync.start(PAST)

    def broken(*_: object) -> None:
        raise RuntimeError("between the draft and its place in the book")

    with monkeypatch.context() as patched:
        patched.setattr(freezing, "_claim_and_freeze", broken)
        with pytest.raises(RuntimeError):
            freezing.snapshot(run)
    ended = replace(run, execution=replace(run.execution, phase=Phase.FAILED))
    store.put(runs._item(ended))
    assert govsync.run(run.id).status is RunStatus.FAILED
    assert runs.snapshot(run.id) is None
    before = table_text(aws, north)
    assert CURP in before

    assert "redrive" in refused(NANDU, north, tmp_path / "c.json")
    assert table_text(aws, north) == before
    (held,) = exported(NANDU, north, tmp_path / "all")["sync"]
    assert CURP in held["payload"]


@pytest.mark.slow
def test_an_erasure_waits_for_a_batch_that_may_still_be_sent_again(
    north: str, authority: Outside, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Others' calls pass meanwhile: it is not the authority that is down.
    monkeypatch.setattr(pace, "note", lambda **_: 0)
    run = govsync.start(PAST)
    authority.chaos(error_share=1)
    while not govsync.dead(run.id):
        govsync.advance(run.id, govsync.run(run.id).version)
        time.sleep(0.02)
    authority.chaos()
    store.delete(BreakerItem(sync_keys.breaker(), sync_keys.SINGLE))
    work(run.id)
    assert govsync.dead(run.id), "or it proves nothing"

    assert "redrive" in refused(NANDU, north, tmp_path / "c.json")

    govsync.redrive(run.id)
    work(run.id)
    assert erased(NANDU, north, tmp_path / "c.json")


@pytest.mark.usefixtures("north")
def test_the_authority_s_own_words_are_kept_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """An authority that quotes the CURP in every field that it answers with."""
    from govsync import client  # noqa: PLC0415 -- what is replaced
    from luca.aws import queue  # noqa: PLC0415 -- what is watched

    words = f"La CURP {CURP} de Quetzalcóatl Zyxxwv no existe"
    row = {"record_id": CURP, "code": words, "message": words}
    body = {"code": words, "message": words, "errors": [row]}
    monkeypatch.setattr(client, "send", lambda *_: client.Answer(409, body))
    letters: list[str] = []
    monkeypatch.setattr(queue, "send_batch", lambda _, bodies, **__: letters.extend(bodies))
    run = govsync.start(PAST)
    freezing.snapshot(run)
    number = next(one.number for one in batches.book(run.id) if one.open)
    from govsync.services import burying, sending  # noqa: PLC0415 -- the steps of the machine

    while sending.send_batch(run, number)["outcome"] == "PACE":
        pass
    burying.bury(run, number, {"reason": "http_409"})

    batch = batches.get(run.id, number)
    assert batch is not None
    assert batch.answer == "409 other"
    assert letters
    for text in (*letters, str(batch)):
        assert CURP not in text
        assert "Zyxxwv" not in text


def everything_stored(school: str) -> str:
    """The text of all files of the school."""
    with context.entered(school=school):
        return "\n".join(
            (storage.read(name) or b"").decode(errors="replace") for name in storage.names()
        )


def evidence_of(run: str, file: Path) -> Checked:
    with file.open("w+b") as out:
        made = govsync.pack(run, out)
    return govsync.verify(file, made.root)


def test_evidence_says_that_somebody_was_erased_and_still_proves_the_rest(
    north: str, tmp_path: Path
) -> None:
    run = govsync.start(PAST)
    work(run.id)
    assert CURP in everything_stored(north)
    before = evidence_of(run.id, tmp_path / "before.zip")
    assert (before.findings, before.notes) == ((), ())
    names = {one["name"] for one in exported(NANDU, north, tmp_path / "export")["files"]}
    assert f"govsync/{run.id}/evidence/00001/payload.json" in names

    certificate = erased(NANDU, north, tmp_path / "c.json")

    assert CURP not in everything_stored(north)
    assert certificate["found"]["evidence"] == {"pseudonymised": 1}
    after = evidence_of(run.id, tmp_path / "after.zip")
    assert [str(one) for one in after.findings] == []
    assert [one.what for one in after.notes] == ["1 records were erased on request"]
    assert after.root != before.root, "the audit log has both"


@pytest.mark.usefixtures("north")
def test_an_answer_that_quotes_the_person_loses_its_words_and_keeps_its_hash() -> None:
    quoting = f'{{"message": "La CURP {CURP} no existe"}}'.encode()
    at = clock.now()
    facts = {"previous": "", "attempt": 1}
    content = rules.kept_call(facts, b'{"grades":[]}', quoting, {}, (at, at)).content

    assert rules.says(content, [CURP.lower()])
    left = rules.without_body(content)

    assert CURP.encode() not in left
    assert not rules.says(left, [CURP])
    assert json.loads(left)["facts"] == json.loads(content)["facts"]
