"""Which files of a partition count, whatever was listed when."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from lake.rules import manifest
from lake.rules.compacting import after, is_due
from lake.rules.manifest import Manifest

ONCE = Manifest(1, files=("compact-1.parquet",), replaced=("a.parquet", "b.parquet"))
NAMES = some.lists(some.sampled_from([f"{x}.parquet" for x in "abcdefg"]), unique=True)


@pytest.mark.parametrize(
    ("names", "counted"),
    [
        (["a.parquet", "b.parquet", "compact-1.parquet"], ["compact-1.parquet"]),
        (["compact-1.parquet"], ["compact-1.parquet"]),
        (["c.parquet", "compact-1.parquet"], ["c.parquet", "compact-1.parquet"]),
        (["compact-1.parquet", "compact-2.parquet"], ["compact-1.parquet"]),
        (["compact-1.parquet", "_x.parquet", ".y.parquet", "z.txt"], ["compact-1.parquet"]),
        (["a.parquet", "b.parquet"], None),  # listed before the compacted file was there
    ],
)
def test_what_counts(names: list[str], counted: list[str] | None) -> None:
    found = manifest.live(names, ONCE)

    assert (sorted(found) if found is not None else None) == counted


def test_without_a_manifest_all_counts_but_what_a_killed_compaction_left() -> None:
    assert manifest.live(["b.parquet", "compact-9.parquet"], Manifest()) == ["b.parquet"]


def test_a_manifest_is_read_as_it_was_written_even_by_an_older_program() -> None:
    newer = ONCE.to_json().replace(b'"version"', b'"weight": 3, "version"')

    assert manifest.from_json(newer) == ONCE


@given(NAMES, NAMES)
def test_a_swap_makes_what_was_made_count_instead_of_what_counted(
    first: list[str], later: list[str]
) -> None:
    swapped = after(Manifest(), first, sorted(first), ["compact-1.parquet"])
    names = {*first, *later, "compact-1.parquet"}

    new = [one for one in sorted(later) if one not in first]
    assert manifest.live(names, swapped) == sorted(["compact-1.parquet", *new])
    assert manifest.idle(names, swapped) == sorted(first)


@pytest.mark.parametrize(
    ("live", "obeys", "due"),
    [
        ([], "", False),
        (["a.parquet"], "", True),
        (["compact-1.parquet"], "", False),
        (["compact-1.parquet"], "orders", True),
        (["c.parquet", "compact-1.parquet"], "", True),
    ],
)
def test_files_are_read_when_new_ones_came_or_new_orders(
    live: list[str], obeys: str, *, due: bool
) -> None:
    assert is_due(live, ONCE, obeys) is due
