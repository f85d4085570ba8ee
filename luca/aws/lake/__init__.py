"""Files of the lake, of the school that the context holds: the bucket of the lake, or a folder.

Names are whole: `events/year=2026/month=11/school_id=north/….parquet`. Reading is done in the
school's own session (role `luca-tenant`), or with ``keeper=True`` in the one that also writes
(`luca-archive`), which processes that only keep the lake can enter and the API cannot. Either
reaches one school's folders: a file of another school is refused by AWS, not by us.

S3 that is busy or does not answer is `Unavailable`; a condition that does not hold is
`PreconditionFailed`; a file that is not there is None, or `FileNotFoundError` where one is opened.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from django.conf import settings

from luca.aws.lake import bucket, folder
from luca.aws.lake.parts import Fetched as Fetched  # noqa: TC001 -- a word of this door

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from luca.aws.lake.parts import Place


def files(within: str, *, keeper: bool = False) -> dict[str, int]:
    """Name and size of every file directly in a folder (which ends with `/`) of the school."""
    found = _place(keeper=keeper).files(within)
    return {name: size for name, size in found.items() if "/" not in name.removeprefix(within)}


def folders(dataset: str, *, keeper: bool = False) -> list[str]:
    """The school's folders of a data set that hold anything, in the order of time."""
    place = _place(keeper=keeper)
    times = place.folders(f"{dataset}/")  # years; of events each has its months
    if dataset == "events":
        times = [month for year in times for month in place.folders(year)]
    own = (f"{time}school_id={place.school}/" for time in sorted(times))
    return [one for one in own if place.files(one)]


def read(name: str, *, keeper: bool = False) -> bytes | None:
    """The contents of a file, or None."""
    found = _place(keeper=keeper).fetch(name)
    return None if found is None else found.data


def fetch(name: str, *, keeper: bool = False) -> Fetched | None:
    """The same with the file's etag, which a conditional write names."""
    return _place(keeper=keeper).fetch(name)


def download(name: str, path: Path, *, keeper: bool = False) -> bool:
    """Copy a file to the disk, a part at a time; False: there is none."""
    return _place(keeper=keeper).download(name, path)


def opened(name: str, *, keeper: bool = False) -> BinaryIO:
    """A file to read and seek in: of the bucket only the ranges that are read are fetched."""
    return _place(keeper=keeper).opened(name)


def write(name: str, data: bytes, *, if_match: str | None = None, if_absent: bool = False) -> str:
    """Write a whole file at once, and return its etag; ``if_match`` is the etag it replaces."""
    return _place(keeper=True).write(name, data, if_match=if_match, if_absent=if_absent)


def delete(names: Iterable[str]) -> None:
    """Delete files; those that are not there are deleted already."""
    place = _place(keeper=True)
    for name in names:
        place.delete(name)


def set_aside(name: str, data: bytes) -> None:
    """Keep, under `dlq/unknown/`, what names no school; only the writer of the lake may."""
    place = folder.Folder("") if settings.LAKE_FOLDER else bucket.Bucket(None)
    place.write(f"dlq/unknown/{name}", data, if_match=None, if_absent=False)


def _place(*, keeper: bool) -> Place:
    return folder.of_the_context() if settings.LAKE_FOLDER else bucket.of_the_context(keeper=keeper)
