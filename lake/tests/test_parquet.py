"""Rows become files and rows again, and what is no whole file is known as such."""

from dataclasses import replace

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from lake.definition import datasets
from lake.domain import Column, Dataset, Type, Value
from lake.repository import parquet

EVENTS = datasets()["events"]
TEXT = some.text(some.characters(exclude_categories=["Cs"]), max_size=20)
BIGINT = some.integers(-(2**63), 2**63 - 1)


def event(number: int, dataset: Dataset = EVENTS) -> dict[str, Value]:
    told: dict[str, Value] = {
        "pk": "TENANT#north#STUDENT#s1",
        "sk": f"EVENT#2026-10-01T08:00:00.000Z#{number:04}",
        "kind": "event",
        "change": "put",
        "written_at": "2026-10-01T08:00:01Z",
        "sequence": str(number).zfill(40),
        "item_version": f"d{number}",
        "quantity": number,
        "type": "login",
    }
    return {one.name: told.get(one.name) for one in dataset.columns}


def later(dataset: Dataset) -> Dataset:
    """The data set as a later version defines it: with one column more."""
    device = Column("device", Type.STRING, 2, ("Image", "device", "S"), "what it came from")
    return replace(dataset, columns=(*dataset.columns, device))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=30)
@given(some.data())
def test_what_is_written_is_what_is_read_in_the_order_of_the_keys(data: some.DataObject) -> None:
    dataset = data.draw(some.sampled_from(list(datasets().values())))
    kinds = {Type.STRING: some.none() | TEXT, Type.BIGINT: some.none() | BIGINT}
    fixed = dict.fromkeys(("pk", "sk", "sequence"), TEXT)
    one_row = {one.name: fixed.get(one.name, kinds[one.type]) for one in dataset.columns}
    rows = data.draw(some.lists(some.fixed_dictionaries(one_row), max_size=5))

    found = parquet.decode(dataset, parquet.encode(dataset, rows))

    assert found == sorted(rows, key=lambda one: (one["pk"], one["sk"], one["sequence"]))


def test_the_same_rows_in_another_order_are_the_same_file() -> None:
    rows = [event(number) for number in range(20)]

    assert parquet.encode(EVENTS, rows) == parquet.encode(EVENTS, rows[::-1])


def test_an_older_file_has_its_new_columns_empty() -> None:
    (found,) = parquet.decode(later(EVENTS), parquet.encode(EVENTS, [event(7)]))

    assert found == {**event(7), "device": None}


def test_a_newer_file_is_not_read_as_if_it_were_an_older_one() -> None:
    newer = later(EVENTS)

    with pytest.raises(parquet.Different, match="device"):
        parquet.decode(EVENTS, parquet.encode(newer, [event(7, newer)]))


def test_a_file_without_a_column_of_the_first_version_is_not_ours() -> None:
    whole = parquet.read(EVENTS, parquet.encode(EVENTS, [event(7)]))

    with pytest.raises(parquet.Different, match="digest is missing"):
        parquet.decode(EVENTS, parquet.encode_table(whole.drop_columns(["digest"])))


def test_what_others_write_for_the_same_types_is_read() -> None:
    whole = parquet.read(EVENTS, parquet.encode(EVENTS, [event(7)]))
    others = whole.set_column(0, "pk", whole["pk"].cast(pa.large_string()))

    assert parquet.decode(EVENTS, parquet.encode_table(others)) == [event(7)]


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 0.999])
def test_a_file_cut_off_anywhere_is_damaged(share: float) -> None:
    whole = parquet.encode(EVENTS, [event(number) for number in range(100)])

    with pytest.raises(parquet.Damaged):
        parquet.decode(EVENTS, whole[: int(len(whole) * share)])


def test_a_file_in_which_a_byte_of_a_row_changed_is_damaged() -> None:
    whole = parquet.encode(EVENTS, [event(number) for number in range(100)])
    footer = int.from_bytes(whole[-8:-4], "little") + 8
    place = len(whole) - footer - 1  # the last byte of the last page

    with pytest.raises(parquet.Damaged):
        parquet.decode(EVENTS, whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])


def test_the_columns_of_a_file_are_told_by_the_file() -> None:
    told = parquet.columns_of(parquet.encode(EVENTS, [event(1)]))

    assert told == {one.name: parquet.NAMES[one.type] for one in EVENTS.columns}
