"""The office sees which events of its school were refused, and has them tried again."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from behavior import services, tasks
from behavior.services import types
from behavior.tests.deliveries import message, sent, stored
from behavior.tests.operators import refused
from luca.aws import queue
from luca.kernel import context
from luca.kernel.ids import SchoolId, StudentId
from tenants import services as tenants
from tenants.domain import School, Student

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from tenants.tests.desk import Office

    ActingAs = Callable[[str], AbstractContextManager[None]]

LIST = "/admin/behavior/refusedevent/"
CHOSEN = {"action": "try_again", "index": "0"}


@pytest.fixture
def desk(school: str, office_of: Callable[..., Office], acting_as: ActingAs) -> Office:
    """The desk of a school with three refused events, beside another school with its own."""
    for name, person in ((school, "Ana"), (f"{school}-2", "Eva")):
        with context.entered(school=name):
            tenants.create_school(School(SchoolId(name), "Liceo"))
            tenants.add_students([Student(StudentId("ana"), person, "Zúñiga")])
            tenants.add_students([Student(StudentId("luis"), "Luis", "Álvarez")])
    types._fresh._known.clear()
    refused(
        acting_as,
        message(
            sent(type="moon_walk", metadata={"steps": 3, "status": "late", "<b>": "<i>x</i>"}),
            sent(student="luis"),
            school=school,
            request="m1",
        ),
        message(sent(type="moon_walk"), school=school, request="m2"),
        message(sent(type="star_walk"), school=f"{school}-2", request="m3"),
    )
    browser = office_of(school, "school_admin")
    browser.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return browser


def moon_walk(school: str) -> None:
    with context.entered(school=school):
        services.define_type(
            "moon_walk", labels=("Paseo lunar", "Moon walk"), schema={"type": "object"}
        )
        types._fresh._known.clear()
        types._known._known.clear()


def rows(page: str) -> list[str]:
    return re.findall(r'name="_selected_action" value="([^"]+)"', page)


def kept(school: str) -> list[str]:
    with context.entered(school=school):
        return sorted(one.type for one in stored())


def test_the_list_names_students_types_and_reasons_of_the_own_school(desk: Office) -> None:
    page = desk.text(LIST)
    assert len(rows(page)) == 3
    assert len(desk.calls) <= 4, desk.calls
    assert page.count("Ana Zúñiga") == 2
    assert "Unknown type of event" in page
    assert "The sender may not record it" in page
    assert "Sign-in" in page
    assert "Eva" not in page
    assert "star_walk" not in page
    assert desk.text(LIST)
    assert len(desk.calls) <= 4, desk.calls


def test_one_reason_alone(desk: Office) -> None:
    page = desk.text(LIST, {"code__exact": "not_allowed"})
    assert len(rows(page)) == 1
    assert "Luis Álvarez" in page


def test_an_event_says_what_was_sent_and_what_to_do(desk: Office) -> None:
    page = desk.text(LIST)
    found = [desk.text(f"{LIST}{_quoted(one)}/change/") for one in rows(page)]
    assert len(desk.calls) <= 4, desk.calls
    (moon,) = [one for one in found if "steps" in one]
    assert "Define the type, or switch it on, and try again." in moon
    assert "type: Is not defined in this school." in moon
    assert "&lt;i&gt;x&lt;/i&gt;" in moon
    assert "<i>x</i>" not in moon
    assert "/again/" in moon


def _quoted(place: str) -> str:
    return place.replace("_", "_5F").replace(":", "_3A")


def test_the_chosen_ones_are_tried_again(desk: Office) -> None:
    page = desk.text(LIST)
    moon_walk(desk.school)
    answer = desk.post(LIST, {**CHOSEN, "_selected_action": rows(page)}, follow=True)
    text = answer.content.decode()
    assert "2 events are stored. 1 is still refused." in text
    assert len(rows(text)) == 1
    assert kept(desk.school) == ["moon_walk", "moon_walk"]


def test_one_is_tried_again_and_a_double_click_does_it_once(desk: Office) -> None:
    moon_walk(desk.school)
    place = rows(desk.text(LIST, {"code__exact": "unknown_type"}))[0]
    again = f"{LIST}{_quoted(place)}/again/"
    once = re.findall(r'name="once" value="([^"]+)"', desk.text(again))[0]
    for _ in range(2):
        assert desk.post(again, {"once": once})["Location"] == LIST
    assert "1 event is stored." in desk.text(LIST)
    assert kept(desk.school) == ["moon_walk"]


def test_all_of_a_reason_are_a_worker_s(desk: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    sent_tasks: list[Any] = []
    monkeypatch.setattr(queue, "enqueue", lambda task, **more: sent_tasks.append((task, more)))
    page = desk.text(f"{LIST}again/")
    once = re.findall(r'name="once" value="([^"]+)"', page)[0]
    asked = {"once": once, "code": "unknown_type", "reason": ""}
    assert desk.post(f"{LIST}again/", asked).status_code == 200, "it wants a reason"
    answer = desk.post(f"{LIST}again/", {**asked, "reason": "Dimos de alta el tipo"})
    ((task, more),) = sent_tasks
    assert task == "behavior.redrive_refused"
    assert answer["Location"] == f"{LIST}again/{more['job']}/"
    assert "hx-get" in desk.text(answer["Location"])
    moon_walk(desk.school)
    with context.entered():
        tasks.redrive_refused.push_request(id="id-1", school_id=desk.school)
        try:
            tasks.redrive_refused(**more)
        finally:
            tasks.redrive_refused.pop_request()
    assert "2 events are stored." in desk.text(answer["Location"])
    assert len(rows(desk.text(LIST))) == 1


def test_another_school_s_events_and_jobs_are_nobody_s_here(
    desk: Office, office_of: Callable[..., Office]
) -> None:
    stranger = office_of(f"{desk.school}-2", "school_admin")
    (theirs,) = rows(stranger.text(LIST))
    assert desk.get(f"{LIST}{_quoted(theirs)}/change/").status_code == 302
    desk.post(LIST, {**CHOSEN, "_selected_action": [theirs]})
    assert rows(stranger.text(LIST)) == [theirs]
    assert kept(f"{desk.school}-2") == []


@pytest.mark.parametrize("group", ["platform_admin", "gov_operator"])
@pytest.mark.parametrize("path", ["", "again/", "again/j1/", f"{quote('a~b')}/again/"])
def test_only_the_office_sees_them(
    desk: Office, office_of: Callable[..., Office], group: str, path: str
) -> None:
    other = office_of(desk.school, group)
    assert other.get(LIST + path).status_code == 403
    assert other.post(LIST + path, {"once": "x"}).status_code == 403


def test_in_spanish(desk: Office) -> None:
    desk.defaults["HTTP_ACCEPT_LANGUAGE"] = "es-mx"
    page = desk.text(LIST)
    assert "Tipo de actividad desconocido" in page
    assert "Inicio de sesión" in page
