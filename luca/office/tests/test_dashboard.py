"""The first page: what it says, to whom, and what it costs."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from behavior import repository
from behavior.domain import Origin
from behavior.tests import making
from govsync import services as govsync
from govsync.domain import HoldReason
from govsync.services import holding
from grades import services as grades
from grades.domain import Assessment, NewEvaluation
from grades.tests.cast import ADA, AUTUMN, BLAS, MATHS
from luca.aws import store
from luca.aws.table import TenantItem
from luca.kernel import clock, context
from luca.kernel.ids import AssessmentId, PeriodId
from luca.office import board, counting, models
from luca.office.tasks import count
from tenants import services as tenants
from tenants.domain import Period, School
from tenants.tests.desk import Office

START = "/admin/"
QUIZ = AssessmentId("quiz")
Asked = list[tuple[str, dict[str, str]]]
pytestmark = pytest.mark.usefixtures("north", "asked")
POLLS = 'hx-trigger="every 3s"'
MOST = 4  # calls to the table, the session's among them


@pytest.fixture
def office(north: str, office_of: Any) -> Office:
    return english(office_of(north, "school_admin"))


def english(browser: Office) -> Office:
    browser.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return browser


def graded() -> None:
    """Ada has 91 and Blas 40; the night has come."""
    grades.save_assessments(MATHS, AUTUMN, [Assessment(QUIZ)])
    rows = [
        NewEvaluation(one, MATHS, AUTUMN, QUIZ, Decimal(score))
        for one, score in ((ADA, 91), (BLAS, 40))
    ]
    assert not [one.error for one in grades.record(None, rows) if one.error]


def test_whoever_looks_first_has_the_figures_counted(office: Office, asked: Asked) -> None:
    first = office.text(START)
    assert len(office.calls) <= MOST
    assert POLLS in first
    assert asked == [("office.count", {"charts": "yes"})]

    again = office.text(START)
    assert POLLS in again  # somebody is at it already
    assert len(asked) == 1

    count.run(charts="yes")
    then = office.text(START)
    assert POLLS not in then
    assert office.calls == ["GetItem", "Query", "Query"]
    assert len(asked) == 1


def test_a_worker_may_count_and_the_api_may_show_it(
    office: Office, asked: Asked, acting_as: Any
) -> None:
    graded()
    with acting_as("api"):
        office.text(START)
    assert len(asked) == 1
    with acting_as("worker"):
        count.run(charts="yes")
    with acting_as("api"):
        assert "2 results wait to be consolidated" in office.text(START)


def test_old_figures_are_shown_and_asked_for_again(
    office: Office, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    counting.count(charts=True)
    monkeypatch.setattr(board, "FRESH", timedelta())
    page = office.text(START)
    assert "<dt" in page
    assert asked == [("office.count", {"charts": ""})]
    assert len(office.calls) <= MOST


def test_what_is_over_is_said_for_a_minute_at_most(office: Office, asked: Asked) -> None:
    holding.hold(HoldReason.UNAUTHORIZED)
    counting.count(charts=True)
    counted = clock.now()
    govsync.resume()
    with clock.stopped(counted + timedelta(seconds=50)):
        counting.ask_for_fresh(board.read())
        assert asked == []
    with clock.stopped(counted + timedelta(seconds=61)):
        counting.ask_for_fresh(board.read())
        assert asked == [("office.count", {"charts": ""})]
        assert board.read().busy, "the page waits for it and shows it by itself"
        count.run(**asked[0][1])
        assert not board.read().busy
    assert "The government sync is held" not in office.text(START)


def test_it_says_how_the_school_is_doing(office: Office) -> None:
    graded()
    assert "<td>2</td>" not in office.text(START)
    counting.count(charts=True)
    assert "2 results wait to be consolidated" in office.text(START)
    grades.consolidate()
    counting.count(charts=True)
    page = office.text(START)
    assert "2 results in the last 12 weeks." in page
    assert "2 grades. Mean 65.50." in page
    assert "1 student without a grade." in page
    assert "wait to be consolidated" not in page
    assert page.count('<svg class="text-primary-600') == page.count("<details>") == 2


def test_counting_again_changes_nothing() -> None:
    graded()
    grades.consolidate()
    counting.count(charts=True)
    before = board.read()
    counting.count(charts=True)
    after = board.read()
    assert (before.courses, before.days, before.attention) == (
        after.courses,
        after.days,
        after.attention,
    )
    (maths,) = after.courses
    assert (maths.students, maths.undefined, maths.failed) == (3, 1, 0)
    assert maths.mean == Decimal("65.5")
    assert maths.tenths == (0, 0, 0, 0, 1, 0, 0, 0, 0, 1)
    assert sum(maths.weeks.values()) == 2


def test_events_are_counted_by_the_days_of_the_school() -> None:
    with clock.stopped(datetime(2026, 11, 20, 12, tzinfo=UTC)):
        # 01:00 in UTC is the evening before in Mexico.
        happened(ADA, datetime(2026, 11, 20, 1, tzinfo=UTC), 2)
        happened(BLAS, datetime(2026, 11, 19, 17, tzinfo=UTC), 1)
        counting.count(charts=True)
        found = board.read().days
        assert found[date(2026, 11, 19)] == (3, 2)
        assert len(found) == counting.DAYS
        assert sum(events for events, _students in found.values()) == 3


def happened(student: str, at: datetime, events: int) -> None:
    origin = Origin(context.school(), student, "request-1", clock.now(), backfill=True)
    repository.save(
        making.accepted(origin, student=student, time=clock.stamp(at + timedelta(seconds=number)))
        for number in range(events)
    )


def test_nothing_of_another_school_is_counted(north: str, office: Office) -> None:
    with context.entered(school=f"{north}-south"):
        tenants.create_school(School(context.school(), "Sur"))
        tenants.save_period(
            Period(PeriodId("2026-9"), "Secreto", date(2026, 8, 1), date(2026, 11, 30))
        )
        holding.hold(HoldReason.OPERATOR)
        counting.count(charts=True)
        assert board.read().attention != {}
    counting.count(charts=True)
    page = office.text(START)
    assert "Autumn" in page
    assert "Secreto" not in page
    assert "The government sync is held" not in page


def test_an_empty_school_is_told_what_to_do_first(north: str, office_of: Any) -> None:
    new = f"{north}-new"
    office = english(office_of(new, "school_admin"))
    with context.entered(school=new):
        tenants.create_school(School(context.school(), "Nueva"))
        assert "Create the first period" in office.text(START)
        counting.count(charts=True)
    page = office.text(START)
    for step in ("Create the first period", "Bring your students in", "Add your teachers"):
        assert step in page
    assert len(office.calls) <= MOST


def test_the_operator_of_the_sync_sees_only_the_sync(north: str, office_of: Any) -> None:
    graded()
    holding.hold(HoldReason.UNAUTHORIZED)
    counting.count(charts=True)
    page = english(office_of(north, "gov_operator")).text(START)
    assert "The government sync is held" in page
    assert "Students" not in page
    assert "results wait" not in page


def test_the_operator_of_the_sync_waits_for_no_charts(
    north: str, office_of: Any, asked: Asked
) -> None:
    operator = english(office_of(north, "gov_operator"))
    assert POLLS in operator.text(START)
    assert asked == [("office.count", {"charts": ""})]
    counting.count(charts=False)
    office_of(north, "school_admin").text(START)  # has the charts counted, which takes longer
    assert asked[1:] == [("office.count", {"charts": "yes"})]
    counting.count(charts=False)
    page = operator.text(START)
    assert POLLS not in page
    assert "being counted" not in page
    counting.count(charts=True)
    page = operator.text(START)
    assert 'id="charts"' not in page
    assert 'href="/admin/govsync/syncrun/">Open the sync' in page


def test_who_looks_after_the_platform_sees_no_school(
    north: str, office_of: Any, asked: Asked
) -> None:
    counting.count(charts=True)
    page = english(office_of(north, "platform_admin")).text(START)
    assert "Students" not in page
    assert "Autumn" not in page
    assert asked == []


@pytest.mark.parametrize("group", ["teacher", "student", "guardian"])
def test_nobody_else_comes_in(north: str, office_of: Any, group: str) -> None:
    assert office_of(north, group).get(START).status_code == 302


def test_a_night_counts_for_schools_whose_office_looks(office: Office) -> None:
    count.run(night="2026-11-21")
    assert board.read().attention is None
    office.text(START)
    count.run(night="2026-11-21")
    assert board.read().charted is not None
    with clock.stopped(clock.now() + board.WATCHED + timedelta(days=1)):
        before = board.read().counted
        count.run(night="2026-12-30")
        assert board.read().counted == before


def test_what_is_asked_for_is_asked_for_once() -> None:
    one, other = board.read(), board.read()
    assert board.ask(one, charts=True)
    assert not board.ask(other, charts=True)


def test_a_worker_that_died_is_not_waited_for(office: Office, asked: Asked) -> None:
    office.text(START)
    with clock.stopped(clock.now() + board.BUSY + timedelta(seconds=1)):
        assert not board.read().busy
        counting.ask_for_fresh(board.read())
    assert len(asked) == 2


def test_the_figures_go_by_themselves() -> None:
    counting.count(charts=True)
    kept = [item for item in store.query(TenantItem, models.place()).items if item.ttl]
    assert {type(item) for item in kept} == {models.CourseTallyItem, models.DayTallyItem}
