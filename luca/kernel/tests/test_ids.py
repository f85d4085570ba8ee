from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luca.kernel.ids import check_id, check_school, event_time, shard, uuid7

NOON = datetime(2026, 11, 21, 12, 0, 0, 123000, tzinfo=UTC)


@pytest.mark.parametrize("text", ["1", "liceo-1", "a_b", "a" * 63])
def test_a_school_may_be_called(text: str) -> None:
    assert check_school(text) == text


@pytest.mark.parametrize("text", ["", "Liceo", "-a", "a#b", "a*", "${x}", "a" * 64, "a\n", "ñ"])
def test_a_school_may_not_be_called(text: str) -> None:
    with pytest.raises(ValueError, match="school's id"):
        check_school(text)


@pytest.mark.parametrize("text", ["", "a#b", "a b", "C#", "x" * 65, "a\n", "á"])
def test_an_id_may_not_forge_a_key(text: str) -> None:
    with pytest.raises(ValueError, match="must be"):
        check_id(text)


def test_a_uuid7_carries_its_time_and_repeats_for_the_same_tail() -> None:
    first, again = uuid7(NOON, b"0123456789"), uuid7(NOON, b"0123456789")

    assert first == again != uuid7(NOON, b"0123456780")
    assert UUID(first).version == 7
    assert event_time(first) == NOON


def test_uuid7s_without_a_tail_differ() -> None:
    assert uuid7(NOON) != uuid7(NOON)


def test_a_ulid_carries_its_time() -> None:
    # The example of the ULID specification's README.
    assert event_time("01ARZ3NDEKTSV4RRFFQ69G5FAV") == datetime(
        2016, 7, 30, 23, 54, 10, 259000, tzinfo=UTC
    )


@pytest.mark.parametrize("text", ["", "x", "6c0f8b2e-1d2a-4b5c-8d7e-9f0a1b2c3d4e", "8" + "Z" * 25])
def test_other_ids_carry_no_time(text: str) -> None:
    assert event_time(text) is None


@given(st.text(min_size=1))
def test_a_shard_is_one_of_thirty_two(text: str) -> None:
    assert 0 <= int(shard(text)) < 32
    assert shard(text) == shard(text)
