"""A partition's files become few, whatever happens meanwhile, and each row is there once."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from lake.definition import datasets
from lake.repository import merging, parquet, partitions
from lake.repository.compacting import compact
from lake.repository.merging import Merge
from lake.rules.erasing import Order
from lake.tests.making import GRADES, OCTOBER, counted, event, filled, grade, path, write
from luca.aws import lake
from luca.kernel import context
from luca.kernel.errors import Unavailable

pytestmark = pytest.mark.usefixtures("north")
LATER = datetime(2026, 11, 1, tzinfo=UTC)


def names() -> list[str]:
    return sorted(name.removeprefix(OCTOBER) for name in lake.files(OCTOBER))


def test_many_files_become_one_and_every_row_is_kept_once() -> None:
    rows = [event(number) for number in range(30)]
    for number in range(0, 30, 3):
        write(OCTOBER, f"f{number}", rows[number : number + 3])
    write(OCTOBER, "again", rows[5:12])

    done = compact(OCTOBER, ())

    assert counted(OCTOBER) == rows
    assert (done.files, done.rows, done.duplicates, done.deleted) == ((11, 1), (37, 30), 7, 11)
    manifest, made = names()
    assert (manifest, made[:8]) == ("_manifest.json", "compact-")


def test_the_second_run_finds_nothing_to_do() -> None:
    write(OCTOBER, "a", [event(1)])
    compact(OCTOBER, ())
    before = lake.fetch(f"{OCTOBER}_manifest.json")

    done = compact(OCTOBER, ())

    assert done.is_nothing
    assert lake.fetch(f"{OCTOBER}_manifest.json") == before


def test_what_comes_later_is_merged_and_a_repeated_file_counts_once() -> None:
    write(OCTOBER, "a", [event(1), event(2)])
    compact(OCTOBER, ())
    write(OCTOBER, "a", [event(1), event(2)])  # the writer was killed before it knew
    write(OCTOBER, "b", [event(3)])

    done = compact(OCTOBER, ())

    assert counted(OCTOBER) == [event(1), event(2), event(3)]
    assert (done.files, done.rows) == ((2, 1), (3, 3))
    assert len(names()) == 2


def test_a_dry_run_says_the_same_and_changes_nothing() -> None:
    write(OCTOBER, "a", [event(1), event(2)])
    write(OCTOBER, "b", [event(2)])

    tried = compact(OCTOBER, (), dry_run=True)

    assert names() == ["a.parquet", "b.parquet"]
    assert tried.rows == compact(OCTOBER, ()).rows == (3, 2)


def test_a_filled_row_counts_only_where_the_stream_has_not_told_the_same() -> None:
    told, lost = grade(1), grade(2, written_at="2026-10-02T00:00:00Z")
    write(GRADES, "a", [told])
    write(GRADES, "fill-1", [filled(told), filled(lost)])
    write(GRADES, "fill-2", [filled(grade(2, written_at="2026-10-03T00:00:00Z"))])

    compact(GRADES, ())

    assert counted(GRADES) == sorted([filled(lost), told], key=lambda one: str(one["sequence"]))


def test_filled_in_january_a_row_is_compared_with_what_the_stream_told_in_december(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    january = GRADES.replace("2026", "2027")
    late = "2027-01-01T05:00:00Z"
    told, lost = grade(1, written_at=late), grade(2, "beto", written_at=late)
    write(GRADES, "a", [grade(1)])
    write(january, "fill", [filled(told), filled(lost)])

    compact(january, ())

    assert counted(january) == [filled(lost)]
    monkeypatch.delattr(lake, "folders")  # nothing was filled since: it need not look again
    write(january, "b", [grade(9, written_at=late)])
    compact(january, ())
    assert len(counted(january)) == 2


def test_what_an_item_was_before_it_can_be_again_in_a_gap() -> None:
    images = ['{"group":{"S":"1a"}}', '{"group":{"S":"1b"}}']
    first, second = (
        grade(n, item_version="", image=image, written_at=f"2026-10-0{n}T00:00:00Z")
        for n, image in enumerate(images, 1)
    )
    again = filled(first) | {"written_at": "2026-10-03T00:00:00Z"}
    write(GRADES, "a", [first, second, again])
    write(GRADES, "b", [again | {"written_at": "2026-10-04T00:00:00Z"}])

    compact(GRADES, ())

    assert sorted(str(one["written_at"]) for one in counted(GRADES)) == [
        "2026-10-01T00:00:00Z",
        "2026-10-02T00:00:00Z",
        "2026-10-03T00:00:00Z",
    ]


def test_without_a_version_a_filled_row_is_compared_by_its_image() -> None:
    told = grade(1, item_version="", image='{"a":{"S":"1"}}')
    other = filled(grade(1, item_version="", image='{"a":{"S":"2"}}'))
    write(GRADES, "a", [told])
    write(GRADES, "fill", [filled(told), other])

    compact(GRADES, ())

    assert counted(GRADES) == sorted([told, other], key=lambda one: str(one["sequence"]))


def test_large_partitions_are_merged_by_ranges_of_keys_and_give_the_same() -> None:
    rows = [event(n, f"s{n % 7}") for n in range(70)]
    for number in range(0, 70, 10):
        write(OCTOBER, f"f{number}", rows[number : number + 10])
    work = Merge(datasets()["events"], ())
    paths = [path(name) for name in partitions.live(OCTOBER)]

    whole = list(merging.merged(work, paths))
    parts = list(merging.merged(work, paths, at_once=20))

    assert len(parts) == 4
    together = [row for part in parts for row in part.table.to_pylist()]
    assert together == whole[0].table.to_pylist()


def test_nobody_erased_is_left_in_any_file_and_others_are() -> None:
    erased = Order("ana", LATER, frozenset())
    write(OCTOBER, "a", [event(1, "ana"), event(2, "anabel")])
    compact(OCTOBER, ())

    done = compact(OCTOBER, (erased,))

    assert counted(OCTOBER) == [event(2, "anabel")]
    assert done.erased == 1
    assert compact(OCTOBER, (erased,)).is_nothing


def test_an_order_that_touches_nobody_of_a_partition_leaves_its_files() -> None:
    write(OCTOBER, "a", [event(1, "beto")])
    compact(OCTOBER, ())
    before = [one for one in names() if one.startswith("compact-")]

    compact(OCTOBER, (Order("ana", LATER, frozenset()),))

    assert [one for one in names() if one.startswith("compact-")] == before


def test_the_academic_record_of_closed_periods_stays_and_later_rows_do() -> None:
    roster = grade(
        3, pk="TENANT#north#COURSE#maths#2026-2", sk="ENROLLED#ana", kind="enrolled", period=None
    )
    kept = [grade(1), roster | {"pk": "TENANT#north#COURSE#maths#2026-1", "sequence": "9"}]
    later = grade(8, kind="evaluation", written_at="2026-11-02T00:00:00Z")
    going = [grade(4, kind="evaluation"), grade(5, period="2026-2", sk="GRADE#x#2026-2"), roster]
    write(GRADES, "a", [*kept, later, *going])

    done = compact(GRADES, (Order("ana", LATER, frozenset({"2026-1"})),))

    assert done.erased == 3
    assert sorted(str(one) for one in counted(GRADES)) == sorted(str(r) for r in [*kept, later])


def test_another_school_s_person_of_the_same_id_is_not_touched() -> None:
    with context.entered(school="south"):
        theirs = event(1) | {"pk": "TENANT#south#STUDENT#ana"}
        folder = OCTOBER.replace("north", "south")
        write(folder, "a", [theirs])
    write(OCTOBER, "a", [event(1)])

    compact(OCTOBER, (Order("ana", LATER, frozenset()),))

    assert counted(OCTOBER) == []
    with context.entered(school="south"):
        assert counted(folder) == [theirs]


@pytest.mark.parametrize("compacted", [False, True])
def test_a_damaged_file_is_set_aside_with_its_reason_and_the_others_go_on(
    *, compacted: bool
) -> None:
    write(OCTOBER, "a", [event(1)])
    if compacted:
        compact(OCTOBER, ())
    (name,) = partitions.live(OCTOBER)
    whole = lake.read(name) or b""
    lake.write(name, whole[:-100])
    write(OCTOBER, "b", [event(2)])

    done = compact(OCTOBER, ())

    assert counted(OCTOBER) == [event(2)]
    assert done.damaged == (name.removeprefix(OCTOBER),)
    place = f"dlq/school_id=north/damaged/{name.replace('/', '~')}"
    assert lake.read(place) == whole[:-100]
    why = json.loads(lake.read(f"{place}.json") or b"")
    assert (why["file"], why["size"]) == (name, len(whole) - 100)
    assert why["reason"] == "The file is cut off: it does not end as Parquet does."


def test_a_manifest_that_cannot_be_read_stops_its_folder_in_one_line() -> None:
    write(OCTOBER, "a", [event(1)])
    lake.write(f"{OCTOBER}_manifest.json", b'{"version": 1, "fil')

    for act in (partitions.live, lambda folder: compact(folder, ())):
        with pytest.raises(Unavailable, match="manifest"):
            act(OCTOBER)


def test_a_half_written_file_that_the_writer_has_written_again_is_not_set_aside(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write(OCTOBER, "a", [event(1)])
    whole = lake.read(f"{OCTOBER}a.parquet") or b""
    path(f"{OCTOBER}a.parquet").write_bytes(whole[:200])

    def reason(*_: Any) -> str:
        path(f"{OCTOBER}a.parquet").write_bytes(whole)
        return "cut off"

    monkeypatch.setattr(parquet, "reason", reason)

    assert compact(OCTOBER, ()).damaged == ()
    assert counted(OCTOBER) == [event(1)]


def test_a_file_of_other_columns_stops_the_partition_and_is_left_alone() -> None:
    other = parquet.read(datasets()["events"], parquet.encode(datasets()["events"], [event(1)]))
    lake.write(f"{OCTOBER}a.parquet", parquet.encode_table(other.drop_columns(["digest"])))
    write(OCTOBER, "b", [event(2)])

    with pytest.raises(parquet.Different, match="digest"):
        compact(OCTOBER, ())

    assert names() == ["a.parquet", "b.parquet"]


@settings(deadline=None, max_examples=40)
@given(
    some.lists(
        some.tuples(some.integers(0, 5), some.integers(0, 3), some.booleans()),
        max_size=12,
    ),
    some.integers(1, 4),
)
def test_in_whatever_files_rows_come_they_are_merged_to_the_same(
    told: list[tuple[int, int, bool]], files: int
) -> None:
    rows = [
        filled(grade(number, f"s{who}")) if gap else grade(number, f"s{who}")
        for who, number, gap in told
    ]
    dataset = datasets()["grades"]
    work = Merge(dataset, ())
    tables = [
        parquet.read(dataset, parquet.encode(dataset, rows[part::files])) for part in range(files)
    ]

    with context.entered(school="north"):
        merged = merging.merge(work, tables).table.to_pylist()
        again = merging.merge(work, [merging.merge(work, tables).table] * 2).table.to_pylist()

    stream = {(who, number) for who, number, gap in told if not gap}
    gaps = {(who, number) for who, number, gap in told if gap} - stream
    assert len(merged) == len(stream) + len(gaps)
    assert again == merged
