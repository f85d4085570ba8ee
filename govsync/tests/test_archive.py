"""A run's evidence in one file, and that nobody changes it unnoticed."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from govsync import services
from govsync.domain import Run
from govsync.repository import whole
from govsync.rules import evidence as rules
from govsync.rules.evidence import archive
from govsync.tests.archives import (
    MADE,
    Files,
    edited,
    findings,
    packed,
    repacked,
    small_run,
    unpacked,
)
from govsync.tests.outside import Outside
from luca.aws import storage
from luca.kernel.errors import Conflict

FIRST = "batches/00001/"


@pytest.fixture
def run(school: str, authority: Outside, no_grace: None) -> Run:  # noqa: ARG001 -- periods must close
    return small_run(school, authority)


@pytest.fixture
def evidence(request: pytest.FixtureRequest) -> bytes:
    """An archive that is as it was made."""
    if not MADE:
        MADE["run"] = packed(request.getfixturevalue("run").id)[1]
    return MADE["run"]


@pytest.fixture
def files(evidence: bytes) -> Files:
    return unpacked(evidence)


def test_a_run_s_evidence_is_whole_and_the_same_each_time(
    run: Run, school: str, tmp_path: Path
) -> None:
    made, content = packed(run.id)
    (tmp_path / "a.zip").write_bytes(content)

    found = services.verify(tmp_path / "a.zip", made.root)

    assert [str(one) for one in (*found.findings, *found.notes)] == []
    assert (found.root, made.size) == (made.root, len(content))
    assert found.manifest["school"] == school
    counts = found.manifest["counts"]
    assert counts["records"] > 14, "records that went on are in two batches"
    assert counts["calls"] == 2
    assert whole.archives(run.id) == [made.root]
    assert packed(run.id) == (made, content)
    MADE.setdefault("run", content)


def test_it_holds_the_exact_bytes_the_ledger_the_acts_and_the_balance(
    files: Files,
) -> None:
    first = json.loads(files[FIRST + "calls/0001.json"])
    acts = [json.loads(line) for line in files["acts.jsonl"].splitlines()]
    steps = [json.loads(line) for line in files["steps.jsonl"].splitlines()]
    records = [json.loads(line) for line in files[FIRST + "records.jsonl"].splitlines()]

    assert rules.digest(files[FIRST + "payload.json"]) == first["facts"]["payload"]["sha256"]
    assert (first["facts"]["status"], rules.body_of(first) is None) == (422, False)
    assert [one["action"] for one in acts] == ["sync.started"]
    assert "SendBatch" in {one["state"] for one in steps}
    assert {one["state"] for one in records} >= {"REJECTED_DATA"}
    assert "payload" not in records[0]
    assert json.loads(files["balance.json"])["balance"]["snapshot"] == 14
    assert any(name.startswith("files/read-back/") for name in files)


def test_evidence_is_of_a_run_that_has_ended(run: Run) -> None:
    services.reconcile(run.id)

    with pytest.raises(Conflict, match="under way"):
        packed(run.id)


def test_a_later_change_of_the_run_changes_the_root(run: Run) -> None:
    before, _ = packed(run.id)
    name = next(one for one in storage.names(f"govsync/{run.id}/evidence/") if "0001.json" in one)
    storage.write(name, (storage.read(name) or b"") + b" ")

    after, content = packed(run.id)

    assert after.root != before.root
    assert sorted(whole.archives(run.id)) == sorted([before.root, after.root])
    assert unpacked(content)


def test_any_byte_that_is_changed_added_or_cut_off_is_found(
    evidence: bytes, tmp_path: Path
) -> None:
    @hypothesis(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.integers(0, len(evidence) - 1), st.integers(1, 255))
    def flipped(place: int, by: int) -> None:
        changed = bytearray(evidence)
        changed[place] ^= by
        assert findings(bytes(changed), tmp_path)

    @hypothesis(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.integers(0, len(evidence) - 1))
    def truncated(length: int) -> None:
        assert findings(evidence[:length], tmp_path)

    assert findings(evidence, tmp_path) == []
    flipped()
    truncated()
    assert findings(evidence + b"\n", tmp_path)


def test_any_change_of_a_file_names_the_file(files: Files, tmp_path: Path) -> None:
    assert findings(repacked(files, sums=False), tmp_path) == []
    for name in sorted(files):
        content = bytearray(files[name] or b"\n")
        content[len(content) // 2] ^= 1
        changed = {**files, name: bytes(content)}

        found = findings(repacked(changed, sums=False), tmp_path)

        assert any(name in one for one in found), name


def test_a_file_that_is_missing_or_added_is_named(files: Files, tmp_path: Path) -> None:
    for name in sorted(files):
        left = {one: content for one, content in files.items() if one != name}
        found = findings(repacked(left, sums=False), tmp_path)
        assert f"{name}: is missing" in found
    more = {**files, "batches/00001/calls/0009.json": b"{}"}
    found = findings(repacked(more, sums=False), tmp_path)
    assert "batches/00001/calls/0009.json: was added: SHA256SUMS does not know it" in found


def _swap_answers(files: Files) -> Files:
    """The words of two calls change places."""
    one, two = FIRST + "calls/0001.json", "batches/00001.1/calls/0001.json"
    first, second = json.loads(files[one]), json.loads(files[two])
    first["body"], second["body"] = second["body"], first["body"]
    return {**files, one: json.dumps(first).encode(), two: json.dumps(second).encode()}


def _swap_calls(files: Files) -> Files:
    one, two = FIRST + "calls/0001.json", "batches/00001.1/calls/0001.json"
    return {**files, one: files[two], two: files[one]}


def _status(files: Files) -> Files:
    def accept(call: Any) -> Any:
        return {**call, "facts": {**call["facts"], "status": 200}}

    return edited(files, FIRST + "calls/0001.json", accept)


def _status_and_chain(files: Files) -> Files:
    def accept(call: Any) -> Any:
        facts = {**call["facts"], "status": 200}
        return {**call, "facts": facts, "chain": rules.chain_of(facts)}

    return edited(files, FIRST + "calls/0001.json", accept)


def _drop_a_call(files: Files) -> Files:
    return {name: one for name, one in files.items() if name != FIRST + "calls/0001.json"}


def _drop_a_batch(files: Files) -> Files:
    return {name: one for name, one in files.items() if not name.startswith(FIRST)}


def _score(files: Files) -> Files:
    def better(payload: Any) -> Any:
        payload["grades"][0]["score"] = "100"
        return payload

    changed = json.loads(files[FIRST + "payload.json"])
    return {**files, FIRST + "payload.json": json.dumps(better(changed)).encode()}


def _order(files: Files) -> Files:
    def turned(payload: Any) -> Any:
        return {**payload, "grades": payload["grades"][::-1]}

    return edited(files, FIRST + "payload.json", turned)


def _become(state: str, *, history: bool) -> Callable[[Files], Files]:
    """Make a rejected record one that arrived, in its history too or not."""

    def change(files: Files) -> Files:
        def arrive(rows: Any) -> Any:
            rows = copy.deepcopy(rows)
            one = next(row for row in rows if row["state"] == "REJECTED_DATA")
            one["state"] = state
            if history:
                one["history"][-1][0] = state
            return rows

        return edited(files, FIRST + "records.jsonl", arrive)

    return change


def _forget_a_record(files: Files) -> Files:
    return edited(files, FIRST + "records.jsonl", lambda rows: rows[1:])


def _count(files: Files) -> Files:
    def less(item: Any) -> Any:
        item["balance"]["counts"]["BLOCKED_LOCAL"] -= 1
        return item

    return edited(files, "balance.json", less)


def _erase(files: Files) -> Files:
    """Pretend that an erasure took a record."""
    sent = files[FIRST + "payload.json"]
    gone = json.loads(sent)["grades"][0]["revision"]
    return {**files, FIRST + "payload.json": rules.without_records(sent, [gone])}


@pytest.mark.parametrize(
    ("tamper", "where", "what"),
    [
        (_swap_answers, FIRST + "calls/0001.json", "the answer is not what was chained"),
        (_swap_calls, FIRST + "calls/0001.json", "its batch is another one"),
        (_status, FIRST + "calls/0001.json", "its facts are not what was chained"),
        (_status_and_chain, FIRST + "calls/", "the chain is broken"),
        (_drop_a_call, FIRST + "calls/", "the chain is broken"),
        (_drop_a_batch, FIRST, "is missing"),
        (_score, FIRST + "payload.json", "is not what its revision says"),
        (_score, FIRST + "calls/0001.json", "the payload is not what was chained"),
        (_order, FIRST + "payload.json", "do not make the batch's key"),
        (_become("VERIFIED", history=False), FIRST + "records.jsonl", "not the last of its"),
        (_become("VERIFIED", history=True), FIRST + "records.jsonl", "was not read back"),
        (_become("DEAD", history=True), "balance.json", "and the records are"),
        (_forget_a_record, FIRST + "payload.json", "the ledger has no record of revision"),
        (_forget_a_record, "manifest.json", "records, and"),
        (_count, "balance.json", "and the records are"),
        (_erase, FIRST + "payload.json", "erased in the ledger or here, and not in both"),
    ],
)
def test_who_makes_the_hashes_anew_is_found_by_what_does_not_hold_together(
    files: Files, tmp_path: Path, tamper: Callable[[Files], Files], where: str, what: str
) -> None:
    found = findings(repacked(tamper(files), sums=True), tmp_path)

    assert [one for one in found if one.startswith(where) and what in one], found


def test_who_makes_everything_anew_is_found_by_the_root(files: Files, tmp_path: Path) -> None:
    root = rules.digest(files[archive.SUMS])

    def later(acts: Any) -> Any:
        return [{**one, "actor": "somebody-else"} for one in acts]

    forged = repacked(edited(files, "acts.jsonl", later), sums=True)

    assert findings(forged, tmp_path) == [], "it holds together"
    (found,) = findings(forged, tmp_path, root)
    assert found.startswith("SHA256SUMS: the root hash is ")
