"""The pages of the periods: list, form, calendar, and closing one."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from grades import tasks
from grades.tests.cast import ADA, AUTUMN, given, grade_of
from luca.aws import queue
from luca.aws.audit import Action
from luca.kernel import clock, context
from luca.kernel.ids import PeriodId
from tenants import services as tenants
from tenants.domain import Period, PeriodState
from tenants.tests.desk import Office
from tenants.tests.forms import form_of

LIST = "/admin/tenants/periodrecord/"
ONE = f"{LIST}{AUTUMN}/change/"
CLOSE = f"{LIST}{AUTUMN}/close/"
CALENDAR = f"{LIST}calendar/"
As = Callable[..., Office]


@pytest.fixture
def rosa(north: str, office_of: As) -> Office:
    browser = office_of(north, "school_admin")
    browser.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return browser


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    monkeypatch.setattr(queue, "enqueue", lambda task, **more: found.append({"task": task} | more))
    return found


def work(school: str, message: dict[str, str]) -> None:
    """Run a message's task as a worker does."""
    assert message.pop("task") == "grades.consolidate"
    with context.entered():
        tasks.consolidate.push_request(id="id-1", school_id=school, actor_id="rosa")
        try:
            tasks.consolidate(**message)
        finally:
            tasks.consolidate.pop_request()


def test_the_periods_are_listed_with_their_state(rosa: Office) -> None:
    page = rosa.text(LIST)
    assert len(rosa.calls) <= 4
    assert "Autumn" in page
    assert "Autumn" in rosa.text(LIST, {"state__exact": "open"})
    assert "Autumn" not in rosa.text(LIST, {"state__exact": "closed"})


def test_a_period_is_added_and_changed(rosa: Office) -> None:
    spring = {"id": "2027-1", "name": "Spring", "starts": "2027-01-07", "ends": "2027-06-30"}
    assert rosa.post(f"{LIST}add/", spring).status_code == 302
    change = f"{LIST}2027-1/change/"
    sent = form_of(rosa.text(change))
    assert len(rosa.calls) <= 4
    assert rosa.post(change, sent | {"ends": "2027-07-09"}).status_code == 302
    stored = tenants.period(PeriodId("2027-1"))
    assert stored == Period(stored.id, "Spring", date(2027, 1, 7), date(2027, 7, 9))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"ends": "2026-12-01"}, "cannot end before it starts"),
        ({"id": AUTUMN}, "already exists"),
        ({"id": "a b"}, "1 to 64 letters"),
        ({"starts": "yesterday"}, "valid date"),
    ],
)
def test_a_period_that_cannot_be_is_refused_at_its_field(
    rosa: Office, typed: dict[str, str], said: str
) -> None:
    spring = {"id": "2027-1", "name": "Spring", "starts": "2027-01-07", "ends": "2027-06-30"}
    answer = rosa.post(f"{LIST}add/", spring | typed)
    assert answer.status_code == 200
    field = answer.content.decode().index(f'name="{next(iter(typed))}"')
    assert said in answer.content.decode()[field:][:2000]
    assert len(tenants.periods()) == 1


def test_of_two_who_change_a_period_the_second_sees_what_the_first_did(rosa: Office) -> None:
    sent = form_of(rosa.text(ONE)) | {"ends": "2026-12-20"}
    tenants.change_period(AUTUMN, {"name": "First half"})
    page = rosa.post(ONE, sent).content.decode()
    assert 'value="First half"' in page
    assert tenants.period(AUTUMN).ends == date(2026, 12, 18)
    assert rosa.post(ONE, form_of(page)).status_code == 302
    stored = tenants.period(AUTUMN)
    assert (stored.name, stored.ends) == ("First half", date(2026, 12, 20))


