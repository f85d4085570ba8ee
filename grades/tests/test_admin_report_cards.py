"""The office prints the cards of a group or of one student, and takes the PDF along."""

from collections.abc import Callable
from typing import Any

import pytest

from grades import services, tasks
from grades.tests.cast import ADA, AUTUMN, BLAS, DARIO, FIRST_A, given
from luca.aws import jobs, queue
from luca.kernel import context
from tenants.tests.desk import Office

CARDS = "/admin/grades/cards/"


@pytest.fixture
def desk(north: str, office_of: Callable[..., Office]) -> Office:
    browser = office_of(north, "school_admin")
    browser.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return browser


@pytest.fixture
def tasks_sent(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    kept: list[Any] = []
    monkeypatch.setattr(queue, "enqueue", lambda task, **more: kept.append((task, more)))
    return kept


def printed(school: str, job: str) -> None:
    """Run the worker's task."""
    task = tasks.report_cards
    with context.entered():
        task.push_request(id="id-1", school_id=school)
        try:
            task(job=job)
        finally:
            task.pop_request()


def answered(desk: Office, path: str, **given: str) -> Any:
    page = desk.text(path)
    once = page.split('name="once" value="')[1].split('"')[0]
    return desk.post(path, {"once": once, **given})


def test_a_group_s_cards_are_printed_watched_and_taken_along(
    desk: Office, north: str, tasks_sent: list[Any]
) -> None:
    given(ADA)
    given(BLAS)
    assert "No cards were asked for" in desk.text(CARDS)
    assert desk.calls == ["GetItem", "Query", "Query"]
    asked = answered(desk, CARDS, group=FIRST_A, period=AUTUMN, language="en")
    ((task, more),) = tasks_sent
    watch = f"{CARDS}job/{more['job']}/"
    assert (task, asked["Location"]) == ("grades.report_cards", watch)
    page = desk.text(watch)
    assert desk.calls == ["GetItem", "GetItem"]
    assert f'hx-get="{watch}"' in page
    assert desk.get(f"{watch}file/").status_code == 404
    printed(north, more["job"])
    bar = desk.get(watch, headers={"HX-Request": "true"}).content.decode()
    assert "2 cards are ready. 2 are provisional." in bar
    assert f'href="{watch}file/"' in bar
    file = desk.get(f"{watch}file/")
    assert file["Content-Type"] == "application/pdf"
    assert file["Content-Disposition"] == 'attachment; filename="report-cards.pdf"'
    assert file.getvalue().startswith(b"%PDF")
    listed = desk.text(CARDS)
    assert f'href="{watch}file/"' in listed
    assert "1A" in listed


def test_one_student_is_found_by_name_and_has_a_card(
    desk: Office, north: str, tasks_sent: list[Any]
) -> None:
    found = desk.text(f"{CARDS}student/", {"q": "nuñ"})
    assert f'href="{CARDS}student/{ADA}/"' in found
    assert len(desk.calls) <= 4, desk.calls
    assert BLAS not in found
    one = f"{CARDS}student/{ADA}/"
    page = desk.text(one)
    assert len(desk.calls) <= 4, desk.calls
    assert "Report card of Ada Núñez" in page
    asked = answered(desk, one, period=AUTUMN, language="es")
    job = jobs_of(north)[0]
    assert asked["Location"] == f"{CARDS}job/{job.id}/"
    assert job.arguments == {"student": ADA, "period": AUTUMN, "language": "es"}
    assert f"Student {ADA}" in desk.text(CARDS)
    assert len(tasks_sent) == 1


def jobs_of(school: str) -> list[jobs.Job]:
    with context.entered(school=school, actor="rosa", groups=frozenset({"school_admin"})):
        return services.recent_cards()


def test_asking_twice_prints_once(desk: Office, tasks_sent: list[Any]) -> None:
    once = desk.text(CARDS).split('name="once" value="')[1].split('"')[0]
    asked = {"once": once, "group": FIRST_A, "period": AUTUMN, "language": "es"}
    first, second = (desk.post(CARDS, asked) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert len(tasks_sent) == 1


@pytest.mark.parametrize(
    "wrong", [{"group": "9z"}, {"period": "1999-1"}, {"language": "nah"}, {"group": ""}]
)
def test_what_is_not_offered_is_not_printed(
    desk: Office, tasks_sent: list[Any], wrong: dict[str, str]
) -> None:
    asked = {"group": FIRST_A, "period": AUTUMN, "language": "es", **wrong}
    answer = answered(desk, CARDS, **asked)
    assert answer.status_code == 200
    assert "errors" in answer.content.decode()
    assert tasks_sent == []


@pytest.mark.usefixtures("south")
def test_a_student_of_another_school_has_no_card_here(desk: Office, tasks_sent: list[Any]) -> None:
    assert desk.get(f"{CARDS}student/{DARIO}/").status_code == 404
    assert "Nobody of this name" in desk.text(f"{CARDS}student/", {"q": "Darío"})
    answer = desk.post(
        f"{CARDS}student/{DARIO}/", {"period": AUTUMN, "language": "es", "once": "x"}
    )
    assert answer.status_code == 404
    assert tasks_sent == []


def test_another_school_s_file_is_no_file(
    desk: Office, north: str, south: str, office_of: Callable[..., Office], tasks_sent: list[Any]
) -> None:
    answered(desk, CARDS, group=FIRST_A, period=AUTUMN, language="es")
    job = tasks_sent[0][1]["job"]
    printed(north, job)
    stranger = office_of(south, "school_admin")
    for path in (f"{CARDS}job/{job}/", f"{CARDS}job/{job}/file/"):
        own = desk.get(path)
        assert (own.status_code, bool(own.getvalue())) == (200, True)
        assert stranger.get(path).status_code == 404


@pytest.mark.parametrize("group", ["platform_admin", "gov_operator"])
@pytest.mark.parametrize("path", ["", "student/", f"student/{ADA}/", "job/j1/", "job/j1/file/"])
def test_cards_are_the_office_s(
    north: str, office_of: Callable[..., Office], group: str, path: str
) -> None:
    assert office_of(north, group).get(CARDS + path).status_code == 403


def test_a_job_of_another_kind_has_no_cards(desk: Office, north: str) -> None:
    with context.entered(school=north, actor="rosa", groups=frozenset({"school_admin"})):
        other = jobs.note("consolidation", period="")
    assert desk.get(f"{CARDS}job/{other.id}/").status_code == 404
    assert desk.get(f"{CARDS}job/{other.id}/file/").status_code == 404
