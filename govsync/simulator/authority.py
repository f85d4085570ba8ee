"""The rules of the simulated authority: what it does with a call, without any HTTP."""

import hashlib
import json
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from govsync.simulator import checks
from govsync.simulator.chaos import Switches
from govsync.simulator.checks import Demands, Row
from govsync.simulator.keeping import kept
from govsync.simulator.script import Deed
from govsync.simulator.store import Store

PAGE = 1000
OK = 200
BAD_RECORDS = 422
HOW_TOLD = ("partial", "count", "vague")  # bad records, unless they are named and none is kept
Deeds = Mapping[str, Deed]


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: Mapping[str, Any]
    outcome: str  # for the report
    headers: Mapping[str, str] = field(default_factory=dict)
    silent: bool = False  # nobody is told
    cut: bool = False  # the connection ends instead
    garbled: bool = False  # what is said is not JSON
    late: float = 0  # seconds


@dataclass(frozen=True, slots=True)
class Batch:
    """One call that brings grades."""

    key: str
    body: bytes
    digest: str
    content: Row
    at: float


class Authority:
    def __init__(self, store: Store, switches: Switches, demands: Demands) -> None:
        self.store = store
        self.switches = switches
        self.demands = demands

    def receive(self, key: str, body: bytes, *, known: bool) -> Answer:
        """Take a batch, write down that it came, and what became of it."""
        content = checks.batch(body)
        given = Batch(key, body, hashlib.sha256(body).hexdigest(), content, time.time())
        call = {
            "method": "POST",
            "key": key,
            "body_hash": given.digest,
            "school_id": content.get("school_id"),
            "period": content.get("period"),
            "records": len(content.get("grades", ())),
        }
        return self._noted(given.at, call, lambda deeds: self._taken(given, deeds), known=known)

    def read_back(self, school: str, period: str, cursor: str, *, known: bool) -> Answer:
        """One page of the records that it holds of a school and period, by record."""
        call = {"method": "GET", "school_id": school, "period": period, "records": 0}
        return self._noted(
            time.time(), call, lambda _: self._page(school, period, cursor), known=known
        )

    def batch(self, key: str, *, known: bool) -> Answer:
        """What it took under a key, which is a call like any other."""
        call = {"method": "GET", "key": key, "records": 0}
        return self._noted(time.time(), call, lambda _: self.shown(key), known=known)

    def shown(self, key: str) -> Answer:
        """The same for whoever watches; this is no call."""
        found = self.store.one("SELECT * FROM batches WHERE key = ?", key)
        if found is None:
            return problem(404, "unknown_batch", "No batch was taken under this key.")
        return Answer(OK, {**found, "answer": json.loads(found["answer"])}, "read")

    def _noted(
        self,
        at: float,
        call: Row,
        work: Callable[[Deeds], Answer],
        *,
        known: bool,
    ) -> Answer:
        number = self.store.note_call(at, call)
        if known:
            deeds = self.switches.deeds(call["method"], call.get("school_id") or "")
            answer = self._at_the_door(deeds) or _told(work(deeds), deeds)
        else:
            answer = problem(401, "unauthorized", "The token is missing or wrong.")
        unheard = answer.silent or answer.cut
        self.store.note_outcome(number, None if unheard else answer.status, answer.outcome)
        return answer

    def _at_the_door(self, deeds: Deeds) -> Answer | None:
        """What goes wrong before the authority even looks at a call."""
        early = self.switches.too_soon()
        if early > 0:
            told = {"Retry-After": str(math.ceil(early))}
            return problem(429, "too_many_calls", "Call less often.", told)
        if "refuse" in deeds:
            status = deeds["refuse"].status
            code = "unauthorized" if status == 401 else "forbidden"  # noqa: PLR2004
            return problem(status, code, "These credentials are refused.")
        for name in ("outage", "fail"):
            if name in deeds:
                return _unavailable(deeds[name], "outage" if name == "outage" else "unavailable")
        for name in ("hang", "cut"):
            if name in deeds:
                unheard = problem(503, "unheard", "Nothing was looked at.")
                return replace(unheard, silent=name == "hang", cut=name == "cut")
        return None

    def _taken(self, given: Batch, deeds: Deeds) -> Answer:
        wrong = checks.malformed(given.key, given.body, given.content)
        if wrong is not None:
            return problem(*wrong)
        with self.store.together():
            return self._again(given) or self._first_time(given, deeds)

    def _again(self, given: Batch) -> Answer | None:
        known = self.store.one("SELECT * FROM batches WHERE key = ?", given.key)
        if known is None:
            return None
        if known["body_hash"] != given.digest:
            return problem(409, "conflict", "This key was used with another body.")
        answer = json.loads(known["answer"])
        return Answer(known["status"], {**answer, "duplicate": True}, "duplicate")

    def _first_time(self, given: Batch, deeds: Deeds) -> Answer:
        if "conflict" in deeds:
            invented = problem(409, "conflict", "This key was used with another body.")
            return replace(invented, outcome="conflict_claimed")
        errors = self._errors(given.content["grades"], deeds)
        if errors:
            return self._rejected(given, errors, deeds)
        if "duplicate" in deeds and not deeds["duplicate"].kept:
            return Answer(OK, _accepted(given, duplicate=True), "duplicate_claimed")
        self._keep(given, given.content["grades"], OK, _accepted(given), deeds)
        claimed = "duplicate" in deeds
        outcome = "duplicate_claimed" if claimed else "accepted"
        return Answer(OK, _accepted(given, duplicate=claimed), outcome)

    def _errors(self, grades: list[Any], deeds: Deeds) -> list[Row]:
        """What is wrong with records; a script finds fault where there is none."""
        found = [self.demands.fault(n, one) or self._bad(n, one) for n, one in enumerate(grades)]
        errors = [one for one in found if one]
        scripted = [deeds[name] for name in ("reject", *HOW_TOLD) if name in deeds]
        if not errors and any(one.by_script for one in scripted):
            some = max(one.records for one in scripted)
            return [_unknown(n, one["record_id"]) for n, one in enumerate(grades)][-some:]
        return errors

    def _bad(self, index: int, grade: Row) -> Row | None:
        record = grade["record_id"]
        return _unknown(index, record) if self.switches.is_bad(record) else None

    def _rejected(self, given: Batch, errors: list[Row], deeds: Deeds) -> Answer:
        """Unless the good ones are kept nothing is, and the key stays free for the same call."""
        ways = (self._partly, self._counted, self._vague)
        for name, way in zip(HOW_TOLD, ways, strict=True):
            if name in deeds:
                return way(given, errors, deeds)
        body = {"status": "rejected", "code": "invalid_records", "errors": errors}
        return Answer(BAD_RECORDS, body, "rejected")

    def _partly(self, given: Batch, errors: list[Row], deeds: Deeds) -> Answer:
        bad = {one["index"] for one in errors}
        good = [one for n, one in enumerate(given.content["grades"]) if n not in bad]
        body = {
            "status": "partial",
            "code": "invalid_records",
            "batch": given.key,
            "accepted": [one["record_id"] for one in good],
            "errors": errors,
        }
        self._keep(given, good, BAD_RECORDS, body, deeds)
        return Answer(BAD_RECORDS, {**body, "duplicate": False}, "partial")

    def _counted(self, _: Batch, errors: list[Row], __: Deeds) -> Answer:
        body = {"status": "rejected", "errors": len(errors)}
        return Answer(BAD_RECORDS, body, "rejected_by_number")

    def _vague(self, _: Batch, __: list[Row], deeds: Deeds) -> Answer:
        return Answer(deeds["vague"].status or 400, {"status": "rejected"}, "rejected_vaguely")

    def _keep(
        self, given: Batch, grades: list[Row], status: int, answer: Row, deeds: Deeds
    ) -> None:
        self.store.keep(
            {
                "key": given.key,
                "body_hash": given.digest,
                "school_id": given.content["school_id"],
                "period": given.content["period"],
                "status": status,
                "answer": json.dumps(answer),
                "at": given.at,
            },
            kept(given.key, grades, self.switches, deeds),
        )

    def _page(self, school: str, period: str, cursor: str) -> Answer:
        rows = self.store.held(school, period, cursor, PAGE + 1)
        page = rows[:PAGE]
        after = page[-1]["record_id"] if len(rows) > PAGE else None
        return Answer(OK, {"records": page, "cursor": after}, "read")


