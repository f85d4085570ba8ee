"""What other partitions of a school tell of items that a gap was filled with.

Grades lie in the year in which they were written. Filled in January a row of the table may say no
more than what the stream told in December.
"""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from lake.definition import datasets
from lake.repository import merging, parquet, partitions
from lake.rules.manifest import COMPACTED
from luca.aws import lake

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import pyarrow as pa

    from lake.domain import Dataset


@contextmanager
def beside(folder: str, paths: Sequence[Path]) -> Iterator[Callable[[list[str]], list[pa.Table]]]:
    """A look at other folders for rows of partition keys; nothing if there is no need for it.

    Filled rows that an earlier compaction has kept were compared then.
    """
    dataset = datasets()[folder.partition("/")[0]]
    fresh = [path for path in paths if not path.name.startswith(COMPACTED)]
    if dataset.time != "written_at" or not any(map(merging.is_filled, fresh)):
        yield lambda _: []
        return
    with TemporaryDirectory(prefix="luca-lake-") as place:
        copies = list(_copies(dataset, folder, Path(place)))
        yield lambda pks: [one for path in copies for one in _known(dataset, path, pks)]


def _copies(dataset: Dataset, folder: str, place: Path) -> Iterator[Path]:
    folders = [one for one in lake.folders(dataset.name, keeper=True) if one != folder]
    names = [name for one in folders for name in partitions.live(one, keeper=True)]
    for number, name in enumerate(names):
        path = place / f"{number}.parquet"
        if not lake.download(name, path, keeper=True):
            raise partitions.Gone
        yield path


def _known(dataset: Dataset, path: Path, pks: list[str]) -> list[pa.Table]:
    """What a file tells; one that cannot be read tells nothing here: that is another one's turn."""
    try:
        return [merging.about(dataset, path, pks)]
    except (merging.DamagedFile, parquet.Different):
        return []
