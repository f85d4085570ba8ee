"""Every cell of the table, asked over HTTP: who may do what, to what is theirs and what is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.permissions.routes import endpoints
from tests.permissions.rows import TABLE
from tests.permissions.words import EVERYBODY, Row, Verdict, verdict_of

if TYPE_CHECKING:
    from tests.permissions.asking import Asker

HOW = """
{endpoint} has no row in tests/permissions/rows/. Say who may ask it:

    Row(
        "{endpoint}",
        "lo que hace", "what it does",
        yes="admin people.read",      # who is answered; names are in words.py, programs by scope
        hidden="other_teacher",       # who is answered as if it did not exist (404)
        body=lambda target: {{...}},    # for anything but GET: a body that would succeed
    )

Everybody else is refused (403). Then: make permissions
"""


def test_every_method_of_every_route_has_a_row() -> None:
    rows = [row.endpoint for row in TABLE]
    missing = [one for one in endpoints() if one not in rows]
    gone = sorted(set(rows) - set(endpoints()))

    assert not missing, "".join(HOW.format(endpoint=one) for one in missing)
    assert not gone, f"these rows are of no route: {gone}"
    assert len(rows) == len(set(rows))


@pytest.mark.parametrize("row", [row for row in TABLE if not row.public], ids=str)
def test_everybody_is_answered_as_the_table_says(row: Row, asker: Asker) -> None:
    faults = [fault for cell in asker.cells(row, EVERYBODY) for fault in asker.faults(cell)]

    assert not faults, "\n".join([f"{row}:", *faults])


@pytest.mark.parametrize("row", [row for row in TABLE if row.public], ids=str)
def test_what_is_public_looks_at_no_token(row: Row, asker: Asker) -> None:
    statuses = {asker.answer(cell).status_code for cell in asker.cells(row, EVERYBODY)}

    assert len(statuses) == 1, f"{row} answers by who asks: {statuses}"
    broken = asker.ask(row.method, "/" + row.route, who=None, headers={"Authorization": "Bearer x"})
    assert {broken.status_code} == statuses


def test_a_row_can_fail(asker: Asker) -> None:
    """A table that says something else is noticed, cell by cell."""
    true = next(row for row in TABLE if row.endpoint == "GET profile/<id:student>")
    wrong = Row(
        true.endpoint, true.es, true.en, yes=f"{true.yes} classmate", hidden="other_teacher"
    )
    faults = [fault for cell in asker.cells(wrong, EVERYBODY) for fault in asker.faults(cell)]

    assert any(fault.startswith("classmate of north, own: wants yes, got 404") for fault in faults)
    assert any(fault.startswith("other_guardian of south, own: wants refused") for fault in faults)


def test_a_status_that_is_about_something_else_is_no_verdict() -> None:
    """A 422 must not pass for a refusal, nor a 503 for an answer."""
    assert [verdict_of(status) for status in (200, 202, 401, 403, 404)] == [
        Verdict.YES,
        Verdict.YES,
        Verdict.UNKNOWN,
        Verdict.REFUSED,
        Verdict.HIDDEN,
    ]
    assert {verdict_of(status) for status in (302, 400, 405, 409, 412, 422, 429, 500, 503)} == {
        None
    }