def problem(
    status: int, code: str, message: str, headers: Mapping[str, str] | None = None
) -> Answer:
    body = {"status": "error", "code": code, "message": message}
    return Answer(status, body, code, headers or {})


def _unavailable(deed: Deed, outcome: str) -> Answer:
    told = {"Retry-After": str(math.ceil(deed.retry_after))} if deed.retry_after else {}
    return replace(
        problem(deed.status or 503, "unavailable", "The service is unavailable.", told),
        outcome=outcome,
    )


def _told(answer: Answer, deeds: Deeds) -> Answer:
    """How an answer reaches the caller: late, torn, or not at all."""
    if "slow" in deeds:
        answer = replace(answer, late=deeds["slow"].seconds)
    if "garble" in deeds:
        return replace(answer, garbled=True, outcome=f"{answer.outcome}_garbled")
    if "unanswered" not in deeds or answer.status != OK:
        return answer
    outcome = f"{answer.outcome}_unanswered"
    status = deeds["unanswered"].status
    if status:
        return replace(problem(status, "gateway", "No answer came in time."), outcome=outcome)
    return replace(answer, outcome=outcome, silent=True)


def _accepted(given: Batch, **more: bool) -> Row:
    number = len(given.content["grades"])
    return {"status": "accepted", "batch": given.key, "accepted": number, **more}


def _unknown(index: int, record: str) -> Row:
    return checks.fault(index, record, "unknown_student", "The student is not registered here.")
