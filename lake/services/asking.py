"""Asking the lake of the context's school: a named question, a range of days, an answer."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from lake.definition import datasets
from lake.domain import Answer, Draft, Plan, Question
from lake.repository import engine, library, listing
from lake.rules import parameters, statements, windows
from luca.kernel import clock, context
from luca.kernel.errors import NotFound, Unavailable
from tenants import services as tenants

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lake.domain import Partition, View, Window

TRIES = 5  # of a plan whose files are replaced while they are read


def questions() -> list[Question]:
    """Every question that can be asked, by name."""
    return list(library.questions().values())


def question(name: str) -> Question:
    found = library.questions().get(name)
    if found is None:
        raise NotFound("There is no such question.", code="unknown_query")
    return found


def ask(query: str, params: Mapping[str, str]) -> Answer:
    """Answer a question about the school; the parameters are texts, as somebody typed them."""
    return run(plan(query, params))


def plan(query: str, params: Mapping[str, str]) -> Plan:
    """Say what would be asked, and which files would be read, without reading any."""
    return _listed(_draft(question(query), params))


def run(found: Plan) -> Answer:
    """Answer a question that was planned just now."""
    began = time.perf_counter()
    for _ in range(TRIES):
        try:
            table = engine.run(found)
        except engine.Gone:
            found = _listed(found.draft)
            continue
        return Answer(
            question=found.draft.question,
            columns=table.columns,
            rows=table.rows,
            scanned_bytes=found.bytes if table.scanned_bytes is None else table.scanned_bytes,
            scanned_files=len(found.files),
            as_of=found.at,
            seconds=time.perf_counter() - began,
            values=found.draft.values,
            damaged=table.damaged,
        )
    raise Unavailable("The lake's files are being replaced just now; try again in a moment.")


def _listed(draft: Draft) -> Plan:
    at = clock.now()
    return Plan(draft, listing.files(draft.folders), at)


def _draft(asked: Question, params: Mapping[str, str]) -> Draft:
    values = parameters.checked(asked.parameters, params)
    window = windows.window(params, tenants.school_zone(), clock.now())
    spelled = windows.common(window) | {
        one.name: parameters.literal(one, values[one.name]) for one in asked.parameters
    }
    read = {
        view.name: (view, _folders(view, window))
        for view in statements.needed(asked.sql, library.views())
    }
    bound = [(view, windows.condition(parts) if parts else "") for view, parts in read.values()]
    days = {"since": window.since.isoformat(), "until": window.until.isoformat()}
    return Draft(
        question=asked,
        values={**days, **values},
        window=window,
        school=context.school(),
        sql=statements.composed(asked.sql, bound, spelled),
        folders=tuple(dict.fromkeys(one for _, parts in read.values() for one in parts)),
    )


def _folders(view: View, window: Window) -> tuple[Partition, ...]:
    if not view.dataset:
        return ()
    return windows.folders(datasets()[view.dataset], view.reach, window, context.school())
