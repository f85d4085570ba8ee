"""A header names a trace, or it names none: nothing in between."""

import time

import pytest

from luca.telemetry import origins
from luca.telemetry.origins import NOWHERE, Origin

ROOT = "1-65a1b2c3-0123456789abcdef01234567"
TRACE = "65a1b2c30123456789abcdef01234567"
PARENT = "53995c3f42cd8ad8"


@pytest.mark.parametrize(
    ("header", "origin"),
    [
        (f"Root={ROOT};Parent={PARENT};Sampled=1", Origin(TRACE, PARENT, sampled=True)),
        (f"Root={ROOT};Parent={PARENT};Sampled=0", Origin(TRACE, PARENT, sampled=False)),
        (f"Sampled=1; Root={ROOT}", Origin(TRACE, "", sampled=True)),  # in any order
        (f"Root={ROOT}", Origin(TRACE)),  # as a load balancer sends it
        (f"Root={ROOT};Sampled=?", Origin(TRACE)),
        (f"Self=1-1-1;Root={ROOT};Lineage=a:b|c", Origin(TRACE)),
        (f"Root={ROOT};Parent=nonsense", Origin(TRACE)),
        (f"Root={ROOT};Parent={'0' * 16}", Origin(TRACE)),
        (f"Parent={PARENT};Sampled=1", NOWHERE),
        (f"Root={ROOT.upper()}", NOWHERE),
        (f"Root={ROOT}7", NOWHERE),
        (f"Root={ROOT};{'x' * 300}", NOWHERE),
        (";=;==", NOWHERE),
        ("ada@school.mx", NOWHERE),
        ("", NOWHERE),
    ],
)
def test_a_trace_is_read_from_what_aws_sends(header: str, origin: Origin) -> None:
    assert origins.of_xray(header) == origin


def test_a_strangers_flag_decides_nothing() -> None:
    assert origins.of_w3c(f"00-{TRACE}-{PARENT}-01") == Origin(TRACE, PARENT, None)


def test_what_is_spelled_is_read_again() -> None:
    header = origins.spelled(TRACE, PARENT, sampled=True)

    assert header == f"Root={ROOT};Parent={PARENT};Sampled=1"
    assert origins.of_xray(header) == Origin(TRACE, PARENT, sampled=True)


def test_a_trace_that_begins_here_has_its_second_in_front() -> None:
    """X-Ray refuses what is older than 30 days, by this."""
    begun = origins.begun()

    assert len(begun.trace) == 32
    assert abs(int(begun.trace[:8], 16) - time.time()) < 5
    assert begun != origins.begun()
