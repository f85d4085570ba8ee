"""A run of the government sync that goes wrong, is watched, sent again and proved."""

import json
import re
import secrets
import urllib.request
import zipfile
from pathlib import Path

import pytest

from luca.localaws.stack import Stack
from tests.browser.conftest import Windows
from tests.browser.hands import press
from tests.browser.screen import Screen
from tests.browser.stack import manage

pytestmark = pytest.mark.slow
SECONDS = 300_000  # milliseconds that a run may take here
PERIOD = "2026-1"


@pytest.fixture
def school(luca: Stack) -> str:
    """A school whose period is closed and was never sent."""
    name = f"escuela-{secrets.token_hex(3)}"
    manage(luca, "-m", "tests.browser.furnish", name)
    return name


@pytest.fixture
def head(window: Windows, school: str) -> Screen:
    return window(f"direccion@{school}.example")


def test_a_failing_run_is_watched_sent_again_and_proved(
    luca: Stack, school: str, head: Screen, tmp_path: Path
) -> None:
    # Not an outage, which would cost no batch its life: it answers, and answers wrong.
    _script(luca, {"calls": [1, 4], "do": "fail", "status": 500, "school_id": school})
    run = _started(head)
    head.page.locator("#picture svg").wait_for()
    head.shot("walk/sync-under-way")
    assert head.axe() == []
    _ended(head, run)
    _sent_again(head, run)
    _ended(head, run)
    head.shot("walk/sync-done")
    assert head.axe() == []
    file = _evidence(head, run, tmp_path)
    assert len(zipfile.ZipFile(file).namelist()) > 3
    page = head.go("/admin/tenants/auditrecord/")
    assert "La autoridad ya responde" in page.content()
    head.shot("walk/audit")
    assert head.axe() == []


def test_a_double_click_starts_one_run(head: Screen) -> None:
    _checked(head)
    head.page.locator("form[data-once] button[type=submit]").first.dblclick()
    head.page.wait_for_url(re.compile(r"/syncrun/[^/]+/change/"))
    head.go("/admin/govsync/syncrun/")
    assert head.page.locator("#result_list tbody tr").count() == 1


def _checked(head: Screen) -> None:
    """Go to the report of what would be sent."""
    page = head.go("/admin/govsync/syncrun/start/")
    page.select_option("[name=period]", PERIOD)
    press(head)
    page.wait_for_url(re.compile(f"/start/first/{PERIOD}/"))
    page.locator("form[data-once] button[type=submit]").wait_for()
    head.shot("walk/sync-report")
    assert head.axe() == []


def _started(head: Screen) -> str:
    """Start a run and return the address under which its pages are."""
    _checked(head)
    press(head)
    head.page.wait_for_url(re.compile(r"/syncrun/[^/]+/change/"))
    return head.page.url.removesuffix("change/")


def _ended(head: Screen, run: str) -> None:
    """Watch the page, which refreshes itself, until there is nothing left to do."""
    head.page.goto(f"{run}change/")
    head.page.locator("#numbers:not([hx-get])").wait_for(timeout=SECONDS)


def _sent_again(head: Screen, run: str) -> None:
    """What was given up goes again, under its old key."""
    page = head.page
    page.goto(f"{run}letters/")
    head.shot("walk/sync-given-up")
    assert head.axe() == []
    page.click("a[href$='/redrive/']")
    page.fill("[name=reason]", "La autoridad ya responde")
    head.shot("walk/sync-redrive")
    press(head)
    page.wait_for_url(re.compile("/change/"))


def _evidence(head: Screen, run: str, folder: Path) -> Path:
    page = head.page
    page.goto(f"{run}evidence/")
    press(head)
    link = page.locator("a[href$='/file/']")
    link.wait_for(timeout=SECONDS)
    with page.expect_download() as taken:
        link.click()
    file = folder / "evidence.zip"
    taken.value.save_as(file)
    return file


def _script(luca: Stack, *steps: dict[str, object]) -> None:
    """Let the authority do something to certain calls."""
    body = json.dumps({"script": steps}).encode()
    request = urllib.request.Request(luca.url("authority") + "/chaos", body, method="PUT")
    with urllib.request.urlopen(request, timeout=60) as answer:
        assert answer.status == 200
