"""The office looks at what a group does today, and at a student's last thirty days."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from behavior import services
from behavior.tests.school_days import (
    ANA,
    CARLA,
    FIRST_A,
    FIRST_B,
    LUIS,
    ago,
    at,
    found_school,
    happen,
)
from luca.kernel import context

if TYPE_CHECKING:
    from collections.abc import Callable

    from tenants.tests.desk import Office

TODAY, STUDENTS = "/admin/behavior/today/", "/admin/behavior/students/"


@pytest.fixture
def desk(liceo: str, office_of: Callable[..., Office]) -> Office:
    browser = office_of(liceo, "school_admin")
    browser.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return browser


def asked_for(page: str) -> list[str]:
    """What a page asks for after it stands."""
    return [
        one.replace("&amp;", "&") for one in re.findall(r'hx-get="(/admin/behavior/[^"]+)"', page)
    ]


def cells(page: str, name: str) -> list[str]:
    """The row of a table that is somebody's, or an hour's."""
    row = next(one for one in re.findall(r"<tr>.*?</tr>", page, re.DOTALL) if name in one)
    return [
        re.sub(r"<[^>]+>", "", one).strip()
        for one in re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)
    ]


def test_a_group_s_day_is_counted_by_student_type_and_hour(desk: Office) -> None:
    happen(ANA, at("2026-11-21T15:05:00Z", type="quiz_completed"), at("2026-11-21T15:30:00Z"))
    happen(LUIS, at("2026-11-21T17:10:00Z", type="quiz_completed"))
    happen(CARLA, at("2026-11-21T17:11:00Z"))  # of another group
    page = desk.text(TODAY, {"group": FIRST_A, "day": "2026-11-21"})
    assert len(desk.calls) <= 4, desk.calls
    (counts,) = asked_for(page)
    part = desk.text(counts)
    assert "<html" not in part
    assert "3 events until" in part
    assert cells(part, "Ana Zúñiga") == ["Ana Zúñiga", "2", "1", "1"]
    assert cells(part, "Luis Álvarez") == ["Luis Álvarez", "1", "1", ""]
    assert cells(part, "Eva Núñez") == ["Eva Núñez", "0", "", ""]
    assert "Carla" not in part
    assert cells(part, "09:00") == ["09:00", "2", "1", "1"]
    assert cells(part, "11:00") == ["11:00", "1", "1", ""]
    assert f'href="{STUDENTS}{ANA}/"' in part


@pytest.mark.parametrize("day", ["2026-11-20", "2026-11-22", "yesterday", "1960-01-01"])
def test_another_day_is_another_day(desk: Office, day: str) -> None:
    happen(ANA, at("2026-11-21T15:05:00Z"), received=None)
    (counts,) = asked_for(desk.text(TODAY, {"group": FIRST_A, "day": day}))
    part = desk.text(counts)
    said = {"2026-11-20": "0 events", "yesterday": "1 event until"}
    assert said.get(day, "There is nothing to see of this day.") in part


@pytest.mark.usefixtures("liceo")
def test_the_first_group_is_shown_when_none_is_chosen(desk: Office) -> None:
    (counts,) = asked_for(desk.text(TODAY))
    assert f"/{FIRST_A}/" in counts
    (counts,) = asked_for(desk.text(TODAY, {"group": "9z"}))
    assert f"/{FIRST_A}/" in counts
    (counts,) = asked_for(desk.text(TODAY, {"group": FIRST_B}))
    assert f"/{FIRST_B}/" in counts


def test_a_group_that_is_not_there_says_so(desk: Office) -> None:
    assert "There is no such group." in desk.text(f"{TODAY}9z/", {"day": "2026-11-21"})


def test_a_student_is_found_and_shown_at_a_glance(desk: Office) -> None:
    found = desk.text(STUDENTS, {"q": "zuñ"})
    assert len(desk.calls) <= 4, desk.calls
    assert f'href="{STUDENTS}{ANA}/"' in found
    happen(ANA, at(ago(days=3)), at(ago(days=3)), at(ago(hours=1), type="quiz_completed"))
    happen(LUIS, at(ago(days=1)))
    page = desk.text(f"{STUDENTS}{ANA}/")
    assert len(desk.calls) <= 4, desk.calls
    assert "Activity of Ana Zúñiga" in page
    assert '<option value="quiz_completed">Quiz completed</option>' in page
    days, _events = asked_for(page)
    part = desk.text(days)
    assert len(desk.calls) <= 4, desk.calls
    assert 'role="img"' in part
    assert len(re.findall("<rect", part)) == 2
    assert "3 in all" in part
    assert cells(part, "11/18/2026")[1:] == ["2", "", "2"]


def test_every_event_can_be_read_page_by_page_and_type_by_type(desk: Office) -> None:
    absent = {"type": "attendance", "metadata": {"status": "absent", "note": "<b>gripe</b>"}}
    happen(ANA, at(ago(minutes=1), **absent), *(at(ago(minutes=n)) for n in range(2, 32)))
    happen(LUIS, at(ago(minutes=1), type="page_view"))
    _days, events = asked_for(desk.text(f"{STUDENTS}{ANA}/"))
    first = desk.text(events)
    assert len(desk.calls) <= 4, desk.calls
    assert "note: &lt;b&gt;gripe&lt;/b&gt;; status: absent" in first
    assert first.count("Sign-in") == 24
    (following,) = asked_for(first)
    second = desk.text(following)
    assert second.count("Sign-in") == 6
    assert "Page viewed" not in first + second
    (back,) = asked_for(second)
    assert desk.text(back).count("Sign-in") == 24
    _days, events = asked_for(desk.text(f"{STUDENTS}{ANA}/", {"type": "attendance"}))
    assert events.endswith("?type=attendance")
    assert desk.text(events).count("<tr>") == 1


@pytest.mark.usefixtures("types_forgotten")
def test_a_type_of_the_school_has_its_own_name(desk: Office, liceo: str) -> None:
    with context.entered(school=liceo):
        services.define_type(
            "moon_walk", labels=("Paseo lunar", "Moon walk"), schema={"type": "object"}
        )
    happen(ANA, at(ago(minutes=1), type="moon_walk"))
    assert "Moon walk" in desk.text(f"{STUDENTS}{ANA}/events/")
    desk.defaults["HTTP_ACCEPT_LANGUAGE"] = "es-mx"
    assert "Paseo lunar" in desk.text(f"{STUDENTS}{ANA}/events/")


def test_a_student_of_another_school_is_nobody_here(
    desk: Office, liceo: str, office_of: Callable[..., Office]
) -> None:
    other = f"{liceo}-2"
    with context.entered(school=other):
        found_school(other)
    happen(ANA, at(ago(minutes=1), metadata={"secret": "marker-9"}))
    stranger = office_of(other, "school_admin")
    stranger.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    _days, events = asked_for(desk.text(f"{STUDENTS}{ANA}/"))
    assert "marker-9" in desk.text(events)
    assert "marker-9" not in stranger.text(events)
    assert desk.get(f"{STUDENTS}nobody/").status_code == 404
    assert "There is no such student." in desk.text(f"{STUDENTS}nobody/days/")
    assert "There is no such student." in desk.text(f"{STUDENTS}nobody/events/")


def test_a_cursor_is_good_for_one_student_of_one_school(desk: Office) -> None:
    happen(ANA, *(at(ago(minutes=n)) for n in range(1, 32)))
    (following,) = asked_for(desk.text(f"{STUDENTS}{ANA}/events/"))
    stolen = following.replace(f"/{ANA}/", f"/{LUIS}/")
    assert "<tr>" not in desk.text(stolen)
    assert "<tr>" not in desk.text(f"{STUDENTS}{ANA}/events/", {"p": "forged"})


@pytest.mark.parametrize("group", ["platform_admin", "gov_operator"])
@pytest.mark.parametrize(
    "path",
    [
        TODAY,
        f"{TODAY}1a/",
        STUDENTS,
        f"{STUDENTS}ana/",
        f"{STUDENTS}ana/days/",
        f"{STUDENTS}ana/events/",
    ],
)
def test_only_the_office_sees_it(
    liceo: str, office_of: Callable[..., Office], group: str, path: str
) -> None:
    assert office_of(liceo, group).get(path).status_code == 403
