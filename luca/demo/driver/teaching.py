"""Teachers record results over HTTP: in bulk, one by one, twice, wrongly, and corrected later."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from luca.demo.driver.client import Answer, Api, User
    from luca.demo.driver.console import Console
    from luca.demo.driver.scenario import Change, Sheet

BULK, ONE = "POST /evaluations (up to 100)", "POST /evaluations (one)"
CORRECT = "PATCH /evaluations/…"
STORED, THERE = {200, 201}, 200
AGAIN = 20  # every 20th sheet is sent twice under one key
SINGLE = 25  # every 25th sheet is sent row by row
TEACHERS = 4  # at work at once


class Teaching:
    """What teachers did, as their side remembers it; nobody's report of what is stored."""

    def __init__(self, api: Api, users: Callable[[str], User], console: Console) -> None:
        self.api = api
        self.users = users
        self.console = console
        self.counts: Counter[str] = Counter()

    def record(self, sheets: list[Sheet]) -> int:
        """Send all sheets; return how many distinct results they hold."""
        with ThreadPoolExecutor(TEACHERS) as pool:
            work = pool.map(self._sheet, range(len(sheets)), sheets)
            for _ in self.console.bar(work, len(sheets), "sheets"):
                pass
        if sheets:
            self._mistakes(sheets[0])
        rows = {self._name(row) for sheet in sheets for row in sheet.rows}
        return len(rows)

    def change(self, changes: list[Change]) -> None:
        """Correct and excuse, each over the version that was seen."""
        with ThreadPoolExecutor(TEACHERS) as pool:
            by_result: dict[tuple[str, ...], list[Change]] = {}
            for one in changes:
                key = (one.student, one.subject, one.period, one.assessment, one.teacher)
                by_result.setdefault(key, []).append(one)
            for _ in self.console.bar(
                pool.map(self._changes, by_result.values()), len(by_result), "results"
            ):
                pass
        if changes:
            self._lost_update(changes[0])

    def _sheet(self, place: int, sheet: Sheet) -> None:
        teacher = self.users(sheet.teacher)
        if place % SINGLE == SINGLE - 1:
            for n, row in enumerate(sheet.rows):
                answer = teacher.call(
                    "POST", "/evaluations", row, headers=_key(f"{sheet.key}/{n}"), label=ONE
                )
                self.api.expect(answer, 201, what="one result")
            return
        body = {"evaluations": list(sheet.rows)}
        answer = teacher.call("POST", "/evaluations", body, headers=_key(sheet.key), label=BULK)
        self._all_stored(answer)
        if place % AGAIN == 0:
            self._send_again(teacher, sheet, body, answer)

    def _all_stored(self, answer: Answer) -> None:
        self.api.expect(answer, 200, what="a sheet")
        for row in (answer.body or {}).get("results", []):
            if row["status"] not in STORED:
                self.api.surprises.append(f"a row of a sheet: {row['status']} {row.get('code')}")

    def _send_again(self, teacher: User, sheet: Sheet, body: dict[str, Any], first: Answer) -> None:
        """The same key and body is answered the same; another body under it is refused."""
        again = teacher.call("POST", "/evaluations", body, headers=_key(sheet.key))
        if (again.status, again.body) != (first.status, first.body):
            self.api.surprises.append(f"a repeated sheet was answered differently: {again.status}")
        other = {"evaluations": list(sheet.rows[:-1] or sheet.rows * 2)}
        answer = teacher.call("POST", "/evaluations", other, headers=_key(sheet.key))
        self.api.expect(answer, 409, what="another body under the same key")
        self.counts["sheets sent twice"] += 1

    def _mistakes(self, sheet: Sheet) -> None:
        """What teachers get wrong has a clear answer and is not stored."""
        teacher, row = self.users(sheet.teacher), sheet.rows[0]
        wrong = [
            ({**row, "score": "100000"}, {422, 409}, "a score above the maximum"),
            ({**row, "score": "ten"}, {400, 422}, "a score that is no number"),
            ({**row, "student": "nobody-0000"}, {404}, "an unknown student"),
            ({**row, "period": "1900-1"}, {404}, "an unknown period"),
            ({**row, "assessment": "nothing-0"}, {404}, "an unknown assessment"),
        ]
        for body, statuses, what in wrong:
            answer = teacher.call("POST", "/evaluations", body)
            self.api.expect(answer, *statuses, what=what)
            self.counts["mistakes refused"] += answer.status in statuses

    def _changes(self, changes: Iterable[Change]) -> None:
        for one in changes:
            teacher, path = self.users(one.teacher), _path(one)
            seen = teacher.call("GET", path)
            self.api.expect(seen, 200, what="reading a result")
            version = (seen.body or {}).get("version", 0)
            headers = {"If-Match": f'"{version}"'}
            if one.score is None:
                reason = {"reason": "Justificante médico"}
                answer = teacher.call("POST", f"{path}/excuse", reason, headers=headers)
                self.counts["excused"] += 1
            else:
                fresh = {"score": one.score, "reason": "Error de captura"}
                answer = teacher.call("PATCH", path, fresh, headers=headers, label=CORRECT)
                self.counts["corrected"] += 1
            self.api.expect(answer, 200, what="changing a result")

    def _lost_update(self, change: Change) -> None:
        """Whoever saw an older version may not overwrite a newer one."""
        body = {"score": "1", "reason": "Sobre una versión vieja"}
        answer = self.users(change.teacher).call(
            "PATCH", _path(change), body, headers={"If-Match": '"1"'}
        )
        self.api.expect(answer, 412, what="a lost update")

    @staticmethod
    def _name(row: dict[str, Any]) -> tuple[str, ...]:
        return tuple(str(row[part]) for part in ("student", "subject", "period", "assessment"))


def _key(text: str) -> dict[str, str]:
    return {"Idempotency-Key": text}


def _path(one: Change) -> str:
    return f"/evaluations/{one.student}/{one.subject}/{one.period}/{one.assessment}"
