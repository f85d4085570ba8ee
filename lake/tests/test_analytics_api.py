"""The office asks its lake over HTTP: pages of one answer, CSV, and nothing of another school."""

from __future__ import annotations

import csv
import io
import secrets
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings

from lake import services
from lake.services import answers
from lake.tests.filling import event, store, written
from luca.aws import storage
from luca.kernel import clock, context
from luca.kernel.ids import SchoolId
from tenants import services as tenants
from tenants.domain import School

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from luca.api.tests.asking import Ask
    from tenants.tests.desk import Office

NOW = datetime(2026, 11, 21, 18, tzinfo=UTC)
MONTHS = "/analytics/events_by_month?since=2026-01-01&until=2026-11-30"
DAILY = "/analytics/daily_summary?since=2026-01-01&until=2026-11-30"
BOSS = "boss/school_admin"


def day(number: int) -> str:
    return clock.stamp(datetime(2026, 3, 1, 18, tzinfo=UTC) + timedelta(days=number))


@pytest.fixture
def liceo(
    school: str, ask: Ask, acting_as: Callable[[str], AbstractContextManager[None]]
) -> Iterator[str]:
    """A school with 120 days of activity, a neighbour with one odd event; the API's own role."""
    tenants.create_school(School(SchoolId(school), "Liceo", time_zone="America/Mexico_City"))
    store(written([event("ana", "login", day(n)) for n in range(120)], NOW))
    store(written([event("ben", "page_view", day(1), 3)], NOW), "more")
    with context.entered(school=f"neighbour-{secrets.token_hex(4)}"):
        store(written([event("foreign-eve", "secret_type", day(1), 700)], NOW))
    ask.school, ask.who = school, BOSS
    with acting_as("api"):
        yield school


def test_an_admin_sees_what_can_be_asked_in_their_language(ask: Ask) -> None:
    ask.school, ask.who = "north", BOSS
    spanish = ask("GET", "/analytics", headers={"Accept-Language": "es-MX"}).json()
    english = ask("GET", "/analytics", headers={"Accept-Language": "en"}).json()

    titles = {one["name"]: one["title"] for one in spanish["items"]}
    assert titles["cohorts"] == "Cohortes"
    assert {one["name"] for one in english["items"]} == {one.name for one in services.questions()}
    conflicts = next(one for one in english["items"] if one["name"] == "event_id_conflicts")
    assert conflicts["parameters"] == [
        {
            "name": "most",
            "type": "integer",
            "about": "Most rows",
            "default": "100",
            "least": 1,
            "most": 1000,
        }
    ]


def test_no_question_takes_the_names_that_the_page_needs() -> None:
    taken = {one.name for asked in services.questions() for one in asked.parameters}

    assert not taken & {"limit", "cursor", "format", "row", "since", "until"}


@pytest.mark.usefixtures("liceo")
def test_an_answer_says_its_figures_and_of_what_it_was_made(ask: Ask) -> None:
    answer = ask("GET", f"{MONTHS}&type=page_view", headers={"Accept-Language": "en"})

    body = answer.json()
    assert body["items"] == [
        {"month": "2026-03", "type": "page_view", "events": 1, "quantity": 3, "students": 1}
    ]
    assert body["columns"][0] == {"name": "month", "type": "text", "title": "Month"}
    assert body["parameters"] == {
        "since": "2026-01-01",
        "until": "2026-11-30",
        "type": "page_view",
    }
    assert body["rows"] == 1
    assert body["scanned_files"] == 5, "four months, one of them in two files"
    assert body["scanned_bytes"] > 0
    assert body["damaged_files"] == 0
    assert body["next_cursor"] is None


