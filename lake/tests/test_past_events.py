"""What a student did long ago is read back on request, and the audit log says so."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import CommandError, call_command

from grades.tests.cast import ADA, BLAS
from lake.tests.filling import change, event, store, written
from luca.aws import audit
from luca.aws import store as table
from luca.aws.audit import Action, AuditItem
from luca.kernel import clock, context

if TYPE_CHECKING:
    from lake.tests.watching import Watch
    from luca.api.tests.asking import Ask

ADDRESS = f"/students/{ADA}/events/past"
LONG_AGO = datetime(2025, 3, 3, 14, tzinfo=UTC)
ERASE = ["erase_person", ADA, "--reason", "Lo pidió la familia", "--no-progress"]


def day(number: int) -> str:
    return clock.stamp(LONG_AGO + timedelta(days=number))


@pytest.fixture
def year(heard: Watch, ask: Ask) -> Ask:
    """Ada did something every twentieth day of a year and a half; Blas every day of March 2025."""
    with context.entered(school=heard.school):
        events = [event(ADA, "login", day(20 * n), n + 1) for n in range(27)]
        events += [event(BLAS, "quiz", day(n)) for n in range(28)]
        store(written(events, LONG_AGO))
    ask.school, ask.who = heard.school, "boss/school_admin"
    return ask


def pages(ask: Ask, address: str) -> tuple[list[Any], int]:
    """All items of a list, and how many requests it took."""
    found, number, cursor = [], 0, ""
    while True:
        sign = "&" if "?" in address else "?"
        body = ask("GET", address + (f"{sign}cursor={cursor}" if cursor else "")).json()
        found += body["items"]
        number += 1
        cursor = body["next_cursor"]
        if not cursor:
            return found, number


def entries(about: str) -> list[AuditItem]:
    found = table.every(AuditItem, audit.day(clock.now().date()), consistent=True)
    told = Action.EVENTS_READ_BACK.value
    return [one for one in found if one.action == told and one.about == about]


def test_every_event_of_any_age_is_read_back_the_newest_first(year: Ask) -> None:
    found, requests = pages(year, f"{ADDRESS}?limit=4")

    assert [one["quantity"] for one in found] == list(range(27, 0, -1))
    assert requests > 27 // 4
    assert found[0]["time"] == day(520)
    assert len(entries(f"student:{ADA}")) == 1


def test_a_stretch_of_time_and_a_type_can_be_asked_for(year: Ask) -> None:
    until = (LONG_AGO + timedelta(days=40)).date().isoformat()

    found, _ = pages(year, f"{ADDRESS}?since={LONG_AGO.date().isoformat()}&until={until}")
    none, _ = pages(year, f"{ADDRESS}?type=quiz")

    assert [one["quantity"] for one in found] == [3, 2, 1]
    assert none == []
    assert {one.details["until"][:10] for one in entries(f"student:{ADA}") if one.details} == {
        (LONG_AGO + timedelta(days=41)).date().isoformat()
    }


def test_an_event_counts_once_and_as_it_was_last(year: Ask) -> None:
    first = event(ADA, "exam", day(5), 1)
    again = {**first, "quantity": {"N": "9"}, "digest": {"S": "other"}}
    gone = event(ADA, "exam", day(6), 1)
    with context.entered(school=year.school):
        one, other = change(first, LONG_AGO), change(again, LONG_AGO + timedelta(hours=1))
        store([one, other, change(gone, LONG_AGO)], "part-2")
        removed = change(gone, LONG_AGO + timedelta(hours=2), "REMOVE")
        store([one, removed], "part-3")

    found, _ = pages(year, f"{ADDRESS}?type=exam")

    assert [one["quantity"] for one in found] == [9]


@pytest.mark.parametrize("search", ["since=yesterday", "type=Ö", "limit=0", "cursor=x"])
def test_what_cannot_be_asked_is_refused(year: Ask, search: str) -> None:
    assert year("GET", f"{ADDRESS}?{search}").status_code in {400, 422}


@pytest.mark.parametrize("who", ["teresa/teacher", "ada/student", "gloria/guardian"])
def test_only_the_head_reads_back(year: Ask, who: str) -> None:
    year.who = who
    assert year("GET", ADDRESS).status_code == 403
    assert entries(f"student:{ADA}") == []


def test_who_was_erased_is_not_read_back_before_compaction_either(year: Ask, tmp_path: Any) -> None:
    with context.entered(school=year.school):
        certificate = ["--school", year.school, "--out", str(tmp_path / "certificate.json")]
        call_command(*ERASE, *certificate, stdout=StringIO())

    assert year("GET", ADDRESS).status_code == 404


def test_an_operator_reads_them_back_too(year: Ask) -> None:
    said, lines = StringIO(), StringIO()
    asked = ["lake", "events", "--school", year.school, "--student"]

    call_command(*asked, ADA, stdout=said)
    call_command(*asked, ADA, "--json", "--since", "2026-01-01", stdout=lines)
    with pytest.raises(CommandError):
        call_command(*asked, "nobody", stdout=said)

    assert said.getvalue().endswith("27 events.\n")
    assert all(json.loads(line)["type"] == "login" for line in lines.getvalue().splitlines())
