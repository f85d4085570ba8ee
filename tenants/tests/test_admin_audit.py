"""The audit log at the desk: filtered, paged, entry by entry, and as a file."""

import html
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from luca.aws import audit
from luca.aws.audit import Action
from luca.kernel import clock, context
from luca.kernel.ids import PersonId
from tenants import services
from tenants.admin import audit_words
from tenants.tests.conftest import TERESA, Cast
from tenants.tests.desk import Office

LOG, EXPORT = "/admin/tenants/auditrecord/", "/admin/tenants/auditrecord/export/"
NOW = datetime(2026, 11, 21, 18, tzinfo=UTC)
As = Callable[..., Office]


@pytest.fixture
def rosa(north: Cast, office_of: As) -> Office:
    with clock.stopped(NOW):
        browser = office_of(north.school, "school_admin")
    browser.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return browser


def act(
    days_ago: float, action: Action, about: str, *, who: str = TERESA, reason: str = ""
) -> None:
    found = context.current()
    at = NOW - timedelta(days=days_ago)
    with (
        clock.stopped(at),
        context.entered(school=found.school, actor=PersonId(who), groups=frozenset({"teacher"})),
    ):
        audit.record(action, about, reason=reason, fields="name,cct")


def rows(page: str) -> list[str]:
    """The text of each row."""
    body = page[page.index('id="result_list"') :] if 'id="result_list"' in page else ""
    found = re.findall(r"<tr[ >].*?</tr>", body, re.DOTALL)[1:]
    return [" ".join(html.unescape(re.sub(r"<[^>]+>", " ", one)).split()) for one in found]


def seen(rosa: Office, **asked: str) -> list[str]:
    with clock.stopped(NOW):
        return rows(rosa.text(LOG, asked))


def test_an_entry_says_who_did_what_when_and_why(rosa: Office) -> None:
    act(1, Action.GRADE_CORRECTED, "evaluation:ada/maths/2026-1/exam-1", reason="Sumé mal")
    (row,) = seen(rosa, about="evaluation:ada/maths/2026-1/exam-1")
    assert len(rosa.calls) <= 4
    for word in ("Teresa Díaz", "Corrected a result", "Result ada / maths / 2026-1 / exam-1"):
        assert word in row
    assert "Sumé mal" in row
    assert "fields: name,cct" in row
    assert "12:00:00" in row, "six hours behind UTC"
    rosa.defaults["HTTP_ACCEPT_LANGUAGE"] = "es"
    (fila,) = seen(rosa, about="evaluation:ada/maths/2026-1/exam-1")
    assert "Corrigió una evaluación" in fila


def test_one_entry_has_a_page(rosa: Office) -> None:
    act(1, Action.PERIOD_CLOSED, "period:2026-1", reason="Fin")
    with clock.stopped(NOW):
        page = rosa.text(LOG, {"action": "period.closed"})
        link = re.search(rf'href="({LOG}[^"]*/change/[^"]*)"', page)
        assert link is not None
        one = rosa.text(html.unescape(link[1]))
    assert len(rosa.calls) <= 4
    for word in ("period.closed", "Closed a period", "Fin", "teacher"):
        assert word in one
    with clock.stopped(NOW):
        for odd in ("x", "2026-11-21T00:00:00Z_none", "2026-11-21T00:00:00_a", "_"):
            assert rosa.get(f"{LOG}{odd}/change/").status_code == 302
        assert rosa.post(html.unescape(link[1]), {"reason": "Otro"}).status_code == 403


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"action": "period.closed"}, {"2026-1", "2025-2"}),
        ({"actor": "tomas"}, {"2025-2"}),
        ({"about": "period:2026-1"}, {"2026-1"}),
        ({"about": "course:maths"}, {"2026-9"}),
        ({"since": "2026-11-20", "until": "2026-11-20"}, {"2026-1"}),
        ({"since": "2026-11-01", "action": "period.closed"}, {"2026-1", "2025-2"}),
        ({"since": "2026-08-01", "until": "2026-10-01"}, {"old"}),
        ({"actor": "nobody"}, set()),
    ],
)
def test_entries_are_filtered(rosa: Office, asked: dict[str, str], found: set[str]) -> None:
    act(1, Action.PERIOD_CLOSED, "period:2026-1")
    act(2.5, Action.PERIOD_CLOSED, "period:2025-2", who="tomas")
    act(3.5, Action.ENROLMENT_CHANGED, "course:maths/2026-9")
    act(80, Action.PERIOD_CLOSED, "period:old")
    shown = " ".join(seen(rosa, **asked))
    assert len(rosa.calls) <= 4
    assert {one for one in ("2026-1", "2025-2", "2026-9", "old") if f" {one} " in shown} == found