def test_closing_a_period_asks_says_why_and_shows_how_far_it_is(
    rosa: Office, north: str, sent: list[dict[str, str]]
) -> None:
    given(ADA, 90)
    assert CLOSE in rosa.text(ONE)
    asked = form_of(rosa.text(CLOSE))
    assert len(rosa.calls) <= 4
    assert rosa.post(CLOSE, asked | {"reason": ""}).status_code == 200
    assert sent == []
    why = {"reason": "Terminó el trimestre"}
    watch = rosa.post(CLOSE, asked | why)["Location"]
    assert rosa.post(CLOSE, asked | why)["Location"] == watch, "a double click closes once"
    (message,) = sent
    assert 'hx-get="' in rosa.text(watch)
    assert len(rosa.calls) <= 4

    work(north, message)
    page = rosa.text(watch)
    assert "The period is closed. 3 grades were written." in page
    assert 'hx-get="' + watch not in page
    assert tenants.period(AUTUMN).state is PeriodState.CLOSED
    assert grade_of().score is not None
    assert CLOSE not in rosa.text(ONE)
    with context.entered(school=north, actor="rosa", groups=frozenset({"school_admin"})):
        search = tenants.audit_search(about=f"period:{AUTUMN}")
        acts = {one.action: one for one in tenants.audit_entries(search, limit=9)[0]}
    assert acts[Action.GRADES_CONSOLIDATED].reason == "Terminó el trimestre"
    assert acts[Action.GRADES_CONSOLIDATED].actor == "rosa"
    assert Action.PERIOD_CLOSED in acts


def test_what_is_closed_is_neither_changed_nor_closed_again(
    rosa: Office, sent: list[dict[str, str]]
) -> None:
    form = form_of(rosa.text(ONE)) | {"name": "Other"}
    asked = form_of(rosa.text(CLOSE)) | {"reason": "Again"}
    tenants.close_period(AUTUMN)
    assert rosa.post(ONE, form).status_code == 403
    page = rosa.post(CLOSE, asked)
    assert page.status_code == 200
    assert "The period is closed." in page.content.decode()
    assert sent == []
    assert tenants.period(AUTUMN).name == "Autumn"


def test_the_year_is_drawn_and_told(rosa: Office) -> None:
    late = Period(PeriodId("late"), "Late", date(2026, 12, 1), date(2027, 9, 1))
    tenants.create_period(late)
    with clock.stopped(datetime(2026, 11, 21, 12, tzinfo=UTC)):
        page = rosa.text(CALENDAR)
    assert len(rosa.calls) <= 4
    assert "School year 2026-2027" in page
    drawn = re.findall(r'<rect x="([\d.]+)" y="[\d.]+" width="([\d.]+)"', page)
    assert [float(x) for x, _ in drawn] == [0.0, pytest.approx(960 * 122 / 365, abs=0.1)]
    assert float(drawn[1][0]) + float(drawn[1][1]) == pytest.approx(960, abs=0.2)
    assert "Autumn and Late overlap." in page
    after = rosa.text(CALENDAR, {"year": "2027"})
    assert ("Late" in after, "Autumn" in after) == (True, False)
    assert "no periods yet" in rosa.text(CALENDAR, {"year": "2028"})
    for odd in ("x", "1", "99999", "²"):
        assert rosa.get(CALENDAR, {"year": odd}).status_code == 200


@pytest.mark.parametrize("path", [LIST, ONE, CLOSE, CALENDAR, f"{LIST}add/"])
@pytest.mark.parametrize("group", ["platform_admin", "gov_operator"])
def test_who_is_no_school_admin_is_refused(
    north: str, office_of: As, path: str, group: str
) -> None:
    browser = office_of(north, group)
    assert browser.get(path).status_code == 403
    assert browser.post(path, {"reason": "x", "once": "y"}).status_code == 403
    assert tenants.period(AUTUMN).is_open


def test_the_periods_of_another_school_are_not_there(rosa: Office, south: str) -> None:
    with context.entered(school=south):
        tenants.create_period(
            Period(PeriodId("sur"), "Sureña", date(2026, 9, 1), date(2026, 10, 1))
        )
    for path in (LIST, CALENDAR):
        assert "Sureña" not in rosa.text(path)
    assert rosa.get(f"{LIST}sur/close/").status_code == 404
    assert rosa.get(f"{LIST}sur/closing/0000/").status_code == 404
