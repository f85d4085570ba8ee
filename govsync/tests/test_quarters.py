"""The first day of a quarter: North and South have closed the autumn, East has not."""

from datetime import UTC, date, datetime

import pytest

from govsync import services
from govsync.domain import RunStatus, State
from govsync.tasks import quarter
from govsync.tests.cast import AUTUMN
from govsync.tests.touring import Country, country, in_the, outcomes, toured
from luca.kernel import clock, context
from luca.kernel.errors import Conflict, Unavailable
from luca.kernel.ids import PeriodId
from tenants import services as tenants
from tenants.domain import Period

__all__ = ["country"]  # fixture
NEW_YEAR = datetime(2027, 1, 1, 8, tzinfo=UTC)  # two o'clock in Mexico City


@pytest.fixture
def new_year(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is two o'clock on the first of January, and time goes on."""
    later = NEW_YEAR - clock.now()
    monkeypatch.setattr(clock, "now", lambda: datetime.now(UTC) + later)


@pytest.mark.usefixtures("authority", "new_year")
def test_the_quarter_sends_what_was_closed_once_however_often_it_comes(country: Country) -> None:
    assert services.begin_quarter() == [AUTUMN]
    assert services.begin_quarter() == [AUTUMN], "it wakes what is under way"

    first = toured()

    found = outcomes(country, first)
    assert (first.status, found["east"].why_not) == (RunStatus.DONE, "period_not_closed")
    assert in_the(country["north"]).records == {State.VERIFIED: 3}
    sent = in_the(country["north"]).run.id

    quarter()

    again = outcomes(country, toured())
    assert [again[side].why_not for side in ("north", "south")] == ["nothing_to_send"] * 2
    assert in_the(country["north"]).run.id == sent


@pytest.mark.parametrize(
    ("today", "begun"),
    [
        (date(2026, 12, 18), []),  # its last day
        (date(2026, 12, 19), [AUTUMN]),
        (date(2027, 4, 1), [AUTUMN]),  # who closes late is found by the next quarter
        (date(2027, 7, 1), []),
    ],
)
def test_a_period_is_of_the_quarter_for_half_a_year_after_its_end(
    country: Country,  # noqa: ARG001 -- it must be there
    monkeypatch: pytest.MonkeyPatch,
    today: date,
    begun: list[str],
) -> None:
    monkeypatch.setattr("govsync.services.quarters.start_all", lambda _: None)

    with clock.stopped(datetime(today.year, today.month, today.day, 8, tzinfo=UTC)):
        assert services.begin_quarter() == begun


def test_what_another_has_just_begun_keeps_no_other_period_from_beginning(
    country: Country, monkeypatch: pytest.MonkeyPatch
) -> None:
    with context.entered(school=country["north"]):
        tenants.save_period(
            Period(PeriodId("2026-0"), "Summer", date(2026, 7, 1), date(2026, 7, 31))
        )
        tenants.begin_closing(PeriodId("2026-0"))
        tenants.close_period(PeriodId("2026-0"))
    begun = []

    def start_all(period: PeriodId) -> None:
        if period == AUTUMN:
            raise Conflict("Somebody was faster.")
        begun.append(period)

    monkeypatch.setattr("govsync.services.quarters.start_all", start_all)

    with clock.stopped(NEW_YEAR):
        assert services.begin_quarter() == ["2026-0"]
    assert begun == ["2026-0"]


def test_a_school_that_cannot_be_looked_at_has_the_quarter_come_again(
    country: Country, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else what it alone has closed would wait for three months."""
    look = tenants.periods
    with context.entered(school=country["west"]):
        tenants.save_period(
            Period(PeriodId("2026-0"), "Summer", date(2026, 7, 1), date(2026, 7, 31))
        )
        tenants.begin_closing(PeriodId("2026-0"))
        tenants.close_period(PeriodId("2026-0"))

    def periods() -> list[Period]:
        if context.school() == country["west"]:
            raise Unavailable("The table does not answer.")
        return look()

    begun: list[PeriodId] = []
    monkeypatch.setattr("govsync.services.quarters.start_all", begun.append)
    with monkeypatch.context() as patched, clock.stopped(NEW_YEAR):
        patched.setattr(tenants, "periods", periods)
        with pytest.raises(Unavailable, match="closed: 1"):
            quarter()
    assert begun == [AUTUMN]

    with clock.stopped(NEW_YEAR):
        quarter()
    assert begun == [AUTUMN, "2026-0", AUTUMN]
