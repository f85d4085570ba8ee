from datetime import UTC, datetime, timedelta, timezone

import pytest

from luca.kernel import clock

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def test_time_can_be_stopped() -> None:
    with clock.stopped(NOON):
        assert clock.now() == NOON
    assert clock.now() > NOON - timedelta(days=1)


def test_a_stamp_is_utc_with_milliseconds_and_reads_back() -> None:
    mexico = datetime(2026, 11, 21, 6, 0, 0, 999999, tzinfo=timezone(timedelta(hours=-6)))

    assert clock.stamp(mexico) == "2026-11-21T12:00:00.999Z"
    assert clock.parse(clock.stamp(NOON)) == NOON


@pytest.mark.parametrize("text", ["2026-11-21", "2026-11-21T12:00:00Z", "2026-11-21T12:00:00.000"])
def test_other_spellings_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a UTC time"):
        clock.parse(text)


def test_a_time_without_zone_is_no_instant() -> None:
    with pytest.raises(ValueError, match="time zone"):
        clock.stamp(datetime(2026, 11, 21))  # noqa: DTZ001 -- the case