@pytest.mark.usefixtures("liceo")
def test_pages_are_of_one_answer_whatever_is_written_meanwhile(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = ask("GET", f"{DAILY}&limit=50").json()
    monkeypatch.setattr(settings, "ANALYTICS_SECONDS", 0.000001)  # who asks anew is told anew
    assert ask("GET", f"{DAILY}&limit=50").json()["as_of"] > first["as_of"]

    pages = [first]
    while pages[-1]["next_cursor"]:
        pages.append(ask("GET", f"{DAILY}&limit=50&cursor={pages[-1]['next_cursor']}").json())

    days = [row["day"] for page in pages for row in page["items"]]
    assert [len(page["items"]) for page in pages] == [50, 50, 20]
    assert days == sorted(set(days))
    assert {page["as_of"] for page in pages} == {first["as_of"]}


@pytest.mark.usefixtures("liceo")
def test_a_cursor_is_of_its_question_and_its_parameters(ask: Ask) -> None:
    cursor = ask("GET", f"{DAILY}&limit=50").json()["next_cursor"]

    for other in (MONTHS, f"{DAILY}&type=login", "/analytics/daily_summary"):
        answer = ask("GET", f"{other}{'&' if '?' in other else '?'}limit=50&cursor={cursor}")
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_cursor")


@pytest.mark.usefixtures("liceo")
def test_an_answer_that_is_gone_is_asked_for_anew(ask: Ask) -> None:
    cursor = ask("GET", f"{DAILY}&limit=50").json()["next_cursor"]
    for name in services.answers_kept():
        storage.delete(name)

    answer = ask("GET", f"{DAILY}&limit=50&cursor={cursor}")

    assert (answer.status_code, answer.json()["code"]) == (400, "bad_cursor")
    assert ask("GET", f"{DAILY}&limit=50").status_code == 200


@pytest.mark.usefixtures("liceo")
def test_what_was_asked_a_moment_ago_reads_no_lake(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = ask("GET", MONTHS)
    monkeypatch.setattr(answers, "ask", lambda *_: pytest.fail("the lake was read"))

    again = ask("GET", MONTHS)
    assert again.content == first.content
    assert (again["ETag"], again["Cache-Control"]) == (first["ETag"], "private, no-cache")

    for seen in (first["ETag"], f'"x", W/{first["ETag"]}'):
        known = ask("GET", MONTHS, headers={"If-None-Match": seen})
        assert (known.status_code, known.content) == (304, b"")
    assert ask("GET", MONTHS, headers={"If-None-Match": '"x"'}).status_code == 200
    english = ask("GET", MONTHS, headers={"Accept-Language": "en"})
    assert english["ETag"] != first["ETag"]


@pytest.mark.usefixtures("liceo")
def test_an_answer_is_a_table_for_a_spreadsheet(ask: Ask) -> None:
    answer = ask("GET", f"{DAILY}&format=csv&limit=7", headers={"Accept-Language": "es-MX"})

    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="daily_summary.csv"'
    assert rows[0] == ["Día", "Eventos", "Cantidad", "Estudiantes", "Tipos"]
    assert len(rows) == 1 + 120, "all of them"
    assert rows[2] == ["2026-03-02", "2", "4", "2", "2"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("since=yesterday", "since"),
        ("since=2026-11-30&until=2026-01-01", "since"),
        ("type=' OR 1=1 --", "type"),
        ("colour=red", "colour"),
        ("format=xml", "format"),
        ("limit=0", "limit"),
        ("limit=101", "limit"),
    ],
)
@pytest.mark.usefixtures("liceo")
def test_what_cannot_be_asked_is_said_at_its_parameter(ask: Ask, query: str, field: str) -> None:
    answer = ask("GET", f"/analytics/events_by_month?{query}")

    assert answer.status_code == 422
    assert [one["field"] for one in answer.json()["errors"]] == [field]


def test_there_is_no_other_question(liceo: str, ask: Ask) -> None:
    answer = ask("GET", "/analytics/select_everything")

    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_query")
    assert liceo


@pytest.mark.usefixtures("liceo")
def test_answers_are_thrown_away_after_an_hour_and_read_by_their_school_only(ask: Ask) -> None:
    ask("GET", MONTHS)
    (kept,) = services.answers_kept()
    with context.entered(school="neighbour"):
        assert services.answers_kept() == []
    with clock.stopped(clock.now() + timedelta(minutes=59)):
        ask("GET", DAILY)
        assert len(services.answers_kept()) == 2
    with clock.stopped(clock.now() + timedelta(minutes=61)):
        services.answered("cohorts", {})
        assert kept not in services.answers_kept()


def test_every_question_is_answered_and_none_with_the_neighbour_s_events(
    liceo: str, ask: Ask, office_of: Callable[..., Office]
) -> None:
    """Over HTTP and in the admin, which are given the same answer."""
    browser = office_of(liceo, "school_admin")
    browser.defaults["HTTP_ACCEPT_LANGUAGE"] = "es"
    page = browser.text("/admin/analytics/")
    assert "Análisis" in page
    for one in services.questions():
        assert f'hx-get="/admin/analytics/{one.name}/picture/"' in page
        with clock.stopped(NOW):  # of a year long gone there is no picture
            answer = ask("GET", f"/analytics/{one.name}")
            part = browser.text(f"/admin/analytics/{one.name}/picture/")
        assert answer.status_code == 200
        assert 'role="alert"' not in part, part
        assert ("<svg" in part) == (one.chart[0] != "table" and one.name not in WITHOUT), part
        for text in (answer.content.decode(), part):
            assert "secret_type" not in text
            assert "foreign-eve" not in text


WITHOUT = {"grading_latency", "activity_and_grades", "average_duration"}  # of what is in this lake


@pytest.fixture
def desk(liceo: str, office_of: Callable[..., Office]) -> Office:
    browser = office_of(liceo, "school_admin")
    browser.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return browser


RANGE: dict[str, Any] = {"since": "2026-01-01", "until": "2026-11-30"}


def test_a_question_is_narrowed_paged_and_saved(desk: Office) -> None:
    page = desk.text("/admin/analytics/daily_summary/", {**RANGE, "type": "login"})
    assert 'name="since" type="date" value="2026-01-01"' in page
    assert '<option value="login" selected>' in page

    part = desk.text("/admin/analytics/daily_summary/answer/", RANGE)
    assert "120 rows." in part
    assert part.count('<th scope="row"') == 50
    assert "/daily_summary/?since=2026-01-01&amp;until=2026-11-30&amp;row=50" in part
    assert "secret_type" not in part

    last = desk.text("/admin/analytics/daily_summary/answer/", {**RANGE, "row": "100"})
    assert last.count('<th scope="row"') == 20
    assert 'rel="next"' not in last
    assert 'rel="prev"' in last

    saved = desk.get("/admin/analytics/daily_summary/file/", RANGE)
    assert saved["Content-Disposition"] == 'attachment; filename="daily_summary.csv"'
    assert len(saved.content.decode("utf-8-sig").splitlines()) == 121


def test_what_cannot_be_asked_is_said_in_the_place_of_the_answer(desk: Office) -> None:
    wrong = {"since": "2026-11-30", "until": "2026-01-01"}
    part = desk.text("/admin/analytics/daily_summary/answer/", wrong)
    assert 'role="alert"' in part
    assert "Must not be after the last day." in part
    back = desk.get("/admin/analytics/daily_summary/file/", wrong)
    assert back["Location"] == "/admin/analytics/daily_summary/"
    assert desk.get("/admin/analytics/no_such_question/").status_code == 404
