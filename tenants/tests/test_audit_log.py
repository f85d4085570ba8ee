"""Reading and exporting the audit log, over HTTP and from the command line."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from pynamodb.exceptions import PynamoDBException

from luca.aws import audit, store
from luca.aws.audit import Action, AuditItem
from luca.kernel import clock, context, sheets
from luca.kernel.ids import SchoolId
from tenants import services
from tenants.domain import School
from tenants.services import recorded
from tenants.tests.calling import Caller

NOON = datetime(2026, 11, 21, 18, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _stopped(ask: object) -> Iterator[None]:  # noqa: ARG001 -- it must run
    audit._looks.forget()
    with clock.stopped(NOON):
        yield


@pytest.fixture
def boss(school: str) -> Caller:
    services.create_school(School(SchoolId(school), "Colegio Norte"))
    return Caller(school, "directora", "school_admin")


def note(at: datetime, about: str, *, actor: str = "teresa", reason: str = "") -> None:
    here = context.school()
    with (
        clock.stopped(at),
        context.entered(school=here, actor=actor, groups=frozenset({"teacher"})),
    ):
        audit.record(Action.GRADE_CORRECTED, about, reason=reason, version="2")


def abouts(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [one["about"] for one in answer.json()["items"] if one["actor"] != "operator"]


def every(boss: Caller, query: str) -> list[str]:
    found, path = [], f"/audit?{query}"
    for _ in range(20):
        answer = boss.get(path)
        found += abouts(answer)
        cursor = answer.json()["next_cursor"]
        if cursor is None:
            return found
        path = f"/audit?{query}&cursor={cursor}"
    raise AssertionError("the pages do not end")


def test_an_admin_reads_the_newest_first_in_their_own_language(boss: Caller) -> None:
    note(NOON - timedelta(hours=2), "student:ada", reason="Sumé mal")
    note(NOON - timedelta(hours=1), "student:blas")

    answer = boss.get("/audit", Accept_Language="en")
    assert abouts(answer) == ["student:blas", "student:ada"]
    told = next(one for one in answer.json()["items"] if one["about"] == "student:ada")
    assert {**told, "id": ""} == {
        "id": "",
        "at": "2026-11-21T16:00:00.000Z",
        "action": "grade.corrected",
        "label": "Corrected a result",
        "about": "student:ada",
        "actor": "teresa",
        "groups": ["teacher"],
        "reason": "Sumé mal",
        "details": {"version": "2"},
        "correlation_id": "",
        "source": "cli",
    }
    spanish = boss.get("/audit", Accept_Language="es-MX").json()["items"]
    assert "Corrigió una evaluación" in {one["label"] for one in spanish}


def test_pages_go_on_across_days_and_leave_nothing_out(boss: Caller) -> None:
    wanted = [f"student:s{number}" for number in range(12)]
    for number, about in enumerate(wanted):
        note(NOON - timedelta(hours=7 * number), about)

    assert every(boss, "limit=1") == wanted
    assert every(boss, "limit=5") == wanted
    assert every(boss, "limit=100") == wanted


def test_a_page_looks_at_a_month_at_most_and_the_cursor_goes_on(boss: Caller) -> None:
    note(NOON - timedelta(days=100), "student:long-ago")

    first = boss.get("/audit?since=2026-01-01&limit=100")
    assert abouts(first) == []
    assert first.json()["next_cursor"] is not None
    assert every(boss, "since=2026-01-01&limit=100") == ["student:long-ago"]
    assert every(boss, "limit=100") == [], "30 days are the default"


def test_entries_are_found_by_who_what_about_whom_and_when(boss: Caller) -> None:
    for hours in range(30):
        note(NOON - timedelta(hours=hours), f"student:s{hours % 3}", actor=f"t{hours % 2}")
    note(NOON - timedelta(hours=1), "course:maths/2026-1")

    assert len(every(boss, "actor=t1&about=student:s0&limit=2")) == 5
    assert every(boss, "about=course:maths") == ["course:maths/2026-1"]
    assert every(boss, "about=course:math") == []
    assert len(every(boss, "action=grade.corrected&limit=7")) == 31
    assert every(boss, "action=rules.published") == []


def test_days_are_the_schools_and_the_last_one_is_included(boss: Caller) -> None:
    # In Mexico City the 20th lasts from 06:00 UTC to 06:00 UTC.
    for name, at in {
        "before": datetime(2026, 11, 20, 5, 59, 59, 999000, tzinfo=UTC),
        "first": datetime(2026, 11, 20, 6, tzinfo=UTC),
        "last": datetime(2026, 11, 21, 5, 59, 59, 999000, tzinfo=UTC),
        "after": datetime(2026, 11, 21, 6, tzinfo=UTC),
    }.items():
        note(at, f"student:{name}")

    assert every(boss, "since=2026-11-20&until=2026-11-20") == ["student:last", "student:first"]
    assert every(boss, "since=2026-11-21T06:00:00Z") == ["student:after"]
    assert every(boss, "until=2026-11-20T06:00:00Z") == ["student:before"]


@pytest.mark.parametrize(
    "query",
    [
        "since=yesterday",
        "since=2026-11-21T06:00:00",
        "until=9999-12-31",
        "since=2026-11-20&until=2026-11-19",
        "actor=Ada%20N",
        "action=grade.eaten",
        "about=ada",
        "limit=0",
    ],
)
def test_what_makes_no_sense_is_refused_by_field(boss: Caller, query: str) -> None:
    answer = boss.get(f"/audit?{query}")
    assert answer.status_code == 422, answer.content
    assert answer.json()["errors"]


def test_a_cursor_is_for_its_own_search_and_school(boss: Caller, south: Any) -> None:
    for number in range(3):
        note(NOON - timedelta(hours=number), "student:ada")
    cursor = boss.get("/audit?limit=1").json()["next_cursor"]

    assert boss.get(f"/audit?limit=1&actor=teresa&cursor={cursor}").status_code == 400
    stranger = Caller(south.school, "directora", "school_admin")
    assert stranger.get(f"/audit?limit=1&cursor={cursor}").status_code == 400


def test_another_schools_admin_sees_nothing_of_it(boss: Caller, south: Any) -> None:
    note(NOON - timedelta(hours=1), "student:ada")
    with context.entered(school=south.school):
        note(NOON - timedelta(hours=1), "student:dario")
    stranger = Caller(south.school, "directora", "school_admin")

    assert abouts(boss.get("/audit")) == ["student:ada"]
    assert abouts(stranger.get("/audit")) == ["student:dario"]
    assert "student:ada" not in stranger.get("/audit/export").content.decode()


@pytest.mark.parametrize(
    "group", ["student", "guardian", "teacher", "gov_operator", "platform_admin", "integrator"]
)
def test_nobody_but_a_school_admin_reads_it(boss: Caller, group: str) -> None:
    somebody = Caller(boss.school, "ada", group)
    for path in ("/audit", "/audit/export"):
        answer = somebody.get(path)
        assert answer.status_code == 403
        assert "items" not in answer.json()


def rows(text: str) -> list[dict[str, str]]:
    assert text.startswith(sheets.BOM)
    return list(csv.DictReader(io.StringIO(text.removeprefix(sheets.BOM))))


def test_an_export_runs_nothing_in_a_spreadsheet_and_is_recorded(boss: Caller) -> None:
    nasty = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "  =1", 'a "b", ñ; c']
    for number, reason in enumerate(nasty):
        note(NOON - timedelta(minutes=number + 1), "student:ada", reason=reason)

    answer = boss.get("/audit/export?about=student:ada")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer["Content-Disposition"]
    found = rows(answer.content.decode())
    assert [row["reason"] for row in found] == [*(f"'{one}" for one in nasty[:6]), nasty[6]]
    assert {row["details"] for row in found} == {"version=2"}

    (entry,) = boss.get("/audit?action=audit.exported").json()["items"]
    assert (entry["actor"], entry["about"]) == ("directora", f"school:{boss.school}")
    assert entry["details"]["rows"] == "7"


def test_an_export_as_lines_of_json_is_the_list(boss: Caller) -> None:
    note(NOON - timedelta(hours=1), "student:ada", reason="=1")

    answer = boss.get("/audit/export?format=jsonl&actor=teresa")
    (line,) = answer.content.decode().splitlines()
    assert json.loads(line)["reason"] == "=1"
    assert boss.get("/audit/export?format=xml").status_code == 422


def test_too_much_at_once_is_refused_loudly_and_not_cut(
    boss: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorded, "MOST_EXPORTED", 2)
    for number in range(3):
        note(NOON - timedelta(hours=number + 1), "student:ada")

    answer = boss.get("/audit/export?about=student:ada")
    assert (answer.status_code, answer.json()["code"]) == (413, "too_many_entries")
    monkeypatch.setattr(recorded, "LONGEST_EXPORT", timedelta(days=40))
    assert boss.get("/audit/export?since=2026-01-01").status_code == 422


def test_the_operator_exports_and_that_is_recorded_too(
    boss: Caller, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    note(NOON - timedelta(hours=1), "student:ada", reason="Sumé mal")

    call_command("audit", school=boss.school, about="student:ada")
    assert capsys.readouterr().out.split("\t")[1:] == [
        "teresa",
        "Corrigió una evaluación",
        "student:ada",
        "Sumé mal\n",
    ]
    file = tmp_path / "audit.csv"
    call_command("audit", school=boss.school, since="2026-11-01", csv=str(file))
    told = [row["about"] for row in rows(file.read_bytes().decode())]
    assert sorted(told) == [f"school:{boss.school}"] * 2 + ["student:ada"]
    exported = boss.get("/audit?action=audit.exported").json()["items"]
    assert [one["actor"] for one in exported] == ["operator", "operator"]


def test_the_schools_own_session_cannot_change_remove_or_overwrite_an_entry(boss: Caller) -> None:
    note(NOON - timedelta(hours=1), "student:ada", reason="Sumé mal")
    place = audit.day(NOON.date())
    (entry,) = [one for one in store.every(AuditItem, place) if one.actor == "teresa"]
    together = store.Transaction()
    together.delete(entry)

    for harm in (
        lambda: store.delete(entry),
        lambda: store.update(entry, [AuditItem.reason.set("")]),
        lambda: store.batch_put([entry]),
        together.commit,
    ):
        with pytest.raises(PynamoDBException) as refused:
            harm()  # type: ignore[no-untyped-call]
        assert "AccessDenied" in str(refused.value.cause_response_code)
    with pytest.raises(store.ConditionFailed):
        store.put(entry, AuditItem.pk.does_not_exist())
    assert every(boss, "actor=teresa") == ["student:ada"]
