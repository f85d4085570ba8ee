"""A change of the schema is additive or refused.

A column that was lost would be gone from every file that compaction writes anew; one that changed
its type or its path would mean two things in one table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lake.domain import Column, Dataset

Shape = dict[str, dict[str, list[str]]]  # data set → column → [type, path, since]


def shape(datasets: Mapping[str, Dataset]) -> Shape:
    """What must not change of a definition, as JSON can hold it."""
    return {
        name: {column.name: _column(column) for column in dataset.columns}
        for name, dataset in datasets.items()
    }


def version(told: Shape) -> int:
    """The latest version in which a column was added."""
    return max(int(since) for columns in told.values() for _, _, since in columns.values())


def breaks(before: Shape, after: Shape) -> list[str]:
    """What a later definition has lost or changed, in words; nothing: it is additive."""
    return list(_breaks(before, after))


def _breaks(before: Shape, after: Shape) -> Iterator[str]:
    for name, columns in before.items():
        if name not in after:
            yield f"The data set {name} is gone."
            continue
        for column, was in columns.items():
            now = after[name].get(column)
            if now is None:
                yield f"The column {name}.{column} is gone."
            elif now != was:
                yield f"The column {name}.{column} was {_said(was)} and is {_said(now)}."
        yield from _unversioned(name, before, after)


def _unversioned(name: str, before: Shape, after: Shape) -> Iterator[str]:
    """A new column belongs to a later version than all that were there."""
    for column in after[name].keys() - before[name].keys():
        since = int(after[name][column][2])
        if since <= version(before):
            yield f"The column {name}.{column} is new and says since {since}; say a later version."


def _column(column: Column) -> list[str]:
    return [column.type.value, ".".join(column.path), str(column.since)]


def _said(column: list[str]) -> str:
    kind, path, since = column
    return f"{kind} from {path} since {since}"