@pytest.mark.parametrize(
    "asked",
    [
        {"since": "yesterday"},
        {"actor": "a b"},
        {"action": "x"},
        {"about": "ada"},
        {"since": "2026-11-20", "until": "2026-11-01"},
        {"until": "0001-01-01"},
    ],
)
def test_a_filter_that_cannot_be_is_said(rosa: Office, asked: dict[str, str]) -> None:
    with clock.stopped(NOW):
        answer = rosa.get(LOG, asked)
        assert (answer.status_code, answer["Location"]) == (302, LOG)
        assert "The search is not valid." in rosa.text(LOG)


def test_pages_follow_each_other_over_months(rosa: Office) -> None:
    for number in range(120):
        act(25 * number / 120, Action.GROUP_CHANGED, f"group:g{number:03}")
    found: list[str] = []
    link: str | None = f"{LOG}?action=group.changed"
    with clock.stopped(NOW):
        while link:
            page = rosa.text(html.unescape(link))
            assert len(rosa.calls) <= 4
            found += re.findall(r"Group (g\d+)", " ".join(rows(page)))
            onwards = re.search(r'rel="next" href="([^"]*)"', page)
            link = LOG + onwards[1] if onwards else None
    assert found == [f"g{number:03}" for number in range(120)]


def test_the_entries_are_exported_and_that_is_one(rosa: Office) -> None:
    act(1, Action.GRADE_CORRECTED, "evaluation:ada/maths/2026-1/exam-1", reason="=1+1")
    act(1, Action.PERIOD_CLOSED, "period:2026-1")
    with clock.stopped(NOW):
        assert f"{EXPORT}?action=grade.corrected" in rosa.text(LOG, {"action": "grade.corrected"})
        answer = rosa.get(EXPORT, {"action": "grade.corrected"})
    table = answer.content.decode("utf-8-sig")
    assert answer["Content-Disposition"].startswith('attachment; filename="audit-')
    assert "'=1+1" in table
    assert "period.closed" not in table
    with clock.stopped(NOW + timedelta(minutes=1)):
        assert "rows: 1" in rows(rosa.text(LOG, {"action": "audit.exported"}))[0]


def test_too_long_a_time_is_not_exported(north: Cast, office_of: As) -> None:
    act(1, Action.PERIOD_CLOSED, "period:2026-1")
    with clock.stopped(NOW + timedelta(days=600)):
        browser = office_of(north.school, "school_admin")
        asked = {"since": "2026-01-02", "until": "2028-01-02"}
        answer = browser.get(EXPORT, asked)
        assert answer.status_code == 302
        assert answer["Location"].startswith(LOG)
        assert browser.get(EXPORT, asked | {"since": "2027-11-01"}).status_code == 200


def test_another_schools_entries_are_not_there(rosa: Office, south: Cast) -> None:
    with context.entered(school=south.school), clock.stopped(NOW):
        act(1, Action.PERIOD_CLOSED, "period:sureno")
        search = services.audit_search(action="period.closed")
        (other,) = [
            one for one in services.audit_entries(search, limit=9)[0] if "sureno" in one.about
        ]
    assert "sureno" not in " ".join(seen(rosa))
    with clock.stopped(NOW):
        place = f"{clock.stamp(other.at)}_{other.id}"
        assert rosa.get(f"{LOG}{place}/change/").status_code == 302
        assert "sureno" not in rosa.get(EXPORT).content.decode()


@pytest.mark.parametrize("group", ["platform_admin", "gov_operator"])
@pytest.mark.parametrize("path", [LOG, EXPORT])
def test_who_is_no_school_admin_is_refused(
    north: Cast, office_of: As, path: str, group: str
) -> None:
    assert office_of(north.school, group).get(path).status_code == 403


def test_an_entry_of_a_kind_without_a_word_is_shown_by_its_code() -> None:
    assert audit_words.about("comet:halley") == "comet halley"
    assert audit_words.details({"tail": "no"}) == "tail: no"
