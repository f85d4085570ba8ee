"""What the lake says in the end: it is asked for every event, and for every grade made anew."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

from luca.demo.driver.operator import Failed
from luca.kernel import clock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from luca.demo.driver.operator import Operator

PAST = timedelta(days=730)  # before which nothing of a demo happens
AHEAD = timedelta(days=2)  # the school's clocks may show another day than ours
AT_ONCE = 2  # schools
PAGE = "lake.html"


def figures(operator: Operator, schools: Sequence[str]) -> tuple[dict[str, float], list[str]]:
    """Counts over all schools, and what a rebuilt grade had to complain of."""
    wrong: list[str] = []

    def of(school: str) -> dict[str, float]:
        try:
            grades = _rebuilt(operator, school)  # it waits for the writer, if that is behind
        except Failed as error:
            wrong.append(f"{school}: {error}")
            grades = 0
        return {"lake_grades": grades, "lake_events": _events(operator, school)}

    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = list(pool.map(of, schools))
    told = {name: sum(one[name] for one in found) for name in ("lake_grades", "lake_events")}
    return {**told, "lake_differences": len(wrong)}, wrong


def page(operator: Operator, school: str) -> None:
    """Everything that can be asked about a school, beside the demo's own report."""
    operator.manage("lake", "report", "--school", school, "--out", str(operator.home / PAGE))


def _rebuilt(operator: Operator, school: str) -> int:
    told = operator.manage("lake", "rebuild", "--school", school, "--json", "--no-progress")
    return int(json.loads(told)["standings"].get("same", 0))


def _events(operator: Operator, school: str) -> int:
    today = clock.now().date()
    days = ("--since", str(today - PAST), "--until", str(today + AHEAD))
    asked = ("lake", "query", "daily_summary", "--school", school, *days, "--format", "json")
    return sum(int(row["events"]) for row in json.loads(operator.manage(*asked))["items"])
