"""Whether what is kept of one batch holds together."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import uuid5

from govsync.domain import ACCEPTED, State
from govsync.rules.evidence import archive
from govsync.rules.evidence.calls import (
    ERASED,
    body_of,
    chain_of,
    digest,
    is_reading,
    name_of_reading,
    outline,
)
from govsync.rules.evidence.findings import Finding, changed, note
from govsync.rules.freezing import BATCHES, canonical

Json = Mapping[str, Any]
Calls = Mapping[str, Json]  # by the name of the file
ARRIVED = {one.value for one in ACCEPTED} | {State.VERIFIED.value}
IN_FLIGHT = State.IN_FLIGHT.value
TAKEN = frozenset({200, 201, 400, 422})  # answers that may accept a record


def check_batch(
    folder: str,
    context: Json,
    batch: Json,
    records: Sequence[Json],
    payload: bytes | None,
    calls: Calls,
) -> Iterator[Finding]:
    """Check calls against the payload, the chain against the ledger, the key against both."""
    for name, call in calls.items():
        yield from _check_call(name, call, {**context, "key": batch.get("key")}, payload)
    yield from _check_chain(folder, batch, calls)
    yield from _check_states(folder, batch, records, calls)
    if payload is not None:
        yield from _check_payload(folder, batch, records, json.loads(payload)["grades"])
    elif calls:
        yield changed(folder + archive.PAYLOAD, "is missing")


def _check_call(name: str, call: Json, context: Json, payload: bytes | None) -> Iterator[Finding]:
    facts = call["facts"]
    if chain_of(facts) != call["chain"]:
        yield changed(name, "its facts are not what was chained")
    for what, value in context.items():
        if facts[what] != value:
            yield changed(name, f"its {what} is another one")
    if name.rpartition("/")[2] != _short_name(call):
        yield changed(name, f"holds attempt {facts['attempt']}")
    if not is_reading(facts) and not _is_its_payload(facts["payload"], payload):
        yield changed(name, "the payload is not what was chained")
    yield from _check_answer(name, call)


def _short_name(call: Json) -> str:
    facts = call["facts"]
    if is_reading(facts):
        return name_of_reading(facts["attempt"], call["chain"])
    return f"{facts['attempt']:04d}.json"


def _check_answer(name: str, call: Json) -> Iterator[Finding]:
    body = body_of(call)
    if body is None:
        yield note(name, "the words of the answer were erased on request; their hash is left")
    elif digest(body) != call["facts"]["answer"]["sha256"]:
        yield changed(name, "the answer is not what was chained")


def _is_its_payload(facts: Json, payload: bytes | None) -> bool:
    """Exactly, or but for records that were erased; a payload that is gone is told once."""
    if payload is None:
        return True
    if any(ERASED in one for one in json.loads(payload)["grades"]):
        return outline(payload) == str(facts["outline"])
    return (digest(payload), outline(payload)) == (facts["sha256"], facts["outline"])


def _check_chain(folder: str, batch: Json, calls: Calls) -> Iterator[Finding]:
    """Walk from the head that the ledger has back to the first call."""
    by_chain = {call["chain"]: name for name, call in calls.items()}
    at, path = batch.get("chain") or "", []
    while at in by_chain and by_chain[at] not in path:
        path.append(by_chain[at])
        at = calls[by_chain[at]]["facts"]["previous"]
    if at:
        yield changed(folder + archive.CALLS, f"the chain is broken: no call has the head {at}")
    heads = {calls[name]["chain"] for name in path} | {""}
    unheard = {one[2] for one in batch["history"] if one[0] == IN_FLIGHT}
    for name in sorted(calls.keys() - set(path)):
        facts = calls[name]["facts"]
        if facts["previous"] in heads and (is_reading(facts) or facts["attempt"] in unheard):
            yield note(name, "the ledger never heard of this answer: its worker was stopped")
        else:
            yield changed(name, "is not in the batch's chain")
    posted = [call["facts"] for call in calls.values() if not is_reading(call["facts"])]
    kept = {facts["attempt"] for facts in posted}
    for attempt in sorted(unheard - kept):
        yield note(folder + archive.CALLS, f"attempt {attempt} left no answer: it was cut off")


def _check_states(
    folder: str, batch: Json, records: Sequence[Json], calls: Calls
) -> Iterator[Finding]:
    if batch["history"][-1][0] != batch["state"]:
        yield changed(folder + archive.BATCH, "its state is not the last of its history")
    taken = any(call["facts"]["status"] in TAKEN for call in calls.values())
    for record in records:
        states = [one[0] for one in record["history"]]
        if record["state"] != states[-1] or record.get("reason", "") != record["history"][-1][3]:
            yield changed(
                folder + archive.RECORDS,
                f"{record['record']}: its state is not the last of its history",
            )
        if not taken and {one.value for one in ACCEPTED} & set(states):
            yield changed(
                folder + archive.RECORDS, f"{record['record']}: accepted, and no answer says so"
            )


def _check_payload(
    folder: str, batch: Json, records: Sequence[Json], grades: Sequence[Json]
) -> Iterator[Finding]:
    """The key is a function of the ordered revisions, and each revision of what was sent."""
    name = folder + archive.PAYLOAD
    sent = [one["revision"] for one in grades]
    if str(uuid5(BATCHES, "\n".join(sent))) != batch.get("key"):
        yield changed(name, "its revisions, in their order, do not make the batch's key")
    ledger = {one["revision"]: one for one in records if one.get("revision")}
    for one in grades:
        record = ledger.get(one["revision"])
        if record is None:
            yield changed(name, f"the ledger has no record of revision {one['revision']}")
        else:
            yield from _check_grade(name, record, one)
    arrived = {
        revision
        for revision, one in ledger.items()
        if one["state"] in ARRIVED and not one.get("moved_to")
    }
    for revision in sorted(arrived - set(sent)):
        yield changed(name, f"{ledger[revision]['record']} arrived, and was not sent")


def _check_grade(name: str, record: Json, grade: Json) -> Iterator[Finding]:
    own = record["record"]
    if (ERASED in grade) is not bool(record["erased"]):
        yield changed(name, f"{own}: erased in the ledger or here, and not in both")
    elif ERASED in grade:
        return
    elif _revision(grade) != grade["revision"]:
        yield changed(name, f"{own} is not what its revision says")
    elif grade["record_id"] != record.get("sent_as", own):
        yield changed(name, f"{own} was sent under another id than the ledger has")


def _revision(grade: Json) -> str:
    content = {name: value for name, value in grade.items() if name != "revision"}
    return digest(canonical(content).encode())
