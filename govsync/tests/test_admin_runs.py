"""The office starts a run, watches it, and is told what became of it."""

import re
from collections.abc import Callable
from urllib.parse import unquote_plus

import pytest

from govsync import services
from govsync.domain import RunStatus
from govsync.services import showing
from govsync.tests.cast import AUTUMN, work
from luca.aws import jobs
from luca.kernel import context
from tenants import services as tenants
from tenants.tests.desk import Office

RUNS = "/admin/govsync/syncrun/"
Signed = Callable[..., Office]


@pytest.fixture
def head(village: str, office_of: Signed) -> Office:
    """The head of a school with six grades of a closed period, in two batches."""
    browser = office_of(village, "school_admin")
    browser.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return browser


def checked(head: Office, kind: str = "first") -> str:
    """Ask what a run would send, let a worker look, and return the report's address."""
    answer = head.post(f"{RUNS}start/", {"period": AUTUMN, "kind": kind})
    assert answer.status_code == 302, answer.content.decode()
    where = str(answer["Location"])
    jobs.run(where.rstrip("/").rpartition("/")[2], services.preflight_for_job)
    return where


def once(page: str) -> str:
    found = re.search(r'name="once" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def started(head: Office) -> str:
    """Start a run as the office does; return its page's address."""
    report = checked(head)
    answer = head.post(report, {"once": once(head.text(report))})
    assert answer.status_code == 302
    return str(answer["Location"])


def run_of(address: str) -> str:
    return address.removeprefix(RUNS).partition("/")[0]


def test_a_check_is_asked_for_once_for_each_kind(head: Office) -> None:
    asked = {"period": AUTUMN, "once": once(head.text(f"{RUNS}start/"))}
    first = head.post(f"{RUNS}start/", asked)["Location"]
    assert head.post(f"{RUNS}start/", asked)["Location"] == first
    anew = {"period": AUTUMN, "once": once(head.text(f"{RUNS}start/"))}
    assert head.post(f"{RUNS}start/", anew)["Location"] != first


def test_a_period_is_checked_before_anything_is_sent(head: Office) -> None:
    assert f'value="{AUTUMN}"' in head.text(f"{RUNS}start/")
    answer = head.post(f"{RUNS}start/", {"period": AUTUMN})
    waiting = head.text(answer["Location"])
    assert f'hx-get="{answer["Location"]}"' in waiting
    assert 'name="once"' not in waiting, "nothing to start before the report is there"
    jobs.run(answer["Location"].rstrip("/").rpartition("/")[2], services.preflight_for_job)
    asked = head.get(answer["Location"], headers={"HX-Request": "true"})
    assert asked["HX-Refresh"] == "true"
    page = head.text(answer["Location"])
    assert re.search(r">6</p>", page), "six are ready"
    assert re.search(r">1</p>", page), "one is held back"
    assert services.under_way(AUTUMN) is None


@pytest.mark.usefixtures("authority")
def test_a_run_is_started_watched_and_ends(head: Office) -> None:
    page = started(head)
    text = head.text(page)
    assert "hx-get" in text
    assert len(re.findall("<h1", text)) == 1
    work(run_of(page))
    numbers = head.text(f"{RUNS}{run_of(page)}/numbers/")
    assert "hx-get" not in numbers, "a run that has ended is asked about no more"
    assert "7" in numbers
    assert services.status(run_of(page)).run.status is RunStatus.DONE


def test_a_double_click_starts_one_run_and_says_so(head: Office) -> None:
    report = checked(head)
    given = {"once": once(head.text(report))}
    first = head.post(report, given)
    assert "started already" not in head.text(first["Location"])
    second = head.post(report, given)
    assert second["Location"] == first["Location"]
    assert "started already" in head.text(first["Location"])
    other_tab = head.post(report, {"once": "another-showing"})
    assert other_tab["Location"] == first["Location"]
    assert "started already" in head.text(first["Location"])
    assert len(services.runs_page(None, None, limit=10, start=None)[0]) == 1


def test_the_list_shows_runs_of_a_period_and_a_state(head: Office) -> None:
    run = services.start(AUTUMN)
    page = head.text(RUNS)
    assert f"{RUNS}{run.id}/change/" in page
    assert len(head.calls) <= 4, head.calls
    assert run.id in head.text(RUNS, {"period": AUTUMN, "status__exact": "RUNNING"})
    assert run.id not in head.text(RUNS, {"status__exact": "DONE"})
    assert run.id not in head.text(RUNS, {"period": "2031-1"})


def test_pages_of_a_run_take_few_reads(head: Office) -> None:
    run = services.start(AUTUMN)
    services.advance(run.id, run.version)
    for part in PARTS:
        head.text(f"{RUNS}{run.id}/{part}/")
        assert len(head.calls) <= 4, (part, head.calls)


@pytest.mark.usefixtures("authority")
def test_a_process_that_meets_a_run_for_the_first_time_reads_no_more(head: Office) -> None:
    run = services.start(AUTUMN)
    work(run.id)
    for path in ("records/", "records/?state=BLOCKED_LOCAL", "causes/", "evidence/"):
        showing._period_of.cache_clear()
        head.text(f"{RUNS}{run.id}/{path}")
        assert len(head.calls) <= 4, (path, head.calls)
    link = re.search(
        rf'href="({RUNS}{run.id}/records/s0000/[^"]+)"', head.text(f"{RUNS}{run.id}/records/")
    )
    assert link is not None
    answer = head.get(link[1])
    assert answer.status_code == 302
    assert "/admin/grades/grade/" in answer["Location"]
    assert AUTUMN in unquote_plus(answer["Location"]).replace("_2D", "-")


PARTS = ("change", "numbers", "engine", "steps", "batches", "letters", "causes", "reconciliation")
PAGES = (
    *("", "start/", "given-up/", "subjects/", "pause/", "resume/"),
    *("{run}/change/", "{run}/numbers/", "{run}/engine/", "{run}/steps/", "{run}/batches/"),
    *("{run}/records/", "{run}/causes/", "{run}/letters/", "{run}/reconciliation/"),
    *("{run}/evidence/", "{run}/redrive/", "{run}/reconcile/"),
)


def test_only_who_answers_for_the_sync_sees_it(village: str, office_of: Signed) -> None:
    run = services.start(AUTUMN)
    wanted = {"platform_admin": 403, "gov_operator": 200, "school_admin": 200}
    for group, status in wanted.items():
        browser = office_of(village, group)
        for path in PAGES:
            where = RUNS + path.format(run=run.id)
            assert browser.get(where).status_code == status, (group, path)


def test_another_schools_run_does_not_exist(village: str, office_of: Signed) -> None:
    run = services.start(AUTUMN)
    services.advance(run.id, run.version)
    south = office_of(f"south-{village[-8:]}", "school_admin")
    for path in (one for one in PAGES if "{run}" in one):
        answer = south.get(RUNS + path.format(run=run.id))
        assert answer.status_code == 404, path
        assert "s0000" not in answer.content.decode(), path


@pytest.mark.usefixtures("authority")
def test_a_run_is_paused_and_resumed_with_a_reason(head: Office, village: str) -> None:
    page = started(head)
    run = run_of(page)
    asked = head.text(f"{RUNS}{run}/pause/")
    refused = head.post(f"{RUNS}{run}/pause/", {"once": once(asked), "reason": ""})
    assert refused.status_code == 200
    assert services.held() is None
    head.post(f"{RUNS}{run}/pause/", {"once": once(asked), "reason": "A wrong grade"})
    assert services.run(run).status is RunStatus.PAUSED
    assert f"{RUNS}{run}/resume/" in head.text(page)
    asked = head.text(f"{RUNS}{run}/resume/")
    head.post(f"{RUNS}{run}/resume/", {"once": once(asked), "reason": "Corrected"})
    assert services.run(run).status is RunStatus.RUNNING
    assert audited(village) >= {"A wrong grade", "Corrected"}


def audited(school: str) -> set[str]:
    with context.entered(school=school):
        found, _ = tenants.audit_entries(tenants.audit_search(), limit=100)
        return {one.reason for one in found}
