"""What classes and students do, over HTTP, and searching a student's events."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from behavior import repository
from behavior.tests.school_days import ANA, CARLA, LUIS, NOW, ago, at, events, happen
from luca.aws import store
from luca.kernel import clock

if TYPE_CHECKING:
    from luca.api.tests.asking import Ask


@pytest.fixture
def api(liceo: str, ask: Ask) -> Ask:
    """The school's API, asked by Mrs. Reyes unless somebody else is named."""
    ask.school, ask.who = liceo, "reyes/teacher"
    return ask


def test_a_class_today_as_json(api: Ask) -> None:
    happen(ANA, at("2026-11-21T15:05:00Z", type="quiz_completed", quantity=3))
    answer = api("GET", "/groups/1a/activity")
    assert answer.status_code == 200
    found = answer.json()
    hours = found["total"].pop("hours")
    quiz = {"type": "quiz_completed", "events": 1, "quantity": 3}
    nothing = {"events": 0, "quantity": 0, "types": [], "first": None, "last": None}
    assert found == {
        "date": "2026-11-21",
        "time_zone": "America/Mexico_City",
        "begins": "2026-11-21T06:00:00.000Z",
        "ends": "2026-11-22T06:00:00.000Z",
        "as_of": "2026-11-21T18:30:00.000Z",
        "total": {"events": 1, "quantity": 3, "types": [quiz]},
        "items": [
            {
                "student": {"id": "luis", "given_name": "Luis", "family_name": "Álvarez"},
                **nothing,
            },
            {
                "student": {"id": "eva", "given_name": "Eva", "family_name": "Núñez"},
                **nothing,
            },
            {
                "student": {"id": "ana", "given_name": "Ana", "family_name": "Zúñiga"},
                "events": 1,
                "quantity": 3,
                "types": [quiz],
                "first": "2026-11-21T15:05:00.000Z",
                "last": "2026-11-21T15:05:00.000Z",
            },
        ],
    }
    assert len(hours) == 24
    assert hours[9] == {"begins": "2026-11-21T09:00:00-06:00", "events": 1, "quantity": 3}


def test_today_is_the_schools_and_not_that_of_utc(api: Ask) -> None:
    with clock.stopped(NOW + timedelta(hours=9)):  # half past nine in the evening; UTC is at 3:30
        happen(ANA, at(ago(minutes=1)))
        found = api("GET", "/groups/1a/activity").json()
        month = api("GET", "/students/ana/activity").json()
    assert (found["date"], found["total"]["events"]) == ("2026-11-21", 1)
    assert (month["items"][-1]["date"], month["items"][-1]["events"]) == ("2026-11-21", 1)


def test_a_class_on_another_day(api: Ask) -> None:
    happen(ANA, at("2026-11-19T15:05:00Z"), at(ago(minutes=1)))
    found = api("GET", "/groups/1a/activity?date=2026-11-19").json()
    assert (found["date"], found["total"]["events"]) == ("2026-11-19", 1)


def test_a_students_days_as_json(api: Ask) -> None:
    happen(ANA, at("2026-11-20T15:05:00Z", quantity=2), at("2026-11-20T16:00:00Z", type="conduct"))
    answer = api("GET", "/students/ana/activity?days=2")
    types = [
        {"type": "conduct", "events": 1, "quantity": 1},
        {"type": "login", "events": 1, "quantity": 2},
    ]
    assert answer.json() == {
        "time_zone": "America/Mexico_City",
        "as_of": "2026-11-21T18:30:00.000Z",
        "total": {"events": 2, "quantity": 3, "types": types},
        "items": [
            {"date": "2026-11-20", "events": 2, "quantity": 3, "types": types},
            {"date": "2026-11-21", "events": 0, "quantity": 0, "types": []},
        ],
    }
    assert len(api("GET", "/students/ana/activity").json()["items"]) == 30


WRONG = [
    ("/groups/1a/activity?date=", "date"),
    ("/groups/1a/activity?date=yesterday", "date"),
    ("/groups/1a/activity?date=2026-11-31", "date"),
    ("/groups/1a/activity?date=20261121", "date"),
    ("/groups/1a/activity?date=2026-11-22", "date"),
    ("/groups/1a/activity?date=0001-01-01", "date"),
    ("/students/ana/activity?days=0", "days"),
    ("/students/ana/activity?days=31", "days"),
    ("/students/ana/activity?days=-1", "days"),
    ("/students/ana/activity?days=all", "days"),
    ("/students/ana/activity?days=", "days"),
    ("/students/ana/activity?days=٣", "days"),
    ("/students/ana/events?type=Quiz", "type"),
    ("/students/ana/events?type=a%0Ab", "type"),
    ("/students/ana/events?since=yesterday", "since"),
    ("/students/ana/events?since=2026-11-21T08:00:00", "since"),
    ("/students/ana/events?since=0001-01-01", "since"),
    ("/students/ana/events?until=9999-12-31", "until"),
    ("/students/ana/events?since=2026-11-21&until=2026-11-20", "since"),
]


@pytest.mark.parametrize(("path", "field"), WRONG, ids=[one[0] for one in WRONG])
def test_what_cannot_be_asked_is_named(api: Ask, path: str, field: str) -> None:
    answer = api("GET", path)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]


