"""The office looks at its nights, and has grades computed in the middle of the day."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from grades import services
from grades.domain.nights import Failure, Night, NightState
from grades.repository import nights
from grades.tests.cast import ADA, AUTUMN, BLAS, MATHS, given, grade_of
from grades.tests.test_nights import worked
from luca.aws import jobs, queue
from luca.kernel import clock, context
from tenants import services as tenants
from tenants.domain import Subject
from tenants.tests.desk import Office

NIGHTS = "/admin/grades/nights/"
ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}


@pytest.fixture
def desk(north: str, office_of: Callable[..., Office]) -> Office:
    browser = office_of(north, "school_admin")
    browser.defaults |= ENGLISH
    return browser


def ended(school: str, date: str, state: NightState, **counts: Any) -> None:
    assert nights.claim(school, date)
    nights.end(school, Night(date, state, clock.now(), **counts))


def answered(desk: Office, **given: str) -> Any:
    page = desk.text(f"{NIGHTS}run/")
    once = page.split('name="once" value="')[1].split('"')[0]
    return desk.post(f"{NIGHTS}run/", {"once": once, **given})


def test_the_list_shows_how_the_nights_ended(desk: Office, north: str, south: str) -> None:
    ended(north, "2026-11-19", NightState.FINISHED, written=41)
    why = (Failure("maths", "2026-1", "KeyError", count=3),)
    ended(north, "2026-11-20", NightState.FAILED, written=38, failed=3, failures=why)
    ended(south, "2026-11-18", NightState.FINISHED, written=7777)
    page = desk.text(NIGHTS)
    assert desk.calls == ["GetItem", "Query", "Query"]
    assert page.index("Nov. 20, 2026") < page.index("Nov. 19, 2026")
    assert "With failures" in page
    assert "41" in page
    assert "7777" not in page


def test_a_night_says_what_failed_and_why(desk: Office, north: str) -> None:
    why = (
        Failure("maths", "2026-1", "KeyError", count=3),
        Failure("physics", "2026-1", "ValueError", whole=True),
    )
    ended(north, "2026-11-20", NightState.FAILED, written=38, failed=4, failures=why)
    page = desk.text(f"{NIGHTS}2026-11-20/")
    assert desk.calls == ["GetItem", "GetItem"]
    assert "3 students" in page
    assert "KeyError" in page
    assert "The whole course" in page
    assert f'href="{NIGHTS}run/"' in page
    (again,) = re.findall(rf'href="({NIGHTS}run/[?]subject=maths[^"]*)"', page)
    form = desk.text(again.replace("&amp;", "&"))
    assert re.search(r'<option value="maths"\s+selected', form)
    assert re.search(r'<option value="2026-1"\s+selected', form)


def test_the_form_calls_subjects_by_their_names(desk: Office, north: str) -> None:
    del north
    tenants.add_subject(Subject(MATHS, "Matemáticas"))
    page = desk.text(f"{NIGHTS}run/", {"subject": MATHS})
    assert re.search(r'<option value="maths"\s+selected>\s*Matemáticas\s*</option>', page)
    assert len(desk.calls) <= 2


def test_a_night_that_runs_is_watched_to_its_end(desk: Office, north: str) -> None:
    nights.claim(north, "2026-11-21")
    nights.begin(north, "2026-11-21")
    nights.tell(north, "2026-11-21", 30, 120)
    page = desk.text(f"{NIGHTS}2026-11-21/")
    assert f'hx-get="{NIGHTS}2026-11-21/"' in page
    assert 'aria-valuenow="25"' in page
    nights.end(north, Night("2026-11-21", NightState.FINISHED, clock.now(), written=120))
    bar = desk.get(f"{NIGHTS}2026-11-21/", headers={"HX-Request": "true"}).content.decode()
    assert "hx-get" not in bar
    assert "Show what came of it" in bar


@pytest.mark.parametrize("date", ["2026-11-01", "yesterday", "2026-11-21~"])
def test_what_is_no_night_is_not_found(desk: Office, north: str, date: str) -> None:
    nights.claim(north, "2026-11-21")
    assert desk.get(f"{NIGHTS}{date}/").status_code == 404


def test_grades_are_computed_now_for_a_reason_and_once(
    desk: Office, north: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[Any] = []
    monkeypatch.setattr(queue, "enqueue", lambda task, **more: sent.append((task, more)))
    given(ADA)
    given(BLAS)
    page = desk.text(f"{NIGHTS}run/")
    assert desk.calls == ["GetItem", "Query"]
    once = page.split('name="once" value="')[1].split('"')[0]
    asked = {"once": once, "subject": MATHS, "period": AUTUMN, "reason": "Junta de mañana"}
    first, second = (desk.post(f"{NIGHTS}run/", asked) for _ in range(2))
    assert first["Location"] == second["Location"]
    ((task, more),) = sent
    assert task == "grades.consolidate"
    assert first["Location"] == f"{NIGHTS}run/{more['job']}/"
    assert "Waiting for a worker" in desk.text(first["Location"])
    worked(north, job=more["job"])
    page = desk.text(first["Location"])
    assert "Nothing failed." in page
    assert desk.calls == ["GetItem", "GetItem"]
    assert grade_of(ADA).version == 1
    listed = desk.text(NIGHTS)
    assert f"{AUTUMN} · {MATHS}" in listed


def test_a_reason_is_demanded(desk: Office, north: str) -> None:
    answer = answered(desk, reason="", subject="", period="")
    assert answer.status_code == 200
    with context.entered(school=north):
        assert "Nobody has asked for it" in desk.text(NIGHTS)


@pytest.mark.parametrize("groups", [("platform_admin",), ("gov_operator",)])
@pytest.mark.parametrize("path", ["", "run/", "2026-11-20/", "run/j1/"])
def test_nights_are_the_school_s_own_business(
    north: str, office_of: Callable[..., Office], groups: tuple[str, ...], path: str
) -> None:
    ended(north, "2026-11-20", NightState.FINISHED, written=41)
    browser = office_of(north, *groups)
    assert browser.get(NIGHTS + path).status_code == 403
    assert browser.post(f"{NIGHTS}run/", {"reason": "x", "once": "y"}).status_code == 403


def test_another_school_s_job_is_no_job(
    desk: Office, south: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "enqueue", lambda *_args, **_more: None)
    with context.entered(school=south, actor="eva", groups=frozenset({"school_admin"})):
        foreign = services.ask_for_consolidation(None, None)
    assert desk.get(f"{NIGHTS}run/{foreign.id}/").status_code == 404
    with context.entered(school=desk.school, actor="rosa", groups=frozenset({"school_admin"})):
        cards = jobs.note("report_cards", group="1a")
    assert desk.get(f"{NIGHTS}run/{cards.id}/").status_code == 404
