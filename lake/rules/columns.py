"""The lake's columns as tables for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lake.domain import Dataset


def tables(datasets: Iterable[Dataset]) -> str:
    """Markdown: a table for each data set."""
    return "\n".join(_table(one) for one in datasets)


def _table(dataset: Dataset) -> str:
    folders = "/".join(f"{one}=…" for one in dataset.partitions)
    lines = [
        f"### `{dataset.name}`",
        "",
        f"Folders `{dataset.name}/{folders}/`. Kinds: {', '.join(_kinds(dataset))}.",
        "",
        "| column | type | since | what it holds |",
        "| --- | --- | --- | --- |",
        *(f"| `{c.name}` | {c.type.value} | {c.since} | {c.about} |" for c in dataset.columns),
    ]
    return "\n".join(lines) + "\n"


def _kinds(dataset: Dataset) -> list[str]:
    return [f"`{one}`" for one in sorted(dataset.kinds)]