HIDDEN = [
    ("soto/teacher", "/groups/1a/activity", "/groups/none/activity"),
    ("pilar/school_admin", "/groups/2c/activity", "/groups/none/activity"),
    ("soto/teacher", "/students/ana/activity", "/students/nobody/activity"),
    ("luis/student", "/students/ana/activity", "/students/nobody/activity"),
    ("hugo/guardian", "/students/ana/activity", "/students/nobody/activity"),
]


@pytest.mark.parametrize(("who", "path", "nowhere"), HIDDEN)
def test_what_somebody_may_not_see_answers_as_what_is_nowhere(
    api: Ask, who: str, path: str, nowhere: str
) -> None:
    happen(ANA, at(ago(minutes=1)))
    answer, other = api("GET", path, who=who), api("GET", nowhere, who=who)
    assert answer.status_code == other.status_code == 404
    assert answer.content == other.content


def test_a_whole_class_is_not_a_students_business(api: Ask) -> None:
    assert api("GET", "/groups/1a/activity", who="ana/student").status_code == 403


def listed(answer: Any) -> list[int]:
    assert answer.status_code == 200, answer.content
    return [one["quantity"] for one in answer.json()["items"]]


def walked(ask: Ask, path: str, **query: str) -> list[list[int]]:
    """The quantities of every page."""
    pages: list[list[int]] = []
    cursor: str | None = ""
    while cursor is not None:
        more = "&".join(f"{name}={value}" for name, value in query.items())
        answer = ask("GET", f"{path}?{more}" + (f"&cursor={cursor}" if cursor else ""))
        pages.append(listed(answer))
        cursor = answer.json()["next_cursor"]
        assert len(pages) < 100
    return pages


SEARCHES = [
    ({}, [1, 2, 3, 4, 5, 6]),
    ({"type": "conduct"}, [2, 4, 6]),
    ({"type": "never_heard_of"}, []),
    ({"since": "2026-11-20"}, [1, 2, 3, 4]),
    ({"since": "2026-11-20T00:00:00.000001-06:00"}, [1, 2, 3]),  # after midnight
    ({"until": "2026-11-20"}, [3, 4, 5, 6]),  # the day is included
    ({"since": "2026-11-20", "until": "2026-11-20"}, [3, 4]),
    ({"since": "2026-11-20", "until": "2026-11-20", "type": "conduct"}, [4]),
    ({"since": "2026-11-19T23:59:59.999-06:00", "until": "2026-11-20T06:00:00Z"}, [5]),
    ({"since": "2026-11-21T18:00:00Z"}, [1]),
    ({"since": "2027-01-01"}, []),
]


@pytest.mark.parametrize(("search", "found"), SEARCHES, ids=[str(one[0]) for one in SEARCHES])
def test_events_are_searched_by_type_and_time(
    api: Ask, search: dict[str, str], found: list[int]
) -> None:
    times = [
        *("2026-11-21T12:00:00-06:00", "2026-11-21T00:00:00-06:00"),
        *("2026-11-20T23:59:59.999-06:00", "2026-11-20T00:00:00-06:00"),
        *("2026-11-19T23:59:59.999-06:00", "2026-11-01T12:00:00-06:00"),
    ]
    for n, time in enumerate(times, 1):
        happen(ANA, at(time, quantity=n, type="conduct" if n % 2 == 0 else "login"))
    happen(LUIS, at(times[0], quantity=99, type="conduct"))

    for limit in ("50", "1", "2"):
        pages = walked(api, "/students/ana/events", limit=limit, **search)
        assert [one for page in pages for one in page] == found
        assert all(len(page) <= int(limit) for page in pages)


def test_one_request_looks_at_so_many_events_and_no_more(
    api: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is rare is found over several pages, some of them empty."""
    rare = {3, 35, 36}
    happen(
        ANA,
        *(
            {"time": ago(minutes=n), "quantity": n, "type": "conduct" if n in rare else "login"}
            for n in range(1, 41)
        ),
    )
    monkeypatch.setattr(repository, "LOOKED_AT", 10)
    reads: list[int] = []
    real = store.query

    def noting(*args: Any, **options: Any) -> Any:
        if "newest_first" in options:
            reads.append(options["limit"])
        return real(*args, **options)

    monkeypatch.setattr(store, "query", noting)
    pages = walked(api, "/students/ana/events", type="conduct")
    assert pages[:4] == [[3], [], [], [35, 36]]
    assert reads == [10] * len(pages)


def test_a_cursor_goes_on_with_the_search_that_it_came_from(api: Ask) -> None:
    happen(ANA, *({"time": ago(minutes=n), "type": "conduct"} for n in range(3)))
    path = "/students/ana/events?limit=1"
    cursor = api("GET", f"{path}&type=conduct").json()["next_cursor"]
    assert api("GET", f"{path}&type=conduct&cursor={cursor}").status_code == 200
    for other in ("", "&type=login", "&type=conduct&since=2026-11-21"):
        assert api("GET", f"{path}{other}&cursor={cursor}").status_code == 400


def test_a_search_shows_events_by_their_own_time(api: Ask) -> None:
    """An id may carry a time some minutes from that of its event."""
    (late,) = events(CARLA, at("2026-11-21T00:02:00-06:00"))
    happen(ANA, at("2026-11-20T23:58:00-06:00", event_id=late.id, quantity=7))
    assert listed(api("GET", "/students/ana/events?since=2026-11-21")) == []
    assert listed(api("GET", "/students/ana/events?until=2026-11-20")) == [7]
