"""The lake's one schema, `deploy/lake.json`: Glue, pyarrow and the docs are made from it."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from lake.domain import Column, Dataset, Type

FILE = Path(__file__).resolve().parent.parent / "deploy" / "lake.json"  # no Django in the pipe


@cache
def datasets() -> dict[str, Dataset]:
    """Every data set by name, as it is deployed now."""
    return parsed(json.loads(Path(FILE).read_text(encoding="utf-8")))


def parsed(raw: dict[str, Any]) -> dict[str, Dataset]:
    """Data sets from the contents of `deploy/lake.json`."""
    return {name: _dataset(name, one, raw["common"]) for name, one in raw["datasets"].items()}


def dataset_of(kind: str) -> Dataset | None:
    """The data set that keeps items of a kind; None of one that the lake does not keep."""
    return next((one for one in datasets().values() if kind in one.kinds), None)


def _dataset(name: str, raw: dict[str, Any], common: list[dict[str, Any]]) -> Dataset:
    return Dataset(
        name=name,
        kinds=frozenset(raw["kinds"]),
        columns=tuple(_column(one) for one in (*common, *raw["columns"])),
        partitions=tuple(raw["partitions"]),
        time=raw["time"],
    )


def _column(raw: dict[str, Any]) -> Column:
    return Column(
        name=raw["name"],
        type=Type(raw["type"]),
        since=raw["since"],
        path=tuple(raw["path"].split(".")),
        about=raw["about"],
    )
